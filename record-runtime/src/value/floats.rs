//! Floats that stand apart, converted together.
//!
//! With wide vectors eight floats take the time of three. So the floats of a struct are converted before anything is
//! written, or those of some elements of a sequence. Each field copies its text.
//!
//! Floats of few decimals, and subnormal ones, are faster one by one. A test that tells them from others takes a third
//! of their own time. But those of one document are mostly alike, so the ones before decide. One float in some dozens of
//! values is looked at, and after a conversion the lengths of its texts.
//!
//! On AMD Zen 5, 17 digits in structs of eight, and in those of two that lie side by side, take 0.65 of the time. Prices
//! take 1.03 to 1.07 of it, where each struct is written by a call of its own.

use super::ZeroAllocJson;
use super::fields::{Field, Fragment, Run, sealed};
use crate::cursor::Cursor;
use crate::kernels::float;
use crate::kernels::float::texts::{BATCH, Converted, Floats, Placed, Texts};
use crate::sink::Sink;
use crate::sink::dispatch::{self, Dispatch};

/// So many floats take longer one by one than together.
const ENOUGH: usize = 5;

/// A text of more bytes is more likely to have 17 digits than to be a price.
const LONG: usize = 12;

/// So many groups with short floats are written before others are looked at.
const AGAIN: u8 = 31;

/// The longest text of an `f64`.
const MAX_LEN: usize = match f64::MAX_JSON_LEN {
    Some(len) => len,
    None => panic!("floats have a longest text"),
};

/// Whether the floats of a value seem to be faster one by one. The first is looked at, where those before do not tell.
#[cfg_attr(not(debug_assertions), inline(always))]
fn are_short<T: ZeroAllocJson>(sink: &mut Sink, value: &T) -> bool {
    if sink.floats.are_long {
        return false;
    }
    let mut gathered = Floats { floats: [0.0; BATCH], first: 0 };
    value.__gather(&mut gathered);
    let are_short = float::stands_alone(gathered.floats[0]);
    if are_short {
        sink.floats.one_by_one = AGAIN;
    }
    are_short
}

/// Converts the floats of some values. False where they are too few, or too many.
#[cfg_attr(not(debug_assertions), inline(always))]
fn convert<D: Dispatch, T: ZeroAllocJson>(to: &mut Texts, sink: &mut Sink, values: &[T]) -> bool {
    let Some(kernel) = dispatch::texts::<D>(sink) else { return false };
    let len = values.len().saturating_mul(T::__FLOATS);
    if !(ENOUGH..=BATCH).contains(&len) {
        return false;
    }
    let mut gathered = Floats { floats: [0.0; BATCH], first: 0 };
    for value in values {
        value.__gather(&mut gathered);
        gathered.first += T::__FLOATS;
    }
    // SAFETY: the contract of `TextsKernel`: a table has only kernels that its CPU can run.
    sink.floats.are_long = unsafe { kernel(to, &gathered.floats, len) } > len * LONG;
    true
}

impl Floats {
    /// Adds a value, if it is a float, as this one of those of the value that is gathered.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn set<T: ZeroAllocJson + ?Sized>(&mut self, at: usize, value: &T) -> &mut Self {
        if let Some(float) = T::__FLOAT {
            self.floats[(self.first + at) % BATCH] = float(value);
        }
        self
    }
}

