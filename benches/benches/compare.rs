//! Compares record with every peer on every corpus: see `--help`, or [`record_benches::compare`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::allocations::CountingAllocator;
use record_benches::compare;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    compare::run(std::env::args_os().skip(1), &mut std::io::stdout(), &mut std::io::stderr()).into()
}
