//! Rocket: the same response as its own `Json`, header for header.

use std::cell::Cell;
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::mpsc::channel;
use std::task::{Context, Poll};

use futures_core::Stream;
use record_http::{Event, Json, JsonArray, JsonEvents, JsonLines, JsonRef, LastEventId, Problem, RawJson};
use record_runtime::ZeroAllocJson;
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Method, Status};
use rocket::local::asynchronous::Client;
use rocket::response::Responder;
use rocket::response::status::Custom;
use rocket::route::{Handler, Outcome};
use rocket::{Build, Data, Request, Response, Rocket, Route, response};

use crate::values::{Order, Unwritable};

/// A handler of a closure, for all paths.
#[derive(Clone)]
pub(crate) struct By<F>(pub(crate) F);

#[rocket::async_trait]
impl<F> Handler for By<F>
where
    F: Fn(&Request<'_>) -> response::Result<'static> + Clone + Send + Sync + 'static,
{
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match (self.0)(request) {
            Ok(response) => Outcome::Success(response),
            Err(status) => Outcome::Error(status),
        }
    }
}

/// A service without routes, which says nothing on standard output.
pub(crate) fn silent() -> Rocket<Build> {
    let shutdown = rocket::config::Shutdown { ctrlc: false, signals: HashSet::default(), ..Default::default() };
    let config = rocket::Config {
        address: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        workers: 1,
        log_level: rocket::config::LogLevel::Off,
        shutdown,
        ..rocket::Config::debug_default()
    };
    rocket::custom(config)
}

/// A service of a closure.
pub(crate) fn rocket(
    answer: impl Fn(&Request<'_>) -> response::Result<'static> + Clone + Send + Sync + 'static,
) -> Rocket<Build> {
    let routes = [Method::Get, Method::Post].map(|method| Route::new(method, "/<path..>", By(answer.clone())));
    silent().mount("/", routes)
}

/// Serves on a thread that ends with the process.
pub(crate) fn serve(rocket: Rocket<Build>) -> SocketAddr {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let told = AdHoc::on_liftoff("address", move |rocket| {
            send.send(SocketAddr::from((Ipv4Addr::LOCALHOST, rocket.config().port))).unwrap();
            Box::pin(async {})
        });
        drop(runtime.block_on(rocket.attach(told).launch()).expect("it serves until the process ends"));
    });
    receive.recv().unwrap()
}

/// Some responder in one of some forms, whosesoever `Json` it is.
pub(crate) fn respond<'r>(
    form: &str,
    status: u16,
    json: impl Responder<'r, 'static>,
    request: &'r Request<'_>,
) -> response::Result<'static> {
    let status = Status::new(status);
    match form {
        "plain" => json.respond_to(request),
        "status" => Custom(status, json).respond_to(request),
        "typed" => Custom(status, (ContentType::CSV, json)).respond_to(request),
        "headers" => {
            let mut response = Response::build_from(json.respond_to(request)?);
            response.raw_header("location", "/elsewhere").raw_header_adjoin("set-cookie", "a=1");
            response.raw_header_adjoin("set-cookie", "b=2").ok()
        }
        "failing" => Err::<(), _>(Custom(status, json)).respond_to(request),
        form => panic!("no form {form}"),
    }
}

pub(crate) const FORMS: [&str; 5] = ["plain", "status", "typed", "headers", "failing"];

/// The answer to `/side/form/status/lines`.
pub(crate) fn compared(request: &Request<'_>) -> response::Result<'static> {
    let [side, form, status, lines] = [0, 1, 2, 3].map(|n| request.routed_segment(n).unwrap());
    let (status, order) = (status.parse().unwrap(), Order::example(7, lines.parse().unwrap()));
    match side {
        "ours" => respond(form, status, Json(order), request),
        "ours-borrowed" => respond(form, status, JsonRef(&order), request),
        "ours-raw" => respond(form, status, RawJson::new(serde_json::to_vec(&order).unwrap()), request),
        "theirs" => respond(form, status, rocket::serde::json::Json(order), request),
        side => panic!("no side {side}"),
    }
}

/// Status, headers and body, as Rocket's own client for tests sees them.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn see(
    answer: impl Fn(&Request<'_>) -> response::Result<'static> + Clone + Send + Sync + 'static,
    requests: &[(Method, &str)],
) -> Vec<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::untracked(rocket(answer)).await.unwrap();
        let mut all = Vec::new();
        for &(method, path) in requests {
            let response = client.req(method, path.to_owned()).dispatch().await;
            let status = response.status().code;
            let mut headers: Vec<_> = response
                .headers()
                .iter()
                .map(|header| (header.name().to_string(), header.value().to_owned()))
                .collect();
            headers.sort();
            all.push(Seen { status, headers, body: response.into_bytes().await.unwrap_or_default() });
        }
        all
    })
}

