//! Groups of fields: what the derive's expansions call.
//!
//! An expansion lists a group as constants, `open, key, …, close`, and calls [`Cursor::fields1`] to
//! [`Cursor::fields16`] with the fields. Everything else is found here, when the writer is compiled:
//!
//! - the commas, and for each field the *fragment* in front of it. It has the last field's closing quote, the comma,
//!   the key and the field's own opening quote, as one constant that is stored over-wide;
//! - the *need* in front of each field: the bytes to reserve for all up to the next field without a trusted bound. A
//!   group of numbers and strings is one reservation and, for each string, one comparison of its length.
//!
//! Fields that may be absent (`SkipIf`, `Flatten`) keep all this. Whether a comma is due is a question at run time only
//! while no field before is certain to have been written.

use super::{ZeroAllocJson, put};
use crate::cursor::Cursor;
use crate::cursor::mask::Selection;
use crate::kernels::lanes::Slack;
use crate::sink::dispatch::Dispatch;
use crate::sink::store;
use crate::value::writer::JsonWriter;

/// A field's constants, which a group needs when it is compiled.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties, all constants")]
pub(crate) struct Shape {
    /// Bytes to be reserved beside the fragment.
    fixed: usize,
    /// A comma and a key stand in front of it. (A flattened value brings its own.)
    keyed: bool,
    /// The field is written whatever its value.
    always: bool,
    /// The fragment ends with the opening quote.
    opens: bool,
    /// The closing quote is left to the next fragment.
    leaves_open: bool,
    /// Writing the field gives up what was reserved for those behind it.
    breaks: bool,
}

impl Shape {
    const fn of<F: Field<Value: ZeroAllocJson>>() -> Self {
        let bound = &<F::Value as ZeroAllocJson>::__BOUND;
        let unknown = Self { fixed: 0, keyed: true, always: true, opens: false, leaves_open: false, breaks: true };
        let shape = match F::KIND {
            Kind::Value if bound.trusted => {
                Self { fixed: bound.fixed, opens: bound.quoted, leaves_open: bound.quoted, breaks: false, ..unknown }
            }
            Kind::Value | Kind::Function => unknown,
            Kind::Flattened => Self { keyed: false, always: false, ..unknown },
        };
        if F::MAY_BE_ABSENT {
            // It closes its own quote: the next fragment cannot know whether there is one to close.
            Self { fixed: add(shape.fixed, shape.leaves_open as usize), always: false, leaves_open: false, ..shape }
        } else {
            shape
        }
    }
}

/// How a field is written.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// As its type writes it.
    Value,
    /// Its entries stand among those of the group.
    Flattened,
    /// By a function of the user's.
    Function,
}

pub(super) mod sealed {
    pub trait Sealed {}
}

/// A field of a group; implemented by the runtime alone.
///
/// For fields of all types. That the value's can be written is asked where the group is, and so is reported of that type
/// alone.
pub trait Field: sealed::Sealed {
    /// The type that has to be writable; none where a function writes the field.
    #[doc(hidden)]
    type Value: ?Sized;

    #[doc(hidden)]
    const KIND: Kind = Kind::Value;

    /// Whether a value of the field decides if it is written.
    #[doc(hidden)]
    const MAY_BE_ABSENT: bool = false;

    /// Writes the fragment and the field.
    ///
    /// # Safety
    /// The run has room for the fragment, the `fixed` of the field's shape and, unless it `breaks`, `room_after`; afterwards
    /// it has for `room_after`.
    #[doc(hidden)]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        Self::Value: ZeroAllocJson;
}

/// A cursor within a group. By reference, since in builds without optimisation each move is a copy
/// (1.2 times the code).
#[derive(Debug)]
pub struct Run<'s, D: Dispatch> {
    pub(super) cursor: Cursor<'s, D>,
    /// Where the fragments are from, for those that are too long for one.
    texts: &'static [&'static str],
    /// Nothing of the object is written yet, so no comma is due.
    pub(super) empty: bool,
}

