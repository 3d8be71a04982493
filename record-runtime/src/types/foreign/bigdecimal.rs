//! `bigdecimal`: a string, by its `Display`. Constants of the crate's own build decide when it uses an exponent, and
//! its digits come from a conversion that allocates. Nobody else can do the first, nor the second without dividing
//! integers of any length.

use bigdecimal::BigDecimal;

displayed! { BigDecimal; }
