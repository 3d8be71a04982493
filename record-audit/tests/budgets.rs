//! Budgets in tests: what is within passes, what is over fails and says what allocated.

use std::convert::Infallible;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, RwLock};

use http::{Request, Response};
use http_body_util::Full;
use record_audit::{Audit, AuditLayer, Budget, Budgets, CountingAllocator, Ledger, Scope};
use tower::{Layer, ServiceExt, service_fn};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// Taken as a whole by the test that leaves no place for the call stacks of others.
static PLACES: RwLock<()> = RwLock::new(());

/// The message of the panic that `work` ends with, where there is a place for its call stacks.
fn failure<T>(work: impl FnOnce() -> T) -> String {
    let _place = PLACES.read().expect("unpoisoned");
    message(work)
}

fn message<T>(work: impl FnOnce() -> T) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("it is within its budget") };
    *panic.downcast::<String>().expect("a message")
}

#[inline(never)]
fn wastes(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}

#[inline(never)]
fn wastes_more(bytes: usize) {
    let mut list = black_box(Vec::<u8>::with_capacity(bytes));
    list.reserve_exact(2 * bytes);
    drop(black_box(list));
}

#[test]
fn within() {
    let none = Budget::new().allocations(0).bytes(0).left_behind(0);
    assert_eq!(none.run(|| 3), 3);
    Budget::new().run(|| wastes(1 << 20));
    Budget::new().allocations(3).bytes(300).left_behind(0).run(|| {
        wastes(100);
        wastes_more(100);
    });
    assert_eq!(Budget::new().allocations(1).left_behind(10).run(|| vec![1_u8; 10]).len(), 10);
}

#[test]
fn over_says_what_allocated() {
    let text = failure(|| {
        Budget::new().allocations(2).bytes(1000).run(|| {
            wastes_more(300);
            (0..4).for_each(|_| wastes(700));
        });
    });
    let expected = ["over the budget", "  allocations: 6 used, 2 allowed", "  bytes: 3400 used, 1000 allowed"];
    assert_eq!(text.lines().take(3).collect::<Vec<_>>(), expected, "{text}");
    // Those with most allocations first; a reallocation counts with its whole size.
    let place = |stack: &str| text.find(stack).unwrap_or_else(|| panic!("{text}"));
    assert!(place("4 allocations, 2800 bytes:") < place("1 allocation, 600 bytes:"), "{text}");
    let of = |stack: &str| text.split(stack).nth(1).and_then(|rest| rest.lines().nth(1)).unwrap_or_default().to_owned();
    assert!(of("4 allocations, 2800 bytes:").contains("budgets::wastes"), "{text}");
    assert!(of("1 allocation, 300 bytes:").contains("budgets::wastes_more"), "{text}");
    assert!(of("1 allocation, 600 bytes:").contains("budgets::wastes_more"), "{text}");
    // Neither the code around the work nor this crate is shown.
    assert!(!text.contains("catch_unwind") && !text.contains("record_audit::"), "{text}");
}

#[test]
fn left_behind_is_what_is_alive() {
    let kept = Mutex::new(Vec::with_capacity(10));
    let text = failure(|| Budget::new().left_behind(99).run(|| kept.lock().expect("unpoisoned").push(vec![1_u8; 100])));
    assert!(text.contains("left_behind: 100 used, 99 allowed"), "{text}");
    assert!(text.contains("left_behind_is_what_is_alive"), "{text}");
    // Freed by another thread meanwhile.
    Budget::new().left_behind(0).run(|| {
        let block = black_box(vec![1_u8; 100]);
        std::thread::scope(|scope| scope.spawn(move || drop(block)).join().expect("no panic"));
    });
}

#[tokio::test]
async fn futures_and_what_they_spawn() {
    let budget = Budget::new().bytes(500);
    let answer = budget.run_async(async {
        tokio::task::yield_now().await;
        wastes(400);
        7
    });
    assert_eq!(answer.await, 7);
    let spawned = tokio::spawn(async {
        Budget::new()
            .bytes(10_000)
            .run_async(async {
                let scope = Scope::current().expect("in a budget");
                scope.spawn(async { wastes(20_000) }).await.expect("no panic");
            })
            .await;
    });
    let panic = spawned.await.expect_err("over its budget").into_panic();
    let text = panic.downcast::<String>().expect("a message");
    assert!(text.contains("10000 allowed") && text.contains("20000 bytes:"), "{text}");
    assert!(text.contains("budgets::wastes"), "{text}");
}

/// As a test of a handler: the whole service is called, with its audit or without.
#[tokio::test]
async fn a_handler() {
    let handler = service_fn(async |request: Request<()>| {
        wastes(request.uri().path().len() * 100);
        Ok::<_, Infallible>(Response::new(Full::new("".as_bytes())))
    });
    let budgets = Budgets::parse("['/{name}']\nallocations = 1\nbytes = 1_000\nleft_behind = 0\n").expect("TOML");
    let budget = budgets.of("/{name}").expect("it is in there");
    let ask = |path: &str| Request::get(path).body(()).expect("a path");
    let service = AuditLayer::new(Audit::builder().track_one_in(1).build(Ledger::new())).layer(handler);
    // The first request of a thread makes places for all of them.
    drop(service.clone().oneshot(ask("/first")).await);
    let answer = budget.run_async(service.clone().oneshot(ask("/short"))).await.expect("infallible");
    drop(answer);
    let too_long = tokio::spawn(async move {
        let request = Request::get("/longer-than-ten").body(()).expect("a path");
        drop(budget.run_async(service.oneshot(request)).await);
    });
    let text = too_long.await.expect_err("over its budget").into_panic().downcast::<String>().expect("a message");
    assert!(text.contains("bytes: 1600 used, 1000 allowed") && text.contains("budgets::wastes"), "{text}");
}

/// More at a time than there are places for call stacks: they are told apart, and the counts stay right.
#[test]
fn many_at_a_time() {
    let _all = PLACES.write().expect("unpoisoned");
    std::thread::scope(|scope| {
        for number in 1..=40 {
            scope.spawn(move || {
                let text = message(|| {
                    Budget::new().allocations(0).run(|| {
                        (0..number).for_each(|_| wastes(10));
                        std::thread::sleep(std::time::Duration::from_millis(20));
                    });
                });
                assert!(text.contains(&format!("allocations: {number} used")), "{text}");
                let shown = text.contains(&format!("{number} allocation")) && text.contains("budgets::wastes");
                assert!(shown || text.contains("too many budgets"), "{text}");
            });
        }
    });
}

#[test]
fn files_that_are_wrong_say_where() {
    for (text, said) in [
        ("[\"/a\"]\nallocation = 1", "`/a`: `allocation` is no limit"),
        ("[\"/a\"]\nbytes = -1", "`/a`: `bytes` is no whole number"),
        ("[\"/a\"]\nbytes = 1.5", "`/a`: `bytes` is no whole number"),
        ("bytes = 1", "`bytes` is no table of limits"),
        ("[\"/a\"]\nbytes 3", "line 2"),
        ("[\"/a\"]\n[\"/a\"]", "line 2"),
    ] {
        let error = Budgets::parse(text).expect_err(text).to_string();
        assert!(error.contains(said), "{text:?}: {error}");
    }
    assert_eq!(Budgets::parse("# nothing").expect("TOML").iter().count(), 0);
    let error = Budgets::read("no/such/file.toml").expect_err("it is not there").to_string();
    assert!(error.starts_with("no/such/file.toml: "), "{error}");
}
