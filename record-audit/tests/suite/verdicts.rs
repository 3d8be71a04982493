//! The ledger's verdicts on routes whose requests keep memory, however the audit is set up.

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use http_body_util::Empty;
use record_audit::{Audit, AuditLayer, Finding, Ledger, RouteReport, Verdict};
use tower::{Layer, ServiceExt, service_fn};

type Kept = Arc<Mutex<Vec<Vec<u8>>>>;

/// Sends a request of `route` through `audit`, whose handler keeps so many bytes.
fn send(audit: &Audit<Arc<Ledger>>, route: &str, kept: &Kept, bytes: usize) {
    let service = AuditLayer::new(audit.clone()).layer(service_fn(move |_: Request<()>| {
        drop(black_box(vec![1_u8; 3000]));
        if bytes > 0 {
            kept.lock().expect("unpoisoned").push(black_box(vec![1; bytes]));
        }
        std::future::ready(Ok::<_, Infallible>(Response::new(Empty::<bytes::Bytes>::new())))
    }));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut future = std::pin::pin!(service.oneshot(Request::get(route).body(()).expect("a path")));
    assert!(future.as_mut().poll(&mut context).is_ready());
}

fn audit(ledger: &Arc<Ledger>, route: &str) -> Audit<Arc<Ledger>> {
    Audit::builder().routes([route]).track_one_in(1).build(Arc::clone(ledger))
}

/// Room for what is kept, so that the list itself is no part of it.
fn kept() -> Kept {
    Arc::new(Mutex::new(Vec::with_capacity(20_000)))
}

fn of(ledger: &Ledger, route: &str) -> RouteReport {
    ledger.route(route).expect("it had requests")
}

/// One audit per worker, as in the closure of actix-web's `HttpServer::new`: each sees its own requests alone.
#[test]
fn several_audits_of_one_ledger_are_added() {
    for workers in [1, 2, 3, 4, 8] {
        // In turn, and with some that are busier than others.
        for is_even in [true, false] {
            let (ledger, kept) = (Arc::new(Ledger::new()), kept());
            let audits: Vec<_> = (0..workers).map(|_| audit(&ledger, "/worker")).collect();
            for number in 0..2000_usize {
                let worker = if is_even { number } else { (number * number / 7) % (number % workers + 1) } % workers;
                send(&audits[worker], "/worker", &kept, 1000);
            }
            let route = of(&ledger, "/worker");
            assert_eq!(route.alive_bytes, Some(2_000_000), "{workers} {is_even}");
            assert_eq!(route.finding, Finding::Leaking, "{workers} {is_even} {}", route.verdict);
            assert_eq!(route.verdict, "leaking about 1000 bytes per request (±\u{a0}0)", "{workers} {is_even}");
        }
    }
}

/// Two ledgers of one process do not see each other's requests, whose routes have the same names.
#[test]
fn ledgers_are_apart() {
    let (one, other, kept) = (Arc::new(Ledger::new()), Arc::new(Ledger::new()), kept());
    let (leaking, healthy) = (audit(&one, "/same"), audit(&other, "/same"));
    for _ in 0..1000 {
        send(&leaking, "/same", &kept, 700);
        send(&healthy, "/same", &kept, 0);
    }
    assert_eq!((of(&one, "/same").finding, of(&other, "/same").finding), (Finding::Leaking, Finding::Steady));
    assert_eq!((of(&one, "/same").alive_bytes, of(&other, "/same").alive_bytes), (Some(700_000), Some(0)));
}

#[test]
fn what_the_first_request_makes_for_all_is_no_leak() {
    for first in [1, 2, 7] {
        let (ledger, kept) = (Arc::new(Ledger::new()), kept());
        let audit = audit(&ledger, "/lazy");
        for number in 1..=500 {
            send(&audit, "/lazy", &kept, if number == first { 2_408_392 } else { 0 });
        }
        let route = of(&ledger, "/lazy");
        assert_eq!(route.finding, Finding::Steady, "{}", route.verdict);
        let by = if first == 1 { "by the first request of the route" } else { "by request " };
        assert!(route.verdict.contains("2.3 MiB allocated once, ") && route.verdict.contains(by), "{}", route.verdict);
        // If it happens again, it is a warning.
        send(&audit, "/lazy", &kept, 2_408_392);
        for _ in 0..30 {
            send(&audit, "/lazy", &kept, 0);
        }
        let route = of(&ledger, "/lazy");
        assert_eq!(route.finding, Finding::Holding, "{}", route.verdict);
        assert!(route.verdict.starts_with("2 requests ended long ago and still hold 4.6 MiB"), "{}", route.verdict);
        // Until it is given back.
        kept.lock().expect("unpoisoned").pop();
        assert_eq!(of(&ledger, "/lazy").finding, Finding::Steady);
    }
}

