//! Values: the trait of types that can be written, and the tools for writing one.
//!
//! Owns bounds, constants and places of types, groups of fields, and the writer that users' functions are given. Knows nothing of which types there are.

#[forbid(unsafe_code)]
pub(crate) mod bound;
#[forbid(unsafe_code)]
pub(crate) mod constant;
#[forbid(unsafe_code)]
pub(crate) mod derived;
pub(crate) mod fields;
pub(crate) mod floats;
#[forbid(unsafe_code)]
pub(crate) mod mask;
#[forbid(unsafe_code)]
pub(crate) mod object;
#[forbid(unsafe_code)]
pub(crate) mod places;
pub(crate) mod separators;
mod write;
#[forbid(unsafe_code)]
pub(crate) mod writer;

use alloc::vec::Vec;

use self::bound::Bound;
use self::constant::Constant;
use self::mask::names::Fields;
#[cfg(feature = "std")]
use self::mask::{FieldMask, Maskable};
use self::places::Places;
use self::separators::{close, open, separate};
use crate::cursor::Cursor;
use crate::cursor::call::{append_at, capacity};
use crate::cursor::options::WriteOptions;
#[cfg(feature = "std")]
use crate::cursor::view::View;
use crate::kernels::float::texts::{Converted, Floats};
use crate::kernels::lanes::Slack;
#[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
use crate::sink::dispatch::Avx512;
use crate::sink::dispatch::{Dispatch, Dynamic};
use crate::sink::error::{Error, or_panic};
use crate::sink::scratch::Scratch;
use crate::sink::slice::{self, SliceError};
use crate::sink::store;
use crate::sink::{Kernels, Sink, tables};

/// A type whose values can be appended to a buffer as JSON.
///
/// Derive it. By hand only [`write_value`](Self::write_value) is to be provided, with the safe methods of
/// [`Cursor`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    label = "`ZeroAllocJson` is not implemented for `{Self}`",
    note = "for a type of your own, write `#[derive(ZeroAllocJson)]`; if it implements `serde::Serialize` by hand, write \
            `record_runtime::bridge!(Type);`",
    note = "for a type of another crate, turn on the feature of `record-runtime` with its name (`uuid`, `chrono`: \
            see `record_runtime::docs::types`), or put `#[json(serde)]` on the field",
    note = "for any type, name a function that writes it: `#[json(serialize_with = \"…\")]`"
)]
pub trait ZeroAllocJson {
    /// The length in bytes of the longest text of any value, where there is one: of numbers,
    /// constants, and small structs of them.
    const MAX_JSON_LEN: Option<usize> = None;

    /// Writes the value at the cursor and returns the cursor behind it.
    ///
    /// A value is the key of a map, or flattened, by the same text. A string, a number or a boolean can be a key. The
    /// entries of an object can stand among those of another. Any other text is an [`Error`] there. Write the value
    /// that a type consists of by [`Cursor::value`], so that a unit variant can be flattened through it, too.
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D>;

    /// Appends the value to a buffer.
    ///
    /// The buffer grows as it needs to, by amounts that make repeated calls cheap. One that is cleared and used again
    /// is not reallocated once it has seen its longest text (and some 64 bytes of slack behind it).
    ///
    /// # Panics
    /// Where [`try_write_json`](Self::try_write_json) returns an error. If a part of the value
    /// panics, that panic goes on. In both cases the buffer is as it was before.
    #[inline]
    fn write_json(&self, buf: &mut Vec<u8>) {
        or_panic(self.try_write_json(buf));
    }

    /// Appends the value to a buffer, which is as it was before in case of an error.
    ///
    /// # Errors
    /// The first part that could not be written: see [`Error`].
    #[inline]
    fn try_write_json(&self, buf: &mut Vec<u8>) -> Result<(), Error> {
        append(self, buf, tables::detected())
    }

