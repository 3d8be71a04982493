//! Types with a trusted bound: what structs are mostly made of.
//!
//! The only place where `put` is implemented, and so the only one where a wrong bound could do harm. Each `put` writes
//! at most what its `__BOUND` says (invariant 2 of the sink). For strings, it reserves what it writes and keeps room
//! for `room_after`.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZero;

use crate::cursor::Cursor;
use crate::cursor::key::{NOT_A_FINITE_KEY, NOT_A_KEY};
use crate::kernels::float::binary::Float;
use crate::kernels::integer::{self, IntegerRoom, wide};
use crate::kernels::lanes::{Room, Slack, UpTo};
use crate::kernels::string;
use crate::sink::Sink;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;
use crate::sink::store;
use crate::types::standard::net::{self, OCTET_LEN, OCTETS};
use crate::value::bound::{Bound, NULL};
use crate::value::mask::names::Fields;
use crate::value::places::Places;
use crate::value::{ZeroAllocJson, put, put_rows};

/// The items that every type of this file has: written through its bound.
macro_rules! through_bound {
    () => {
        through_bound!(Places::KEY);
    };
    ($places:expr) => {
        const MAX_JSON_LEN: Option<usize> = Self::__BOUND.max_json_len();

        const __PLACES: Places = $places;

        #[inline]
        fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            c.trusted(self)
        }
    };
}

/// A key whose text has quotes as it is, or gets them.
macro_rules! key_through_bound {
    () => {
        #[inline]
        fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
            if Self::__BOUND.quoted { c.trusted(self) } else { c.ascii(b'"').trusted(self).ascii(b'"') }
        }
    };
}

impl ZeroAllocJson for bool {
    through_bound!();
    key_through_bound!();

    const __BOUND: Bound<Self> = Bound::bytes(5);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, _: &mut Sink, _: usize) -> *mut u8 {
        let (text, len) = if *self { (b"true\0\0\0\0", 4) } else { (b"false\0\0\0", 5) };
        room.put(text, len)
    }
}

macro_rules! integers {
    ($Wide:ident, $sign:literal: $($T:ident)+) => {
        $(
            impl ZeroAllocJson for $T {
                through_bound!();
                key_through_bound!();

                const __BOUND: Bound<Self> = Bound::bytes($T::MAX.ilog10() as usize + 1 + $sign);

                #[cfg_attr(not(debug_assertions), inline(always))]
                #[allow(clippy::cast_lossless, reason = "of every width; `usize` and `isize` have no `From`")]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, _: usize) -> *mut u8 {
                    // SAFETY: the contract of `Dispatch::u64` is that of `__put`: the sink is that of a cursor with this dispatch.
                    unsafe { D::$Wide(room, sink, *self as $Wide) }
                }
            }
        )+
    };
}

integers! { u64, 0: u16 u32 u64 usize }
integers! { i64, 1: i8 i16 i32 i64 isize }

/// Its text from a table, in place: a call takes 1.3 ns longer, and as much code. (Two tables for `u16` gained nothing.)
impl ZeroAllocJson for u8 {
    through_bound!();
    key_through_bound!();

    const __BOUND: Bound<Self> = Bound::bytes(3);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, _: &mut Sink, _: usize) -> *mut u8 {
        let text = &integer::BYTES[usize::from(*self)];
        room.put(text, usize::from(text[3]))
    }
}

macro_rules! wide_integer {
    ($($T:ident $bytes:literal)+) => {
        $(
            impl ZeroAllocJson for $T {
                through_bound!();
                key_through_bound!();

                const __BOUND: Bound<Self> = Bound::bytes($bytes);

                #[inline]
                #[allow(unused_comparisons, clippy::absurd_extreme_comparisons, clippy::cast_sign_loss, reason = "signed and not")]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, _: usize) -> *mut u8 {
                    let is_negative = *self < 0;
                    let mut room = room;
                    if is_negative {
                        room.store(*b"-");
                    }
                    let room = room.after(UpTo::<0>::MOST.plus::<1>(is_negative));
                    // SAFETY: the contract of `Dispatch::u64` is that of `__put`: the sink is that of a cursor with this dispatch.
                    let write_u64 = |room: IntegerRoom<'_>, value| unsafe { D::u64(room, sink, value) };
                    let magnitude = if is_negative { (*self as u128).wrapping_neg() } else { *self as u128 };
                    // SAFETY: the contract of `write_u128`: this is `Dispatch::u64`.
                    unsafe { wide::write_u128(room, magnitude, write_u64) }
                }
            }

            const _: () = assert!(<$T>::MAX.ilog10() as usize + 1 + (<$T>::MIN != 0) as usize == $bytes);
        )+
    };
}

