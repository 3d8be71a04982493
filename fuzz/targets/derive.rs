//! libFuzzer over [`record_fuzz::derive`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::derive::run(data));
