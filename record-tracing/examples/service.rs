//! Lines of a service: requests as spans, records of `log`, and the times of spans that are closed.
//!
//! ```text
//! cargo run -p record-tracing --example service
//! cargo run -p record-tracing --example service | jq .fields
//! ```

use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::{error, info, info_span};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::prelude::*;

fn main() {
    // `init` takes records of the crate `log`, too.
    let layer = record_tracing::layer().with_span_events(FmtSpan::CLOSE).with_thread_names(true);
    tracing_subscriber::registry().with(layer).with(LevelFilter::INFO).init();

    info!(port = 8080, "listening");
    for id in 1..=2_u64 {
        let request = info_span!("request", id, path = "/orders", status = tracing::field::Empty).entered();
        info!(peer = ?[192, 0, 2, 7], "accepted");
        info_span!("query", table = "orders").in_scope(|| {
            std::thread::sleep(Duration::from_millis(3));
            log::warn!("a record of `log` says \"slow\"");
        });
        let failed = std::io::Error::other("the client is gone");
        if id == 2 {
            error!(error = &failed as &(dyn std::error::Error + 'static), "not sent");
        }
        request.record("status", if id == 1 { 200 } else { 499 });
    }
}
