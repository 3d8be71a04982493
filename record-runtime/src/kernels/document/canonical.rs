//! The canonical form of a document: the JSON Canonicalization Scheme, RFC 8785.
//!
//! Members stand in the order of their keys' UTF-16 code units. Numbers are written as ECMAScript writes doubles, strings
//! with the fewest escapes. There is no whitespace. The scheme is for I-JSON (RFC 7493), so documents are refused that
//! such a text cannot stand for.
//!
//! The text is read twice. The first time finds the members of each object and sorts them. The second time writes, and goes
//! from member to member in that order. Both have their own stack, and take time in proportion to the text, but for the
//! sorting, however deep objects are within each other.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use super::grammar;
use super::rewrite::{Progress, Rewrite};
use crate::kernels::float;

/// Why a document has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The text is not JSON: something that was to be written as it is.
    NotJson,
    /// A number whose text is not that of a double.
    Number,
    /// A key that its object has already.
    Key,
    /// Half of a surrogate pair, as an escape.
    Surrogate,
}

/// A part that is in the way of a canonical form: its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) at: usize,
    pub(crate) reason: Reason,
}

/// A change to the canonical form; where there is none, the text is cut off in front of what is refused.
#[derive(Debug, Default)]
pub(crate) struct Canonical {
    text: Vec<u8>,
    pub(crate) refusal: Option<Refusal>,
}

impl Rewrite for Canonical {
    fn room(&mut self, text: &[u8]) -> Option<usize> {
        match canonical(text) {
            Ok(canonical) => self.text = canonical,
            Err(refusal) => self.refusal = Some(refusal),
        }
        Some(self.text.len())
    }

    fn apply(&mut self, text: &mut [u8], progress: &mut Progress) -> bool {
        let Self { text: canonical, refusal } = self;
        if let Some(refusal) = refusal {
            text.copy_within(progress.read..progress.read + refusal.at, 0);
            progress.written = refusal.at;
        } else {
            text[..canonical.len()].copy_from_slice(canonical);
            progress.written = canonical.len();
        }
        progress.read = text.len();
        true
    }
}

/// The canonical form of a text.
pub(crate) fn canonical(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    let text =
        core::str::from_utf8(text).map_err(|error| Refusal { at: error.valid_up_to(), reason: Reason::NotJson })?;
    let mut index = Index::default();
    index.read(&mut Input { text, at: 0 })?;
    let mut out = Vec::with_capacity(text.len());
    index.write(&mut Input { text, at: 0 }, &mut out)?;
    Ok(out)
}

/// The objects of a text, in the order in which they begin.
#[derive(Default)]
struct Index {
    objects: Vec<Object>,
    /// Those of one object side by side, sorted.
    members: Vec<Member>,
    /// The keys, without escapes.
    keys: String,
}

#[derive(Clone)]
struct Object {
    members: Range<usize>,
    /// The offset behind it, and the number of objects that begin in front of that.
    end: usize,
    objects: usize,
}

#[derive(Clone)]
struct Member {
    key: Range<usize>,
    key_at: usize,
    /// The offset of the value, and the number of objects that begin in front of it.
    value: usize,
    objects: usize,
}

/// A container that is not at its end.
enum Open {
    Array,
    /// Its number, and where its members begin among those that are not sorted yet; or, in writing, the next member.
    Object(usize, usize),
}

