//! Network addresses: strings, as they are displayed.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::cursor::Cursor;
use crate::sink::dispatch::Dispatch;
use crate::value::ZeroAllocJson;
use crate::value::places::Places;

const MAX_V4_LEN: usize = "\"255.255.255.255\"".len();
const MAX_V6_LEN: usize = "\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\"".len();
const MAX_PORT_LEN: usize = ":65535".len();
const MAX_SCOPED_LEN: usize = "[%4294967295]".len();

impl ZeroAllocJson for SocketAddrV4 {
    const MAX_JSON_LEN: Option<usize> = Some(MAX_V4_LEN + MAX_PORT_LEN);
    const __PLACES: Places = Places::KEY;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        octets(c.ascii(b'"'), *self.ip()).ascii(b':').trusted(&self.port()).ascii(b'"')
    }
}

/// The address as text, and its length.
pub(crate) fn v6_text(address: Ipv6Addr) -> ([u8; V6_ROOM], usize) {
    let (groups, mut text) = (address.segments(), [0; V6_ROOM]);
    let mut to = 0;
    if let [0, 0, 0, 0, 0, 0xffff, ..] = groups {
        text[..7].copy_from_slice(b"::ffff:");
        to = 7;
        for octet in address.octets().into_iter().skip(12) {
            text[to..to + OCTET_LEN].copy_from_slice(&OCTETS[usize::from(octet)]);
            to += "0.".len() + usize::from(octet >= 10) + usize::from(octet >= 100);
        }
        return (text, to - 1);
    }
    let (zeros_from, zeros_to) = longest_zeros(groups);
    let mut at = 0;
    while at < groups.len() {
        if at == zeros_from {
            // Behind a group stands its colon already.
            let colons = if at == 0 { 2 } else { 1 };
            text[to..to + colons].copy_from_slice(&b"::"[..colons]);
            to += colons;
            at = zeros_to;
            continue;
        }
        let group = groups[at];
        let len = 4 - usize::from(group < 0x1000) - usize::from(group < 0x100) - usize::from(group < 0x10);
        let digits = hex(group) >> (8 * (4 - len));
        text[to..to + 4].copy_from_slice(&digits.to_le_bytes());
        text[to + len] = b':';
        to += len + 1;
        at += 1;
    }
    // The last group's colon, unless zeros end the address.
    (text, if zeros_to == groups.len() { to } else { to - 1 })
}

/// The digits of a group, and a colon more; wide enough for stores that run over.
const V6_ROOM: usize = 48;

/// The first of the longest runs of at least two groups that are zero, or none at the end.
fn longest_zeros(groups: [u16; 8]) -> (usize, usize) {
    let zeros = groups.iter().enumerate().fold(0, |bits, (at, &group)| bits | u32::from(group == 0) << at);
    // Where so many zeros begin, for each number of them.
    let (mut begins, mut len) = (zeros & zeros >> 1, 1_usize);
    if begins == 0 {
        return (usize::MAX, usize::MAX);
    }
    let mut last = begins;
    while begins != 0 {
        (last, len) = (begins, len + 1);
        begins &= zeros >> len;
    }
    let from = last.trailing_zeros() as usize;
    (from, from + len)
}

/// Four hexadecimal digits as text, the first in the lowest byte.
fn hex(group: u16) -> u32 {
    let spread = u32::from(group);
    // A digit a byte, the first in the lowest.
    let digits = (spread >> 12 | spread & 0x0f00 | (spread & 0x00f0) << 12 | (spread & 0x000f) << 24) & 0x0f0f_0f0f;
    let letters = ((digits + 0x0606_0606) >> 4) & 0x0101_0101;
    digits + 0x3030_3030 + letters * u32::from(b'a' - b'0' - 10)
}

