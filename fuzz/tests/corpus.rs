//! Each target over its committed corpus and over random bytes: the slice that runs everywhere.
//!
//! `RECORD_FUZZ_ROUNDS=100000 RECORD_FUZZ_SEED=7 cargo test --release` tries more and others, and
//! `RECORD_FUZZ_TARGET='bridge masks'` these targets alone. `RECORD_FUZZ_LONGEST=60` leaves longer inputs out: under Miri.

use std::hint::black_box;
use std::path::Path;
use std::{env, fs};

use record_fuzz::TARGETS;

// Not under Miri, which would take minutes to lay out its tables; `audit` does not run there.
#[cfg(not(miri))]
#[global_allocator]
static ALLOCATOR: record_audit::CountingAllocator = record_audit::CountingAllocator::system();

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Bytes of any length up to the longest, mostly short: all of them, or few that come again and again.
    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        let len = [20, 100, 600, 3000][self.below(4)];
        let len = self.below(len).min(longest);
        let few = self.below(2) == 0;
        let alphabet: Vec<u8> = (0..8).map(|_| self.next() as u8).collect();
        (0..len).map(|_| if few { alphabet[self.below(8)] } else { self.next() as u8 }).collect()
    }
}

fn from_env(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// The longest input that is run, in bytes.
fn longest() -> usize {
    from_env("RECORD_FUZZ_LONGEST", u64::from(u16::MAX)) as usize
}

/// Runs a target; says which input it was if it panics.
fn run(name: &str, target: fn(&[u8]), data: &[u8]) {
    struct Tells<'a>(&'a str, &'a [u8]);
    impl Drop for Tells<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("target {}, input {:?}", self.0, self.1);
            }
        }
    }
    let _tells = Tells(name, data);
    target(black_box(data));
}

/// What takes an input.
type Target = fn(&[u8]);

/// The targets that are asked for.
fn targets() -> Vec<(&'static str, Target)> {
    let Ok(only) = env::var("RECORD_FUZZ_TARGET") else { return TARGETS.to_vec() };
    let asked: Vec<_> =
        TARGETS.iter().copied().filter(|(name, _)| only.split(' ').any(|asked| asked == *name)).collect();
    assert_eq!(asked.len(), only.split(' ').count(), "RECORD_FUZZ_TARGET={only}: not all are targets");
    asked
}

#[test]
fn committed_corpora() {
    for (name, target) in targets() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let (mut inputs, mut longer) = (0, 0);
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let input = fs::read(entry.expect("an entry").path()).expect("an input");
            if input.len() > longest() {
                longer += 1;
                continue;
            }
            run(name, target, &input);
            inputs += 1;
        }
        println!("{name}: {inputs} inputs, {longer} left out");
        assert!(inputs + longer >= 10, "{name} has no corpus");
    }
}

#[test]
fn random_bytes() {
    let seed = from_env("RECORD_FUZZ_SEED", 0x00f0_2261);
    let rounds = from_env("RECORD_FUZZ_ROUNDS", 300);
    println!("RECORD_FUZZ_SEED={seed} RECORD_FUZZ_ROUNDS={rounds}");
    for (name, target) in targets() {
        let mut random = Random(seed);
        run(name, target, &[]);
        for _ in 0..rounds {
            run(name, target, &random.bytes(longest()));
        }
    }
}
