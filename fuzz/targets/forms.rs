//! libFuzzer over [`record_fuzz::forms`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::forms::run(data));
