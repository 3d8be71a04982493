//! Other forms of output than a value's text behind what is in a `Vec`: with options for the whole
//! call, in a slice, a line for each value, and to a writer in pieces.

mod lines;
mod options;
#[cfg(feature = "std")]
pub(crate) mod pool;
mod slice;
#[cfg(feature = "std")]
mod stream;

pub use lines::{LinesError, append_json_lines};
pub use options::{WriteOptions, to_string_pretty, to_string_with, try_to_string_pretty, try_to_string_with};
pub use slice::SliceError;
pub(crate) use slice::write_to_slice;
#[cfg(feature = "std")]
pub use stream::{ArrayWriter, CHUNK_BYTES, StreamError, stream_json_array, stream_json_lines};
