//! libFuzzer over [`record_fuzz::escape`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::escape::run(data));
