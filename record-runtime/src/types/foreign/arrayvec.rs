//! `arrayvec`: arrays and strings.

use arrayvec::{ArrayString, ArrayVec};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

slices! { [T: ZeroAllocJson, const N: usize] ArrayVec<T, N>: T; }

as_str! { [const N: usize] ArrayString<N>, string => string.as_str(); }

containers! {
    [T: Maskable, const N: usize] ArrayVec<T, N> => T;
}
