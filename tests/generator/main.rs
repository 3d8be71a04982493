//! Writes derive inputs, values of each, and the functions that compare them. They are for the modules of the suite
//! with the names of the files: `random_types.rs`, and `directions.rs`, which is not random. The same types with their
//! schemas are for the modules of these names in `../schema/`.
//!
//! The same seed gives the same file on every machine. The inputs are those that serde accepts at compile time and can
//! write at run time. `serde_json` would refuse some values: a tagged newtype of a number, a 128-bit integer that serde
//! has to buffer. The rule that avoids one stands next to the choice.

#![expect(clippy::format_push_string, clippy::format_collect, reason = "Rust source, put together once per build")]

mod definition;
mod directions;
mod generic;
mod masks;
mod names;
mod plain;
mod source;
mod types;

#[path = "../src/split_mix.rs"]
#[expect(unreachable_pub, reason = "public where it is part of the library")]
mod split_mix;

use std::path::PathBuf;
use std::{env, fs};

use definition::World;
use split_mix::SplitMix64;

/// The seed unless `RECORD_TYPES_SEED` says otherwise.
const SEED: u64 = 0x5eed_0f1e_ca5e_2026;

/// How many types there are.
const TYPES: usize = 340;

/// How many generic types there are, or one more.
const GENERIC_TYPES: usize = 500;

/// The same of those with schemas.
const GENERIC_SCHEMAS: usize = 300;

fn main() {
    println!("cargo:rerun-if-env-changed=RECORD_TYPES_SEED");
    // The hook for allocations that fail is no part of stable Rust.
    println!("cargo:rerun-if-env-changed=RUSTC_BOOTSTRAP");
    println!("cargo:rustc-check-cfg=cfg(alloc_error_hook)");
    if env::var("RUSTC_BOOTSTRAP").is_ok_and(|value| value == "1") {
        println!("cargo:rustc-cfg=alloc_error_hook");
    }

    println!("cargo:rerun-if-changed=generator");
    println!("cargo:rerun-if-changed=src/split_mix.rs");

    let seed = match env::var("RECORD_TYPES_SEED") {
        Ok(text) => parse_seed(&text),
        Err(_) => SEED,
    };
    let mut rng = SplitMix64::new(seed);
    let mut world = World::default();
    while world.len() < TYPES {
        world.define(&mut rng);
    }
    let mut same_values = rng.clone();
    write("random_types.rs", &source::file(seed, &world, &mut rng, source::Derived::Writer));
    write("random_schemas.rs", &source::file(seed, &world, &mut same_values, source::Derived::Schemas));
    write("directions.rs", &directions::file());
    write("random_masks.rs", &masks::file(seed));
    write("random_mask_schemas.rs", &masks::with_schemas(seed));
    write("random_generics.rs", &generics(seed, GENERIC_TYPES, generic::Derived::Writer));
    write("random_generic_schemas.rs", &generics(seed, GENERIC_SCHEMAS, generic::Derived::Schema));
}

fn generics(seed: u64, count: usize, derived: generic::Derived) -> String {
    let items = generic::generate(seed, count, derived);
    let source: String = items.iter().map(|item| format!("{}{}", item.definition, item.check)).collect();
    source + &generic::table(seed, items.iter())
}

fn write(name: &str, source: &str) {
    let path = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join(name);
    fs::write(path, source).expect("OUT_DIR can be written to");
}

/// Decimal, or hexadecimal after `0x`; underscores are allowed, as the test prints them.
fn parse_seed(text: &str) -> u64 {
    let digits = text.trim().replace('_', "");
    let seed = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    seed.unwrap_or_else(|error| panic!("RECORD_TYPES_SEED is `{text}`: {error}"))
}
