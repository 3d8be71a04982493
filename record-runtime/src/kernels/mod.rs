//! Bytes into memory: one string, integer or float where there is room for it, and work on a whole document.
//!
//! Owns the algorithms, and the ways of each CPU. A kernel is a pure function of pointers and lengths, or of
//! slices; one that finds no room returns where it stopped. Knows nothing of buffers that grow, of cursors or of types.

#[cfg(test)]
mod brief;
#[forbid(unsafe_code)]
pub(crate) mod cpu;
pub(crate) mod digits;
pub(crate) mod document;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod lanes;
pub(crate) mod string;
#[cfg(test)]
pub(crate) mod tests;

/// How far past its text a store may run: the width of the widest, a vector of 64 bytes.
pub(crate) const SLACK: usize = 64;