/// Writes a value whose floats, if it has some, are not converted. A struct of many has a writer of its own, which is not
/// copied to here.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn one_by_one<'s, D: Dispatch, T: ZeroAllocJson>(c: Cursor<'s, D>, value: &T) -> Cursor<'s, D> {
    if const { T::__FLOATS > 0 && T::__FLOATS < ENOUGH } { value.__write_gathered(c, ()) } else { value.write_value(c) }
}

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes a value with floats, converted together where that seems to be faster.
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn gathering<T: ZeroAllocJson>(self, value: &T) -> Self {
        if const { T::__FLOATS > 0 } {
            let Sink { floats, .. } = &mut *self.sink;
            if floats.one_by_one > 0 {
                floats.one_by_one -= 1;
            } else if dispatch::texts::<D>(self.sink).is_some() && !are_short(self.sink, value) {
                return self.gathered(value);
            }
        }
        value.__write_gathered(self, ())
    }

    #[inline(never)]
    fn gathered<T: ZeroAllocJson>(self, value: &T) -> Self {
        let mut texts = Texts::new();
        if convert::<D, T>(&mut texts, self.sink, core::slice::from_ref(value)) {
            return value.__write_gathered(self, Placed(&texts, 0));
        }
        // A wrong count of floats leads here, too.
        self.sink.floats.one_by_one = AGAIN;
        value.__write_gathered(self, ())
    }

    /// Whether floats of so many elements can be converted together.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn gathers<T: ZeroAllocJson>(&self, elements: usize) -> bool {
        elements >= const { ENOUGH.div_ceil(if T::__FLOATS > 0 { T::__FLOATS } else { 1 }) }
            && const { T::__FLOATS <= BATCH }
            && dispatch::texts::<D>(self.sink).is_some()
    }

    /// Writes elements with a comma behind each. Some fill a batch.
    #[inline(never)]
    pub(crate) fn elements<T: ZeroAllocJson>(mut self, mut elements: &[T]) -> Self {
        let mut texts = Texts::new();
        while !elements.is_empty() {
            let alone = elements.len().min(self.sink.floats.one_by_one.into());
            let together = if alone == 0 { BATCH / T::__FLOATS.clamp(1, BATCH) } else { 0 };
            let (now, later) = elements.split_at(elements.len().min(alone + together));
            self.sink.floats.one_by_one -= u8::try_from(alone).unwrap_or(u8::MAX);
            let converted = together > 0
                && now.first().is_some_and(|first| !are_short(self.sink, first))
                && convert::<D, T>(&mut texts, self.sink, now);
            for (index, element) in now.iter().enumerate() {
                self = if converted {
                    element.__write_gathered(self, Placed(&texts, index * T::__FLOATS))
                } else {
                    one_by_one(self, element)
                };
                self = self.ascii(b',');
            }
            elements = later;
        }
        self
    }
}

/// A field of which the text, if it is a float, is the one at this place.
#[derive(Debug)]
pub struct Gathered<'f, C, T: ?Sized>(pub C, pub usize, pub &'f T);

impl<'f, C: Converted, T: ZeroAllocJson> Gathered<'f, C, T> {
    /// The next of some fields, counting places.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn next(texts: C, at: &mut usize, value: &'f T) -> Self {
        let field = Self(texts, *at, value);
        *at += usize::from(T::__FLOAT.is_some());
        field
    }
}

impl<C, T: ?Sized> sealed::Sealed for Gathered<'_, C, T> {}

impl<C: Converted, T: ?Sized> Field for Gathered<'_, C, T> {
    type Value = T;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        T: ZeroAllocJson,
    {
        let Self(texts, at, value) = self;
        // Whatever a type says of itself, there has to be the room of a float.
        let is_float = const {
            let bound = &T::__BOUND;
            T::__FLOAT.is_some() && bound.trusted && !bound.quoted && bound.fixed >= MAX_LEN
        };
        let Some((text, len)) = texts.text(at).filter(|_| is_float) else {
            // SAFETY: the contract is `Field::put`'s, of the field itself.
            return unsafe { value.put(run, fragment, room_after) };
        };
        // SAFETY: by contract of `Field::put` there is room for the fragment.
        unsafe { run.fragment(fragment) };
        run.empty = false;
        // The text is of at most `MAX_LEN` bytes, for which there is room by contract of `Field::put`, since the bound is
        // trusted.
        let mut room = run.cursor.room();
        *room.first() = *text;
        run.cursor.position = room.behind(len);
    }
}
