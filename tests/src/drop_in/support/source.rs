//! Where random values come from: a seed, a bound on what follows from it, and strings that types ask for.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Calls `make_and_compare` with one source after the other until it made as many values as are asked for.
pub fn each_seed(mut make_and_compare: impl FnMut(&mut Source) -> bool) {
    let (seed, wanted) = (setting("RECORD_SEED", 1), setting("RECORD_VALUES", 50));
    let mut made = 0;
    for attempt in 0..wanted * 4 {
        let mut source = Source::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(attempt));
        if catch_unwind(AssertUnwindSafe(|| make_and_compare(&mut source))).unwrap_or(false) {
            made += 1;
        }
        if made == wanted || (attempt >= 20 && made == 0) {
            return;
        }
    }
}

/// Where random values come from: a seed, and how much more of them may be made.
pub struct Source {
    state: u64,
    depth: u32,
    fuel: u32,
}

const MAX_DEPTH: u32 = 24;

impl Source {
    fn new(seed: u64) -> Self {
        Self { state: seed, depth: 0, fuel: 600 }
    }

    /// The next number of a `SplitMix64`.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % end.max(1) as u64).unwrap_or(0)
    }

    /// A part of the value, or nothing where it is too deep inside.
    pub fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let part = make(self);
        self.depth -= 1;
        part
    }

    /// One of `variants` that can be made; those without a part first, where little may still be made.
    pub fn variant<T>(&mut self, variants: usize, mut make: impl FnMut(usize, &mut Self) -> Option<T>) -> Option<T> {
        self.nested(|source| {
            let first = source.below(variants);
            (0..variants).find_map(|step| make((first + step) % variants, source))
        })
    }

    /// How many elements to make.
    pub(super) fn len(&mut self) -> usize {
        if self.depth > 8 || self.fuel == 0 {
            return 0;
        }
        self.fuel -= 1;
        [0, 1, 1, 2, 3][self.below(5)]
    }

    pub(super) fn text(&mut self) -> &'static str {
        let known = TEXTS[self.below(TEXTS.len())];
        let learned = LEARNED.with_borrow(|learned| match learned.len() {
            0 => None,
            len => Some(learned[usize::try_from(self.state % len as u64).unwrap_or(0)]),
        });
        if self.below(2) == 0 { learned.unwrap_or(known) } else { known }
    }
}

/// Strings that some type or other reads itself from, and some with escapes.
pub(super) const TEXTS: [&str; 44] = [
    "",
    "a",
    "some text",
    "quote \" and \\ and \n",
    "é 漢 🦀",
    "\u{1}\u{7f}\u{2028}</script>",
    "https://example.com/a/b?c=d&e=%20f#g",
    "http://127.0.0.1:8080/",
    "mailto:a@example.com",
    "file:///tmp/a",
    "2024-02-29T12:34:56Z",
    "2024-02-29T12:34:56.789+01:00",
    "2024-02-29",
    "12:34:56",
    "2024-02-29T12:34:56",
    "Thu, 29 Feb 2024 12:34:56 GMT",
    "67e55044-10b1-426f-9247-bb680e5fe0c8",
    "127.0.0.1",
    "::1",
    "10.0.0.0/8",
    "127.0.0.1:80",
    "1.2.3",
    ">=1.0, <2.0",
    "0",
    "1",
    "-7",
    "1234567890123456789",
    "0x1",
    "0x1234",
    "0x00000000000000000000000000000000000000ff",
    "0x00000000000000000000000000000000000000000000000000000000000000aa",
    "deadbeef",
    "aGVsbG8=",
    "text/plain",
    "en-US",
    "true",
    "latest",
    "user@example.org",
    "@user:example.org",
    "!room:example.org",
    "#alias:example.org",
    "$event:example.org",
    "example.org",
    "sha1-7d3b0b5aa1",
];

thread_local! {
    /// Names that types asked for when they were read: tags, fields, variants.
    static LEARNED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn learn(name: &'static str) {
    LEARNED.with_borrow_mut(|learned| {
        if !learned.contains(&name) {
            if learned.len() == 64 {
                learned.remove(0);
            }
            learned.push(name);
        }
    });
}