impl Index {
    fn read(&mut self, input: &mut Input<'_>) -> Result<(), Refusal> {
        let mut open = Vec::new();
        let mut pending = Vec::new();
        input.skip_whitespace();
        'values: loop {
            match input.peek() {
                Some(b'{') => {
                    input.at += 1;
                    let number = self.objects.len();
                    self.objects.push(Object { members: 0..0, end: 0, objects: 0 });
                    open.push(Open::Object(number, pending.len()));
                    if !input.takes(b'}') {
                        pending.push(self.key(input)?);
                        continue;
                    }
                    open.pop();
                    self.close(number, &mut Vec::new(), input.at)?;
                }
                Some(b'[') => {
                    input.at += 1;
                    if !input.takes(b']') {
                        open.push(Open::Array);
                        continue;
                    }
                }
                Some(b'"') => input.skip_string()?,
                _ => input.skip_scalar()?,
            }
            // A value has ended, and maybe some of the containers around it.
            loop {
                match open.last() {
                    None => {
                        input.skip_whitespace();
                        return if input.at == input.text.len() { Ok(()) } else { Err(input.refuse(Reason::NotJson)) };
                    }
                    Some(Open::Array) if input.takes(b',') => continue 'values,
                    Some(Open::Array) => input.expect(b']')?,
                    Some(Open::Object(..)) if input.takes(b',') => {
                        pending.push(self.key(input)?);
                        continue 'values;
                    }
                    Some(&Open::Object(number, first)) => {
                        input.expect(b'}')?;
                        self.close(number, &mut pending.split_off(first), input.at)?;
                    }
                }
                open.pop();
            }
        }
    }

    /// Reads a key up to its value.
    fn key(&mut self, input: &mut Input<'_>) -> Result<Member, Refusal> {
        input.skip_whitespace();
        let (key_at, from) = (input.at, self.keys.len());
        input.unescape(&mut self.keys)?;
        input.expect(b':')?;
        input.skip_whitespace();
        Ok(Member { key: from..self.keys.len(), key_at, value: input.at, objects: self.objects.len() })
    }

    /// Sorts the members of an object, which has ended.
    fn close(&mut self, number: usize, members: &mut Vec<Member>, end: usize) -> Result<(), Refusal> {
        let key = |member: &Member| &self.keys[member.key.clone()];
        // Stable, so that of two with the same key the second is the one that is refused.
        members.sort_by(|a, b| by_code_units(key(a), key(b)));
        if let Some(twice) = members.windows(2).find(|pair| key(&pair[0]) == key(&pair[1])) {
            return Err(Refusal { at: twice[1].key_at, reason: Reason::Key });
        }
        let first = self.members.len();
        self.members.append(members);
        self.objects[number] = Object { members: first..self.members.len(), end, objects: self.objects.len() };
        Ok(())
    }

    /// Writes a text that was read.
    fn write(&self, input: &mut Input<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let mut open = Vec::new();
        let mut objects = 0;
        input.skip_whitespace();
        'values: loop {
            match input.peek() {
                Some(b'{') => {
                    out.push(b'{');
                    open.push(Open::Object(objects, self.objects[objects].members.start));
                }
                Some(b'[') => {
                    input.at += 1;
                    out.push(b'[');
                    open.push(Open::Array);
                    if !input.takes(b']') {
                        continue;
                    }
                    out.push(b']');
                    open.pop();
                }
                Some(b'"') => input.copy_string(out)?,
                Some(b't' | b'f' | b'n') => out.extend_from_slice(input.word().as_bytes()),
                _ => {
                    let at = input.at;
                    put_number(input.word(), out).ok_or(Refusal { at, reason: Reason::Number })?;
                }
            }
            loop {
                match open.last_mut() {
                    None => return Ok(()),
                    Some(Open::Array) => {
                        if input.takes(b',') {
                            out.push(b',');
                            continue 'values;
                        }
                        input.expect(b']')?;
                        out.push(b']');
                    }
                    Some(Open::Object(number, next)) => {
                        let object = &self.objects[*number];
                        if *next < object.members.end {
                            let member = &self.members[*next];
                            if *next > object.members.start {
                                out.push(b',');
                            }
                            *next += 1;
                            put_string(&self.keys[member.key.clone()], out);
                            out.push(b':');
                            (input.at, objects) = (member.value, member.objects);
                            continue 'values;
                        }
                        out.push(b'}');
                        (input.at, objects) = (object.end, object.objects);
                    }
                }
                open.pop();
            }
        }
    }
}

/// The order of UTF-16 code units: that of UTF-8, but that pairs of surrogates come in front of U+E000 to U+FFFF.
fn by_code_units(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let first = |text: &str| text.as_bytes().get(same).copied();
    match (first(a), first(b)) {
        // Leading bytes of U+E000 on are 0xee and 0xef, of U+10000 on those above. Where the texts differ within a
        // character, its leading byte is the same.
        (Some(a @ 0xee..), Some(b @ 0xee..)) if (a >= 0xf0) != (b >= 0xf0) => b.cmp(&a),
        (a, b) => a.cmp(&b),
    }
}

