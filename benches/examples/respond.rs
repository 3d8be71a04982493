//! Writes a real response, 100 posts of Twitter's search, by generated code and by `serde_json`, and shows that the bytes
//! are the same and what each of them costs. Try `cargo run --release --example respond`, and `-- --help` after it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::allocations::CountingAllocator;
use record_benches::respond;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    respond::run(std::env::args_os().skip(1), &mut std::io::stdout(), &mut std::io::stderr()).into()
}
