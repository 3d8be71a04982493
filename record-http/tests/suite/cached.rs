//! Texts that are kept compressed: the choice by a model of RFC 9110, section 12.5.3, through each framework's router.

use std::collections::HashMap;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{App, test as actix_test, web};
use http_body_util::BodyExt;
use poem::Endpoint;
use record_http::{AcceptEncoding, CachedJson, Conditional, Conditions};
use tower::ServiceExt;

use crate::values::{Order, Random, Unwritable};

fn decoded(coding: Option<&str>, body: &[u8]) -> Vec<u8> {
    match coding {
        None => body.to_vec(),
        Some("gzip") => {
            let mut text = Vec::new();
            flate2::read::GzDecoder::new(body).read_to_end(&mut text).unwrap();
            text
        }
        Some("zstd") => zstd::decode_all(body).unwrap(),
        Some(coding) => panic!("no coding {coding}"),
    }
}

/// A list of codings with weights, some of them malformed.
fn list(random: &mut Random) -> String {
    let codings = [
        "gzip", "GZIP", "x-gzip", "zstd", "Zstd", "identity", "*", "br", "deflate", "", "gzip ", " zstd", "g", "gzipp",
    ];
    let weights = [
        "",
        "",
        "",
        ";q=1",
        ";q=0",
        ";q=0.5",
        "; q=0.8",
        ";Q=0.123",
        " ; q=1.000",
        ";q=0.",
        ";q=1.",
        ";q=0.000",
        ";q=1.001",
        ";q=2",
        ";q=0.1234",
        ";q=-1",
        ";q=",
        ";q",
        ";",
        ";x=1",
        ";q=0.5x",
        ";q=.5",
        ";q=0.5;q=1",
        ";q= 1",
    ];
    let element = |random: &mut Random| [random.of(&codings), random.of(&weights)].concat();
    (0..random.below(6)).map(|_| element(random)).collect::<Vec<_>>().join(random.of(&[",", ", ", " ,\t"]))
}

/// The codings that may be sent, by the words of the RFC: of what the client takes, what it likes best.
fn allowed(fields: &[String]) -> Vec<Option<&'static str>> {
    let mut weights = HashMap::<String, f64>::new();
    for element in fields.iter().flat_map(|field| field.split(',')) {
        let (coding, parameter) =
            element.split_once(';').map_or((element, None), |(coding, rest)| (coding, Some(rest)));
        let weight = match parameter.map(str::trim) {
            None => 1.0,
            Some(parameter) => {
                let Some(number) = parameter.to_lowercase().strip_prefix("q=").map(str::to_owned) else { continue };
                let is_number = number.len() <= 5
                    && number.starts_with(['0', '1'])
                    && number
                        .bytes()
                        .enumerate()
                        .all(|(n, byte)| if n == 1 { byte == b'.' } else { byte.is_ascii_digit() });
                let Some(weight) = number.parse::<f64>().ok().filter(|weight| is_number && *weight <= 1.0) else {
                    continue;
                };
                weight
            }
        };
        let coding = coding.trim().to_lowercase();
        weights.entry(if coding == "x-gzip" { "gzip".to_owned() } else { coding }).or_insert(weight);
    }
    let any = weights.get("*").copied();
    let weight = |coding: &str| weights.get(coding).copied().or(any);
    let coded = [("gzip", weight("gzip").unwrap_or(0.0)), ("zstd", weight("zstd").unwrap_or(0.0))];
    // Unless it is excluded, the text itself is acceptable, but nothing that is listed is less so.
    let identity = weight("identity").unwrap_or(0.0001);
    let best = coded.iter().map(|(_, weight)| *weight).fold(identity, f64::max);
    if best == 0.0 {
        return vec![None];
    }
    let is_best = |weight: f64| weight.total_cmp(&best).is_eq();
    let mut allowed: Vec<_> =
        coded.iter().filter(|(_, weight)| is_best(*weight)).map(|(name, _)| Some(*name)).collect();
    allowed.extend(is_best(identity).then_some(None));
    allowed
}

fn value() -> Order {
    Order::example(7, 200)
}

