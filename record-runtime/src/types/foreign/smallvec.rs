//! `smallvec`: arrays.

use smallvec::{Array, SmallVec};

use crate::value::ZeroAllocJson;

slices! { [A: Array<Item: ZeroAllocJson>] SmallVec<A>; }
