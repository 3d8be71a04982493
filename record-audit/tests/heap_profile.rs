//! The heap profile of a program that knows what it has. In a process of its own, for the sampled heap is that of all
//! threads.
#![expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "whole numbers far below 2^53")]

use std::convert::Infallible;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{Request, Response};
use http_body_util::Full;
use record_audit::{
    Audit, AuditLayer, CountingAllocator, HeapCount, HeapProfile, HeapSample, HeapValue, Ledger, Scope, heap_profile,
    note_route, page, sample_heap, seed_sampling,
};
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// One test at a time has the heap.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn assert_near(estimate: f64, truth: f64, what: &str) {
    assert!((estimate / truth - 1.0).abs() < 0.05, "{what}: {estimate} instead of {truth}");
}

/// `SplitMix64`'s steps: sizes that are the same in each run.
fn size(number: u64) -> usize {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let size = [16, 24, 48, 100, 700, 3000, 9000, 40_000][usize::try_from(mixed >> 61).expect("three bits")];
    size + usize::try_from(mixed >> 32 & 7).expect("three bits")
}

/// Makes blocks, some of them larger later, and frees half of them. Returns what is left, and how many blocks and bytes it
/// has asked for.
#[inline(never)]
fn blocks(thread: u64) -> (Vec<Vec<u8>>, HeapCount) {
    let mut asked = HeapCount::default();
    let mut count = |bytes: usize| {
        asked.objects += 1.0;
        asked.bytes += bytes as f64;
    };
    let mut all = Vec::with_capacity(8000);
    count(8000 * size_of::<Vec<u8>>());
    for number in 0..8000 {
        let mut block = black_box(Vec::<u8>::with_capacity(size(thread << 32 | number)));
        count(block.capacity());
        if number % 5 == 0 {
            block.reserve_exact(2 * block.capacity());
            count(block.capacity());
        }
        all.push(block);
    }
    let mut place = 0;
    all.retain(|_| {
        place += 1;
        place % 2 == 0
    });
    (all, asked)
}

#[test]
fn totals_are_what_is_alive() {
    let _alone = alone();
    for (seed, interval) in [(1, 4096), (2, 4096), (3, 1024), (4, 1)] {
        seed_sampling(seed);
        let before = heap_profile();
        sample_heap(interval);
        let threads: Vec<_> = (0..3).map(|thread| std::thread::spawn(move || blocks(thread))).collect();
        let made: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        let profile = heap_profile();
        sample_heap(0);
        assert_eq!((profile.interval_bytes, profile.unfollowed), (interval, 0));
        let (mut alive, mut asked) = (HeapCount::default(), HeapCount::default());
        for (left, of_thread) in &made {
            alive.bytes += left.iter().map(Vec::capacity).sum::<usize>() as f64;
            alive.bytes += (left.capacity() * size_of::<Vec<u8>>()) as f64;
            alive.objects += left.len() as f64 + 1.0;
            asked.objects += of_thread.objects;
            asked.bytes += of_thread.bytes;
        }
        let what = format!("seed {seed}, every {interval} bytes");
        assert_near(profile.in_use().bytes - before.in_use().bytes, alive.bytes, &format!("alive, {what}"));
        assert_near(profile.allocated().bytes - before.allocated().bytes, asked.bytes, &format!("allocated, {what}"));
        if interval == 1 {
            assert_near(profile.in_use().objects - before.in_use().objects, alive.objects, "blocks");
            assert_near(profile.allocated().objects - before.allocated().objects, asked.objects, "allocated blocks");
        }
        drop(made);
        let after = heap_profile().in_use().bytes;
        assert!(after < before.in_use().bytes + 0.01 * alive.bytes, "freed while it is off: {after}");
    }
}

#[inline(never)]
fn keep(kept: &Mutex<Vec<Vec<u8>>>, bytes: usize) {
    kept.lock().expect("unpoisoned").push(black_box(vec![1_u8; bytes]));
}

