//! The cursor: where the next byte goes, and the safe ways to write there.

#[forbid(unsafe_code)]
pub(crate) mod key;
pub(crate) mod rewrite;

use core::fmt::{self, Write as _};
use core::marker::PhantomData;
use core::mem;

use crate::ZeroAllocJson;
use crate::sink::error::Error;
use crate::sink::level::Level;
use crate::sink::store;
use crate::sink::{Said, Sink};
use crate::value::constants;
use crate::value::object::Object;
use crate::value::writer::{End, JsonWriter};

/// The place in the output at which a value is written.
///
/// A cursor is moved through the writers: each takes one and returns it, advanced. It is two
/// words, so that it travels in registers. All its methods are safe: each makes room for what it
/// writes. What they write is JSON as long as each value is written once; a hand-written
/// implementation that breaks this writes wrong text, but nothing worse.
///
/// ```
/// use record_runtime::{Cursor, Level, ZeroAllocJson};
///
/// struct Celsius(f64);
///
/// impl ZeroAllocJson for Celsius {
///     fn write_value<'s, L: Level>(&self, c: Cursor<'s, L>) -> Cursor<'s, L> {
///         c.object().field("unit", "C").field("value", &self.0).end()
///     }
/// }
///
/// assert_eq!(record_runtime::to_string(&Celsius(21.5)), r#"{"unit":"C","value":21.5}"#);
/// ```
#[must_use = "the value is lost unless the cursor is returned"]
pub struct Cursor<'s, L: Level> {
    pub(crate) position: *mut u8,
    pub(crate) sink: &'s mut Sink,
    pub(crate) brand: PhantomData<(Brand<'s>, L)>,
}

/// Invariant in its lifetime (invariant 5 of the sink).
pub(crate) type Brand<'s> = fn(&'s ()) -> &'s ();

impl<L: Level> fmt::Debug for Cursor<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").finish_non_exhaustive()
    }
}

macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident: $T:ty;)+) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(self, value: $T) -> Self {
                self.trusted(&value).written::<$T>()
            }
        )+
    };
}

impl<'s, L: Level> Cursor<'s, L> {
    scalars! {
        /// Writes `true` or `false`.
        bool: bool;
        /// Writes an integer.
        u64: u64;
        /// Writes an integer.
        i64: i64;
        /// Writes an integer, as a bare number.
        u128: u128;
        /// Writes an integer, as a bare number.
        i128: i128;
        /// Writes the shortest decimal that reads back as `value`; `null` if it is not finite.
        f64: f64;
        /// Writes the shortest decimal that reads back as `value`; `null` if it is not finite.
        f32: f32;
        /// Writes a string of one character.
        char: char;
        /// Writes a string, quoted and escaped.
        str: &str;
    }

    /// Writes `null`.
    #[inline]
    pub fn null(self) -> Self {
        self.short(b"null", 4)
    }