wide_integer! { u128 39 i128 40 }

/// Appends a number from a table with a dot behind it, and returns the room behind that.
#[inline(always)]
fn octet<const N: usize, const REST: usize>(mut room: Room<'_, N>, octet: u8) -> Room<'_, REST> {
    let len = "0.".len() + usize::from(octet >= 10) + usize::from(octet >= 100);
    room.store(OCTETS[usize::from(octet)]);
    room.after(UpTo::<OCTET_LEN>::new(len))
}

/// Four numbers, each with a dot behind it.
impl ZeroAllocJson for Ipv4Addr {
    through_bound!();
    key_through_bound!();

    const __BOUND: Bound<Self> = Bound::short_string("255.255.255.255".len());

    #[inline]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, _: &mut Sink, _: usize) -> *mut u8 {
        let [first, second, third, fourth] = self.octets();
        let room = octet::<_, { 3 * OCTET_LEN }>(room, first);
        let room = octet::<_, { 2 * OCTET_LEN }>(room, second);
        let room = octet::<_, OCTET_LEN>(room, third);
        // The last dot is slack.
        octet::<_, 0>(room, fourth).position().wrapping_sub(1)
    }
}

/// Eight groups of hexadecimal digits. The longest run of two or more zeros is `::`, and an embedded address of version
/// 4 ends the text.
impl ZeroAllocJson for Ipv6Addr {
    through_bound!();
    key_through_bound!();

    const __BOUND: Bound<Self> = Bound::short_string("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".len());

    #[inline]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, _: &mut Sink, _: usize) -> *mut u8 {
        let (text, len) = net::v6_text(*self);
        room.put(&text, len)
    }
}

macro_rules! float {
    ($($T:ident $rows:ident $as_f64:expr;)+) => {
        $(
            impl ZeroAllocJson for $T {
                through_bound!(Places::FLOAT);

                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    if self.is_finite() {
                        c.ascii(b'"').trusted(self).ascii(b'"')
                    } else {
                        c.fail(Error::known(NOT_A_FINITE_KEY))
                    }
                }

                const __BOUND: Bound<Self> = Bound::bytes(<$T as Float>::MAX_LEN);
                const __FLOAT: Option<fn(&Self) -> f64> = $as_f64;

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, _: usize) -> *mut u8 {
                    // SAFETY: the contract of `Dispatch::u64` is that of `__put`: the sink is that of a cursor with this dispatch.
                    unsafe { D::$T(room, sink, *self) }
                }

                unsafe fn __put_rows<D: Dispatch>(elements: &[Self], row: usize, position: *mut u8, sink: &mut Sink) -> *mut u8 {
                    if elements.len() <= FEW {
                        if row == 0 && elements.iter().all(|float| !float.is_finite()) {
                            // SAFETY: by contract the position is the sink's, so slack is behind it (invariant 1).
                            let room: Slack<'_> = unsafe { Room::new(position) };
                            return room.put(NULLS, elements.len() * "null,".len());
                        }
                        // SAFETY: the contract is this method's: a trusted, pure bound, and room by it.
                        return unsafe { put_rows::<D, Self>(elements, row, position, sink) };
                    }
                    // SAFETY: the contract is `__put_rows`', by the bound `MAX_LEN`; the CPU has the table's kernels.
                    unsafe { (sink.kernels.$rows)(position, elements, row) }
                }
            }
        )+
    };
}

/// So many floats take no less time together.
const FEW: usize = 3;

/// As many that are not finite. One by one they take longer than with `serde_json`.
const NULLS: &[u8; 16] = b"null,null,null,\0";

float! { f64 f64_rows Some(|value| *value); f32 f32_rows None; }

impl ZeroAllocJson for char {
    through_bound!();
    key_through_bound!();

    /// Six for `\u00xx`; UTF-8 takes at most four.
    const __BOUND: Bound<Self> = Bound::short_string(6);

    #[inline]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, _: &mut Sink, _: usize) -> *mut u8 {
        if self.is_ascii() {
            let (sequence, len) = string::escaped(*self as u8);
            return room.put(&sequence, len);
        }
        let mut text = [0; 4];
        let len = self.encode_utf8(&mut text).len();
        room.put(&text, len)
    }
}

