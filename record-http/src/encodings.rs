//! The content codings that a client takes: RFC 9110, section 12.5.3.

/// A weight of 1, in thousandths.
const FULL: u16 = 1000;

/// The content codings that a request's client takes, with its weights: its header `Accept-Encoding`.
///
/// It is an extractor of axum, actix-web, poem, salvo, rocket and ntex; warp has the filter
/// `record_http::warp::accept_encoding`. In axum it stands before `RecycleHeaders`, which takes the headers away. With the
/// feature `http`, `AcceptEncoding::of` makes it of a header map. Any other framework has
/// [`of_values`](Self::of_values).
///
/// A request without this header is sent the text as it is. Elements that are malformed are ignored, and of two for the
/// same coding the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AcceptEncoding {
    gzip: Option<u16>,
    zstd: Option<u16>,
    identity: Option<u16>,
    others: Option<u16>,
}

/// A coding in which a text can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    #[cfg(feature = "gzip")]
    Gzip,
    #[cfg(feature = "zstd")]
    Zstd,
}

impl AcceptEncoding {
    /// Of the values of all header fields of that name.
    ///
    /// ```
    /// use record_http::{AcceptEncoding, CachedJson, Conditions};
    ///
    /// let cached = CachedJson::new(&["the same"; 100])?;
    /// let encodings = AcceptEncoding::of_values([&b"gzip;q=0.5, zstd;q=0.8, *;q=0"[..]]);
    /// let response = cached.answer(Conditions::default(), encodings);
    /// # #[cfg(feature = "zstd")]
    /// assert_eq!(response.content_encoding(), Some("zstd"));
    /// # Ok::<(), record_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn of_values<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut accepted = Self::default();
        for element in values.into_iter().flat_map(|value| value.split(|&byte| byte == b',')) {
            let Some((coding, weight)) = element_of(element) else { continue };
            let is = |name: &str| coding.eq_ignore_ascii_case(name.as_bytes());
            let place = if is("gzip") || is("x-gzip") {
                &mut accepted.gzip
            } else if is("zstd") {
                &mut accepted.zstd
            } else if is("identity") {
                &mut accepted.identity
            } else if coding == b"*" {
                &mut accepted.others
            } else {
                continue;
            };
            place.get_or_insert(weight);
        }
        accepted
    }

    /// How much the client wants a coding, or `None` if it does not take it.
    pub(crate) fn weight(self, coding: Coding) -> Option<u16> {
        // Nothing that is listed is less welcome than a text as it is, which is taken if nothing excludes it.
        let (listed, unlisted) = match coding {
            Coding::Identity => (self.identity, 1),
            #[cfg(feature = "gzip")]
            Coding::Gzip => (self.gzip, 0),
            #[cfg(feature = "zstd")]
            Coding::Zstd => (self.zstd, 0),
        };
        let weight = listed.or(self.others).map_or(unlisted, |weight| 2 * weight);
        (weight > 0).then_some(weight)
    }
}

/// A coding with its weight.
fn element_of(element: &[u8]) -> Option<(&[u8], u16)> {
    let (coding, weight) = match element.iter().position(|&byte| byte == b';') {
        None => (element, FULL),
        Some(end) => (&element[..end], weight_of(element[end + 1..].trim_ascii())?),
    };
    Some((coding.trim_ascii(), weight))
}

/// `q=` and a number from 0 to 1 with at most three digits behind its point.
fn weight_of(parameter: &[u8]) -> Option<u16> {
    let [b'q' | b'Q', b'=', number @ ..] = parameter else { return None };
    let (whole, digits) = match number {
        [whole @ (b'0' | b'1')] => (whole, &[][..]),
        [whole @ (b'0' | b'1'), b'.', digits @ ..] if digits.len() <= 3 => (whole, digits),
        _ => return None,
    };
    let mut weight = u16::from(whole - b'0');
    for place in 0..3 {
        let digit = digits.get(place).copied().unwrap_or(b'0');
        weight = 10 * weight + u16::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    Some(weight).filter(|&weight| weight <= FULL)
}
