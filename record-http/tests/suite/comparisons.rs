//! Hundreds of responses, generated, compared with the frameworks' own `Json`: statuses, tuples, headers, methods, sizes,
//! compression; in the process and over sockets.

use std::io::Read;

use crate::values::Order;

/// The answers that a handler can be told to give.
const STATUSES: [u16; 18] = [200, 201, 202, 203, 204, 205, 206, 226, 300, 304, 400, 401, 404, 409, 418, 422, 500, 503];

/// Bodies without much, that are copied, and that are not.
const LINES: [usize; 3] = [0, 30, 700];

fn order(lines: usize) -> Order {
    Order::example(7, lines)
}

fn decompressed(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut text).unwrap();
    text
}

mod in_axum {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Path;
    use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
    use axum::response::{AppendHeaders, IntoResponse, Response};
    use axum::routing::any;
    use record_http::axum::RecycleHeaders;
    use tower::ServiceExt;
    use tower_http::compression::CompressionLayer;

    use super::{LINES, Order, STATUSES, decompressed, order};
    use crate::wire::{self, Version};

    const FORMS: [&str; 10] =
        ["plain", "status", "headers", "both", "appended", "typed", "failing", "parts", "length", "recycled"];

    /// One handler, generic over whose `Json` it is.
    fn respond<T: IntoResponse>(form: &str, status: u16, json: T) -> Response {
        let status = StatusCode::from_u16(status).unwrap();
        match form {
            "plain" | "recycled" => json.into_response(),
            "status" => (status, json).into_response(),
            "headers" => ([(header::ETAG, "\"x\""), (header::CACHE_CONTROL, "no-store")], json).into_response(),
            "both" => (status, [(header::LOCATION, "/elsewhere")], json).into_response(),
            "appended" => {
                let cookies = AppendHeaders([(header::SET_COOKIE, "a=1"), (header::SET_COOKIE, "b=2")]);
                (status, cookies, json).into_response()
            }
            "typed" => (status, [(header::CONTENT_TYPE, "application/problem+json")], json).into_response(),
            "failing" => Err::<(), _>((status, json)).into_response(),
            "parts" => {
                let mut headers = HeaderMap::new();
                headers.insert("x-one", HeaderValue::from_static("1"));
                (status, headers, axum::Extension(1_u8), json).into_response()
            }
            // A handler that sets the length itself is believed.
            "length" => {
                let mut response = (status, json).into_response();
                let length = http_body::Body::size_hint(response.body()).exact().unwrap();
                response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
                response
            }
            _ => panic!("no form {form}"),
        }
    }

    fn routes() -> Router {
        type Parameters = Path<(String, u16, usize)>;
        Router::new()
            .route(
                "/ours/{form}/{status}/{lines}",
                any(async |Path((form, status, lines)): Parameters| {
                    respond(&form, status, record_http::Json(order(lines)))
                }),
            )
            .route(
                "/ours/recycled/{status}/{lines}",
                any(async |Path((status, lines)): Path<(u16, usize)>, _: RecycleHeaders| {
                    respond("recycled", status, record_http::Json(order(lines)))
                }),
            )
            .route(
                "/theirs/{form}/{status}/{lines}",
                any(async |Path((form, status, lines)): Parameters| respond(&form, status, axum::Json(order(lines)))),
            )
            .route(
                "/ours-borrowed/{form}/{status}/{lines}",
                any(async |Path((form, status, lines)): Parameters| {
                    let order: Order = order(lines);
                    respond(&form, status, record_http::JsonRef(&order))
                }),
            )
            .route(
                "/ours-raw/{form}/{status}/{lines}",
                any(async |Path((form, status, lines)): Parameters| {
                    respond(&form, status, record_http::RawJson::new(serde_json::to_vec(&order(lines)).unwrap()))
                }),
            )
    }

    fn router() -> Router {
        routes().nest("/gzip", routes().layer(CompressionLayer::new()))
    }

