//! A server per framework, each on a thread of its own that ends with the process, with the same routes.

use std::convert::Infallible;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

use ::axum::Router;
use ::axum::routing::get;
use actix_web::web;
use record_http::axum::RecycleHeaders;
use record_http::http::JsonBody;
use record_http::{AcceptEncoding, CachedJson, Conditions, Json, JsonRef, Versioned};
use record_runtime::ZeroAllocJson;
use serde::Serialize;
use tokio::net::TcpListener;

use super::Size;
use super::counting::count_this_thread;

#[derive(Serialize, ZeroAllocJson)]
pub(crate) struct Message {
    text: String,
}

static MESSAGES: LazyLock<[Message; 3]> = LazyLock::new(|| {
    [Size::Bytes88, Size::Kilobytes2, Size::Kilobytes64]
        .map(|size| Message { text: "x".repeat(size.bytes() - "{\"text\":\"\"}".len()) })
});

fn message(size: Size) -> &'static Message {
    &MESSAGES[size as usize]
}

/// The same with a tag and a time.
fn versioned(size: Size) -> Versioned<JsonRef<'static, Message>> {
    JsonRef(message(size)).etag().last_modified(std::time::UNIX_EPOCH)
}

pub(crate) fn tag(size: Size) -> String {
    versioned(size).answer(Conditions::default()).etag().unwrap().to_owned()
}

static CACHED: LazyLock<CachedJson> = LazyLock::new(|| CachedJson::new(message(Size::Kilobytes2)).unwrap());

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Runs a server on a counted thread of its own.
fn on_a_thread<F: Future<Output = ()>>(serve: impl FnOnce(TcpListener) -> F + Send + 'static) -> SocketAddr {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::bind(LOOPBACK).await.unwrap();
            send.send(listener.local_addr().unwrap()).unwrap();
            count_this_thread();
            serve(listener).await;
        });
    });
    receive.recv().unwrap()
}

pub(crate) fn axum() -> SocketAddr {
    let cached = async |conditions: Conditions, encodings: AcceptEncoding| CACHED.answer(conditions, encodings);
    let mut router = Router::new().route("/empty", get(async || {})).route("/cached", get(cached));
    for (name, size) in [("88", Size::Bytes88), ("2k", Size::Kilobytes2), ("64k", Size::Kilobytes64)] {
        router = router
            .route(&format!("/json/{name}"), get(async move || Json(message(size))))
            .route(&format!("/recycled/{name}"), get(async move |_: RecycleHeaders| Json(message(size))))
            .route(
                &format!("/versioned/{name}"),
                get(async move |conditions: Conditions| versioned(size).answer(conditions)),
            )
            .route(&format!("/serde/{name}"), get(async move || ::axum::Json(message(size))));
    }
    on_a_thread(async move |listener| ::axum::serve(listener, router).await.unwrap())
}

pub(crate) fn poem() -> SocketAddr {
    use ::poem::endpoint::make_sync;
    use ::poem::listener::TcpAcceptor;
    let cached = make_sync(|request: ::poem::Request| {
        let conditions = Conditions::of(request.method(), request.headers());
        CACHED.answer(conditions, AcceptEncoding::of(request.headers()))
    });
    let mut route =
        ::poem::Route::new().at("/empty", ::poem::get(make_sync(|_| ()))).at("/cached", ::poem::get(cached));
    for (name, size) in [("88", Size::Bytes88), ("2k", Size::Kilobytes2), ("64k", Size::Kilobytes64)] {
        route = route
            .at(format!("/json/{name}"), ::poem::get(make_sync(move |_| Json(message(size)))))
            .at(
                format!("/versioned/{name}"),
                ::poem::get(make_sync(move |request: ::poem::Request| {
                    versioned(size).answer(Conditions::of(request.method(), request.headers()))
                })),
            )
            .at(format!("/serde/{name}"), ::poem::get(make_sync(move |_| ::poem::web::Json(message(size)))));
    }
    on_a_thread(async move |listener| {
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        ::poem::Server::new_with_acceptor(acceptor).run(route).await.unwrap();
    })
}

