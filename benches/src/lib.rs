//! Named corpora and engines, and what is needed to compare them fairly: the inputs and peers of every figure that this
//! project publishes.
//!
//! - [`corpus`]: the inputs. [`engine`]: the ways to write them. [`peers`]: what some of them ask of a type.
//! - [`timing`], [`allocations`], [`machine`], [`table`]: measuring, and saying what was measured on what.
//! - [`project`]: where the files are. [`prng`]: where variation comes from.
//! - [`compare`], [`respond`], [`build_cost`]: the commands as functions, which the programs only call. [`exit`]: how they
//!   end.
//!
//! The command `load` compares responses of a service, in the module of its name, behind a feature for what it needs.
//!
//! The bench `matrix` has the cells, and [`matrix`] what is done with them.
//!
//! The bench `instructions` counts instructions instead of time; `instructions` has what it needs.
//!
//! Every engine's output is verified before it is timed, and outside of what is timed.

pub mod allocations;
mod arguments;
pub mod build_cost;
pub mod compare;
pub mod corpus;
pub mod engine;
pub mod exit;
#[cfg(feature = "instructions")]
pub mod instructions;
#[cfg(feature = "load")]
pub mod load;
pub mod machine;
pub mod matrix;
pub mod peers;
pub mod prng;
pub mod project;
pub mod respond;
#[cfg(test)]
mod stack;
mod svg;
pub mod table;
pub mod timing;
mod verify;
