//! A process that forks while its other threads are anywhere: inside of the allocator, the tables of the audit, a
//! recorder. The child has copies of all of them, without the threads that were at work in there.
#![cfg(unix)]

use std::convert::Infallible;
use std::hint::black_box;
use std::io::Read;
use std::os::fd::FromRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, CountingAllocator, FollowedScope, Ledger, RequestId, note_route, sample_stacks};
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn request(audit: &Audit<Arc<Ledger>>, runtime: &tokio::runtime::Runtime) {
    let service = AuditLayer::new(audit.clone()).layer(service_fn(|_: Request<()>| async {
        note_route("/noted");
        drop(black_box(vec![1_u8; 500]));
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"text"))))
    }));
    drop(runtime.block_on(service.oneshot(Request::new(()))));
}

fn new_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

/// The work of a child: everything that the other threads are in the middle of.
fn work(audit: &Audit<Arc<Ledger>>, runtime: &tokio::runtime::Runtime) {
    // Without stacks: to name their functions takes a process seconds, the first time.
    sample_stacks(0);
    let scope = FollowedScope::new();
    let kept = scope.run(|| (0..50).map(|size| black_box(vec![1_u8; size + 1])).collect::<Vec<_>>());
    assert!(scope.left_behind().is_some_and(|left| left.blocks == 51));
    drop(kept);
    assert!(scope.left_behind().is_some_and(|left| left.blocks == 0));
    sample_stacks(1);
    for _ in 0..20 {
        request(audit, runtime);
    }
}

/// Forks, lets the child do `work`, and returns what it wrote; `None` if it hangs or fails.
fn in_a_child(work: impl FnOnce() -> String) -> Option<String> {
    let mut ends = [0; 2];
    // SAFETY: the array has room for two descriptors.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: the child does nothing but `work`, which is what this test asks about, and ends without destructors.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let text = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_default();
        // SAFETY: the text is alive, and as long as said.
        unsafe { libc::write(ends[1], text.as_ptr().cast(), text.len()) };
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(0) };
    }
    assert!(child > 0, "forked");
    // SAFETY: the parent's end, closed once.
    unsafe { libc::close(ends[1]) };
    let started = Instant::now();
    let mut status = 0;
    // SAFETY: the status is alive.
    while unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == 0 {
        if started.elapsed() > Duration::from_secs(20) {
            // SAFETY: a child that was not waited for yet.
            unsafe { libc::kill(child, libc::SIGKILL) };
            // SAFETY: the status is alive.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut text = String::new();
    // SAFETY: the descriptor is this function's own, and closed by the file.
    let mut end = unsafe { std::fs::File::from_raw_fd(ends[0]) };
    end.read_to_string(&mut text).ok()?;
    (status == 0 && !text.is_empty()).then_some(text)
}

#[test]
fn a_child_does_not_wait_for_threads_that_it_does_not_have() {
    let ledger = Arc::new(Ledger::new());
    let audit = Audit::builder().track_one_in(1).build(Arc::clone(&ledger));
    sample_stacks(5000);
    request(&audit, &new_runtime());
    let stop = AtomicBool::new(false);
    let mut hung = 0;
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let (stop, audit, ledger) = (&stop, &audit, &ledger);
            scope.spawn(move || {
                let runtime = new_runtime();
                while !stop.load(Ordering::Relaxed) {
                    match thread {
                        0 => drop(FollowedScope::new().run(|| black_box(vec![vec![1_u8; 100]; 100]))),
                        1 => request(audit, &runtime),
                        _ => {
                            let mut text = String::new();
                            ledger.write_metrics(record_audit::MetricsFormat::OpenMetrics, &mut text);
                            drop(ledger.report());
                        }
                    }
                }
            });
        }
        // The runtime is made before: the child's allocator may be what hangs otherwise, which is the system's affair.
        let runtime = new_runtime();
        for _ in 0..200 {
            let done = in_a_child(|| {
                work(&audit, &runtime);
                "done".to_owned()
            });
            hung += usize::from(done.is_none());
            if hung > 2 {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(hung, 0, "children that hung or failed");
}

#[test]
fn forked_workers_make_different_ids() {
    let ids = || (0..2000).map(|_| RequestId::made().to_string()).collect::<Vec<_>>().join("\n");
    // The parent has made some, and has numbers left that its children get copies of.
    let mut all: Vec<String> = ids().lines().map(str::to_owned).collect();
    for _ in 0..4 {
        let text = in_a_child(|| (0..100).map(|_| RequestId::made().to_string()).collect::<Vec<_>>().join("\n"));
        all.extend(text.expect("a child").lines().map(str::to_owned));
    }
    all.extend(ids().lines().map(str::to_owned));
    let count = all.len();
    assert_eq!(count, 2000 + 400 + 2000);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "ids repeat");
    // The same id reads the same each time.
    let id = RequestId::made();
    assert_eq!(id.to_string(), id.to_string());
}