    /// A capacity with which an empty buffer never grows while the value is written: what writing reserves, which is
    /// more than the text's length.
    ///
    /// The value is written for that, into the buffer of [`to_vec`](crate::to_vec), so it takes longer than writing. It runs all code
    /// of yours that writes a part of it: a `Display`, a function of an attribute, a `Serialize`. A value that can be
    /// written only once has nothing left to write afterwards. For a value that cannot be written it covers what is
    /// written before the error.
    fn json_capacity(&self) -> usize {
        capacity(Scratch::take().buffer(), tables::detected(), |c| self.write_value(c))
    }

    /// The exact length of the text, in bytes.
    ///
    /// For that it is written into the buffer of [`to_vec`](crate::to_vec). It takes as long as writing and as much
    /// stack, and runs your code once.
    ///
    /// Zero for a value that cannot be written. For one whose text is another one each time (by a `Display` or
    /// a function of yours) it is that of this time.
    fn json_len(&self) -> usize {
        let mut scratch = Scratch::take();
        append(self, scratch.buffer(), tables::detected()).map_or(0, |()| scratch.text().len())
    }

    /// Appends the value to a buffer, with options for the whole call.
    ///
    /// # Panics
    /// As [`write_json`](Self::write_json).
    fn write_json_with(&self, buf: &mut Vec<u8>, options: &WriteOptions<'_>) {
        or_panic(self.try_write_json_with(buf, options));
    }

    /// Appends the value to a buffer, with options for the whole call; in case of an error the buffer
    /// is as it was before.
    ///
    /// # Errors
    /// As [`try_write_json`](Self::try_write_json).
    fn try_write_json_with(&self, buf: &mut Vec<u8>, options: &WriteOptions<'_>) -> Result<(), Error> {
        append(&Whole { value: self, options: *options }, buf, tables::detected())
    }

    /// Appends the value to a buffer, with the fields of a view; see [`View`].
    ///
    /// # Panics
    /// As [`write_json`](Self::write_json).
    #[cfg(feature = "std")]
    fn write_json_view<V: View>(&self, buf: &mut Vec<u8>) {
        or_panic(self.try_write_json_view::<V>(buf));
    }

    /// Appends the value to a buffer, with the fields of a view; in case of an error the buffer is as it was before.
    ///
    /// # Errors
    /// As [`try_write_json`](Self::try_write_json).
    #[cfg(feature = "std")]
    fn try_write_json_view<V: View>(&self, buf: &mut Vec<u8>) -> Result<(), Error> {
        self.try_write_json_with(buf, &WriteOptions::new().view::<V>())
    }

    /// Appends the value to a buffer, with the fields that a mask selects; see [`FieldMask`]. With options too, write a
    /// [`Masked`](crate::Masked).
    ///
    /// # Panics
    /// As [`write_json`](Self::write_json).
    #[cfg(feature = "std")]
    fn write_json_fields(&self, buf: &mut Vec<u8>, mask: &FieldMask<Self::Fields>)
    where
        Self: Maskable,
    {
        or_panic(self.try_write_json_fields(buf, mask));
    }

    /// Appends the value to a buffer, with the fields that a mask selects; in case of an error the buffer is as it was
    /// before.
    ///
    /// # Errors
    /// As [`try_write_json`](Self::try_write_json).
    #[cfg(feature = "std")]
    fn try_write_json_fields(&self, buf: &mut Vec<u8>, mask: &FieldMask<Self::Fields>) -> Result<(), Error>
    where
        Self: Maskable,
    {
        append(&UnderMask { value: self, mask }, buf, tables::detected())
    }

    /// Writes the value to the beginning of a slice, and returns the length of the text.
    ///
    /// The text is put together in a buffer, as in [`to_vec`](crate::to_vec), and copied if it fits.
    ///
    /// # Errors
    /// The slice is too short: the error says by how many bytes. Or the value cannot be written. In both
    /// cases, and where a part of the value panics, the slice is as it was.
    fn write_json_to_slice(&self, slice: &mut [u8]) -> Result<usize, SliceError> {
        slice::fill(slice, |buf| append(self, buf, tables::detected()))
    }

