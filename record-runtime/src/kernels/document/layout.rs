//! Insignificant whitespace: indenting a text as `serde_json`'s pretty printer does, or taking all of
//! it out.
//!
//! The pretty printer puts each element and entry on a line of its own, one step further in than its container. A space
//! stands behind each colon. It writes empty containers as `[]` and `{}`. All of this follows from the text without
//! whitespace. Whitespace that is there already, from a value that was JSON text before, is left out.
//!
//! Both find the structure in blocks. They copy what lies between by wide stores, which may run over into the room in
//! front of the unread rest. How long the result will be is not counted first: that took as long as writing it.
//!
//! Two masks tell commas and colons from the rest, so that neither is read. With a comparison of each byte, records
//! took 1.3 times as long.
//!
//! A text of 27 bytes takes 65 ns, and 5 without indentation. Of its instructions, four in ten are those of its three
//! places of structure. To read it from a copy, or to write it behind a gap, gained a tenth at most. The gap made texts
//! of 400 bytes slower.
//!
//! Of this folder, only indenting does not check bounds at each access. With checks, a comma took 80 instructions
//! instead of 30. The invariants:
//!
//! 1. `gap <= run <= text.len()`: what is written ends `gap` bytes in front of what is still to be read.
//! 2. Where structure is dealt with, the gap has the room that it needs, wide stores included.
//! 3. A block begins in the text, behind which stand `PADDING` bytes; a wide load begins at most at a block's end.

use core::hint::select_unpredictable;
use core::ops::Range;

use super::rewrite::{Progress, Rewrite};
use super::structure::{BLOCK, Classes, Scan, Structure, classes};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::structure::{avx2, avx512};
use crate::kernels::lanes::{Room, UpTo};

/// Bytes of a wide load or store.
const WIDE: usize = 32;

/// Behind a text, so that each block is whole, and a wide load at its end, too.
const PADDING: usize = BLOCK + WIDE;

/// The growth of a short text, beyond its own length, before more room is asked for: at most its length again.
const SMALL: usize = 256;

/// Puts every element on a line of its own. Goes on where it ended, also within a string.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indent<'a> {
    /// The beginning of a line, once for each container around it; empty where `line` has it.
    long_step: &'a [u8],
    step_len: usize,
    /// The length of a line's beginning.
    line_len: usize,
    /// A line break and as many steps as fit.
    line: [u8; WIDE],
    scan: Scan,
    kernel: IndentKernel,
}

