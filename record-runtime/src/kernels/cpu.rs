//! Which instructions this CPU has, and the sets of kernels that need them.

/// A set of kernels, by the instructions that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// 64-bit integer arithmetic: every CPU.
    Swar,
    /// SSE2: every x86-64.
    Sse2,
    /// NEON: every aarch64.
    Neon,
    /// AVX2 with BMI1, LZCNT and POPCNT.
    Avx2,
    /// AVX-512 with VBMI2 and IFMA: Intel since Ice Lake, AMD since Zen 4.
    Avx512,
    /// SIMD128: WebAssembly that is compiled for it.
    Simd128,
}

impl Backend {
    /// Every backend, whatever this CPU has.
    pub const ALL: &'static [Self] = &[Self::Swar, Self::Sse2, Self::Neon, Self::Simd128, Self::Avx2, Self::Avx512];

    /// Whether this CPU can run it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Swar => true,
            Self::Sse2 => cfg!(target_arch = "x86_64"),
            Self::Neon => cfg!(target_arch = "aarch64"),
            Self::Simd128 => cfg!(all(target_arch = "wasm32", target_feature = "simd128")),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Self::Avx2 => has_avx2(),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Self::Avx512 => has_avx512(),
            #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }
}

/// AVX2 and what came to every CPU with it, but for BMI2. With BMI2 the compiler multiplies by `mulx` in the floats'
/// kernels: canada.json took 1.2 times as long (Zen 4).
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn has_avx2() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("lzcnt")
        && std::is_x86_feature_detected!("popcnt")
}

/// AVX-512 with the extensions that arrived with Ice Lake; BMI2, unlike in `has_avx2`, only where a
/// kernel names it.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn has_avx512() -> bool {
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
