//! Fuzz targets: each a function of bytes, which reads an input out of them, writes it, and compares the text with what a
//! model says. A target panics where they differ.
//!
//! There are two drivers. libFuzzer follows coverage (`fuzz/run`); the test `corpus` runs each target over the committed
//! corpus and over random bytes, on every platform and with nothing installed.

pub mod audit;
pub mod bridge;
mod bytes;
pub mod canonical;
pub mod derive;
pub mod escape;
pub mod forms;
pub mod masks;
pub mod numbers;
pub mod policies;
pub mod pool;
pub mod program;
mod text;

/// A target's name and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, by the names of their corpora and binaries.
pub const TARGETS: &[Target] = &[
    ("escape", escape::run),
    ("numbers", numbers::run),
    ("program", program::run),
    ("policies", policies::run),
    ("bridge", bridge::run),
    ("forms", forms::run),
    ("canonical", canonical::run),
    ("masks", masks::run),
    ("pool", pool::run),
    ("audit", audit::run),
    ("derive", derive::run),
];