    /// Status, headers and body, as the router gives them to the server.
    async fn seen(
        router: &Router,
        method: &str,
        path: &str,
        encoding: Option<&str>,
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(encoding) = encoding {
            request = request.header(header::ACCEPT_ENCODING, encoding);
        }
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    #[test]
    fn the_same_as_axums() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let router = router();
        let mut compared = 0;
        runtime.block_on(async {
            for form in FORMS {
                for status in STATUSES {
                    for lines in LINES {
                        for method in ["GET", "HEAD", "POST"] {
                            for (layer, encoding) in [("", None), ("/gzip", None), ("/gzip", Some("gzip"))] {
                                let path = |side: &str| format!("{layer}/{side}/{form}/{status}/{lines}");
                                let theirs = seen(&router, method, &path("theirs"), encoding).await;
                                for side in ["ours", "ours-borrowed", "ours-raw"] {
                                    let ours = seen(&router, method, &path(side), encoding).await;
                                    assert_eq!(ours, theirs, "{method} {} {encoding:?}", path(side));
                                    compared += 1;
                                }
                                if method != "HEAD" {
                                    let is_compressed = theirs.1.contains_key(header::CONTENT_ENCODING);
                                    let text = if is_compressed { decompressed(&theirs.2) } else { theirs.2 };
                                    assert_eq!(text, serde_json::to_vec(&order(lines)).unwrap());
                                    // Short bodies are not.
                                    assert_eq!(
                                        is_compressed,
                                        encoding.is_some() && text.len() > 32,
                                        "{}",
                                        path("theirs")
                                    );
                                }
                            }
                        }
                    }
                }
            }
        });
        assert_eq!(compared, 10 * 18 * 3 * 3 * 3 * 3);
    }

    #[test]
    fn the_same_as_axums_over_sockets() {
        let address = wire::serve_axum(router());
        for version in Version::ALL {
            for form in FORMS {
                let answers = |side: &str| {
                    let paths: Vec<_> = STATUSES.iter().map(|status| format!("/{side}/{form}/{status}/30")).collect();
                    let requests: Vec<_> =
                        paths.iter().flat_map(|path| [("GET", path.as_str()), ("HEAD", path)]).collect();
                    let mut answers = wire::ask(address, version, &requests);
                    for answer in &mut answers {
                        answer.headers.retain(|(name, _)| name != "date");
                    }
                    answers
                };
                assert_eq!(answers("ours"), answers("theirs"), "{version:?} {form}");
            }
        }
    }
}

mod in_actix {
    use actix_web::body::to_bytes;
    use actix_web::http::{Method, StatusCode, header};
    use actix_web::middleware::Compress;
    use actix_web::{App, Responder, test, web};

    use super::{LINES, STATUSES, decompressed, order};

    const FORMS: [&str; 7] = ["plain", "status", "tuple", "headers", "appended", "typed", "failing"];

    #[derive(Debug)]
    struct Failure(u16);

