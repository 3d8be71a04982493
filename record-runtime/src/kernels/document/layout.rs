//! Insignificant whitespace: indenting a text as `serde_json`'s pretty printer does, or taking all of
//! it out.
//!
//! The pretty printer puts each element and each entry on a line of its own, one step further in than its container. It
//! puts a space behind each colon, and writes empty containers as `[]` and `{}`. All of this follows from the text
//! without whitespace. Whitespace that is there already, from a value that was JSON text before, is left out.

use super::rewrite::Rewrite;

/// Puts every element on a line of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indent<'a> {
    /// The beginning of a line, for each container around it.
    pub(crate) step: &'a str,
}

/// Takes out all whitespace between tokens, where there is a line break among it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneLine;

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The place behind the string that begins at `at`; the end of a text that breaks off.
fn string_end(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(&byte) = text.get(end) {
        match byte {
            b'"' => return end + 1,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    text.len()
}

/// The first place from `at` on that is no whitespace.
fn token_start(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|&byte| is_whitespace(byte)) {
        at += 1;
    }
    at
}

/// A walk over a text that makes another one.
trait Walk {
    fn text(&self) -> &[u8];
    /// Appends to the result.
    fn put(&mut self, bytes: &[u8]);
    /// Appends a part of the text.
    fn copy(&mut self, from: usize, to: usize);
    /// Leaves out whitespace of the text.
    fn leave_out(&mut self, bytes: usize);
}

/// Counts the result.
struct Count<'t> {
    text: &'t [u8],
    len: usize,
    left_out: usize,
}

impl Walk for Count<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }

    fn put(&mut self, bytes: &[u8]) {
        self.len += bytes.len();
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.len += to - from;
    }

    fn leave_out(&mut self, bytes: usize) {
        self.left_out += bytes;
    }
}

/// Writes the result in front of the text that is still to be read. The room between the two is the difference between
/// the rest of the result and the rest of the text.
struct InPlace<'t> {
    text: &'t mut [u8],
    len: usize,
}

impl Walk for InPlace<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }

    fn put(&mut self, bytes: &[u8]) {
        self.text[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.text.copy_within(from..to, self.len);
        self.len += to - from;
    }

    fn leave_out(&mut self, _: usize) {}
}

impl Indent<'_> {
    fn walk(&self, walk: &mut impl Walk, mut at: usize) {
        let mut depth = 0_usize;
        while let Some(&byte) = walk.text().get(at) {
            match byte {
                b'"' => {
                    let end = string_end(walk.text(), at);
                    walk.copy(at, end);
                    at = end;
                    continue;
                }
                b'{' | b'[' => {
                    let next = token_start(walk.text(), at + 1);
                    let closing = if byte == b'{' { b'}' } else { b']' };
                    if walk.text().get(next) == Some(&closing) {
                        walk.put(&[byte, closing]);
                        walk.leave_out(next - at - 1);
                        at = next + 1;
                        continue;
                    }
                    walk.put(&[byte]);
                    depth += 1;
                    self.line(walk, depth);
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.line(walk, depth);
                    walk.put(&[byte]);
                }
                b',' => {
                    walk.put(b",");
                    self.line(walk, depth);
                }
                b':' => walk.put(b": "),
                _ if is_whitespace(byte) => walk.leave_out(1),
                _ => walk.put(&[byte]),
            }
            at += 1;
        }
    }

    fn line(&self, walk: &mut impl Walk, depth: usize) {
        walk.put(b"\n");
        for _ in 0..depth {
            walk.put(self.step.as_bytes());
        }
    }
}

impl Rewrite for Indent<'_> {
    fn extra(&self, text: &[u8]) -> Option<usize> {
        let mut count = Count { text, len: 0, left_out: 0 };
        self.walk(&mut count, 0);
        // Omitted text comes on top: the result may be ahead by it, in between.
        Some((count.len + count.left_out).saturating_sub(text.len()))
    }

    fn apply(&self, text: &mut [u8], from: usize) -> usize {
        let mut walk = InPlace { text, len: 0 };
        self.walk(&mut walk, from);
        walk.len
    }
}

impl Rewrite for OneLine {
    fn extra(&self, text: &[u8]) -> Option<usize> {
        // Strings hold none: a line break in them is escaped.
        text.iter().any(|&byte| matches!(byte, b'\n' | b'\r')).then_some(0)
    }

    fn apply(&self, text: &mut [u8], from: usize) -> usize {
        let mut walk = InPlace { text, len: 0 };
        let mut at = from;
        while let Some(&byte) = walk.text().get(at) {
            let end = if byte == b'"' { string_end(walk.text(), at) } else { at + 1 };
            if !is_whitespace(byte) {
                walk.copy(at, end);
            }
            at = end;
        }
        walk.len
    }
}
