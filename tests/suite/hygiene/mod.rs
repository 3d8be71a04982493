//! Expansions in modules that are hostile to generated code: no prelude, other meanings for well-known names, other names
//! for the runtime, every lint denied. That they compile is most of the test; that they mean the same is the rest.

mod forbidden;
mod names_in_scope;
mod no_prelude;
mod renamed;
mod shadowed;
mod strict;