    impl std::fmt::Display for Failure {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "failure {}", self.0)
        }
    }

    impl actix_web::ResponseError for Failure {
        fn status_code(&self) -> StatusCode {
            StatusCode::from_u16(self.0).unwrap()
        }
    }

    fn respond<T: Responder>(
        form: &str,
        status: u16,
        json: T,
        request: &actix_web::HttpRequest,
    ) -> actix_web::HttpResponse {
        fn whole<R: Responder>(responder: R, request: &actix_web::HttpRequest) -> actix_web::HttpResponse {
            responder.respond_to(request).map_into_boxed_body()
        }
        let code = StatusCode::from_u16(status).unwrap();
        match form {
            "plain" => whole(json, request),
            "status" => whole(json.customize().with_status(code), request),
            "tuple" => whole((json, code), request),
            "headers" => {
                let custom = json.customize().with_status(code).insert_header((header::ETAG, "\"x\""));
                whole(custom.insert_header((header::CACHE_CONTROL, "no-store")), request)
            }
            "appended" => {
                let custom = json.customize().append_header((header::SET_COOKIE, "a=1"));
                whole(custom.append_header((header::SET_COOKIE, "b=2")), request)
            }
            "typed" => {
                let custom = json.customize().with_status(code);
                whole(custom.insert_header((header::CONTENT_TYPE, "application/problem+json")), request)
            }
            "failing" if status.is_multiple_of(2) => whole(Err::<T, _>(Failure(status)), request),
            "failing" => whole(Ok::<_, Failure>(json), request),
            _ => panic!("no form {form}"),
        }
    }

    type Parameters = web::Path<(String, u16, usize)>;

    async fn ours(path: Parameters, request: actix_web::HttpRequest) -> actix_web::HttpResponse {
        respond(&path.0, path.1, record_http::Json(order(path.2)), &request)
    }

    async fn theirs(path: Parameters, request: actix_web::HttpRequest) -> actix_web::HttpResponse {
        respond(&path.0, path.1, web::Json(order(path.2)), &request)
    }

    #[test]
    fn the_same_as_actix_webs() {
        let mut compared = 0;
        actix_web::rt::System::new().block_on(async {
            macro_rules! seen {
                ($app:expr, $method:expr, $path:expr, $encoding:expr) => {{
                    let mut request = test::TestRequest::with_uri($path).method($method);
                    if let Some(encoding) = $encoding {
                        request = request.insert_header((header::ACCEPT_ENCODING, encoding));
                    }
                    let response = test::call_service(&$app, request.to_request()).await.map_into_boxed_body();
                    let mut headers: Vec<_> =
                        response.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                    headers.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
                    (response.status(), headers, to_bytes(response.into_body()).await.unwrap_or_default())
                }};
            }
            let routes = || {
                web::scope("")
                    .route("/ours/{form}/{status}/{lines}", web::route().to(ours))
                    .route("/theirs/{form}/{status}/{lines}", web::route().to(theirs))
            };
            let plain = test::init_service(App::new().service(routes())).await;
            let compressing = test::init_service(App::new().wrap(Compress::default()).service(routes())).await;
            for form in FORMS {
                for status in STATUSES {
                    for lines in LINES {
                        for method in [Method::GET, Method::HEAD, Method::POST] {
                            let path = |side: &str| format!("/{side}/{form}/{status}/{lines}");
                            let [ours, theirs] = [path("ours"), path("theirs")];
                            let one = seen!(plain, method.clone(), &ours, None::<&str>);
                            let other = seen!(plain, method.clone(), &theirs, None::<&str>);
                            assert_eq!(one, other, "{method} {ours}");
                            compared += 1;
                            for encoding in [None, Some("gzip")] {
                                let one = seen!(compressing, method.clone(), &ours, encoding);
                                let other = seen!(compressing, method.clone(), &theirs, encoding);
                                assert_eq!((one.0, &one.1), (other.0, &other.1), "{method} {ours} {encoding:?}");
                                // Compressed in pieces by a pool of threads, so that only the text is the same.
                                let is_compressed = one.1.iter().any(|(name, _)| *name == header::CONTENT_ENCODING);
                                let text = |body: &[u8]| {
                                    if is_compressed && !body.is_empty() { decompressed(body) } else { body.to_vec() }
                                };
                                assert_eq!(text(&one.2), text(&other.2), "{method} {ours} {encoding:?}");
                                compared += 1;
                            }
                        }
                    }
                }
            }
        });
        assert_eq!(compared, 7 * 18 * 3 * 3 * 3);
    }
}

mod in_poem {
    use http_body::Body as _;
    use http_body_util::BodyExt;
    use http_body_util::combinators::BoxBody;
    use hyper::body::Bytes;
    use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
    use poem::listener::TcpAcceptor;
    use poem::middleware::SetHeader;
    use poem::{Endpoint, EndpointExt, Error, IntoResponse, Request, Response, Result, Route, Server, endpoint};

    use super::{LINES, Order, STATUSES, order};
    use crate::wire::{self, Version};

    const FORMS: [&str; 9] =
        ["plain", "status", "with-status", "headers", "both", "appended", "typed", "failing", "length"];

