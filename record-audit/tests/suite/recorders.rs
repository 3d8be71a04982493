//! Recorders for what services export with, and the ledger's texts.

use std::convert::Infallible;
use std::future::ready;
use std::io::Write;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use record_audit::{
    Audit, AuditLayer, Budget, Finding, Ledger, MetricsFormat, MetricsRecorder, OpenTelemetryRecorder, PoolReport,
    Recorder, RequestRecord, TracingRecorder, page,
};
use tower::{Layer, ServiceExt, service_fn};

/// Sends some requests through an audit that reports to `recorder`.
fn serve<R: Recorder>(recorder: R, paths: &[&str]) {
    let audit = Audit::builder().routes(["/items/{id}", "/heavy"]).build(recorder);
    let service = AuditLayer::new(audit).layer(service_fn(|request: Request<()>| {
        let (status, size) = match request.uri().path() {
            "/heavy" => (StatusCode::OK, 50_000),
            "/items/0" => (StatusCode::INSUFFICIENT_STORAGE, 1),
            _ => (StatusCode::OK, 100),
        };
        let mut response = Response::new(Full::new(Bytes::from(vec![b'x'; size])));
        *response.status_mut() = status;
        ready(Ok::<_, Infallible>(response))
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for (number, path) in paths.iter().enumerate() {
        let request = Request::get(*path).header("x-request-id", format!("id-{number}")).body(()).expect("valid");
        runtime.block_on(async {
            let body = service.clone().oneshot(request).await.expect("infallible").into_body();
            body.collect().await.expect("infallible");
        });
    }
}

const PATHS: [&str; 5] = ["/items/1", "/items/2", "/items/0", "/nowhere/7", "/heavy"];

#[test]
fn the_metrics_facade() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || serve(MetricsRecorder::new(), &PATHS));
    let mut lines: Vec<String> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let value = match value {
                DebugValue::Counter(count) => count.to_string(),
                DebugValue::Gauge(level) => format!("{level}"),
                DebugValue::Histogram(values) if key.key().name().ends_with("seconds") => {
                    format!("{} of", values.len())
                }
                DebugValue::Histogram(values) => format!("{values:?}"),
            };
            format!("{}{{{}}} {value}", key.key().name(), labels.join(","))
        })
        .collect();
    lines.sort();
    let text = lines.join("\n");
    for line in [
        "http_server_active_requests{http_request_method=GET,url_scheme=http} 0",
        "http_server_request_duration_seconds{http_request_method=GET,url_scheme=http,http_route=/items/{id},http_response_status_code=200} 2 of",
        "http_server_request_duration_seconds{http_request_method=GET,url_scheme=http,http_route=/items/{id},http_response_status_code=507} 1 of",
        "http_server_request_duration_seconds{http_request_method=GET,url_scheme=http,http_route=(unmatched),http_response_status_code=200} 1 of",
        "record_audit_request_allocated_bytes{http_route=/heavy} [50000.0]",
        "record_audit_request_allocations{http_route=/heavy} [1.0]",
        "record_audit_requests_total{http_route=/items/{id},outcome=completed} 3",
        // Freed by the client: it grows by what the answer is. As a gauge it may also fall.
        "record_audit_balance_bytes{http_route=/heavy} ",
    ] {
        assert!(lines.iter().any(|has| has.starts_with(line)), "{line} is not in\n{text}");
    }
    assert!(!text.contains("id-0") && !text.contains("/items/1"), "ids and paths are no labels:\n{text}");
}

