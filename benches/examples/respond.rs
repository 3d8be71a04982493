//! Writes a real response, 100 posts of Twitter's search, by generated code and by `serde_json`. It shows that the
//! bytes are the same, and the cost of each. Try `cargo run --release --example respond`, and `-- --help` after it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::allocations::CountingAllocator;
use record_benches::respond;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    respond::run(std::env::args_os().skip(1), &mut std::io::stdout(), &mut std::io::stderr()).into()
}
