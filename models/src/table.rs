//! The audit's tables: owners in their places, blocks by their addresses, stacks by their numbers.

use loom::thread::spawn;

use super::blocks::Entry;
use super::{blocks, levels, owners, stacks};
use crate::explore;
use crate::sampling::mixed;
use crate::stack::Stack;

const LEVEL: &str = "/route";

/// Two places that were used before, so that they are on the list of free ones, and a level.
fn used_places() -> u32 {
    let level = levels::of(1, LEVEL).expect("room");
    levels::change(level, 0, 1);
    // Another level, so that a stale one shows.
    let before = levels::of(1, "/before").expect("room");
    let both = [owners::add(1, 1), owners::add(1, 1)].map(|owner| owner.expect("room"));
    for owner in both {
        let number = owners::refer(owner).expect("it is there");
        owners::miss(number);
        owners::change(number, 1);
        assert_eq!(owners::end(owner, before), Some((1, 1)));
        owners::change(number, -1);
        owners::release(number);
        owners::release_name(owner);
        assert!(owners::state(owner).is_none());
    }
    assert_eq!(levels::read(level), (0, 0));
    level
}

/// Threads that take a place, use it, and give it back: nobody else has it meanwhile.
pub fn places_are_had_alone(preemptions: Option<usize>, threads: usize) {
    explore(preemptions, move || {
        used_places();
        let live = || {
            let owner = owners::add(1, 1).expect("room");
            let number = owners::refer(owner).expect("it is there");
            owners::change(number, 10);
            let state = owners::state(owner).expect("it is there");
            assert_eq!((state.bytes, state.references, state.unfollowed), (10, 2, 0));
            owners::change(number, -10);
            owners::release(number);
            owners::release_name(owner);
            assert!(owners::state(owner).is_none() && owners::refer(owner).is_none());
            owner
        };
        let others: Vec<_> = (1..threads).map(|_| spawn(live)).collect();
        let mut names = vec![live()];
        for other in others {
            names.push(other.join().expect("no panic"));
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), threads, "no name is given twice");
    });
}

/// A request ends while bytes of its come and go: the level has each of them once.
pub fn bytes_at_the_end(preemptions: Option<usize>) {
    explore(preemptions, || {
        let level = used_places();
        let owner = owners::add(1, 3).expect("room");
        let changes = [100, -30].map(|bytes| {
            let number = owners::refer(owner).expect("it is there");
            spawn(move || owners::change(number, bytes))
        });
        let (at_end, _) = owners::end(owner, level).expect("it is there");
        assert!([0, 100, 70].contains(&at_end), "{at_end}");
        for change in changes {
            change.join().expect("no panic");
        }
        assert_eq!(levels::read(level), (70, 210));
        assert_eq!(owners::state(owner).map(|state| state.bytes), Some(70));
    });
}

/// The last references go at the same time as somebody asks for another one, and somebody for a new place.
pub fn the_last_reference(preemptions: Option<usize>) {
    explore(preemptions, || {
        used_places();
        let owner = owners::add(1, 1).expect("room");
        let referring = spawn(move || {
            let Some(number) = owners::refer(owner) else { return };
            // As long as there is the reference, it is the owner's place.
            let state = owners::state(owner).expect("it has a reference");
            assert!((1..=2).contains(&state.references), "{state:?}");
            owners::change(number, 8);
            assert_eq!(owners::state(owner).map(|state| state.bytes), Some(8));
            owners::change(number, -8);
            owners::release(number);
        });
        let adding = spawn(|| {
            let other = owners::add(1, 1).expect("room");
            assert_eq!(owners::state(other).map(|state| (state.bytes, state.references)), Some((0, 1)));
            owners::release_name(other);
        });
        owners::release_name(owner);
        referring.join().expect("no panic");
        adding.join().expect("no panic");
        assert!(owners::state(owner).is_none());
    });
}

fn entry(number: u32) -> Entry {
    Entry { size: number as usize, weight: 1.0, owner: number, stack: number, stack_weight: 1.0 }
}

fn assert_whole(entry: &Entry) {
    assert!(entry.size as u32 == entry.owner && entry.owner == entry.stack, "a mixture of two: {entry:?}");
}

/// An address whose places had a block before.
const ADDRESS: usize = 0x1000;

fn used_places_of_blocks(addresses: &[usize]) {
    for (number, address) in addresses.iter().enumerate() {
        assert!(blocks::insert(*address, &entry(9 + number as u32)));
    }
    for address in addresses {
        assert!(blocks::remove(*address).is_some());
    }
}

