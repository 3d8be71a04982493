//! A soak: the example `catalog` as a process of its own, with little memory, under mixed load and faults. No byte is wrong,
//! its memory stays flat, and nothing is under way at the end.
//!
//! The faults: clients close or reset connections in the middle of answers. A limit on the size of files comes and goes, so
//! that samples find no room on the disk. The wall clock jumps by days, where `libfaketime` is installed.
//!
//! `RECORD_SOAK_SECONDS` says how long, half an hour if it is not there; `RECORD_SOAK_SEED` repeats a run.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::chaos::{Random, seed};
use super::client::Connection;
use super::program::{self, Running};
use super::{KIB, alone, clients, resident_of};

const CLIENTS: u64 = 16;

/// The memory that the service may have, besides its code: `ulimit -d` of its process.
const MEMORY_KIB: u64 = 64 * KIB;

/// Between two changes of the disk and the clock.
const STEP: Duration = Duration::from_secs(10);

/// Paths that are written by this library; `/serde` before them writes the same by `serde_json`.
fn paths() -> Vec<String> {
    let pages = [(1, 0), (20, 40), (100, 9_950), (1_000, 3_000)]
        .map(|(limit, offset)| format!("?limit={limit}&offset={offset}"));
    let single = (1..=10_000).step_by(499).map(|id| format!("/{id}"));
    pages.into_iter().chain(single).map(|rest| format!("/products{rest}")).chain(["/export".to_owned()]).collect()
}

#[derive(Default)]
struct Counts {
    whole: AtomicU64,
    cancelled: AtomicU64,
    reset: AtomicU64,
    unwritable: AtomicU64,
}

