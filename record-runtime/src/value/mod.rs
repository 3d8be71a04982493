//! The trait, and the ways to have a value written.

#[forbid(unsafe_code)]
pub(crate) mod bound;
pub(crate) mod constants;
pub(crate) mod fields;
#[forbid(unsafe_code)]
pub(crate) mod object;
#[forbid(unsafe_code)]
pub(crate) mod places;
#[forbid(unsafe_code)]
pub(crate) mod private;
#[forbid(unsafe_code)]
pub(crate) mod writer;

use alloc::string::String;
use alloc::vec::Vec;

use crate::cursor::Cursor;
use crate::kernels::{self, Kernels};
use crate::output::{self, SliceError, WriteOptions};
use crate::sink::error::Error;
#[cfg(all(feature = "two-levels", target_arch = "x86_64"))]
use crate::sink::level::Avx512;
use crate::sink::level::{Level, Table};
use crate::sink::scratch::Scratch;
use crate::sink::{self, Sink};
use crate::types::sequence;
use crate::value::bound::Bound;
use crate::value::constants::Constant;
use crate::value::places::Places;

/// A type whose values can be appended to a buffer as JSON.
///
/// Derive it. By hand only [`write_value`](Self::write_value) is to be provided, with the safe methods of
/// [`Cursor`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    label = "`ZeroAllocJson` is not implemented for `{Self}`",
    note = "a type of your own: `#[derive(ZeroAllocJson)]`, or `record_runtime::bridge!(Type);` if it implements \
            `serde::Serialize` by hand",
    note = "a type of another crate: turn on the feature of `record-runtime` that has the crate's name (`uuid`, `chrono`, \
            `serde_json`, …: see `record_runtime::docs::types`), or put `#[json(serde)]` on the field",
    note = "any type: name a function that writes it, `#[json(serialize_with = \"…\")]`"
)]
pub trait ZeroAllocJson {
    /// The length in bytes of the longest text of any value, where there is one: of numbers,
    /// constants, and small structs of them.
    const MAX_JSON_LEN: Option<usize> = None;

    /// Writes the value at the cursor and returns the cursor behind it.
    ///
    /// A value is the key of a map, or flattened, by the same text: a string, a number or a boolean can be a key, and
    /// the entries of an object can stand among those of another. Any other text is an [`Error`] there. Write the value
    /// that a type consists of by [`Cursor::value`], so that a unit variant can be flattened through it, too.
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
        or_panic(self.try_write_json(buf));
    }

    /// Appends the value to a buffer, which is as it was before in case of an error.
    ///
    /// # Errors
    /// The first part that could not be written: see [`Error`].
    #[inline]
    fn try_write_json(&self, buf: &mut Vec<u8>) -> Result<(), Error> {
        append(self, buf, kernels::detected())
    }

    /// A capacity with which an empty buffer never grows while the value is written: what writing reserves, which is
    /// more than the text's length.
    ///
    /// The value is written for that, into the buffer of [`to_vec`], and so takes longer than writing, and runs all
    /// code of yours that writes a part of it (a `Display`, a function of an attribute, a `Serialize`): what can run
    /// only once has nothing left to write afterwards. For a value that cannot be written it covers what is written
    /// before the error.
    fn json_capacity(&self) -> usize {
        sink::measure(Scratch::take().buffer(), kernels::detected(), |c| self.write_value(c))
    }

    /// The exact length of the text, in bytes.
    ///
    /// It is written for that, into the buffer of [`to_vec`], and so takes as long as writing, as much stack,
    /// and runs code of yours once.
    ///
    /// Zero for a value that cannot be written. For one whose text is another one each time (by a `Display` or
    /// a function of yours) it is that of this time.
    fn json_len(&self) -> usize {
        let mut scratch = Scratch::take();
        append(self, scratch.buffer(), kernels::detected()).map_or(0, |()| scratch.text().len())
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
        options.append(self, buf)
    }

    /// Writes the value to the beginning of a slice, and returns the length of the text.
    ///
    /// The text is put together in a buffer, as in [`to_vec`], and copied if it fits.
    ///
    /// # Errors
    /// The slice is too short: the error says by how many bytes. Or the value cannot be written. In both
    /// cases, and where a part of the value panics, the slice is as it was.
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
    const __FRAGMENTS: &'static [&'static str] = &[];

    /// The texts of a type of which each value is one of a few constants.
    #[doc(hidden)]
    const __CONSTANTS: &'static [Constant] = &[];

    /// Which of `__CONSTANTS` the value is.
    #[doc(hidden)]
    fn __constant(&self) -> usize {
        0
    }

    /// What the runtime knows of the type's text.
    #[doc(hidden)]
    const __BOUND: Bound<Self> = Bound::NONE;

    /// Writes the text, without its quotes where the bound says so.
    ///
    /// # Safety
    /// `__BOUND` is trusted. `position` is `sink`'s, with room for `__BOUND.fixed` and `keep` bytes;
    /// afterwards it has room for `keep`.
    #[doc(hidden)]
    unsafe fn __put<L: Level>(&self, position: *mut u8, sink: &mut Sink, keep: usize) -> *mut u8 {
        let _ = (sink, keep);
        position
    }

    /// Writes elements with a separator behind each; in rows of `row` elements, if that is not
    /// zero, with brackets around each row.
    ///
    /// # Safety
    /// `__BOUND` is trusted and pure. `position` is `sink`'s, with room for `__BOUND.whole() + 1` bytes
    /// for each element, three for each row, and one.
    #[doc(hidden)]
    unsafe fn __put_rows<L: Level>(elements: &[Self], row: usize, position: *mut u8, sink: &mut Sink) -> *mut u8
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
    if kernels::is_avx512(kernels) {
        // SAFETY: the table is only handed out where the CPU has what it needs.
        return unsafe { sink::append::<Avx512, _>(buf, kernels, |c| value.write_value(c)) };
    }
    // SAFETY: this level has no kernels of its own.
    unsafe { sink::append::<Table, _>(buf, kernels, |c| value.write_value(c)) }
}

