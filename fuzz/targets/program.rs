//! libFuzzer over [`record_fuzz::program`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::program::run(data));
