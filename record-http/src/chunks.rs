//! The chunks of one body: how many are alive, and who waits for one to go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};

use bytes::Bytes;
use record_runtime::PooledBuffer;

use crate::blocks;
use crate::patience::Extra;

/// Chunks of a body that are alive at most, if the body is sent by a server.
pub(crate) const MAX_ALIVE: usize = 2;

/// A chunk that is shorter is copied, so that it does not hold a whole buffer.
const SHORT_BYTES: usize = 4 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Chunks {
    alive: AtomicUsize,
    was_taken: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Chunks {
    pub(crate) fn alive(&self) -> usize {
        self.alive.load(Ordering::Acquire)
    }

    /// Whether one of them was dropped so far.
    pub(crate) fn was_taken(&self) -> bool {
        self.was_taken.load(Ordering::Acquire)
    }

    /// One that is not counted was dropped.
    pub(crate) fn note_taken(&self) {
        self.was_taken.store(true, Ordering::Release);
    }

    /// Has the task woken when the next chunk goes. `false` if there is no need to wait any more.
    pub(crate) fn wait(&self, cx: &Context<'_>) -> bool {
        // A chunk that goes from here on finds the waker; the number of those that went before is seen below.
        let earlier = self.set_waiting(Some(cx.waker().clone()));
        drop(earlier);
        self.alive() >= MAX_ALIVE
    }

    fn set_waiting(&self, waker: Option<Waker>) -> Option<Waker> {
        std::mem::replace(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner), waker)
    }

    /// A text as a chunk that is counted.
    pub(crate) fn chunk(self: &Arc<Self>, text: PooledBuffer, extra: Option<Extra>) -> Bytes {
        // Blocks are not overwritten, so that with `zeroize` they hold no text.
        let is_copied = text.len() < SHORT_BYTES && !cfg!(feature = "zeroize");
        self.counted(if is_copied { Storage::Copied(blocks::copy(&text)) } else { Storage::Buffer(text) }, extra)
    }

    /// As [`chunk`](Self::chunk), of a constant.
    pub(crate) fn constant(self: &Arc<Self>, text: &'static [u8]) -> Bytes {
        self.counted(Storage::Copied(Bytes::from_static(text)), None)
    }

    fn counted(self: &Arc<Self>, text: Storage, extra: Option<Extra>) -> Bytes {
        self.alive.fetch_add(1, Ordering::Relaxed);
        Bytes::from_owner(Chunk { text, chunks: Arc::clone(self), _extra: extra })
    }
}

enum Storage {
    Buffer(PooledBuffer),
    Copied(Bytes),
}

/// The owner behind the `Bytes` of a chunk.
struct Chunk {
    text: Storage,
    chunks: Arc<Chunks>,
    _extra: Option<Extra>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        match &self.text {
            Storage::Buffer(text) => text,
            Storage::Copied(text) => text,
        }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.chunks.was_taken.store(true, Ordering::Release);
        self.chunks.alive.fetch_sub(1, Ordering::Release);
        if let Some(waker) = self.chunks.set_waiting(None) {
            waker.wake();
        }
    }
}
