//! The program `record-gate`; its README and `record-gate --help` say how it is used.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    record_gate::run(std::env::args_os().skip(1))
}
