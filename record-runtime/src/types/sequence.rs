//! Slices, arrays and `Vec`: elements that lie side by side.
//!
//! Elements whose length is bounded are written in chunks, each with one reservation; strings
//! reserve for themselves; everything else is written by its own writer. A separator is written
//! behind each element, and the last one is turned into the bracket.

use alloc::vec::Vec;

use crate::cursor::Cursor;
use crate::kernels::float::texts::{Converted, Floats};
use crate::kernels::lanes::Slack;
use crate::sink::Sink;
use crate::sink::dispatch::Dispatch;
use crate::value::bound::Bound;
use crate::value::floats::{Gathered, one_by_one};
use crate::value::mask::names::Fields;
use crate::value::places::Places;
use crate::value::separators::{SEPARATOR_LEN, close, separate};
use crate::value::{ZeroAllocJson, put, put_rows};

/// Elements per reservation: enough that its cost vanishes, and few enough that the buffer does not grow for unused
/// room (64 floats: 1,600 bytes).
const CHUNK: usize = 64;

/// The longest text of an array that has a bound of its own: what a struct reserves for it though
/// it may need less.
const MAX_ARRAY_LEN: usize = 512;

impl<T: ZeroAllocJson> ZeroAllocJson for [T] {
    /// The test for no elements stands in front of the call: many sequences are empty.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        if self.is_empty() {
            return c.short(b"[]\0\0", 2);
        }
        write_elements(c, self)
    }

    const __PLACES: Places = Places::ARRAY;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    fn __fields() -> Fields {
        T::__fields()
    }
}

impl<T: ZeroAllocJson> ZeroAllocJson for Vec<T> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        self.as_slice().write_value(c)
    }

    const __PLACES: Places = Places::ARRAY;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    fn __fields() -> Fields {
        T::__fields()
    }
}

impl<T: ZeroAllocJson, const N: usize> ZeroAllocJson for [T; N] {
    const MAX_JSON_LEN: Option<usize> = match T::MAX_JSON_LEN {
        _ if N == 0 => Some(2),
        Some(len) => max_array_len(N, len),
        None => None,
    };

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        // In room that is reserved once: a short array in a type of its own takes two thirds of the time.
        if Self::__BOUND.trusted {
            // SAFETY: the contract of `trusted_unchecked`: the condition says that the bound is trusted.
            return unsafe { c.trusted_unchecked(self) };
        }
        self.as_slice().write_value(c)
    }

    const __PLACES: Places = Places::ARRAY;
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    fn __fields() -> Fields {
        T::__fields()
    }

    const __BOUND: Bound<Self> = array_bound::<T, N>();

    /// For newtypes around points. Arrays themselves lie side by side, which is faster still.
    const __FLOATS: usize = if T::__FLOAT.is_some() && (N == 2 || N == 3) { N } else { 0 };

    #[inline]
    fn __gather(&self, floats: &mut Floats) {
        for (at, element) in self.iter().enumerate() {
            floats.set(at, element);
        }
    }

    #[inline]
    fn __write_gathered<'s, D: Dispatch, C: Converted>(&self, c: Cursor<'s, D>, texts: C) -> Cursor<'s, D> {
        let text = |at: usize, value| Gathered(texts, at, value);
        match self.as_slice() {
            [x, y] => c.fields2::<(T, T), 0, _, _>(text(0, x), text(1, y)),
            [x, y, z] => c.fields3::<(T, T, T), 0, _, _, _>(text(0, x), text(1, y), text(2, z)),
            _ => self.write_value(c),
        }
    }

    #[inline]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, _: usize) -> *mut u8 {
        if N == 0 {
            return room.put(b"[]\0\0", 2);
        }
        let position = room.position();
        // SAFETY: the contract of `__put_rows`: there is room for the bound, and `array_bound` counts the elements with a
        // separator each, the brackets, and a comma. It has a bound only where that of the elements is trusted and pure.
        let end = unsafe { T::__put_rows::<D>(self, N, position, sink) };
        debug_assert!(end as usize - position as usize <= Self::__BOUND.fixed, "rows beyond their bound");
        // Less the comma behind the row.
        end.wrapping_sub(1)
    }

    unsafe fn __put_rows<D: Dispatch>(elements: &[Self], row: usize, position: *mut u8, sink: &mut Sink) -> *mut u8 {
        if row == 0 && N > 0 {
            // The elements are rows of elements.
            // SAFETY: the contract of `__put_rows`: there is room for each array's bound, and `array_bound` counts its elements
            // with a separator each, and brackets.
            return unsafe { T::__put_rows::<D>(elements.as_flattened(), N, position, sink) };
        }
        // SAFETY: the contract is this method's: a trusted, pure bound, and room by it.
        unsafe { put_rows::<D, Self>(elements, row, position, sink) }
    }
}

/// The bytes of an element with its quotes and separator.
const fn element_len<T: ZeroAllocJson>() -> usize {
    T::__BOUND.whole().saturating_add(1)
}

/// `elements` of at most `len` bytes, a separator behind each but the last, and the brackets. `None`
/// where that is more than a `usize` holds: elements without size may be any number.
const fn max_array_len(elements: usize, len: usize) -> Option<usize> {
    let Some(element) = len.checked_add(1) else { return None };
    let Some(all) = elements.checked_mul(element) else { return None };
    all.checked_add(1)
}

const fn array_bound<T: ZeroAllocJson, const N: usize>() -> Bound<[T; N]> {
    if !T::__BOUND.trusted || !T::__BOUND.pure {
        return Bound::NONE;
    }
    match reserved_for(N, element_len::<T>()) {
        Some(len) => Bound::bytes(len),
        None => Bound::NONE,
    }
}

