//! The tests of scopes, middleware, recorders, tracking and trends, under the counting allocator.

mod actix;
mod layer;
mod recorders;
mod scopes;
mod tonic;
mod tracking;
mod trend;

use record_audit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();