struct Seen {
    status: u16,
    etag: String,
    content_encoding: Option<String>,
    vary: String,
    body: Vec<u8>,
}

/// One service for random requests; each is asked again with the tag that it got.
fn compare(name: &str, ask: impl Fn(&[(&str, String)]) -> Seen) {
    let text = record_runtime::to_vec(&value());
    let lengths: HashMap<_, _> = [None, Some("gzip"), Some("zstd")]
        .into_iter()
        .map(|coding| {
            let fields: Vec<_> = coding.iter().map(|coding: &&str| ("accept-encoding", (*coding).to_owned())).collect();
            let seen = ask(&fields);
            assert_eq!(seen.content_encoding.as_deref(), coding, "{name}");
            (coding, seen.body.len())
        })
        .collect();
    let mut random = Random::seeded("RECORD_CACHED_SEED", name);
    let mut tags = HashMap::new();
    for _ in 0..400 {
        let lists: Vec<_> = (0..random.of(&[0, 1, 1, 1, 2])).map(|_| list(&mut random).trim().to_owned()).collect();
        let mut fields: Vec<_> = lists.iter().map(|list| ("accept-encoding", list.clone())).collect();
        let seen = ask(&fields);
        let what = format!("{name} {lists:?}");
        assert_eq!((seen.status, seen.vary.as_str()), (200, "accept-encoding"), "{what}");
        let coding = seen.content_encoding.as_deref();
        let allowed = allowed(&lists);
        assert!(allowed.contains(&coding), "{what}: {coding:?} instead of {allowed:?}");
        assert_eq!(
            seen.body.len(),
            allowed.iter().map(|coding| lengths[coding]).min().unwrap(),
            "{what}: the shortest"
        );
        assert_eq!(decoded(coding, &seen.body), text, "{what}");
        assert_eq!(seen.etag.starts_with("W/"), coding.is_none());
        // Each form has its own tag, and is known by it alone.
        assert_eq!(tags.entry(coding.map(str::to_owned)).or_insert_with(|| seen.etag.clone()), &seen.etag);
        for (coding_of_tag, tag) in &tags {
            fields.push(("if-none-match", tag.clone()));
            let again = ask(&fields);
            fields.pop();
            let status = if coding_of_tag.as_deref() == coding { 304 } else { 200 };
            assert_eq!((again.status, &again.etag), (status, &seen.etag), "{what}");
            assert_eq!((again.vary.as_str(), again.body.is_empty()), ("accept-encoding", status == 304), "{what}");
            assert_eq!(again.content_encoding.is_some(), status == 200 && coding.is_some(), "{what}");
        }
    }
    assert_eq!(tags.len(), 3);
}

fn seen_of(parts: &http::response::Parts, body: Vec<u8>) -> Seen {
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    Seen {
        status: parts.status.as_u16(),
        etag: header("etag").unwrap(),
        content_encoding: header("content-encoding"),
        vary: header("vary").unwrap(),
        body,
    }
}

fn request<B>(fields: &[(&str, String)], body: B) -> http::Request<B> {
    fields.iter().fold(http::Request::get("/"), |request, (name, text)| request.header(*name, text)).body(body).unwrap()
}

