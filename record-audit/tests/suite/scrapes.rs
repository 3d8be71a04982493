//! Metrics as others read them: no series twice, nothing that a request has to wait for, texts that Prometheus takes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::pending;
use std::io::Write;
use std::pin::pin;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use record_audit::{
    AllocatorReport, Audit, AuditLayer, Ledger, MetricsFormat, PoolReport, Recorder, UNMATCHED, note_route,
};
use tower::{Layer, ServiceExt, service_fn};

fn send<R: Recorder>(audit: &Audit<R>, request: Request<u16>, noted: Option<&str>) {
    let noted = noted.map(str::to_owned);
    let service = AuditLayer::new(audit.clone()).layer(service_fn(move |request: Request<u16>| {
        if let Some(noted) = &noted {
            note_route(noted);
        }
        let response = Response::builder().status(*request.body()).body(Full::new(Bytes::from_static(b"x")));
        std::future::ready(Ok::<_, Infallible>(response.expect("a status")))
    }));
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(service.oneshot(request));
    assert!(future.as_mut().poll(&mut context).is_ready());
}

fn text(ledger: &Ledger, format: MetricsFormat) -> String {
    let mut text = String::new();
    ledger.write_metrics(format, &mut text);
    text
}

fn assert_each_once(text: &str) {
    let mut seen = HashMap::<&str, u32>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let series = line.split(" # ").next().and_then(|line| line.rsplit_once(' ')).expect("a value").0;
        *seen.entry(series).or_default() += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// Names at different addresses, as crates of one program have them, are one series if they are the same text.
#[test]
fn series_are_told_apart_by_what_they_are() {
    let ledger = Arc::new(Ledger::new());
    let one = Audit::builder().routes(["/once"]).build(Arc::clone(&ledger));
    let other = Audit::builder().routes(["/once"]).https().build(Arc::clone(&ledger));
    for audit in [&one, &other] {
        for method in ["GET", "PUT", "BREW", "GRIND"] {
            for (path, noted) in [
                ("/once", None),
                ("/twice", None),
                ("/thrice", Some(format!("/on{}", "ce"))),
                ("/", Some(UNMATCHED.to_owned())),
            ] {
                let request = Request::builder().method(method).uri(path).body(200).expect("valid");
                send(audit, request, noted.as_deref());
            }
        }
    }
    send(&one, Request::get("https://host/once").body(200).expect("valid"), None);
    let text = text(&ledger, MetricsFormat::OpenMetrics);
    assert_each_once(&text);
    let counts: Vec<&str> = text.lines().filter(|line| line.contains("_seconds_count")).collect();
    assert_eq!(counts.len(), 12, "{counts:#?}");
    let has = |part: &str| assert!(counts.iter().any(|line| line.ends_with(part)), "{part}: {counts:#?}");
    has(r#"{http_route="/once",http_request_method="GET",url_scheme="http",http_response_status_code="200"} 2"#);
    has(r#"{http_route="/once",http_request_method="GET",url_scheme="https",http_response_status_code="200"} 3"#);
    has(
        r#"{http_route="(unmatched)",http_request_method="_OTHER",url_scheme="http",http_response_status_code="200"} 4"#,
    );
}

/// Requests end while the closures are asked: were a lock of the ledger held then, this would hang.
#[test]
fn closures_are_called_without_a_lock() {
    let made = Arc::new(OnceLock::<Audit<Arc<Ledger>>>::new());
    let request_elsewhere = {
        let made = Arc::clone(&made);
        move || {
            if let Some(audit) = made.get().cloned() {
                let request = Request::get("/closure").body(200).expect("valid");
                std::thread::spawn(move || send(&audit, request, None)).join().expect("no panic");
            }
        }
    };
    let again = request_elsewhere.clone();
    let ledger = Ledger::new()
        .with_pool(move || {
            request_elsewhere();
            PoolReport::default()
        })
        .with_allocator(move || {
            again();
            AllocatorReport { allocated_bytes: Some(5), retained_bytes: Some(7) }
        });
    let ledger = Arc::new(ledger);
    let audit = Audit::builder().routes(["/closure"]).build(Arc::clone(&ledger));
    send(&audit, Request::get("/closure").body(200).expect("valid"), None);
    assert!(made.set(audit).is_ok());
    drop(text(&ledger, MetricsFormat::Prometheus));
    let report = ledger.report();
    assert_eq!(report.allocator.map(|allocator| allocator.retained_bytes), Some(Some(7)));
    assert_eq!(ledger.route("/closure").map(|route| route.requests), Some(4));
}

#[test]
fn requests_under_way_are_told_with_their_age() {
    use record_audit::{RequestUnderWay, UnderWay};

    #[derive(Default)]
    struct Watch(OnceLock<UnderWay>);
    impl Recorder for Watch {
        fn attached(&self, under_way: &UnderWay) {
            assert!(self.0.set(under_way.clone()).is_ok(), "attached once");
        }

        fn ended(&self, _: &record_audit::RequestRecord<'_>) {}
    }
    let audit = Audit::builder().routes(["/waits/{id}"]).build((Watch::default(), Ledger::new()));
    let mut service = AuditLayer::new(audit.clone()).layer(service_fn(async |request: Request<()>| {
        if request.uri().path() == "/nowhere" {
            note_route("/told/{by}/inside");
        }
        let held = std::hint::black_box(vec![1_u8; 4000]);
        drop(request);
        pending::<()>().await;
        drop(held);
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::new())))
    }));
    let under_way = audit.recorder().0.0.get().expect("attached").clone();
    let now = || under_way.requests(std::time::Duration::ZERO);
    assert!(now().is_empty());
    let mut context = Context::from_waker(Waker::noop());
    let mut begun = Vec::new();
    let long_id = "x".repeat(63);
    for id in ["", "short", &long_id] {
        let mut request = Request::patch("/waits/7").body(()).expect("valid");
        if !id.is_empty() {
            request.headers_mut().insert("x-request-id", id.parse().expect("valid"));
        }
        let mut future = Box::pin(tower::Service::call(&mut service, request));
        assert!(future.as_mut().poll(&mut context).is_pending());
        begun.push(future);
    }
    let seen = now();
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen.iter().all(|request| (request.route, request.method) == ("/waits/{id}", "PATCH")), "{seen:?}");
    assert!(
        seen.iter().all(|request| request.held_bytes.is_some_and(|bytes| (3000..5000).contains(&bytes))),
        "{seen:?}"
    );
    let ids: Vec<String> = seen.iter().map(|request| request.id.to_string()).collect();
    assert!(ids[0].len() == 32 && ids[1] == "short" && ids[2] == long_id, "the oldest first: {ids:?}");
    assert!(under_way.requests(std::time::Duration::from_secs(3600)).is_empty());
    drop(begun.remove(1));
    let left: Vec<RequestUnderWay> = now();
    assert_eq!(left.iter().map(|request| request.id.to_string()).collect::<Vec<_>>(), [ids[0].clone(), ids[2].clone()]);
    let mut told = Box::pin(tower::Service::call(&mut service, Request::get("/nowhere").body(()).expect("valid")));
    assert_eq!(now().last().map(|request| request.route), Some(UNMATCHED));
    assert!(told.as_mut().poll(&mut context).is_pending());
    assert_eq!(now().last().map(|request| (request.route, request.method)), Some(("/told/{by}/inside", "GET")));
    drop((told, begun));
    assert!(now().is_empty() && under_way.is_live());
    // Ids of all lengths, one after the other in the same place.
    for len in (1..=63).rev().chain(1..=63) {
        let id: String = ('!'..='~').cycle().skip(len).take(len).collect();
        let mut request = Request::get("/waits/7").body(()).expect("valid");
        request.headers_mut().insert("x-request-id", id.parse().expect("valid"));
        let waiting = tower::Service::call(&mut service, request);
        assert_eq!(now().iter().map(|request| request.id.to_string()).collect::<Vec<_>>(), [id]);
        drop(waiting);
    }
    drop((service, audit));
    // A thread keeps the audit of the last request.
    assert!(now().is_empty());
}

