//! Structs and variants of more fields than one group of a writer holds (16), with skips and flattened fields around the
//! seams.

#![expect(clippy::large_enum_variant, reason = "as large as it takes")]

use std::collections::BTreeMap;

use record_runtime::ZeroAllocJson;
use record_tests::oracle::assert_same;
use record_tests::split_mix::SplitMix64;
use serde::Serialize;

/// A struct of plain fields, one whose fields may all be left out, a tuple and an enum: with the given fields.
macro_rules! fields {
    ($test:ident: $count:literal $($field:ident)*) => {
        #[test]
        fn $test() {
            #[derive(Serialize, ZeroAllocJson)]
            struct Numbers {
                $($field: u64),*
            }

            #[derive(Serialize, ZeroAllocJson)]
            struct Texts<'a> {
                $($field: &'a str),*
            }

            #[derive(Serialize, ZeroAllocJson)]
            struct Options {
                $(#[serde(skip_serializing_if = "Option::is_none")] $field: Option<u32>),*
            }

            #[derive(Serialize, ZeroAllocJson)]
            struct Flattened {
                $(#[serde(flatten)] $field: BTreeMap<&'static str, u8>),*
            }

            #[derive(Serialize, ZeroAllocJson)]
            struct Tuple($(replaced!($field u64)),*);

            #[derive(Serialize, ZeroAllocJson)]
            enum External {
                Struct { $($field: u8),* },
                Options { $(#[serde(skip_serializing_if = "Option::is_none")] $field: Option<u32>),* },
                Tuple($(replaced!($field i64)),*),
            }

            #[derive(Serialize, ZeroAllocJson)]
            #[serde(tag = "t")]
            enum Internal {
                Struct { $($field: f32),* },
                Options { $(#[serde(skip_serializing_if = "Option::is_none")] $field: Option<u32>),* },
            }

            const NAMES: &[&str] = &[$(stringify!($field)),*];
            assert_eq!(NAMES.len(), $count);

            assert_same(&Numbers { $($field: u64::MAX),* });
            assert_same(&Texts { $($field: concat!(stringify!($field), "\n and clean text")),* });
            assert_same(&Tuple($(replaced!($field u64::MAX)),*));
            assert_same(&[External::Struct { $($field: 1),* }, External::Tuple($(replaced!($field i64::MIN)),*)]);
            assert_same(&Internal::Struct { $($field: -0.5),* });

            let mut rng = SplitMix64::new(0x00f1_e1d5);
            for percent in [0, 5, 50, 95, 100] {
                for _ in 0..20 {
                    let mut field = || rng.chance(percent).then_some(u32::MAX);
                    assert_same(&Options { $($field: field()),* });
                    assert_same(&External::Options { $($field: field()),* });
                    assert_same(&Internal::Options { $($field: field()),* });
                    let mut map = || field().map(|_| ("k", 1)).into_iter().collect();
                    assert_same(&Flattened { $($field: map()),* });
                }
            }
        }
    };
}

macro_rules! replaced {
    ($field:ident $($with:tt)*) => { $($with)* };
}

fields!(one: 1 a0);
fields!(five: 5 a0 a1 a2 a3 a4);
fields!(six: 6 a0 a1 a2 a3 a4 a5);
fields!(fifteen: 15
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14
);
fields!(sixteen: 16
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
);
fields!(seventeen: 17
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16
);
fields!(thirty_one: 31
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30
);
fields!(thirty_two: 32
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31
);
fields!(thirty_three: 33
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31
    a32
);
fields!(sixty_four: 64
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31
    a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47
    a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61 a62 a63
);
fields!(seventy: 70
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15
    a16 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a29 a30 a31
    a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42 a43 a44 a45 a46 a47
    a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61 a62 a63
    a64 a65 a66 a67 a68 a69
);

/// Fields of every class, so that bounded runs, strings, nested values, skips and splices meet at the seams of groups.
macro_rules! mixed {
    ($name:ident: $($number:ident $text:ident $option:ident $map:ident $list:ident)*) => {
        #[derive(Clone, Serialize, ZeroAllocJson)]
        struct $name {
            $(
                $number: f64,
                $text: String,
                #[serde(skip_serializing_if = "Option::is_none")]
                $option: Option<u8>,
                #[serde(flatten)]
                $map: BTreeMap<u8, bool>,
                #[serde(skip_serializing_if = "Vec::is_empty")]
                $list: Vec<i8>,
            )*
        }

        impl $name {
            fn random(rng: &mut SplitMix64) -> Self {
                Self {
                    $(
                        $number: f64::from_bits(rng.bits()),
                        $text: "text\n".repeat(rng.below(4)),
                        $option: rng.chance(50).then_some(1),
                        $map: (0..u8::try_from(rng.below(3)).expect("small")).map(|key| (key, true)).collect(),
                        $list: vec![-1; rng.below(3)],
                    )*
                }
            }
        }
    };
}

mixed!(Mixed20:
    n0 t0 o0 m0 l0
    n1 t1 o1 m1 l1
    n2 t2 o2 m2 l2
    n3 t3 o3 m3 l3
);
mixed!(Mixed35:
    n0 t0 o0 m0 l0
    n1 t1 o1 m1 l1
    n2 t2 o2 m2 l2
    n3 t3 o3 m3 l3
    n4 t4 o4 m4 l4
    n5 t5 o5 m5 l5
    n6 t6 o6 m6 l6
);
mixed!(Mixed50:
    n0 t0 o0 m0 l0
    n1 t1 o1 m1 l1
    n2 t2 o2 m2 l2
    n3 t3 o3 m3 l3
    n4 t4 o4 m4 l4
    n5 t5 o5 m5 l5
    n6 t6 o6 m6 l6
    n7 t7 o7 m7 l7
    n8 t8 o8 m8 l8
    n9 t9 o9 m9 l9
);

#[test]
fn mixtures() {
    #[derive(Serialize, ZeroAllocJson)]
    struct Around<T> {
        before: u8,
        #[serde(flatten)]
        inner: T,
        after: u8,
    }

    let mut rng = SplitMix64::new(0x0031_7ed5);
    for _ in 0..100 {
        assert_same(&Mixed20::random(&mut rng));
        assert_same(&Mixed35::random(&mut rng));
        assert_same(&Mixed50::random(&mut rng));
        assert_same(&Around { before: 1, inner: Mixed20::random(&mut rng), after: 2 });
        assert_same(&Around { before: 1, inner: Mixed50::random(&mut rng), after: 2 });
    }
}
