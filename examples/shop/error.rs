//! All that can go wrong with a request, as problem details.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use record_http::Problem;
use record_runtime::ZeroAllocJson;

use crate::store::Refusal;

#[derive(Debug)]
pub(crate) enum Error {
    /// The request cannot be read.
    Unreadable {
        status: StatusCode,
        detail: String,
    },
    /// It can be read, and asks for what cannot be.
    Invalid(Vec<Fault>),
    /// There is no staff token, or a wrong one.
    Unauthorized,
    /// There is no such thing.
    NotFound(&'static str),
    OutOfStock {
        line: usize,
        product: i64,
        available: u32,
    },
    Store(rusqlite::Error),
}

/// Something wrong in a request's body: where, as a JSON pointer, and what.
#[derive(Debug, ZeroAllocJson)]
pub(crate) struct Fault {
    pub(crate) pointer: String,
    pub(crate) detail: &'static str,
}

#[derive(Debug, ZeroAllocJson)]
struct Faults {
    errors: Vec<Fault>,
}

#[derive(Debug, ZeroAllocJson)]
struct Stock {
    pointer: String,
    product: i64,
    available: u32,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Unreadable { status, detail } => {
                Problem::new(status.as_u16()).title("The request cannot be read").detail(detail).into_response()
            }
            Self::Invalid(errors) => {
                let problem = Problem::new(422).kind("https://shop.example/problems/invalid");
                problem.title("The request is not valid").with(Faults { errors }).into_response()
            }
            Self::Unauthorized => {
                let problem = Problem::new(401).title("This is for staff");
                ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response()
            }
            Self::NotFound(thing) => {
                Problem::new(404).title("Not found").detail(format!("There is no such {thing}.")).into_response()
            }
            Self::OutOfStock { line, product, available } => {
                let problem = Problem::new(409).kind("https://shop.example/problems/out-of-stock");
                let stock = Stock { pointer: format!("/lines/{line}/quantity"), product, available };
                problem.title("There are not as many").with(stock).into_response()
            }
            Self::Store(error) => {
                // Clients are not told; whoever reads the log is.
                tracing::error!(%error, "the database failed");
                Problem::new(500).title("The shop has a problem").into_response()
            }
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoProduct { line } => Self::Invalid(vec![Fault {
                pointer: format!("/lines/{line}/product"),
                detail: "there is no such product",
            }]),
            Refusal::OutOfStock { line, product, available } => Self::OutOfStock { line, product, available },
            Refusal::Failed(error) => Self::Store(error),
        }
    }
}

macro_rules! from_rejections {
    ($($Rejection:ident)*) => {$(
        impl From<$Rejection> for Error {
            fn from(rejection: $Rejection) -> Self {
                Self::Unreadable { status: rejection.status(), detail: rejection.body_text() }
            }
        }
    )*};
}

from_rejections! { JsonRejection PathRejection QueryRejection }
