//! A shop as a service to copy: axum over SQLite, with all that record-http and record-audit have for one.
//!
//! `cargo run --release --example shop`, and `-- --help` after it. [README.md](README.md) says where to begin reading.

#![forbid(unsafe_code)]

mod error;
mod extract;
mod guide;
mod models;
mod operators;
mod options;
mod routes;
mod server;
mod stop;
mod store;
mod streams;
#[cfg(test)]
mod tests;

use std::io::{ErrorKind, Write, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;

use record_audit::CountingAllocator;
use tokio::net::TcpListener;

use self::options::{Options, Request};
use self::routes::Shop;
use self::store::Store;

/// Counts for the audit.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Ok(Request::Help) => {
            print!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Ok(Request::Serve(options)) => options,
        Err(message) => {
            eprintln!("shop: {message}");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("shop: {message}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(options: &Options) -> Result<(), String> {
    let public = listen(SocketAddr::new(options.host, options.port)).await?;
    let operators = listen(SocketAddr::new(options.operators_host, options.operators_port)).await?;
    // Signals are caught before anybody can know the address.
    let told_to_end = stop::stop_signal().map_err(|error| format!("cannot catch signals: {error}"))?;

    // Deleted when this function ends.
    let folder = tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let file = options.database.clone().unwrap_or_else(|| folder.path().join("shop.sqlite"));
    let store = Store::open(&file, options.products).map_err(|error| format!("{}: {error}", file.display()))?;
    let failed = |error| format!("the database failed: {error:?}");
    let token = std::env::var("SHOP_STAFF_TOKEN").ok().filter(|token| !token.is_empty());
    let token = match token {
        Some(token) => token,
        None => store.random_token().await.map_err(|error| failed(error.into()))?,
    };
    let shop = Shop::new(store, &token).await.map_err(failed)?;

    let addresses = (public.local_addr(), operators.local_addr());
    let (Ok(address), Ok(operators_address)) = addresses else { return Err("the sockets have no address".to_owned()) };
    let tries = guide::guide(&shop, address, operators_address).await.map_err(failed)?;
    // A script reads the first line to find the port; nobody may be there to read it.
    let text = format!("listening on http://{address}, for operators on http://{operators_address}\n\nTry:\n{tries}");
    let _ = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
    server::serve(public, operators, shop, told_to_end).await.map_err(|error| format!("the service failed: {error}"))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!("{address} is in use; --help says how to choose another port"),
        _ => format!("cannot listen on {address}: {error}"),
    })
}
