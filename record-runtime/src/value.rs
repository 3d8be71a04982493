//! The trait, and the ways to have a value written.

use alloc::string::String;
use alloc::vec::Vec;

use crate::bound::Bound;
use crate::constants::Constant;
use crate::cursor::Cursor;
use crate::error::Error;
use crate::kernel::{self, Kernels};
#[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
use crate::level::Avx512;
use crate::level::{Level, Table};
use crate::output::{self, SliceError, WriteOptions};
use crate::places::Places;
use crate::sequence;
use crate::sink::{self, Sink};

/// A type whose values can be appended to a buffer as JSON.
///
/// Derive it. By hand only [`write_value`](Self::write_value) is to be provided, with the safe methods of
/// [`Cursor`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    label = "`ZeroAllocJson` is not implemented for `{Self}`",
    note = "derive `record_runtime::ZeroAllocJson` for it, leave the field out with `#[json(skip)]`, or name a function \
            that writes it: `#[json(serialize_with = \"…\")]`"
)]
pub trait ZeroAllocJson {
    /// The length in bytes of the longest text of any value, where there is one: of numbers,
    /// constants, and small structs of them.
    const MAX_JSON_LEN: Option<usize> = None;

    /// Writes the value at the cursor and returns the cursor behind it.
    ///
    /// A value is the key of a map, or flattened, by the same text: a string, a number or a boolean can be a key, and
    /// the entries of an object can stand among those of another. Any other text is an [`Error`] there.
    fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L>;

    /// Appends the value to a buffer.
    ///
    /// The buffer grows as it needs to, by amounts that make repeated calls cheap; one that is
    /// cleared and used again is not reallocated once it has seen its longest text (and some 64
    /// bytes of slack behind it).
    ///
    /// # Panics
    /// Where [`try_write_json`](Self::try_write_json) returns an error. If a part of the value
    /// panics, that panic goes on. In both cases the buffer is as it was before.
    #[inline]
    fn write_json(&self, buf: &mut Vec<u8>) {
        panic_on_error(self.try_write_json(buf));
    }

    /// Appends the value to a buffer, which is as it was before in case of an error.
    ///
    /// # Errors
    /// The first part that could not be written: see [`Error`].
    #[inline]
    fn try_write_json(&self, buf: &mut Vec<u8>) -> Result<(), Error> {
        append(self, buf, kernel::detected())
    }

    /// A capacity with which an empty buffer never grows while the value is written, unless a
    /// string needs an escape. Goes through the whole value.
    fn json_capacity(&self) -> usize {
        sink::measure(|c| self.write_value(c))
    }

    /// The exact length of the text, in bytes, without writing it. Goes through the whole value, and
    /// through each string and float of it, so it takes about as long as writing.
    ///
    /// For a value that cannot be written the number has no meaning, and for one whose text is another
    /// one each time (by a `Display` or a function of yours) it is that of this time.
    fn json_len(&self) -> usize {
        sink::measure_exactly(|c| self.write_value(c)).len
    }

    /// Appends the value to a buffer, with options for the whole call.
    ///
    /// # Panics
    /// As [`write_json`](Self::write_json).
    fn write_json_with(&self, buf: &mut Vec<u8>, options: &WriteOptions<'_>) {
        panic_on_error(self.try_write_json_with(buf, options));
    }

    /// Appends the value to a buffer, with options for the whole call; in case of an error the buffer
    /// is as it was before.
    ///
    /// # Errors
    /// As [`try_write_json`](Self::try_write_json).
    fn try_write_json_with(&self, buf: &mut Vec<u8>, options: &WriteOptions<'_>) -> Result<(), Error> {
        options.append(self, buf)
    }

    /// Writes the value to the beginning of a slice, and returns the length of the text.
    ///
    /// The value is measured first. A slice that has the room which writing reserves beyond the text
    /// (see [`json_capacity`](Self::json_capacity)) is written to directly. Where it has less, a short
    /// text is put together on the stack, and one of more than a kilobyte in a buffer that is allocated
    /// for it.
    ///
    /// # Errors
    /// The slice is too short: the error says by how many bytes, and the slice is as it was. Or the
    /// value cannot be written.
    fn write_json_to_slice(&self, slice: &mut [u8]) -> Result<usize, SliceError> {
        output::write_to_slice(self, slice)
    }

