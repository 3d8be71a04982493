//! Memory as arrays: vectors that are loaded from one and stored into one, and the bytes behind a position.

use core::marker::PhantomData;
use core::mem::MaybeUninit;

use super::SLACK;

/// A vector that is as many bytes.
///
/// # Safety
/// The type has `N` bytes, none of them padding, and any `N` bytes are a value of it.
pub(crate) unsafe trait Lanes<const N: usize>: Copy {
    #[inline(always)]
    fn load(from: &[u8; N]) -> Self {
        // SAFETY: by contract of `Lanes` the array has as many bytes as the vector, and they are a value; the load is unaligned.
        unsafe { from.as_ptr().cast::<Self>().read_unaligned() }
    }

    #[inline(always)]
    fn store(self, to: &mut [MaybeUninit<u8>; N]) {
        // SAFETY: by contract of `Lanes` the array has as many bytes as the vector; the store is unaligned.
        unsafe { to.as_mut_ptr().cast::<Self>().write_unaligned(self) };
    }
}

// A text whose bytes are looked at, too, is better stored as an integer: as an array it may be stored in parts.
// SAFETY: the contract of `Lanes`: bytes have no padding, and any are some.
unsafe impl<const N: usize> Lanes<N> for [u8; N] {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<2> for u16 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<4> for u32 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<8> for u64 {}
// SAFETY: the contract of `Lanes`: an integer has no padding, and any bytes are one.
unsafe impl Lanes<16> for u128 {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{__m128i, __m256i, __m512i};

    use super::Lanes;

    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<16> for __m128i {}
    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<32> for __m256i {}
    // SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
    unsafe impl Lanes<64> for __m512i {}
}

// SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
#[cfg(target_arch = "aarch64")]
unsafe impl Lanes<16> for core::arch::aarch64::uint8x16_t {}

// SAFETY: the contract of `Lanes`: the registers have so many bytes, and hold any.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
unsafe impl Lanes<16> for core::arch::wasm32::v128 {}

/// A number that is at most `MOST`: how far a text goes. Where the compiler knows as much, nothing is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpTo<const MOST: usize>(usize);

impl<const MOST: usize> UpTo<MOST> {
    pub(crate) const MOST: Self = Self(MOST);

    /// The number, or `MOST` instead of a larger one.
    #[inline(always)]
    pub(crate) const fn new(number: usize) -> Self {
        Self(if number < MOST { number } else { MOST })
    }

    #[inline(always)]
    pub(crate) const fn get(self) -> usize {
        self.0
    }

    /// The number, or the next.
    #[inline(always)]
    pub(crate) const fn plus<const SUM: usize>(self, one: bool) -> UpTo<SUM> {
        const { assert!(MOST < SUM) };
        UpTo(self.0 + one as usize)
    }
}

/// Memory of `N` bytes, which nobody else has. By a pointer, which is valid for the memory around it, too. So the end of
/// a text can be where the next one begins.
///
/// Public only because hidden methods of values are given it.
#[derive(Debug)]
pub struct Room<'r, const N: usize> {
    /// From here on so many bytes can be written, and nothing else refers to them.
    position: *mut u8,
    bytes: PhantomData<&'r mut [MaybeUninit<u8>; N]>,
}

/// The room that is behind every position of a sink.
pub(crate) type Slack<'r> = Room<'r, SLACK>;

impl<'r, const N: usize> Room<'r, N> {
    /// The bytes from a position on.
    ///
    /// # Safety
    /// They can be written, and nothing else refers to them meanwhile.
    #[inline(always)]
    pub(crate) unsafe fn new(position: *mut u8) -> Self {
        Self { position, bytes: PhantomData }
    }

    /// The first bytes.
    #[inline(always)]
    pub(crate) fn first<const W: usize>(&mut self) -> &mut [MaybeUninit<u8>; W] {
        const { assert!(W <= N) };
        // SAFETY: by contract of `Room::new` the bytes are there for this alone; they need not be initialised.
        unsafe { &mut *self.position.cast() }
    }

    /// The same room for a while.
    #[inline(always)]
    pub(crate) fn again(&mut self) -> Room<'_, N> {
        Room { position: self.position, bytes: PhantomData }
    }

    /// Stores the first bytes.
    #[inline(always)]
    pub(crate) fn store<const W: usize>(&mut self, lanes: impl Lanes<W>) {
        lanes.store(self.first());
    }

    /// Stores a text whole, and returns the position behind its first `len` bytes. The width is a constant, which takes fewer
    /// instructions than a copy of `len` bytes.
    ///
    /// Not by [`store`](Self::store): without optimisation, what is inlined keeps its own slots. A struct of forty fields then
    /// took more stack than a level may.
    #[inline(always)]
    pub(crate) fn put<const W: usize>(self, text: &[u8; W], len: usize) -> *mut u8 {
        const { assert!(W <= N) };
        // SAFETY: by contract of `Room::new` so many bytes can be written, by the assertion of `W <= N`.
        unsafe { self.position.cast::<[u8; W]>().write(*text) };
        self.position.wrapping_add(len)
    }

    /// The rest behind so many bytes, or some of it.
    #[inline(always)]
    pub(crate) fn after<const MOST: usize, const REST: usize>(self, len: UpTo<MOST>) -> Room<'r, REST> {
        const { assert!(MOST + REST <= N) };
        Room { position: self.position.wrapping_add(len.get()), bytes: PhantomData }
    }

    /// The position at which it begins.
    #[inline(always)]
    pub(crate) fn position(&self) -> *mut u8 {
        self.position
    }

    /// The position behind a text of so many bytes.
    #[inline(always)]
    pub(crate) fn behind(self, len: usize) -> *mut u8 {
        self.position.wrapping_add(len)
    }
}

/// The bytes from a position on, as many as a text has.
///
/// # Safety
/// They can be written, and nothing else refers to them meanwhile.
#[inline(always)]
pub(crate) unsafe fn room_for<'a>(text: &[u8], position: *mut u8) -> &'a mut [MaybeUninit<u8>] {
    // SAFETY: by contract the bytes are there for this reference alone; they need not be initialised.
    unsafe { core::slice::from_raw_parts_mut(position.cast(), text.len()) }
}
