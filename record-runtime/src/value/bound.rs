//! Bounds: what the runtime knows of a type's text before it writes a value.
//!
//! A type with a *trusted* bound can be written without a check of its own, in room that was reserved for several
//! fields at once. A wrong bound would write out of bounds. So a trusted bound can only be made in this crate, for
//! types whose `put` is in it too. It carries the type as a parameter, so that nobody can hand on that of another type.
//! The parameter is invariant. With a variant one, a supertype's bound would be accepted for its subtype, which may
//! have an implementation of its own.

use core::marker::PhantomData;

/// The known bound of the text of `T`. Types outside the runtime have [`Bound::NONE`], or that of their `constants`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties, all constants")]
pub struct Bound<T: ?Sized> {
    /// `put` may be called for it.
    pub(crate) trusted: bool,
    /// The bytes that a caller of `put` reserves; without the quotes, where `quoted`.
    pub(crate) fixed: usize,
    /// `put` writes the text without the quotes, which the caller writes: they are part of the
    /// constants around the value.
    pub(crate) quoted: bool,
    /// No value takes more than `fixed` bytes. (A string takes its length beside them, and sees to
    /// that itself.)
    pub(crate) pure: bool,
    /// `put` is not the type's but that of `constants`.
    constant: bool,
    /// Invariant in `T`, and without a `T` for whoever asks what is `Send`.
    of: PhantomData<fn(&mut T)>,
}

impl<T: ?Sized> Bound<T> {
    /// Nothing is known: the value is written by `write`.
    pub const NONE: Self =
        Self { trusted: false, fixed: 0, quoted: false, pure: false, constant: false, of: PhantomData };

    /// Nothing is longer than `bytes`: numbers and constants.
    pub(crate) const fn bytes(bytes: usize) -> Self {
        Self { trusted: true, fixed: bytes, quoted: false, pure: true, constant: false, of: PhantomData }
    }

    /// One of the type's constants, none of which is longer than `bytes`.
    pub(crate) const fn constant(bytes: usize) -> Self {
        Self { constant: true, ..Self::bytes(bytes) }
    }

    pub(crate) const fn is_constant(&self) -> bool {
        self.constant
    }

    /// A string of at most `bytes` between its quotes.
    pub(crate) const fn short_string(bytes: usize) -> Self {
        Self { trusted: true, fixed: bytes, quoted: true, pure: true, constant: false, of: PhantomData }
    }

    /// A string of any length, which reserves for itself.
    pub(crate) const fn string() -> Self {
        Self { trusted: true, fixed: 0, quoted: true, pure: false, constant: false, of: PhantomData }
    }

    /// The same text as a `U`, whose `put` does the work.
    pub(crate) const fn same_as<U: ?Sized>(other: &Bound<U>) -> Self {
        let Bound { trusted, fixed, quoted, pure, .. } = *other;
        Self { trusted, fixed, quoted, pure, constant: false, of: PhantomData }
    }

    /// A `U`, or `null`.
    pub(crate) const fn or_null<U: ?Sized>(other: &Bound<U>) -> Self {
        let whole = other.whole();
        let fixed = if whole < NULL.len() { NULL.len() } else { whole };
        Self { trusted: other.trusted, fixed, quoted: false, pure: other.pure, constant: false, of: PhantomData }
    }

    /// `fixed` and the quotes.
    pub(crate) const fn whole(&self) -> usize {
        self.fixed.saturating_add(if self.quoted { 2 } else { 0 })
    }

    /// The longest text of any value.
    pub(crate) const fn max_json_len(&self) -> Option<usize> {
        if self.trusted && self.pure { Some(self.whole()) } else { None }
    }
}

pub(crate) const NULL: &str = "null";