#[test]
fn the_same_response_as_rockets_json() {
    // Bodies that are copied and bodies that are not, growing and shrinking.
    for lines in [0, 1, 30, 500, 600, 5000, 3, 2000] {
        for form in FORMS {
            for method in [Method::Get, Method::Head, Method::Post] {
                let path = |side| format!("/{side}/{form}/201/{lines}");
                let paths = ["ours", "theirs", "ours-borrowed", "ours-raw"].map(path);
                let requests: Vec<_> = paths.iter().map(|path| (method, path.as_str())).collect();
                let seen = see(compared, &requests);
                for (path, one) in paths.iter().zip(&seen) {
                    let [theirs, one] = [&seen[1], one].map(|seen| (seen.status, &seen.headers, &seen.body));
                    assert!(one == theirs, "{method} {path}: {one:?}, {theirs:?}");
                }
                assert_eq!(seen[0].body.is_empty(), method == Method::Head);
            }
        }
    }
}

#[test]
fn a_value_that_cannot_be_written_is_a_500() {
    let seen = see(|request| Json(Unwritable::example()).respond_to(request), &[(Method::Get, "/x")]).remove(0);
    assert_eq!((seen.status, &*seen.body), (500, &br#"{"error":"the response could not be written"}"#[..]));
    assert!(seen.headers.contains(&("Content-Type".to_owned(), "application/json".to_owned())), "{seen:?}");
}

/// Counts up; it can be sent to another thread, and not be shared.
pub(crate) struct Unshared(pub(crate) Cell<u32>);

impl Stream for Unshared {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        let number = self.0.get();
        self.0.set(number + 1);
        Poll::Ready((number < 3).then_some(number))
    }
}

#[test]
fn streamed() {
    let seen = see(
        |request| match request.uri().path().as_str() {
            "/lines" => JsonLines::from_stream(Unshared(Cell::new(0))).respond_to(request),
            _ => JsonArray::new(["a", "b"]).respond_to(request),
        },
        &[(Method::Get, "/lines"), (Method::Get, "/array"), (Method::Head, "/lines")],
    );
    for (seen, (content_type, text)) in seen.iter().zip([
        ("application/x-ndjson", "0\n1\n2\n"),
        ("application/json", "[\"a\",\"b\"]"),
        ("application/x-ndjson", ""),
    ]) {
        assert_eq!((seen.status, &*seen.body), (200, text.as_bytes()));
        assert!(seen.headers.contains(&("Content-Type".to_owned(), content_type.to_owned())), "{seen:?}");
        assert!(seen.headers.iter().all(|(name, _)| name != "Content-Length"), "{seen:?}");
    }
}

/// By Rocket's macros, as a user writes it: extractors, events, and the error of a handler.
#[test]
fn handlers_of_macros() {
    #[derive(Debug, ZeroAllocJson)]
    struct Balance {
        balance: u32,
    }

    #[expect(clippy::needless_pass_by_value, reason = "as Rocket gives it to a handler")]
    #[rocket::get("/events")]
    fn events(last: LastEventId) -> JsonEvents<record_http::FromIter<impl Iterator<Item = Event<u32>> + Send>> {
        let first = last.parse::<u32>().map_or(0, |last| last + 1);
        JsonEvents::new((first..3).map(|n| Event::new(n).id(n)))
    }

    #[rocket::get("/error")]
    fn error() -> Result<Json<u32>, Problem<Balance>> {
        Err(Problem::new(403).title("No credit").with(Balance { balance: 30 }))
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::untracked(silent().mount("/", rocket::routes![events, error])).await.unwrap();
        for (last, text) in
            [(None, "id: 0\ndata: 0\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"), (Some("1"), "id: 2\ndata: 2\n\n")]
        {
            let mut request = client.get("/events");
            if let Some(last) = last {
                request.add_header(rocket::http::Header::new("last-event-id", last));
            }
            let response = request.dispatch().await;
            assert_eq!(response.headers().get_one("content-type"), Some("text/event-stream"));
            assert_eq!(response.headers().get_one("cache-control"), Some("no-cache"));
            assert_eq!(response.into_string().await.as_deref(), Some(text));
        }
        let response = client.get("/error").dispatch().await;
        assert_eq!(response.status().code, 403);
        assert_eq!(response.headers().get_one("content-type"), Some("application/problem+json"));
        let text = response.into_string().await;
        assert_eq!(text.as_deref(), Some(r#"{"title":"No credit","status":403,"balance":30}"#));
    });
}
