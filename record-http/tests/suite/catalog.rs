//! The example `catalog`: its routes, and the program itself.

#[path = "../../examples/catalog/products.rs"]
mod products;
#[cfg(unix)]
#[path = "../program.rs"]
mod program;
#[path = "../../examples/catalog/service.rs"]
mod service;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

fn ask(method: Method, path: &str) -> (StatusCode, Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = service::router().oneshot(request).await.unwrap();
        assert!(
            response.headers()["content-type"].to_str().unwrap().starts_with("application/"),
            "{path}: {:?}",
            response.headers()
        );
        (response.status(), to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
    })
}

fn ask_json(path: &str) -> (StatusCode, Value) {
    let (status, body) = ask(Method::GET, path);
    (status, serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{path}: {error}")))
}

#[test]
fn both_sides_respond_with_the_same_bytes() {
    for path in [
        "/products",
        "/products?limit=1000&offset=500",
        "/products?offset=9990",
        "/products/1",
        "/products/10000",
        "/export",
    ] {
        let ours = ask(Method::GET, path);
        assert_eq!(ours, ask(Method::GET, &format!("/serde{path}")), "{path}");
        assert_eq!(ours.0, StatusCode::OK);
    }
    let (_, export) = ask(Method::GET, "/export");
    assert_eq!(export.split_inclusive(|&byte| byte == b'\n').count(), 10_000);
}

#[test]
fn pages_are_what_was_asked_for() {
    let ids = |path| {
        let (_, page) = ask_json(path);
        assert_eq!(page["total"], 10_000);
        page["products"].as_array().unwrap().iter().map(|p| p["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids("/products"), (1..=20).collect::<Vec<_>>());
    assert_eq!(ids("/products?limit=2&offset=9999"), [10_000]);
    assert!(ids("/products?offset=10000").is_empty());
    assert!(ids(&format!("/products?offset={}", usize::MAX)).is_empty());
    assert_eq!(ask_json("/stats").1["pool"]["out"].as_u64().map(|out| out < 1000), Some(true));
}

#[test]
fn bad_input_is_answered_in_json_with_the_right_status() {
    let cases = [
        ("/nowhere", StatusCode::NOT_FOUND, "no such route"),
        ("/serde/nowhere", StatusCode::NOT_FOUND, "no such route"),
        ("/products/0", StatusCode::NOT_FOUND, "no product 0"),
        ("/products/10001", StatusCode::NOT_FOUND, "no product 10001"),
        ("/products/seven", StatusCode::BAD_REQUEST, "seven"),
        ("/products/-1", StatusCode::BAD_REQUEST, "-1"),
        ("/products/%FF", StatusCode::BAD_REQUEST, "UTF-8"),
        ("/products?limit=0", StatusCode::BAD_REQUEST, "1 to 1000"),
        ("/products?limit=1001", StatusCode::BAD_REQUEST, "1001"),
        ("/products?limit=many", StatusCode::BAD_REQUEST, "limit"),
        ("/products?limit=-5", StatusCode::BAD_REQUEST, "limit"),
        ("/products?offset=99999999999999999999", StatusCode::BAD_REQUEST, "offset"),
        ("/serde/products?limit=0", StatusCode::BAD_REQUEST, "1 to 1000"),
        ("/unwritable", StatusCode::INTERNAL_SERVER_ERROR, "could not be written"),
    ];
    for (path, status, message) in cases {
        let (answered, body) = ask_json(path);
        assert_eq!(answered, status, "{path}");
        assert!(body["error"].as_str().unwrap().contains(message), "{path}: {body}");
    }
    assert_eq!(ask(Method::POST, "/products").0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(ask(Method::HEAD, "/products"), (StatusCode::OK, Vec::new()));
}

fn outcome(program: &PathBuf, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn the_program_says_where_it_is_and_stops_when_told() {
    let program = program::build();
    for signal in ["TERM", "INT"] {
        let process =
            Command::new(&program).args(["--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut running = program::Running(process.unwrap());
        let address = running.address();

        // An error does not end it.
        for (path, status) in [("/unwritable", "500"), ("/products/3", "200")] {
            let mut connection = TcpStream::connect(&address).unwrap();
            write!(connection, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
            let mut response = String::new();
            connection.read_to_string(&mut response).unwrap();
            assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
        }

        // The port is taken now.
        let port = address.rsplit_once(':').unwrap().1;
        let (code, out_text, err) = outcome(&program, &["--port", port]);
        assert_eq!((code, out_text.as_str(), err.lines().count()), (Some(1), "", 1), "{err}");
        assert!(err.contains("in use") && err.contains(port), "{err}");

        // An idle connection does not keep it from stopping.
        let _idle = TcpStream::connect(&address).unwrap();
        running.signal(signal);
        assert_eq!(running.0.wait().unwrap().code(), Some(0), "after SIG{signal}");
        let mut log = String::new();
        running.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(log.contains("this value is never written"), "the cause is in the log: {log:?}");
    }
    let (code, out, _) = outcome(&program, &["--help"]);
    assert!(code == Some(0) && out.contains("Usage:"));
    for wrong in [&["--port"][..], &["--port", "70000"], &["--prot", "1"]] {
        let (code, out, err) = outcome(&program, wrong);
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(2), "", 1), "{err}");
    }
}
