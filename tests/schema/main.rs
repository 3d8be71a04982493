//! JSON Schemas against a validator, and against those of schemars.

#![forbid(unsafe_code)]

mod derived;
mod judge;
mod openapi;
mod policies;
mod random_generics;
mod random_masks;
mod random_types;
mod references;
mod types;