    /// Writes the first `len` bytes of a short constant.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn short(mut self, text: &'static [u8; 4], len: usize) -> Self {
        assert!(len <= 4);
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, len) };
        // SAFETY: reserved.
        self.position = unsafe { store::wide::<4>(self.position, text, len) };
        self
    }

    /// Writes text as it is: JSON, or a part of it.
    #[inline]
    pub fn raw(mut self, text: &str) -> Self {
        // SAFETY: the position is the sink's.
        self.position = unsafe { store::text_reserved(self.position, self.sink, text, 0) };
        self
    }

    /// Makes room.
    pub(crate) fn make_room(mut self, bytes: usize) -> Self {
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, bytes) };
        self
    }

    /// Lets a function of this crate write at most `N` bytes of UTF-8 in place: how many it says.
    #[allow(dead_code, reason = "used by types of other crates, a feature each")]
    #[inline]
    pub(crate) fn fill<const N: usize>(mut self, write: impl FnOnce(&mut [u8; N]) -> usize) -> Self {
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, N) };
        let room = self.position.cast::<[u8; N]>();
        // SAFETY: reserved. References need initialised bytes; a few wide stores.
        unsafe { room.write([0; N]) };
        // SAFETY: just written, and spare capacity, to which nothing else refers (invariant 1).
        let len = write(unsafe { &mut *room });
        assert!(len <= N);
        self.position = self.position.wrapping_add(len);
        self
    }

    /// Writes one byte of JSON's structure.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn ascii(mut self, byte: u8) -> Self {
        debug_assert!(byte.is_ascii());
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, 1) };
        // SAFETY: reserved.
        self.position = unsafe { store::byte(self.position, byte) };
        self
    }

    /// Writes a value of any type that can be written.
    #[inline]
    pub fn value<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Self {
        value.write_value(self).written::<T>()
    }

    /// Says of which type the value is that was just written, where the type around it does not tell.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn written<T: ZeroAllocJson + ?Sized>(self) -> Self {
        if T::__PLACES_BEHIND.null_is_number {
            self.sink.said = Said::Float;
        }
        if T::__PLACES_BEHIND.units { self.unit_variant() } else { self }
    }

    /// Says that the string behind which the cursor stands is a unit variant.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn unit_variant(self) -> Self {
        self.sink.said = Said::UnitVariant;
        self
    }

    /// Writes `FRAGMENTS[AT]`, a unit variant of an enum that may be a string otherwise, too.
    #[doc(hidden)]
    pub fn unit<K: ZeroAllocJson + ?Sized, const AT: usize>(self) -> Self {
        self.text::<K, AT>().unit_variant()
    }

    /// Writes what is displayed as a string, quoted and escaped, without allocating.
    ///
    /// An error that a `Display` reports is the value's [`Error`].
    pub fn fmt(self, arguments: fmt::Arguments<'_>) -> Self {
        if let Some(text) = arguments.as_str() {
            return self.str(text);
        }
        self.ascii(b'"').pieces::<true>(arguments).ascii(b'"')
    }

    /// Writes a part of a string, escaped, without quotes.
    fn escaped_piece(mut self, text: &str) -> Self {
        // SAFETY: the position is the sink's, and needs no room for the kernel.
        self.position = unsafe { L::string(self.position, self.sink, text, 0) };
        self
    }

    /// Writes what is displayed, piece by piece.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn pieces<const ESCAPED: bool>(self, arguments: fmt::Arguments<'_>) -> Self {
        let Self { position, sink, brand } = self;
        let begin = sink.offset(position);
        let mut pieces = Pieces::<L, ESCAPED> { position, sink: &mut *sink, level: PhantomData };
        let outcome = pieces.write_fmt(arguments);
        let Pieces { mut position, .. } = pieces;
        if position == NOWHERE {
            position = lost(sink, begin, begin, Error::known(PANIC_CAUGHT));
        }
        let cursor = Self { position, sink, brand };
        if outcome.is_err() { cursor.fail(Error::known(DISPLAY_FAILED)) } else { cursor }
    }

    /// Writes an array of what an iterator yields.
    pub fn seq<I>(self, values: I) -> Self
    where
        I: IntoIterator,
        I::Item: ZeroAllocJson,
    {
        let mut values = values.into_iter();
        let Some(first) = values.next() else {
            return self.short(b"[]\0\0", 2);
        };
        let mut cursor = first.write_value(self.ascii(b'['));
        for value in values {
            cursor = value.write_value(cursor.ascii(b','));
        }
        cursor.ascii(b']')
    }

    /// Writes an object of what an iterator yields, in its order.
    pub fn map<K, V, I>(self, entries: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: ZeroAllocJson,
        V: ZeroAllocJson,
    {
        let mut entries = entries.into_iter();
        let Some((key, value)) = entries.next() else {
            return self.short(b"{}\0\0", 2);
        };
        let mut cursor = value.write_value(key.__write_key(self.ascii(b'{')).ascii(b':'));
        for (key, value) in entries {
            cursor = value.write_value(key.__write_key(cursor.ascii(b',')).ascii(b':'));
        }
        cursor.ascii(b'}')
    }

    /// Begins an object whose fields are written one by one.
    pub fn object(self) -> Object<'s, L> {
        Object::new(self)
    }

    /// Reports that the value cannot be written. The first error of a call is the one that it
    /// returns; writing may go on, and what is written is thrown away.
    #[cold]
    pub fn fail(self, error: Error) -> Self {
        let offset = self.sink.offset(self.position);
        // SAFETY: the position is the sink's, and all before it is written (invariants 3 and 5).
        unsafe { self.sink.fail(offset, error) };
        self
    }

    /// Writes `__FRAGMENTS[AT]`: a constant of the derive's.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn text<K: ZeroAllocJson + ?Sized, const AT: usize>(self) -> Self {
        self.raw(const { K::__FRAGMENTS[AT] })
    }

    /// Writes a value that is one of its type's constants.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn constant<T: ZeroAllocJson + ?Sized>(self, value: &T) -> Self {
        self.trusted(value)
    }

    /// Lets a function write one value.
    pub(crate) fn with(self, write: impl FnOnce(&mut JsonWriter<'_>)) -> Self {
        let Self { position, sink, brand } = self;
        let begin = sink.offset(position);
        let mut writer = JsonWriter::new(position, &mut *sink);
        write(&mut writer);
        match writer.finish() {
            End::One(position) => Self { position, sink, brand },
            End::Not(position, reason) => Self { position, sink, brand }.fail(Error::known(reason)),
            End::Lost(reason) => {
                let position = lost(sink, begin, begin, Error::known(reason));
                Self { position, sink, brand }
            }
        }
    }

    /// Writes `open` and a key with its colon.
    #[cfg(feature = "serde")]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn entry(mut self, open: u8, key: &str) -> Self {
        debug_assert!(open.is_ascii());
        if !is_clean(key) {
            return self.ascii(open).str(key).ascii(b':');
        }
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, key.len() + ENTRY_LEN) };
        // SAFETY: reserved.
        self.position = unsafe { store::wide::<2>(self.position, &[open, b'"'], 2) };
        // SAFETY: reserved.
        self.position = unsafe { store::text(self.position, key) };
        // SAFETY: reserved.
        self.position = unsafe { store::wide::<2>(self.position, b"\":", 2) };
        self
    }

    /// Writes what is displayed as it is: JSON, or a part of it.
    pub(crate) fn raw_fmt(self, arguments: fmt::Arguments<'_>) -> Self {
        self.pieces::<false>(arguments)
    }

    /// Ends a value that lost its cursor where it began, with the error.
    #[cfg(feature = "serde")]
    #[cold]
    pub(crate) fn lost(mut self, begin: usize, error: Error) -> Self {
        let reached = self.sink.mark().max(begin);
        self.position = lost(self.sink, begin, reached, error);
        self
    }

    /// Notes that all up to here is written, for an error after which the cursor is lost.
    #[cfg(feature = "serde")]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn marked(self) -> Self {
        self.sink.set_mark(self.position);
        self
    }

    /// The same place at another level.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn at_level<M: Level>(self) -> Cursor<'s, M> {
        Cursor { position: self.position, sink: self.sink, brand: PhantomData }
    }

    /// Writes a value of a type whose bound is trusted.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn trusted<T: ZeroAllocJson + ?Sized>(mut self, value: &T) -> Self {
        const { assert!(T::__BOUND.trusted) };
        // SAFETY: the position is the sink's.
        self.position = unsafe { self.sink.reserve(self.position, T::__BOUND.whole()) };
        if T::__BOUND.quoted {
            // SAFETY: reserved.
            self.position = unsafe { store::byte(self.position, b'"') };
        }
        // SAFETY: the bound is trusted, `fixed` is reserved, and the closing quote is kept.
        self.position =
            unsafe { constants::put::<L, T>(value, self.position, self.sink, usize::from(T::__BOUND.quoted)) };
        if T::__BOUND.quoted {
            // SAFETY: kept.
            self.position = unsafe { store::byte(self.position, b'"') };
        }
        self
    }

    /// The same place, under a brand of its own, to be passed to a writer; where it ends is then
    /// this cursor's position.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn reborrow(&mut self) -> Cursor<'_, L> {
        Cursor { position: self.position, sink: self.sink, brand: PhantomData }
    }

    /// Whether an object or array was opened and nothing stands in it yet.
    pub(crate) fn is_in_empty_container(&self) -> bool {
        matches!(self.last_byte(), Some(b'{' | b'['))
    }

    /// The byte in front of the position, if this call has written it.
    fn last_byte(&self) -> Option<u8> {
        if self.sink.is_at_start(self.position) {
            return None;
        }
        // SAFETY: behind the call's start (invariant 4), so there is a byte before it, and it is
        // written (invariant 3).
        Some(unsafe { self.position.wrapping_sub(1).read() })
    }

    /// Writes the entries of an object among those of the object that is being written.
    ///
    /// The value is written whole, then its braces are made to fit: no type needs a second writer
    /// for this. Where something stands before it, its `{` becomes the comma; where nothing does,
    /// it takes the place of the `{` that was written. A unit variant, of which serde makes an
    /// entry with the value `null`, is moved by one byte.
    pub(crate) fn splice<T: ZeroAllocJson + ?Sized>(mut self, value: &T) -> Self {
        let first = self.last_byte() == Some(b'{');
        if first {
            // The `{` that the group wrote, so not before the start (invariant 4).
            self.position = self.position.wrapping_sub(1);
        }
        let start = self.sink.offset(self.position);
        let flattening = if first { usize::MAX } else { start };
        self.sink.flattening = flattening;
        self.sink.said = Said::Nothing;
        self = value.write_value(self);
        let may_be_unit = T::__PLACES_BEHIND.units || self.sink.said == Said::UnitVariant;
        let null_is_number = T::__PLACES_BEHIND.null_is_number || self.sink.said == Said::Float;
        // SAFETY: the position is the sink's; this room is used by `splice_text`.
        self.position = unsafe { self.sink.reserve(self.position, 1 + UNIT_ENTRY.len()) };
        // SAFETY: `start` was a position.
        let from = unsafe { self.sink.position_at(start) };
        // No length, where the value went back behind its own beginning (invariant 4).
        let len = (self.position as usize).checked_sub(from as usize);
        // SAFETY: all from `from` to the position is written, and there is room behind it.
        let end = len.and_then(|len| unsafe { splice_text(from, len, first, may_be_unit, null_is_number) });
        if let Some(position) = end {
            self.position = position;
        } else {
            // SAFETY: as above; nothing was moved.
            let text = len.map_or(&[][..], |len| unsafe { core::slice::from_raw_parts(from, len) });
            let error = not_flattened(text);
            self.sink.flattening = flattening;
            // SAFETY: the offset of a position; all before it was written.
            unsafe { self.sink.fail(start, error) };
        }
        self
    }
}

