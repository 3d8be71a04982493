//! libFuzzer over [`record_fuzz::canonical`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::canonical::run(data));
