//! What the responders do, compared with the frameworks' own.

mod actix;
mod axum;
mod catalog;
mod http;
mod streams;
mod values;