#[test]
fn opentelemetry_by_its_conventions() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_reader(PeriodicReader::builder(exporter.clone()).build()).build();
    serve(OpenTelemetryRecorder::new(&provider.meter("test")), &PATHS);
    provider.force_flush().expect("exported");
    let resources = exporter.get_finished_metrics().expect("exported");
    let mut seen = Vec::new();
    for metric in resources.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(ScopeMetrics::metrics) {
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                for point in histogram.data_points() {
                    let mut attributes: Vec<_> =
                        point.attributes().map(|it| format!("{}={}", it.key, it.value)).collect();
                    attributes.sort();
                    assert_eq!(point.exemplars().count(), 0, "the SDK fills exemplars now: change the documentation");
                    seen.push(format!(
                        "{} {} {} {}",
                        metric.name(),
                        metric.unit(),
                        attributes.join(" "),
                        point.count()
                    ));
                }
            }
            AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                assert!(!sum.is_monotonic(), "{} may fall", metric.name());
                seen.extend(sum.data_points().map(|point| {
                    let mut attributes: Vec<_> =
                        point.attributes().map(|it| format!("{}={}", it.key, it.value)).collect();
                    attributes.sort();
                    format!("{} {} {}", metric.name(), attributes.join(" "), point.value())
                }));
            }
            AggregatedMetrics::U64(MetricData::Histogram(_)) => seen.push(metric.name().to_owned()),
            _ => {}
        }
    }
    for line in [
        "http.server.request.duration s http.request.method=GET http.response.status_code=200 http.route=/items/{id} url.scheme=http 2",
        "http.server.request.duration s error.type=507 http.request.method=GET http.response.status_code=507 http.route=/items/{id} url.scheme=http 1",
        "http.server.request.duration s http.request.method=GET http.response.status_code=200 url.scheme=http 1",
        "http.server.active_requests http.request.method=GET url.scheme=http 0",
        "http.server.request.allocations",
        "http.server.request.allocated",
    ] {
        assert!(seen.iter().any(|has| has == line), "{line} is not in {seen:#?}");
    }
}

#[test]
fn tracing_tells_of_requests_over_their_budget() {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).without_time().finish();
    let budget = Budget { bytes: Some(10_000), ..Budget::default() };
    tracing::subscriber::with_default(subscriber, || serve(TracingRecorder::new(budget), &PATHS));
    let text = String::from_utf8(lines.0.lock().expect("unpoisoned").clone()).expect("UTF-8");
    assert_eq!(text.lines().count(), 1, "{text}");
    for part in ["WARN", "request_id=id-4", "route=\"/heavy\"", "over=\"bytes\"", "limit=10000", "used=50000"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_budget_fails_a_test() {
    struct Strict(Budget, Mutex<Vec<String>>);
    impl Recorder for Strict {
        fn ended(&self, record: &RequestRecord<'_>) {
            let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.0.assert(record)));
            if let Err(panic) = judged {
                let text = panic.downcast_ref::<String>().expect("a message").clone();
                self.1.lock().expect("unpoisoned").push(text);
            }
        }
    }
    let strict = Arc::new(Strict(Budget { bytes: Some(10_000), ..Budget::default() }, Mutex::default()));
    serve(Arc::clone(&strict), &PATHS);
    assert_eq!(
        *strict.1.lock().expect("unpoisoned"),
        ["request id-4 of /heavy is over its budget of bytes: 50000 used, 10000 allowed"]
    );
}

