//! Header maps that are used again: a response's can be that of an earlier request, emptied.

use std::cell::RefCell;

use http::HeaderMap;

/// Maps that a thread keeps: as many as requests are likely to be between their extractors and their response at once.
const MAX_MAPS: usize = 16;

/// The retention cap of a map: so many names, and so many values. A client decides how many headers it sends, and how
/// often it repeats one. Values beyond the first of a name have memory of their own, which emptying does not free.
const MAX_CAPACITY: usize = 64;

/// One map in so many is freed instead of kept: whatever memory cannot be seen from outside does not stay for ever.
const GIVEN_PER_RENEWAL: u32 = 256;

#[derive(Default)]
struct Kept {
    maps: Vec<HeaderMap>,
    given: u32,
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { maps: Vec::new(), given: 0 }) };
}

/// An empty map: one with room if there is one.
pub(crate) fn take() -> HeaderMap {
    KEPT.try_with(|kept| kept.try_borrow_mut().ok()?.maps.pop()).ok().flatten().unwrap_or_default()
}

/// Empties a map and keeps it.
pub(crate) fn give(mut map: HeaderMap) {
    if map.capacity() == 0 || map.capacity() > MAX_CAPACITY || map.len() > MAX_CAPACITY {
        return;
    }
    map.clear();
    // Where it cannot be kept, it is dropped.
    let _ = KEPT.try_with(|kept| {
        let Ok(mut kept) = kept.try_borrow_mut() else { return };
        kept.given = kept.given.wrapping_add(1);
        if kept.maps.len() < MAX_MAPS && !kept.given.is_multiple_of(GIVEN_PER_RENEWAL) {
            kept.maps.push(map);
        }
    });
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{GIVEN_PER_RENEWAL, MAX_CAPACITY, MAX_MAPS, give, take};

    #[test]
    fn maps_come_back_empty_and_bounded() {
        let mut map = HeaderMap::new();
        map.append("cookie", HeaderValue::from_static("secret"));
        map.append("cookie", HeaderValue::from_static("another"));
        give(map);
        let map = take();
        assert!(map.is_empty() && map.get("cookie").is_none() && map.capacity() > 0);

        let mut large = HeaderMap::new();
        for n in 0..=MAX_CAPACITY {
            large.insert(HeaderName::try_from(format!("x-{n}")).unwrap(), HeaderValue::from_static("x"));
        }
        give(large);
        assert_eq!(take().capacity(), 0);

        for _ in 0..2 * MAX_MAPS {
            give(HeaderMap::with_capacity(4));
        }
        assert_eq!((0..2 * MAX_MAPS).filter(|_| take().capacity() > 0).count(), MAX_MAPS);
    }

    /// One name with many values: the capacity for names says nothing of it.
    #[test]
    fn a_map_of_many_values_is_not_kept() {
        for (values, is_kept) in [(1, true), (MAX_CAPACITY, true), (MAX_CAPACITY + 1, false), (10_000, false)] {
            let mut map = HeaderMap::new();
            for _ in 0..values {
                map.append("cookie", HeaderValue::from_static("secret"));
            }
            assert!(map.capacity() <= MAX_CAPACITY);
            give(map);
            assert_eq!(take().capacity() > 0, is_kept, "{values} values");
        }
    }

    /// A map that grew where nobody counted, in a response, goes round no longer than this.
    #[test]
    fn a_map_is_renewed_now_and_then() {
        let kept = (0..4 * GIVEN_PER_RENEWAL).filter(|_| {
            give(HeaderMap::with_capacity(4));
            take().capacity() > 0
        });
        assert_eq!(kept.count(), 4 * (GIVEN_PER_RENEWAL as usize - 1));
    }
}
