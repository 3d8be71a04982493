//! The JSON Schema of a type, beside one of its texts: `cargo run --example schema --features schema`.

use std::time::SystemTime;

use record_runtime::{ZeroAllocJson, schema, to_string_pretty};

/// An order of a shop.
#[derive(ZeroAllocJson)]
#[json(schema, skip_none)]
#[serde(rename_all = "camelCase")]
struct Order<'a> {
    /// Too long for the numbers of JavaScript.
    #[json(as_string)]
    id: u64,
    #[json(time = "rfc3339_seconds")]
    placed: SystemTime,
    articles: Vec<Line<'a>>,
    payment: Payment<'a>,
    /// For the courier.
    note: Option<&'a str>,
}

#[derive(ZeroAllocJson)]
#[json(schema)]
struct Line<'a> {
    article: &'a str,
    count: u32,
    /// Of one article, in euros.
    #[json(decimals = 2, non_finite = "error")]
    price: f64,
}

#[derive(ZeroAllocJson)]
#[json(schema)]
#[serde(tag = "method", rename_all = "snake_case")]
enum Payment<'a> {
    Invoice,
    Card {
        #[json(redact = "last_four")]
        number: &'a str,
    },
}

fn main() {
    let lines = [Line { article: "tea", count: 2, price: 4.5 }, Line { article: "cup", count: 1, price: 12.0 }];
    for payment in [Payment::Card { number: "4111111111111111" }, Payment::Invoice] {
        let lines = lines.iter().map(|Line { article, count, price }| Line { article, count: *count, price: *price });
        let placed = SystemTime::UNIX_EPOCH;
        let order = Order { id: 1 << 60, placed, articles: lines.collect(), payment, note: None };
        println!("{}", to_string_pretty(&order));
    }
    println!("{}", to_string_pretty(&schema::document::<Order<'_>>()));
}
