//! Compares responses under load: see `--help`, or [`record_benches::load`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::allocations::CountingAllocator;
use record_benches::load;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    load::run(std::env::args_os().skip(1), &mut std::io::stdout(), &mut std::io::stderr()).into()
}
