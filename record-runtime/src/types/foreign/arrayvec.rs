//! `arrayvec`: arrays and strings.

use arrayvec::{ArrayString, ArrayVec};

use crate::value::ZeroAllocJson;

slices! { [T: ZeroAllocJson, const N: usize] ArrayVec<T, N>; }

as_str! { [const N: usize] ArrayString<N>, string => string.as_str(); }