#[test]
fn one_late_request_that_keeps_much_is_a_warning() {
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = audit(&ledger, "/late");
    for number in 0..300 {
        send(&audit, "/late", &kept, if number == 100 { 5 << 20 } else { 0 });
    }
    let route = of(&ledger, "/late");
    assert_eq!(route.finding, Finding::Holding);
    assert!(route.verdict.ends_with("ended long ago and still holds 5 MiB"), "{}", route.verdict);
}

/// Which of the first requests may keep something for all, how much is much, and when a request ended long ago.
#[test]
fn bounds_of_what_is_held() {
    const MIB: usize = 1 << 20;
    for (at, bytes, expected) in [
        (16, MIB, Finding::Steady),
        (17, MIB, Finding::Holding),
        (17, MIB - 1, Finding::Steady),
        (200, MIB, Finding::Holding),
    ] {
        let (ledger, kept) = (Arc::new(Ledger::new()), kept());
        let audit = audit(&ledger, "/bound");
        // Enough for a verdict, and so many that the step is behind what is judged.
        for number in 1..=400 {
            send(&audit, "/bound", &kept, if number == at { bytes } else { 0 });
        }
        let route = of(&ledger, "/bound");
        assert_eq!(route.finding, expected, "{at} {bytes} {}", route.verdict);
        assert_eq!(route.verdict.contains("; 1 MiB allocated once, by request "), at == 16, "{}", route.verdict);
    }
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = audit(&ledger, "/age");
    for number in 1..=300 {
        send(&audit, "/age", &kept, if number == 200 { MIB } else { 0 });
        let is_long_ago = number >= 216;
        assert_eq!(of(&ledger, "/age").finding == Finding::Holding, is_long_ago, "{number}");
    }
}

/// Of more requests than are remembered, those that hold least are forgotten.
#[test]
fn the_largest_of_many_are_remembered() {
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = audit(&ledger, "/many");
    // In halves of a MiB: one decimal is enough, whatever few bytes are held beside them.
    let mut expected: Vec<usize> = Vec::new();
    for number in 0..24_usize {
        if expected.len() == 16 {
            let least = (0..16).min_by_key(|place| expected[*place]).expect("there are some");
            expected.swap_remove(least);
        }
        // Each amount once, in no order.
        let halves = 2 + number * 7 % 24;
        expected.push(halves);
        send(&audit, "/many", &kept, halves << 19);
        for _ in 0..20 {
            send(&audit, "/many", &kept, 0);
        }
        if number >= 8 {
            // A decimal is left out where it is zero, and from 100 on.
            let held = expected.iter().sum::<usize>();
            let sum = match (held / 2, held % 2) {
                (100.., _) => held.div_ceil(2).to_string(),
                (whole, 0) => whole.to_string(),
                (whole, _) => format!("{whole}.5"),
            };
            let count = expected.len();
            let text = format!("{count} requests ended long ago and still hold {sum} MiB, mostly by request ");
            let verdict = of(&ledger, "/many").verdict;
            assert!(verdict.starts_with(&text), "{number}: {verdict}, and not {text}");
        }
    }
}

#[test]
fn large_numbers_are_read_easily() {
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = audit(&ledger, "/large");
    for _ in 0..300 {
        send(&audit, "/large", &kept, 150 << 10);
    }
    assert_eq!(of(&ledger, "/large").verdict, "leaking about 150 KiB per request (±\u{a0}0)");
}

/// A trend of levels, fed as the ledger does it, still says what it said before.
#[test]
fn a_sum_of_levels_is_a_level() {
    let mut trend = record_audit::Trend::new();
    let mut levels = [0_i64; 4];
    for request in 0..2000_usize {
        levels[request * 7 % 4] += 48;
        trend.observe_level(levels.iter().sum());
    }
    assert!(
        matches!(trend.verdict(), Verdict::Leaking { bytes_per_request, .. } if (bytes_per_request - 48.0).abs() < 1e-9)
    );
}
