//! A program that forgot to install the allocator: numbers are absent, never zero.

use record_audit::{FollowedScope, is_active, measure, measure_future};

#[test]
fn nothing_reports_zeros() {
    assert!(!is_active());
    assert_eq!(measure(|| drop(std::hint::black_box(vec![1_u8; 10]))).1, None);
    assert!(FollowedScope::new().left_behind().is_none());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(runtime.block_on(measure_future(async { 3 })), (3, None));
}

#[test]
#[should_panic(expected = "needs `CountingAllocator`")]
fn an_assertion_that_could_not_fail_fails() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(record_audit::assert_allocations(1000, async {}));
}

#[cfg(feature = "tower")]
#[test]
fn a_ledger_says_so() {
    use std::convert::Infallible;
    use std::sync::Arc;

    use http::{Request, Response};
    use http_body_util::Empty;
    use record_audit::{Audit, AuditLayer, Finding, Ledger};
    use tower::{Layer, ServiceExt, service_fn};

    let ledger = Arc::new(Ledger::new());
    let audit = Audit::builder().track_one_in(1).build(Arc::clone(&ledger));
    let service = AuditLayer::new(audit)
        .layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Empty::<bytes::Bytes>::new()))));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for _ in 0..500 {
        drop(runtime.block_on(service.clone().oneshot(Request::new(()))).expect("infallible"));
    }
    let report = ledger.report();
    assert!(!report.allocator_installed);
    let route = &report.routes[0];
    assert_eq!((route.requests, route.allocations, route.balance_bytes, route.alive_bytes), (500, None, None, None));
    assert_eq!((route.finding, route.verdict.as_str()), (Finding::Unknown, "the counting allocator is not installed"));
    let mut text = String::new();
    ledger.write_metrics(record_audit::MetricsFormat::Prometheus, &mut text);
    assert!(text.contains("http_server_request_duration_seconds_count"));
    assert!(!text.contains("record_audit_allocations_total{"), "{text}");
}
