//! Hostile use, all of it safe code. Values are too deep, too long or without size; code lies, and panics wherever it
//! can. No text may be wrong without an error that belongs to it, nothing may be written elsewhere, and the process
//! stays alive.
//!
//! Allocations that fail are in `alloc_error`, forks in `pool` and in the audit's tests.

#![forbid(unsafe_code)]

mod bounds;
mod depth;
mod lies;
mod sizes;
