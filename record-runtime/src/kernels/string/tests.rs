//! Every backend against a version that is right at sight. The inputs have every length around the blocks' edges, every
//! byte at every place, every alignment, and no byte to spare.

use alloc::string::String;
use alloc::vec::Vec;

use crate::kernels::cpu::Backend;
use crate::kernels::tests::divisor;
use crate::{__private::write_json_on, ZeroAllocJson};

fn naive(text: &str) -> Vec<u8> {
    let mut json = Vec::from(*b"\"");
    for &byte in text.as_bytes() {
        match byte {
            b'"' => json.extend_from_slice(b"\\\""),
            b'\\' => json.extend_from_slice(b"\\\\"),
            0x08 => json.extend_from_slice(b"\\b"),
            b'\t' => json.extend_from_slice(b"\\t"),
            b'\n' => json.extend_from_slice(b"\\n"),
            0x0c => json.extend_from_slice(b"\\f"),
            b'\r' => json.extend_from_slice(b"\\r"),
            0..0x20 => json.extend_from_slice(std::format!("\\u{byte:04x}").as_bytes()),
            _ => json.push(byte),
        }
    }
    json.push(b'"');
    json
}

fn backends() -> impl Iterator<Item = Backend> {
    Backend::ALL.iter().copied().filter(|backend| {
        let available = backend.is_available();
        if !available {
            std::eprintln!("SKIPPED: this CPU has no {backend:?}");
        }
        available
    })
}

fn assert_same(backend: Backend, text: &str, buf: &mut Vec<u8>) {
    buf.clear();
    write_json_on(backend, text, buf).expect("available").expect("a string has no errors");
    assert!(*buf == naive(text), "{backend:?}: {text:?} became {:?}", String::from_utf8_lossy(buf));
}

#[test]
fn every_length_with_every_byte_at_every_place() {
    for backend in backends() {
        let mut buf = Vec::new();
        for len in (0..=100).step_by(divisor().min(3)) {
            let clean = "x".repeat(len);
            assert_same(backend, &clean, &mut buf);
            for at in 0..len {
                for byte in (0..0x80_u8).step_by(divisor().min(5)) {
                    // All that need an escape, and the neighbours of those that do.
                    if !matches!(byte, 0..=0x22 | 0x5b..=0x5d | 0x7e..) {
                        continue;
                    }
                    let mut text = clean.clone().into_bytes();
                    text[at] = byte;
                    assert_same(backend, std::str::from_utf8(&text).unwrap(), &mut buf);
                }
            }
        }
    }
}

#[test]
fn bytes_beyond_ascii_are_not_taken_for_controls() {
    for backend in backends() {
        let mut buf = Vec::new();
        for start in 0..=70 {
            // Every byte that occurs in UTF-8 beyond ASCII: leading bytes, then continuations.
            let text: String = core::iter::repeat_n('x', start)
                .chain((0x80..0x800).step_by(7).filter_map(char::from_u32))
                .chain((0x800..0x11_0000).step_by(4099).filter_map(char::from_u32))
                .chain((0x80..0xc0).filter_map(char::from_u32))
                .collect();
            assert_same(backend, &text, &mut buf);
        }
    }
}

#[test]
fn every_alignment() {
    for backend in backends() {
        let mut buf = Vec::new();
        let clean = "abcdefghijklmnopqrstuvwxyz0123456789".repeat(8);
        let dirty = "abc\"defghijklmnopq\nrstuvwxyz01234\u{1}56789é".repeat(8);
        for source in 0..64 {
            let start = (0..=source).rev().find(|&at| dirty.is_char_boundary(at)).expect("0 is one");
            assert_same(backend, &clean[source..], &mut buf);
            for target in 0..64 {
                for text in [&clean[source..source + 70], &dirty[start..]] {
                    buf.clear();
                    buf.resize(target, b'#');
                    write_json_on(backend, text, &mut buf).unwrap().unwrap();
                    assert!(buf[..target].iter().all(|&byte| byte == b'#'));
                    assert!(buf[target..] == naive(text), "{backend:?} {source} {target}");
                }
            }
        }
    }
}