/// How a backend indents. See [`Rewrite::apply`].
///
/// # Safety
/// The CPU has the backend's instructions.
pub(crate) type IndentKernel = unsafe fn(&mut Indent<'_>, &mut [u8], &mut Progress) -> bool;

/// For every CPU: see [`IndentKernel`].
pub(crate) fn indent(indent: &mut Indent<'_>, text: &mut [u8], progress: &mut Progress) -> bool {
    indent.apply_by(text, progress, classes)
}

/// See [`IndentKernel`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2,bmi1,lzcnt,popcnt")]
pub(crate) fn indent_avx2(indent: &mut Indent<'_>, text: &mut [u8], progress: &mut Progress) -> bool {
    indent.apply_by(text, progress, |block| avx2::classes(block))
}

/// See [`IndentKernel`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,bmi1,bmi2,lzcnt,popcnt")]
pub(crate) fn indent_avx512(indent: &mut Indent<'_>, text: &mut [u8], progress: &mut Progress) -> bool {
    indent.apply_by(text, progress, |block| avx512::classes(block))
}

/// A place in a text that is being indented.
struct Walk {
    /// Where the bytes begin that were found to be no structure, and are not copied yet.
    run: usize,
    /// So far in front of `run` ends what is written.
    gap: usize,
    line_len: usize,
    /// Behind an opening bracket, and behind the line that follows it.
    opened: usize,
    opened_line: usize,
}

impl<'a> Indent<'a> {
    /// Indents by a step, and by a kernel.
    ///
    /// # Safety
    /// That of the kernel.
    pub(crate) unsafe fn new(step: &'a str, kernel: IndentKernel) -> Self {
        let step = step.as_bytes();
        let mut line = [b' '; WIDE];
        line[0] = b'\n';
        if step != b"  " {
            repeat(step, &mut line[1..]);
        }
        let long_step = if step.len() < WIDE { &[] } else { step };
        Self { long_step, step_len: step.len(), line_len: 1, line, scan: Scan::default(), kernel }
    }

    /// The same without the step's text, if that is short.
    pub(crate) fn owned(self) -> Option<Indent<'static>> {
        (self.step_len < WIDE).then_some(Indent { long_step: &[], ..self })
    }

    /// Whether the text so far ended within a string.
    pub(crate) fn is_in_string(&self) -> bool {
        self.scan.is_in_string()
    }

    fn step(&self) -> &[u8] {
        if self.step_len < WIDE { &self.line[1..=self.step_len] } else { self.long_step }
    }

    /// The room for a byte of structure and a line one step further in.
    #[inline(always)]
    fn needed(&self, line_len: usize) -> usize {
        1 + line_len + self.step_len + 2 * WIDE
    }

    /// Deals with the structure of a block, as far as there is room for it: whether there was.
    ///
    /// # Safety
    /// Invariants 1 and 3, of the block at `at`. The bits of `structure` stand for bytes of the text from `at` on.
    #[inline(always)]
    unsafe fn block(&self, walk: &mut Walk, text: &mut [u8], at: usize, structure: Structure) -> bool {
        let Walk { mut run, mut gap, mut line_len, mut opened, mut opened_line } = *walk;
        let Structure { mut all, commas, colons } = structure;
        let step = self.step_len;
        let has_room = loop {
            if all == 0 {
                break true;
            }
            if gap < self.needed(line_len) {
                break false;
            }
            let place = at + all.trailing_zeros() as usize;
            let lowest = all & all.wrapping_neg();
            let is_one_of = |set: u64| set & lowest != 0;
            all &= all - 1;
            let start = text.as_mut_ptr();
            // SAFETY: invariant 3: `run` is in front of `place`, and so in the block or before.
            let bytes = unsafe { start.wrapping_add(run).cast::<[u8; WIDE]>().read() };
            // SAFETY: invariant 2; what is overwritten was read, for the room is wider than a store.
            unsafe { start.wrapping_add(run - gap).cast::<[u8; WIDE]>().write(bytes) };
            if place - run > WIDE {
                copy(text, run + WIDE..place, run + WIDE - gap);
            }
            run = place + 1;
            let written = place - gap;
            let start = text.as_mut_ptr();
            // SAFETY: `needed` found room for two wide stores and a byte more, of which none of the text is left (invariant 2).
            let mut room = unsafe { Room::<'_, { 1 + 2 * WIDE }>::new(start.wrapping_add(written)) };
            if is_one_of(colons) {
                room.store(u16::from_ne_bytes(*b": "));
                gap -= 1;
                continue;
            }
            if is_one_of(commas) {
                put_behind(room, b',', &self.line);
                if line_len > WIDE {
                    self.put_long_line(text, written + 1, line_len);
                }
                gap -= line_len;
                continue;
            }
            // SAFETY: by contract `all` had bits for bytes of the text alone, and this is one.
            let byte = unsafe { start.wrapping_add(place).read() };
            if byte & !CLOSING_BITS == CLOSING {
                line_len = line_len.saturating_sub(step).max(1);
                room.store(self.line);
                if line_len > WIDE {
                    self.put_long_line(text, written, line_len);
                }
                let written = select_unpredictable(written == opened_line, opened, written + line_len);
                opened_line = usize::MAX;
                // SAFETY: `needed` found room for the byte behind the line (invariant 2).
                unsafe { text.as_mut_ptr().wrapping_add(written).write(byte) };
                gap = place - written;
            } else if byte == b'{' || byte == b'[' {
                line_len += step;
                put_behind(room, byte, &self.line);
                if line_len > WIDE {
                    self.put_long_line(text, written + 1, line_len);
                }
                opened = written + 1;
                opened_line = opened + line_len;
                gap -= line_len;
            } else if is_whitespace(byte) {
                gap += 1;
            } else {
                room.store([byte]);
            }
        };
        *walk = Walk { run, gap, line_len, opened, opened_line };
        has_room
    }

    /// Writes the beginning of a line that is longer than what is stored at once.
    #[cold]
    #[inline(never)]
    fn put_long_line(&self, text: &mut [u8], at: usize, len: usize) {
        let line = &mut text[at..at + len];
        line[0] = b'\n';
        line[1..].chunks_mut(self.step_len.max(1)).for_each(|to| to.copy_from_slice(self.step()));
    }
}

/// Writes a byte and the beginning of a line behind it, which may be longer than it is to be.
#[inline(always)]
fn put_behind(mut room: Room<'_, { 1 + 2 * WIDE }>, byte: u8, line: &[u8; WIDE]) {
    room.store([byte]);
    let mut behind: Room<'_, WIDE> = room.after(UpTo::<1>::MOST);
    behind.store(*line);
}

/// Copies the rest of a long text. A call of its own: where it was inlined, places of structure took a tenth longer.
#[inline(never)]
fn copy(text: &mut [u8], from: Range<usize>, to: usize) {
    text.copy_within(from, to);
}

/// Fills `to` with as many steps as fit, and a part of one; leaves it alone where there is nothing to repeat.
#[cold]
fn repeat(step: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(step.iter().cycle()).for_each(|(to, from)| *to = *from);
}

/// `]` and `}`, but for the bits in which they differ.
const CLOSING: u8 = b']' & b'}';
const CLOSING_BITS: u8 = b']' ^ b'}';

/// The block at a place of a text with padding.
#[inline(always)]
fn block(text: &[u8], at: usize) -> &[u8; BLOCK] {
    text[at..].first_chunk().expect("padding")
}

/// The bits of those bytes of a block that are the text's, which begins before `end`.
#[inline(always)]
fn the_text_of(at: usize, end: usize) -> u64 {
    u64::MAX >> (BLOCK - (end - at).min(BLOCK))
}

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl Rewrite for Indent<'_> {
    const PADDING: usize = PADDING;

    fn room(&mut self, text: &[u8]) -> Option<usize> {
        Some(text.len() + self.needed(self.line_len) + text.len().min(SMALL))
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        // SAFETY: the CPU has the kernel's instructions, by contract of `Indent::new`.
        unsafe { (self.kernel)(self, text, progress) }
    }
}