macro_rules! strings {
    ($($T:ident)+) => {
        $(
            impl ZeroAllocJson for $T {
                through_bound!();
                key_through_bound!();

                const __BOUND: Bound<Self> = Bound::string();

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
                    // SAFETY: the contract is `__put`'s: the position is the sink's, and the writer makes room.
                    unsafe { D::string(room.position(), sink, self, room_after) }
                }
            }
        )+
    };
}

strings! { str String }

impl<T: ZeroAllocJson> ZeroAllocJson for Option<T> {
    const MAX_JSON_LEN: Option<usize> = match T::MAX_JSON_LEN {
        Some(len) if len < NULL.len() => Some(NULL.len()),
        other => other,
    };

    #[inline]
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            // Only here it is known whether a `null` is a float that is not finite.
            Some(value) => value.write_value(c).written::<T>(),
            None => c.null(),
        }
    }

    fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Some(key) => key.__write_key(c),
            None => c.fail(Error::known(NOT_A_KEY)),
        }
    }

    const __PLACES: Places = T::__PLACES.or_nothing();
    const __PLACES_BEHIND: Places = T::__PLACES_BEHIND.or_nothing();
    const __KEYS_FIT: bool = T::__KEYS_FIT;

    fn __fields() -> Fields {
        T::__fields()
    }

    const __BOUND: Bound<Self> = Bound::or_null(&T::__BOUND);

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
        let Some(value) = self else {
            return room.put(b"null", 4);
        };
        // SAFETY: the contract is `__put`'s, of the value: the bound counts its quotes, and the closing one is left.
        let put = |room: Slack<'_>, quotes| unsafe { put::<D, T>(value, room, sink, room_after + quotes) };
        // SAFETY: by contract of `__put` there is room for the bound, which counts both quotes.
        unsafe { store::quoted(room, T::__BOUND.quoted, put) }
    }
}

macro_rules! pointer {
    ($([$($parameters:tt)*] $P:ty => $T:ty;)+) => {
        $(
            impl<$($parameters)*> ZeroAllocJson for $P {
                /// Not that of a derived type, which may contain this one.
                const MAX_JSON_LEN: Option<usize> = Self::__BOUND.max_json_len();

                #[cfg_attr(not(debug_assertions), inline(always))]
                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    // A type may lead back to itself here.
                    if !<$T>::__BOUND.trusted && c.sink.is_too_deep() {
                        return c.too_deep();
                    }
                    (**self).write_value(c)
                }

                #[inline]
                fn __write_key<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    if !<$T>::__BOUND.trusted && c.sink.is_too_deep() {
                        return c.too_deep();
                    }
                    (**self).__write_key(c)
                }

                const __PLACES_BEHIND: Places = <$T>::__PLACES_BEHIND;
                const __KEYS_FIT: bool = <$T>::__KEYS_FIT;

                fn __fields() -> Fields {
                    <$T>::__fields()
                }

                const __BOUND: Bound<Self> = Bound::same_as(&<$T>::__BOUND);

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
                    // SAFETY: the contract is `__put`'s, and the two bounds are the same.
                    unsafe { put::<D, $T>(&**self, room, sink, room_after) }
                }
            }
        )+
    };
}

pointer! {
    [T: ZeroAllocJson + ?Sized] &T => T;
    [T: ZeroAllocJson + ?Sized] &mut T => T;
    [T: ZeroAllocJson + ?Sized] Box<T> => T;
    [T: ZeroAllocJson + ?Sized] Rc<T> => T;
    [T: ZeroAllocJson + ?Sized] Arc<T> => T;
    [T: ZeroAllocJson + ToOwned + ?Sized] Cow<'_, T> => T;
}

macro_rules! non_zero {
    ($($T:ident)+) => {
        $(
            impl ZeroAllocJson for NonZero<$T> {
                through_bound!();
                key_through_bound!();

                const __BOUND: Bound<Self> = Bound::same_as(&<$T>::__BOUND);

                #[cfg_attr(not(debug_assertions), inline(always))]
                unsafe fn __put<D: Dispatch>(&self, room: Slack<'_>, sink: &mut Sink, room_after: usize) -> *mut u8 {
                    // SAFETY: the contract is `__put`'s, and the two bounds are the same.
                    unsafe { self.get().__put::<D>(room, sink, room_after) }
                }
            }
        )+
    };
}

non_zero! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }
