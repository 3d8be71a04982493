//! `compact_str`: strings.

use compact_str::CompactString;

as_str! { [] CompactString, string => string.as_str(); }
