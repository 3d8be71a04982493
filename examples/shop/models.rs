//! The values that the service sends and takes.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::time::SystemTime;

use record_runtime::{Unredacted, View, ViewId, ZeroAllocJson};
use serde::Deserialize;

/// The view of those who run the shop. Without it, the fields that name it are left out, and phone numbers are redacted.
#[derive(Debug)]
pub(crate) struct Staff;

impl View for Staff {
    fn includes(view: ViewId) -> bool {
        view.is::<Unredacted>()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
#[json(field_mask)]
pub(crate) struct Product {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) category: String,
    #[json(display)]
    pub(crate) price: Cents,
    pub(crate) stock: u32,
    #[json(skip_none)]
    pub(crate) description: Option<String>,
    #[json(time = "rfc3339_millis")]
    pub(crate) updated: SystemTime,
    #[json(view = "Staff", display)]
    pub(crate) cost: Cents,
    #[json(view = "Staff")]
    pub(crate) supplier: String,
}

#[derive(Debug, ZeroAllocJson)]
pub(crate) struct Category {
    pub(crate) name: String,
    pub(crate) products: u32,
}

/// The fields of a product that staff may change.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductChange {
    pub(crate) price: Option<Cents>,
    pub(crate) stock: Option<u32>,
}

/// A product's price and stock after a change.
#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
pub(crate) struct Change {
    #[json(skip)]
    pub(crate) id: i64,
    pub(crate) product: i64,
    #[json(display)]
    pub(crate) price: Cents,
    pub(crate) stock: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOrder {
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    pub(crate) lines: Vec<NewLine>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLine {
    pub(crate) product: i64,
    pub(crate) quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
#[json(field_mask)]
pub(crate) struct Order {
    /// The place in the list of all orders.
    #[json(view = "Staff")]
    pub(crate) number: i64,
    pub(crate) id: String,
    #[json(time = "rfc3339_millis")]
    pub(crate) placed: SystemTime,
    #[json(view = "Staff")]
    pub(crate) email: String,
    #[json(skip_none, redact = "last_four")]
    pub(crate) phone: Option<String>,
    pub(crate) lines: Vec<OrderLine>,
    #[json(display)]
    pub(crate) total: Cents,
}

#[derive(Debug, Clone, PartialEq, Eq, ZeroAllocJson)]
#[json(field_mask)]
pub(crate) struct OrderLine {
    pub(crate) product: i64,
    pub(crate) name: String,
    pub(crate) quantity: u32,
    #[json(display)]
    pub(crate) price: Cents,
}

/// A part of a list, and where the next part begins.
#[derive(Debug, ZeroAllocJson)]
#[json(field_mask)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The parameter `after` of the next page.
    #[json(skip_none)]
    pub(crate) next: Option<String>,
}

/// An amount of money, written as `"12.50"`: a number would be rounded by clients that read it as a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Cents(pub(crate) i64);

impl Display for Cents {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (sign, cents) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Cents {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "an amount is written as in \"12.50\"";
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match text.split_once('.') {
            Some((whole, cents)) if cents.len() == 2 && !whole.is_empty() && is_number(whole) && is_number(cents) => {
                format!("{whole}{cents}").parse().map(Self).map_err(|_| WRONG)
            }
            _ => Err(WRONG),
        }
    }
}

impl TryFrom<String> for Cents {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
