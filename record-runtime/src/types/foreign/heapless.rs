//! `heapless`: its containers, and their views, as those of the standard library.

use core::hash::{BuildHasher, Hash};

use heapless::binary_heap::{BinaryHeapInner, Kind};
use heapless::deque::DequeInner;
use heapless::history_buf::{HistoryBufInner, HistoryBufStorage};
use heapless::linear_map::{LinearMapInner, LinearMapStorage};
use heapless::string::{StringInner, StringStorage};
use heapless::vec::{VecInner, VecStorage};
use heapless::{IndexMap, IndexSet, LenType};

use crate::types::masked::containers;
use crate::value::ZeroAllocJson;
use crate::value::mask::Maskable;

slices! { [T: ZeroAllocJson, N: LenType, S: VecStorage<T> + ?Sized] VecInner<T, N, S>: T; }

as_str! { [N: LenType, S: StringStorage + ?Sized] StringInner<N, S>, string => string.as_str(); }

collections! {
    [T: ZeroAllocJson, S: VecStorage<T> + ?Sized] DequeInner<T, S>: T, deque => deque;
    [T: ZeroAllocJson, S: HistoryBufStorage<T> + ?Sized] HistoryBufInner<T, S>: T, buffer => buffer.oldest_ordered();
    [T: ZeroAllocJson + Ord, K: Kind, S: VecStorage<T> + ?Sized] BinaryHeapInner<T, K, S>: T, heap => heap;
    [T: ZeroAllocJson + Eq + Hash, S: BuildHasher, const N: usize] IndexSet<T, S, N>: T, set => set;
}

maps! {
    [K: ZeroAllocJson + Eq + Hash, V: ZeroAllocJson, S: BuildHasher, const N: usize] IndexMap<K, V, S, N>, keys K: V, map => map;
    [K: ZeroAllocJson + Eq, V: ZeroAllocJson, S: LinearMapStorage<K, V> + ?Sized] LinearMapInner<K, V, S>, keys K: V, map => map;
}

containers! {
    [T: Maskable, N: LenType, S: VecStorage<T> + ?Sized] VecInner<T, N, S> => T;
    [T: Maskable, S: VecStorage<T> + ?Sized] DequeInner<T, S> => T;
    [T: Maskable, S: HistoryBufStorage<T> + ?Sized] HistoryBufInner<T, S> => T;
    [T: Maskable, K: Kind, S: VecStorage<T> + ?Sized] BinaryHeapInner<T, K, S> => T;
    [T: Maskable, S, const N: usize] IndexSet<T, S, N> => T;
    [K, V: Maskable, S, const N: usize] IndexMap<K, V, S, N> => V;
    [K, V: Maskable, S: LinearMapStorage<K, V> + ?Sized] LinearMapInner<K, V, S> => V;
}
