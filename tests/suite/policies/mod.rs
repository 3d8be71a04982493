//! Policies: other texts for known types, asked for in `json(…)`. The reference is a serde type with the same text, or
//! whatever else defines it: `format!`, the crates `base64` and `hex`, what Go's encoding/json documents.

mod bytes;
mod defaults;
mod display;
mod escapes;
mod growth;
mod masks;
mod numbers;
mod omissions;
mod order;
mod raw;
mod redact;
mod repr;
mod shapes;
mod time;
mod truncate;
mod views;
