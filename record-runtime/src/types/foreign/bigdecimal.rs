//! `bigdecimal`: a string, by its `Display`. That decides by constants of the crate's own build
//! when to use an exponent, and has the digits from a conversion that allocates: nobody else can do
//! the first, nor the second without its division of integers of any length.

use bigdecimal::BigDecimal;

displayed! { BigDecimal; }
