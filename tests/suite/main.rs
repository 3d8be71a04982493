//! Nearly all tests, in one binary: a module per topic.

mod attributes;
mod backends;
mod error_paths;
mod foul_play;
mod generics;
mod growth;
mod hygiene;
mod interruptions;
mod lengths;
mod manual;
mod map_keys;
mod once;
mod output;
mod policies;
mod pool;
mod properties;
mod random_generics;
mod random_masks;
mod random_types;
mod refusals;
mod std_types;
mod writer;