    /// One handler, generic over whose `Json` it is.
    fn respond<T: IntoResponse>(form: &str, status: StatusCode, json: T) -> Result<Response> {
        let headers = || HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static("/elsewhere"))]);
        Ok(match form {
            "plain" => json.into_response(),
            "status" => (status, json).into_response(),
            "with-status" => json.with_status(status).into_response(),
            "headers" => (headers(), json).into_response(),
            "both" => (status, headers(), json).into_response(),
            "appended" => {
                let json = json.with_header(header::SET_COOKIE, "a=1").with_header(header::SET_COOKIE, "b=2");
                json.with_status(status).into_response()
            }
            "typed" => json.with_content_type("application/problem+json").with_status(status).into_response(),
            "failing" => return Err(Error::from_response((status, json).into_response())),
            // A handler that sets the length itself is believed.
            "length" => {
                let (mut parts, body) = (status, json).into_response().into_parts();
                let body = BoxBody::from(body);
                parts.headers.insert(header::CONTENT_LENGTH, body.size_hint().exact().unwrap().into());
                Response::from_parts(parts, body.into())
            }
            _ => panic!("no form {form}"),
        })
    }

    /// The endpoint of one side: whose `Json` an order becomes.
    fn side<T: IntoResponse + 'static>(json: impl Fn(Order) -> T + Send + Sync + 'static) -> impl Endpoint {
        endpoint::make_sync(move |request| {
            let (form, status, lines): (String, u16, usize) = request.path_params()?;
            respond(&form, StatusCode::from_u16(status).unwrap(), json(order(lines)))
        })
    }

    fn borrowed() -> impl Endpoint {
        side(|order| record_http::JsonRef(&order).into_response())
    }

    fn raw() -> impl Endpoint {
        side(|order| record_http::RawJson::new(serde_json::to_vec(&order).unwrap()))
    }

    fn routes() -> Route {
        Route::new()
            .at("/ours/:form/:status/:lines", side(record_http::Json))
            .at("/theirs/:form/:status/:lines", side(poem::web::Json))
            .at("/ours-borrowed/:form/:status/:lines", borrowed())
            .at("/ours-raw/:form/:status/:lines", raw())
    }

    /// Twice the body, whose length is that of what is sent.
    async fn twice(response: Result<Response>) -> Result<Response> {
        let mut response = response?;
        let text = response.take_body().into_bytes().await?;
        response.set_body(text.repeat(2));
        Ok(response)
    }

    fn router() -> Route {
        Route::new()
            .nest("/twice", routes().after(twice))
            .nest(
                "/set",
                routes().with(SetHeader::new().overriding(header::CONTENT_TYPE, "text/x").appending("x-a", "1")),
            )
            .nest("/", routes())
    }

    /// Status, headers, the length that the body states, and the body, as poem gives them to hyper.
    async fn seen(router: &Route, method: &Method, path: &str) -> (StatusCode, HeaderMap, Option<u64>, Bytes) {
        let request = Request::builder().method(method.clone()).uri_str(path).finish();
        let (parts, body) = router.get_response(request).await.into_parts();
        let body = BoxBody::from(body);
        let length = body.size_hint().exact();
        (parts.status, parts.headers, length, body.collect().await.unwrap().to_bytes())
    }

    #[test]
    fn the_same_as_poems() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let router = router();
        let mut compared = 0;
        runtime.block_on(async {
            for form in FORMS {
                for status in STATUSES {
                    for lines in LINES {
                        for method in [Method::GET, Method::HEAD, Method::POST] {
                            for layer in ["", "/set", "/twice"] {
                                let path = |side: &str| format!("{layer}/{side}/{form}/{status}/{lines}");
                                let theirs = seen(&router, &method, &path("theirs")).await;
                                for side in ["ours", "ours-borrowed", "ours-raw"] {
                                    let ours = seen(&router, &method, &path(side)).await;
                                    assert_eq!(ours, theirs, "{method} {}", path(side));
                                    compared += 1;
                                }
                                let text = serde_json::to_vec(&order(lines)).unwrap();
                                // An error passes by `twice`.
                                let is_twice = layer == "/twice" && form != "failing";
                                assert_eq!(
                                    theirs.3,
                                    if is_twice { text.repeat(2) } else { text },
                                    "{}",
                                    path("theirs")
                                );
                                assert_eq!(theirs.2, Some(theirs.3.len() as u64));
                            }
                        }
                    }
                }
            }
        });
        assert_eq!(compared, 9 * 18 * 3 * 3 * 3 * 3);
    }

    #[test]
    fn the_same_as_poems_over_sockets() {
        let address = wire::serve(async move |listener| {
            Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap()).run(router()).await.unwrap();
        });
        for version in Version::ALL {
            for form in FORMS {
                let answers = |side: &str| {
                    let paths: Vec<_> = STATUSES.iter().map(|status| format!("/{side}/{form}/{status}/30")).collect();
                    let requests: Vec<_> =
                        paths.iter().flat_map(|path| [("GET", path.as_str()), ("HEAD", path)]).collect();
                    let mut answers = wire::ask(address, version, &requests);
                    for answer in &mut answers {
                        answer.headers.retain(|(name, _)| name != "date");
                    }
                    answers
                };
                assert_eq!(answers("ours"), answers("theirs"), "{version:?} {form}");
            }
        }
    }
}

