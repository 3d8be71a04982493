//! warp: the same response as its own `json`, header for header.

use std::cell::Cell;
use std::net::SocketAddr;

use record_http::{Event, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson};
use record_runtime::ZeroAllocJson;
use warp::http::{HeaderMap, StatusCode};
use warp::reply::{Reply, Response, with_header, with_status};
use warp::{Filter, Rejection};

use crate::rocket::Unshared;
use crate::values::{Order, Unwritable};
use crate::wire;

/// Some reply in one of some forms, whosesoever JSON it is.
fn respond(form: &str, status: u16, json: impl Reply) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    match form {
        "plain" => json.into_response(),
        "status" => with_status(json, status).into_response(),
        "headers" => with_header(with_header(json, "location", "/elsewhere"), "etag", "\"x\"").into_response(),
        "typed" => with_status(with_header(json, "content-type", "text/csv"), status).into_response(),
        "failing" => Err::<String, _>(with_status(json, status)).into_response(),
        form => panic!("no form {form}"),
    }
}

pub(crate) const FORMS: [&str; 5] = ["plain", "status", "headers", "typed", "failing"];

/// The answer to `/side/form/status/lines`.
pub(crate) fn compared() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + Send + Sync + 'static {
    warp::path!(String / String / u16 / usize).map(|side: String, form: String, status, lines| {
        let order = Order::example(7, lines);
        match &*side {
            "ours" => respond(&form, status, Json(order)),
            "ours-borrowed" => respond(&form, status, JsonRef(&order)),
            "ours-raw" => respond(&form, status, RawJson::new(serde_json::to_vec(&order).unwrap())),
            "theirs" => respond(&form, status, warp::reply::json(&order)),
            side => panic!("no side {side}"),
        }
    })
}

/// Serves on threads that end with the process.
pub(crate) fn serve<R: Reply + Send + 'static>(
    filter: impl Filter<Extract = (R,), Error = Rejection> + Clone + Send + Sync + 'static,
) -> SocketAddr {
    wire::serve(async move |listener| warp::serve(filter).incoming(listener).run().await)
}

/// Status, headers and body, as warp's own client for tests sees them.
async fn see<R: Reply + Send + 'static>(
    filter: &(impl Filter<Extract = (R,), Error = Rejection> + Clone + Send + Sync + 'static),
    method: &str,
    path: &str,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = warp::test::request().method(method).path(path).reply(filter).await;
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.to_vec())
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

#[test]
fn the_same_response_as_warps_json() {
    run(async {
        let filter = compared();
        // Bodies that are copied and bodies that are not, growing and shrinking.
        for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
            for form in FORMS {
                for method in ["GET", "HEAD", "POST"] {
                    let path = |side| format!("/{side}/{form}/201/{lines}");
                    let theirs = see(&filter, method, &path("theirs")).await;
                    for side in ["ours", "ours-borrowed", "ours-raw"] {
                        assert_eq!(see(&filter, method, &path(side)).await, theirs, "{method} {form} {lines}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_value_that_cannot_be_written_is_a_500() {
    run(async {
        let filter = warp::path!("x").map(|| Json(Unwritable::example()));
        let (status, headers, body) = see(&filter, "GET", "/x").await;
        assert_eq!(
            (status, &*body),
            (StatusCode::INTERNAL_SERVER_ERROR, &br#"{"error":"the response could not be written"}"#[..])
        );
        assert_eq!(headers["content-type"], "application/json");
    });
}

#[test]
fn streamed() {
    run(async {
        let filter = warp::path!(String).map(|path: String| match &*path {
            "lines" => JsonLines::from_stream(Unshared(Cell::new(0))).into_response(),
            _ => JsonArray::new(["a", "b"]).into_response(),
        });
        for (path, content_type, text) in
            [("/lines", "application/x-ndjson", "0\n1\n2\n"), ("/array", "application/json", "[\"a\",\"b\"]")]
        {
            let (status, headers, body) = see(&filter, "GET", path).await;
            assert_eq!((status, &*body), (StatusCode::OK, text.as_bytes()));
            assert_eq!((headers.len(), headers["content-type"].to_str().unwrap()), (1, content_type));
        }
    });
}

/// The filter of the last id, and problems as a reply, as an error, and as a rejection.
#[test]
fn events_and_problems() {
    #[derive(Debug, Clone, ZeroAllocJson)]
    struct Balance {
        balance: u32,
    }
    fn problem() -> Problem<Balance> {
        Problem::new(403).title("No credit").with(Balance { balance: 30 })
    }

    run(async {
        let events = warp::path!("events").and(record_http::warp::last_event_id()).map(|last: LastEventId| {
            let first = last.parse::<u32>().map_or(0, |last| last + 1);
            JsonEvents::new((first..3).map(|n| Event::new(n).id(n)))
        });
        for (last, text) in
            [(None, "id: 0\ndata: 0\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"), (Some("1"), "id: 2\ndata: 2\n\n")]
        {
            let request = warp::test::request().path("/events");
            let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
            let response = request.reply(&events).await;
            assert_eq!(response.headers()["content-type"], "text/event-stream");
            assert_eq!(response.headers()["cache-control"], "no-cache");
            assert_eq!(response.body(), text);
        }

        let reply = warp::path!("reply").map(problem);
        let error = warp::path!("error").map(|| Err::<Json<u32>, _>(problem()));
        let rejected = warp::path!("rejected").and_then(async || Err::<Json<u32>, _>(warp::reject::custom(problem())));
        let rejected = rejected
            .recover(async |rejection: Rejection| rejection.find::<Problem<Balance>>().cloned().ok_or(rejection));
        for (status, headers, body) in [
            see(&reply, "GET", "/reply").await,
            see(&error, "GET", "/error").await,
            see(&rejected, "GET", "/rejected").await,
        ] {
            assert_eq!(status, StatusCode::FORBIDDEN);
            assert_eq!(headers["content-type"], "application/problem+json");
            assert_eq!(body, br#"{"title":"No credit","status":403,"balance":30}"#);
        }
    });
}