/// `MAX_JSON_LEN` of a struct: the group's constants, and a comma between its fields.
#[must_use]
pub const fn max_len(fragments: &[&str], fields: &[Option<usize>]) -> Option<usize> {
    let mut sum = fields.len().saturating_sub(1);
    let mut at = 0;
    while at < fragments.len() {
        sum = sum.saturating_add(fragments[at].len());
        at += 1;
    }
    at = 0;
    while at < fields.len() {
        match fields[at] {
            Some(len) => sum = sum.saturating_add(len),
            None => return None,
        }
        at += 1;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bounds with all combinations of properties, by the functions that make them and by hand.
    fn bounds() -> impl Iterator<Item = Bound<u8>> {
        let lengths = (0..12).chain([usize::MAX - 2, usize::MAX - 1, usize::MAX]);
        lengths.flat_map(|fixed| {
            (0..16).map(move |bits| Bound {
                trusted: bits & 1 != 0,
                fixed,
                quoted: bits & 2 != 0,
                pure: bits & 4 != 0,
                constant: bits & 8 != 0,
                of: PhantomData,
            })
        })
    }

    #[test]
    fn bounds_of_what_contains_a_value() {
        for bound in bounds() {
            let quotes = if bound.quoted { 2 } else { 0 };
            let whole = usize::try_from(bound.fixed as u128 + quotes).unwrap_or(usize::MAX);
            assert_eq!(bound.whole(), whole, "{bound:?}");
            let longest = (bound.trusted && bound.pure).then_some(whole);
            assert_eq!(bound.max_json_len(), longest, "{bound:?}");

            let or_null = Bound::<Option<u8>>::or_null(&bound);
            assert_eq!(or_null.fixed, whole.max("null".len()), "{bound:?}");
            assert!(!or_null.quoted && !or_null.constant, "{bound:?}");
            assert_eq!((or_null.trusted, or_null.pure), (bound.trusted, bound.pure));

            let same = Bound::<u16>::same_as(&bound);
            let expected = (bound.trusted, bound.fixed, bound.quoted, bound.pure);
            assert_eq!((same.trusted, same.fixed, same.quoted, same.pure), expected);
            assert!(!same.is_constant(), "the constants are the other type's");
        }
    }

    #[test]
    fn bounds_as_they_are_made() {
        let of = |bound: Bound<u8>| (bound.trusted, bound.fixed, bound.quoted, bound.pure, bound.is_constant());
        assert_eq!(of(Bound::NONE), (false, 0, false, false, false));
        assert_eq!(of(Bound::bytes(3)), (true, 3, false, true, false));
        assert_eq!(of(Bound::constant(3)), (true, 3, false, true, true));
        assert_eq!(of(Bound::short_string(3)), (true, 3, true, true, false));
        assert_eq!(of(Bound::string()), (true, 0, true, false, false));
    }

    #[test]
    fn the_longest_text_of_a_struct() {
        let fragments = ["{", "\"a\":", "", "\"long key\":", "}"];
        let lengths = [None, Some(0), Some(1), Some(20), Some(usize::MAX - 30), Some(usize::MAX)];
        for parts in 0..=fragments.len() {
            let constants: usize = fragments[..parts].iter().map(|part| part.len()).sum();
            // All ways to choose up to three fields.
            for ways in 0..lengths.len().pow(3) {
                let all = [0, 1, 2].map(|place| lengths[ways / lengths.len().pow(place) % lengths.len()]);
                for fields in 0..=all.len() {
                    let sum: Option<u128> = all[..fields].iter().map(|len| len.map(|len| len as u128)).sum();
                    let expected = sum.map(|sum| {
                        let all = sum + constants as u128 + fields.saturating_sub(1) as u128;
                        usize::try_from(all).unwrap_or(usize::MAX)
                    });
                    assert_eq!(max_len(&fragments[..parts], &all[..fields]), expected, "{parts} of {all:?}, {fields}");
                }
            }
        }
    }
}

/// For Kani, whose compiler is not that of the project: `cargo kani -p record-runtime`.
#[cfg(kani)]
mod proofs {
    use super::*;

    fn any_bound() -> Bound<u8> {
        Bound {
            trusted: kani::any(),
            fixed: kani::any(),
            quoted: kani::any(),
            pure: kani::any(),
            constant: kani::any(),
            of: PhantomData,
        }
    }

    /// The room for a value is never less than that for its parts, however long these are.
    #[kani::proof]
    fn room_covers_the_parts() {
        let bound = any_bound();
        let whole = bound.whole();
        assert!(whole >= bound.fixed);
        assert!(whole == usize::MAX || whole == bound.fixed + if bound.quoted { 2 } else { 0 });
        let or_null = Bound::<Option<u8>>::or_null(&bound);
        assert!(or_null.fixed >= whole && or_null.fixed >= NULL.len() && !or_null.quoted);
        assert!(or_null.trusted == bound.trusted && or_null.pure == bound.pure);
        let same = Bound::<u16>::same_as(&bound);
        assert!(same.whole() == whole && same.trusted == bound.trusted);
        if let Some(longest) = bound.max_json_len() {
            assert!(bound.trusted && bound.pure && longest == whole);
        }
    }

    #[kani::proof]
    #[kani::unwind(4)]
    fn groups_do_not_wrap() {
        let fields: [Option<usize>; 3] = kani::any();
        let len = max_len(&["{", "}"], &fields);
        match fields {
            [Some(a), Some(b), Some(c)] => {
                let exact = a as u128 + b as u128 + c as u128 + 4;
                assert!(len == Some(usize::try_from(exact).unwrap_or(usize::MAX)));
            }
            _ => assert!(len.is_none()),
        }
    }
}
