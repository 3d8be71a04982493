//! Bytes as text: base64, hexadecimal digits, or the UTF-8 that they are.

use core::marker::PhantomData;

use alloc::vec::Vec;

use super::write_as::{Structural, WriteAs};
use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::sink::error::Error;

/// Bytes in the encoding `E`: `bytes = "…"`.
#[derive(Debug)]
pub struct Bytes<E>(PhantomData<E>);

impl<E> Structural for Bytes<E> {}

/// Base64 of RFC 4648 with padding, as Go's encoding/json has it.
#[derive(Debug)]
pub enum Base64 {}

/// The alphabet for URLs, without padding, as in JSON Web Tokens.
#[derive(Debug)]
pub enum Base64Url {}

/// Two digits a byte, in lower case.
#[derive(Debug)]
pub enum Hex {}

/// A string. Bytes that are no UTF-8 are an error.
#[derive(Debug)]
pub enum Utf8 {}

/// How bytes are written.
pub trait Encoding {
    #[doc(hidden)]
    fn write<'s, D: Dispatch>(bytes: &[u8], c: Cursor<'s, D>) -> Cursor<'s, D>;
}

impl<E: Encoding> WriteAs<Bytes<E>> for [u8] {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        E::write(self, c)
    }
}

impl<E: Encoding> WriteAs<Bytes<E>> for Vec<u8> {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        E::write(self, c)
    }
}

impl<E: Encoding, const N: usize> WriteAs<Bytes<E>> for [u8; N] {
    fn write_as<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        E::write(self, c)
    }
}

impl Encoding for Utf8 {
    fn write<'s, D: Dispatch>(bytes: &[u8], c: Cursor<'s, D>) -> Cursor<'s, D> {
        match core::str::from_utf8(bytes) {
            Ok(text) => c.str(text),
            Err(_) => c.fail(Error::known("bytes that are to be written as text are not UTF-8")),
        }
    }
}

impl Encoding for Hex {
    fn write<'s, D: Dispatch>(bytes: &[u8], c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.ascii(b'"')
            .with_room(bytes.len().saturating_mul(2), |text| {
                for (byte, pair) in bytes.iter().zip(text.as_chunks_mut::<2>().0) {
                    *pair = HEX_PAIRS[usize::from(*byte)];
                }
            })
            .ascii(b'"')
    }
}

static HEX_PAIRS: [[u8; 2]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

impl Encoding for Base64 {
    fn write<'s, D: Dispatch>(bytes: &[u8], c: Cursor<'s, D>) -> Cursor<'s, D> {
        let len = bytes.len().div_ceil(3).saturating_mul(4);
        c.ascii(b'"').with_room(len, |text| put_base64(bytes, text, &STANDARD)).ascii(b'"')
    }
}

impl Encoding for Base64Url {
    fn write<'s, D: Dispatch>(bytes: &[u8], c: Cursor<'s, D>) -> Cursor<'s, D> {
        let (triples, rest) = bytes.as_chunks::<3>();
        let len = triples.len().saturating_mul(4) + if rest.is_empty() { 0 } else { rest.len() + 1 };
        c.ascii(b'"').with_room(len, |text| put_base64(bytes, text, &FOR_URLS)).ascii(b'"')
    }
}

/// The two digits of each number of twelve bits: half as many loads as by the alphabet alone.
type DigitPairs = [[u8; 2]; 4096];

static STANDARD: DigitPairs = digit_pairs(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
static FOR_URLS: DigitPairs = digit_pairs(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

const fn digit_pairs(alphabet: &[u8; 64]) -> DigitPairs {
    let mut pairs = [[0; 2]; 4096];
    let mut number = 0;
    while number < pairs.len() {
        pairs[number] = [alphabet[number >> 6], alphabet[number & 63]];
        number += 1;
    }
    pairs
}

/// Fills `text`, whose length says whether there is padding.
fn put_base64(bytes: &[u8], text: &mut [u8], pairs: &DigitPairs) {
    let (triples, rest) = bytes.as_chunks::<3>();
    let (whole, last) = text.split_at_mut(triples.len() * 4);
    for ([a, b, c], four) in triples.iter().zip(whole.as_chunks_mut::<4>().0) {
        let bits = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        let ([first, second], [third, fourth]) = (pairs[bits >> 12], pairs[bits & 0xfff]);
        *four = [first, second, third, fourth];
    }
    let bits = match *rest {
        [a] => usize::from(a) << 16,
        [a, b] => usize::from(a) << 16 | usize::from(b) << 8,
        _ => return,
    };
    let digits = [pairs[bits >> 12], pairs[bits & 0xfff]];
    let digits = digits.as_flattened();
    for (at, byte) in last.iter_mut().enumerate() {
        *byte = if at <= rest.len() { digits[at] } else { b'=' };
    }
}