impl<D: Dispatch> Run<'_, D> {
    /// Writes a fragment, without its comma where none is due.
    ///
    /// # Safety
    /// There is room for it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) unsafe fn fragment(&mut self, fragment: &'static Fragment) {
        let skip = self.empty && fragment.comma;
        // SAFETY: by contract there is room for the fragment, which is longer with its comma.
        unsafe { self.store(fragment, skip) };
    }

    /// Writes a constant.
    ///
    /// # Safety
    /// There is room for it.
    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn store(&mut self, fragment: &'static Fragment, without_comma: bool) {
        self.cursor.position = if fragment.len <= Fragment::LONGEST {
            fragment.store(self.cursor.room(), without_comma)
        } else {
            // SAFETY: by contract there is room for the fragment; its key is the one at `fragment.at`.
            unsafe { fragment.store_long(self.cursor.position, self.texts[fragment.at], without_comma) }
        };
    }

    /// The promises of each field.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn assert_room(&self, room_after: usize) {
        debug_assert!(self.cursor.sink.room(self.cursor.position) >= room_after, "a field left no room");
    }

    /// Makes room for what follows a part that needed an unknown amount.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn reserve(&mut self, room_after: usize) {
        // SAFETY: a cursor's position is its sink's (invariant 5).
        self.cursor.position = unsafe { self.cursor.sink.reserve(self.cursor.position, room_after) };
    }
}

/// The constant in front of a field: `"` closing the field before, `,`, the key, `"` opening the
/// field. Or behind the last.
#[derive(Clone, Copy, Debug)]
pub struct Fragment {
    text: [u8; Self::LONGEST],
    /// More than `LONGEST` where the text does not fit; it is then put together from its parts.
    len: usize,
    /// The key's place among the texts.
    at: usize,
    closes: bool,
    comma: bool,
    opens: bool,
}

impl Fragment {
    /// Keys of up to 43 bytes. (With 32, the three longer ones of twitter's users cost it 7 %.)
    const LONGEST: usize = 48;

    const EMPTY: Self = Self { text: [0; Self::LONGEST], len: 0, at: 0, closes: false, comma: false, opens: false };

    /// The compiler interprets this for each field of each type, and calls take it long. With one for each byte a build
    /// without optimisation took 1.2 times as long, with `copy_from_slice` 1.9 times.
    const fn new(prefix: &str, closes: bool, comma: bool, texts: &[&str], at: usize, opens: bool) -> Self {
        let (prefix, key) = (prefix.as_bytes(), texts[at].as_bytes());
        let around = closes as usize + comma as usize + opens as usize;
        let len = add(add(prefix.len(), key.len()), around);
        let mut text = [0; Self::LONGEST];
        if len <= Self::LONGEST {
            let mut to = 0;
            while to < prefix.len() {
                text[to] = prefix[to];
                to += 1;
            }
            if closes {
                text[to] = b'"';
                to += 1;
            }
            if comma {
                text[to] = b',';
                to += 1;
            }
            let mut from = 0;
            while from < key.len() {
                text[to] = key[from];
                (from, to) = (from + 1, to + 1);
            }
            if opens {
                text[to] = b'"';
            }
        }
        Self { text, len, at, closes, comma, opens }
    }

    /// The length is at most `LONGEST`. With `skip`, the text begins with its comma.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn store(&self, room: Slack<'_>, skip: bool) -> *mut u8 {
        if skip {
            let mut text = self.text;
            text.copy_within(1.., 0);
            return room.put(&text, self.len - 1);
        }
        // Narrower stores where they suffice: the lengths are constants.
        if let Some(text) = self.text.first_chunk::<8>().filter(|_| self.len <= 8) {
            return room.put(text, self.len);
        }
        if let Some(text) = self.text.first_chunk::<16>().filter(|_| self.len <= 16) {
            return room.put(text, self.len);
        }
        if let Some(text) = self.text.first_chunk::<32>().filter(|_| self.len <= 32) {
            return room.put(text, self.len);
        }
        room.put(&self.text, self.len)
    }

    /// # Safety
    /// `position` is a sink's, with room for the text, whose key is `key`.
    #[inline(never)]
    unsafe fn store_long(&self, mut position: *mut u8, key: &str, skip: bool) -> *mut u8 {
        let pieces = [
            if self.closes { "\"" } else { "" },
            if self.comma && !skip { "," } else { "" },
            key,
            if self.opens { "\"" } else { "" },
        ];
        for piece in pieces {
            // SAFETY: by contract there is room for the whole text, of which this is the next piece.
            position = unsafe { store::text(position, piece) };
        }
        position
    }
}

/// The constants of a group of `N` fields.
#[derive(Debug)]
struct Group<const N: usize> {
    /// Written on its own where it is not part of the first field's fragment.
    open: Fragment,
    fragments: [Fragment; N],
    close: Fragment,
    /// Room for everything up to the first field that breaks the run.
    need: usize,
    /// The same from behind each field on.
    room_after: [usize; N],
    start: Start,
}

/// Whether a comma is due in front of the first field that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// None, but the fragments have one.
    Empty,
    /// The fragments are right as they are.
    Exact,
    /// The group continues another one: what stands before it says so.
    Continues,
}

