//! libFuzzer over [`record_fuzz::masks`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::masks::run(data));
