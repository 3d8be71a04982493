//! The answer of a shop's API to "show my order": nested structs, a tagged status, prices, fields that may be absent.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of any shop; their names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const RESPONSES: usize = 512;

/// The whole response.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct ApiResponse {
    pub request_id: String,
    pub took_ms: u32,
    pub user: User,
    pub order: Order,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Vec::is_empty), musli(skip_encoding_if = Vec::is_empty))]
    pub warnings: Vec<String>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct User {
    pub id: u64,
    pub login: String,
    pub display_name: String,
    pub email: String,
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub avatar_url: Option<String>,
    pub verified: bool,
    pub permissions: Vec<Permission>,
    pub settings: Settings,
}

/// A permission of the user.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode),
    jsony(ToJson, rename_all = "kebab-case"),
    musli(name_all = "kebab-case")
)]
pub enum Permission {
    ReadOrders,
    WriteOrders,
    ManageUsers,
    ViewReports,
    Refund,
}

/// How the user wants the shop to look.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Settings {
    pub locale: String,
    pub dark_mode: bool,
    pub newsletter: bool,
    pub page_size: u16,
}

/// The order that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Order {
    pub id: u64,
    pub placed_at: String,
    pub status: Status,
    pub currency: Currency,
    pub lines: Vec<Line>,
    pub net: f64,
    pub tax: f64,
    pub total: f64,
    pub ship_to: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub note: Option<String>,
}

/// How far an order has come; the tag stands beside the fields of the variant.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode),
    jsony(ToJson, tag = "state", rename_all = "snake_case"),
    musli(tag = "state", name_all = "snake_case")
)]
pub enum Status {
    Pending,
    Paid { method: String },
    Shipped { carrier: String, tracking: String },
    Cancelled { reason: String, refunded: bool },
}

/// ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "UPPERCASE"))]
pub enum Currency {
    #[cfg_attr(feature = "peers", musli(Text, name = "EUR"))]
    Eur,
    #[cfg_attr(feature = "peers", musli(Text, name = "USD"))]
    Usd,
    #[cfg_attr(feature = "peers", musli(Text, name = "GBP"))]
    Gbp,
}

/// One position of an order.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Line {
    pub sku: String,
    pub title: String,
    pub quantity: u32,
    pub unit_price: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "peers", jsony(skip_if = Option::is_none), musli(skip_encoding_if = Option::is_none))]
    pub discount: Option<f64>,
}

/// Where an order goes.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(
    feature = "peers",
    derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize),
    jsony(ToJson, rename_all = "camelCase"),
    musli(name_all = "camelCase")
)]
pub struct Address {
    pub street: String,
    pub postal_code: String,
    pub city: String,
    pub country: String,
}

/// 512 different responses, 1,085 bytes on average.
#[must_use]
pub fn corpus() -> Corpus<ApiResponse> {
    let mut random = SplitMix64::new(0xA91);
    Corpus {
        name: "api_response",
        about: "512 different orders with user, prices and status",
        documents: std::iter::repeat_with(|| response(&mut random)).take(RESPONSES).collect(),
    }
}

fn response(random: &mut SplitMix64) -> ApiResponse {
    ApiResponse {
        request_id: format!("req_{:016x}", random.next_u64()),
        took_ms: random.integer(1..900),
        user: user(random),
        order: order(random),
        warnings: if random.one_in(8) {
            vec!["the price of \"Desk lamp\" has changed since it was added".to_owned()]
        } else {
            Vec::new()
        },
    }
}

