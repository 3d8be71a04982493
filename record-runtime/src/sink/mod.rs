//! The output of one top-level call: the caller's buffer, and how much of it may still be written.
//!
//! Owns the buffer's growth, and what it is like after an error or a panic; the tables of kernels, and how a writer
//! reaches them. Knows nothing of cursors or of types that can be written.
//!
//! Everything that is written goes through a position, a raw pointer into the buffer's spare
//! capacity, that travels beside a `&mut Sink`. The invariants, which every `unsafe` block of the
//! crate appeals to by number:
//!
//! 1. **Room.** From the position to `limit + SLACK`, memory is spare capacity of the buffer:
//!    allocated, writable, and nobody else's. The position never exceeds `limit`. So `SLACK` bytes can be written behind
//!    any position: a kernel gets them as a [`Slack`](crate::kernels::lanes::Slack).
//! 2. **Reservation.** After `reserve(n)`, and until the position has moved on by `n`, the position plus the rest of
//!    these `n` bytes does not exceed `limit`. A single store may run up to `SLACK` bytes past its text. The bytes
//!    there are overwritten later, or left outside the buffer's length.
//! 3. **Text.** Between the buffer's length and the position every byte has been written, and it is
//!    UTF-8 if every piece that was written is.
//! 4. **Start.** No position lies before the start of the call's text, so that what stood in the buffer before is
//!    neither read nor written. A writer may return a position before the one it was given. Foreign code can break its
//!    promise to write a value, and catch a panic of one. So code that goes back from a position checks that first.
//! 5. **Brand.** A position belongs to the sink beside it. `Cursor<'s, D>` keeps the two together. Its lifetime is
//!    invariant, and each top-level call chooses it afresh. So safe code cannot pair the position of one call with
//!    another's sink.
//! 6. **Buffer.** A [`Call`](call::Call) makes the sink, from an exclusive borrow of the buffer that outlives it. Nothing
//!    but the sink uses that borrow meanwhile. A reference to the buffer reaches its pointer, length and capacity, and the
//!    bytes up to its length: not those that positions write.

pub(crate) mod call;
pub(crate) mod dispatch;
#[forbid(unsafe_code)]
pub(crate) mod error;
mod indenting;
mod rewrite;
pub(crate) mod scratch;
#[forbid(unsafe_code)]
pub(crate) mod slice;
mod stack;
pub(crate) mod store;
mod string;
pub(crate) mod tables;

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use self::error::Error;
pub(crate) use self::stack::TOO_DEEP;
use crate::kernels::SLACK;
use crate::kernels::document::escapes::EscapeSet;
use crate::kernels::document::layout::{Indent, IndentKernel};
use crate::kernels::document::path;
use crate::kernels::float::texts::{BATCH, Texts};
use crate::kernels::integer::IntegerRoom;
use crate::kernels::lanes::{Slack, room_for};