impl Indent<'_> {
    #[inline(always)]
    fn apply_by(
        &mut self,
        text: &mut [u8],
        progress: &mut Progress,
        classes: impl Fn(&[u8; BLOCK]) -> Classes,
    ) -> bool {
        let Progress { written, read } = *progress;
        let end = text.len() - PADDING;
        assert!(written <= read && read <= end);
        let mut scan = self.scan;
        let mut walk =
            Walk { run: read, gap: read - written, line_len: self.line_len, opened: 0, opened_line: usize::MAX };
        let mut at = read;
        while at < end {
            let structure = scan.structure(classes(block(text, at)), the_text_of(at, end));
            // SAFETY: `at < end`, behind which stand `PADDING` bytes; invariant 1 held before, and each step keeps it.
            if !unsafe { self.block(&mut walk, text, at, structure) } {
                let mut written = walk.run - walk.gap;
                if written == walk.opened_line && walk.opened > 0 {
                    // Read the opening bracket again: an empty container would not be seen as one from its end alone.
                    (written, walk.run) = (walk.opened - 1, walk.run - 1);
                    walk.line_len -= self.step_len;
                }
                if walk.run > read {
                    // In front of it stood structure, which is in no string.
                    self.scan = Scan::default();
                }
                self.line_len = walk.line_len;
                *progress = Progress { written, read: walk.run };
                return false;
            }
            at += BLOCK;
        }
        self.line_len = walk.line_len;
        self.scan = scan;
        text.copy_within(walk.run..end, walk.run - walk.gap);
        *progress = Progress { written: end - walk.gap, read: end };
        true
    }
}

