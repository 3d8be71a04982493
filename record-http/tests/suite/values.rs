//! Values to respond with.

use std::fmt::Write;
use std::ops::Range;

use record_runtime::{Cursor, Dispatch, Error, ZeroAllocJson};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) lines: Vec<(String, f64)>,
}

impl Order {
    /// An order whose text has some 30 bytes for each line.
    pub(crate) fn example(id: u64, lines: usize) -> Self {
        let line = |n: u32| (format!("\"part\"\n{n}"), f64::from(n) / 3.0);
        Self { id, title: format!("Ördér {id}"), lines: (0..).map(line).take(lines).collect() }
    }
}

/// One number a line, as `JsonLines` has them.
pub(crate) fn numbers(range: Range<u32>) -> String {
    range.fold(String::new(), |mut text, number| {
        writeln!(text, "{number}").unwrap();
        text
    })
}

/// Much text, then a part that cannot be written.
#[derive(ZeroAllocJson)]
pub(crate) struct Unwritable {
    text: String,
    broken: Broken,
}

impl Unwritable {
    pub(crate) fn example() -> Self {
        Self { text: "a secret".repeat(10_000), broken: Broken }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Broken;

impl ZeroAllocJson for Broken {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fail(Error::custom("broken on purpose"))
    }
}

/// Numbers from a seed, which is printed: splitmix64.
pub(crate) struct Random(u64);

impl Random {
    /// Seeded by a variable of the environment, or another way each time; `salt` tells parts of one test apart.
    pub(crate) fn seeded(variable: &str, salt: &str) -> Self {
        static FIRST: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
            use std::hash::{BuildHasher, RandomState};
            RandomState::new().hash_one(0)
        });
        let seed = std::env::var(variable).ok().and_then(|seed| seed.parse().ok()).unwrap_or(*FIRST);
        println!("{variable}={seed}");
        Self(salt.bytes().fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into())))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
