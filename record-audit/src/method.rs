//! Methods and schemes, as one of few names.

/// One of the names that OpenTelemetry's conventions know, or `_OTHER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Method(u8);

impl Method {
    pub(crate) const GET: Self = Self(0);
    pub(crate) const POST: Self = Self(1);
    pub(crate) const HEAD: Self = Self(4);
    pub(crate) const CONNECT: Self = Self(7);
    const OTHER: Self = Self(10);
    const NAMES: [&'static str; 11] =
        ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT", "TRACE", "QUERY", "_OTHER"];
    pub(crate) const COUNT: usize = Self::NAMES.len();

    pub(crate) fn named(name: &str) -> Self {
        let known = Self::NAMES.iter().position(|known| *known == name);
        known.and_then(|place| u8::try_from(place).ok()).map_or(Self::OTHER, Self)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[usize::from(self.0) % Self::COUNT]
    }

    pub(crate) fn number(self) -> usize {
        usize::from(self.0)
    }

    /// By [`number`](Self::number).
    pub(crate) fn numbered(number: usize) -> Self {
        u8::try_from(number).map_or(Self::OTHER, Self)
    }
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(crate) const ALL: [Self; 2] = [Self::Http, Self::Https];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_belong_together() {
        for (place, name) in Method::NAMES.iter().enumerate() {
            let method = Method::named(name);
            assert_eq!((method.number(), method.name(), Method::numbered(place)), (place, *name, method));
        }
        let known = [Method::GET, Method::POST, Method::HEAD, Method::CONNECT, Method::named("BREW")];
        assert_eq!(known.map(Method::name), ["GET", "POST", "HEAD", "CONNECT", "_OTHER"]);
    }
}
