//! Models of what threads share: the buffer pool of record-runtime, and the tables of record-audit.
//!
//! The files are those of the two crates, not copies. Each imports its atomics and locks from a module `sync`, and here
//! that is [`sync`], over loom. Loom runs a model once for every order of its threads' steps that the memory model
//! allows. It hands out every value that a relaxed load may return. `tests/` has the models, ARCHITECTURE.md what they
//! found.
#![expect(dead_code, reason = "of the files, models need a part")]
#![allow(
    unused_imports,
    clippy::pedantic,
    clippy::duplicate_mod,
    clippy::absurd_extreme_comparisons,
    reason = "the files are linted in their own crates"
)]

extern crate alloc;

mod stubs;
mod sync;

/// The pool's files, of record-runtime.
#[path = "../../record-runtime/src/output"]
pub mod output {
    pub(crate) use crate::sync;

    #[path = "../../../models/src/pool.rs"]
    pub mod models;
    mod pool;
}

/// Files of record-audit, which call this crate's root their own.
#[path = "../../record-audit/src"]
pub mod audit_files {
    pub(crate) mod counters;
    pub(crate) mod family;
    pub(crate) mod lock;
    #[path = "../../models/src/audit.rs"]
    pub mod models;
    pub(crate) mod sampling;
    pub(crate) mod stack;
    pub(crate) mod table;
    pub(crate) mod tracking;
    pub(crate) mod under_way;
}

/// The tables of `tracking` once more, whose functions are out of reach there.
#[path = "../../record-audit/src/tracking"]
pub mod table_files {
    mod blocks;
    mod levels;
    #[path = "../../../models/src/table.rs"]
    pub mod models;
    mod owners;
    mod stacks;
}

/// Files of the sampled heap.
#[path = "../../record-audit/src/heap"]
pub mod heap_files {
    pub(crate) mod calls;
    pub(crate) mod context;
    #[path = "../../../models/src/heap.rs"]
    pub mod models;

    /// No model changes a thread's labels, which are its own.
    fn change_context(_: impl FnOnce(u64) -> u64) {}
}

use audit_files::{counters, family, lock, sampling, stack, table, tracking, under_way};
use stubs::sink;
use stubs::{clock, id, is_active, method, request, route};

/// Runs a model for every interleaving, with at most so many preemptions in one run, or any number.
fn explore(preemptions: Option<usize>, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    builder.max_branches = 100_000;
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = std::sync::Arc::clone(&runs);
    builder.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        sync::begin();
        model();
    });
    println!("{runs:?} runs");
}