/// Another address of the same first row: blocks that compete for places.
fn neighbour() -> usize {
    // The first tier has 128 rows.
    let row = |address: usize| mixed(address as u64 >> 3) % 128;
    let is_neighbour = |address: &usize| row(*address) == row(ADDRESS);
    (ADDRESS / 8 + 1..).map(|step| step * 8).find(is_neighbour).expect("there are many")
}

/// Each block is found by whoever has it, whatever others do.
pub fn blocks_come_and_go(preemptions: Option<usize>, threads: usize) {
    let other = neighbour();
    explore(preemptions, move || {
        let addresses = [ADDRESS, other, ADDRESS + (1 << 40)];
        used_places_of_blocks(&addresses);
        let life = |address: usize, number: u32| {
            assert!(blocks::insert(address, &entry(number)));
            assert!(blocks::may_have(address));
            assert_eq!(blocks::remove(address), Some(entry(number)));
            assert_eq!(blocks::remove(address), None);
        };
        let others: Vec<_> = (1..threads).map(|number| spawn(move || life(addresses[number], number as u32))).collect();
        life(ADDRESS, 7);
        for other in others {
            other.join().expect("no panic");
        }
        assert!(addresses.iter().all(|address| !blocks::may_have(*address)));
    });
}

/// A block is freed on another thread than it was made on, which got it by some synchronisation.
pub fn a_block_is_handed_on(preemptions: Option<usize>) {
    use crate::sync::atomic::{AtomicU32, Ordering};
    explore(preemptions, || {
        used_places_of_blocks(&[ADDRESS]);
        let handed = std::sync::Arc::new(AtomicU32::new(0));
        handed.store(0, Ordering::Relaxed);
        let given = std::sync::Arc::clone(&handed);
        let maker = spawn(move || {
            assert!(blocks::insert(ADDRESS, &entry(5)));
            given.store(1, Ordering::Release);
        });
        if handed.load(Ordering::Acquire) == 1 {
            assert!(blocks::may_have(ADDRESS), "`false` is certain");
            assert_eq!(blocks::remove(ADDRESS), Some(entry(5)));
        }
        maker.join().expect("no panic");
    });
}

/// All blocks of an owner are taken out, while one of them is freed, and one of another owner comes.
pub fn all_blocks_are_taken_out(preemptions: Option<usize>) {
    let other = neighbour();
    explore(preemptions, move || {
        used_places_of_blocks(&[ADDRESS, other]);
        assert!(blocks::insert(ADDRESS, &entry(1)));
        let freeing = spawn(|| blocks::remove(ADDRESS));
        let coming = spawn(move || {
            assert!(blocks::insert(other, &entry(2)));
            assert_eq!(blocks::remove(other), Some(entry(2)), "nobody else takes it out");
        });
        let mut taken = 0;
        blocks::remove_all(
            |entry| entry.owner == 1,
            |entry| {
                assert_whole(&entry);
                assert_eq!(entry.owner, 1);
                taken += 1;
            },
        );
        let freed = freeing.join().expect("no panic");
        coming.join().expect("no panic");
        assert_eq!(taken + usize::from(freed.is_some()), 1, "by one of the two");
        assert!(!blocks::may_have(ADDRESS));
    });
}

/// A look at all blocks sees none that is a mixture of two.
pub fn blocks_are_seen_whole(preemptions: Option<usize>) {
    explore(preemptions, || {
        used_places_of_blocks(&[ADDRESS]);
        assert!(blocks::insert(ADDRESS, &entry(1)));
        let changing = spawn(|| {
            assert_eq!(blocks::remove(ADDRESS), Some(entry(1)));
            assert!(blocks::insert(ADDRESS, &entry(2)));
        });
        let mut seen = 0;
        blocks::for_each(|entry| {
            assert_whole(entry);
            seen += 1;
        });
        assert!(seen <= 1);
        changing.join().expect("no panic");
    });
}

/// A stack is kept once, read whole, and its place is not given to another one while it has references.
pub fn stacks_are_kept(preemptions: Option<usize>) {
    let stack = |frame: usize| Stack::of([frame, frame + 1].into_iter());
    explore(preemptions, move || {
        for frame in [10, 20] {
            stacks::release(stacks::intern(&stack(frame)));
        }
        let life = move |frame: usize| {
            let number = stacks::intern(&stack(frame));
            assert!(number != 0);
            assert!(stacks::read(number) == Some(stack(frame)));
            stacks::release(number);
        };
        let threads = [10, 20].map(|frame| spawn(move || life(frame)));
        life(10);
        for thread in threads {
            thread.join().expect("no panic");
        }
    });
}
