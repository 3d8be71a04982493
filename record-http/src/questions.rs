//! The questions to a body between its frames, which show who asks.

use std::sync::atomic::AtomicBool;
#[cfg(feature = "http")]
use std::sync::atomic::Ordering;

#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// Whether the end was asked for since the last frame.
    asked_for_end: AtomicBool,
    /// Whether the last question so far was the size.
    size_is_last: AtomicBool,
    /// The same before the first frame; `None` as long as none was asked for.
    size_was_last: Option<bool>,
}

impl Questions {
    /// Somebody asks if this is the end.
    #[cfg(feature = "http")]
    pub(crate) fn end(&self) {
        self.asked_for_end.store(true, Ordering::Relaxed);
        self.size_is_last.store(false, Ordering::Relaxed);
    }

    /// Somebody asks for the size.
    #[cfg(feature = "http")]
    pub(crate) fn size(&self) {
        self.size_is_last.store(true, Ordering::Relaxed);
    }

    /// A frame is asked for.
    pub(crate) fn frame(&mut self) {
        let size_is_last = *self.size_is_last.get_mut();
        self.size_was_last.get_or_insert(size_is_last);
    }

    /// A frame is handed out.
    pub(crate) fn frame_is_out(&mut self) {
        *self.asked_for_end.get_mut() = false;
    }

    /// Whether the end was asked for since the last frame. Connections do, and few others.
    pub(crate) fn asked_for_end(&mut self) -> bool {
        *self.asked_for_end.get_mut()
    }

    /// Whether all was asked in hyper's order: the end, the size, and after each frame the end. Of those who collect a
    /// body, hardly any asks so.
    pub(crate) fn are_of_hyper(&mut self) -> bool {
        self.asked_for_end() && self.size_was_last == Some(true)
    }
}
