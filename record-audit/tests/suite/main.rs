//! The tests of scopes, middleware, recorders, tracking and trends, under the counting allocator.

mod actix;
#[cfg(target_os = "linux")]
mod kernel;
mod layer;
mod outcomes;
mod pages;
mod recorders;
mod sampling;
mod scopes;
mod scrapes;
mod tonic;
mod tracking;
mod trend;
mod verdicts;

use record_audit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();
