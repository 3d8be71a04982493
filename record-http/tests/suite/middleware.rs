//! Middleware that changes bodies, over real sockets: the length is always that of the body that is sent.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::get;
use record_http::axum::RecycleHeaders;
use record_http::{Json, JsonArray, JsonLines, JsonRef, RawJson};

use crate::values::Unwritable;
use crate::wire::{self, Version};

async fn longer(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, usize::MAX).await.unwrap();
    Response::from_parts(parts, Body::from([&b"{\"data\":"[..], &text, b"}"].concat()))
}

async fn shorter(response: Response) -> Response {
    response.map(|_| Body::from("0"))
}

async fn none(response: Response) -> Response {
    response.map(|_| Body::empty())
}

fn routes() -> Router {
    Router::new()
        .route("/json", get(async || Json([1, 2, 3])))
        .route("/ref", get(async || axum::response::IntoResponse::into_response(JsonRef(&[1, 2, 3]))))
        .route("/raw", get(async || RawJson::new("[1,2,3]")))
        .route("/recycled", get(async |_: RecycleHeaders| Json([1, 2, 3])))
        .route("/failing", get(async || Json(Unwritable::example())))
        .route("/lines", get(async || JsonLines::new(1..4)))
        .route("/array", get(async || JsonArray::new(1..4)))
        .route("/theirs", get(async || axum::Json([1, 2, 3])))
}

fn router() -> Router {
    Router::new()
        .nest("/longer", routes().layer(map_response(longer)))
        .nest("/shorter", routes().layer(map_response(shorter)))
        .nest("/none", routes().layer(map_response(none)))
        .nest("/twice", routes().layer(map_response(longer)).layer(map_response(longer)))
}

/// A surplus byte would be the beginning of the next response on the connection: two requests at once show it.
#[test]
fn a_rewritten_body_has_the_length_that_is_sent() {
    let address = wire::serve_axum(router());
    let text = |route: &str| match route {
        "lines" => "1\n2\n3\n",
        "failing" => "{\"error\":\"the response could not be written\"}",
        _ => "[1,2,3]",
    };
    for route in ["json", "ref", "raw", "recycled", "failing", "lines", "array", "theirs"] {
        for (layer, expected) in [
            ("longer", format!("{{\"data\":{}}}", text(route))),
            ("shorter", "0".to_owned()),
            ("none", String::new()),
            ("twice", format!("{{\"data\":{{\"data\":{}}}}}", text(route))),
        ] {
            let path = format!("/{layer}/{route}");
            for version in Version::ALL {
                let answers = wire::ask(address, version, &[("GET", &path), ("HEAD", &path), ("GET", &path)]);
                assert_eq!(answers.len(), 3, "{version:?} {path}");
                for (index, answer) in answers.iter().enumerate() {
                    let body = if index == 1 { "" } else { &expected };
                    assert_eq!(answer.text(), body, "{version:?} {path}, answer {index}");
                    assert!(answer.is_whole, "{version:?} {path}, answer {index}");
                    let length = answer.header("content-length");
                    assert_eq!(length, Some(expected.len().to_string()), "{version:?} {path}, answer {index}");
                }
            }
        }
    }
}
