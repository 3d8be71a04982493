//! Draws the charts of `benches/results/compare.csv` again, without measuring.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use record_benches::{compare, exit};

fn main() -> ExitCode {
    let result = compare::draw_published();
    exit::command("charts", Ok(()), &mut std::io::stdout(), &mut std::io::stderr(), |(), _, _| result).into()
}
