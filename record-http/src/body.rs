//! From a value to a finished body.

use std::sync::LazyLock;

use bytes::Bytes;
use record_runtime::{BufferPool, Error, PoolLimits, PooledBuffer, ZeroAllocJson};

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

/// A kept body of more than 16 KiB holds at most so many times its length.
const MAX_BUFFER_PER_TEXT: usize = 4;

/// The contents of a buffer as a body: copied if they are short, else the buffer itself.
///
/// A buffer as a `Bytes` costs an allocation for its owner, some 25 ns with its release. So does any other way from a
/// `Vec` to a `Bytes` that tells when the last one is gone. A copy costs less up to some kilobytes.
///
/// A cached body keeps its buffer, so a buffer that is far too large for its text does not become a body.
fn sealed(buffer: PooledBuffer) -> Bytes {
    // Blocks are not overwritten, so that with `zeroize` they hold no text.
    let may_copy = !cfg!(feature = "zeroize");
    if may_copy && buffer.len() <= blocks::MAX_COPY_BYTES {
        blocks::copy(&buffer)
    } else if buffer.capacity() / MAX_BUFFER_PER_TEXT <= buffer.len().max(SMALLEST_BUFFER_BYTES) {
        Bytes::from_owner(buffer)
    } else if may_copy {
        Bytes::copy_from_slice(&buffer)
    } else {
        let mut exact = EXACT.checkout(buffer.len());
        exact.extend_from_slice(&buffer);
        Bytes::from_owner(exact)
    }
}

/// The capacity of the smallest buffer of a pool.
const SMALLEST_BUFFER_BYTES: usize = 512;

/// Buffers that are overwritten and freed with the last `Bytes`, instead of kept.
static EXACT: LazyLock<BufferPool> =
    LazyLock::new(|| BufferPool::new(PoolLimits { total_bytes: 0, ..PoolLimits::DEFAULT }));

#[cfg(test)]
mod tests {
    use record_runtime::PooledBuffer;

    use super::{MAX_BUFFER_PER_TEXT, sealed};

    /// However large the buffer is that a text was written into.
    #[test]
    fn a_body_holds_no_buffer_that_is_far_too_large() {
        for len in [0, 1, 100, 16 * 1024, 16 * 1024 + 1, 100_000] {
            let mut buffer = PooledBuffer::with_capacity(3 << 20);
            buffer.resize(len, b'x');
            let text = buffer.as_ptr();
            let body = sealed(buffer);
            assert_eq!(body, vec![b'x'; len]);
            assert!(body.is_empty() || body.as_ptr() != text, "{len} bytes hold three mebibytes");
        }
        let mut buffer = PooledBuffer::with_capacity(50_000);
        let len = buffer.capacity() / MAX_BUFFER_PER_TEXT + 20_000;
        buffer.resize(len, b'x');
        let text = buffer.as_ptr();
        assert_eq!(sealed(buffer).as_ptr(), text, "the buffer itself");
    }
}