#[test]
fn the_ledger_in_both_text_formats() {
    let pool = || PoolReport { hits: 9, misses: 1, dropped: 2, retained_bytes: 4096, out: 3 };
    let ledger = Arc::new(Ledger::new().with_pool(pool));
    serve(Arc::clone(&ledger), &PATHS);
    for format in [MetricsFormat::Prometheus, MetricsFormat::OpenMetrics] {
        let mut text = String::new();
        ledger.write_metrics(format, &mut text);
        let has = |line: &str| assert!(text.lines().any(|text| text == line), "{line} is not in\n{text}");
        has(r#"http_server_active_requests{http_request_method="GET",url_scheme="http"} 0"#);
        has(
            r#"http_server_request_duration_seconds_count{http_route="/items/{id}",http_request_method="GET",url_scheme="http",http_response_status_code="507"} 1"#,
        );
        has(r#"record_audit_requests_total{http_route="/items/{id}",outcome="completed"} 3"#);
        has(r#"record_audit_allocated_bytes_total{http_route="/heavy"} 50000"#);
        has(r#"record_pool_buffers_total{result="hit"} 9"#);
        has("record_pool_retained_bytes 4096");
        let is_open = format == MetricsFormat::OpenMetrics;
        assert_eq!(text.contains(r#" # {request_id="id-"#), is_open, "exemplars are of OpenMetrics alone");
        assert_eq!(text.ends_with("# EOF\n"), is_open);
        has(if is_open {
            "# TYPE record_audit_requests counter"
        } else {
            "# TYPE record_audit_requests_total counter"
        });
        // Every sample belongs to the family that was named last, and no series comes twice.
        let (mut family, mut series) = (String::new(), std::collections::HashSet::new());
        for line in text.lines() {
            if let Some(declared) = line.strip_prefix("# TYPE ") {
                declared.split(' ').next().expect("a name").clone_into(&mut family);
            } else if !line.starts_with('#') {
                assert!(line.starts_with(family.as_str()), "{line} under {family}");
                assert!(series.insert(line.rsplit_once("} ").map_or(line, |(series, _)| series).to_owned()), "{line}");
            }
        }
    }
}

#[test]
fn the_page_and_its_data() {
    let ledger = Arc::new(Ledger::new());
    serve(Arc::clone(&ledger), &PATHS);
    let page = page::answer(&ledger, "", None, None).expect("the page");
    let html = std::str::from_utf8(page.body()).expect("UTF-8");
    assert!(page.headers()["content-security-policy"].to_str().expect("ASCII").starts_with("default-src 'none'"));
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!html.contains(outside), "the page asks for {outside}");
    }
    let data = page::answer(&ledger, "/data.json", None, None).expect("the data");
    let data: serde_json::Value = serde_json::from_slice(data.body()).expect("JSON");
    assert_eq!(data["allocator_installed"], true);
    let heavy = data["routes"].as_array().expect("routes").iter().find(|route| route["route"] == "/heavy");
    let heavy = heavy.expect("it was asked for");
    assert_eq!((heavy["allocated_bytes"].as_f64(), heavy["finding"].as_str()), (Some(50_000.0), Some("unknown")));
    assert_eq!(data["heaviest"][0]["id"], "id-4");
    assert_eq!(data["slowest"].as_array().map(Vec::len), Some(5));
    let bad = page::answer(&ledger, "/where.json", Some("path=%"), None).expect("an answer");
    assert_eq!(bad.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn routes_of_the_ledger_are_judged() {
    let ledger = Arc::new(Ledger::new());
    // With room for all: what a list allocates as it grows belongs to one request, which may be followed or not.
    let kept = Arc::new(Mutex::new(Vec::with_capacity(500)));
    let audit = Audit::builder().routes(["/leak", "/fine"]).track_one_in(2).build(Arc::clone(&ledger));
    let slot = Arc::clone(&kept);
    let service = AuditLayer::new(audit).layer(service_fn(move |request: Request<()>| {
        if request.uri().path() == "/leak" {
            slot.lock().expect("unpoisoned").push(vec![1_u8; 640]);
        }
        ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(vec![b'x'; 3000])))))
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for number in 0..1500 {
        let path = if number % 3 == 0 { "/leak" } else { "/fine" };
        let request = Request::get(path).body(()).expect("valid");
        // The server drops the frame after the request was reported: the balance of both routes grows by it.
        runtime.block_on(async {
            let mut body = service.clone().oneshot(request).await.expect("infallible").into_body();
            let frame = body.frame().await;
            drop(body);
            drop(frame);
        });
    }
    let (leak, fine) = (ledger.route("/leak").expect("asked for"), ledger.route("/fine").expect("asked for"));
    assert_eq!((leak.finding, fine.finding), (Finding::Leaking, Finding::Steady), "{leak:?}\n{fine:?}");
    assert!(leak.verdict.starts_with("leaking about 6"), "{}", leak.verdict);
    assert!(fine.balance_bytes.is_some_and(|balance| balance >= 2900.0), "a balance alone would blame it: {fine:?}");
}