/// Prometheus' own tool reads both texts. Skips with a line where it is not installed.
#[test]
fn promtool_takes_both_formats() {
    let check = |arguments: &[&str], text: &str| {
        let tool = Command::new("promtool")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut tool) = tool else { return None };
        tool.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
        let output = tool.wait_with_output().expect("it ends");
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        Some((output.status.success(), said))
    };
    let ledger = Arc::new(Ledger::new().with_pool(|| PoolReport { hits: 3, misses: 1, ..PoolReport::default() }));
    let audit = Audit::builder().routes(["/checked/{id}"]).track_one_in(1).build(Arc::clone(&ledger));
    for (number, status) in [200, 201, 404, 507].into_iter().enumerate() {
        let mut request = Request::get("/checked/7").body(status).expect("valid");
        let id = [r#"quo"te"#, "back\\slash", "plain", "{brace}"][number];
        request.headers_mut().insert("x-request-id", id.parse().expect("valid"));
        send(&audit, request, (number == 2).then_some("/odd\"route\\with\nall"));
    }
    let plain = text(&ledger, MetricsFormat::Prometheus);
    let Some((is_good, said)) = check(&["check", "metrics"], &plain) else {
        println!("SKIPPED: promtool is missing; no text was read by Prometheus");
        return;
    };
    assert!(is_good && said.trim().is_empty(), "{said}\n{plain}");
    // That the check can fail.
    assert_eq!(check(&["check", "metrics"], "a_total{ 1\n").map(|(is_good, _)| is_good), Some(false));

    // The tool checks metrics in the older format alone. It reads OpenMetrics to fill a database, where samples need times.
    let open = text(&ledger, MetricsFormat::OpenMetrics);
    assert!(open.contains(" # {request_id=\"quo\\\"te\"}"), "{open}");
    let timed: String = open
        .lines()
        .map(|line| match line.split_once(" # ") {
            _ if line.starts_with('#') => format!("{line}\n"),
            Some((sample, exemplar)) => format!("{sample} 1700000000 # {exemplar}\n"),
            None => format!("{line} 1700000000\n"),
        })
        .collect();
    let folder = std::env::temp_dir().join(format!("record-audit-promtool-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("metrics.txt");
    let read = |text: &str| {
        std::fs::write(&file, text).expect("written");
        let (file, data) = (file.display().to_string(), folder.join("data").display().to_string());
        check(&["tsdb", "create-blocks-from", "openmetrics", &file, &data], "").expect("it was there before")
    };
    let (is_good, said) = read(&timed);
    let (is_bad_good, _) = read(&timed.replacen("# TYPE", "# TIPE", 1));
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(is_good, "{said}\n{timed}");
    assert!(!is_bad_good, "a check that cannot fail");
    // And the same samples pass the older format's check, without what it does not have.
    let older: String = open
        .lines()
        .filter(|line| *line != "# EOF")
        .map(|line| match line.strip_prefix("# ") {
            Some(meta) => {
                let mut words: Vec<String> = meta.splitn(3, ' ').map(str::to_owned).collect();
                let name = words[1].clone();
                if open.contains(&format!("# TYPE {name} counter\n")) {
                    words[1] = format!("{name}_total");
                }
                format!("# {}\n", words.join(" "))
            }
            None => format!("{}\n", line.split(" # ").next().unwrap_or(line)),
        })
        .collect();
    let (is_good, said) = check(&["check", "metrics"], &older).expect("it was there before");
    assert!(is_good && said.trim().is_empty(), "{said}\n{older}");
}
