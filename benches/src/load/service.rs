//! The service: one thread, each body by both responders, and what the service knows of itself.

#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::Ipv4Addr;
use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use record_http::Json;
use record_http::axum::RecycleHeaders;
use tokio::net::TcpListener;

use crate::allocations;
use crate::corpus::list::{self, Row};

/// The lengths of the bodies, exactly.
pub(super) const BODY_BYTES: [usize; 4] = [88, 1_800, 64_000, 1_000_000];

/// Who writes the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Recycled,
    Record,
    Serde,
}

impl Route {
    pub(super) const ALL: [Self; 3] = [Self::Recycled, Self::Record, Self::Serde];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Recycled => "record, RecycleHeaders",
            Self::Record => "record",
            Self::Serde => "axum::Json",
        }
    }

    pub(super) fn path(self, bytes: usize) -> String {
        let route = match self {
            Self::Recycled => "recycled",
            Self::Record => "record",
            Self::Serde => "serde",
        };
        format!("/{route}/{bytes}")
    }
}

/// Serves until standard input ends, so that a service never outlives whoever started it. Says its address first.
pub(super) fn serve(out: &mut impl Write) -> std::io::Result<()> {
    std::thread::spawn(|| {
        // An error ends it as well.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        writeln!(out, "{}", listener.local_addr()?)?;
        out.flush()?;
        axum::serve(listener, router()).await
    })
}

fn router() -> Router {
    let mut router = Router::new().route("/knowledge", get(async || axum::Json(knowledge())));
    for bytes in BODY_BYTES {
        router = router
            .route(&Route::Recycled.path(bytes), get(async move |_: RecycleHeaders| Json(body(bytes))))
            .route(&Route::Record.path(bytes), get(async move || Json(body(bytes))))
            .route(&Route::Serde.path(bytes), get(async move || axum::Json(body(bytes))));
    }
    router
}

/// The allocations of the service's one thread so far, and the peak of its memory in bytes (0 where the system does not
/// say).
fn knowledge() -> [u64; 2] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    [allocations::so_far(), peak.unwrap_or(0) * 1024]
}

fn body(bytes: usize) -> &'static [Row] {
    static BODIES: LazyLock<[Vec<Row>; 4]> = LazyLock::new(|| BODY_BYTES.map(rows));
    let index = BODY_BYTES.iter().position(|&other| other == bytes).expect("a length of the list");
    &BODIES[index]
}

/// Rows of the corpus `list` whose text has exactly this length: the last name makes up for what is missing.
fn rows(bytes: usize) -> Vec<Row> {
    let page = list::corpus().documents.remove(0);
    let mut rows: Vec<Row> = Vec::new();
    let mut length = "[".len();
    for row in page.iter().cycle() {
        let next = record_runtime::to_vec(row).len() + ",".len();
        if length + next > bytes {
            break;
        }
        length += next;
        rows.push(row.clone());
    }
    let last = rows.last_mut().expect("a row is shorter than any body");
    last.name.push_str(&"x".repeat(bytes - length));
    rows
}

#[cfg(test)]
mod tests {
    use super::{BODY_BYTES, body};

    #[test]
    fn bodies_have_their_length() {
        for bytes in BODY_BYTES {
            assert_eq!(record_runtime::to_vec(body(bytes)).len(), bytes);
            assert_eq!(serde_json::to_vec(body(bytes)).unwrap(), record_runtime::to_vec(body(bytes)));
        }
    }
}
