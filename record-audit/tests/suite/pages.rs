//! The pages as a service that a router of axum mounts: the answers of `page::answer`, at the addresses of the router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use record_audit::{AuditPages, Ledger, page};
use tower::ServiceExt;

async fn ask(router: &Router, method: Method, path: &str, accept: &str) -> (u16, HeaderMap, Vec<u8>) {
    let request = Request::builder().method(method).uri(path).header("accept", accept).body(Body::empty()).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

#[tokio::test]
async fn pages_answer_where_the_router_has_them() {
    let ledger = Arc::new(Ledger::new());
    let pages = AuditPages::new(Arc::clone(&ledger));
    let router = Router::new()
        .nest_service("/audit", pages.clone())
        .nest_service("/for/operators", pages.clone())
        .route_service("/metrics", pages.clone())
        .route_service("/debug/pprof/{profile}", pages);
    let openmetrics = "application/openmetrics-text; version=1.0.0";
    for (path, rest) in [
        ("/audit", ""),
        ("/audit/", "/"),
        ("/audit/data.json", "/data.json"),
        ("/audit/history.json", "/history.json"),
        ("/audit/where.json?route=%2Fusers", "/where.json"),
        ("/audit/where.json", "/where.json"),
        ("/audit/metrics", "/metrics"),
        ("/audit/pprof/heap", "/pprof/heap"),
        ("/audit/flame", "/flame"),
        ("/for/operators", ""),
        ("/for/operators/data.json", "/data.json"),
        ("/metrics", "/metrics"),
        ("/debug/pprof/heap", "/pprof/heap"),
        ("/debug/pprof/allocs", "/pprof/allocs"),
    ] {
        for accept in ["*/*", openmetrics] {
            let query = path.split_once('?').map(|(_, query)| query);
            let expected = page::answer(&ledger, rest, query, Some(accept)).expect("a path of the page");
            let (status, mut headers, body) = ask(&router, Method::GET, path, accept).await;
            assert_eq!(status, expected.status().as_u16(), "{path}");
            headers.remove("content-length");
            assert_eq!(&headers, expected.headers(), "{path}");
            // Other texts have the time in them.
            if rest.len() <= 1 || rest == "/where.json" {
                assert_eq!(&body, expected.body(), "{path}");
            }
            assert!(!body.is_empty(), "{path}");
            let (status_of_head, headers, none) = ask(&router, Method::HEAD, path, accept).await;
            assert_eq!((status_of_head, none.len()), (status, 0), "HEAD {path}");
            assert!(headers.contains_key("content-length"), "HEAD {path}");
            if rest.len() <= 1 {
                assert_eq!(headers["content-length"].to_str().unwrap(), body.len().to_string(), "HEAD {path}");
            }
        }
        let (status, headers, _) = ask(&router, Method::POST, path, "*/*").await;
        assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "GET,HEAD"), "{path}");
    }
    for path in ["/audit/other", "/audit/data.json/x", "/debug/pprof/other", "/elsewhere"] {
        assert_eq!(ask(&router, Method::GET, path, "*/*").await.0, 404, "{path}");
    }
}