/// The reservation of an array of so many elements, each of at most `element` bytes with its separator. `None` where it
/// has no bound of its own.
const fn reserved_for(elements: usize, element: usize) -> Option<usize> {
    // Two brackets, and one byte more: see `put_rows`.
    const AROUND: usize = 3;
    match elements.checked_mul(element) {
        Some(len) if len <= MAX_ARRAY_LEN - AROUND => Some(len + AROUND),
        _ => None,
    }
}

/// All elements with their brackets; there is at least one.
#[inline(never)]
fn write_elements<'s, D: Dispatch, T: ZeroAllocJson>(mut c: Cursor<'s, D>, elements: &[T]) -> Cursor<'s, D> {
    if T::__BOUND.trusted {
        c = c.short(b"[\"", if T::__BOUND.quoted { 2 } else { 1 });
        c = if T::__BOUND.pure { write_chunks(c, elements) } else { write_each(c, elements) };
    } else {
        if c.sink.is_too_deep() {
            return c.too_deep();
        }
        c = c.ascii(b'[');
        // Of a constant, so that not every type's elements are compiled twice.
        if const { T::__FLOATS > 0 } && c.gathers::<T>(elements.len()) {
            c = c.elements(elements);
        } else {
            for element in elements {
                c = one_by_one(c, element).ascii(b',');
            }
        }
    }
    // SAFETY: the contract of `close`: a separator stands behind each element, and there is one. That of a bound without trust
    // is a comma, for it has no quotes.
    c.position = unsafe { close(c.position, T::__BOUND.quoted) };
    c
}

/// Elements whose bound is trusted and pure, with a separator behind each.
#[cfg_attr(not(debug_assertions), inline(always))]
fn write_chunks<'s, D: Dispatch, T: ZeroAllocJson>(mut c: Cursor<'s, D>, elements: &[T]) -> Cursor<'s, D> {
    assert!(T::__BOUND.trusted && T::__BOUND.pure);
    for chunk in elements.chunks(CHUNK) {
        // At most 64 short elements, so no overflow.
        c = c.make_room(2 + chunk.len() * element_len::<T>());
        // SAFETY: the contract of `__put_rows`: `make_room` reserved the elements and separators of the chunk, by a bound that
        // is trusted and pure.
        c.position = unsafe { T::__put_rows::<D>(chunk, 0, c.position, c.sink) };
    }
    c
}

/// Elements whose bound is trusted, with a separator behind each.
#[cfg_attr(not(debug_assertions), inline(always))]
fn write_each<'s, D: Dispatch, T: ZeroAllocJson>(mut c: Cursor<'s, D>, elements: &[T]) -> Cursor<'s, D> {
    assert!(T::__BOUND.trusted);
    for element in elements {
        if T::__BOUND.fixed > 0 {
            c = c.make_room(T::__BOUND.fixed + SEPARATOR_LEN);
        }
        let (room, sink) = c.parts();
        // SAFETY: the contract of `__put`: the bound is trusted, and `make_room` reserved its fixed part. Where there is none,
        // the element reserves for itself.
        c.position = unsafe { put::<D, T>(element, room, sink, SEPARATOR_LEN) };
        // `put` has left room for a separator.
        c.position = separate(c.room(), T::__BOUND.quoted);
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The functions' results, by integers that cannot overflow.
    fn check(elements: usize, len: usize) {
        let (wide, wide_len) = (elements as u128, len as u128);
        let reserved = wide * (wide_len + 1) + 3;
        let expected = usize::try_from(reserved).ok().filter(|len| *len <= MAX_ARRAY_LEN);
        assert_eq!(reserved_for(elements, len + 1), expected, "{elements} elements of {len} bytes");
        let longest = usize::try_from(wide * (wide_len + 1) + 1).ok();
        assert_eq!(max_array_len(elements, len), longest, "{elements} elements of {len} bytes");
    }

    /// Elements without size may be any number: `[Unit; N]` has no size either.
    #[test]
    fn lengths_of_arrays_do_not_wrap() {
        for len in 0..600 {
            for elements in 0..600 {
                check(elements, len);
            }
            // Around each multiple at which the product passes what a `usize` holds.
            for times in 1..=(len + 1).min(40) {
                let elements = ((usize::MAX as u128 + 1) * times as u128 / (len as u128 + 1)) as usize;
                for elements in elements.saturating_sub(3)..=elements.saturating_add(3) {
                    check(elements, len);
                }
            }
        }
        let root = 1 << (usize::BITS / 2);
        for len in [usize::MAX - 1, usize::MAX / 2, root, root - 1] {
            for elements in [0, 1, 2, 3, root, usize::MAX / 2, usize::MAX] {
                check(elements, len);
            }
        }
        assert_eq!(max_array_len(1, usize::MAX), None);
    }

    /// `"Only"`, as the derive would have it.
    struct One;

    impl ZeroAllocJson for One {
        const __CONSTANTS: &'static [crate::value::constant::Constant] =
            &[crate::value::constant::Constant::new("\"Only\"")];
        const __BOUND: Bound<Self> = Bound::constants();

        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.constant(self)
        }
    }

    #[test]
    fn arrays_without_size_have_a_bound_only_where_they_are_short() {
        // Seven bytes each, with the commas: 2^64 - 2, which the brackets take beyond a `usize` of 64 bits.
        const MANY: usize = usize::MAX / 7;
        assert!(!array_bound::<One, MANY>().trusted);
        assert!(!array_bound::<One, { usize::MAX }>().trusted);
        assert!(!array_bound::<[One; 0], MANY>().trusted);
        assert_eq!(array_bound::<One, 72>().max_json_len(), Some(7 * 72 + 3));
        assert!(!array_bound::<One, 73>().trusted);
        assert_eq!(<[[One; 2]; MANY]>::MAX_JSON_LEN, None);
    }
}
