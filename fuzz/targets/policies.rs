//! libFuzzer over [`record_fuzz::policies`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| record_fuzz::policies::run(data));