/// Appends escaped text, that of a `str`, and leaves room behind it: the position then.
///
/// # Safety
/// The CPU has the instructions of the writer's backend.
pub(crate) type StringWriter = unsafe fn(Spot<'_>, &[u8], RoomAfter) -> *mut u8;

/// Appends an integer.
///
/// # Safety
/// The CPU has the backend's instructions.
pub(crate) type IntegerKernel = unsafe fn(IntegerRoom<'_>, u64) -> *mut u8;

/// Appends a float, given by its bits: in the registers where they are needed.
///
/// # Safety
/// The CPU has the backend's instructions.
pub(crate) type FloatKernel<Bits> = unsafe fn(Slack<'_>, Bits) -> *mut u8;

/// Appends floats in rows: `(position, floats, row)`. Contract: `ZeroAllocJson::put_rows`.
pub(crate) type RowsKernel<F> = unsafe fn(*mut u8, &[F], usize) -> *mut u8;

/// Writes so many of the floats, each to its place, and returns the length of all texts.
///
/// # Safety
/// The CPU has the backend's instructions.
pub(crate) type TextsKernel = unsafe fn(&mut Texts, &[f64; BATCH], usize) -> usize;

/// How a backend writes into a sink. Public only because a hidden constant of `Dispatch` names it.
#[derive(Clone, Copy, Debug)]
pub struct Kernels {
    pub(crate) string: StringWriter,
    pub(crate) integer: IntegerKernel,
    pub(crate) f64: FloatKernel<u64>,
    pub(crate) f32: FloatKernel<u32>,
    pub(crate) f64_rows: RowsKernel<f64>,
    pub(crate) f32_rows: RowsKernel<f32>,
    /// Where several floats are converted faster together than one by one.
    pub(crate) f64_texts: Option<TextsKernel>,
    pub(crate) indent: IndentKernel,
    /// The same for calls that indent, where that is another table.
    pub(crate) indenting: Option<&'static Kernels>,
}

/// A fact that the text of a flattened value does not show, and its type may not say. The writer of the value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    /// A string is the name of a unit variant.
    UnitVariant,
    /// A `null` stands for a float that is not finite, and not for nothing.
    Float,
}

/// The facts that decide whether floats are converted together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FloatsSeen {
    /// So many values are written without a look at their floats, since those before had short texts.
    pub(crate) one_by_one: u8,
    /// The last that were converted together had long texts.
    pub(crate) are_long: bool,
}

/// See the head of the module. Public only because the hidden methods of `Dispatch` name it.
#[derive(Debug)]
pub struct Sink {
    limit: *mut u8,
    pub(crate) kernels: &'static Kernels,
    buffer: *mut Vec<u8>,
    /// The buffer's length before the call (invariant 4).
    start: usize,
    /// The offset at which the last flattened value began that has something before it. If it fails at once, the text
    /// does not show that it began.
    pub(crate) flattening: usize,
    /// The position up to which foreign code that may lose its cursor has written; null where none has.
    #[cfg(feature = "serde")]
    mark: *mut u8,
    /// The characters that passes over the text will escape in it, beside JSON's.
    pub(crate) escapes: EscapeSet,
    /// The fact about the value that was written last, for one that is flattened.
    pub(crate) said: Said,
    /// The kind of the call's floats so far.
    pub(crate) floats: FloatsSeen,
    /// A text that was JSON before, and has a line break between its tokens, was written.
    pub(crate) line_breaks: bool,
    /// A growth makes no more room than is asked for: the limit is where the reservation ended that reached furthest.
    is_measuring: bool,
    /// How indenting goes on, and the offset up to which the text is indented.
    indented: Option<(Indent<'static>, usize)>,
    /// Offsets are kept, so that nothing may be indented early.
    is_held: bool,
    /// The lowest stack pointer at which a value may still be written.
    stack_limit: usize,
    error: Option<Error>,
}

impl Sink {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new(limit: *mut u8, kernels: &'static Kernels, buffer: &mut Vec<u8>, start: usize) -> Self {
        Self {
            limit,
            kernels,
            buffer,
            start,
            flattening: usize::MAX,
            #[cfg(feature = "serde")]
            mark: core::ptr::null_mut(),
            escapes: EscapeSet::NONE,
            said: Said::Nothing,
            floats: FloatsSeen { one_by_one: 0, are_long: false },
            line_breaks: false,
            is_measuring: false,
            indented: None,
            is_held: false,
            stack_limit: stack::limit(),
            error: None,
        }
    }

    fn buffer(&self) -> &Vec<u8> {
        // SAFETY: the borrow that the call has of the buffer is used here alone (invariant 6).
        unsafe { &*self.buffer }
    }

    fn buffer_mut(&mut self) -> &mut Vec<u8> {
        // SAFETY: the borrow that the call has of the buffer is used here alone (invariant 6), and the sink is borrowed
        // exclusively.
        unsafe { &mut *self.buffer }
    }

    /// Makes `limit - position >= bytes`.
    ///
    /// # Safety
    /// `position` is this sink's (invariant 5).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn reserve(&mut self, position: *mut u8, bytes: usize) -> *mut u8 {
        if self.room(position) < bytes {
            // SAFETY: the position is this sink's, by contract (invariant 5).
            return unsafe { self.grow(position, bytes) };
        }
        position
    }

    /// Whether the call has taken all the stack that it may.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn is_too_deep(&self) -> bool {
        stack::pointer() < self.stack_limit
    }

    /// Lets no value go deeper any more, once one was too deep. Otherwise each level above it would come here again for each
    /// of its other parts. In a graph with a cycle, that is as often as there are ways through it.
    #[cold]
    pub(crate) fn go_no_deeper(&mut self) {
        self.stack_limit = usize::MAX;
    }

    /// Bytes that may be written before the next reservation.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn room(&self, position: *mut u8) -> usize {
        debug_assert!(position as usize <= self.limit as usize, "invariant 1");
        (self.limit as usize).wrapping_sub(position as usize)
    }

    /// Whether `room_after` bytes may be written from a position on that may lie beyond the limit. With a
    /// length and addresses of 64 bits the sum does not overflow.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn has_room(&self, position: *mut u8, room_after: usize) -> bool {
        position as usize + room_after <= self.limit as usize
    }

    /// Moves the text to a larger buffer.
    ///
    /// # Safety
    /// As [`Sink::reserve`].
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn grow(&mut self, position: *mut u8, bytes: usize) -> *mut u8 {
        assert!(position as usize <= self.limit as usize, "more was written than reserved (invariant 1)");
        // SAFETY: the position is this sink's, by contract (invariant 5).
        unsafe { self.commit(position) };
        let is_measuring = self.is_measuring;
        let buffer = self.buffer_mut();
        #[cfg(feature = "serde")]
        let before = buffer.as_ptr();
        // This may unwind (an allocation error hook can panic, and "capacity overflow" does), and foreign code
        // may catch that and write on. So the limit stays that of the old memory, which is still there then.
        buffer.reserve(bytes.checked_add(SLACK).expect("capacity overflow"));
        // Not by `spare_capacity_mut`, whose slice begins at the position: positions are moved back
        // too, and compared with others of the whole buffer.
        let position = buffer.as_mut_ptr().wrapping_add(buffer.len());
        let room = if is_measuring { bytes } else { buffer.capacity() - buffer.len() - SLACK };
        #[cfg(feature = "serde")]
        if !self.mark.is_null() {
            // Not after the position: a growth keeps what is before it, and no more is promised.
            let offset = (self.mark as usize - before as usize).min(self.offset(position));
            self.mark = self.position_at(offset);
        }
        // In bounds: at least `bytes + SLACK` are spare.
        self.limit = position.wrapping_add(room);
        position
    }

    /// Records the first error, at the position with this [`Sink::offset`]; what is written after it is thrown
    /// away by `append`.
    ///
    /// # Safety
    /// The offset is that of a position of this sink, all before which is written.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn fail(&mut self, offset: usize, error: Error) {
        if self.error.is_some() {
            return;
        }
        let written = offset.checked_sub(self.start);
        let path = written.map(|len| {
            let start = self.position_at(self.start);
            // SAFETY: from the start to the offset all is written, by contract and by invariant 3. Nothing else refers to it
            // while this looks at it.
            path::of(unsafe { core::slice::from_raw_parts(start, len) }, self.flattening == offset)
        });
        self.error = Some(error.within(path.unwrap_or_default()));
    }

    /// Whether an error was recorded.
    pub(crate) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// The error that was recorded, apart from the question whether there is one, which each call asks.
    #[cold]
    #[inline(never)]
    fn take_error(&mut self) -> Error {
        self.error.take().expect("asked before")
    }

    /// Bytes written so far, valid across a growth: what `position` is to be found by afterwards.
    pub(crate) fn offset(&self, position: *mut u8) -> usize {
        position as usize - self.buffer().as_ptr() as usize
    }

    /// Notes that all up to a position is written, for an error after which the position is lost.
    #[cfg(feature = "serde")]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn set_mark(&mut self, position: *mut u8) {
        self.mark = position;
    }

    /// The offset that was noted last, or that of an earlier value.
    #[cfg(feature = "serde")]
    #[cold]
    pub(crate) fn mark(&self) -> usize {
        if self.mark.is_null() { 0 } else { self.offset(self.mark) }
    }

    /// Whether the call has written nothing in front of the position.
    pub(crate) fn is_at_start(&self, position: *mut u8) -> bool {
        self.offset(position) <= self.start
    }

    /// The position at an offset of [`Sink::offset`].
    pub(crate) fn position_at(&mut self, offset: usize) -> *mut u8 {
        self.buffer_mut().as_mut_ptr().wrapping_add(offset)
    }

    /// Makes all bytes before `position` part of the buffer.
    ///
    /// # Safety
    /// `position` is this sink's (invariant 5).
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn commit(&mut self, position: *mut u8) {
        let len = self.offset(position);
        // SAFETY: by contract the position is this sink's. So it is in the buffer's memory, and all before it is written
        // (invariants 1 and 3).
        unsafe { self.buffer_mut().set_len(len) };
    }
}

