//! Measures what deriving costs a user's build: see `--help`, or [`record_benches::build_cost`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::build_cost;

fn main() -> ExitCode {
    build_cost::run(std::env::args_os().skip(1), &mut std::io::stdout(), &mut std::io::stderr()).into()
}
