//! A key with what stands around it, for objects by hand and for the bridge to serde.

use super::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::store;

impl<D: Dispatch> Cursor<'_, D> {
    /// Writes `open` and a key with its colon.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn entry(mut self, open: u8, key: &str) -> Self {
        debug_assert!(open.is_ascii());
        if !is_clean(key) {
            return self.ascii(open).str(key).ascii(b':');
        }
        self = self.make_room(key.len() + ENTRY_LEN);
        self.position = self.room().put(&[open, b'"'], 2);
        // SAFETY: the key's bytes, which `make_room` reserved (invariant 2).
        self.position = unsafe { store::text(self.position, key) };
        self.position = self.room().put(b"\":", 2);
        self
    }
}

/// The text that [`Cursor::entry`] writes around the key.
const ENTRY_LEN: usize = ",\"\":".len();

/// Whether no byte of a short text needs an escape; of a long one that is not said. Without a loop,
/// so that it is decided when the text is known to the compiler.
#[cfg_attr(not(debug_assertions), inline(always))]
#[expect(clippy::cast_possible_truncation, reason = "halves of sixteen bytes")]
fn is_clean(text: &str) -> bool {
    const BYTES: u64 = u64::MAX / 255;
    // A byte is found by the borrow that it makes; one above a byte that is found may be found too.
    let found = |word: u64, less_than: u64| word.wrapping_sub(BYTES * less_than) & !word & (BYTES << 7);
    let is_clean = |word: u64| {
        let (quotes, backslashes) = (word ^ (BYTES * u64::from(b'"')), word ^ (BYTES * u64::from(b'\\')));
        found(word, 0x20) | found(quotes, 1) | found(backslashes, 1) == 0
    };
    let text = text.as_bytes();
    let (first, last) = (text.first_chunk::<8>(), text.last_chunk::<8>());
    let (Some(&first), Some(&last)) = (first, last) else {
        // Fewer than eight bytes; the others are filled with one that needs no escape.
        let byte = |at: usize| u64::from(text.get(at).copied().unwrap_or(b'0')) << (8 * at);
        return is_clean(byte(0) | byte(1) | byte(2) | byte(3) | byte(4) | byte(5) | byte(6) | byte(7));
    };
    let ends = is_clean(u64::from_le_bytes(first)) && is_clean(u64::from_le_bytes(last));
    match (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        _ if text.len() <= 16 => ends,
        (Some(first), Some(last)) if text.len() <= 32 => {
            let (second, third) = ((u128::from_le_bytes(*first) >> 64) as u64, u128::from_le_bytes(*last) as u64);
            ends && is_clean(second) && is_clean(third)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// Texts of each length with one or two characters that differ from the others, at each place.
    #[test]
    fn texts_are_clean_up_to_32_bytes_if_no_byte_needs_an_escape() {
        let others: [char; 14] =
            ['\0', '\u{1}', '\n', '\u{1f}', ' ', '!', '"', '#', '[', '\\', ']', '\u{7f}', 'é', '🦀'];
        let needs_none = |text: &str| !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        for len in 0..40 {
            let plain = "k".repeat(len);
            assert_eq!(is_clean(&plain), len <= 32, "{plain}");
            for at in 0..len {
                let text = |between: &[char]| -> String {
                    plain[..at].chars().chain(between.iter().copied()).chain(plain[at + 1..].chars()).collect()
                };
                for first in others {
                    let one = text(&[first]);
                    assert_eq!(is_clean(&one), needs_none(&one) && one.len() <= 32, "{one:?}");
                    for second in others {
                        // A clean one beside one that is not may be found too.
                        let two = text(&[first, second]);
                        assert_eq!(is_clean(&two), needs_none(&two) && two.len() <= 32, "{two:?}");
                    }
                }
            }
        }
    }
}
