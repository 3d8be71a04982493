//! libFuzzer over [`record_fuzz::pool`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::pool::run(data));
