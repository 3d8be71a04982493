//! The out-of-line parts that depend on the CPU, and the one place that chooses among them.
//!
//! A kernel is a plain function, compiled here once. [`Kernels`] is a table of those that go
//! together; `detect` picks one per process, [`Backend`] names each for tests and benches.

pub(crate) mod digits;
pub(crate) mod document;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod string;
#[cfg(test)]
mod tests;

use crate::sink::Sink;

/// Appends escaped text: `(position, sink, text, len, keep)`. Contract: `Level::string`, with
/// `text` and `len` those of a `str`.
pub(crate) type StringKernel = unsafe fn(*mut u8, &mut Sink, *const u8, usize, usize) -> *mut u8;

/// Appends an integer. Contract: `Level::u64`.
pub(crate) type IntegerKernel = unsafe fn(*mut u8, u64) -> *mut u8;

/// Appends a float, given by its bits: in the registers where they are needed. Contract:
/// `Level::f64`.
pub(crate) type FloatKernel<Bits> = unsafe fn(*mut u8, Bits) -> *mut u8;

/// Appends floats in rows: `(position, floats, row)`. Contract: `ZeroAllocJson::put_rows`.
pub(crate) type RowsKernel<F> = unsafe fn(*mut u8, &[F], usize) -> *mut u8;

/// The kernels of one backend. Public only because a hidden constant of `Level` names it.
#[derive(Clone, Copy, Debug)]
pub struct Kernels {
    pub(crate) string: StringKernel,
    pub(crate) integer: IntegerKernel,
    pub(crate) f64: FloatKernel<u64>,
    pub(crate) f32: FloatKernel<u32>,
    pub(crate) f64_rows: RowsKernel<f64>,
    pub(crate) f32_rows: RowsKernel<f32>,
}

/// The numbers that every CPU can write.
const PORTABLE_NUMBERS: Kernels = Kernels {
    string: string::swar::write_swar,
    integer: integer::write_u64,
    f64: float::portable::write_f64,
    f32: float::portable::write_f32,
    f64_rows: float::portable::write_f64_rows,
    f32_rows: float::portable::write_f32_rows,
};

/// A set of kernels, by the instructions that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// 64-bit integer arithmetic: every CPU.
    Swar,
    /// SSE2: every x86-64.
    Sse2,
    /// AVX2.
    Avx2,
    /// AVX-512 with VBMI2 and IFMA: Intel since Ice Lake, AMD since Zen 4.
    Avx512,
}

static SWAR: Kernels = PORTABLE_NUMBERS;

#[cfg(target_arch = "x86_64")]
static SSE2: Kernels = Kernels { string: string::x86::write_sse2, ..PORTABLE_NUMBERS };

#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX2: Kernels = Kernels {
    string: string::x86::write_avx2,
    integer: integer::x86::write_u64_avx2,
    f64: float::x86::write_f64_avx2,
    f32: float::x86::write_f32_avx2,
    f64_rows: float::x86::write_f64_rows_avx2,
    f32_rows: float::x86::write_f32_rows_avx2,
};

#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX512: Kernels = AVX512_KERNELS;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) const AVX512_KERNELS: Kernels = Kernels {
    string: string::avx512::write_avx512,
    integer: integer::avx512::write_u64_avx512,
    f64: float::avx512::write_f64_avx512,
    f32: float::avx512::write_f32_avx512,
    f64_rows: float::avx512::write_f64_rows_avx512,
    f32_rows: float::avx512::write_f32_rows_avx512,
};

impl Backend {
    /// Every backend, whatever this CPU has.
    pub const ALL: &'static [Self] = &[Self::Swar, Self::Sse2, Self::Avx2, Self::Avx512];

    /// Whether this CPU can run it.
    #[must_use]
    pub fn is_available(self) -> bool {
        self.kernels().is_some()
    }

    /// The table, where this CPU can run it: owning the answer is the proof.
    pub(crate) fn kernels(self) -> Option<&'static Kernels> {
        match self {
            Self::Swar => Some(&SWAR),
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => Some(&SSE2),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Self::Avx2 if has_avx2() => Some(&AVX2),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Self::Avx512 if has_avx512() => Some(&AVX512),
            _ => None,
        }
    }
}

/// AVX2 and what came to every CPU with it, but for BMI2: with it the compiler multiplies by `mulx`
/// in the floats' kernels, which made canada.json 1.2 times slower (Zen 4).
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("lzcnt")
}

/// AVX-512 with the extensions that arrived with Ice Lake; BMI2, unlike in `has_avx2`, only where a
/// kernel names it.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) fn has_avx512() -> bool {
    has_avx2()
        && std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512vbmi")
        && std::is_x86_feature_detected!("avx512vbmi2")
        && std::is_x86_feature_detected!("avx512ifma")
        && std::is_x86_feature_detected!("bmi2")
}

/// The best kernels that this CPU can run, found once per process.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn detected() -> &'static Kernels {
    use core::sync::atomic::{AtomicPtr, Ordering};

    static CHOSEN: AtomicPtr<Kernels> = AtomicPtr::new(core::ptr::null_mut());

    #[cold]
    #[inline(never)]
    fn detect() -> &'static Kernels {
        let best = Backend::ALL.iter().rev().find_map(|backend| backend.kernels()).unwrap_or(&SWAR);
        CHOSEN.store(core::ptr::from_ref(best).cast_mut(), Ordering::Relaxed);
        best
    }

    // Relaxed: the tables are constants of the program, there is nothing to wait for.
    let chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen.is_null() {
        return detect();
    }
    // SAFETY: not null, so `detect` stored it: the address of one of the tables above.
    unsafe { &*chosen }
}

/// Whether these are the kernels of AVX-512.
#[cfg(all(target_arch = "x86_64", feature = "two-levels"))]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn is_avx512(kernels: &'static Kernels) -> bool {
    core::ptr::eq(kernels, &raw const AVX512)
}

/// The best kernels that need no detection.
#[cfg(all(target_arch = "x86_64", not(feature = "std")))]
pub(crate) fn detected() -> &'static Kernels {
    &SSE2
}

/// The best kernels that need no detection.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn detected() -> &'static Kernels {
    &SWAR
}
