//! The counting allocator around mimalloc.

mod exact;

use record_audit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator<mimalloc::MiMalloc> = CountingAllocator::new(mimalloc::MiMalloc);
