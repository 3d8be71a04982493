//! The catalogue: the same 10,000 products at each start.

use std::sync::LazyLock;

use record_runtime::ZeroAllocJson;
use serde::Serialize;

const PRODUCTS: u32 = 10_000;

#[derive(Debug, Serialize, ZeroAllocJson)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Product {
    id: u32,
    name: String,
    price: f64,
    currency: Currency,
    in_stock: u32,
    tags: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    dimensions: Dimensions,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
#[serde(rename_all = "UPPERCASE")]
enum Currency {
    Eur,
    Usd,
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Dimensions {
    width: f32,
    height: f32,
    depth: f32,
}

static CATALOGUE: LazyLock<Vec<Product>> = LazyLock::new(|| (1..=PRODUCTS).map(product).collect());

/// All products, by their number, which begins with 1.
pub(crate) fn all() -> &'static [Product] {
    &CATALOGUE
}

pub(crate) fn by_id(id: u32) -> Option<&'static Product> {
    CATALOGUE.get(id.checked_sub(1)? as usize)
}

fn product(id: u32) -> Product {
    const KINDS: [&str; 8] = ["Lamp", "Chair", "Desk", "Shelf", "Stool", "Clock", "Bowl", "Rug"];
    const STYLES: [&str; 6] = ["plain", "oak", "\"Nordic\"", "café", "steel", "woven"];
    const TAGS: [&str; 5] = ["new", "sale", "outdoor", "handmade", "fragile"];
    // A multiplicative hash: numbers that differ from product to product and stay the same forever.
    let mixed = id.wrapping_mul(0x9E37_79B1);
    let (kind, style) = (KINDS[(mixed >> 29) as usize], STYLES[(mixed >> 5) as usize % STYLES.len()]);
    Product {
        id,
        name: format!("{kind}, {style}, no. {id}"),
        price: f64::from(mixed % 99_900 + 100) / 100.0,
        currency: if mixed & 1 == 0 { Currency::Eur } else { Currency::Usd },
        in_stock: mixed >> 8 & 0xFF,
        tags: TAGS.iter().copied().filter(|tag| mixed >> tag.len() & 1 == 1).collect(),
        description: (mixed & 0b110 != 0).then(|| format!("A {style} piece.\nShips in {} days.", 1 + mixed % 14)),
        dimensions: Dimensions { width: length(mixed >> 16), height: length(mixed >> 12), depth: length(mixed >> 8) },
    }
}

/// In centimetres: 0 to 128 by 512ths.
fn length(number: u32) -> f32 {
    let [low, high, ..] = number.to_le_bytes();
    f32::from(u16::from_le_bytes([low, high])) / 512.0
}
