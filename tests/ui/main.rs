//! Diagnostics are part of the interface: each has a case in the folder that is named after its cause, with the text that
//! the compiler prints.
//!
//! The texts are those of the Rust version that the workspace names. `TRYBUILD=overwrite cargo test -p record-tests
//! --test compile_fail` writes them anew; they are reviewed like code.

#[test]
fn diagnostics() {
    let cases = trybuild::TestCases::new();
    // Some say that a feature is off, or what is wrong where it is on.
    if cfg!(feature = "schema") {
        cases.compile_fail("ui/schema/*/*.rs");
    }
    if cfg!(feature = "serde") {
        cases.compile_fail("ui/serde/*/*.rs");
    }
    if cfg!(not(any(feature = "schema", feature = "serde"))) {
        cases.compile_fail("ui/*/*.rs");
    }
}