/// The error of a value whose text has no entries, with serde's words for what it is.
#[cold]
fn not_flattened(text: &[u8]) -> Error {
    Error::known(match text.first() {
        Some(b'"') => "can only flatten structs and maps (got a string)",
        Some(b'[') => "can only flatten structs and maps (got a sequence)",
        Some(b't' | b'f') => "can only flatten structs and maps (got a boolean)",
        Some(b'n') => "can only flatten structs and maps (got a float)",
        Some(b'0'..=b'9' | b'-') if text.iter().any(|byte| matches!(byte, b'.' | b'e')) => {
            "can only flatten structs and maps (got a float)"
        }
        Some(b'0'..=b'9' | b'-') => "can only flatten structs and maps (got an integer)",
        _ => "can only flatten structs and maps",
    })
}

/// What follows the name of a flattened unit variant.
const UNIT_ENTRY: &str = ":null";

/// Turns the `len` bytes of a value into entries behind others, or into the `first` ones of an
/// object whose `{` was at `from`: the position behind them. `None` if the value is no object, nor
/// anything that serde takes for one.
///
/// # Safety
/// The bytes are written, `from` is a position, and `1 + UNIT_ENTRY.len()` bytes are reserved
/// behind them.
unsafe fn splice_text(
    from: *mut u8,
    len: usize,
    first: bool,
    may_be_unit: bool,
    null_is_number: bool,
) -> Option<*mut u8> {
    let separator = if first { b'{' } else { b',' };
    let nothing = from.wrapping_add(usize::from(first));
    // SAFETY: the bytes are written, and nothing else refers to them while they are looked at.
    let text = unsafe { core::slice::from_raw_parts(from, len) };
    let (end, shift) = match text {
        [b'n', ..] if null_is_number => return None,
        [] | [b'{', b'}'] | [b'n', ..] => (nothing, 0),
        [b'{', .., b'}'] => (from.wrapping_add(len - 1), 0),
        [b'"', .., b'"'] if may_be_unit => (from.wrapping_add(len + 1), 1),
        _ => return None,
    };
    if shift == 1 {
        // SAFETY: one byte more is reserved.
        unsafe { core::ptr::copy(from, from.wrapping_add(1), len) };
    }
    if end != from {
        // SAFETY: in the value's text, or reserved where there is none.
        unsafe { from.write(separator) };
    }
    if shift == 1 {
        // SAFETY: reserved.
        return Some(unsafe { store::text(end, UNIT_ENTRY) });
    }
    Some(end)
}

