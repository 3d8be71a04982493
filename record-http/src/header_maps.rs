//! Header maps that are used again: a response's can be that of an earlier request, emptied.

use std::cell::RefCell;

use http::HeaderMap;

/// Maps that a thread keeps: as many as requests are likely to be between their extractors and their response at once.
const MAX_MAPS: usize = 16;

/// The retention cap of a map. A client decides how many headers it sends.
const MAX_CAPACITY: usize = 64;

thread_local! {
    static MAPS: RefCell<Vec<HeaderMap>> = const { RefCell::new(Vec::new()) };
}

/// An empty map: one with room if there is one.
pub(crate) fn take() -> HeaderMap {
    MAPS.try_with(|maps| maps.try_borrow_mut().ok()?.pop()).ok().flatten().unwrap_or_default()
}

/// Empties a map and keeps it.
pub(crate) fn give(mut map: HeaderMap) {
    if map.capacity() == 0 || map.capacity() > MAX_CAPACITY {
        return;
    }
    map.clear();
    // Where it cannot be kept, it is dropped.
    let _ = MAPS.try_with(|maps| {
        if let Ok(mut maps) = maps.try_borrow_mut()
            && maps.len() < MAX_MAPS
        {
            maps.push(map);
        }
    });
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{MAX_CAPACITY, MAX_MAPS, give, take};

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
}
