//! Samples of requests as files: which are kept, what is in them, and that the directory keeps its bounds.

use std::convert::Infallible;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use record_audit::{Audit, AuditBuilder, AuditLayer, CountingAllocator, SampleStore};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// A directory that goes with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("samples-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    }

    fn bytes(&self) -> u64 {
        self.names().iter().filter_map(|name| Some(fs::metadata(self.0.join(name)).ok()?.len())).sum()
    }

    /// All samples, those of older files first.
    fn samples(&self) -> Vec<Value> {
        let texts = self.names().into_iter().map(|name| fs::read_to_string(self.0.join(name)).expect("a file"));
        let line = |line: &str| serde_json::from_str(line).expect("JSON");
        texts.flat_map(|text| text.lines().map(line).collect::<Vec<_>>()).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A store whose windows end when a test says so.
fn store(directory: &Scratch) -> record_audit::SampleStoreBuilder {
    SampleStore::builder(&directory.0).window(Duration::from_secs(3600))
}

fn settings() -> AuditBuilder {
    Audit::builder().routes(["/items/{bytes}", "/other/{bytes}"])
}

/// Asks for `/…/{bytes}`, which allocates so many and answers with a tenth of them; 500 where the path ends in `/0`.
async fn ask(audit: &Audit<Arc<SampleStore>>, method: &str, path: &str, id: &str) {
    let service = AuditLayer::new(audit.clone()).layer(service_fn(async |request: Request<()>| {
        let bytes: usize = request.uri().path().rsplit('/').next().and_then(|it| it.parse().ok()).expect("a number");
        drop(black_box(Vec::<u8>::with_capacity(bytes)));
        let mut response = Response::new(Full::new(Bytes::from(vec![b'x'; bytes / 10])));
        if bytes == 0 {
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        }
        Ok::<_, Infallible>(response)
    }));
    let request = Request::builder().method(method).uri(path).header("x-request-id", id);
    let request = request.header("content-length", "77").body(()).expect("a request");
    let answer = service.oneshot(request).await.expect("infallible");
    answer.into_body().collect().await.expect("infallible");
}

#[tokio::test]
async fn the_heaviest_of_each_window_are_kept() {
    let directory = Scratch::new("heaviest");
    let samples = Arc::new(store(&directory).per_route(3).open().expect("a directory"));
    let audit = settings().note_sizes().track_one_in(1).build(Arc::clone(&samples));
    samples.flush().expect("nothing to write");
    assert!(directory.names().is_empty(), "no request, no file");
    // In an order that is not theirs.
    for number in 0..20 {
        let bytes = 1000 * (number * 7 % 20 + 1);
        ask(&audit, "GET", &format!("/items/{bytes}?secret=1"), &format!("of-{bytes}")).await;
    }
    ask(&audit, "POST", "/items/0", "fails").await;
    ask(&audit, "GET", "/other/5", "other").await;
    samples.flush().expect("a file");
    ask(&audit, "GET", "/items/50", "next-window").await;
    samples.flush().expect("a file");

    let all = directory.samples();
    assert_eq!(directory.names().len(), 2);
    let of = |route: &str, method: &str, among: &str| -> Vec<&Value> {
        all.iter().filter(|it| it["route"] == route && it["method"] == method && it["among"] == among).collect()
    };
    let heaviest = of("/items/{bytes}", "GET", "heaviest");
    let ids: Vec<&str> = heaviest.iter().filter_map(|sample| sample["id"].as_str()).collect();
    assert_eq!(ids, ["of-20000", "of-19000", "of-18000", "next-window"]);
    let (first, last) = (heaviest[0], heaviest[3]);
    for (key, value) in [("route_requests", 20), ("route_errors", 0), ("status", 200), ("request_bytes", 77)] {
        assert_eq!(first[key], value, "{key} of {first:#}");
    }
    assert_eq!((&first["response_bytes"], &first["allocated_bytes"]), (&2000.into(), &22_000.into()));
    // 1,000 to 20,000 are allocated, of which an answer has a tenth.
    assert_eq!((&first["route_response_bytes"], &last["route_response_bytes"]), (&1050.0.into(), &5.0.into()));
    assert_eq!((&first["route_allocations"], &first["route_reallocations"]), (&2.0.into(), &0.0.into()));
    assert_eq!((&first["version"], &first["outcome"], &first["path"]), (&1.into(), &"completed".into(), &Value::Null));
    assert_eq!((&last["route_requests"], &last["ordinal"]), (&1.into(), &21.into()), "numbers go on, windows do not");
    let failed = of("/items/{bytes}", "POST", "slowest");
    assert_eq!((failed.len(), &failed[0]["route_errors"], &failed[0]["status"]), (1, &1.into(), &500.into()));
    assert_eq!(of("/other/{bytes}", "GET", "heaviest").len(), 1);
    // The slowest are in their order, and at least as slow as those that are not among them.
    let walls: Vec<f64> =
        of("/items/{bytes}", "GET", "slowest").iter().take(3).filter_map(|it| it["wall_ms"].as_f64()).collect();
    assert!(walls.len() == 3 && walls.is_sorted_by(|one, next| one >= next), "{walls:?}");
    let others = heaviest[..3].iter().filter_map(|it| it["wall_ms"].as_f64());
    assert!(others.into_iter().all(|wall| wall <= walls[0]), "{walls:?}");
}

/// Every key that the documentation shows is in each line, and no other.
#[tokio::test]
async fn a_line_has_the_documented_keys() {
    let directory = Scratch::new("keys");
    let samples = Arc::new(store(&directory).open().expect("a directory"));
    ask(&settings().build(Arc::clone(&samples)), "GET", "/items/5", "one").await;
    samples.flush().expect("a file");
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/samples.rs")).expect("the source");
    let example =
        source.split("/// ```json\n").nth(1).and_then(|rest| rest.split("/// ```").next()).expect("an example");
    let example: Value = serde_json::from_str(&example.replace("///", "")).expect("JSON");
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for sample in directory.samples() {
        assert_eq!(keys(&sample), keys(&example));
        assert_eq!(
            (&sample["request_bytes"], &sample["response_bytes"]),
            (&Value::Null, &Value::Null),
            "not asked for"
        );
    }
}

#[tokio::test]
async fn paths_are_kept_as_a_function_leaves_them() {
    for noted in [true, false] {
        let directory = Scratch::new(&format!("paths-{noted}"));
        let redact = |path: &str| path.split_once("?token=").map(|(path, _)| format!("{path}?token=-"));
        let samples = Arc::new(store(&directory).paths(redact).open().expect("a directory"));
        let audit = if noted { settings().note_targets() } else { settings() }.build(Arc::clone(&samples));
        ask(&audit, "GET", "/items/5?token=abc", "with").await;
        // Of another request in the same place nothing is left.
        ask(&audit, "GET", "/items/50", "without").await;
        samples.flush().expect("a file");
        for sample in directory.samples() {
            let expected = if noted && sample["id"] == "with" { Value::from("/items/5?token=-") } else { Value::Null };
            assert_eq!(sample["path"], expected, "{sample:#}");
        }
    }
}

#[tokio::test]
async fn the_directory_keeps_its_bounds() {
    let directory = Scratch::new("bounds");
    fs::create_dir_all(&directory.0).expect("a directory");
    fs::write(directory.0.join("notes.txt"), "somebody's own").expect("a file");
    let samples = Arc::new(store(&directory).per_route(1).max_files(7).max_bytes(12_600).open().expect("a directory"));
    let audit = settings().build(Arc::clone(&samples));
    let mut most = 0;
    for number in 0..30 {
        ask(&audit, "GET", "/items/5", &format!("number-{number}")).await;
        if number > 15 {
            // Larger files, of which fewer fit.
            ask(&audit, "GET", "/other/5", "more").await;
            ask(&audit, "PUT", "/other/5", "more").await;
        }
        samples.flush().expect("a file");
        let files = directory.names().len() - 1;
        assert!(files <= 7 && directory.bytes() <= 12_600 + 14, "{files} files, {} bytes", directory.bytes());
        most = most.max(files);
    }
    assert!(most == 7 && directory.names().len() < 7, "a test that proves nothing: {:?}", directory.names());
    assert!(directory.names().contains(&"notes.txt".to_owned()), "what is not the store's stays");
    // The newest stay.
    let has = |id: &str| directory.samples_of_store().iter().any(|sample| sample["id"] == id);
    assert!(has("number-29") && has("number-28") && !has("number-9"), "{:?}", directory.names());
    // A window that is larger than all of it is lost, and said to be.
    let small = Arc::new(store(&directory).max_bytes(100).open().expect("a directory"));
    ask(&settings().build(Arc::clone(&small)), "GET", "/items/5", "large").await;
    let error = small.flush().expect_err("too large").to_string();
    assert!(error.contains("does not fit into 100 bytes"), "{error}");
    assert_eq!(small.last_error(), Some(error));
}

impl Scratch {
    fn samples_of_store(&self) -> Vec<Value> {
        let _ = fs::remove_file(self.0.join("notes.txt"));
        self.samples()
    }
}

#[tokio::test]
async fn what_cannot_be_written_is_said() {
    let directory = Scratch::new("errors");
    fs::write(&directory.0, "a file in its place").expect("a file");
    assert!(store(&directory).open().is_err());
    fs::remove_file(&directory.0).expect("it was there");
    let samples = Arc::new(store(&directory).open().expect("a directory"));
    let audit = settings().build(Arc::clone(&samples));
    fs::remove_dir_all(&directory.0).expect("it was there");
    ask(&audit, "GET", "/items/5", "lost").await;
    assert!(samples.flush().is_err() && samples.last_error().is_some());
    fs::create_dir_all(&directory.0).expect("a directory");
    ask(&audit, "GET", "/items/5", "kept").await;
    samples.flush().expect("it goes on");
    assert!(directory.samples().iter().all(|sample| sample["id"] == "kept"));
}

#[tokio::test]
async fn windows_end_by_themselves() {
    let directory = Scratch::new("windows");
    let samples = Arc::new(SampleStore::builder(&directory.0).window(Duration::from_millis(20)).open().expect("one"));
    let audit = settings().build(Arc::clone(&samples));
    ask(&audit, "GET", "/items/5", "one").await;
    while directory.names().iter().all(|name| name.starts_with('.')) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(directory.samples()[0]["id"], "one");
}

const CHILD: &str = "RECORD_SAMPLES_CHILD";

/// The process that the next test kills: it writes as fast as it can.
#[tokio::test]
async fn child_that_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let samples = Arc::new(SampleStore::builder(path).max_files(5).open().expect("a directory"));
    let audit = settings().build(Arc::clone(&samples));
    loop {
        for number in 0..50 {
            ask(&audit, "GET", "/items/500", &format!("id-{number}")).await;
        }
        samples.flush().expect("a file");
    }
}

#[test]
fn a_killed_process_leaves_whole_files() {
    let directory = Scratch::new("killed");
    let this = std::env::current_exe().expect("a program");
    let mut found = 0;
    for round in 0..12 {
        let mut child = Command::new(&this)
            .args(["--exact", "child_that_is_killed", "--nocapture"])
            .env(CHILD, &directory.0)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        while !directory.0.is_dir() || directory.names().is_empty() {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(20 + 7 * round));
        child.kill().expect("it runs until then");
        child.wait().expect("it was killed");
        let names = directory.names();
        let (whole, unfinished): (Vec<_>, Vec<_>) = names.iter().partition(|name| !name.starts_with('.'));
        assert!(whole.len() <= 5, "{whole:?}");
        assert!(unfinished.len() <= usize::try_from(round).expect("small") + 1, "one of each process: {unfinished:?}");
        for name in whole {
            let text = fs::read_to_string(directory.0.join(name)).expect("a file");
            assert!(text.ends_with("}\n") && text.lines().count() == 10, "{name}: {text:?}");
            found += text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
        }
    }
    assert!(found > 100, "a test that proves nothing: {found}");
}
