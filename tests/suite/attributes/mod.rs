//! Every attribute that changes what is written, against `serde_json` on the same derive input.

mod containers;
mod directions;
mod flatten;
mod json_forms;
mod many_fields;
mod names;
mod reading;
mod remote;
mod renames;
mod shapes;
mod skips;
mod taggings;
