//! Invoices: what a service returns that keeps its data in the types of other crates. Uuids, times, decimals and URLs,
//! a few short texts between them.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of any invoice; their names say all there is")]

use chrono::{DateTime, Utc};
use record_runtime::ZeroAllocJson;
use rust_decimal::Decimal;
use serde::Serialize;
use url::Url;
use uuid::Uuid;

use super::Corpus;
use crate::prng::SplitMix64;

const INVOICES: usize = 512;

/// One invoice.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub number: u32,
    pub issued_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<DateTime<Utc>>,
    pub currency: String,
    pub net: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub lines: Vec<Line>,
    pub document: Url,
}

/// One line of an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    pub product_id: Uuid,
    pub quantity: u16,
    pub unit_price: Decimal,
    pub tax_rate: Decimal,
    pub amount: Decimal,
    pub shipped_at: DateTime<Utc>,
    pub product: Url,
}

/// 512 different invoices of one to five lines. Times have no fraction of a second, or one of three, six or nine digits.
#[must_use]
pub fn corpus() -> Corpus<Invoice> {
    let mut random = SplitMix64::new(0x1_2701CE);
    let documents = (0..INVOICES).map(|_| invoice(&mut random)).collect();
    Corpus { name: "invoice", about: "512 different invoices: uuids, times, decimals, URLs", documents }
}

fn invoice(random: &mut SplitMix64) -> Invoice {
    let issued = random.integer(1_700_000_000..1_790_000_000);
    let lines: Vec<Line> = (0..random.integer::<u8>(1..6)).map(|_| line(random, issued)).collect();
    let net: Decimal = lines.iter().map(|line| line.amount).sum();
    let tax = (net * Decimal::new(19, 2)).round_dp(2);
    let id = uuid(random);
    Invoice {
        id,
        customer_id: uuid(random),
        number: random.integer(1..2_000_000),
        issued_at: time(random, issued),
        due_at: time(random, issued + 14 * 86_400),
        paid_at: (!random.one_in(3)).then(|| time(random, issued + 5 * 86_400)),
        currency: random.pick(&["EUR", "USD", "GBP", "SEK"]).to_owned(),
        net,
        tax,
        total: net + tax,
        lines,
        document: parsed(&format!("https://invoices.example.com/v1/documents/{id}.pdf?lang=en")),
    }
}

fn line(random: &mut SplitMix64, issued: i64) -> Line {
    let (quantity, cents) = (random.integer::<u16>(1..40), random.integer(99..250_000));
    let unit_price = Decimal::new(cents, 2);
    let product_id = uuid(random);
    Line {
        product_id,
        quantity,
        unit_price,
        tax_rate: Decimal::new(190, 3),
        amount: unit_price * Decimal::from(quantity),
        shipped_at: time(random, issued + 86_400),
        product: parsed(&format!("https://shop.example.com/products/{product_id}")),
    }
}

fn uuid(random: &mut SplitMix64) -> Uuid {
    uuid::Builder::from_random_bytes(
        (u128::from(random.next_u64()) << 64 | u128::from(random.next_u64())).to_be_bytes(),
    )
    .into_uuid()
}

fn time(random: &mut SplitMix64, seconds: i64) -> DateTime<Utc> {
    let unit = random.pick_copy(&[1_000_000_000, 1_000_000, 1_000, 1]);
    let nanosecond = random.integer::<u32>(0..1_000_000_000) / unit * unit;
    DateTime::from_timestamp(seconds, nanosecond).expect("in this century")
}

fn parsed(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}
