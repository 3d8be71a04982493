//! Forms of output beside appending to a `Vec`: owned texts, lines, streams, pooled buffers.
//!
//! Owns what a caller does with a text. Knows nothing of how one is written.

mod functions;
mod lines;
mod options;
#[cfg(feature = "std")]
pub(crate) mod pool;
#[cfg(feature = "std")]
mod stream;
#[cfg(feature = "std")]
mod sync;

#[cfg(feature = "std")]
pub use functions::to_writer;
pub use functions::{to_string, to_vec, try_to_string, try_to_vec, write_json_on};
pub use lines::{LinesError, append_json_lines};
pub use options::{to_string_pretty, to_string_with, try_to_string_pretty, try_to_string_with};
#[cfg(feature = "std")]
pub use stream::{ArrayWriter, CHUNK_BYTES, StreamError, stream_json_array, stream_json_lines};
