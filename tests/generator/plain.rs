//! Expressions for values of types without parts.

use crate::names;
use crate::split_mix::SplitMix64;

/// An expression for a value of a type that has no parts.
pub(crate) fn value(name: &str, rng: &mut SplitMix64) -> String {
    match name {
        "()" => String::from("()"),
        "bool" => rng.chance(50).to_string(),
        "String" => format!("String::from(\"{}\")", names::text(rng)),
        "&'static str" => format!("\"{}\"", names::text(rng)),
        "char" => format!(
            "'{}'",
            rng.pick(&["a", "\\\"", "\\\\", "\\n", "\\0", "\\u{1f}", "\\u{7f}", "é", "\\u{2028}", "🦀"])
        ),
        "f64" => match rng.below(3) {
            0 => format!("f64::from_bits({:#x})", rng.bits()),
            1 => format!("{}.{}", rng.below(100_000), rng.below(1000)),
            _ => rng.pick(&["0.0", "-0.0", "f64::NAN", "1e16", "1e-5", "-9.999e15", "0.1"]).to_string(),
        },
        "f32" => match rng.below(3) {
            0 => format!("f32::from_bits({:#x})", rng.bits() >> 32),
            1 => format!("{}.{}", rng.below(1000), rng.below(100)),
            _ => rng.pick(&["0.0", "-0.0", "f32::INFINITY", "1e13", "1e-6", "-9.999e12", "0.1"]).to_string(),
        },
        integer => match rng.below(4) {
            0 => format!("{integer}::MAX"),
            1 => format!("{integer}::MIN"),
            2 => (rng.bits() & 0x7f).to_string(),
            // `as` truncates: every digit length turns up.
            _ => format!("{}_u64 as {integer}", rng.bits() >> rng.below(64)),
        },
    }
}
