//! A part of an array, which is written float after float.

use core::hint::select_unpredictable;

use crate::kernels::lanes::{Room, Slack};

/// Floats per batch: more gain nothing, and their intermediate results are to stay in the cache.
pub(crate) const BATCH: usize = 8;

/// The text or the gap behind a float.
pub(super) trait Behind {
    /// Writes it where a float ends, and returns where the next one goes.
    fn write(&mut self, room: Slack<'_>) -> *mut u8;
}

/// The text behind a float: `],[` behind a row's last, else `,`.
pub(super) struct Separator {
    row: usize,
    /// Floats that are left of a row.
    left: usize,
}

impl Separator {
    /// Between floats in rows of so many; or without rows, where there are none.
    #[inline(always)]
    pub(super) fn new(row: usize) -> Self {
        Self { row, left: row }
    }
}

impl Behind for Separator {
    #[inline(always)]
    fn write(&mut self, mut room: Slack<'_>) -> *mut u8 {
        // Without rows it counts down from zero and never arrives there.
        self.left = self.left.wrapping_sub(1);
        let ends = self.left == 0;
        self.left = select_unpredictable(ends, self.row, self.left);
        // No branch: with rows of two every other float ends one.
        room.store(select_unpredictable(ends, u32::from_ne_bytes(*b"],[\0"), u32::from_ne_bytes(*b",\0\0\0")));
        room.behind(1 + 2 * usize::from(ends))
    }
}

/// Floats, and the position at which they are to be written. A batch is an array: as a slice its length was not always known
/// to the loops, and prices took 1.2 times as long.
pub(super) struct Part<'p, Floats: ?Sized, B> {
    position: *mut u8,
    floats: &'p Floats,
    behind: &'p mut B,
}

impl<'p, Floats: ?Sized, B: Behind> Part<'p, Floats, B> {
    /// # Safety
    /// The position is a sink's, with room for the longest text of each float, and for what `behind` writes behind it. Or
    /// `behind` returns positions of such places.
    #[inline(always)]
    pub(super) unsafe fn new(position: *mut u8, floats: &'p Floats, behind: &'p mut B) -> Self {
        Self { position, floats, behind }
    }

    #[inline(always)]
    pub(super) fn floats(&self) -> &'p Floats {
        self.floats
    }

    /// Begins with the first. The loop over the floats is the user's: a closure would not be compiled for the backend (1.4
    /// times slower).
    #[inline(always)]
    pub(super) fn begin(&mut self) -> Writing<'_, B> {
        Writing { position: self.position, behind: self.behind }
    }
}

impl<'p, F, B> Part<'p, [[F; BATCH]], B> {
    /// The first batch alone.
    #[inline(always)]
    pub(super) fn first(self) -> Part<'p, [F; BATCH], B> {
        let Self { position, floats, behind } = self;
        Part { position, floats: floats.first().expect("a batch"), behind }
    }
}

impl<'p, F, B> From<Part<'p, [F; BATCH], B>> for Part<'p, [F], B> {
    #[inline(always)]
    fn from(Part { position, floats, behind }: Part<'p, [F; BATCH], B>) -> Self {
        Self { position, floats, behind }
    }
}

/// The position at which the next float of a part is to be written.
pub(super) struct Writing<'w, B> {
    position: *mut u8,
    behind: &'w mut B,
}

impl<B: Behind> Writing<'_, B> {
    /// Where the next text goes.
    #[inline(always)]
    pub(super) fn room(&mut self) -> Slack<'_> {
        // SAFETY: by contract of `Part::new` and `Writing::wrote` this is a sink's position: slack is behind it (invariant 1).
        unsafe { Room::new(self.position) }
    }

    /// Goes on behind a text.
    ///
    /// # Safety
    /// For the part's next float a text was written, no longer than the longest of its type, and it ends here.
    #[inline(always)]
    pub(super) unsafe fn wrote(&mut self, end: *mut u8) {
        // SAFETY: by contract this is behind a float's text, for which there is room: a sink's position, too.
        self.position = self.behind.write(unsafe { Room::new(end) });
    }

    /// The position behind all that was written.
    #[inline(always)]
    pub(super) fn end(self) -> *mut u8 {
        self.position
    }
}
