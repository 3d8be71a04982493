//! Counts next to those of valgrind, which sees the calls of the C library from outside. The same program runs with one
//! and with two hundred rounds; the difference is the rounds' own. Says so and passes where valgrind is missing.

use std::hint::black_box;
use std::process::Command;

use record_audit::{CountingAllocator, measure};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const ROUNDS: &str = "RECORD_AUDIT_ROUNDS";

/// A program that does the same every time: blocks of many sizes that live for different times, maps, zeroed memory.
fn program(rounds: u64) {
    let mut kept: Vec<Vec<u8>> = Vec::with_capacity(64);
    for round in 0..rounds {
        for size in 1..100_usize {
            kept.push(black_box(vec![1_u8; size * 7 + usize::try_from(round % 13).expect("small")]));
            if kept.len() == 64 {
                kept.drain(..40);
            }
        }
        drop(black_box(vec![0_u64; 3000]));
        drop(black_box((0..50_u64).map(|key| (key, key.to_string())).collect::<std::collections::BTreeMap<_, _>>()));
    }
}

/// Blocks that grow.
fn growing(rounds: u64) {
    for _ in 0..rounds {
        let mut list = Vec::new();
        (0..1000_u64).for_each(|number| list.push(number));
        list.truncate(10);
        list.shrink_to_fit();
        drop(black_box(list));
    }
}

/// Numbers in `text` behind `label`, without the commas that valgrind writes.
fn number(text: &str, label: &str) -> i64 {
    let place = text.find(label).unwrap_or_else(|| panic!("no {label:?} in:\n{text}")) + label.len();
    let digits = text[place..].chars().skip_while(|letter| *letter == ' ').filter(|letter| *letter != ',');
    digits.take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Counts {
    allocations: i64,
    frees: i64,
    bytes: i64,
}

/// The counts of `rounds` rounds, by valgrind and by this crate. The order always has the same length, for it is
/// allocated too.
fn run(rounds: u64, kind: &str) -> (Counts, Counts) {
    let me = std::env::current_exe().expect("known");
    let output =
        Command::new("valgrind").arg(me).env(ROUNDS, format!("{rounds:03} {kind}")).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (theirs, ours) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    let usage = &theirs[theirs.find("total heap usage:").expect("valgrind's summary")..];
    let after = |label: &str| &usage[usage.find(label).expect("in the summary") + label.len()..];
    let theirs = Counts {
        allocations: number(usage, "total heap usage:"),
        frees: number(after("allocs"), ","),
        bytes: number(after("frees"), ","),
    };
    let resized = number(&ours, "reallocations");
    let ours = Counts {
        // Valgrind takes a reallocation for an allocation and a free.
        allocations: number(&ours, " allocations") + resized,
        frees: number(&ours, "frees") + resized,
        bytes: number(&ours, "bytes"),
    };
    (theirs, ours)
}

fn main() {
    if let Ok(order) = std::env::var(ROUNDS) {
        let (rounds, kind) = order.split_once(' ').expect("two words");
        let rounds = rounds.parse().expect("a number");
        let ((), counters) = measure(|| if kind == "program" { program(rounds) } else { growing(rounds) });
        let it = counters.expect("installed");
        println!(
            " allocations {} reallocations {} frees {} bytes {}",
            it.allocations, it.reallocations, it.frees, it.allocated_bytes
        );
        return;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: valgrind is not installed; the counts were not compared with an independent counter");
        return;
    }
    for kind in ["program", "growing"] {
        let ((theirs_1, ours_1), (theirs_200, ours_200)) = (run(1, kind), run(200, kind));
        let less = |many: Counts, one: Counts| Counts {
            allocations: many.allocations - one.allocations,
            frees: many.frees - one.frees,
            // Of a reallocation, valgrind counts all bytes, and we those by which the block grew.
            bytes: if kind == "program" { many.bytes - one.bytes } else { 0 },
        };
        let (theirs, ours) = (less(theirs_200, theirs_1), less(ours_200, ours_1));
        println!("{kind}: valgrind {theirs:?}, record-audit {ours:?}");
        assert!(theirs.allocations > 1000);
        assert_eq!(theirs, ours, "{kind}");
    }
}
