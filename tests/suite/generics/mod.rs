//! Generic types beyond the plain, as published code has them: serde compiles each of them, so this derive must, and the
//! bytes are the same. Random ones are in `generator/`.

mod associated;
mod bounds;
mod converted;
mod keys;
mod names;
mod recursion;
mod traits;
mod wrappers;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::Deref;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::{assert_refused, assert_same};
use serde::Serialize;

#[derive(Clone, Debug, Serialize, ZeroAllocJson)]
struct User {
    name: &'static str,
}

const USER: User = User { name: "a" };

/// The same bytes, or no text from either.
#[track_caller]
fn assert_same_outcome<T: ZeroAllocJson + Serialize>(value: &T) {
    match serde_json::to_vec(value) {
        Ok(_) => assert_same(value),
        Err(_) => drop(assert_refused(value)),
    }
}

/// Arrays without elements are written whatever the elements are.
#[test]
fn arrays_without_elements() {
    struct NotJson;

    #[derive(Serialize, ZeroAllocJson)]
    struct Named<T> {
        before: u8,
        none: [NotJson; 0],
        generic: [T; 0],
    }

    #[derive(Serialize, ZeroAllocJson)]
    struct Newtype([NotJson; 0]);

    #[derive(Serialize, ZeroAllocJson)]
    enum Variants {
        Newtype([NotJson; 0]),
        Tuple(u8, [NotJson; 0]),
        Named { none: [NotJson; 0] },
    }

    assert_same(&Named::<u8> { before: 1, none: [], generic: [] });
    assert_same(&Newtype([]));
    assert_same(&[Variants::Newtype([]), Variants::Tuple(1, []), Variants::Named { none: [] }]);
}
