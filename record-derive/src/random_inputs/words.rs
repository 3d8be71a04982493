//! Words and literals that attributes are made of, for random tokens. The fuzz target of the derive includes this file.

#![forbid(unsafe_code)]

pub(super) const WORDS: [&str; 33] = [
    "rename",
    "rename_all",
    "tag",
    "content",
    "untagged",
    "transparent",
    "into",
    "bound",
    "remote",
    "skip",
    "flatten",
    "with",
    "serialize_with",
    "getter",
    "serialize",
    "as_string",
    "decimals",
    "bytes",
    "raw",
    "skip_none",
    "sort_keys",
    "field_mask",
    "repr",
    "serde",
    "json",
    "false",
    "type",
    "Self",
    "self",
    "where",
    "dyn",
    "T",
    "u8",
];

pub(super) const LITERALS: [&str; 12] =
    ["\"\"", "\"a\"", "\"a::b\"", "\"camelCase\"", "\"hex\"", "0", "2", "300u8", "1.5", "'c'", "b\"b\"", "-1"];
