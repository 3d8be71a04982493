//! Work on a document as a whole, in slices. It is escaped, indented, put into its canonical form, or checked to be JSON.
//! The place of an error is found.
//!
//! `<`, `&` or `é` stand in JSON between quotes only, and a compact text says all there is to know of the indented one.
//! So neither needs a writer of its own in every type, nor costs the others a thing. A text is written as always and
//! then looked through. Where something has to change, it is moved to the end of the larger room and copied back to the
//! front with the changes.

#[forbid(unsafe_code)]
pub(crate) mod canonical;
#[forbid(unsafe_code)]
pub(crate) mod escapes;
#[forbid(unsafe_code)]
pub(crate) mod grammar;
pub(crate) mod layout;
#[forbid(unsafe_code)]
pub(crate) mod path;
#[forbid(unsafe_code)]
pub(crate) mod rewrite;
mod structure;