/// Takes out all whitespace between tokens, where there is a line break among it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneLine;

/// Whether a line break is in a text; between tokens, if the text is JSON, since in its strings they are escaped. Without a
/// branch for each byte, so that it is compiled to vectors.
#[inline]
pub(crate) fn has_line_break(text: &[u8]) -> bool {
    /// Bytes that are searched together.
    const PART: usize = 32;
    // Of bytes: a sum of `bool` is compiled to a byte at a time.
    let is_break = |byte: u8| u8::from(byte == b'\n') | u8::from(byte == b'\r');
    let breaks = |part: &[u8]| part.iter().fold(0, |any, &byte| any | is_break(byte)) != 0;
    let (parts, rest) = text.as_chunks::<PART>();
    parts.iter().any(|part| breaks(part)) || breaks(rest)
}

impl Rewrite for OneLine {
    const PADDING: usize = BLOCK;

    fn room(&mut self, text: &[u8]) -> Option<usize> {
        has_line_break(text).then_some(0)
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        let Progress { mut written, read: mut run } = *progress;
        let end = text.len() - BLOCK;
        let mut scan = Scan::default();
        let mut at = run;
        while at < end {
            let mut structure = scan.structure(classes(block(text, at)), the_text_of(at, end)).all;
            while structure != 0 {
                let place = at + structure.trailing_zeros() as usize;
                structure &= structure - 1;
                if is_whitespace(text[place]) {
                    text.copy_within(run..place, written);
                    written += place - run;
                    run = place + 1;
                }
            }
            at += BLOCK;
        }
        text.copy_within(run..end, written);
        *progress = Progress { written: written + (end - run), read: end };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tests::divisor;
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    /// Character by character.
    fn naive(text: &[u8], step: &str) -> Vec<u8> {
        let (mut out, mut depth, mut at) = (Vec::new(), 0_usize, 0);
        let line = |out: &mut Vec<u8>, depth: usize| {
            out.push(b'\n');
            out.extend(step.repeat(depth).bytes());
        };
        let skip = |mut at: usize| {
            while text.get(at).is_some_and(|byte| is_whitespace(*byte)) {
                at += 1;
            }
            at
        };
        while at < text.len() {
            let byte = text[at];
            match byte {
                b'"' => {
                    let mut end = at + 1;
                    while text[end] != b'"' {
                        end += 1 + usize::from(text[end] == b'\\');
                    }
                    out.extend(&text[at..=end]);
                    at = end;
                }
                b'{' | b'[' => {
                    out.push(byte);
                    let next = skip(at + 1);
                    if matches!(text[next], b'}' | b']') {
                        out.push(text[next]);
                        at = next;
                    } else {
                        depth += 1;
                        line(&mut out, depth);
                    }
                }
                b'}' | b']' => {
                    depth -= 1;
                    line(&mut out, depth);
                    out.push(byte);
                }
                b',' => {
                    out.push(byte);
                    line(&mut out, depth);
                }
                b':' => out.extend(b": "),
                _ if is_whitespace(byte) => {}
                _ => out.push(byte),
            }
            at += 1;
        }
        out
    }

    /// By each kernel that this CPU can run.
    fn indents(step: &str) -> Vec<Indent<'_>> {
        let backends = crate::kernels::cpu::Backend::ALL.iter();
        let kernels = backends.filter_map(|backend| crate::sink::tables::of(*backend)).map(|kernels| kernels.indent);
        // SAFETY: the contract of `IndentKernel`: `tables::of` gives a table for what the CPU can run only.
        kernels.map(|kernel| unsafe { Indent::new(step, kernel) }).collect()
    }

    /// Runs a change with so much room, and so much more each time.
    fn changed<R: Rewrite>(mut change: R, text: &[u8], room: usize) -> Vec<u8> {
        let mut buffer = [vec![0; room], text.to_vec(), vec![b'"'; R::PADDING]].concat();
        let mut progress = Progress { written: 0, read: room };
        while !change.apply(&mut buffer, &mut progress) {
            assert!(progress.written <= progress.read);
            let more = vec![0; room];
            buffer.splice(progress.read..progress.read, more);
            progress.read += room;
        }
        buffer.truncate(progress.written);
        buffer
    }

