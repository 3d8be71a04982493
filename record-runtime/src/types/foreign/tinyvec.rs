//! `tinyvec`: arrays.

use tinyvec::{Array, ArrayVec, TinyVec};

use crate::value::ZeroAllocJson;

slices! {
    [A: Array<Item: ZeroAllocJson>] ArrayVec<A>;
    [A: Array<Item: ZeroAllocJson>] TinyVec<A>;
}
