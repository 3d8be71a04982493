//! The other imports of the files, as far as they need them.

pub(crate) fn is_active() -> bool {
    true
}

pub(crate) mod sink {
    pub(crate) mod scratch {
        pub(crate) fn empty(bytes: &mut Vec<u8>) {
            bytes.clear();
        }
    }
}

pub(crate) mod clock {
    #[derive(Clone, Copy)]
    pub(crate) struct Ticks(u64);

    impl Ticks {
        pub(crate) fn at(time: u64) -> Self {
            Self(time)
        }

        pub(crate) fn since_start(self) -> u64 {
            self.0
        }

        pub(crate) fn until(self, later: Self) -> u64 {
            later.0.saturating_sub(self.0)
        }
    }

    #[derive(Clone)]
    pub(crate) struct Clock;

    impl Clock {
        pub(crate) fn read(&self) -> Ticks {
            Ticks(1000)
        }

        pub(crate) fn nanos(&self, ticks: u64) -> u64 {
            ticks
        }
    }
}

pub(crate) mod id {
    use crate::sync::atomic::{AtomicU64, Ordering};

    pub(crate) const ID_WORDS: usize = 2;

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct RequestId(pub(crate) [u64; ID_WORDS]);

    impl RequestId {
        pub(crate) fn store(&self, words: &[AtomicU64; ID_WORDS]) -> u8 {
            for (word, value) in words.iter().zip(self.0) {
                word.store(value, Ordering::Relaxed);
            }
            8
        }

        pub(crate) fn load(_: usize, words: &[AtomicU64; ID_WORDS]) -> Option<Self> {
            Some(Self([words[0].load(Ordering::Relaxed), words[1].load(Ordering::Relaxed)]))
        }
    }
}

pub(crate) mod method {
    #[derive(Clone, Copy)]
    pub(crate) struct Method(pub(crate) usize);

    impl Method {
        pub(crate) fn number(self) -> usize {
            self.0
        }

        pub(crate) fn numbered(number: usize) -> Self {
            Self(number)
        }

        pub(crate) fn name(self) -> &'static str {
            ["GET", "POST", "PUT"][self.0]
        }
    }
}

pub(crate) mod route {
    #[derive(Clone, Copy)]
    pub(crate) struct Route(pub(crate) usize);

    impl Route {
        pub(crate) const UNMATCHED: Self = Self(0);

        pub(crate) fn number(self) -> usize {
            self.0
        }

        pub(crate) fn numbered(number: usize) -> Option<Self> {
            Some(Self(number))
        }

        pub(crate) fn text(self) -> &'static str {
            ["(unmatched)", "/one", "/two"][self.0]
        }
    }
}

pub(crate) mod request {
    use super::clock::Ticks;
    use super::id::RequestId;
    use super::method::Method;
    use super::route::Route;

    pub(crate) struct Request {
        pub(crate) id: RequestId,
        pub(crate) route: Option<Route>,
        pub(crate) method: Method,
        pub(crate) started: Ticks,
    }

    impl Request {
        /// One whose every part has the same number.
        pub(crate) fn numbered(number: usize) -> Self {
            let word = number as u64;
            let (route, method) = (Some(Route(number)), Method(number));
            Self { id: RequestId([word; 2]), route, method, started: Ticks::at(word) }
        }
    }
}
