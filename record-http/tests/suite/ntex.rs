//! ntex: the same response as its own `Json`, header for header.

use std::net::SocketAddr;
use std::rc::Rc;

use ntex::http::StatusCode;
use ntex::web::types::Path;
use ntex::web::{self, App, DefaultError, HttpRequest, HttpResponse, Responder};
use record_http::{Event, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson};
use record_runtime::ZeroAllocJson;

use crate::values::{Order, Unwritable};
use crate::wire::{self, Answer, Version};

/// Some responder in one of some forms, whosesoever `Json` it is.
async fn respond(form: &str, status: u16, json: impl Responder<DefaultError>, request: &HttpRequest) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap();
    match form {
        "plain" => json.respond_to(request).await,
        "status" => json.with_status(status).respond_to(request).await,
        "tuple" => (json, status).respond_to(request).await,
        "headers" => json.with_header("location", "/elsewhere").with_header("etag", "\"x\"").respond_to(request).await,
        "typed" => json.with_header("content-type", "text/csv").with_status(status).respond_to(request).await,
        form => panic!("no form {form}"),
    }
}

pub(crate) const FORMS: [&str; 5] = ["plain", "status", "tuple", "headers", "typed"];

/// The answer to `/side/form/status/lines`.
async fn compared(path: Path<(String, String, u16, usize)>, request: HttpRequest) -> HttpResponse {
    let (side, form, status, lines) = path.into_inner();
    let order = Order::example(7, lines);
    match &*side {
        "ours" => respond(&form, status, Json(order), &request).await,
        "ours-borrowed" => respond(&form, status, JsonRef(&order), &request).await,
        "ours-raw" => respond(&form, status, RawJson::new(serde_json::to_vec(&order).unwrap()), &request).await,
        "theirs" => respond(&form, status, web::types::Json(order), &request).await,
        side => panic!("no side {side}"),
    }
}

/// Runs a service on a thread that ends with the process. A macro: the type of an application has no short name.
macro_rules! serve {
    ($app:expr) => {{
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let system = ntex::rt::System::new("test", ntex::rt::DefaultRuntime);
            system.block_on(async move {
                let server = ntex::web::HttpServer::new(async || $app).workers(1).listen(listener).unwrap();
                server.run().await.unwrap();
            });
        });
        address
    }};
}
pub(crate) use serve;

pub(crate) fn compared_server() -> SocketAddr {
    serve!(App::new().route("/{side}/{form}/{status}/{lines}", web::route().to(compared)))
}

fn ask(address: SocketAddr, method: &str, path: &str) -> Answer {
    let mut answer = wire::ask(address, Version::Http11, &[(method, path)]).remove(0);
    answer.headers.retain(|(name, _)| name != "date");
    // ntex keeps them in a map whose order is another one in each response.
    answer.headers.sort();
    answer
}

#[test]
fn the_same_response_as_ntexs_json() {
    let address = compared_server();
    // Bodies that are copied and bodies that are not, growing and shrinking.
    for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
        for form in FORMS {
            for method in ["GET", "HEAD", "POST"] {
                let path = |side| format!("/{side}/{form}/201/{lines}");
                let theirs = ask(address, method, &path("theirs"));
                for side in ["ours", "ours-borrowed", "ours-raw"] {
                    assert_eq!(ask(address, method, &path(side)), theirs, "{method} {form} {lines}");
                }
            }
        }
    }
}

#[test]
fn other_responders() {
    #[derive(Debug, ZeroAllocJson)]
    struct Balance {
        balance: u32,
    }
    async fn events(last: LastEventId) -> impl Responder {
        let first = last.parse::<u32>().map_or(0, |last| last + 1);
        JsonEvents::new((first..3).map(|n| Event::new(n).id(n)))
    }
    async fn error() -> Result<Json<u32>, Problem<Balance>> {
        Err(Problem::new(403).title("No credit").with(Balance { balance: 30 }))
    }

    let address = serve!(
        App::new()
            .route("/unwritable", web::get().to(async || Json(Unwritable::example())))
            // A source that stays on its thread.
            .route("/lines", web::get().to(async || JsonLines::new((0..3).map(Rc::new))))
            .route("/array", web::get().to(async || JsonArray::new(["a", "b"])))
            .route("/events", web::get().to(events))
            .route("/error", web::get().to(error))
    );
    for (path, status, content_type, text) in [
        ("/unwritable", 500, "application/json", r#"{"error":"the response could not be written"}"#),
        ("/lines", 200, "application/x-ndjson", "0\n1\n2\n"),
        ("/array", 200, "application/json", "[\"a\",\"b\"]"),
        ("/events", 200, "text/event-stream", "id: 0\ndata: 0\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"),
        ("/error", 403, "application/problem+json", r#"{"title":"No credit","status":403,"balance":30}"#),
    ] {
        let answer = ask(address, "GET", path);
        assert_eq!((answer.status, answer.text()), (status, text), "{path}");
        assert_eq!(answer.header("content-type").as_deref(), Some(content_type));
        assert_eq!(answer.header("content-length").is_some(), status != 200, "{path}");
    }
    let later = wire::ask_with(address, Version::Http11, &[("GET", "/events")], &[("last-event-id", "1")]).remove(0);
    assert_eq!((later.text(), later.header("cache-control").as_deref()), ("id: 2\ndata: 2\n\n", Some("no-cache")));
}