#[cfg_attr(not(debug_assertions), inline(always))]
#[track_caller]
pub(crate) fn or_panic<R>(outcome: Result<R, Error>) -> R {
    match outcome {
        Ok(result) => result,
        Err(error) => panic_with(&error),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn panic_with(error: &Error) -> ! {
    panic!("the value cannot be written as JSON: {error}");
}

/// The value as JSON in a buffer of its own, of exactly its length.
///
/// The text is put together in a buffer that the thread keeps for this (without the feature `std`, the
/// process), and then copied: that is one allocation once the buffer has its size. What is kept is at most
/// a mebibyte, and less again after many short texts. A longer text is not copied: it is returned in the
/// memory that it was written into, which grew with it.
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_vec<T: ZeroAllocJson + ?Sized>(value: &T) -> Vec<u8> {
    // Not by `try_to_vec`: 27 bytes took a tenth longer, to be moved out of its result.
    let mut scratch = Scratch::take();
    or_panic(append(value, scratch.buffer(), kernels::detected()));
    scratch.take_text()
}

/// As [`to_vec`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_vec<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    let mut scratch = Scratch::take();
    append(value, scratch.buffer(), kernels::detected())?;
    Ok(scratch.take_text())
}

/// The value as JSON in a string of its own, of exactly its length; put together as in [`to_vec`].
///
/// # Panics
/// As [`ZeroAllocJson::write_json`].
#[must_use]
#[track_caller]
pub fn to_string<T: ZeroAllocJson + ?Sized>(value: &T) -> String {
    or_panic(try_to_string(value))
}

/// As [`to_string`], for values that can fail.
///
/// # Errors
/// As [`ZeroAllocJson::try_write_json`].
pub fn try_to_string<T: ZeroAllocJson + ?Sized>(value: &T) -> Result<String, Error> {
    try_to_vec(value).map(into_string)
}

/// All that is ever written is `str`s and ASCII; checked all the same, since a check is cheap and the
/// alternative is `unsafe`.
pub(crate) fn into_string(text: Vec<u8>) -> String {
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Writes the value as JSON to a writer: all of it in one `write_all`, or in case of an error
/// nothing.
///
/// The text is put together in a buffer first, as in [`to_vec`], so a writer that buffers gains nothing.
///
/// # Errors
/// The value could not be written, or the writer reported an error.
#[cfg(feature = "std")]
pub fn to_writer<W: std::io::Write, T: ZeroAllocJson + ?Sized>(mut writer: W, value: &T) -> Result<(), Error> {
    let mut scratch = Scratch::take();
    append(value, scratch.buffer(), kernels::detected())?;
    writer.write_all(scratch.text()).map_err(Error::io)
}
