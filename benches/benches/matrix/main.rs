//! Every kind of leaf in every place, and every form of output, next to `serde_json` and sonic-rs: see `--help`, or
//! [`record_benches::matrix`].
//!
//! The cells are data: rows are functions that make a leaf, columns are generic types around one. Their cross is chosen
//! so that it stays quick to compile: a few kinds of leaves stand everywhere, the others where most leaves stand.

#![forbid(unsafe_code)]

mod containers;
mod engines;
mod forms;
mod leaves;

use std::process::ExitCode;

use record_benches::matrix::{self, Board};

fn main() -> ExitCode {
    let cells = |board: &mut Board<'_>| {
        leaves::show(board);
        forms::show(board);
    };
    matrix::run(std::env::args_os().skip(1), cells, &mut std::io::stdout(), &mut std::io::stderr()).into()
}