impl<const N: usize> Group<N> {
    /// `texts[at..]` are `open, key, …, close`.
    const fn new(texts: &[&'static str], at: usize, shapes: &[Shape; N]) -> Self {
        let (open, start) = match texts[at].as_bytes() {
            [] => ("", Start::Continues),
            // It continues another one that has written something.
            b"," => ("", Start::Exact),
            [.., b'{' | b'[' | b':'] if !shapes[0].always => (texts[at], Start::Empty),
            _ => (texts[at], Start::Exact),
        };
        let opens_container = matches!(open.as_bytes().last(), Some(b'{' | b'[' | b':'));
        let mut fragments = [Fragment::EMPTY; N];
        let mut leaves_open = false;
        let mut at_field = 0;
        while at_field < N {
            let shape = shapes[at_field];
            let first = at_field == 0 && opens_container && shape.always;
            let comma = shape.keyed && !first;
            fragments[at_field] = Fragment::new("", leaves_open, comma, texts, at + 1 + at_field, shape.opens);
            leaves_open = shape.leaves_open;
            at_field += 1;
        }
        let close = Fragment::new("", leaves_open, false, texts, at + 1 + N, false);
        // Where the first field is certain, what opens the group is part of its fragment.
        let certain = matches!(start, Start::Exact) && shapes[0].always;
        let merged = certain && add(open.len(), fragments[0].len) <= Fragment::LONGEST;
        if merged && !open.is_empty() {
            fragments[0] = Fragment::new(open, false, fragments[0].comma, texts, at + 1, shapes[0].opens);
        }
        let open =
            if merged || open.is_empty() { Fragment::EMPTY } else { Fragment::new("", false, false, texts, at, false) };
        let mut room_after = [0; N];
        let mut need = close.len;
        let mut left = N;
        while left > 0 {
            left -= 1;
            room_after[left] = need;
            let own = add(fragments[left].len, shapes[left].fixed);
            need = if shapes[left].breaks { own } else { add(own, need) };
        }
        Self { open, fragments, close, need: add(open.len, need), room_after, start }
    }

    /// Whether nothing stands before the group in its object.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn starts_empty<D: Dispatch>(&self, cursor: &Cursor<'_, D>) -> bool {
        match self.start {
            Start::Empty => true,
            Start::Exact => false,
            Start::Continues => cursor.is_in_empty_container(),
        }
    }
}

/// The sum of two lengths within a group. Together with that of a string, which is at most
/// `isize::MAX`, it does not overflow on any target.
///
/// # Panics
/// When compiled, where it would.
const fn add(a: usize, b: usize) -> usize {
    match a.checked_add(b) {
        Some(sum) if sum <= isize::MAX as usize / 2 => sum,
        _ => panic!("the constants of a type are too long"),
    }
}

/// The body of a method that writes a group.
macro_rules! group {
    ($this:ident, $K:ident, $AT:ident, $n:literal: $($T:ident $field:ident $at:literal),+) => {{
        let group = const { &Group::<$n>::new($K::__FRAGMENTS, $AT, &[$(Shape::of::<$T>()),+]) };
        let mut run = Run { empty: group.starts_empty(&$this), cursor: $this, texts: $K::__FRAGMENTS };
        run.reserve(group.need);
        // SAFETY: `run.reserve` above made room for `need`, which counts the group's opening (invariant 2).
        unsafe { run.store(&group.open, false) };
        $(
            // SAFETY: by contract of `Field::put` the field before left its `room_after`, or `need` was reserved. Both
            // cover this field's fragment, fixed part and `room_after`.
            unsafe { $field.put(&mut run, &group.fragments[$at], group.room_after[$at]) };
            run.assert_room(group.room_after[$at]);
        )+
        // SAFETY: by contract of `Field::put` the last field left its `room_after`, the length of this fragment.
        unsafe { run.store(&group.close, false) };
        run.cursor
    }};
}

