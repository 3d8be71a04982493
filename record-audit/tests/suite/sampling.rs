//! Samples: no pattern of requests or blocks hides from them, and what they say of all is right on average.

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use http_body_util::Empty;
use record_audit::{Audit, AuditLayer, Finding, Ledger, sample_stacks, seed_sampling};
use tower::{Layer, ServiceExt, service_fn};

type Kept = Arc<Mutex<Vec<Vec<u8>>>>;

/// Stacks are sampled for the whole program: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn send<F: Fn(&str)>(audit: &Audit<Arc<Ledger>>, route: &str, handler: F) {
    let service = AuditLayer::new(audit.clone()).layer(service_fn(|request: Request<()>| {
        handler(request.uri().path());
        std::future::ready(Ok::<_, Infallible>(Response::new(Empty::<bytes::Bytes>::new())))
    }));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut future = std::pin::pin!(service.oneshot(Request::get(route).body(()).expect("a path")));
    assert!(future.as_mut().poll(&mut context).is_ready());
}

fn kept() -> Kept {
    Arc::new(Mutex::new(Vec::with_capacity(200_000)))
}

fn keep(kept: &Kept, bytes: usize) {
    kept.lock().expect("unpoisoned").push(black_box(vec![1; bytes]));
}

/// That `estimate` is `truth` within a share that the number of samples makes very likely.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn assert_about(estimate: Option<i64>, truth: u64, share: f64, what: &str) {
    let estimate = estimate.expect("followed") as f64;
    assert!((estimate / truth as f64 - 1.0).abs() < share, "{what}: {estimate} instead of {truth}");
}

#[test]
fn routes_asked_in_turn_are_both_followed() {
    let _alone = ALONE.lock().expect("unpoisoned");
    for one_in in [2_u32, 3, 16] {
        seed_sampling(u64::from(one_in));
        let (ledger, kept) = (Arc::new(Ledger::new()), kept());
        let audit =
            Audit::builder().routes(["/turn/fine", "/turn/leak"]).track_one_in(one_in).build(Arc::clone(&ledger));
        for _ in 0..10_000 {
            for path in ["/turn/fine", "/turn/leak"] {
                send(&audit, path, |path| {
                    if path == "/turn/leak" {
                        keep(&kept, 1000);
                    }
                });
            }
        }
        let (fine, leak) = (ledger.route("/turn/fine").expect("asked"), ledger.route("/turn/leak").expect("asked"));
        assert_eq!((fine.finding, leak.finding), (Finding::Steady, Finding::Leaking), "1 in {one_in}");
        assert_eq!(leak.verdict, "leaking about 1000 bytes per request (±\u{a0}0)");
        assert_eq!(fine.alive_bytes, Some(0));
        // 10,000 / n requests: five standard errors of their number.
        assert_about(leak.alive_bytes, 10_000_000, 5.0 * (f64::from(one_in) / 10_000.0).sqrt(), "estimated for all");
    }
}

#[cfg(feature = "backtrace")]
#[test]
fn a_block_of_a_pattern_is_found_and_sites_add_up() {
    let _alone = ALONE.lock().expect("unpoisoned");
    seed_sampling(11);
    for interval in [16, 4000, 50_000] {
        sample_stacks(interval);
        let (ledger, kept) = (Arc::new(Ledger::new()), kept());
        let audit = Audit::builder().routes(["/pattern"]).track_one_in(1).build(Arc::clone(&ledger));
        for _ in 0..5000 {
            send(&audit, "/pattern", |_| {
                for number in 0..16 {
                    let block = black_box(vec![1_u8; 1000]);
                    if number == 7 {
                        kept.lock().expect("unpoisoned").push(block);
                    }
                }
            });
        }
        sample_stacks(0);
        let sites = ledger.sites("/pattern");
        assert!(sites[0].frames.iter().any(|frame| frame.contains("a_block_of_a_pattern")), "{sites:#?}");
        let bytes: u64 = sites.iter().map(|site| site.bytes).sum();
        let blocks: u64 = sites.iter().map(|site| site.blocks).sum();
        let samples = 5_000_000.0 / f64::from(interval.max(1000));
        assert_about(i64::try_from(bytes).ok(), 5_000_000, 5.0 / f64::sqrt(samples), "bytes of sites");
        assert_about(i64::try_from(blocks).ok(), 5000, 5.0 / f64::sqrt(samples), "blocks of sites");
    }
}

