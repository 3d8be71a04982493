//! Escapes beyond those that JSON asks for. One set has `<`, `>`, `&`, U+2028 and U+2029, as Go's encoding/json does by
//! default; another, all that is not ASCII.
//!
//! All of these stand between quotes only, in any JSON text, so the pass knows nothing of JSON. The
//! sequences are those of `serde_json` and Go: `\u`, four digits in lower case, and a surrogate pair
//! beyond the basic plane.

use super::rewrite::{Progress, Rewrite};

/// Which characters are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EscapeSet {
    /// `<`, `>`, `&`, U+2028, U+2029.
    pub(crate) html: bool,
    /// All from U+0080 on.
    pub(crate) non_ascii: bool,
}

/// The length of `\uXXXX`.
const SEQUENCE_LEN: usize = 6;

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// Bytes that are looked at together while nothing is found.
const CLEAN: usize = 256;

impl EscapeSet {
    pub(crate) const NONE: Self = Self { html: false, non_ascii: false };

    pub(crate) const fn is_none(self) -> bool {
        !self.html && !self.non_ascii
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self { html: self.html || other.html, non_ascii: self.non_ascii || other.non_ascii }
    }

    /// Whether a character that is to be escaped may begin in the block. Without a branch for each
    /// byte, so that it is compiled to vectors.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch, so that it is compiled to vectors")]
    fn may_concern(self, block: &[u8]) -> bool {
        match (self.html, self.non_ascii) {
            (false, false) => false,
            (false, true) => !block.is_ascii(),
            (true, false) => {
                let test = |byte: u8| (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte == 0xe2);
                block.iter().fold(false, |any, &byte| any | test(byte))
            }
            (true, true) => {
                let test = |byte: u8| (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte >= 0x80);
                block.iter().fold(false, |any, &byte| any | test(byte))
            }
        }
    }

    /// The character at the beginning of the text, if it is to be escaped, with its length in UTF-8.
    fn first(self, text: &[u8]) -> Option<(u32, usize)> {
        match *text {
            [byte @ (b'<' | b'>' | b'&'), ..] if self.html => Some((u32::from(byte), 1)),
            [0xe2, 0x80, last @ (0xa8 | 0xa9), ..] if self.html => Some((0x2000 + (u32::from(last) & 0x3f), 3)),
            [byte, ..] if self.non_ascii && byte >= 0x80 => Some(decode(text)),
            _ => None,
        }
    }

    /// The bytes that a text grows by.
    pub(crate) fn extra(self, text: &[u8]) -> usize {
        if self.is_none() {
            return 0;
        }
        #[cfg(test)]
        tests::SCANNED.set(tests::SCANNED.get() + text.len());
        let (mut at, mut extra) = (0, 0);
        while at < text.len() {
            let clean = text.len().min(at + CLEAN);
            if !self.may_concern(&text[at..clean]) {
                at = clean;
                continue;
            }
            while at < clean {
                let end = clean.min(at + BLOCK);
                if !self.may_concern(&text[at..end]) {
                    at = end;
                    continue;
                }
                // The last character may end in the next block.
                while at < end {
                    match self.first(&text[at..]) {
                        Some((character, len)) => {
                            extra += sequence_len(character) - len;
                            at += len;
                        }
                        None => at += 1,
                    }
                }
            }
        }
        extra
    }
}

fn sequence_len(character: u32) -> usize {
    if character > 0xffff { 2 * SEQUENCE_LEN } else { SEQUENCE_LEN }
}

/// The first character of a text that begins with one beyond ASCII, and its length. Text that is not UTF-8, which only
/// a broken promise of foreign code could bring here, becomes U+FFFD byte by byte.
fn decode(text: &[u8]) -> (u32, usize) {
    const REPLACEMENT: u32 = 0xfffd;
    let bits = |byte: u8| u32::from(byte & 0x3f);
    match *text {
        [a @ 0xc2..=0xdf, b @ 0x80..=0xbf, ..] => ((u32::from(a) & 0x1f) << 6 | bits(b), 2),
        [a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..] => {
            ((u32::from(a) & 0x0f) << 12 | bits(b) << 6 | bits(c), 3)
        }
        [a @ 0xf0..=0xf4, b @ 0x80..=0xbf, c @ 0x80..=0xbf, d @ 0x80..=0xbf, ..] => {
            ((u32::from(a) & 0x07) << 18 | bits(b) << 12 | bits(c) << 6 | bits(d), 4)
        }
        _ => (REPLACEMENT, 1),
    }
}