pub(crate) fn salvo() -> SocketAddr {
    use salvo_core::conn::tcp::TcpAcceptor;
    use salvo_core::prelude::{Depot, FlowCtrl, Handler, Request, Response, Router, Server};
    /// One route for all, since salvo's router allocates for each that it tries.
    struct Serves;
    #[salvo_core::async_trait]
    impl Handler for Serves {
        async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
            let conditions = || Conditions::of(request.method(), request.headers());
            match request.uri().path() {
                "/empty" => {
                    response.body(salvo_core::http::ResBody::Once(bytes::Bytes::new()));
                }
                "/json/88" => response.render(Json(message(Size::Bytes88))),
                "/json/2k" => response.render(Json(message(Size::Kilobytes2))),
                "/json/64k" => response.render(Json(message(Size::Kilobytes64))),
                "/versioned/88" => response.render(versioned(Size::Bytes88).answer(conditions())),
                "/cached" => response.render(CACHED.answer(conditions(), AcceptEncoding::of(request.headers()))),
                "/serde/88" => response.render(salvo_core::prelude::Json(message(Size::Bytes88))),
                "/serde/2k" => response.render(salvo_core::prelude::Json(message(Size::Kilobytes2))),
                _ => response.render(salvo_core::prelude::Json(message(Size::Kilobytes64))),
            }
        }
    }
    let router = Router::with_path("{**path}").get(Serves);
    on_a_thread(async move |listener| {
        Server::new(TcpAcceptor::try_from(listener).unwrap()).serve(router).await;
    })
}

pub(crate) fn rocket() -> SocketAddr {
    use ::rocket::fairing::AdHoc;
    use ::rocket::response::Responder;
    use ::rocket::route::{Handler, Outcome};
    use ::rocket::{Data, Request, Route, serde::json};
    /// One route for all, so that all have the same path through the router.
    #[derive(Clone)]
    struct Serves;
    #[::rocket::async_trait]
    impl Handler for Serves {
        async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
            let response = match request.uri().path().as_str() {
                "/empty" => ().respond_to(request),
                "/json/88" => Json(message(Size::Bytes88)).respond_to(request),
                "/json/2k" => Json(message(Size::Kilobytes2)).respond_to(request),
                "/json/64k" => Json(message(Size::Kilobytes64)).respond_to(request),
                "/versioned/88" => versioned(Size::Bytes88).respond_to(request),
                "/cached" => CACHED.clone().respond_to(request),
                "/serde/88" => json::Json(message(Size::Bytes88)).respond_to(request),
                "/serde/2k" => json::Json(message(Size::Kilobytes2)).respond_to(request),
                _ => json::Json(message(Size::Kilobytes64)).respond_to(request),
            };
            response.map_or_else(Outcome::Error, Outcome::Success)
        }
    }
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = ::rocket::Config {
            port: 0,
            log_level: ::rocket::config::LogLevel::Off,
            shutdown: ::rocket::config::Shutdown { ctrlc: false, ..Default::default() },
            ..::rocket::Config::release_default()
        };
        let told = AdHoc::on_liftoff("address", move |rocket| {
            send.send(SocketAddr::from((Ipv4Addr::LOCALHOST, rocket.config().port))).unwrap();
            Box::pin(async {})
        });
        let routes = vec![Route::new(::rocket::http::Method::Get, "/<path..>", Serves)];
        let rocket = ::rocket::custom(config).mount("/", routes).attach(told);
        count_this_thread();
        drop(runtime.block_on(rocket.launch()).unwrap());
    });
    receive.recv().unwrap()
}

pub(crate) fn warp() -> SocketAddr {
    use ::warp::Filter;
    use ::warp::path::FullPath;
    use ::warp::reply::{Reply, Response, json};
    let all = ::warp::path::full().map(|path: FullPath| match path.as_str() {
        "/empty" => Response::default(),
        "/json/88" => Json(message(Size::Bytes88)).into_response(),
        "/json/2k" => Json(message(Size::Kilobytes2)).into_response(),
        "/json/64k" => Json(message(Size::Kilobytes64)).into_response(),
        "/serde/88" => json(message(Size::Bytes88)).into_response(),
        "/serde/2k" => json(message(Size::Kilobytes2)).into_response(),
        _ => json(message(Size::Kilobytes64)).into_response(),
    });
    let whole = ::warp::path!("versioned" / "88")
        .and(record_http::warp::conditions())
        .map(|conditions| versioned(Size::Bytes88).answer(conditions).into_response());
    let cached = ::warp::path("cached")
        .and(record_http::warp::conditions())
        .and(record_http::warp::accept_encoding())
        .map(|conditions, encodings| CACHED.answer(conditions, encodings).into_response());
    let all = whole.or(cached).unify().or(all).unify();
    on_a_thread(async move |listener| ::warp::serve(all).incoming(listener).run().await)
}