/// One client, until it is time.
async fn client(
    address: SocketAddr,
    expected: Arc<Vec<(String, Vec<u8>)>>,
    counts: Arc<Counts>,
    seed: u64,
    end: Instant,
) {
    let mut random = Random::new(seed);
    let mut connection = Connection::open(address).await;
    while Instant::now() < end {
        // A client thinks: the machine has other work.
        tokio::time::sleep(Duration::from_millis(random.next(10))).await;
        let place = usize::try_from(random.next(expected.len() as u64)).expect("one of few");
        let (path, body) = &expected[place];
        match random.next(100) {
            0..6 => {
                connection.send(path).await;
                if random.next(2) == 0 {
                    connection.read_some().await;
                }
                let is_reset = random.next(2) == 0;
                if is_reset {
                    connection.reset();
                }
                let counted = if is_reset { &counts.reset } else { &counts.cancelled };
                counted.fetch_add(1, Ordering::Relaxed);
                connection = Connection::open(address).await;
            }
            6..8 => {
                connection.send("/unwritable").await;
                connection.read_some().await;
                counts.unwritable.fetch_add(1, Ordering::Relaxed);
                connection = Connection::open(address).await;
            }
            fate => {
                connection.send(path).await;
                if fate < 12 {
                    tokio::time::sleep(Duration::from_millis(random.next(20))).await;
                }
                connection.read_head().await;
                let got = connection.read_body().await;
                assert!(got == *body, "{path}: {} bytes instead of {}", got.len(), body.len());
                counts.whole.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// `libfaketime`, where Debian has it.
fn faketime() -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
    folders.iter().map(|folder| Path::new(folder).join("faketime/libfaketime.so.1")).find(|library| library.exists())
}

struct Service {
    running: Running,
    address: SocketAddr,
    /// The file that says how far the clock is off, where it can be.
    clock: Option<PathBuf>,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let (clock, samples) = (folder.join("clock"), folder.join("samples"));
        // A write beyond a limit is to fail instead of ending the process.
        let script = format!("trap '' XFSZ; ulimit -d {MEMORY_KIB}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).arg(program::build()).args(["--port", "0", "--samples"]).arg(&samples);
        let library = faketime();
        if let Some(library) = &library {
            std::fs::write(&clock, "+0").unwrap();
            command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", &clock);
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("FAKETIME_CACHE_DURATION", "1");
        } else {
            println!("SKIPPED: libfaketime is not installed; the clock does not jump");
        }
        let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let address = running.address().parse().unwrap();
        Self { running, address, clock: library.map(|_| clock) }
    }

    fn process(&self) -> String {
        self.running.0.id().to_string()
    }

    /// Whether files can be written from now on.
    fn set_disk(&self, has_room: bool) {
        let limit = if has_room { "unlimited:" } else { "0:" };
        let status = Command::new("prlimit").args(["--pid", &self.process(), &format!("--fsize={limit}")]).status();
        assert!(status.expect("prlimit, of util-linux").success());
    }

    fn set_clock(&self, days: i64) {
        if let Some(file) = &self.clock {
            std::fs::write(file, format!("{days:+}d")).unwrap();
        }
    }

    fn ask(&self, path: &str) -> Vec<u8> {
        clients().block_on(async { Connection::open(self.address).await.get(path).await })
    }

    fn ask_json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.ask(path)).unwrap()
    }

    /// Requests under way. The one that asks is one of them.
    fn under_way(&self) -> u64 {
        let text = String::from_utf8(self.ask("/metrics")).unwrap();
        let gauges = text.lines().filter(|line| line.starts_with("http_server_active_requests{"));
        gauges.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    }
}

/// Changes disk and clock, and measures, until it is time. Returns the bytes that were resident after each step.
fn disturb(service: &Service, seed: u64, counts: &Counts, end: Instant) -> Vec<u64> {
    let (mut random, mut resident) = (Random::new(!seed), Vec::new());
    while let Some(left) = end.checked_duration_since(Instant::now()) {
        let (has_room, days) = (random.next(2) == 0, random.of(&[0, 1, -1, 30, -400]));
        service.set_disk(has_room);
        service.set_clock(days);
        std::thread::sleep(STEP.min(left));
        resident.extend(resident_of(&service.process()));
        println!(
            "{} s left, disk {}, clock {days:+} days: {} whole answers, {} KiB resident",
            left.as_secs(),
            if has_room { "with room" } else { "full" },
            counts.whole.load(Ordering::Relaxed),
            resident.last().map_or(0, |bytes| bytes / KIB)
        );
    }
    service.set_disk(true);
    service.set_clock(0);
    resident
}

#[test]
#[ignore = "half an hour: cargo test --release -p record-http --test load soak -- --ignored --nocapture"]
fn soak() {
    let _lock = alone();
    let seconds = std::env::var("RECORD_SOAK_SECONDS").map_or(1800, |seconds| seconds.parse().expect("seconds"));
    let seed = seed("RECORD_SOAK_SEED");
    let folder = std::env::temp_dir().join(format!("record-soak-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut service = Service::start(&folder);
    let expected: Arc<Vec<_>> =
        Arc::new(paths().into_iter().map(|path| (path.clone(), service.ask(&format!("/serde{path}")))).collect());

    let counts = Arc::new(Counts::default());
    let (address, end) = (service.address, Instant::now() + Duration::from_secs(seconds));
    let load = std::thread::spawn({
        let counts = Arc::clone(&counts);
        move || {
            clients().block_on(async {
                let mut tasks = tokio::task::JoinSet::new();
                for number in 0..CLIENTS {
                    let seed = seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                    tasks.spawn(client(address, Arc::clone(&expected), Arc::clone(&counts), seed, end));
                }
                tasks.join_all().await;
            });
        }
    });
    let resident = disturb(&service, seed, &counts, end);
    load.join().expect("every answer is right");

    // Connections that were reset are noticed a little later.
    let start = Instant::now();
    while service.under_way() != 1 || service.ask_json("/stats")["pool"]["out"] != 0 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{} under way, {}",
            service.under_way(),
            service.ask_json("/stats")
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    let report = service.ask_json("/audit/data.json");
    for route in report["routes"].as_array().unwrap() {
        assert_ne!(route["finding"], "leaking", "{route}");
    }
    let samples = std::fs::read_dir(folder.join("samples")).unwrap().count();
    // The first two fifths are for what is allocated once; the largest of the last must not be above what was seen then.
    let (early, late) = resident.split_at(resident.len() * 2 / 5);
    if let (Some(early), Some(late)) = (early.iter().max(), late.iter().max()) {
        println!(
            "{} KiB resident at most in the first two fifths, {} KiB later; {samples} files of samples",
            early / KIB,
            late / KIB
        );
        assert!(*late <= early + 4 * KIB * KIB, "{} KiB more", (late - early) / KIB);
    }
    let each = [&counts.whole, &counts.cancelled, &counts.reset, &counts.unwritable];
    println!("whole, cancelled, reset, unwritable: {each:?}");
    assert!(each.iter().all(|count| count.load(Ordering::Relaxed) > 0), "all of it happened");
    service.running.signal("TERM");
    assert_eq!(service.running.0.wait().unwrap().code(), Some(0), "it ends as it was told");
    std::fs::remove_dir_all(folder).unwrap();
}
