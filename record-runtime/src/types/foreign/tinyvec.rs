//! `tinyvec`: arrays.

use tinyvec::{Array, ArrayVec, TinyVec};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

slices! {
    [A: Array<Item: ZeroAllocJson>] ArrayVec<A>: A::Item;
    [A: Array<Item: ZeroAllocJson>] TinyVec<A>: A::Item;
}

containers! {
    [A: Array<Item: Maskable>] ArrayVec<A> => A::Item;
    [A: Array<Item: Maskable>] TinyVec<A> => A::Item;
}