mod in_salvo {
    use salvo_core::conn::tcp::TcpAcceptor;
    use salvo_core::http::{HeaderValue, Method, ReqBody, header};
    use salvo_core::prelude::{Depot, FlowCtrl, Handler, Request, Response, Router, Server, Service};

    use super::{LINES, Order, STATUSES, order};
    use crate::salvo::{By, FORMS, Seen, ask, respond, side};
    use crate::wire::{self, Version};

    /// A middleware that changes the headers behind the handler.
    struct Sets;

    #[salvo_core::async_trait]
    impl Handler for Sets {
        async fn handle(&self, request: &mut Request, depot: &mut Depot, response: &mut Response, ctrl: &mut FlowCtrl) {
            ctrl.call_next(request, depot, response).await;
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/x"));
            response.headers_mut().append("x-a", HeaderValue::from_static("1"));
        }
    }

    /// A middleware that sends the body twice, whose length is that of what is sent.
    struct Twice;

    #[salvo_core::async_trait]
    impl Handler for Twice {
        async fn handle(&self, request: &mut Request, depot: &mut Depot, response: &mut Response, ctrl: &mut FlowCtrl) {
            ctrl.call_next(request, depot, response).await;
            let body = http_body_util::BodyExt::collect(response.take_body()).await.unwrap().to_bytes();
            response.body(body.repeat(2));
        }
    }

    fn routes(path: &str) -> Router {
        let route = |name: &str| Router::with_path(format!("{name}/{{form}}/{{status}}/{{lines}}"));
        let borrowed = By(|request: &mut Request, response: &mut Response| {
            let form: String = request.param("form").unwrap();
            let status = request.param::<u16>("status").unwrap().try_into().unwrap();
            let order = order(request.param("lines").unwrap());
            respond(&form, status, record_http::JsonRef(&order), response);
        });
        Router::with_path(path)
            .push(route("ours").goal(side(record_http::Json)))
            .push(route("theirs").goal(side(salvo_core::prelude::Json)))
            .push(route("ours-borrowed").goal(borrowed))
            .push(
                route("ours-raw")
                    .goal(side(|order: Order| record_http::RawJson::new(serde_json::to_vec(&order).unwrap()))),
            )
    }

    fn router() -> Router {
        Router::new().push(routes("set").hoop(Sets)).push(routes("twice").hoop(Twice)).push(routes("plain"))
    }

    /// As salvo gives it to hyper.
    fn seen(service: &Service, method: &Method, path: &str) -> Seen {
        let request = http::Request::builder().method(method.clone()).uri(format!("http://x{path}"));
        ask(service, request.body(ReqBody::None).unwrap())
    }