/// Serves `/keep/{bytes}`, which keeps so many bytes, half of them in spawned work; and `/told/{bytes}`, whose route is told
/// from inside.
fn ask(audit: &Audit<Arc<Ledger>>, kept: &Arc<Mutex<Vec<Vec<u8>>>>, method: &str, path: &str, id: &str) {
    let kept = Arc::clone(kept);
    let service = AuditLayer::new(audit.clone()).layer(service_fn(move |request: Request<()>| {
        let kept = Arc::clone(&kept);
        async move {
            let path = request.uri().path();
            let bytes: usize = path.rsplit('/').next().and_then(|bytes| bytes.parse().ok()).expect("a number");
            if path.starts_with("/told") {
                note_route("/told/{bytes}");
            }
            tokio::task::yield_now().await;
            keep(&kept, bytes / 2);
            let scope = Scope::current().expect("in a request");
            scope.spawn(async move { keep(&kept, bytes / 2) }).await.expect("no panic");
            Ok::<_, Infallible>(Response::new(Full::new("".as_bytes())))
        }
    }));
    let request = Request::builder().method(method).uri(path).header("x-request-id", id).body(()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    drop(runtime.block_on(service.oneshot(request)));
}

fn of_request(profile: &HeapProfile, id: &str) -> Vec<HeapSample> {
    let is_it = |sample: &&HeapSample| sample.request_id.is_some_and(|found| found.to_string() == id);
    profile.samples.iter().filter(is_it).cloned().collect()
}

#[test]
fn living_blocks_have_their_request() {
    let _alone = alone();
    let audit = Audit::builder().routes(["/keep/{bytes}"]).build(Arc::new(Ledger::new()));
    let kept = Arc::new(Mutex::new(Vec::with_capacity(100)));
    sample_heap(1);
    ask(&audit, &kept, "GET", "/keep/20000", "first");
    ask(&audit, &kept, "POST", "/keep/40000", "second");
    ask(&audit, &kept, "GET", "/told/60000", "a-third-one-with-a-longer-name-than-one-word-has-room-for");
    let profile = heap_profile();
    sample_heap(0);
    let expected = [
        ("first", "/keep/{bytes}", "GET", 20_000.0),
        ("second", "/keep/{bytes}", "POST", 40_000.0),
        ("a-third-one-with-a-longer-name-than-one-word-has-room-for", "/told/{bytes}", "GET", 60_000.0),
    ];
    for (id, route, method, bytes) in expected {
        let samples = of_request(&profile, id);
        let of_keep: Vec<_> =
            samples.iter().filter(|sample| sample.frames().iter().any(|frame| frame.contains("::keep"))).collect();
        assert_eq!(of_keep.iter().map(|sample| sample.in_use.bytes).sum::<f64>(), bytes, "{samples:#?}");
        assert!(
            of_keep.iter().all(|sample| sample.route == Some(route) && sample.method == Some(method)),
            "{of_keep:?}"
        );
    }
    // Other memory, as that of the runtimes, is nobody's.
    assert!(profile.samples.iter().any(|sample| sample.route.is_none()));
    // An id goes with the last block.
    kept.lock().expect("unpoisoned").clear();
    assert!(of_request(&heap_profile(), "first").iter().all(|sample| sample.in_use.bytes < 20_000.0));
}

/// A file in the directory for tests.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// The output of pprof; `None` if Go is not installed.
fn pprof(arguments: &[&str], file: &PathBuf) -> Option<String> {
    if Command::new("go").arg("version").output().is_err() {
        println!("SKIPPED: `go tool pprof` opens no profile: Go is not installed (Debian's package is golang-go)");
        return None;
    }
    let output = Command::new("go").args(["tool", "pprof"]).args(arguments).arg(file).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

/// The cumulated bytes of a function in the table that `-top -unit=B` prints.
fn cumulated(table: &str, function: &str) -> f64 {
    let line = table.lines().find(|line| line.ends_with(function));
    let bytes = line.and_then(|line| line.split_whitespace().nth(3)?.strip_suffix('B')?.parse().ok());
    bytes.unwrap_or_else(|| panic!("no {function} in\n{table}"))
}

/// The page's paths, before the heap is sampled and after.
#[test]
fn it_is_on_the_page() {
    let _alone = alone();
    let ledger = Arc::new(Ledger::new());
    let get = |path: &str| page::answer(&ledger, path, None, None).expect("a path of the page");
    // Another test may have been first.
    if heap_profile().samples.is_empty() {
        assert_eq!(get("/pprof/heap").status(), 503);
    }
    let audit = Audit::builder().routes(["/keep/{bytes}"]).build(Arc::clone(&ledger));
    let kept = Arc::new(Mutex::new(Vec::with_capacity(2)));
    sample_heap(1);
    ask(&audit, &kept, "GET", "/keep/50000", "page");
    let (heap, allocs) = (get("/pprof/heap"), get("/pprof/allocs"));
    let flame = get("/flame.json");
    sample_heap(0);
    for profile in [heap, allocs] {
        assert_eq!(profile.status(), 200);
        assert_eq!(profile.headers()["content-type"], "application/octet-stream");
        assert!(profile.body().starts_with(&[0x1f, 0x8b]));
    }
    let flame: serde_json::Value = serde_json::from_slice(flame.body()).expect("JSON");
    let functions = flame["functions"].as_array().expect("a list");
    let kept_bytes = |stack: &&serde_json::Value| {
        let frames = stack["frames"].as_array().expect("a list");
        let name = |frame: &serde_json::Value| {
            functions[usize::try_from(frame.as_u64().expect("a number")).expect("small")].to_string()
        };
        stack["route"] == "/keep/{bytes}" && frames.iter().any(|frame| name(frame).contains("heap_profile::keep"))
    };
    let stacks = flame["stacks"].as_array().expect("a list").iter().filter(kept_bytes);
    let bytes: Vec<f64> = stacks.map(|stack| stack["in_use_bytes"].as_f64().expect("a number")).collect();
    assert_eq!(bytes.iter().sum::<f64>(), 50_000.0, "{bytes:?}");
    drop(kept);
}

#[test]
fn pprof_opens_it() {
    let _alone = alone();
    seed_sampling(5);
    let audit = Audit::builder().routes(["/keep/{bytes}"]).build(Arc::new(Ledger::new()));
    let (kept, dropped): (Arc<Mutex<Vec<_>>>, Arc<Mutex<Vec<_>>>) = (Arc::default(), Arc::default());
    let before = heap_profile();
    sample_heap(2048);
    for number in 0..40 {
        ask(&audit, &kept, "GET", "/keep/200000", &format!("kept-{number}"));
        ask(&audit, &dropped, "PUT", "/keep/100000", "dropped");
    }
    dropped.lock().expect("unpoisoned").clear();
    let profile = heap_profile();
    sample_heap(0);
    // Other tests have left nothing of what this one looks for.
    let of_keep = |sample: &&HeapSample| sample.frames().iter().any(|frame| frame.contains("heap_profile::keep"));
    let left: f64 = before.samples.iter().filter(of_keep).map(|sample| sample.in_use.bytes).sum();
    assert!(left < 10_000.0, "a test that knows nothing: {left} bytes");
    let path = file("heap.pb.gz", &profile.to_pprof(HeapValue::InUse));
    let top =
        |more: &[&str]| pprof(&[&["-top", "-nodecount=1000", "-nodefraction=0", "-unit=B"], more].concat(), &path);
    let Some(all) = top(&[]) else { return };
    assert!(all.contains("Type: inuse_space"), "{all}");
    let keep = "heap_profile::keep";
    assert_near(cumulated(&all, keep), 40.0 * 200_000.0, "alive");
    let of = |focus: &str| top(&[&format!("-tagfocus={focus}")]).expect("installed");
    assert_near(cumulated(&of("route=/keep"), keep), 40.0 * 200_000.0, "alive of the route");
    assert_near(cumulated(&of("request_id=^kept-7$"), keep), 200_000.0, "alive of a request");
    assert_near(cumulated(&of("method=GET"), keep), 40.0 * 200_000.0, "alive by the method");
    let by_put = top(&["-tagfocus=method=PUT", "-sample_index=alloc_space"]).expect("installed");
    assert_near(cumulated(&by_put, keep), 40.0 * 100_000.0, "allocated by the other method");
    let tags = pprof(&["-tags", "-sample_index=inuse_space"], &path).expect("installed");
    for (label, value) in [("route", "/keep/{bytes}"), ("method", "GET"), ("request_id", "kept-39")] {
        assert!(tags.contains(&format!("{label}: Total")) && tags.contains(value), "{label}\n{tags}");
    }
    // As `/debug/pprof/allocs`: the same with other values first.
    let path = file("allocs.pb.gz", &profile.to_pprof(HeapValue::Allocated));
    let all = pprof(&["-top", "-unit=B"], &path).expect("installed");
    assert!(all.contains("Type: alloc_space"), "{all}");
    assert_near(cumulated(&all, keep), 40.0 * 300_000.0, "allocated");
    // The file passes pprof's own check when it is written out again.
    let raw = pprof(&["-raw"], &path).expect("installed");
    assert!(raw.contains("PeriodType: space bytes") && raw.contains("Period: 2048"), "{raw}");
    drop(kept);
}
