//! `remote`: each kind of type, what a definition may give a field as, and what a getter may return. Its mistakes are
//! in `ui/remote`.

use std::fmt::Display;
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::assert_same_text;
use serde::Serialize;

/// Types of another crate, as far as this module knows.
mod foreign {
    use super::{Deref, Display, Rc};

    pub(super) struct Unit;

    pub(super) struct Tuple<'a>(pub(super) u8, pub(super) &'a [u16], pub(super) Rc<str>);

    pub(super) struct Pointers {
        pub(super) boxed: Box<u32>,
        pub(super) text: String,
        pub(super) own: Meters,
    }

    #[derive(Clone)]
    pub(super) struct Meters(pub(super) u64);

    impl Deref for Meters {
        type Target = u64;

        fn deref(&self) -> &u64 {
            &self.0
        }
    }

    pub(super) struct Hidden<T> {
        value: T,
        count: u8,
    }

    impl<T: Display> Hidden<T> {
        pub(super) const fn new(value: T, count: u8) -> Self {
            Self { value, count }
        }

        pub(super) fn shown(&self) -> String {
            self.value.to_string()
        }

        pub(super) const fn value(&self) -> &T {
            &self.value
        }

        pub(super) const fn count(&self) -> &u8 {
            &self.count
        }
    }

    #[repr(C, packed)]
    pub(super) struct Packed {
        pub(super) small: u8,
        pub(super) large: u64,
    }

    #[expect(dead_code, reason = "a variant of another crate's")]
    pub(super) enum Choice<T> {
        None,
        One(T),
        Two(T, T),
        Named { boxed: Box<T> },
    }
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Unit")]
struct UnitDef;

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Tuple")]
struct TupleDef<'a>(u8, &'a [u16], Rc<str>);

/// Given as what they point to, which a reference to them coerces to.
#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Pointers")]
struct PointersDef {
    boxed: u32,
    text: str16::Text,
    own: u64,
}

/// A type whose name the definition has to find where it stands.
mod str16 {
    pub(super) type Text = String;
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Hidden")]
#[serde(bound = "T: Display + Serialize")]
#[json(bound = "T: Display + ZeroAllocJson")]
struct HiddenDef<T> {
    #[serde(getter = "foreign::Hidden::shown", skip_serializing_if = "String::is_empty")]
    shown: String,
    #[serde(getter = "foreign::Hidden::value")]
    value: T,
    #[serde(getter = "foreign::Hidden::count")]
    count: u8,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Packed")]
#[repr(C, packed)]
struct PackedDef {
    small: u8,
    large: u64,
}

#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Choice")]
enum ChoiceDef<T> {
    None,
    One(T),
    Two(T, T),
    Named { boxed: Box<T> },
}

/// Its own definition, whose fields may name it as `Self`.
#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "Self")]
struct Chain<T: Named> {
    number: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    same: Option<PhantomData<Self>>,
    parts: [PhantomData<(Self, <Self as Named>::Name)>; 1],
    argument: PhantomData<T>,
}

trait Named {
    type Name;
}

impl Named for u8 {
    type Name = Self;
}

impl<T: Named> Named for Chain<T> {
    type Name = T::Name;
}

/// Converted from a clone of the other type, not of the definition.
#[derive(Serialize, ZeroAllocJson)]
#[serde(remote = "foreign::Meters", into = "Shown")]
struct MetersDef(u64);

#[derive(Serialize, ZeroAllocJson)]
struct Shown(String);

impl From<foreign::Meters> for Shown {
    fn from(meters: foreign::Meters) -> Self {
        Self(format!("{} m", meters.0))
    }
}

#[derive(Serialize, ZeroAllocJson)]
struct Uses<'a> {
    #[serde(with = "UnitDef")]
    #[json(with = "UnitDef")]
    unit: foreign::Unit,
    #[serde(with = "TupleDef")]
    #[json(with = "TupleDef")]
    tuple: foreign::Tuple<'a>,
    #[serde(with = "PointersDef")]
    #[json(with = "PointersDef")]
    pointers: foreign::Pointers,
    #[serde(with = "HiddenDef")]
    #[json(with = "HiddenDef")]
    hidden: foreign::Hidden<u16>,
    #[serde(with = "PackedDef")]
    #[json(with = "PackedDef")]
    packed: foreign::Packed,
    #[serde(with = "ChoiceDef")]
    #[json(with = "ChoiceDef")]
    choice: foreign::Choice<u8>,
    #[serde(with = "Chain")]
    #[json(with = "Chain")]
    chain: Chain<u8>,
    #[serde(with = "MetersDef")]
    #[json(with = "MetersDef")]
    meters: foreign::Meters,
}

#[test]
fn each_kind_of_type() {
    let value = Uses {
        unit: foreign::Unit,
        tuple: foreign::Tuple(1, &[2, 3], Rc::from("t")),
        pointers: foreign::Pointers { boxed: Box::new(4), text: String::from("\""), own: foreign::Meters(5) },
        hidden: foreign::Hidden::new(6, 7),
        packed: foreign::Packed { small: 8, large: 9 },
        choice: foreign::Choice::Named { boxed: Box::new(10) },
        chain: Chain { number: 11, same: None, parts: [PhantomData], argument: PhantomData },
        meters: foreign::Meters(12),
    };
    assert_same_text(
        &value,
        r#"{"unit":null,"tuple":[1,[2,3],"t"],"pointers":{"boxed":4,"text":"\"","own":5},"hidden":{"shown":"6","value":6,"count":7},"packed":{"small":8,"large":9},"choice":{"Named":{"boxed":10}},"chain":{"number":11,"parts":[null],"argument":null},"meters":"12 m"}"#,
    );
}
