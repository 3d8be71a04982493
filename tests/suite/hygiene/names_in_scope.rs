//! The trait brings no method into scope but the documented ones, and meets no item of the user's by its own.

use record_runtime::ZeroAllocJson;
use record_tests::oracle::assert_same;
use serde::Serialize;

/// Methods of other traits, as they are called in published crates (`put` is `bytes::BufMut`'s).
trait Others {
    fn put(&mut self, bytes: &[u8]) -> usize;
    fn put_rows(&self) -> u8;
    fn constant(&self, x: u8) -> u8;
    fn write(&self) -> u8;
    fn value(&self) -> u8;
    fn fit(&self) -> u8;
}

impl Others for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> usize {
        self.extend_from_slice(bytes);
        self.len()
    }
    fn put_rows(&self) -> u8 {
        1
    }
    fn constant(&self, x: u8) -> u8 {
        x
    }
    fn write(&self) -> u8 {
        2
    }
    fn value(&self) -> u8 {
        3
    }
    fn fit(&self) -> u8 {
        4
    }
}

#[test]
fn methods_of_other_traits_are_reached() {
    let mut list: Vec<u8> = Vec::new();
    assert_eq!(list.put(b"len:"), 4);
    assert_eq!([list.put_rows(), list.constant(7), list.write(), list.value(), list.fit()], [1, 7, 2, 3, 4]);
    assert_eq!(record_runtime::to_string(&list), "[108,101,110,58]");
}

macro_rules! with_items {
    ($($T:ident)+) => {
        $(
            #[expect(dead_code, reason = "names that an expansion might use")]
            impl $T {
                const FRAGMENTS: usize = 1;
                const CONSTANTS: usize = 1;
                const BOUND: usize = 1;
                const MAX_JSON_LEN: usize = 1;
                const PLACES: usize = 1;
                fn constant(&self) -> ! {
                    panic!("not this one")
                }
                fn write_value(&self) -> ! {
                    panic!("not this one")
                }
                fn write_key(&self) -> ! {
                    panic!("not this one")
                }
                fn clone(&self) -> ! {
                    panic!("not this one")
                }
                fn into(self) -> ! {
                    panic!("not this one")
                }
            }
        )+
    };
}

#[derive(Serialize, ZeroAllocJson)]
struct Struct {
    a: u8,
    b: bool,
}

#[derive(Serialize, ZeroAllocJson)]
struct Newtype(u8);

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, ZeroAllocJson)]
enum Units {
    A,
    B,
}

#[derive(Serialize, ZeroAllocJson)]
enum Variants {
    A,
    B(Struct),
}

with_items! { Struct Newtype Units Variants }

#[test]
fn inherent_items_of_the_same_names_are_left_alone() {
    assert_same(&Struct { a: 1, b: true });
    assert_same(&Newtype(1));
    assert_same(&[Units::A, Units::B]);
    assert_same(&std::collections::BTreeMap::from([(Units::A, 1), (Units::B, 2)]));
    assert_same(&[Variants::A, Variants::B(Struct { a: 1, b: false })]);
}
