//! Properties over values: what is small enough is exhausted, the rest is random.
//!
//! The random ones are proptest's, which prints a failure's seed and a smaller value that fails as well.
//! `PROPTEST_CASES` asks for more of them.

mod floats;
mod floats_apart;
mod integers;
mod models;
mod strings;

use proptest::test_runner::Config;

/// How proptest runs: without a file of past failures, which would be written next to the sources.
fn config() -> Config {
    Config { failure_persistence: None, ..Config::default() }
}
