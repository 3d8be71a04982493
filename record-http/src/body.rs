//! From a value to a finished body.

use bytes::Bytes;
use record_runtime::{Error, PooledBuffer, ZeroAllocJson};

use crate::{blocks, sizes};

/// The value's text as a body, for frameworks that have no responder here.
///
/// ```
/// let text = record_http::to_bytes(&[1, 2, 3])?;
/// assert_eq!(text, "[1,2,3]");
/// # Ok::<(), record_runtime::Error>(())
/// ```
///
/// # Errors
/// The value cannot be written.
pub fn to_bytes<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<Bytes, Error> {
    let mut buffer = PooledBuffer::with_capacity(sizes::expected::<T>());
    value.try_write_json(&mut buffer)?;
    sizes::learn::<T>(buffer.len());
    Ok(sealed(buffer))
}

/// The contents of a buffer as a body: copied if they are short, else the buffer itself.
///
/// A buffer as a `Bytes` costs an allocation for its owner, some 25 ns with its release; so does any other way from a
/// `Vec` to a `Bytes` that tells when the last one is gone. A copy costs less up to some kilobytes.
fn sealed(buffer: PooledBuffer) -> Bytes {
    // Blocks are not overwritten, so that with `zeroize` they hold no text.
    let copied = !cfg!(feature = "zeroize") && buffer.len() <= blocks::MAX_COPY_BYTES;
    if copied { blocks::copy(&buffer) } else { Bytes::from_owner(buffer) }
}

/// The digits of a length.
#[cfg(feature = "axum")]
pub(crate) fn digits(len: usize) -> Bytes {
    blocks::copy(itoa::Buffer::new().format(len).as_bytes())
}
