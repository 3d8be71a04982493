//! `smallvec`: arrays.

use smallvec::{Array, SmallVec};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

slices! { [A: Array<Item: ZeroAllocJson>] SmallVec<A>: A::Item; }

containers! {
    [A: Array<Item: Maskable>] SmallVec<A> => A::Item;
}
