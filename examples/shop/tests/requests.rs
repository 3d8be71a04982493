//! Requests that cannot be answered: each gets a problem with the right status.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt;

use super::service::Service;
use crate::routes;

/// Asks the router alone.
async fn ask(router: &axum::Router, method: &str, path: &str, body: &str) -> (u16, String, Value) {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let response = router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let status = response.status().as_u16();
    let text = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, content_type, serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{method} {path}: {error}")))
}

#[test]
fn problems_have_their_status_and_say_what_is_wrong() {
    let service = Service::start(10);
    let router = routes::router(service.shop.clone());
    let large = format!(r#"{{"email":"{}"}}"#, "x".repeat(70_000));
    let cases = [
        ("GET", "/nowhere", "", 404, "route"),
        ("GET", "/products/0", "", 404, "product"),
        ("GET", "/products/11", "", 404, "product"),
        ("GET", "/products/seven", "", 400, "seven"),
        ("GET", "/products/9223372036854775808", "", 400, "9223372036854775808"),
        ("GET", "/products/%FF", "", 400, "UTF-8"),
        ("GET", "/products?limit=0", "", 400, "1 to 1000"),
        ("GET", "/products?limit=1001", "", 400, "1001"),
        ("GET", "/products?limit=-1", "", 400, "limit"),
        ("GET", "/products?limit=many", "", 400, "limit"),
        ("GET", "/products?sort=name", "", 400, "sort"),
        ("GET", "/products?after=x", "", 400, "after"),
        ("GET", "/products?sort=price&after=17", "", 400, "after"),
        ("GET", "/orders", "", 401, "staff"),
        ("GET", "/export/orders", "", 401, "staff"),
        ("GET", "/orders/0", "", 404, "order"),
        ("GET", "/orders/%27%20or%201=1--", "", 404, "order"),
        ("PATCH", "/products/7", r#"{"stock":1}"#, 401, "staff"),
        ("POST", "/orders", "", 400, "JSON"),
        ("POST", "/orders", "[", 400, "JSON"),
        ("POST", "/orders", "[]", 422, "NewOrder"),
        ("POST", "/orders", r#"{"email":"a@b.c"}"#, 422, "lines"),
        ("POST", "/orders", r#"{"email":"a@b.c","lines":[],"coupon":1}"#, 422, "coupon"),
        ("POST", "/orders", &large, 413, "length"),
        ("DELETE", "/products/7", "", 405, "Method"),
        ("PUT", "/orders", "", 405, "Method"),
    ];
    service.runtime.block_on(async {
        for (method, path, body, status, word) in cases {
            let (answered, content_type, problem) = ask(&router, method, path, body).await;
            assert_eq!((answered, &*content_type), (status, "application/problem+json"), "{method} {path}: {problem}");
            assert_eq!(problem["status"], status, "{method} {path}");
            assert!(problem.to_string().contains(word), "{method} {path}: {problem}");
        }
        // A body of another type.
        let request = Request::post("/orders").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
        assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 415);
        // All that is wrong with an order, at once.
        let order = r#"{"email":"ada","phone":"x","lines":[{"product":1,"quantity":0},{"product":1,"quantity":1001}]}"#;
        let (status, _, problem) = ask(&router, "POST", "/orders", order).await;
        let pointers: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!(status, 422);
        assert_eq!(pointers, ["/email", "/phone", "/lines/0/quantity", "/lines/1/quantity", "/lines/1/product"]);
    });
}

#[test]
fn a_database_that_fails_is_a_problem_that_tells_no_secrets() {
    let service = Service::start(10);
    service.runtime.block_on(async {
        service.shop.store.break_for_a_test().await;
        let router = routes::router(service.shop.clone());
        for path in ["/products", "/products/1", "/orders/1"] {
            let (status, content_type, problem) = ask(&router, "GET", path, "").await;
            assert_eq!((status, &*content_type), (500, "application/problem+json"), "{path}");
            assert_eq!(problem.to_string(), r#"{"status":500,"title":"The shop has a problem"}"#);
        }
    });
    // The first row is read when the head is on its way: the response breaks off, with or without its head.
    let mut client = service.client();
    client.send("GET", "/export/products", &[], "").unwrap();
    let is_broken =
        client.head().is_err() || std::iter::from_fn(|| client.chunk().transpose()).any(|chunk| chunk.is_err());
    assert!(is_broken, "the client sees that it is not whole");
}
