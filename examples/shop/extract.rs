//! The parts of requests that handlers take. Each fails with an [`Error`] of the shop.

use axum::extract::{FromRequest, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use crate::error::Error;
use crate::routes::Shop;

/// The parameters behind the `?`.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub(crate) struct Query<T>(pub(crate) T);

/// The parameters in the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub(crate) struct Path<T>(pub(crate) T);

/// The body.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub(crate) struct Body<T>(pub(crate) T);

/// Who asks. A wrong token is an error, so that nobody takes a shortened view for the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    Customer,
    Staff,
}

impl Visitor {
    pub(crate) fn require_staff(self) -> Result<(), Error> {
        if self == Self::Staff { Ok(()) } else { Err(Error::Unauthorized) }
    }
}

impl FromRequestParts<Shop> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Error> {
        let Some(field) = parts.headers.get(header::AUTHORIZATION) else { return Ok(Self::Customer) };
        let token = field.as_bytes().strip_prefix(b"Bearer ").ok_or(Error::Unauthorized)?;
        if is_same(token, shop.staff_token.as_bytes()) { Ok(Self::Staff) } else { Err(Error::Unauthorized) }
    }
}

/// In a time that does not say how much of a token was right.
fn is_same(token: &[u8], right: &[u8]) -> bool {
    let differences = token.iter().zip(right).fold(0, |differences, (one, other)| differences | (one ^ other));
    token.len() == right.len() && std::hint::black_box(differences) == 0
}