    #[test]
    fn the_same_as_salvos() {
        let service = Service::new(router());
        let mut compared = 0;
        for form in FORMS {
            for status in STATUSES {
                for lines in LINES {
                    for method in [Method::GET, Method::HEAD, Method::POST] {
                        for layer in ["/plain", "/set", "/twice"] {
                            let path = |side: &str| format!("{layer}/{side}/{form}/{status}/{lines}");
                            let theirs = seen(&service, &method, &path("theirs"));
                            for side in ["ours", "ours-borrowed", "ours-raw"] {
                                assert_eq!(seen(&service, &method, &path(side)), theirs, "{method} {}", path(side));
                                compared += 1;
                            }
                            let text = serde_json::to_vec(&order(lines)).unwrap();
                            let sent = if layer == "/twice" { text.repeat(2) } else { text };
                            assert_eq!(theirs.body, if method == Method::HEAD { Vec::new() } else { sent });
                        }
                    }
                }
            }
        }
        assert_eq!(compared, 6 * 18 * 3 * 3 * 3 * 3);
    }

    #[test]
    fn the_same_as_salvos_over_sockets() {
        let address = wire::serve(async move |listener| {
            Server::new(TcpAcceptor::try_from(listener).unwrap()).serve(router()).await;
        });
        for version in Version::ALL {
            for form in FORMS {
                let answers = |side: &str| {
                    let paths: Vec<_> =
                        STATUSES.iter().map(|status| format!("/plain/{side}/{form}/{status}/30")).collect();
                    let requests: Vec<_> =
                        paths.iter().flat_map(|path| [("GET", path.as_str()), ("HEAD", path)]).collect();
                    let mut answers = wire::ask(address, version, &requests);
                    for answer in &mut answers {
                        answer.headers.retain(|(name, _)| name != "date");
                    }
                    answers
                };
                assert_eq!(answers("ours"), answers("theirs"), "{version:?} {form}");
            }
        }
    }
}

/// Frameworks that are compared over sockets: all versions, forms, statuses and methods, and over HTTP/1.1 all lengths.
mod over_sockets {
    use std::net::SocketAddr;

    use super::{LINES, STATUSES, order};
    use crate::wire::{self, Version};

    fn compare(address: SocketAddr, versions: &[Version], forms: &[&str], statuses: &[u16]) {
        let mut compared = 0;
        for &version in versions {
            // Of other versions, a length that is not special.
            let lengths = if version == Version::Http11 { &LINES[..] } else { &[30] };
            for form in forms {
                for &lines in lengths {
                    let answers = |side: &str| {
                        let paths: Vec<_> =
                            statuses.iter().map(|status| format!("/{side}/{form}/{status}/{lines}")).collect();
                        let requests: Vec<_> =
                            paths.iter().flat_map(|path| [("GET", path.as_str()), ("HEAD", path)]).collect();
                        let mut answers = wire::ask(address, version, &requests);
                        for answer in &mut answers {
                            answer.headers.retain(|(name, _)| name != "date");
                            // ntex keeps headers in a map whose order changes.
                            answer.headers.sort();
                        }
                        answers
                    };
                    let theirs = answers("theirs");
                    let text = serde_json::to_vec(&order(lines)).unwrap();
                    assert!(theirs[0].body == text && theirs[1].body.is_empty(), "{version:?} {form} {lines}");
                    for side in ["ours", "ours-borrowed", "ours-raw"] {
                        for (n, (ours, theirs)) in answers(side).iter().zip(&theirs).enumerate() {
                            assert!(ours == theirs, "{version:?} {form} {lines} {side} {n}: {ours:?}, {theirs:?}");
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(compared, (versions.len() + 2) * forms.len() * 3 * 2 * statuses.len());
    }

    #[test]
    fn the_same_as_rockets() {
        let address = crate::rocket::serve(crate::rocket::rocket(crate::rocket::compared));
        compare(address, &Version::ALL, &crate::rocket::FORMS, &STATUSES);
    }

    #[test]
    fn the_same_as_warps() {
        compare(crate::warp::serve(crate::warp::compared()), &Version::ALL, &crate::warp::FORMS, &STATUSES);
    }

    #[test]
    fn the_same_as_ntexs() {
        // It speaks HTTP/2 over TLS alone. A body that a handler gives to a 204 or a 304, it sends.
        let statuses: Vec<_> = STATUSES.into_iter().filter(|status| !matches!(status, 204 | 304)).collect();
        compare(crate::ntex::compared_server(), &[Version::Http10, Version::Http11], &crate::ntex::FORMS, &statuses);
    }
}
