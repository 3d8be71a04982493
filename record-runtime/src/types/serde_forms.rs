//! The forms that the derive gives to attributes which need the bridge to serde. They are macros, so that without the
//! feature `serde` they are an error at the attribute, in words of ours.
//!
//! The derive cannot know whether the runtime has the feature. Cargo unites a macro's features over all that is built
//! for the host. So one that the runtime turned on could be on where the runtime's own is off. A trait that is missing
//! without the feature would do too, but is reported at the call, with the bound's surroundings.

/// Implements [`ZeroAllocJson`](crate::ZeroAllocJson) for types by their `serde::Serialize`: one line for a type whose
/// `Serialize` is written by hand.
///
/// The bytes are those of `serde_json`. Such a type is slower than one that derives the trait, and faster than through
/// `serde_json`. Needs the features `derive` and `serde`; the types have to be of the crate that calls the macro. In a
/// field, a type of another crate takes `#[json(serde)]`.
///
/// ```
/// use record_runtime::{ZeroAllocJson, bridge};
/// use serde::{Serialize, Serializer};
///
/// struct Celsius(f64);
///
/// impl Serialize for Celsius {
///     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
///         serializer.collect_str(&format_args!("{} °C", self.0))
///     }
/// }
///
/// struct Pair<T>(T, T);
///
/// impl<T: Serialize> Serialize for Pair<T> {
///     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
///         [&self.0, &self.1].serialize(serializer)
///     }
/// }
///
/// bridge!(Celsius, impl<T> Pair<T>);
///
/// #[derive(ZeroAllocJson)]
/// struct Weather {
///     now: Celsius,
///     range: Pair<i8>,
/// }
///
/// let weather = Weather { now: Celsius(21.5), range: Pair(12, 24) };
/// assert_eq!(record_runtime::to_string(&weather), r#"{"now":"21.5 °C","range":[12,24]}"#);
/// ```
///
/// A type with parameters is written behind `impl<…>`, with a `where` clause if it has one; the bound on its `Serialize`
/// is added. Behind a `where` clause the next type follows after `;`.
#[cfg(all(feature = "derive", feature = "serde"))]
#[macro_export]
macro_rules! bridge {
    ($($types:tt)*) => {
        $crate::__private::bridge_in! { ($crate) $($types)* }
    };
}

/// `#[json(serde)]`: a reference, as something that is written by its `Serialize`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_value {
    ($value:expr) => {
        $crate::Serde($value)
    };
}

/// `#[json(serde = "fallback")]`: a reference, as itself if it can be written, else as something that is written by its
/// `Serialize`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_fallback {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "needed for types that have no implementation of their own")]
        use $crate::__private::OrSerde as _;
        $crate::__private::Prefer($value).or_serde()
    }};
}

/// A call of a function that takes a serializer, as something that is written by it.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_function {
    ($name:literal, |$serializer:ident| $call:expr) => {
        $crate::__private::Function::new(|$serializer| $call)
    };
}

/// See above.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_value {
    ($value:expr) => {
        ::core::compile_error!(
            "`serde` needs the feature `serde` of `record-runtime`: turn it on, or leave the attribute out"
        )
    };
}

/// See above.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_fallback {
    ($value:expr) => {
        $crate::__private::serde_value!($value)
    };
}

/// See above.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_function {
    ($name:literal, |$serializer:ident| $call:expr) => {
        ::core::compile_error!(::core::concat!(
            "`",
            $name,
            "` in `serde(…)` needs the feature `serde` of `record-runtime`: turn it on, or add \
             `#[json(serialize_with = \"path\")]` with a `fn(&T, &mut JsonWriter<'_>)`, or `#[json(skip)]`"
        ))
    };
}

/// Stands for serde's trait in the bounds of a derived type where the feature `serde` is off. The mistake is then
/// reported at the attribute.
#[cfg(not(feature = "serde"))]
pub trait Serialize {}

#[cfg(not(feature = "serde"))]
impl<T: ?Sized> Serialize for T {}
