//! The counting allocator around the system's.

mod exact;

use record_audit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();