impl Rewrite for EscapeSet {
    fn room(&mut self, text: &[u8]) -> Option<usize> {
        match EscapeSet::extra(*self, text) {
            0 => None,
            extra => Some(extra),
        }
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        let from = progress.read;
        #[cfg(test)]
        tests::SCANNED.set(tests::SCANNED.get() + text.len() - from);
        let (mut read, mut write) = (from, progress.written);
        while read < text.len() {
            let end = text.len().min(read + BLOCK);
            if !self.may_concern(&text[read..end]) {
                text.copy_within(read..end, write);
                write += end - read;
                read = end;
                continue;
            }
            while read < end {
                if let Some((character, len)) = self.first(&text[read..]) {
                    read += len;
                    write += put_sequence(&mut text[write..], character);
                } else {
                    text[write] = text[read];
                    read += 1;
                    write += 1;
                }
            }
        }
        *progress = Progress { written: write, read };
        true
    }
}

/// Puts the escape sequence of a character at the front, and returns its length.
fn put_sequence(to: &mut [u8], character: u32) -> usize {
    let mut units = [0; 2];
    // Only scalar values come here; what is none is not a character.
    let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut len = 0;
    for unit in character.encode_utf16(&mut units) {
        let hex = |shift: u32| b"0123456789abcdef"[usize::from(*unit >> shift & 15)];
        to[len..len + SEQUENCE_LEN].copy_from_slice(&[b'\\', b'u', hex(12), hex(8), hex(4), hex(0)]);
        len += SEQUENCE_LEN;
    }
    len
}

#[cfg(test)]
mod tests {
    use super::{EscapeSet, Progress, Rewrite as _};
    use crate::kernels::tests::divisor;
    use std::fmt::Write as _;
    use std::string::String;
    use std::vec::Vec;

    std::thread_local! {
        /// Bytes that were looked at.
        pub(super) static SCANNED: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
    }

    /// A list or a leaf, with escapes of its own.
    struct Nested {
        set: EscapeSet,
        text: String,
        inner: Vec<Self>,
    }