/// Long and short escape sequences and clean bytes in every mixture: a block of them is written at
/// once, cut where a long one stands.
#[test]
fn mixtures() {
    const DIRTY: &[u8; 11] = b"\"\\\n\t\r\x08\x0c\x00\x01\x0b\x1f";
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    std::println!("seed {state:#x}");
    let mut next = |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) % bound
    };
    for backend in backends() {
        for _ in 0..3_000 / divisor() {
            let (len, density) = (next(200), 1 + next(12));
            let text: String = (0..len)
                .map(|_| match next(density) {
                    0 => char::from(DIRTY[usize::try_from(next(11)).unwrap()]),
                    1 => 'ß',
                    _ => 'x',
                })
                .collect();
            let text = text.into_boxed_str();
            let expected = naive(&text);
            for spare in [0, text.len(), expected.len(), expected.len() + 64, 2 * expected.len() + 200] {
                let mut buf = Vec::with_capacity(spare);
                write_json_on(backend, &text, &mut buf).unwrap().unwrap();
                assert!(buf == expected, "{backend:?} {spare} {text:?}");
            }
        }
    }
}

/// Texts and buffers of exactly their size: a read or a store beyond them is seen by a sanitizer,
/// a wrong reservation by anyone.
#[test]
fn exact_sizes() {
    for backend in backends() {
        for len in (0..=130).step_by(divisor().min(7)) {
            for dirty in [0, 1, 2, 3, len / 2, len] {
                let text: String = (0..len).map(|at| if at >= len - dirty.min(len) { '\u{1f}' } else { 'x' }).collect();
                let text = text.into_boxed_str();
                for spare in 0..=len + 80 {
                    let mut buf = Vec::with_capacity(spare);
                    write_json_on(backend, &text, &mut buf).unwrap().unwrap();
                    assert!(buf == naive(&text), "{backend:?} {len} {dirty} {spare}");
                }
            }
        }
    }
}

/// Texts that begin or end where memory does: the pages around them cannot be read. (A masked load
/// names more bytes than it reads; that it reads no others is the CPU's promise, kept here.)
#[cfg(unix)]
#[cfg(not(miri))]
#[test]
fn edges_of_memory() {
    let page = Page::between_unreadable_ones();
    let mut buf = Vec::new();
    for backend in backends() {
        for len in (0..=200_usize).step_by(divisor().min(7)) {
            for (at, byte) in [(0, b'x'), (0, b'"'), (len / 2, b'\n'), (len.saturating_sub(1), 1)] {
                let mut text = std::vec![b'x'; len];
                if let Some(dirty) = text.get_mut(at) {
                    *dirty = byte;
                }
                let expected = naive(std::str::from_utf8(&text).unwrap());
                for place in [Page::first, Page::last] {
                    buf.clear();
                    write_json_on(backend, place(&page, &text), &mut buf).unwrap().unwrap();
                    assert!(buf == expected, "{backend:?} {len} {at} {byte}");
                }
            }
        }
    }
}

#[cfg(unix)]
#[cfg(not(miri))]
struct Page {
    start: *mut u8,
}

#[cfg(unix)]
#[cfg(not(miri))]
impl Page {
    const SIZE: usize = 0x1_0000;

    fn between_unreadable_ones() -> Self {
        let (access, flags) = (libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANON);
        // SAFETY: `mmap` is asked for new memory, which nothing else refers to; it is kept for the rest of the process.
        let all = unsafe { libc::mmap(std::ptr::null_mut(), 3 * Self::SIZE, access, flags, -1, 0) };
        assert!(all != libc::MAP_FAILED);
        let start = all.cast::<u8>().wrapping_add(Self::SIZE);
        // SAFETY: `mprotect` gets the middle third of the memory of `mmap`.
        let outcome = unsafe { libc::mprotect(start.cast(), Self::SIZE, libc::PROT_READ | libc::PROT_WRITE) };
        assert_eq!(outcome, 0);
        Self { start }
    }

    /// The text at the very beginning.
    fn first(&self, text: &[u8]) -> &str {
        self.at(0, text)
    }

    /// The text at the very end.
    fn last(&self, text: &[u8]) -> &str {
        self.at(Self::SIZE - text.len(), text)
    }

    fn at(&self, offset: usize, text: &[u8]) -> &str {
        let place = self.start.wrapping_add(offset);
        // SAFETY: the callers' `offset + text.len()` is at most `SIZE`, so inside the page. The test drops a text before it asks
        // for another place.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
        // SAFETY: `copy_nonoverlapping` has written the text there.
        let bytes = unsafe { std::slice::from_raw_parts(place, text.len()) };
        std::str::from_utf8(bytes).unwrap()
    }
}

#[test]
fn capacity_is_enough_without_escapes() {
    for len in 0..300 {
        let text = "é".repeat(len);
        let mut vec = Vec::with_capacity(text.json_capacity());
        let before = vec.capacity();
        text.write_json(&mut vec);
        assert_eq!(vec.capacity(), before, "no growth");
    }
}