/// One method for each number of fields, written out. Where the type of a field lacks the trait, the compiler shows the
/// method's signature; of one that a macro makes it shows the macro.
#[rustfmt::skip]
#[allow(clippy::similar_names, clippy::too_many_arguments, reason = "as many as a struct has fields")]
impl<D: Dispatch> Cursor<'_, D> {
    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields1<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>>(self, field0: Field0) -> Self {
        group!(self, K, AT, 1: Field0 field0 0)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields2<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1) -> Self {
        group!(self, K, AT, 2: Field0 field0 0, Field1 field1 1)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields3<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2) -> Self {
        group!(self, K, AT, 3: Field0 field0 0, Field1 field1 1, Field2 field2 2)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields4<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3) -> Self {
        group!(self, K, AT, 4: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields5<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4) -> Self {
        group!(self, K, AT, 5: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields6<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5) -> Self {
        group!(self, K, AT, 6: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields7<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6) -> Self {
        group!(self, K, AT, 7: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields8<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7) -> Self {
        group!(self, K, AT, 8: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields9<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8) -> Self {
        group!(self, K, AT, 9: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields10<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9) -> Self {
        group!(self, K, AT, 10: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields11<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10) -> Self {
        group!(self, K, AT, 11: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields12<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>, Field11: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10, field11: Field11) -> Self {
        group!(self, K, AT, 12: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10, Field11 field11 11)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields13<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>, Field11: Field<Value: ZeroAllocJson>, Field12: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10, field11: Field11, field12: Field12) -> Self {
        group!(self, K, AT, 13: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10, Field11 field11 11, Field12 field12 12)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields14<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>, Field11: Field<Value: ZeroAllocJson>, Field12: Field<Value: ZeroAllocJson>, Field13: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10, field11: Field11, field12: Field12, field13: Field13) -> Self {
        group!(self, K, AT, 14: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10, Field11 field11 11, Field12 field12 12, Field13 field13 13)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields15<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>, Field11: Field<Value: ZeroAllocJson>, Field12: Field<Value: ZeroAllocJson>, Field13: Field<Value: ZeroAllocJson>, Field14: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10, field11: Field11, field12: Field12, field13: Field13, field14: Field14) -> Self {
        group!(self, K, AT, 15: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10, Field11 field11 11, Field12 field12 12, Field13 field13 13, Field14 field14 14)
    }

    #[doc(hidden)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn fields16<K: ZeroAllocJson + ?Sized, const AT: usize, Field0: Field<Value: ZeroAllocJson>, Field1: Field<Value: ZeroAllocJson>, Field2: Field<Value: ZeroAllocJson>, Field3: Field<Value: ZeroAllocJson>, Field4: Field<Value: ZeroAllocJson>, Field5: Field<Value: ZeroAllocJson>, Field6: Field<Value: ZeroAllocJson>, Field7: Field<Value: ZeroAllocJson>, Field8: Field<Value: ZeroAllocJson>, Field9: Field<Value: ZeroAllocJson>, Field10: Field<Value: ZeroAllocJson>, Field11: Field<Value: ZeroAllocJson>, Field12: Field<Value: ZeroAllocJson>, Field13: Field<Value: ZeroAllocJson>, Field14: Field<Value: ZeroAllocJson>, Field15: Field<Value: ZeroAllocJson>>(self, field0: Field0, field1: Field1, field2: Field2, field3: Field3, field4: Field4, field5: Field5, field6: Field6, field7: Field7, field8: Field8, field9: Field9, field10: Field10, field11: Field11, field12: Field12, field13: Field13, field14: Field14, field15: Field15) -> Self {
        group!(self, K, AT, 16: Field0 field0 0, Field1 field1 1, Field2 field2 2, Field3 field3 3, Field4 field4 4, Field5 field5 5, Field6 field6 6, Field7 field7 7, Field8 field8 8, Field9 field9 9, Field10 field10 10, Field11 field11 11, Field12 field12 12, Field13 field13 13, Field14 field14 14, Field15 field15 15)
    }
}

impl<T: ?Sized> sealed::Sealed for &T {}

impl<T: ?Sized> Field for &T {
    type Value = T;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        T: ZeroAllocJson,
    {
        // SAFETY: by contract of `Field::put` there is room for the fragment.
        unsafe { run.fragment(fragment) };
        run.empty = false;
        if T::__BOUND.trusted {
            let (room, sink) = run.cursor.parts();
            // SAFETY: the bound is `trusted` by the condition; by contract of `Field::put` there is room for `fixed` and
            // `room_after`.
            run.cursor.position = unsafe { put::<D, T>(self, room, sink, room_after) };
        } else {
            run.cursor.position = self.write_value(run.cursor.reborrow()).position;
            run.reserve(room_after);
        }
    }
}

/// A field that is left out where the first part is true.
#[derive(Debug)]
pub struct SkipIf<F>(pub bool, pub F);

impl<F: Field> sealed::Sealed for SkipIf<F> {}

impl<F: Field> Field for SkipIf<F> {
    type Value = F::Value;
    const KIND: Kind = F::KIND;
    const MAY_BE_ABSENT: bool = true;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        F::Value: ZeroAllocJson,
    {
        let Self(skip, field) = self;
        let shape = const { Shape::of::<F>() };
        if skip {
            // The quote of the field before is closed in any case.
            if fragment.closes {
                run.cursor.position = store::byte(run.cursor.room(), b'"');
            }
            if shape.breaks {
                run.reserve(room_after);
            }
            return;
        }
        // SAFETY: the contract is `Field::put`'s; the fixed part, for which there is room, counts the quote.
        unsafe { field.put(run, fragment, room_after + usize::from(shape.leaves_open)) };
        if shape.leaves_open {
            run.cursor.position = store::byte(run.cursor.room(), b'"');
        }
    }
}

/// A field whose value is written at its level of the mask.
#[derive(Debug)]
pub struct Within<F> {
    selection: Selection,
    number: u32,
    field: F,
}

impl Selection {
    /// The field with this number.
    #[inline]
    pub const fn within<F>(self, number: u32, field: F) -> Within<F> {
        Within { selection: self, number, field }
    }
}

impl<F: Field> sealed::Sealed for Within<F> {}

impl<F: Field> Field for Within<F> {
    type Value = F::Value;
    const KIND: Kind = F::KIND;
    const MAY_BE_ABSENT: bool = F::MAY_BE_ABSENT;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        F::Value: ZeroAllocJson,
    {
        let Self { selection, number, field } = self;
        // Types with a trusted bound are of the runtime, and have no fields.
        if !const { Shape::of::<F>() }.breaks {
            // SAFETY: the contract is `Field::put`'s.
            return unsafe { field.put(run, fragment, room_after) };
        }
        let before = selection.enter(number);
        // SAFETY: the contract is `Field::put`'s.
        unsafe { field.put(run, fragment, room_after) };
        selection.leave(before);
    }
}

/// A value whose entries stand among those of the group.
#[derive(Debug)]
pub struct Flatten<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> sealed::Sealed for Flatten<'_, T> {}

impl<T: ?Sized> Field for Flatten<'_, T> {
    type Value = T;
    const KIND: Kind = Kind::Flattened;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize)
    where
        T: ZeroAllocJson,
    {
        // SAFETY: by contract of `Field::put` there is room for the fragment.
        unsafe { run.fragment(fragment) };
        let places = const { T::__PLACES_BEHIND };
        run.cursor.position =
            run.cursor.reborrow().splice(places.units, places.null_is_number, |c| self.0.write_value(c)).position;
        run.empty = run.empty && run.cursor.is_in_empty_container();
        run.reserve(room_after);
    }
}

/// A value that a function of the user's writes.
#[derive(Debug)]
pub struct With<'a, T: ?Sized, F>(pub &'a T, pub F);

/// A whole value that a function writes: a newtype's content, or a variant's.
impl<T: ?Sized, F: Fn(&T, &mut JsonWriter<'_>)> ZeroAllocJson for With<'_, T, F> {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        let Self(value, write) = self;
        c.with(|writer| write(value, writer))
    }
}

impl<T: ?Sized, F: FnOnce(&T, &mut JsonWriter<'_>)> sealed::Sealed for With<'_, T, F> {}

impl<T: ?Sized, F: FnOnce(&T, &mut JsonWriter<'_>)> Field for With<'_, T, F> {
    type Value = ();
    const KIND: Kind = Kind::Function;

    #[cfg_attr(not(debug_assertions), inline(always))]
    unsafe fn put<D: Dispatch>(self, run: &mut Run<'_, D>, fragment: &'static Fragment, room_after: usize) {
        // SAFETY: by contract of `Field::put` there is room for the fragment.
        unsafe { run.fragment(fragment) };
        run.empty = false;
        let Self(value, write) = self;
        run.cursor.position = run.cursor.reborrow().with(|writer| write(value, writer)).position;
        run.reserve(room_after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value has at most half of an address space for its constants, and half for a string.
    #[test]
    #[cfg_attr(not(panic = "unwind"), ignore = "a panic ends all")]
    fn constants_that_are_too_long_are_refused() {
        const MOST: usize = isize::MAX as usize / 2;
        for (a, b) in [(0, 0), (0, MOST), (1, MOST - 1), (MOST - 1, 1), (MOST / 2, MOST / 2)] {
            assert_eq!(add(a, b), a + b);
        }
        for (a, b) in [(1, MOST), (MOST, 1), (MOST, MOST), (MOST + 1, 0), (usize::MAX, 1), (usize::MAX, usize::MAX)] {
            assert!(std::panic::catch_unwind(|| add(a, b)).is_err(), "{a} + {b}");
        }
    }
}
