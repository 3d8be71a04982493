//! The texts of several floats, each in a place of its own: converted together, they are written apart.

use core::fmt;
use core::mem::MaybeUninit;

use super::binary::Float;
pub(crate) use super::part::BATCH;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::part::Behind;
use crate::kernels::SLACK;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::kernels::lanes::Slack;

/// The bytes of a place, which are copied whole.
pub(crate) const WIDTH: usize = 32;

const _: () = assert!(<f64 as Float>::MAX_LEN <= WIDTH && WIDTH <= SLACK && WIDTH <= u8::MAX as usize);

/// Up to eight texts.
pub(crate) struct Texts {
    /// Behind the places is slack, as behind a sink's limit.
    bytes: [MaybeUninit<u8>; BATCH * WIDTH + SLACK],
    lens: [u8; BATCH],
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

impl Texts {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self { bytes: [MaybeUninit::uninit(); _], lens: [0; BATCH] }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl Sealed for super::Placed<'_> {}
}

/// The texts from one place on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed<'t>(pub(crate) &'t Texts, pub(crate) usize);

/// Texts that are there, or `()` where each float is still to be converted. Public only because hidden methods of values
/// name it.
pub trait Converted: Copy + sealed::Sealed {
    /// The bytes of a place, and how many of them are the text.
    #[doc(hidden)]
    fn text(&self, at: usize) -> Option<(&[MaybeUninit<u8>; WIDTH], usize)>;
}

impl Converted for () {
    #[inline(always)]
    fn text(&self, _: usize) -> Option<(&[MaybeUninit<u8>; WIDTH], usize)> {
        None
    }
}

impl Converted for Placed<'_> {
    #[inline(always)]
    fn text(&self, at: usize) -> Option<(&[MaybeUninit<u8>; WIDTH], usize)> {
        let Self(Texts { bytes, lens }, first) = self;
        let (places, _) = bytes.as_chunks();
        // A place that does not exist is another one's, and no bound is checked.
        let at = (first + at) % BATCH;
        Some((&places[at], usize::from(lens[at])))
    }
}

/// Floats that are to be converted. Public only because hidden methods of values are given it.
#[derive(Debug)]
pub struct Floats {
    pub(crate) floats: [f64; BATCH],
    /// Where those of the next value begin.
    pub(crate) first: usize,
}

/// Writes each text to a place of its own.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) struct Places<'t> {
    /// Where the next text begins.
    start: *mut u8,
    lens: core::slice::IterMut<'t, u8>,
    /// The bytes of all texts so far.
    pub(super) len: usize,
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
impl<'t> Places<'t> {
    /// Beginning with the first place, which is returned, too.
    #[inline(always)]
    pub(super) fn new(texts: &'t mut Texts) -> (Self, *mut u8) {
        let start = texts.bytes.as_mut_ptr().cast();
        (Self { start, lens: texts.lens.iter_mut(), len: 0 }, start)
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
impl Behind for Places<'_> {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most `WIDTH`")]
    fn write(&mut self, room: Slack<'_>) -> *mut u8 {
        let len = room.position() as usize - self.start as usize;
        if let Some(place) = self.lens.next() {
            *place = len as u8;
        }
        self.len += len;
        self.start = self.start.wrapping_add(WIDTH);
        self.start
    }
}
