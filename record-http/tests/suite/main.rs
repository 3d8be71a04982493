//! The responders, compared with the frameworks' own.

mod actix;
mod axum;
mod cached;
mod catalog;
mod comparisons;
mod conditions;
mod events;
mod http;
mod middleware;
mod poem;
mod problems;
mod protocols;
mod salvo;
mod streams;
mod values;
mod wire;
