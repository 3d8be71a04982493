//! Types of which each value is one of a few constants: enums of unit variants.
//!
//! Their bound is trusted, though they are not types of the runtime: what a derive (or anybody)
//! states is only which constants there are and which of them a value is. The bound is computed
//! from the constants, and the writing is here, so that a wrong statement writes wrong text at
//! worst, or panics.

use crate::ZeroAllocJson;
use crate::sink::Sink;
use crate::sink::level::Level;
use crate::sink::store::{self, WIDE};
use crate::value::bound::Bound;

/// A text of at most 32 bytes, stored whole whatever its length.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    text: [u8; WIDE],
    /// At most `WIDE`.
    len: usize,
}

impl Constant {
    /// The constant of a text.
    ///
    /// # Panics
    /// If it is longer than 32 bytes: when compiled, where the derive uses it.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        assert!(text.len() <= WIDE, "too long for a constant");
        let text = text.as_bytes();
        let mut constant = Self { text: [0; WIDE], len: text.len() };
        let mut at = 0;
        while at < text.len() {
            constant.text[at] = text[at];
            at += 1;
        }
        constant
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }
}

/// [`ZeroAllocJson::put`] of any type: its own, or the constant that the value is.
///
/// # Safety
/// That of the method.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn put<L: Level, T: ZeroAllocJson + ?Sized>(
    value: &T,
    position: *mut u8,
    sink: &mut Sink,
    keep: usize,
) -> *mut u8 {
    let end = if T::__BOUND.is_constant() {
        // SAFETY: as the caller's.
        unsafe { put_constant::<T>(value, position) }
    } else {
        // SAFETY: as the caller's.
        unsafe { value.__put::<L>(position, sink, keep) }
    };
    debug_assert!(
        !T::__BOUND.pure || (end as usize).wrapping_sub(position as usize) <= T::__BOUND.fixed,
        "a text is longer than its bound"
    );
    end
}

/// # Safety
/// That of [`put`], and the type's bound is that of its constants.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn put_constant<T: ZeroAllocJson + ?Sized>(value: &T, position: *mut u8) -> *mut u8 {
    let Constant { text, len } = &T::__CONSTANTS[value.__constant()];
    // SAFETY: the bound of such a type, which is reserved, is the longest of its constants.
    unsafe { store::wide::<WIDE>(position, text, *len) }
}

impl<T: ZeroAllocJson + ?Sized> Bound<T> {
    /// That of a type of which each value is one of its `__CONSTANTS`.
    #[must_use]
    pub const fn constants() -> Self {
        let mut longest = 0;
        let mut at = 0;
        while at < T::__CONSTANTS.len() {
            if longest < T::__CONSTANTS[at].len() {
                longest = T::__CONSTANTS[at].len();
            }
            at += 1;
        }
        Self::constant(longest)
    }
}
