//! Other forms of output than a value's text behind what is in a `Vec`: with options for the whole
//! call, in a slice, a line for each value, and to a writer in pieces.

mod functions;
mod lines;
mod options;
#[cfg(feature = "std")]
pub(crate) mod pool;
#[cfg(feature = "std")]
mod stream;

#[cfg(feature = "std")]
pub use functions::to_writer;
pub use functions::{to_string, to_vec, try_to_string, try_to_vec, write_json_on};
pub use lines::{LinesError, append_json_lines};
pub use options::{to_string_pretty, to_string_with, try_to_string_pretty, try_to_string_with};
#[cfg(feature = "std")]
pub use stream::{ArrayWriter, CHUNK_BYTES, StreamError, stream_json_array, stream_json_lines};
