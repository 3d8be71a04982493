//! Forms of output beside appending to a buffer. That `json_len`, slices, trait objects and the indented text are right
//! for every type is part of the oracle; here are their edges.

mod indented;
mod lines;
mod slices;
mod stream;
mod trait_objects;