/// Four numbers, from a table.
pub(crate) fn octets<D: Dispatch>(c: Cursor<'_, D>, address: Ipv4Addr) -> Cursor<'_, D> {
    let mut text = [0; 4 * OCTET_LEN];
    let mut len = 0;
    for octet in address.octets() {
        text[len..len + OCTET_LEN].copy_from_slice(&OCTETS[usize::from(octet)]);
        len += "0.".len() + usize::from(octet >= 10) + usize::from(octet >= 100);
    }
    let text = &text[..len - 1];
    // Digits and dots are UTF-8: checked all the same, the alternative is `unsafe`.
    c.raw(str::from_utf8(text).unwrap_or_default())
}

/// An octet and the dot behind it, as far as they go.
pub(crate) const OCTET_LEN: usize = "255.".len();

pub(crate) static OCTETS: [[u8; OCTET_LEN]; 256] = {
    let mut octets = [[0; OCTET_LEN]; 256];
    let mut octet = 0_u8;
    loop {
        let (hundreds, tens, ones) = (octet / 100 + b'0', octet / 10 % 10 + b'0', octet % 10 + b'0');
        octets[octet as usize] = match octet {
            0..10 => [ones, b'.', 0, 0],
            10..100 => [tens, ones, b'.', 0],
            _ => [hundreds, tens, ones, b'.'],
        };
        if octet == u8::MAX {
            break octets;
        }
        octet += 1;
    }
};

macro_rules! displayed {
    ($($A:ident $max_len:expr;)+) => {
        $(
            impl ZeroAllocJson for $A {
                const MAX_JSON_LEN: Option<usize> = Some($max_len);
                const __PLACES: Places = Places::KEY;

                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    c.fmt(format_args!("{self}"))
                }
            }
        )+
    };
}

displayed! {
    SocketAddrV6 MAX_V6_LEN + MAX_SCOPED_LEN + MAX_PORT_LEN;
}

/// Either version, of which the sixth has the longer texts.
macro_rules! either_version {
    ($($A:ident $V6:ident;)+) => {
        $(
            impl ZeroAllocJson for $A {
                const MAX_JSON_LEN: Option<usize> = $V6::MAX_JSON_LEN;
                const __PLACES: Places = Places::KEY;

                fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
                    match self {
                        Self::V4(address) => address.write_value(c),
                        Self::V6(address) => address.write_value(c),
                    }
                }
            }
        )+
    };
}

either_version! {
    IpAddr Ipv6Addr;
    SocketAddr SocketAddrV6;
}

#[cfg(test)]
mod tests {
    use super::v6_text;
    use crate::kernels::tests::divisor;
    use core::net::Ipv6Addr;
    use std::string::ToString as _;

    fn check(bits: u128) {
        let address = Ipv6Addr::from_bits(bits);
        let (text, len) = v6_text(address);
        assert_eq!(str::from_utf8(&text[..len]).unwrap(), address.to_string());
    }

    /// Each group zero, or of one to four digits, in all ways.
    #[test]
    fn addresses_are_written_as_they_are_displayed() {
        for pattern in (0..5_u32.pow(8)).step_by(if cfg!(miri) { 1000 } else { divisor() }) {
            let mut rest = pattern;
            let bits = (0..8).fold(0_u128, |bits, _| {
                let group = [0, 0xa, 0x1f, 0x9ab, 0xcd0e][rest as usize % 5];
                rest /= 5;
                bits << 16 | group
            });
            check(bits);
        }
    }

    #[test]
    fn embedded_addresses_and_all_groups() {
        for bits in
            [0, 1, u128::MAX, 0xffff_0102_0304, 0xffff_ffff_ffff, 0xfffe_0102_0304, 0x0102_0304, 0xffff_0000_0000]
        {
            check(bits);
        }
        for group in (0..=u16::MAX).step_by(divisor()) {
            check(u128::from(group) << 64 | 1 << 112 | u128::from(group));
            check(0xffff_0000_0000 | u128::from(group) << 8);
        }
    }
}