    /// Writes the value as the key of a map.
    #[doc(hidden)]
    #[inline]
    fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.key_by_text(|c| self.write_value(c))
    }

    /// The places that the type rules out, without a look behind pointers: a recursive type leads back to itself there.
    #[doc(hidden)]
    const __PLACES: Places = Places::ANY;

    /// The places that the type rules out, behind all pointers of the standard library.
    #[doc(hidden)]
    const __PLACES_BEHIND: Places = Self::__PLACES;

    /// Whether the maps among the type's arguments have keys that can be keys.
    #[doc(hidden)]
    const __KEYS_FIT: bool = true;

    /// The constants of a derived writer.
    #[doc(hidden)]
    const __FRAGMENTS: &'static [&'static str] = &[];

    /// The fields that a mask can select, of the type or of what it contains.
    #[doc(hidden)]
    #[must_use]
    fn __fields() -> Fields {
        Fields::none()
    }

    /// The texts of a type of which each value is one of a few constants.
    #[doc(hidden)]
    const __CONSTANTS: &'static [Constant] = &[];

    /// Which of `__CONSTANTS` the value is.
    #[doc(hidden)]
    fn __constant(&self) -> usize {
        0
    }

    /// The runtime's bound of the type's text.
    #[doc(hidden)]
    const __BOUND: Bound<Self> = Bound::NONE;

    /// The value as a float, of a type that is one.
    #[doc(hidden)]
    const __FLOAT: Option<fn(&Self) -> f64> = None;

    /// So many floats of each value, at most eight, can be converted together, and with those of other values.
    #[doc(hidden)]
    const __FLOATS: usize = 0;

    /// Adds these floats.
    #[doc(hidden)]
    fn __gather(&self, floats: &mut Floats) {
        let _ = floats;
    }

    /// [`write_value`](Self::write_value), with these texts of the floats.
    #[doc(hidden)]
    fn __write_gathered<'s, D: Dispatch, T: Converted>(&self, c: Cursor<'s, D>, texts: T) -> Cursor<'s, D> {
        let _ = texts;
        self.write_value(c)
    }

    /// Writes the text, without its quotes where the bound says so.
    ///
    /// # Safety
    /// `__BOUND` is trusted. `sink` is that of a cursor with this dispatch, and `room` begins at a position of it. There is
    /// room for `__BOUND.fixed` and `room_after` bytes; afterwards there is for `room_after`.
    #[doc(hidden)]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
        let _ = (sink, room_after);
        room.position()
    }

    /// Writes elements with a separator behind each; in rows of `row` elements, if that is not
    /// zero, with brackets around each row.
    ///
    /// # Safety
    /// `__BOUND` is trusted and pure. `position` is `sink`'s, with room for `__BOUND.whole() + 1` bytes
    /// for each element, three for each row, and one.
    #[doc(hidden)]
    unsafe fn __put_rows<D: Dispatch>(elements: &[Self], row: usize, position: *mut u8, sink: &mut Sink) -> *mut u8
    where
        Self: Sized,
    {
        // SAFETY: the contract is this method's: a trusted, pure bound, and room by it.
        unsafe { put_rows::<D, Self>(elements, row, position, sink) }
    }
}

/// [`ZeroAllocJson::try_write_json`] with these kernels.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn append<T: ZeroAllocJson + ?Sized>(
    value: &T,
    buf: &mut Vec<u8>,
    kernels: &'static Kernels,
) -> Result<(), Error> {
    #[cfg(all(feature = "static-dispatch", target_arch = "x86_64"))]
    if tables::is_avx512(kernels) {
        // SAFETY: the condition says that the table is AVX-512's, and a table is handed out only where the CPU has it.
        return unsafe { append_at::<Avx512, _>(buf, kernels, |c| value.write_value(c)) };
    }
    // SAFETY: the contract of `append_at` asks for instructions of a dispatch with kernels of its own. This one has none.
    unsafe { append_at::<Dynamic, _>(buf, kernels, |c| value.write_value(c)) }
}