/// A position and its sink (invariant 5).
#[derive(Debug)]
pub(crate) struct Spot<'s> {
    position: *mut u8,
    sink: &'s mut Sink,
}

/// The room to be left behind a text. With the text's length, and a kernel's constants, it is no more than a `usize` holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomAfter(usize);

impl RoomAfter {
    const MOST: usize = usize::MAX / 4;

    /// In fact a sum of constants, so that nothing is left to compare when it is compiled.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn new(bytes: usize) -> Self {
        Self(if bytes < Self::MOST { bytes } else { Self::MOST })
    }

    #[inline(always)]
    fn get(self) -> usize {
        self.0
    }
}

impl<'s> Spot<'s> {
    /// # Safety
    /// The position is the sink's: all before it is written (invariants 3 and 5).
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) unsafe fn new(position: *mut u8, sink: &'s mut Sink) -> Self {
        Self { position, sink }
    }

    /// The same sink, at another position.
    ///
    /// # Safety
    /// That of [`Spot::new`].
    #[inline(always)]
    unsafe fn at(self, position: *mut u8) -> Self {
        Self { position, ..self }
    }

    /// The memory for a text, if there is room for it and behind it.
    #[inline(always)]
    fn room_for(&mut self, text: &[u8], room_after: RoomAfter) -> Option<&mut [MaybeUninit<u8>]> {
        if self.room() < text.len() + room_after.get() {
            return None;
        }
        // SAFETY: there is room for the text by the comparison with `room`, and it is nobody else's (invariant 1).
        Some(unsafe { room_for(text, self.position) })
    }

    /// Bytes that may be written before the next reservation.
    #[inline(always)]
    fn room(&self) -> usize {
        self.sink.room(self.position)
    }

    /// The slack behind the position.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn slack(&mut self) -> Slack<'_> {
        // SAFETY: the position is the sink's, by contract of `Spot::new`: slack is behind it (invariant 1).
        unsafe { Slack::new(self.position) }
    }

    /// With more room.
    #[inline(always)]
    fn grown(self, bytes: usize) -> Self {
        // SAFETY: the position is the sink's, by contract of `Spot::new` (invariant 5).
        let position = unsafe { self.sink.grow(self.position, bytes) };
        Self { position, ..self }
    }
}
