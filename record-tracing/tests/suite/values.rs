//! Random values of every kind that a field can have.

use std::error::Error;
use std::fmt;
use std::num::NonZeroU64;

use record_benches::prng::SplitMix64;

/// A value of each kind.
pub(crate) struct Values {
    pub(crate) float: f64,
    pub(crate) single: f32,
    pub(crate) signed: i64,
    pub(crate) unsigned: u64,
    pub(crate) small: u8,
    pub(crate) wide: i128,
    pub(crate) wide_unsigned: u128,
    pub(crate) nonzero: NonZeroU64,
    pub(crate) flag: bool,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) maybe: Option<u64>,
    pub(crate) maybe_text: Option<&'static str>,
    pub(crate) debug: Tree,
    pub(crate) error: Chain,
    pub(crate) boxed: Box<dyn Error + Send + Sync>,
}

/// A value with a long `Debug`.
#[derive(Debug)]
#[expect(dead_code, reason = "for its `Debug`")]
pub(crate) enum Tree {
    Leaf(String, f64),
    Node { left: Option<Box<Tree>>, quoted: char },
}

/// An error with sources, whose text has to be escaped.
#[derive(Debug)]
pub(crate) struct Chain(String, Option<Box<Chain>>);

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed: {}", self.0)
    }
}

impl Error for Chain {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|source| source as _)
    }
}

pub(crate) fn below(random: &mut SplitMix64, end: u64) -> u64 {
    random.integer(0..end)
}

impl Values {
    pub(crate) fn new(random: &mut SplitMix64) -> Self {
        let floats =
            [0.0, -0.0, 1.5, 1e16, 1e-7, 0.1, f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, -1e21, 123_456.0];
        let float = if below(random, 2) == 0 {
            floats[random.integer::<usize>(0..12)]
        } else {
            f64::from_bits(random.next_u64())
        };
        let bits = random.next_u64();
        let unsigned = [0, 1, u64::MAX, 1 << 63, 9_007_199_254_740_993, bits][random.integer::<usize>(0..6)];
        let tree = Tree::Leaf(text(random), float);
        Self {
            float,
            single: f32::from_bits(random.integer(0..1 << 32)),
            signed: unsigned.cast_signed(),
            unsigned,
            small: random.integer(0..256),
            wide: i128::from(bits.cast_signed()) << below(random, 64),
            wide_unsigned: u128::from(bits) << below(random, 65),
            nonzero: NonZeroU64::new(bits | 1).expect("not zero"),
            flag: bits & 2 == 2,
            text: text(random),
            bytes: (0..below(random, 20)).map(|_| random.integer(0..256)).collect(),
            maybe: (bits & 4 == 4).then_some(unsigned),
            maybe_text: (bits & 8 == 8).then_some("perhaps \"so\""),
            debug: if bits & 16 == 16 { tree } else { Tree::Node { left: Some(Box::new(tree)), quoted: '"' } },
            error: Chain(text(random), Some(Box::new(Chain(text(random), None)))),
            boxed: Box::new(Chain(text(random), None)),
        }
    }
}

/// A text with whatever has to be escaped, of any length around the kernels' blocks.
pub(crate) fn text(random: &mut SplitMix64) -> String {
    let characters =
        ['a', 'Z', ' ', '"', '\\', '\n', '\u{0}', '\u{1f}', '\u{7f}', 'é', '\u{2028}', '€', '😀', '/', '<'];
    let length = [0, 1, 8, 31, 33, 64, 200][random.integer::<usize>(0..7)];
    let odd = below(random, 3) == 0;
    (0..length)
        .map(|_| {
            if odd {
                characters[random.integer::<usize>(0..15)]
            } else {
                char::from(b'a' + random.integer::<u8>(0..26))
            }
        })
        .collect()
}
