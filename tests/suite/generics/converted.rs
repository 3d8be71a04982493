//! A helper type that flattens, by `into`.

use super::*;

#[derive(Clone, Serialize, ZeroAllocJson)]
#[serde(into = "Helper<T>")]
struct Outer<T: Clone> {
    value: T,
    revision: u8,
}

#[derive(Serialize, ZeroAllocJson)]
struct Helper<T> {
    #[serde(flatten)]
    value: T,
    revision: u8,
}

impl<T: Clone> From<Outer<T>> for Helper<T> {
    fn from(outer: Outer<T>) -> Self {
        Self { value: outer.value, revision: outer.revision }
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct Around<T: Clone> {
    #[serde(flatten)]
    outer: Outer<T>,
    last: bool,
}

#[test]
fn types_are_written_as_the_other() {
    let outer = || Outer { value: USER, revision: 1 };
    assert_same(&outer());
    assert_same(&Around { outer: outer(), last: true });
}
