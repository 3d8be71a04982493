//! `heapless`: its containers, and their views, as those of the standard library.

use core::hash::{BuildHasher, Hash};

use heapless::binary_heap::{BinaryHeapInner, Kind};
use heapless::deque::DequeInner;
use heapless::history_buf::{HistoryBufInner, HistoryBufStorage};
use heapless::linear_map::{LinearMapInner, LinearMapStorage};
use heapless::string::{StringInner, StringStorage};
use heapless::vec::{VecInner, VecStorage};
use heapless::{IndexMap, IndexSet, LenType};

use crate::value::ZeroAllocJson;

slices! { [T: ZeroAllocJson, N: LenType, S: VecStorage<T> + ?Sized] VecInner<T, N, S>; }

as_str! { [N: LenType, S: StringStorage + ?Sized] StringInner<N, S>, string => string.as_str(); }

collections! {
    [T: ZeroAllocJson, S: VecStorage<T> + ?Sized] DequeInner<T, S>, deque => deque;
    [T: ZeroAllocJson, S: HistoryBufStorage<T> + ?Sized] HistoryBufInner<T, S>, buffer => buffer.oldest_ordered();
    [T: ZeroAllocJson + Ord, K: Kind, S: VecStorage<T> + ?Sized] BinaryHeapInner<T, K, S>, heap => heap;
    [T: ZeroAllocJson + Eq + Hash, S: BuildHasher, const N: usize] IndexSet<T, S, N>, set => set;
}

maps! {
    [K: ZeroAllocJson + Eq + Hash, V: ZeroAllocJson, S: BuildHasher, const N: usize] IndexMap<K, V, S, N>, keys K, map => map;
    [K: ZeroAllocJson + Eq, V: ZeroAllocJson, S: LinearMapStorage<K, V> + ?Sized] LinearMapInner<K, V, S>, keys K, map => map;
}
