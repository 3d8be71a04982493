//! A user with ten items: the response with which JSON libraries of Go are usually compared.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of a textbook; their names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;

/// The user.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct User {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub age: u32,
    pub active: bool,
    pub score: f64,
    pub tags: Vec<String>,
    pub items: Vec<Item>,
}

/// An item of the user.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct Item {
    pub id: u64,
    pub title: String,
    pub quantity: u32,
    pub price: f64,
    pub in_stock: bool,
}

/// The one document there is: 951 bytes.
#[must_use]
pub fn corpus() -> Corpus<User> {
    let titles = [
        ("Mechanical keyboard", 1, 89.9),
        ("Wireless mouse", 2, 24.95),
        ("USB-C cable, 2 m", 5, 7.49),
        ("27\" monitor", 1, 219.0),
        ("Laptop stand", 1, 39.99),
        ("Headset, wired", 1, 149.5),
        ("Webcam 1080p", 1, 54.25),
        ("Desk mat", 3, 12.0),
        ("Docking station", 1, 129.99),
        ("Blue-light glasses", 2, 18.75),
    ];
    let items = (1001_u64..).zip(titles).map(|(id, (title, quantity, price))| Item {
        id,
        title: title.to_owned(),
        quantity,
        price,
        in_stock: id % 3 != 0,
    });
    let user = User {
        id: 123_456_789,
        name: "Grace Hopper".to_owned(),
        email: "graceh@example.com".to_owned(),
        age: 37,
        active: true,
        score: 98.6,
        tags: ["admin", "beta", "newsletter"].map(str::to_owned).to_vec(),
        items: items.collect(),
    };
    Corpus { name: "user_with_items", about: "a user with ten items", documents: vec![user] }
}
