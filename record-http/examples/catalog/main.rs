//! A catalogue of 10,000 products as a service: lists, single products, an export that is streamed, statistics. The same
//! routes with `axum::Json` are under `/serde`, for comparison with a load tool.
//!
//! `cargo run --release --example catalog`, and `-- --help` after it.

#![forbid(unsafe_code)]

mod audit;
mod options;
mod products;
mod service;
mod stop;

use std::io::{ErrorKind, Write, stdout};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use axum::ServiceExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use self::options::Request;

/// How long the responses under way may take when the service is told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let (port, demo_leak, samples) = match options::parse(std::env::args_os().skip(1)) {
        Ok(Request::Help) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Request::Serve { port, demo_leak, samples }) => (port, demo_leak, samples),
        Err(message) => {
            eprintln!("catalog: {message}");
            return ExitCode::from(2);
        }
    };
    // The causes of 500s.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    match serve(port, demo_leak, samples) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("catalog: {message}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(port: u16, demo_leak: bool, samples: Option<PathBuf>) -> Result<(), String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!("port {port} is in use; choose another by --port, or --port 0 for a free one"),
        _ => format!("cannot listen on {address}: {error}"),
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    // Signals are caught before anybody can know the address.
    let stopped = stop::stop_signal().map_err(|error| format!("cannot catch signals: {error}"))?;
    // A script reads this line to find the port; nobody may be there to read it.
    let _ = writeln!(stdout(), "listening on http://{address}").and_then(|()| stdout().flush());
    let samples = samples.map(audit::sample_store).transpose()?;
    let service = audit::audited(service::router(), demo_leak, samples.clone());
    let (stopping, begun) = oneshot::channel();
    let server = axum::serve(listener, service.into_make_service()).with_graceful_shutdown(async {
        let _: Result<(), _> = begun.await;
    });
    let told = async {
        stopped.await;
        // An error means that the server is gone.
        let _ = stopping.send(());
    };
    let end = stop::within(server.into_future(), told, PATIENCE).await;
    let end = end.map_err(|error| format!("the service failed: {error}"));
    // Those of the window that has not ended.
    let flushed = samples.map_or(Ok(()), |samples| samples.flush());
    end.and(flushed.map_err(|error| format!("samples cannot be written: {error}")))
}