const DISPLAY_FAILED: &str = "a Display implementation returned an error";

pub(crate) const PANIC_CAUGHT: &str = "a panic was caught while a value was written";

/// Records the error of a value whose end was lost with a panic or an error: it ends where it began. Both places
/// are [`Sink::offset`]s: where it began, and how far the text is known to be written.
#[cold]
#[inline(never)]
fn lost(sink: &mut Sink, begin: usize, reached: usize, error: Error) -> *mut u8 {
    // SAFETY: offsets of positions that this call has seen; all before them was written, and growth keeps it, also
    // where it unwinds (see `Sink::grow`).
    unsafe { sink.fail(reached, error) };
    // SAFETY: as above.
    unsafe { sink.position_at(begin) }
}

/// What [`Cursor::entry`] writes around the key.
#[cfg(feature = "serde")]
const ENTRY_LEN: usize = ",\"\":".len();

/// Whether no byte of a short text needs an escape; of a long one that is not said. Without a loop,
/// so that it is decided when the text is known to the compiler.
#[cfg(feature = "serde")]
#[cfg_attr(not(debug_assertions), inline(always))]
#[expect(clippy::cast_possible_truncation, reason = "halves of sixteen bytes")]
fn is_clean(text: &str) -> bool {
    const BYTES: u64 = u64::MAX / 255;
    // A byte is found by the borrow that it makes; one above a byte that is found may be found too.
    let found = |word: u64, less_than: u64| word.wrapping_sub(BYTES * less_than) & !word & (BYTES << 7);
    let is_clean = |word: u64| {
        let (quotes, backslashes) = (word ^ (BYTES * u64::from(b'"')), word ^ (BYTES * u64::from(b'\\')));
        found(word, 0x20) | found(quotes, 1) | found(backslashes, 1) == 0
    };
    let text = text.as_bytes();
    let (first, last) = (text.first_chunk::<8>(), text.last_chunk::<8>());
    let (Some(&first), Some(&last)) = (first, last) else {
        // Fewer than eight bytes; the others are filled with one that needs no escape.
        let byte = |at: usize| u64::from(text.get(at).copied().unwrap_or(b'0')) << (8 * at);
        return is_clean(byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7));
    };
    let ends = is_clean(u64::from_le_bytes(first)) && is_clean(u64::from_le_bytes(last));
    match (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        _ if text.len() <= 16 => ends,
        (Some(first), Some(last)) if text.len() <= 32 => {
            let (second, third) = ((u128::from_le_bytes(*first) >> 64) as u64, u128::from_le_bytes(*last) as u64);
            ends && is_clean(second) && is_clean(third)
        }
        _ => false,
    }
}

/// `fmt::Write` of a text that foreign code hands over piece by piece.
struct Pieces<'a, L, const ESCAPED: bool> {
    /// `NOWHERE` while a piece is written. If that unwinds and the foreign code catches it, the position may have
    /// been one in memory that the buffer has left.
    position: *mut u8,
    sink: &'a mut Sink,
    level: PhantomData<L>,
}

/// No position: nothing can be allocated there, nor counted up to there.
const NOWHERE: *mut u8 = core::ptr::without_provenance_mut(usize::MAX);

impl<L: Level, const ESCAPED: bool> fmt::Write for Pieces<'_, L, ESCAPED> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let position = mem::replace(&mut self.position, NOWHERE);
        if position == NOWHERE {
            return Err(fmt::Error);
        }
        let cursor = Cursor::<L> { position, sink: &mut *self.sink, brand: PhantomData };
        self.position = if ESCAPED { cursor.escaped_piece(text) } else { cursor.raw(text) }.position;
        Ok(())
    }
}