    /// Writes the value as the key of a map.
    #[doc(hidden)]
    #[inline]
    fn __write_key<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
        c.key_by_text(|c| self.write_value(c))
    }

    /// What the type rules out, without a look behind pointers: a recursive type leads back to itself there.
    #[doc(hidden)]
    const __PLACES: Places = Places::ANY;

    /// What the type rules out, behind all pointers that are of the standard library.
    #[doc(hidden)]
    const __PLACES_BEHIND: Places = Self::__PLACES;

    /// Whether the maps among the type's arguments have keys that can be keys.
    #[doc(hidden)]
    const __KEYS_FIT: bool = true;

    /// The constants of a derived writer.
    #[doc(hidden)]
    const FRAGMENTS: &'static [&'static str] = &[];

    /// The texts of a type of which each value is one of a few constants.
    #[doc(hidden)]
    const CONSTANTS: &'static [Constant] = &[];

    /// Which of `CONSTANTS` the value is.
    #[doc(hidden)]
    fn constant(&self) -> usize {
        0
    }

    /// What the runtime knows of the type's text.
    #[doc(hidden)]
    const BOUND: Bound<Self> = Bound::NONE;

    /// Writes the text, without its quotes where the bound says so.
    ///
    /// # Safety
    /// `BOUND` is trusted. `position` is `sink`'s, with room for `BOUND.fixed` and `keep` bytes;
    /// afterwards it has room for `keep`.
    #[doc(hidden)]
    unsafe fn put<L: Level>(&self, position: *mut u8, sink: &mut Sink, keep: usize) -> *mut u8 {
        let _ = (sink, keep);
        position
    }

    /// Writes elements with a separator behind each; in rows of `row` elements, if that is not
    /// zero, with brackets around each row.
    ///
    /// # Safety
    /// `BOUND` is trusted and pure. `position` is `sink`'s, with room for `BOUND.whole() + 1` bytes
    /// for each element, three for each row, and one.
    #[doc(hidden)]
    unsafe fn put_rows<L: Level>(elements: &[Self], row: usize, position: *mut u8, sink: &mut Sink) -> *mut u8
    where
        Self: Sized,
    {
        // SAFETY: as the caller's.
        unsafe { sequence::put_rows::<L, Self>(elements, row, position, sink) }
    }
}

/// [`ZeroAllocJson::try_write_json`] with these kernels.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn append<T: ZeroAllocJson + ?Sized>(
    value: &T,
    buf: &mut Vec<u8>,
    kernels: &'static Kernels,
) -> Result<(), Error> {
    #[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
    if kernel::is_avx512(kernels) {
        // SAFETY: the table is only handed out where the CPU has what it needs.
        return unsafe { sink::append::<Avx512, _>(buf, kernels, |c| value.write_value(c)) };
    }
    // SAFETY: this level has no kernels of its own.
    unsafe { sink::append::<Table, _>(buf, kernels, |c| value.write_value(c)) }
}

#[cfg_attr(not(debug_assertions), inline(always))]
#[track_caller]
fn panic_on_error(outcome: Result<(), Error>) {
    if let Err(error) = outcome {
        panic_with(&error);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn panic_with(error: &Error) -> ! {
    panic!("the value cannot be written as JSON: {error}");
}

/// The value as JSON in a buffer of its own, of the right size from the start: what
/// [`json_capacity`](ZeroAllocJson::json_capacity) says, and 1/64 of it for the escapes that most
/// texts have few of.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
pub fn to_vec<T: ZeroAllocJson + ?Sized>(value: &T) -> Vec<u8> {
    let mut buf = Vec::with_capacity(fresh_capacity(value));
    value.write_json(&mut buf);
    buf
}

/// With room for a few escapes: to grow a text of half a megabyte at its very end took a sixth of
/// the time of writing it.
fn fresh_capacity<T: ZeroAllocJson + ?Sized>(value: &T) -> usize {
    let capacity = value.json_capacity();
    capacity.saturating_add(capacity / 64)
}

/// The value as JSON in a string of its own, of the right size from the start.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
pub fn to_string<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    // All that is ever written is `str`s and ASCII; checked all the same, since a check is cheap
    // and the alternative is `unsafe`.
    String::from_utf8(to_vec(value)).expect("JSON is UTF-8")
}

/// Writes the value as JSON to a writer: all of it in one `write_all`, or in case of an error
/// nothing.
///
/// The text is put together in a buffer first, so a writer that buffers gains nothing; to save the
/// allocation, use [`write_json`](ZeroAllocJson::write_json) with a buffer of your own.
///
/// # Errors
/// The value could not be written, or the writer reported an error.
#[cfg(feature = "std")]
pub fn to_writer<W: std::io::Write, T: ZeroAllocJson + ?Sized>(mut writer: W, value: &T) -> Result<(), Error> {
    let mut buf = Vec::with_capacity(fresh_capacity(value));
    value.try_write_json(&mut buf)?;
    writer.write_all(&buf).map_err(Error::io)
}
