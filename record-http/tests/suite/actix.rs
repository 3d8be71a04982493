//! actix-web: the same response as its own `Json`.

use actix_web::body::to_bytes;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, HttpResponse, Responder, test, web};
use record_http::{Json, JsonArray, JsonLines, JsonRef, RawJson};

use crate::values::{Order, Unwritable};

#[derive(Debug, PartialEq)]
struct Seen {
    status: StatusCode,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// Responses of one application, in turn.
fn see(requests: &[(Method, String)]) -> Vec<Seen> {
    actix_web::rt::System::new().block_on(async {
        let app = App::new()
            .route("/ours/plain/{n}", web::get().to(async |n: web::Path<usize>| Json(Order::example(7, *n))))
            .route("/theirs/plain/{n}", web::get().to(async |n: web::Path<usize>| web::Json(Order::example(7, *n))))
            .route("/ours/custom/{n}", web::get().to(async |n: web::Path<usize>| custom(Json(Order::example(7, *n)))))
            .route(
                "/theirs/custom/{n}",
                web::get().to(async |n: web::Path<usize>| custom(web::Json(Order::example(7, *n)))),
            )
            .route(
                "/ours/tuple/{n}",
                web::get().to(async |n: web::Path<usize>| (Json(Order::example(7, *n)), StatusCode::CREATED)),
            )
            .route(
                "/theirs/tuple/{n}",
                web::get().to(async |n: web::Path<usize>| (web::Json(Order::example(7, *n)), StatusCode::CREATED)),
            )
            .route("/unwritable", web::get().to(async || Json(Unwritable::example())))
            .route("/raw", web::get().to(async || RawJson::new("{\"cached\":true}")))
            .route(
                "/ref",
                web::get().to(async |request: actix_web::HttpRequest| -> HttpResponse {
                    JsonRef(&[1, 2]).respond_to(&request).map_into_boxed_body()
                }),
            )
            .route("/lines", web::get().to(async || JsonLines::new(0..3)))
            .route("/array", web::get().to(async || JsonArray::new(0..0)));
        let app = test::init_service(app).await;
        let mut seen = Vec::new();
        for (method, path) in requests {
            let request = test::TestRequest::with_uri(path).method(method.clone()).to_request();
            let response = test::call_service(&app, request).await.map_into_boxed_body();
            let status = response.status();
            let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
                (name.as_str().to_owned(), value.as_bytes().to_vec())
            };
            let headers = response.headers().iter().map(header).collect();
            let body = to_bytes(response.into_body()).await.unwrap_or_default().to_vec();
            seen.push(Seen { status, headers, body });
        }
        seen
    })
}

fn custom(json: impl Responder) -> impl Responder {
    json.customize().with_status(StatusCode::ACCEPTED).insert_header((header::ETAG, "\"x\""))
}

fn get(path: &str) -> Seen {
    see(&[(Method::GET, path.to_owned())]).remove(0)
}

#[test]
fn the_same_response_as_actix_webs_json() {
    for form in ["plain", "custom", "tuple"] {
        for lines in [0, 1, 30, 500, 5000, 3] {
            let seen = see(&["ours", "theirs"].map(|side| (Method::GET, format!("/{side}/{form}/{lines}"))));
            assert_eq!(seen[0], seen[1], "{form} {lines}");
            assert!(seen[0].status.is_success() && !seen[0].body.is_empty());
        }
    }
}

#[test]
fn a_value_that_cannot_be_written_is_a_500() {
    let seen = get("/unwritable");
    assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(seen.body, br#"{"error":"the response could not be written"}"#);
    assert!(seen.headers.contains(&("content-type".to_owned(), b"application/json".to_vec())));
}

#[test]
fn borrowed_raw_and_streamed() {
    assert_eq!(get("/raw").body, b"{\"cached\":true}");
    assert_eq!(get("/ref").body, b"[1,2]");
    let lines = get("/lines");
    assert_eq!(lines.body, b"0\n1\n2\n");
    assert_eq!(lines.headers, [("content-type".to_owned(), b"application/x-ndjson".to_vec())]);
    assert_eq!(get("/array").body, b"[]");
}