    impl crate::ZeroAllocJson for Nested {
        fn write_value<'s, D: crate::Dispatch>(&self, c: crate::Cursor<'s, D>) -> crate::Cursor<'s, D> {
            let write = |c: crate::Cursor<'s, D>| c.object().field("t", &self.text).field("i", &self.inner).end();
            if self.set.is_none() { write(c) } else { c.escaped(self.set, write) }
        }
    }

    impl Nested {
        /// The text to write, where all around it escapes what `outer` says.
        fn expected(&self, outer: EscapeSet) -> String {
            let set = self.set.union(outer);
            let text = expected(set, &self.text);
            let inner: Vec<_> = self.inner.iter().map(|inner| inner.expected(set)).collect();
            std::format!("{{\"t\":\"{text}\",\"i\":[{}]}}", inner.join(","))
        }
    }

    const TEXT: &str = "a <b> & é 🦀 \u{2028}";

    /// One within another, up to any depth.
    fn chain(sets: &[EscapeSet], text: &str) -> Nested {
        let mut inner = Vec::new();
        for set in sets.iter().rev() {
            inner = std::vec![Nested { set: *set, text: text.into(), inner }];
        }
        inner.pop().unwrap()
    }

    fn write(value: &Nested) -> (String, usize) {
        SCANNED.set(0);
        let text = crate::to_string(value);
        (text, SCANNED.get())
    }

    /// Each byte is looked at a few times, however deep it is.
    #[test]
    fn types_within_each_other_take_linear_time() {
        let none = EscapeSet::NONE;
        let patterns: [&[EscapeSet]; 6] =
            [&SETS[..1], &SETS[1..2], &SETS[2..], &SETS, &[SETS[0], SETS[1]], &[none, SETS[1], none, SETS[0]]];
        for pattern in patterns {
            for text in ["clean", TEXT, "<<<<"] {
                for depth in [1, 2, 3, 20, 200] {
                    let sets: Vec<_> = pattern.iter().copied().cycle().take(depth).collect();
                    let value = chain(&sets, &text.repeat(20));
                    let (written, scanned) = write(&value);
                    assert!(written == value.expected(none), "{pattern:?} {text} {depth}");
                    assert_eq!(crate::ZeroAllocJson::json_len(&value), written.len());
                    // Counting and changing, for each of two kinds.
                    assert!(scanned <= 4 * written.len(), "{scanned} of {}: {pattern:?}, {depth} deep", written.len());
                    // As an option of the call.
                    SCANNED.set(0);
                    let options = crate::WriteOptions::new().html_safe().ascii();
                    let text = crate::to_string_with(&value, &options);
                    assert!(text == value.expected(SETS[2]) && SCANNED.get() <= 2 * text.len());
                }
            }
        }
    }

    /// A panic, or an error, in the middle of a pass does not leave the call with the escapes of that part.
    #[test]
    fn what_stands_beside_a_part_has_its_own_escapes() {
        let leaf = |set| Nested { set, text: TEXT.into(), inner: Vec::new() };
        for first in [EscapeSet::NONE, SETS[0], SETS[1], SETS[2]] {
            for second in [EscapeSet::NONE, SETS[0], SETS[1], SETS[2]] {
                let inner = std::vec![leaf(first), leaf(second), leaf(first)];
                let value = Nested { set: EscapeSet::NONE, text: TEXT.into(), inner };
                assert_eq!(write(&value).0, value.expected(EscapeSet::NONE));
            }
        }
    }

    fn rewrite(set: EscapeSet, text: &str) -> Vec<u8> {
        let mut set = set;
        let Some(extra) = set.room(text.as_bytes()) else {
            return text.as_bytes().to_vec();
        };
        let mut buffer = [std::vec![0; extra], text.as_bytes().to_vec()].concat();
        let mut progress = Progress { written: 0, read: extra };
        assert!(set.apply(&mut buffer, &mut progress));
        assert_eq!(progress.written, buffer.len(), "the count is exact: {text:?}");
        buffer
    }

    /// Character by character, as the module's head has it.
    fn expected(set: EscapeSet, text: &str) -> String {
        let mut out = String::new();
        for character in text.chars() {
            let html = matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}');
            if set.html && html || set.non_ascii && !character.is_ascii() {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("strings take everything");
                }
            } else {
                out.push(character);
            }
        }
        out
    }

    const SETS: [EscapeSet; 3] = [
        EscapeSet { html: true, non_ascii: false },
        EscapeSet { html: false, non_ascii: true },
        EscapeSet { html: true, non_ascii: true },
    ];

    #[test]
    fn every_character() {
        for set in SETS {
            for character in ('\0'..=char::MAX).step_by(divisor()) {
                let text = std::format!("a{character}b");
                assert_eq!(rewrite(set, &text), expected(set, &text).as_bytes(), "{set:?} {text:?}");
            }
        }
    }

    /// Each kind of character at every place around the edges of blocks.
    #[test]
    fn every_place() {
        for set in SETS {
            for character in ['<', '\u{2028}', '\u{2027}', 'é', '€', '🦀', '\u{7f}', '&'] {
                for before in (0..70).step_by(divisor().min(3)) {
                    for after in [0, 1, 31, 40] {
                        let text = "x".repeat(before) + &character.to_string().repeat(2) + &"y".repeat(after) + "<é";
                        assert_eq!(rewrite(set, &text), expected(set, &text).as_bytes(), "{set:?} {text:?}");
                    }
                }
            }
        }
    }

    use std::string::ToString as _;

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        let mut set = EscapeSet { html: true, non_ascii: true };
        for bytes in [&b"\xe2"[..], b"\xe2\x80", b"\xff\xfe", b"\x80", b"\xf0\x9f", b"\xed\xa0\x80"] {
            let extra = set.extra(bytes);
            let mut buffer = [std::vec![0; extra], bytes.to_vec()].concat();
            let mut progress = Progress { written: 0, read: extra };
            assert!(set.apply(&mut buffer, &mut progress));
            assert!(buffer[..progress.written].is_ascii());
        }
    }
}
