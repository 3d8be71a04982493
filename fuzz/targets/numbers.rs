//! libFuzzer over [`record_fuzz::numbers`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::numbers::run(data));
