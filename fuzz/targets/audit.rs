//! libFuzzer over [`record_fuzz::audit`], with the allocator that it is about.

#![no_main]

#[global_allocator]
static ALLOCATOR: record_audit::CountingAllocator = record_audit::CountingAllocator::system();

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::audit::run(data));
