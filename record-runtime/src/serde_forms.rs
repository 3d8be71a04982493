//! What the derive makes of attributes that need the bridge to serde: macros, so that without the
//! feature `serde` they are an error at the attribute, in words of ours.
//!
//! The macro that derives cannot know whether the runtime has the feature: cargo unites a macro's
//! features over all that is built for the host, so one that the runtime turned on there could be on
//! where the runtime's own is not. A trait that is missing without the feature would do too, but is
//! reported at the call, with the bound's surroundings.

/// `#[json(serde)]`: a reference, as something that is written by its `Serialize`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_value {
    ($value:expr) => {
        $crate::Serde($value)
    };
}

/// A call of a function that takes a serializer, as something that is written by it.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __serde_function {
    ($name:literal, |$serializer:ident| $call:expr) => {
        $crate::__private::Function::new(|$serializer| $call, |$serializer| $call)
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
