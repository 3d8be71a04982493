//! Masks: which fields a call writes of the types that take one.
//!
//! A mask is a list of *levels*. There is one for each type, and each place in it that the mask names. A level has one
//! bit for each field, and the level of its value. As a view, a mask is that of one sink, and stands in a variable of the
//! thread. A writer asks once for the bits of its level; around a nested value it makes that value's level the current
//! one.
//!
//! A panic may leave a nested level behind. Who catches it within the call gets an error of the call, and the end of the
//! call puts back what was there before it.

#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use alloc::sync::Arc;
#[cfg(feature = "std")]
use core::cell::{Cell, RefCell};
#[cfg(feature = "std")]
use core::mem::ManuallyDrop;
#[cfg(feature = "std")]
use std::thread::LocalKey;

use super::Cursor;
use crate::sink::dispatch::Dispatch;

/// The number of a level: that of its first part.
pub(crate) type Level = u32;

/// The level below which everything is written.
pub(crate) const WHOLE: Level = Level::MAX;

/// The most fields of a part.
#[cfg(feature = "std")]
pub(crate) const PART_FIELDS: usize = 64;

/// All levels of a mask.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(crate) struct Levels {
    pub(crate) parts: Box<[Part]>,
    /// The level of each field's value.
    pub(crate) nested: Box<[Level]>,
}

/// Up to 64 fields of a type, at one level.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) bits: u64,
    /// The place of the first field's level among `nested`.
    pub(crate) nested: u32,
}

/// The fields that are written of a part of a value.
#[derive(Clone, Copy, Debug)]
pub struct Selection {
    bits: u64,
    /// Where the fields' levels are; none where everything is written.
    nested: Option<u32>,
}

impl Selection {
    const ALL: Self = Self { bits: u64::MAX, nested: None };

    /// Whether all fields are written, of all parts, and all that is nested in them.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn is_all(self) -> bool {
        self.nested.is_none()
    }

    /// Whether the field with this number, which is below 64, is written.
    #[must_use]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub const fn has(self, field: u32) -> bool {
        self.bits >> (field % u64::BITS) & 1 != 0
    }

    /// Makes the level of a field that of what is written next. Returns the one of before, for `leave`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn enter(self, field: u32) -> Level {
        #[cfg(feature = "std")]
        if let Some(nested) = self.nested {
            return enter(nested.saturating_add(field));
        }
        let _ = (self.nested, field);
        WHOLE
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn leave(self, before: Level) {
        #[cfg(feature = "std")]
        if self.nested.is_some() {
            LocalKey::with(&CURRENT, |current| current.level.set(before));
        }
        let _ = (self.nested, before);
    }
}

/// The mask of a call.
#[cfg(feature = "std")]
struct Current {
    /// The address of the call's sink, which lives for as long as this names it.
    sink: Cell<usize>,
    /// The level of the value that is written next.
    level: Cell<Level>,
    levels: RefCell<Option<Arc<Levels>>>,
}

#[cfg(feature = "std")]
std::thread_local! {
    /// Without a destructor, so that it can be used until the thread has ended. Each call puts back what was there, which
    /// is nothing in the end.
    static CURRENT: ManuallyDrop<Current> = const {
        ManuallyDrop::new(Current { sink: Cell::new(0), level: Cell::new(WHOLE), levels: RefCell::new(None) })
    };
}

#[cfg(feature = "std")]
#[inline(never)]
fn enter(nested: u32) -> Level {
    LocalKey::with(&CURRENT, |current| {
        let levels = current.levels.borrow();
        let level = levels.as_ref().and_then(|levels| levels.nested.get(nested as usize));
        current.level.replace(level.copied().unwrap_or(WHOLE))
    })
}

/// The fields of a part at a level. All of them where the writer names a part that its type does not have.
#[cfg(feature = "std")]
#[inline(never)]
fn part(current: &Current, level: Level, part: u32) -> Selection {
    let levels = current.levels.borrow();
    let at = level.saturating_add(part) as usize;
    match levels.as_ref().and_then(|levels| levels.parts.get(at)) {
        Some(part) => Selection { bits: part.bits, nested: Some(part.nested) },
        None => Selection::ALL,
    }
}

/// The fields that are written here of a part of the type.
#[must_use]
#[inline]
pub fn selected<D: Dispatch>(c: &Cursor<'_, D>, at: u32) -> Selection {
    #[cfg(feature = "std")]
    return LocalKey::with(&CURRENT, |current| {
        let level = current.level.get();
        if level == WHOLE || current.sink.get() != c.sink_address() {
            return Selection::ALL;
        }
        part(current, level, at)
    });
    #[cfg(not(feature = "std"))]
    {
        let _ = (c, at);
        Selection::ALL
    }
}

/// Puts back the mask of before.
#[cfg(feature = "std")]
struct Restore {
    sink: usize,
    level: Level,
    levels: Option<Arc<Levels>>,
}

#[cfg(feature = "std")]
impl Drop for Restore {
    fn drop(&mut self) {
        LocalKey::with(&CURRENT, |current| {
            current.sink.set(self.sink);
            current.level.set(self.level);
            current.levels.replace(self.levels.take())
        });
    }
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes what the mask selects; everything without levels.
    #[cfg(feature = "std")]
    pub(crate) fn in_mask(self, levels: Option<&Arc<Levels>>, write: impl FnOnce(Self) -> Self) -> Self {
        let address = self.sink_address();
        let _restore = LocalKey::with(&CURRENT, |current| Restore {
            sink: current.sink.replace(address),
            level: current.level.replace(if levels.is_some() { 0 } else { WHOLE }),
            levels: current.levels.replace(levels.cloned()),
        });
        write(self)
    }

    /// Writes the value of a field, at its level.
    #[doc(hidden)]
    pub fn within(self, selection: Selection, field: u32, write: impl FnOnce(Self) -> Self) -> Self {
        let before = selection.enter(field);
        let cursor = write(self);
        selection.leave(before);
        cursor
    }
}