fn user(random: &mut SplitMix64) -> User {
    let first = random.pick(&["Anna", "Björn", "Chloé", "David", "Emre", "Fatima", "Goran", "Hanna"]);
    let last = random.pick(&["Keller", "Lindqvist", "Moreau", "Novák", "Okafor", "Petrov", "Rossi", "Sato"]);
    let login = format!("user{}", random.integer::<u32>(1_000..900_000));
    User {
        id: random.integer(1..50_000_000),
        display_name: format!("{first} {last}"),
        email: format!("{login}@{}", random.pick(&["example.com", "mail.example.org", "shop.example.net"])),
        phone: random.one_in(2).then(|| format!("+49 30 {}", random.integer::<u32>(1_000_000..9_999_999))),
        avatar_url: (!random.one_in(3)).then(|| format!("https://cdn.example.com/avatars/{login}_128.png")),
        verified: !random.one_in(5),
        permissions: permissions(random),
        settings: Settings {
            locale: random.pick(&["de-DE", "en-GB", "fr-FR", "cs-CZ"]).to_owned(),
            dark_mode: random.one_in(2),
            newsletter: random.one_in(3),
            page_size: random.pick_copy(&[20, 50, 100]),
        },
        login,
    }
}

fn permissions(random: &mut SplitMix64) -> Vec<Permission> {
    let all = [
        Permission::ReadOrders,
        Permission::WriteOrders,
        Permission::ViewReports,
        Permission::Refund,
        Permission::ManageUsers,
    ];
    all[..random.integer(1..6)].to_vec()
}

fn order(random: &mut SplitMix64) -> Order {
    let lines: Vec<Line> = std::iter::repeat_with(|| line(random)).take(5).collect();
    // Sums are made of cents again, as money is: a sum of floats would have digits that no price has.
    let cents = random.integer::<u32>(3_000..90_000);
    let tax_cents = cents / 5;
    Order {
        id: random.integer(700_000_000..800_000_000),
        placed_at: format!(
            "2025-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            random.integer::<u8>(1..13),
            random.integer::<u8>(1..29),
            random.integer::<u8>(0..24),
            random.integer::<u8>(0..60),
            random.integer::<u8>(0..60),
        ),
        status: status(random),
        currency: random.pick_copy(&[Currency::Eur, Currency::Usd, Currency::Gbp]),
        lines,
        net: f64::from(cents) / 100.0,
        tax: f64::from(tax_cents) / 100.0,
        total: f64::from(cents + tax_cents) / 100.0,
        ship_to: (!random.one_in(4)).then(|| address(random)),
        note: random.one_in(4).then(|| "Please ring twice.\nThe bell is \"quiet\".".to_owned()),
    }
}

fn line(random: &mut SplitMix64) -> Line {
    Line {
        sku: format!("SKU-{:06}", random.integer::<u32>(0..1_000_000)),
        title: random
            .pick(&[
                "Desk lamp, brass",
                "Office chair",
                "Espresso cups, set of 4",
                "Wool blanket 140×200",
                "Notebook A5, dotted",
                "Cast iron pan 28 cm",
            ])
            .to_owned(),
        quantity: random.integer(1..9),
        unit_price: random.price(199..25_000),
        discount: random.one_in(3).then(|| random.price(50..1_000)),
    }
}

fn status(random: &mut SplitMix64) -> Status {
    match random.integer::<u8>(0..6) {
        0 => Status::Pending,
        1 | 2 => Status::Paid { method: random.pick(&["card", "invoice", "transfer"]).to_owned() },
        3 | 4 => Status::Shipped {
            carrier: random.pick(&["DHL", "UPS", "La Poste"]).to_owned(),
            tracking: format!("{:012}", random.integer::<u64>(0..1_000_000_000_000)),
        },
        _ => Status::Cancelled { reason: "changed my mind".to_owned(), refunded: random.one_in(2) },
    }
}

fn address(random: &mut SplitMix64) -> Address {
    let (street, postal_code, city, country) = random.pick_copy(&[
        ("Schönhauser Allee", "10439", "Berlin", "DE"),
        ("Rue de Rivoli", "75004", "Paris", "FR"),
        ("Deansgate", "M3 2BW", "Manchester", "GB"),
        ("Dlouhá", "110 00", "Praha", "CZ"),
    ]);
    Address {
        street: format!("{street} {}", random.integer::<u16>(1..180)),
        postal_code: postal_code.to_owned(),
        city: city.to_owned(),
        country: country.to_owned(),
    }
}
