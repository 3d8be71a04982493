//! Five ways in which handlers keep memory, each next to a twin that does the same work and gives it back. It prints
//! the audit's verdict on each.
//!
//! `cargo run --release --example leak_lab`. Ends with exit code 1 if a leak was missed or a healthy handler blamed.

mod handlers;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use handlers::{Handler, Lab};
use http::Request;
use record_audit::{Audit, AuditLayer, CountingAllocator, Finding, Ledger, RouteReport, sample_stacks};
use tower::{Layer, Service, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// A leak must be found within so many requests, and within a minute.
const REQUESTS: u64 = 400;
const PATIENCE: Duration = Duration::from_secs(60);

// One thread: tasks run when the loop below yields, and every run is the same.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    println!("{:<38} {:>8} {:>9}  audit", "handler", "requests", "after");
    // A call stack for every two kilobytes on average.
    sample_stacks(2048);
    let mut right = true;
    for pair in handlers::PAIRS {
        right &= examine(pair.leaking, pair.finding).await;
        right &= examine(pair.healthy, Finding::Steady).await;
    }
    println!("{}", if right { "every leak found, every healthy twin cleared" } else { "the audit was wrong" });
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Sends requests until the audit has its finding, and prints it.
async fn examine(handler: Handler, expected: Finding) -> bool {
    let ledger = Arc::new(Ledger::new());
    let audit = Audit::builder().routes([handler.route]).track_one_in(1).build(Arc::clone(&ledger));
    let lab = Arc::new(Lab::default());
    let mut service = AuditLayer::new(audit).layer(service_fn({
        let lab = Arc::clone(&lab);
        move |_: Request<()>| (handler.run)(Arc::clone(&lab))
    }));

    let started = Instant::now();
    let mut sent = 0;
    let mut report = None;
    while sent < REQUESTS && started.elapsed() < PATIENCE {
        let request = Request::get(handler.route).body(()).expect("a valid path");
        let answer = service.ready().await.expect("always ready").call(request).await.expect("infallible");
        drop(answer);
        // Spawned tasks get their turn, as they would while a server waits for its sockets.
        tokio::task::yield_now().await;
        sent += 1;
        report = ledger.route(handler.route);
        // A leak is reported when it is found; "steady" only after all requests.
        if expected != Finding::Steady && report.as_ref().is_some_and(|report| report.finding == expected) {
            break;
        }
    }
    let report = report.expect("requests were sent");
    let right = report.finding == expected;
    print(&report, sent, started.elapsed(), right);
    if right && expected != Finding::Steady {
        print_place(&ledger, handler.route);
    }
    right
}

fn print(report: &RouteReport, sent: u64, after: Duration, right: bool) {
    let mark = if right { "" } else { "   <-- WRONG" };
    println!("{:<38} {sent:>8} {:>6} ms  {}{mark}", report.route, after.as_millis(), report.verdict);
}

/// The innermost function of this example on the stack that most of the memory comes from.
fn print_place(ledger: &Ledger, route: &str) {
    let sites = ledger.sites(route);
    let place = sites.first().and_then(|site| site.frames.iter().find(|frame| frame.contains("leak_lab")));
    if let Some(place) = place {
        println!("{:<38} allocated in {place}", "");
    }
}