pub(crate) fn ntex() -> SocketAddr {
    use ::ntex::web::{self, App, HttpResponse, HttpServer};
    let listener = std::net::TcpListener::bind(LOOPBACK).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let system = ::ntex::rt::System::new("ntex", ::ntex::rt::DefaultRuntime);
        system.block_on(async move {
            let app = async || {
                // The application is made by the thread that serves.
                count_this_thread();
                let mut app = App::new()
                    .route("/empty", web::get().to(async || HttpResponse::Ok().finish()))
                    .route("/cached", web::get().to(async || CACHED.clone()));
                for (name, size) in [("88", Size::Bytes88), ("2k", Size::Kilobytes2), ("64k", Size::Kilobytes64)] {
                    app = app
                        .route(&format!("/json/{name}"), web::get().to(async move || Json(message(size))))
                        .route(&format!("/versioned/{name}"), web::get().to(async move || versioned(size)))
                        .route(&format!("/serde/{name}"), web::get().to(async move || web::types::Json(message(size))));
                }
                app
            };
            HttpServer::new(app).workers(1).listen(listener).unwrap().run().await.unwrap();
        });
    });
    address
}

pub(crate) fn hyper(half_close: bool) -> SocketAddr {
    async fn serve(request: http::Request<::hyper::body::Incoming>) -> Result<http::Response<JsonBody>, Infallible> {
        let (parts, _) = request.into_parts();
        let response = match parts.uri.path() {
            "/empty" => http::Response::new(JsonBody::default()),
            "/json/88" => JsonRef(message(Size::Bytes88)).into_http_response(),
            "/versioned/88" => {
                let conditions = Conditions::of(&parts.method, &parts.headers);
                versioned(Size::Bytes88).answer(conditions).into_http_response()
            }
            "/cached" => {
                let conditions = Conditions::of(&parts.method, &parts.headers);
                CACHED.answer(conditions, AcceptEncoding::of(&parts.headers)).into_http_response()
            }
            "/json/2k" => JsonRef(message(Size::Kilobytes2)).into_http_response(),
            _ => JsonRef(message(Size::Kilobytes64)).into_http_response(),
        };
        record_http::http::recycle(parts.headers);
        Ok(response)
    }

    on_a_thread(async move |listener| {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let connection = ::hyper::server::conn::http1::Builder::new()
                .half_close(half_close)
                .serve_connection(hyper_util::rt::TokioIo::new(stream), ::hyper::service::service_fn(serve));
            // In the same task: one connection at a time is all that the client has.
            connection.await.unwrap();
        }
    })
}

pub(crate) fn actix() -> SocketAddr {
    let (send, receive) = channel();
    std::thread::spawn(move || actix_web::rt::System::new().block_on(serve_actix(send)));
    receive.recv().unwrap()
}

async fn serve_actix(address: Sender<SocketAddr>) {
    let server = actix_web::HttpServer::new(|| {
        // The application is made by the thread that serves.
        count_this_thread();
        let mut app = actix_web::App::new().route("/empty", web::get().to(async || actix_web::HttpResponse::Ok()));
        app = app.route("/cached", web::get().to(async || CACHED.clone()));
        for (name, size) in [("88", Size::Bytes88), ("2k", Size::Kilobytes2), ("64k", Size::Kilobytes64)] {
            app = app
                .route(&format!("/json/{name}"), web::get().to(move || async move { Json(message(size)) }))
                .route(&format!("/versioned/{name}"), web::get().to(move || async move { versioned(size) }))
                .route(&format!("/serde/{name}"), web::get().to(move || async move { web::Json(message(size)) }));
        }
        app
    })
    .workers(1)
    .bind(LOOPBACK)
    .unwrap();
    address.send(server.addrs()[0]).unwrap();
    server.run().await.unwrap();
}
