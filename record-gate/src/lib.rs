//! A gate for releases, as a library and as the program of this name: scenarios are measured, kept in a history, and judged.
//!
//! The library has [`Functions`], by which a program registers functions to be measured, and [`cause`]. Everything else is
//! the program's; its README begins with the first check.
//!
//! # What is not supported
//!
//! - Systems other than Unix: what is started is ended as a process group.
//! - HTTP/2, and TLS without the program `curl`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod audit;
mod budgets;
pub mod cause;
mod changes;
mod check;
mod cli;
mod command;
mod config;
mod functions;
mod git;
mod history;
mod host;
mod http;
mod import;
mod init;
mod load;
mod measures;
mod output;
mod process;
mod random;
mod scratch;
mod serve;
mod service;
mod statistics;
mod time;
mod trends;
mod verdict;

pub use cli::run;
pub use functions::Functions;
/// Counts what functions allocate, as the `#[global_allocator]` of the program that registers them.
pub use record_audit::CountingAllocator;
