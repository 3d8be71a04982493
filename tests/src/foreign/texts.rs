//! Strings of other crates, and what has a notation of its own.

use serde::{Serialize, Serializer};

use super::Values;
use crate::catalogue::Visitor;

const TEXTS: [&str; 5] =
    ["", "a", "clean text of more than sixteen bytes", "quote \" backslash \\ line\n", "ünïcödé \u{1}"];

pub(super) fn visit<V: Visitor>(values: &mut Values<'_, V>) {
    for text in TEXTS {
        values.key("compact_str::CompactString", compact_str::CompactString::from(text));
        values.key("smol_str::SmolStr", smol_str::SmolStr::from(text));
        values.key("camino::Utf8PathBuf", camino::Utf8PathBuf::from(text));
        values.value("camino::Utf8Path", camino::Utf8Path::new(text));
        values.key("arrayvec::ArrayString", arrayvec::ArrayString::<64>::from(text).expect("it fits"));
        let mut string = heapless::String::<64>::new();
        string.push_str(text).expect("it fits");
        values.value("heapless::StringView", string.as_view());
        values.key("heapless::String", string);
    }
    for text in [
        "https://example.org/",
        "http://user:password@example.org:8080/path/to/page?query=1&b=%22#fragment",
        "mailto:somebody@example.org",
        "https://müller.example/straße?ä=ö",
        "data:text/plain,\"'`{}\\",
        "file:///tmp/a%20b",
    ] {
        values.key("url::Url", url::Url::parse(text).expect("a URL"));
    }
    visit_versions(values);
    visit_networks(values);
    visit_http(values);
    visit_flags(values);
}

fn visit_versions<V: Visitor>(values: &mut Values<'_, V>) {
    for text in [
        "0.0.0",
        "1.2.3",
        "18446744073709551615.0.18446744073709551615",
        "1.0.0-alpha.1",
        "1.0.0+build.5",
        "1.0.0-rc.1-x+20130313144700.sha",
    ] {
        values.key("semver::Version", semver::Version::parse(text).expect("a version"));
    }
    for text in ["*", "^1", "~1.2", "=1.2.3", ">=1.2.3, <1.8.0-rc.1", "1.*", "<=0.0.1"] {
        values.key("semver::VersionReq", semver::VersionReq::parse(text).expect("a requirement"));
    }
    for text in ["^1.2.3", ">=0.1", "=1.2.3-alpha"] {
        values.key("semver::Comparator", semver::Comparator::parse(text).expect("a comparator"));
    }
}

fn visit_networks<V: Visitor>(values: &mut Values<'_, V>) {
    for text in ["0.0.0.0/0", "10.0.0.0/8", "192.168.1.77/24", "255.255.255.255/32"] {
        let net: ipnet::Ipv4Net = text.parse().expect("a network");
        values.key("ipnet::Ipv4Net", net);
        values.key("ipnet::IpNet", ipnet::IpNet::V4(net));
    }
    for text in ["::/0", "2001:db8::/32", "::ffff:1.2.3.4/128", "1:2:3:4:5:6:7:8/64"] {
        let net: ipnet::Ipv6Net = text.parse().expect("a network");
        values.key("ipnet::Ipv6Net", net);
        values.key("ipnet::IpNet", ipnet::IpNet::V6(net));
    }
}

/// No serde form: a status as its number, the rest as it is displayed.
fn visit_http<V: Visitor>(values: &mut Values<'_, V>) {
    for code in [100, 200, 404, 599, 999] {
        values.key_like("http::StatusCode", &http::StatusCode::from_u16(code).expect("a status"), &code);
    }
    for text in ["GET", "PATCH", "M-SEARCH", "A-METHOD-OF-MORE-THAN-FIFTEEN-BYTES"] {
        values.key_like("http::Method", &http::Method::from_bytes(text.as_bytes()).expect("a method"), &text);
    }
    for text in ["/", "*", "/path?query", "http://example.org", "https://user@example.org:8080/a/b?c=d%20e", "/{\"a\"}"]
    {
        let uri: http::Uri = text.parse().expect("a URI");
        let reference = uri.to_string();
        values.key_like("http::Uri", &uri, &reference);
    }
}

bitflags::bitflags! {
    /// Flags as a user has them, with serde's derive.
    #[derive(Clone, Copy, Serialize)]
    struct Access: u8 {
        const READ = 1;
        const WRITE = 2;
        const EXECUTE = 4;
    }
}

/// The same type in a field of both derives.
#[derive(Serialize, record_runtime::ZeroAllocJson)]
#[cfg_attr(feature = "schema", json(schema))]
struct File {
    #[json(with = "record_runtime::bitflags")]
    #[cfg_attr(feature = "schema", json(schema = "String"))]
    access: Access,
    /// Through the bridge, in the form that the crate has for serde.
    #[serde(serialize_with = "as_serde")]
    #[cfg_attr(feature = "schema", json(schema = "String"))]
    same: Access,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn as_serde<S: Serializer>(access: &Access, serializer: S) -> Result<S::Ok, S::Error> {
    bitflags::serde::serialize(access, serializer)
}

fn visit_flags<V: Visitor>(values: &mut Values<'_, V>) {
    for bits in 0..=u8::MAX {
        let access = Access::from_bits_retain(bits);
        values.value("bitflags", &File { access, same: access });
    }
}
