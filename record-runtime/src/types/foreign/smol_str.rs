//! `smol_str`: strings.

use smol_str::SmolStr;

as_str! { [] SmolStr, string => string.as_str(); }