/// A place in a text.
struct Input<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Input<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn refuse(&self, reason: Reason) -> Refusal {
        // A backslash at the end is the text's last byte.
        Refusal { at: self.at.min(self.text.len()), reason }
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Moves on over a byte with whitespace around it, if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        self.skip_whitespace();
        let takes = self.peek() == Some(byte);
        if takes {
            self.at += 1;
            self.skip_whitespace();
        }
        takes
    }

    /// Moves on over a byte that has to come next but for whitespace.
    fn expect(&mut self, byte: u8) -> Result<(), Refusal> {
        self.skip_whitespace();
        if self.peek() != Some(byte) {
            return Err(self.refuse(Reason::NotJson));
        }
        self.at += 1;
        Ok(())
    }

    /// Moves on over a number, or a word, and returns it.
    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let ends =
            |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\t' | b'\r' | b':' | b'"' | b'[' | b'{');
        let len = rest.bytes().position(|byte| ends(&byte)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    fn skip_scalar(&mut self) -> Result<(), Refusal> {
        let refusal = self.refuse(Reason::NotJson);
        let word = self.word();
        grammar::check(word).map_err(|_| refusal)
    }

    /// Moves on over a string; whether there are escapes in it.
    fn string(&mut self) -> Result<(&'t str, bool), Refusal> {
        self.expect(b'"')?;
        let from = self.at;
        let mut has_escapes = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    self.at += 2;
                }
                None | Some(..0x20) => return Err(self.refuse(Reason::NotJson)),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        // Not within a character: what is behind a backslash may be one that is longer than a byte.
        let text = self.text.get(from..self.at - 1).ok_or(Refusal { at: from, reason: Reason::NotJson })?;
        Ok((text, has_escapes))
    }

    /// Moves on over a string, whose escapes are checked.
    fn skip_string(&mut self) -> Result<(), Refusal> {
        let at = self.at;
        let (text, has_escapes) = self.string()?;
        if has_escapes {
            Escapes { rest: text }.try_for_each(|part| part.map(drop)).map_err(|reason| Refusal { at, reason })?;
        }
        Ok(())
    }

    /// Moves on over a string, and appends it without escapes.
    fn unescape(&mut self, to: &mut String) -> Result<(), Refusal> {
        let at = self.at;
        let (text, has_escapes) = self.string()?;
        if !has_escapes {
            to.push_str(text);
            return Ok(());
        }
        for part in (Escapes { rest: text }) {
            match part.map_err(|reason| Refusal { at, reason })? {
                Part::Text(text) => to.push_str(text),
                Part::Escaped(character) => to.push(character),
            }
        }
        Ok(())
    }

    /// Moves on over a string, and appends it with the escapes that it needs.
    fn copy_string(&mut self, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let at = self.at;
        let (text, has_escapes) = self.string()?;
        out.push(b'"');
        if has_escapes {
            for part in (Escapes { rest: text }) {
                match part.map_err(|reason| Refusal { at, reason })? {
                    Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                    Part::Escaped(character) => put_escaped(character.encode_utf8(&mut [0; 4]), out),
                }
            }
        } else {
            out.extend_from_slice(text.as_bytes());
        }
        out.push(b'"');
        Ok(())
    }
}

/// A part of a string: up to an escape, or what it stands for.
enum Part<'t> {
    Text(&'t str),
    Escaped(char),
}

/// The parts of what stands between quotes.
struct Escapes<'t> {
    rest: &'t str,
}

impl<'t> Iterator for Escapes<'t> {
    type Item = Result<Part<'t>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(escape) = self.rest.strip_prefix('\\') else {
            if self.rest.is_empty() {
                return None;
            }
            let (text, rest) = self.rest.split_at(self.rest.find('\\').unwrap_or(self.rest.len()));
            self.rest = rest;
            return Some(Ok(Part::Text(text)));
        };
        Some(self.escape(escape).map(Part::Escaped))
    }
}

impl<'t> Escapes<'t> {
    /// Reads an escape behind its backslash.
    fn escape(&mut self, escape: &'t str) -> Result<char, Reason> {
        let mut rest = escape.chars();
        let character = match rest.next().ok_or(Reason::NotJson)? {
            same @ ('"' | '\\' | '/') => same,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (first, behind) = code_unit(rest.as_str()).ok_or(Reason::NotJson)?;
                let second = behind.strip_prefix("\\u").and_then(code_unit);
                let units = [first, second.map_or(0, |(unit, _)| unit)];
                let is_pair = matches!(first, 0xd800..0xdc00);
                rest = if is_pair { second.ok_or(Reason::Surrogate)?.1.chars() } else { behind.chars() };
                let used = &units[..if is_pair { 2 } else { 1 }];
                char::decode_utf16(used.iter().copied()).next().and_then(Result::ok).ok_or(Reason::Surrogate)?
            }
            _ => return Err(Reason::NotJson),
        };
        self.rest = rest.as_str();
        Ok(character)
    }
}