/// Blocks of two routes, of many sizes, some given back: estimates by bytes, by requests, and by both.
#[test]
fn estimates_are_those_of_everything() {
    let _alone = ALONE.lock().expect("unpoisoned");
    for (seed, one_in, interval) in [(1, 1, 10_000), (2, 4, 1), (3, 3, 5_000), (4, 1, 200_000)] {
        seed_sampling(seed);
        let (ledger, kept) = (Arc::new(Ledger::new()), kept());
        let audit = Audit::builder()
            .routes(["/estimates"])
            .track_one_in(one_in)
            .sample_bytes(interval)
            .build(Arc::clone(&ledger));
        for number in 0..8000_usize {
            send(&audit, "/estimates", |_| {
                keep(&kept, [16, 100, 5000, 16, 20_000][number % 5]);
                drop(black_box(vec![1_u8; 700]));
                if number % 3 == 0 {
                    // Grown, by whomever: the block is as likely followed as one of its new size.
                    let mut kept = kept.lock().expect("unpoisoned");
                    kept.last_mut().expect("pushed").reserve_exact(30_000);
                }
            });
        }
        kept.lock().expect("unpoisoned").truncate(6000);
        // The level is as of the end of a followed request.
        for _ in 0..50 {
            send(&audit, "/estimates", |_| ());
        }
        let truth: u64 = kept.lock().expect("unpoisoned").iter().map(|block| block.capacity() as u64).sum();
        assert!(truth > 50_000_000, "{truth}");
        let share = match (one_in, interval) {
            (1, 200_000) => 0.3,
            _ => 0.12,
        };
        let route = ledger.route("/estimates").expect("asked");
        assert_about(route.alive_bytes, truth, share, &format!("1 in {one_in} requests, {interval} bytes"));
    }
}

/// A list that grows belongs to the request that made it longer last. One that was ever made longer by a followed request
/// stayed followed, and counted for as many as that one stood for.
#[test]
fn lists_that_grow_count_once() {
    const LISTS: usize = 2000;
    let _alone = ALONE.lock().expect("unpoisoned");
    seed_sampling(41);
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    kept.lock().expect("unpoisoned").resize_with(LISTS, Vec::new);
    let audit = Audit::builder().routes(["/lists"]).track_one_in(4).build(Arc::clone(&ledger));
    for n in 0..40 * LISTS {
        send(&audit, "/lists", |_| {
            kept.lock().expect("unpoisoned")[n % LISTS].extend_from_slice(black_box(&[1; 100]));
        });
    }
    for _ in 0..50 {
        send(&audit, "/lists", |_| ());
    }
    let truth = kept.lock().expect("unpoisoned").iter().map(|list| list.capacity() as u64).sum();
    assert_about(ledger.route("/lists").expect("asked").alive_bytes, truth, 0.12, "lists");
    // Work of nobody leaves blocks to those who have them.
    kept.lock().expect("unpoisoned").iter_mut().for_each(|list| list.reserve_exact(20_000));
    for _ in 0..50 {
        send(&audit, "/lists", |_| ());
    }
    let truth = kept.lock().expect("unpoisoned").iter().map(|list| list.capacity() as u64).sum();
    assert_about(ledger.route("/lists").expect("asked").alive_bytes, truth, 0.12, "longer lists");
}

#[test]
fn the_interval_changes_while_the_service_runs() {
    let _alone = ALONE.lock().expect("unpoisoned");
    seed_sampling(21);
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = Audit::builder().routes(["/changing"]).build(Arc::clone(&ledger));
    let send = |count: u32| (0..count).for_each(|_| send(&audit, "/changing", |_| keep(&kept, 500)));
    send(1000);
    assert_eq!(ledger.route("/changing").expect("asked").alive_bytes, None, "nothing is followed");
    // All of them in a rush.
    audit.track_one_in(1);
    send(1000);
    assert_eq!(ledger.route("/changing").expect("asked").alive_bytes, Some(500_000));
    // Some on other days: what was exact before stays so, and what comes is estimated.
    audit.track_one_in(20);
    send(20_000);
    let alive = ledger.route("/changing").expect("asked");
    assert_about(alive.alive_bytes, 10_500_000, 0.16, "after");
    assert_eq!(
        (alive.finding, alive.verdict.as_str()),
        (Finding::Leaking, "leaking about 500 bytes per request (±\u{a0}0)")
    );
    audit.sample_bytes(2000);
    audit.track_one_in(1);
    send(20_000);
    assert_about(ledger.route("/changing").expect("asked").alive_bytes, 20_500_000, 0.1, "by bytes");
    // Chosen blocks are followed until they are given back, whatever is chosen now.
    audit.track_one_in(0);
    kept.lock().expect("unpoisoned").clear();
    audit.track_one_in(1);
    send(1);
    assert!(ledger.route("/changing").expect("asked").alive_bytes.is_some_and(|bytes| bytes < 5000));
}

/// A block that a point happened to fall into stands for many, but its request holds no megabyte.
#[test]
fn a_sampled_block_is_no_held_megabyte() {
    let _alone = ALONE.lock().expect("unpoisoned");
    seed_sampling(31);
    let (ledger, kept) = (Arc::new(Ledger::new()), kept());
    let audit = Audit::builder().routes(["/held"]).track_one_in(1).sample_bytes(4 << 20).build(Arc::clone(&ledger));
    // In each request a small block replaces the one before.
    for _ in 0..20_000 {
        send(&audit, "/held", |_| {
            keep(&kept, 2000);
            drop(black_box(vec![1_u8; 100_000]));
            let mut kept = kept.lock().expect("unpoisoned");
            if kept.len() > 500 {
                kept.remove(0);
            }
        });
    }
    let route = ledger.route("/held").expect("asked");
    assert_eq!(route.finding, Finding::Steady, "{}", route.verdict);
    // One that holds much is found all the same.
    send(&audit, "/held", |_| keep(&kept, 200 << 20));
    (0..50).for_each(|_| send(&audit, "/held", |_| ()));
    let route = ledger.route("/held").expect("asked");
    assert_eq!(route.finding, Finding::Holding, "{}", route.verdict);
}
