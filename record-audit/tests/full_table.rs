//! More blocks alive than can be followed. In a process of its own, for all others would not be followed either.

use std::hint::black_box;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, CountingAllocator, Finding, Ledger, MAX_BLOCKS, page};
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn is_shown(ledger: &Ledger) -> bool {
    let data = page::answer(ledger, "/data.json", None, None).expect("the data");
    let data: serde_json::Value = serde_json::from_slice(data.body()).expect("JSON");
    data["following_full"].as_bool().expect("it says so")
}

#[tokio::test]
async fn a_full_table_is_shown_and_verdicts_stay() {
    let ledger = Arc::new(Ledger::new());
    let audit = Audit::builder().routes(["/{blocks}"]).track_one_in(1).build(Arc::clone(&ledger));
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keeper = Arc::clone(&kept);
    let service = AuditLayer::new(audit).layer(service_fn(move |request: Request<()>| {
        let blocks: usize = request.uri().path()[1..].parse().expect("a number");
        let more: Vec<_> = (0..blocks).map(|_| black_box(Box::new(1_u64))).collect();
        keeper.lock().expect("unpoisoned").push(more);
        async { Ok::<_, std::convert::Infallible>(Response::new(Full::new("".as_bytes()))) }
    }));
    let ask = async |blocks: usize| {
        let request = Request::get(format!("/{blocks}")).body(()).expect("a path");
        drop(service.clone().oneshot(request).await.expect("infallible"));
        ledger.route("/{blocks}").expect("it was asked for")
    };
    for _ in 0..200 {
        ask(10).await;
    }
    let leaking = ask(10).await;
    assert_eq!((leaking.finding, ledger.report().following_full, is_shown(&ledger)), (Finding::Leaking, false, false));
    // Of this request more blocks are alive than are followed, so that it says nothing about the route.
    let full = ask(MAX_BLOCKS).await;
    assert!(ledger.report().following_full && is_shown(&ledger));
    let after = ask(10).await;
    assert_eq!((full.alive_bytes, full.verdict.as_str()), (leaking.alive_bytes, leaking.verdict.as_str()));
    assert_eq!((after.alive_bytes, after.verdict.as_str()), (leaking.alive_bytes, leaking.verdict.as_str()));
    drop(std::mem::take(&mut *kept.lock().expect("unpoisoned")));
    assert!(!ledger.report().following_full && !is_shown(&ledger));
}