/// A value that is written with options.
struct Whole<'v, 'o, T: ?Sized> {
    value: &'v T,
    options: WriteOptions<'o>,
}

impl<T: ZeroAllocJson + ?Sized> ZeroAllocJson for Whole<'_, '_, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.with_options(self.options, |c| self.value.write_value(c))
    }
}

/// A value that is written under a mask.
#[cfg(feature = "std")]
struct UnderMask<'v, T: Maskable + ?Sized> {
    value: &'v T,
    mask: &'v FieldMask<T::Fields>,
}

#[cfg(feature = "std")]
impl<T: ZeroAllocJson + Maskable + ?Sized> ZeroAllocJson for UnderMask<'_, T> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.in_mask(self.mask.levels(), |c| self.value.write_value(c))
    }
}

/// [`ZeroAllocJson::__put`] of any type: its own, or the constant that the value is.
///
/// # Safety
/// That of the method.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn put<D: Dispatch, T: ZeroAllocJson + ?Sized>(
    value: &T,
    room: Slack<'_>,
    sink: &mut Sink,
    room_after: usize,
) -> *mut u8 {
    let position = room.position();
    let end = if T::__BOUND.is_constant() {
        let Constant { text, len } = &T::__CONSTANTS[value.__constant()];
        room.put(text, *len)
    } else {
        // SAFETY: the contract is `__put`'s, of the same value and sink.
        unsafe { value.__put::<D>(room, sink, room_after) }
    };
    debug_assert!(
        !T::__BOUND.pure || (end as usize).wrapping_sub(position as usize) <= T::__BOUND.fixed,
        "a text is longer than its bound"
    );
    end
}

/// [`ZeroAllocJson::__put_rows`], one element after the other.
///
/// # Safety
/// That of the method.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) unsafe fn put_rows<D: Dispatch, T: ZeroAllocJson>(
    elements: &[T],
    row: usize,
    position: *mut u8,
    sink: &mut Sink,
) -> *mut u8 {
    let quoted = T::__BOUND.quoted;
    // SAFETY: by contract the position is the sink's (invariant 5), which is that of a cursor with this dispatch.
    let mut c = unsafe { Cursor::<'_, D>::at(position, sink) };
    for row_elements in elements.chunks(if row == 0 { elements.len().max(1) } else { row }) {
        // There is room for the brackets and separators, with the quotes that `whole` counts.
        if row != 0 {
            c.position = open(c.room(), quoted);
        }
        for element in row_elements {
            let (room, sink) = c.parts();
            // SAFETY: by contract the bound is trusted, and there is room for the element's text.
            c.position = unsafe { put::<D, T>(element, room, sink, 0) };
            c.position = separate(c.room(), quoted);
        }
        if row != 0 {
            // SAFETY: `separate` has written a separator: no chunk of `chunks` is empty.
            c.position = unsafe { close(c.position, quoted) };
            c.position = store::byte(c.room(), b',');
        }
    }
    c.position
}

/// The bound of such types is trusted, though they are not types of the runtime. A derive (or anybody) only states
/// which constants there are and which of them a value is. The bound is computed from the constants, and the writing is
/// here, so that a wrong statement writes wrong text at worst, or panics.
impl<T: ZeroAllocJson + ?Sized> Bound<T> {
    /// That of a type of which each value is one of its `__CONSTANTS`.
    #[must_use]
    pub const fn constants() -> Self {
        let mut longest = 0;
        let mut at = 0;
        while at < T::__CONSTANTS.len() {
            if longest < T::__CONSTANTS[at].len {
                longest = T::__CONSTANTS[at].len;
            }
            at += 1;
        }
        Self::constant(longest)
    }
}