#[test]
fn http() {
    let cached = CachedJson::new(&value()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("http", |fields| {
        let request = request(fields, ());
        let conditions = Conditions::of(request.method(), request.headers());
        let response = cached.answer(conditions, AcceptEncoding::of(request.headers()));
        let (parts, body) = response.into_http_response().into_parts();
        seen_of(&parts, runtime.block_on(body.collect()).unwrap().to_bytes().to_vec())
    });
}

#[test]
fn axum() {
    use axum::body::Body;
    use axum::extract::State;
    async fn handler(
        State(cached): State<CachedJson>,
        conditions: Conditions,
        encodings: AcceptEncoding,
    ) -> Conditional {
        cached.answer(conditions, encodings)
    }
    let router = axum::Router::new().route("/", axum::routing::get(handler));
    let router = router.with_state(CachedJson::new(&value()).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("axum", |fields| {
        let (parts, body) =
            runtime.block_on(router.clone().oneshot(request(fields, Body::empty()))).unwrap().into_parts();
        seen_of(&parts, runtime.block_on(body.collect()).unwrap().to_bytes().to_vec())
    });
}

#[test]
fn poem() {
    #[poem::handler]
    fn handler(
        poem::web::Data(cached): poem::web::Data<&CachedJson>,
        conditions: Conditions,
        encodings: AcceptEncoding,
    ) -> Conditional {
        cached.answer(conditions, encodings)
    }
    let route = poem::Route::new().at("/", poem::get(handler));
    let route = poem::EndpointExt::data(route, CachedJson::new(&value()).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    compare("poem", |fields| {
        let (from, ()) = request(fields, ()).into_parts();
        let mut request = poem::Request::builder().uri(from.uri).finish();
        *request.headers_mut() = from.headers;
        let (parts, body) = runtime.block_on(route.get_response(request)).into_parts();
        let mut http = http::Response::new(()).into_parts().0;
        (http.status, http.headers) = (parts.status, parts.headers);
        seen_of(&http, runtime.block_on(body.into_vec()).unwrap())
    });
}

#[test]
fn salvo() {
    use salvo_core::http::ReqBody;
    use salvo_core::prelude::{Router, Service, Writer, handler};
    static CACHED: std::sync::LazyLock<CachedJson> = std::sync::LazyLock::new(|| CachedJson::new(&value()).unwrap());
    #[handler]
    async fn cached(conditions: Conditions, encodings: AcceptEncoding) -> Conditional {
        CACHED.answer(conditions, encodings)
    }
    let service = Service::new(Router::new().get(cached));
    compare("salvo", |fields| {
        let mut request = request(fields, ReqBody::None);
        *request.uri_mut() = "http://x/".parse().unwrap();
        let seen = crate::salvo::ask(&service, request);
        let mut parts = http::Response::new(()).into_parts().0;
        (parts.status, parts.headers) = (seen.status, seen.headers);
        seen_of(&parts, seen.body)
    });
}

#[test]
fn actix() {
    // Within the runtime that the service needs, requests are asked for from another one's point of view: in turn.
    let system = actix_web::rt::System::new();
    let cached = CachedJson::new(&value()).unwrap();
    let app = App::new()
        .app_data(web::Data::new(cached))
        .route("/", web::get().to(async |cached: web::Data<CachedJson>| CachedJson::clone(&cached)));
    let app = system.block_on(actix_test::init_service(app));
    compare("actix", |fields| {
        system.block_on(async {
            let request = fields.iter().fold(actix_test::TestRequest::get(), |request, (name, text)| {
                request.append_header((*name, text.as_str()))
            });
            let response = actix_test::call_service(&app, request.to_request()).await;
            let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            let (etag, vary) = (header("etag").unwrap(), header("vary").unwrap());
            let (content_encoding, status) = (header("content-encoding"), response.status().as_u16());
            Seen { status, etag, content_encoding, vary, body: actix_test::read_body(response).await.to_vec() }
        })
    });
}

/// A middleware that compresses leaves compressed bodies as they are, with their tags.
#[test]
fn behind_compression() {
    use axum::body::Body;
    let cached = CachedJson::new(&value()).unwrap();
    let handler = async move |conditions: Conditions, encodings: AcceptEncoding| cached.answer(conditions, encodings);
    let layer = tower_http::compression::CompressionLayer::new();
    let router = axum::Router::new().route("/", axum::routing::get(handler)).layer(layer);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (list, coding) in [("gzip", "gzip"), ("gzip, zstd;q=0.5", "gzip"), ("gzip;q=0.5, zstd", "zstd")] {
        let request = request(&[("accept-encoding", list.to_owned())], Body::empty());
        let (parts, body) = runtime.block_on(router.clone().oneshot(request)).unwrap().into_parts();
        let seen = seen_of(&parts, runtime.block_on(body.collect()).unwrap().to_bytes().to_vec());
        assert_eq!((seen.content_encoding.as_deref(), seen.status), (Some(coding), 200));
        assert!(seen.etag.ends_with(&format!("-{coding}\"")));
        assert_eq!(decoded(Some(coding), &seen.body), record_runtime::to_vec(&value()));
    }
}

/// A text that compression makes longer is not kept compressed.
#[test]
fn short_texts_are_sent_as_they_are() {
    let cached = CachedJson::new(&7).unwrap();
    let encodings = AcceptEncoding::of_values([&b"gzip, zstd, identity;q=0"[..]]);
    let response = cached.answer(Conditions::default(), encodings);
    assert_eq!((response.content_encoding(), &response.text()[..]), (None, &b"7"[..]));
}

#[test]
fn a_value_that_cannot_be_written_changes_nothing() {
    assert!(CachedJson::new(&Unwritable::example()).is_err());
    let cached = CachedJson::new(&1).unwrap();
    let other = cached.clone();
    assert!(cached.replace(&Unwritable::example()).is_err());
    assert_eq!(other.text(), "1");
    assert!(!cached.replace(&1).unwrap());
    assert!(cached.replace(&2).unwrap());
    assert_eq!(other.text(), "2");
}

/// Readers beside writers: each response is of one value, whole, with the tag of that value and form.
#[test]
fn responses_are_of_one_value() {
    let values: Vec<_> = (0..8).map(|n| Order::example(n, 20)).collect();
    let codings = [&b"identity"[..], b"gzip", b"zstd"].map(|value| AcceptEncoding::of_values([value]));
    let expected: HashMap<String, Vec<u8>> = values
        .iter()
        .flat_map(|value| {
            codings.map(|coding| (CachedJson::new(value).unwrap(), coding, record_runtime::to_vec(value)))
        })
        .map(|(cached, coding, text)| (cached.answer(Conditions::default(), coding).etag().unwrap().to_owned(), text))
        .collect();
    assert_eq!(expected.len(), 24);
    let cached = CachedJson::new(&values[0]).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut tags = std::collections::HashSet::new();
                let mut n = 0;
                while !is_done.load(Ordering::Relaxed) || n < 100 {
                    let response = cached.answer(Conditions::default(), codings[n % 3]);
                    let tag = response.etag().unwrap().to_owned();
                    assert_eq!(decoded(response.content_encoding(), response.text()), expected[&tag]);
                    tags.insert(tag);
                    n += 1;
                }
                assert!(tags.len() > 3, "{n} responses of {} forms", tags.len());
            });
        }
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let (cached, values) = (&cached, &values);
                scope.spawn(move || {
                    for n in 0..300 {
                        cached.replace(&values[(n * (writer + 1)) % values.len()]).unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
    });
}

/// By a server, over sockets.
fn compare_server(name: &str, address: std::net::SocketAddr) {
    compare(name, |fields| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = crate::wire::ask_with(address, crate::wire::Version::Http11, &[("GET", "/")], &fields).remove(0);
        Seen {
            status: answer.status,
            etag: answer.header("etag").unwrap(),
            content_encoding: answer.header("content-encoding"),
            vary: answer.header("vary").unwrap(),
            body: answer.body,
        }
    });
}

/// The responder sees the request itself.
#[test]
fn rocket() {
    use rocket::response::Responder;
    let cached = CachedJson::new(&value()).unwrap();
    let rocket = crate::rocket::rocket(move |request| cached.clone().respond_to(request));
    compare_server("rocket", crate::rocket::serve(rocket));
}

#[test]
fn warp() {
    use warp::Filter;
    let cached = CachedJson::new(&value()).unwrap();
    let filter = warp::path::end().and(record_http::warp::conditions()).and(record_http::warp::accept_encoding());
    let filter = filter.map(move |conditions, encodings| cached.answer(conditions, encodings));
    compare_server("warp", crate::warp::serve(filter));
}

/// By the extractors, which the responder has no need of.
#[test]
fn ntex() {
    use ntex::web::{App, get};
    static CACHED: std::sync::LazyLock<CachedJson> = std::sync::LazyLock::new(|| CachedJson::new(&value()).unwrap());
    async fn handler(conditions: Conditions, encodings: AcceptEncoding) -> Conditional {
        CACHED.answer(conditions, encodings)
    }
    compare_server("ntex", crate::ntex::serve!(App::new().route("/", get().to(handler))));
}
