//! libFuzzer over [`record_fuzz::bridge`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::bridge::run(data));
