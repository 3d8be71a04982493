//! The tables of kernels: one for each backend, and the choice among them.

use super::{Kernels, StringWriter, string};
use crate::kernels::cpu::Backend;
use crate::kernels::document::layout;
use crate::kernels::{float, integer};

/// Those of a call that indents.
const fn indenting(kernels: Kernels, string: StringWriter) -> Kernels {
    Kernels { string, ..kernels }
}

/// The numbers that every CPU can write.
const PORTABLE: Kernels = Kernels {
    string: string::write_swar,
    integer: integer::write_u64,
    f64: float::portable::write_f64,
    f32: float::portable::write_f32,
    f64_rows: float::portable::write_f64_rows,
    f32_rows: float::portable::write_f32_rows,
    f64_texts: None,
    indent: layout::indent,
    indenting: None,
};

static SWAR: Kernels = Kernels { indenting: Some(&SWAR_INDENTING), ..PORTABLE };
static SWAR_INDENTING: Kernels = indenting(PORTABLE, string::indenting_swar);

#[cfg(target_arch = "x86_64")]
static SSE2: Kernels = Kernels { string: string::write_sse2, indenting: Some(&SSE2_INDENTING), ..PORTABLE };
#[cfg(target_arch = "x86_64")]
static SSE2_INDENTING: Kernels = indenting(PORTABLE, string::indenting_sse2);

#[cfg(target_arch = "aarch64")]
static NEON: Kernels = Kernels { string: string::write_neon, indenting: Some(&NEON_INDENTING), ..PORTABLE };
#[cfg(target_arch = "aarch64")]
static NEON_INDENTING: Kernels = indenting(PORTABLE, string::indenting_neon);

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
static SIMD128: Kernels = Kernels { string: string::write_simd128, indenting: Some(&SIMD128_INDENTING), ..PORTABLE };
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
static SIMD128_INDENTING: Kernels = indenting(PORTABLE, string::indenting_simd128);

#[cfg(all(target_arch = "x86_64", feature = "std"))]
const AVX2_KERNELS: Kernels = Kernels {
    string: string::avx2::write_avx2,
    integer: integer::x86::write_u64_avx2,
    f64: float::x86::write_f64_avx2,
    f32: float::x86::write_f32_avx2,
    f64_rows: float::x86::write_f64_rows_avx2,
    f32_rows: float::x86::write_f32_rows_avx2,
    f64_texts: None,
    indent: layout::indent_avx2,
    indenting: None,
};

#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX2: Kernels = Kernels { indenting: Some(&AVX2_INDENTING), ..AVX2_KERNELS };
#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX2_INDENTING: Kernels = indenting(AVX2_KERNELS, string::avx2::indenting_avx2);

#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX512: Kernels = Kernels { indenting: Some(&AVX512_INDENTING), ..AVX512_KERNELS };
#[cfg(all(target_arch = "x86_64", feature = "std"))]
static AVX512_INDENTING: Kernels = indenting(AVX512_KERNELS, string::avx512::indenting_avx512);

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(crate) const AVX512_KERNELS: Kernels = Kernels {
    string: string::avx512::write_avx512,
    integer: integer::avx512::write_u64_avx512,
    f64: float::avx512::write_f64_avx512,
    f32: float::avx512::write_f32_avx512,
    f64_rows: float::avx512::write_f64_rows_avx512,
    f32_rows: float::avx512::write_f32_rows_avx512,
    f64_texts: Some(float::avx512::write_f64_texts_avx512),
    indent: layout::indent_avx512,
    indenting: None,
};

/// A backend's table, where this CPU can run it: owning the answer is the proof.
pub(crate) fn of(backend: Backend) -> Option<&'static Kernels> {
    match backend {
        Backend::Swar => Some(&SWAR),
        #[cfg(target_arch = "x86_64")]
        Backend::Sse2 => Some(&SSE2),
        #[cfg(target_arch = "aarch64")]
        Backend::Neon => Some(&NEON),
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Backend::Simd128 => Some(&SIMD128),
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Backend::Avx2 if backend.is_available() => Some(&AVX2),
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Backend::Avx512 if backend.is_available() => Some(&AVX512),
        _ => None,
    }
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
        let best = Backend::ALL.iter().rev().find_map(|&backend| of(backend)).unwrap_or(&SWAR);
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
#[cfg(all(target_arch = "x86_64", feature = "static-dispatch"))]
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
#[cfg(target_arch = "aarch64")]
pub(crate) fn detected() -> &'static Kernels {
    &NEON
}

/// The best kernels that need no detection.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) fn detected() -> &'static Kernels {
    &SIMD128
}

/// The best kernels that need no detection.
#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
pub(crate) fn detected() -> &'static Kernels {
    &SWAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_backend_has_a_table_where_the_cpu_can_run_it() {
        for &backend in Backend::ALL {
            let table = of(backend);
            assert_eq!(table.is_some(), backend.is_available(), "{backend:?}");
            let Some(table) = table else { continue };
            let indenting = table.indenting.expect("a table for calls that indent");
            assert!(indenting.indenting.is_none(), "{backend:?}");
            assert!(!core::ptr::fn_addr_eq(table.string, indenting.string), "{backend:?}");
        }
    }

    /// Text of the wrong one would be the same, and slower.
    #[test]
    fn no_two_backends_share_a_writer_of_strings() {
        for (index, &backend) in Backend::ALL.iter().enumerate() {
            let Some(table) = of(backend) else { continue };
            for other in Backend::ALL[..index].iter().filter_map(|&other| of(other)) {
                assert!(!core::ptr::fn_addr_eq(table.string, other.string), "{backend:?}");
            }
        }
    }

    #[cfg(feature = "std")]
    #[test]
    fn calls_have_the_best_table() {
        let best = Backend::ALL.iter().rfind(|backend| backend.is_available()).and_then(|backend| of(*backend));
        for _ in 0..2 {
            assert!(core::ptr::eq(detected(), best.expect("a table")));
        }
    }
}
