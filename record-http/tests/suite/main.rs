//! What the responders do, compared with the frameworks' own.

mod actix;
mod axum;
mod catalog;
mod hyper;
mod streams;
mod values;
