//! How long a request waits while the metrics are scraped: `cargo run --release --example scrape`.
//!
//! A ledger of so many routes, each with four methods and four statuses, is scraped by one thread. Another sends
//! requests meanwhile, and notes the longest. On a busy machine a thread may lose its core for milliseconds. So it
//! prints the median of the longest of many scrapes. Beside it stands the same while the other thread scrapes a ledger
//! that has nothing in common with the requests. Where other programs want the cores: `chrt -r 1` before the program.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger, MetricsFormat};
use tower::{Layer, Service, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const SCRAPES: usize = 21;

type Answer = Result<Response<Full<Bytes>>, Infallible>;

#[expect(clippy::needless_pass_by_value, reason = "a service takes its requests")]
fn answer(request: Request<u16>) -> Ready<Answer> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"x")));
    *response.status_mut() = http::StatusCode::from_u16(*request.body()).expect("a status");
    ready(Ok(response))
}

fn send<S: Service<Request<u16>>>(service: &mut S, route: usize, method: &str, status: u16) {
    let request = Request::builder().method(method).uri(format!("/service/resource{route}/7")).body(status);
    let mut future = pin!(service.call(request.expect("valid")));
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

/// The routes of a service with a REST interface.
fn fill<S: Service<Request<u16>>>(service: &mut S, routes: usize) {
    for route in 0..routes {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            for status in [200, 400, 404, 500] {
                send(service, route, method, status);
            }
        }
    }
}

/// The longest request while another thread scrapes, and how long that took.
fn longest_during_scrape<S: Service<Request<u16>>>(
    service: &mut S,
    routes: usize,
    scraped: &Arc<Ledger>,
) -> (Duration, Duration) {
    let scraped = Arc::clone(scraped);
    let scrape = std::thread::spawn(move || {
        let (started, mut text) = (Instant::now(), String::new());
        scraped.write_metrics(MetricsFormat::OpenMetrics, &mut text);
        started.elapsed()
    });
    let (mut longest, mut route) = (Duration::ZERO, 0);
    while !scrape.is_finished() {
        let started = Instant::now();
        send(service, route % routes, "GET", 200);
        longest = longest.max(started.elapsed());
        route += 1;
    }
    (longest, scrape.join().expect("no panic"))
}

fn main() {
    println!("                  a request on the                   longest request during a scrape");
    println!(
        "{:>6} {:>7} {:>10} {:>10} {:>10} {:>14} {:>14}",
        "routes", "series", "first", "last route", "a scrape", "of its ledger", "of another"
    );
    for routes in [10, 100, 1000] {
        let patterns: Vec<String> = (0..routes).map(|number| format!("/service/resource{number}/{{id}}")).collect();
        let ledger = Arc::new(Ledger::new());
        let audit = Audit::builder().routes(patterns.iter().map(String::as_str)).build(Arc::clone(&ledger));
        let mut service = AuditLayer::new(audit).layer(service_fn(answer));
        fill(&mut service, routes);
        let mut per_request = |route| {
            let started = Instant::now();
            (0..2000).for_each(|_| send(&mut service, route, "DELETE", 500));
            started.elapsed() / 2000
        };
        let (first, last) = (per_request(0), per_request(routes - 1));
        // As busy, and without anything in common with the requests.
        let other = Arc::new(Ledger::new());
        let audit = Audit::builder().routes(patterns.iter().map(String::as_str)).build(Arc::clone(&other));
        let mut apart = AuditLayer::new(audit).layer(service_fn(answer));
        fill(&mut apart, routes);
        let mut longest = |scraped: &Arc<Ledger>| {
            let mut scrapes: Vec<_> =
                (0..SCRAPES).map(|_| longest_during_scrape(&mut service, routes, scraped)).collect();
            scrapes.sort();
            scrapes[SCRAPES / 2]
        };
        let ((during, took), (beside, _)) = (longest(&ledger), longest(&other));
        println!(
            "{routes:>6} {:>7} {first:>10.1?} {last:>10.1?} {took:>10.1?} {during:>14.1?} {beside:>14.1?}",
            routes * 16
        );
    }
}