/// Four hexadecimal digits, and what is behind them.
fn code_unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten().map(|unit| (unit, rest))
}

/// Appends a string in quotes.
fn put_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    put_escaped(text, out);
    out.push(b'"');
}

/// Appends a text with the escapes that ECMAScript's `JSON.stringify` gives it.
fn put_escaped(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        let (sequence, len) = crate::kernels::string::escaped(byte);
        out.extend_from_slice(&sequence[..len]);
    }
}

/// A number as its digits, from the first to the last that is not zero.
struct Decimal<'t> {
    negative: bool,
    /// In front of the point, and behind it.
    parts: [&'t str; 2],
    /// Zeros in front of the first digit, and the digits behind those.
    leading: usize,
    count: usize,
    /// The power of ten for a point in front of the first digit.
    point: i64,
}

impl<'t> Decimal<'t> {
    fn new(number: &'t str) -> Option<Self> {
        let unsigned = number.strip_prefix('-');
        let magnitude = unsigned.unwrap_or(number);
        let (decimal, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
        let (integer, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
        let digits = || integer.bytes().chain(fraction.bytes());
        let leading = digits().take_while(|byte| *byte == b'0').count();
        let behind_last =
            digits().enumerate().filter(|(_, byte)| *byte != b'0').last().map_or(leading, |(at, _)| at + 1);
        let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        let zeros = i64::try_from(leading).ok()?;
        Some(Self {
            negative: unsigned.is_some(),
            parts: [integer, fraction],
            leading,
            count: behind_last - leading,
            point: exponent.checked_add(i64::try_from(integer.len()).ok()? - zeros)?,
        })
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.parts.iter().flat_map(|part| part.bytes()).skip(self.leading).take(self.count)
    }

    /// Whether it is the shortest text of a double.
    fn is_shortest(&self, number: &str) -> bool {
        /// As many digits fit into every double, whatever they are.
        const CERTAIN: usize = 15;
        /// At these powers of ten none overflows, and none is subnormal.
        const POWERS: Range<i64> = -300..300;
        if self.count <= CERTAIN && POWERS.contains(&self.point) {
            return true;
        }
        let Some(value) = number.parse::<f64>().ok().filter(|value| value.is_finite()) else { return false };
        let (text, len) = float::text(value);
        core::str::from_utf8(&text[..len])
            .ok()
            .and_then(Decimal::new)
            .is_some_and(|shortest| shortest.point == self.point && shortest.digits().eq(self.digits()))
    }
}

/// Appends a number as ECMAScript writes the double that it is (ECMA-262, `Number::toString`). `None` where it is not the
/// shortest text of one.
fn put_number(number: &str, out: &mut Vec<u8>) -> Option<()> {
    let decimal = Decimal::new(number)?;
    if decimal.count == 0 {
        // Without a sign, also for the zero that has one.
        out.push(b'0');
        return Some(());
    }
    if !decimal.is_shortest(number) {
        return None;
    }
    if decimal.negative {
        out.push(b'-');
    }
    let len = i64::try_from(decimal.count).ok()?;
    match decimal.point {
        point @ 1..=21 => {
            for (at, digit) in (0..).zip(decimal.digits()) {
                if at == point {
                    out.push(b'.');
                }
                out.push(digit);
            }
            out.extend((len..point).map(|_| b'0'));
        }
        point @ -5..=0 => {
            out.extend_from_slice(b"0.");
            out.extend((point..0).map(|_| b'0'));
            out.extend(decimal.digits());
        }
        point => {
            out.extend(decimal.digits().take(1));
            if len > 1 {
                out.push(b'.');
                out.extend(decimal.digits().skip(1));
            }
            out.extend_from_slice(if point > 0 { b"e+" } else { b"e-" });
            // A double's has at most three digits.
            let power = (point - 1).unsigned_abs();
            let places = [power / 100, power / 10 % 10, power % 10];
            let zeros = places.iter().take_while(|place| **place == 0).count();
            out.extend(places[zeros..].iter().map(|place| b'0' + (place % 10) as u8));
        }
    }
    Some(())
}
