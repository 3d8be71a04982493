//! The counting allocator around jemalloc.

mod exact;

use record_audit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator<tikv_jemallocator::Jemalloc> = CountingAllocator::new(tikv_jemallocator::Jemalloc);
