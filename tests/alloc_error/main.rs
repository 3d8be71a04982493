//! Allocations that fail, where the hook for that unwinds instead of ending the process.
//!
//! A process of its own: it installs the hook, and an allocator that fails on demand. Stable Rust has no such hook yet, so
//! the tests are there under `RUSTC_BOOTSTRAP=1` alone: `.ci/run` has the command, with the address sanitizer.
#![cfg_attr(alloc_error_hook, feature(alloc_error_hook))]

#[cfg(alloc_error_hook)]
mod failing;

#[cfg(not(alloc_error_hook))]
#[test]
#[ignore = "needs RUSTC_BOOTSTRAP=1: see .ci/run"]
fn skipped() {}
