//! `ipnet`: networks in their notation, `"10.0.0.0/8"`. Those of IPv6 are left to `Display`, which
//! knows what is abbreviated, as the addresses themselves are.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::value::ZeroAllocJson;
use crate::cursor::Cursor;
use crate::types::standard::net::octets;
use crate::sink::dispatch::Dispatch;
use crate::value::places::Places;

impl ZeroAllocJson for Ipv4Net {
    const __PLACES: Places = Places::KEY;

    const MAX_JSON_LEN: Option<usize> = Some("\"255.255.255.255/32\"".len());

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        octets(c.ascii(b'"'), self.addr()).ascii(b'/').u64(self.prefix_len().into()).ascii(b'"')
    }
}

impl ZeroAllocJson for IpNet {
    const __PLACES: Places = Places::KEY;

    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        match self {
            Self::V4(net) => net.write_value(c),
            Self::V6(net) => net.write_value(c),
        }
    }
}


displayed! { Ipv6Net; }
