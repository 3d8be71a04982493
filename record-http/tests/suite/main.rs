//! The responders, compared with the frameworks' own.

mod actix;
mod axum;
mod cached;
mod catalog;
mod comparisons;
mod conditions;
mod events;
mod fields;
mod http;
mod lambda_http;
mod middleware;
mod ntex;
mod poem;
mod problems;
mod protocols;
mod reqwest;
mod rocket;
mod salvo;
mod streams;
mod values;
mod warp;
mod wire;
