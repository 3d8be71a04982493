//! `smallvec`: arrays.

use smallvec::{Array, SmallVec};

use crate::ZeroAllocJson;

slices! { [A: Array<Item: ZeroAllocJson>] SmallVec<A>; }
