//! Whether a text is one JSON value, by the grammar of RFC 8259: without recursion, and without an
//! allocation.
//!
//! Accepts what `serde_json` accepts where it passes over a value: whitespace around it, numbers of any size, and
//! escapes of half a surrogate pair.

/// The containers that may stand in each other. The kind of each takes a bit of a fixed stack.
pub(crate) const MAX_DEPTH: usize = 1024;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotJson,
    TooDeep,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Array,
    Object,
}

/// The containers around a place.
struct Stack {
    objects: [u64; MAX_DEPTH / 64],
    depth: usize,
}

impl Stack {
    fn push(&mut self, kind: Kind) -> Result<(), Refusal> {
        let word = self.objects.get_mut(self.depth / 64).ok_or(Refusal::TooDeep)?;
        let bit = 1 << (self.depth % 64);
        *word = if kind == Kind::Object { *word | bit } else { *word & !bit };
        self.depth += 1;
        Ok(())
    }

    /// The innermost container.
    fn top(&self) -> Option<Kind> {
        let at = self.depth.checked_sub(1)?;
        let is_object = self.objects[at / 64] >> (at % 64) & 1 == 1;
        Some(if is_object { Kind::Object } else { Kind::Array })
    }
}

/// Checks that a text is one JSON value.
pub(crate) fn check(text: &str) -> Result<(), Refusal> {
    let mut input = Input { text: text.as_bytes(), at: 0 };
    let mut stack = Stack { objects: [0; MAX_DEPTH / 64], depth: 0 };
    'values: loop {
        // A value is due.
        input.skip_whitespace();
        match input.next()? {
            b'{' => {
                stack.push(Kind::Object)?;
                if !input.takes(b'}') {
                    input.key()?;
                    continue;
                }
                stack.depth -= 1;
            }
            b'[' => {
                stack.push(Kind::Array)?;
                if !input.takes(b']') {
                    continue;
                }
                stack.depth -= 1;
            }
            b'"' => input.rest_of_string()?,
            b'n' => input.word(b"ull")?,
            b't' => input.word(b"rue")?,
            b'f' => input.word(b"alse")?,
            first => input.rest_of_number(first)?,
        }
        // A value has ended, and maybe some of the containers around it.
        while let Some(kind) = stack.top() {
            if input.takes(b',') {
                if kind == Kind::Object {
                    input.key()?;
                }
                continue 'values;
            }
            if !input.takes(if kind == Kind::Object { b'}' } else { b']' }) {
                return Err(Refusal::NotJson);
            }
            stack.depth -= 1;
        }
        input.skip_whitespace();
        return if input.at == input.text.len() { Ok(()) } else { Err(Refusal::NotJson) };
    }
}

struct Input<'t> {
    text: &'t [u8],
    at: usize,
}

impl Input<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, Refusal> {
        let byte = self.peek().ok_or(Refusal::NotJson)?;
        self.at += 1;
        Ok(byte)
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Moves on over `byte`, if it comes next but for whitespace.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_whitespace();
        let takes = self.peek() == Some(byte);
        self.at += usize::from(takes);
        takes
    }

    /// `"key":`
    fn key(&mut self) -> Result<(), Refusal> {
        if !self.takes(b'"') {
            return Err(Refusal::NotJson);
        }
        self.rest_of_string()?;
        if self.takes(b':') { Ok(()) } else { Err(Refusal::NotJson) }
    }

    fn word(&mut self, rest: &[u8]) -> Result<(), Refusal> {
        if !self.text[self.at..].starts_with(rest) {
            return Err(Refusal::NotJson);
        }
        self.at += rest.len();
        Ok(())
    }

    /// A string behind its opening quote. UTF-8 it is already.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch, so that it is compiled to vectors")]
    fn rest_of_string(&mut self) -> Result<(), Refusal> {
        loop {
            // Most blocks of a string have nothing in them to look at.
            while let Some(block) = self.text[self.at..].first_chunk::<16>()
                && !block.iter().fold(false, |any, &byte| any | (byte < 0x20) | (byte == b'"') | (byte == b'\\'))
            {
                self.at += block.len();
            }
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            if !self.next()?.is_ascii_hexdigit() {
                                return Err(Refusal::NotJson);
                            }
                        }
                    }
                    _ => return Err(Refusal::NotJson),
                },
                0..0x20 => return Err(Refusal::NotJson),
                _ => {}
            }
        }
    }

    /// A number behind its first byte.
    fn rest_of_number(&mut self, first: u8) -> Result<(), Refusal> {
        let first = if first == b'-' { self.next()? } else { first };
        match first {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return Err(Refusal::NotJson),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn skip_digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Refusal> {
        if !self.next()?.is_ascii_digit() {
            return Err(Refusal::NotJson);
        }
        self.skip_digits();
        Ok(())
    }
}
