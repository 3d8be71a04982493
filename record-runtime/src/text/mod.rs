//! Work on a text as a whole: filling a stretch of it in place, escaping or indenting what was just
//! written, checking that a text is JSON.
//!
//! `<`, `&` or `é` stand in JSON between quotes only, and a compact text says all there is to know of
//! the indented one. So neither needs a writer of its own in every type, nor costs the others a thing:
//! a text is written as always, then looked through, and where something is to be changed it is moved
//! to the end of the larger room and copied back to the front with the changes.

#[forbid(unsafe_code)]
pub(crate) mod escapes;
#[forbid(unsafe_code)]
pub(crate) mod grammar;
#[forbid(unsafe_code)]
pub(crate) mod layout;
#[forbid(unsafe_code)]
pub(crate) mod path;
pub(crate) mod rewrite;