    fn random(state: &mut u64, below: usize) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize % below
    }

    fn value(state: &mut u64, depth: usize, white: &str, out: &mut String) {
        let texts = [
            "",
            "a",
            "\\\"",
            "\\\\",
            "{\\\"a\\\":[1, 2]}",
            "é",
            "a longer text of which there is more than one block, \\n and more",
        ];
        out.push_str(white);
        match random(state, if depth == 0 { 4 } else { 8 }) {
            0 => out.push_str("-1.5e+300"),
            1 => out.push_str("true"),
            2 | 3 => out.extend(["\"", texts[random(state, texts.len())], "\""]),
            kind => {
                let (open, close) = if kind < 6 { ('[', ']') } else { ('{', '}') };
                out.push(open);
                for index in 0..random(state, 5) {
                    if index > 0 {
                        out.push(',');
                    }
                    if open == '{' {
                        out.extend([white, "\"", texts[random(state, texts.len())], "\"", white, ":"]);
                    }
                    value(state, depth - 1, white, out);
                }
                out.push_str(white);
                out.push(close);
            }
        }
        out.push_str(white);
    }

    #[test]
    fn random_texts_are_indented_and_joined_as_by_hand() {
        let mut state = 0x1DE;
        for round in 0..if cfg!(miri) { 20 } else { 3_000 / divisor() } {
            let white = ["", "", "", " ", "\n\t", "\r\n  "][round % 6];
            let (mut text, mut compact, mut again) = (String::new(), String::new(), state);
            value(&mut state, 1 + round % 6, white, &mut text);
            value(&mut again, 1 + round % 6, "", &mut compact);
            for step in ["  ", "", "\t", " - ", "                    "] {
                // The least room that it goes on with, and more.
                for room in [1000, 1 + 7 * step.len() + 2 * WIDE + random(&mut state, 200)] {
                    let expected = naive(text.as_bytes(), step);
                    for indent in indents(step) {
                        let indented = changed(indent, text.as_bytes(), room);
                        assert!(indented == expected, "{text:?} by {step:?}: {:?}", String::from_utf8_lossy(&indented));
                    }
                }
            }
            let joined = changed(OneLine, text.as_bytes(), 0);
            assert_eq!(joined, compact.as_bytes(), "{text:?}");
        }
    }

    /// Each piece of structure at each place of a block, behind runs of every length.
    #[test]
    fn every_place() {
        for run in (0..2 * BLOCK).step_by(divisor().min(5)) {
            for structure in ["[[],{}]", "[1,2]", "{\"a\":1}", "[[[[1]]]]"] {
                for before in 0..3 {
                    let text = alloc::format!(
                        "[{}\"{}\",{structure},{}]",
                        "[],".repeat(before),
                        "x".repeat(run),
                        "1,".repeat(run / 2) + "0"
                    );
                    let expected = naive(text.as_bytes(), "  ");
                    for indent in indents("  ") {
                        assert!(changed(indent, text.as_bytes(), 4000) == expected, "{text}");
                        assert!(changed(indent, text.as_bytes(), 90) == expected, "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_json_does_no_harm() {
        let mut state = 0xBAD;
        for round in 0..if cfg!(miri) { 50 } else { 5_000 / divisor() } {
            let text: Vec<u8> =
                (0..random(&mut state, 300)).map(|_| b"\"\\{}[],: \n1aY_\x7f\xff"[random(&mut state, 16)]).collect();
            let step = ["", "  ", "\t\t\t"][round % 3];
            for indent in indents(step) {
                let indented = changed(indent, &text, 1 + step.len() * 302 + 2 * WIDE + 10);
                let kept = |bytes: &[u8], kept: &[u8]| bytes.iter().filter(|byte| kept.contains(byte)).count();
                assert_eq!(kept(&indented, b"1aY_\x7f\xff"), kept(&text, b"1aY_\x7f\xff"));
            }
            let _ = changed(OneLine, &text, 0);
        }
    }
}
