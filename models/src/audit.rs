//! The audit's uses of its tables: requests that are followed to their end, reports of owners, spawned work, signs.
//!
//! Not here are the idle states of requests. They are boxes that stay in a static from one run to the next, while loom wants
//! each run to begin alike. They are shared by a vector under the lock of `lock.rs` alone, whose type lets nobody else have
//! one; that lock is the signs', too.

use std::sync::{Arc, Weak};
use std::time::Duration;

use loom::thread::spawn;

use super::counters::{Counters, Coverage, Tally, with_thread};
use super::family::{FamilyRef, Member};
use super::tracking;
use super::under_way::{Sign, UnderWay};
use crate::clock::Clock;
use crate::explore;
use crate::request::Request;
use crate::sync::atomic::{AtomicU64, Ordering};

const AUDIT: u64 = 3;
const ROUTE: &str = "/followed";
const ADDRESS: usize = 0x2000;

/// Follows a block as the allocator does.
fn allocate(owner: u64, address: usize, size: usize) {
    with_thread(|thread| tracking::work_for(thread, owner));
    if with_thread(|thread| thread.follows() && thread.samples(size)) {
        tracking::follow(address, size);
    }
    with_thread(|thread| tracking::work_for(thread, 0));
}

fn free(address: usize) {
    if tracking::may_follow(address) {
        tracking::discard(address);
    }
}

/// Everything has been changed once.
fn used_tables() {
    let owners = [tracking::new_owner(1, 1), tracking::new_owner(1, 1)];
    for (number, owner) in owners.into_iter().enumerate() {
        let address = ADDRESS + 64 * number;
        allocate(owner, address, 10);
        assert_eq!(tracking::finish(owner, AUDIT, ROUTE).map(|alive| alive.request), Some(10));
        free(address);
    }
    assert_eq!(alive_of_route(), (0, 0));
}

fn alive_of_route() -> (i64, i64) {
    let owner = tracking::new_owner(1, 1);
    let alive = tracking::finish(owner, AUDIT, ROUTE).expect("all are followed");
    assert_eq!(alive.request, 0);
    (alive.followed, alive.route)
}

/// A block is freed, another one made, and the request ends, all at the same time.
pub fn a_request_ends(preemptions: Option<usize>) {
    explore(preemptions, || {
        used_tables();
        let owner = tracking::new_owner(1, 4);
        allocate(owner, ADDRESS, 100);
        let freeing = spawn(|| free(ADDRESS));
        let making = spawn(move || allocate(owner, ADDRESS + 64, 7));
        let alive = tracking::finish(owner, AUDIT, ROUTE).expect("all are followed");
        assert!([0, 7, 100, 107].contains(&alive.request), "{alive:?}");
        freeing.join().expect("no panic");
        making.join().expect("no panic");
        // An allocation for a request that is gone is not followed.
        let left = tracking::alive(owner);
        assert!([0, 7].contains(&left), "{left}");
        assert_eq!(alive_of_route(), (left as i64, 4 * left as i64));
        free(ADDRESS + 64);
        assert_eq!((tracking::alive(owner), alive_of_route()), (0, (0, 0)));
    });
}

/// An owner is reported while one of its blocks is freed and another one made, and once more when it is gone.
pub fn an_owner_is_reported(preemptions: Option<usize>) {
    explore(preemptions, || {
        used_tables();
        let owner = tracking::new_owner(1, 1);
        allocate(owner, ADDRESS, 100);
        let freeing = spawn(|| free(ADDRESS));
        let making = spawn(move || allocate(owner, ADDRESS + 64, 7));
        let seen = tracking::left_behind(owner);
        assert!([0, 7, 100, 107].contains(&seen.bytes) && seen.blocks <= 2, "{seen:?}");
        freeing.join().expect("no panic");
        making.join().expect("no panic");
        let left = tracking::left_behind(owner);
        assert_eq!((left.bytes, left.blocks, left.unfollowed), (7, 1, 0));
        tracking::abandon(owner);
        let gone = tracking::left_behind(owner);
        assert_eq!((gone.bytes, gone.blocks), (0, 0));
    });
}

/// A request is no longer followed, while its block is reallocated.
pub fn a_request_is_abandoned(preemptions: Option<usize>) {
    explore(preemptions, || {
        used_tables();
        let owner = tracking::new_owner(1, 1);
        allocate(owner, ADDRESS, 100);
        let reallocating = spawn(|| {
            if let Some(block) = tracking::forget(ADDRESS) {
                tracking::restore(ADDRESS + 64, block, 150);
            }
            free(ADDRESS + 64);
        });
        tracking::abandon(owner);
        reallocating.join().expect("no panic");
        assert_eq!((tracking::alive(owner), alive_of_route()), (0, (0, 0)));
        assert!(!tracking::may_follow(ADDRESS) && !tracking::may_follow(ADDRESS + 64));
    });
}

/// Spawned work that ends before, while and after its scope is reported: each slice is in one of the reports.
pub fn spawned_work(preemptions: Option<usize>) {
    explore(preemptions, || {
        let family = FamilyRef::new(None, 0, 0);
        let late = Arc::new(AtomicU64::new(0));
        late.fetch_add(0, Ordering::Relaxed);
        let members = [10, 20].map(|size| {
            let member = Member::of(&family);
            spawn(move || {
                let mut slice = Tally::default();
                with_thread(|thread| {
                    slice.open(thread);
                    thread.allocated(size);
                    slice.close(thread);
                });
                member.family().add(&slice, &|_| false);
                drop(member);
            })
        });
        let sum = Arc::clone(&late);
        let reported = family.close(move || {
            Arc::new(move |counters: &Counters| {
                assert_eq!(counters.allocations, 1);
                sum.fetch_add(counters.allocated_bytes, Ordering::Relaxed);
            })
        });
        for member in members {
            member.join().expect("no panic");
        }
        assert_eq!(reported.allocated_bytes + late.load(Ordering::Relaxed), 30);
        let Coverage { spawned, unfinished, .. } = family.counters().coverage;
        assert_eq!((spawned, unfinished), (2, 0));
        assert_eq!(Arc::strong_count(&late), 1, "nobody reports any more");
    });
}

/// A look at a sign sees one request or none, and never a mixture of two.
pub fn signs(preemptions: Option<usize>) {
    explore(preemptions, || {
        let sign = Sign::put_up();
        let is_there = Arc::new(());
        let seen = UnderWay::new(AUDIT, Clock, Arc::downgrade(&is_there));
        sign.adopt(AUDIT);
        sign.begin(&Request::numbered(1));
        sign.holds(100);
        let serving = {
            let sign = Arc::clone(&sign);
            spawn(move || {
                sign.end();
                sign.begin(&Request::numbered(2));
                sign.holds(200);
            })
        };
        for request in seen.requests(Duration::ZERO) {
            let parts = (request.id.0, request.route, request.method, request.age.as_nanos());
            let whole = [([1; 2], "/one", "POST", 999), ([2; 2], "/two", "PUT", 998)];
            assert!(whole.contains(&parts), "{parts:?}");
        }
        serving.join().expect("no panic");
        assert_eq!(seen.requests(Duration::ZERO).len(), 1);
        let _: Weak<Sign> = Arc::downgrade(&sign);
    });
}
