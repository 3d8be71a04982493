//! The likely cause of a slow request or of a failed scenario, as far as measures carry it.
//!
//! ```
//! use record_gate::cause::{Evidence, Kind, find};
//!
//! let evidence = Evidence { wall_ms: Some(1200.0), poll_ms: Some(3.0), ..Evidence::default() };
//! let cause = find(&evidence);
//! assert_eq!(cause.kind, Kind::Wait);
//! assert_eq!(cause.text, "it waited: 1200 ms passed, and 3 ms of them were its own work");
//! assert_eq!(find(&Evidence::default()).kind, Kind::NotKnown);
//! ```

use std::fmt::Write;

use serde::Deserialize;

/// The figures of one request, or the means of a scenario. Those that nobody measured are absent, and speak for nothing.
///
/// Read from JSON, unknown fields are passed over.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Reallocations.
    pub reallocations: Option<f64>,
    /// The usual number of reallocations; 0 if it is absent.
    pub usual_reallocations: Option<f64>,
    /// Buffers that the pool had to allocate.
    pub pool_misses: Option<f64>,
    /// Of the body's bytes, the share that are escape sequences: see [`escape_share`].
    pub escape_share: Option<f64>,
    /// Allocations.
    pub allocations: Option<f64>,
    /// Allocations in the baseline.
    pub usual_allocations: Option<f64>,
    /// The call stacks whose living blocks grew, with the bytes that they grew by, the largest first.
    pub grown_sites: Vec<(String, f64)>,
    /// The call stacks that allocate more often than in another profile, with how much more often per request, the most
    /// frequent first.
    pub grown_stacks: Vec<(String, f64)>,
    /// Time from the call to the end of the body, in milliseconds.
    pub wall_ms: Option<f64>,
    /// Of that, time to the answer's head. The rest was spent on the body, and on a client that takes it slowly.
    pub handler_ms: Option<f64>,
    /// Time in the handler's own polls, in milliseconds.
    pub poll_ms: Option<f64>,
    /// Page faults that read from a disk.
    pub major_faults: Option<f64>,
    /// Page faults that did not.
    pub minor_faults: Option<f64>,
    /// TCP segments that were sent again.
    pub retransmits: Option<f64>,
    /// Round-trip time of the connection, in milliseconds.
    pub round_trip_ms: Option<f64>,
    /// Bytes of the body.
    #[serde(alias = "response_bytes")]
    pub body_bytes: Option<f64>,
    /// The usual bytes of the route's body.
    pub usual_body_bytes: Option<f64>,
    /// Whether it was the first request of its route.
    pub is_first: Option<bool>,
}

/// The kind of a cause, in the order in which they are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A buffer was reallocated: its size was misjudged.
    Reallocation,
    /// The pool had no buffer.
    PoolMiss,
    /// Much of the text had to be escaped.
    Escapes,
    /// More allocations than in the baseline.
    Allocations,
    /// It waited, for a lock or to be scheduled.
    Wait,
    /// Memory had to be mapped or read.
    PageFaults,
    /// The network lost segments.
    Retransmits,
    /// A larger body than usual.
    LargerBody,
    /// The first request of its route.
    FirstRequest,
    /// The figures support none of these.
    NotKnown,
}

/// A cause with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its kind.
    pub kind: Kind,
    /// One or more lines for people.
    pub text: String,
}

/// Escape sequences of so large a share of a body are a cause.
const MANY_ESCAPES: f64 = 0.1;
/// A request waited if all of its time is so many times its own, and so many milliseconds more.
const WAIT_FACTOR: f64 = 5.0;
const WAIT_MS: f64 = 5.0;
/// So many minor faults map 4 MiB, which takes a millisecond.
const MANY_MINOR_FAULTS: f64 = 1000.0;
/// A body of so many times the usual size is larger.
const LARGER: f64 = 1.5;

/// The first cause that the figures support.
#[must_use]
pub fn find(evidence: &Evidence) -> Cause {
    let causes =
        [reallocation, pool_miss, escapes, allocations, wait, page_faults, retransmits, larger_body, first_request];
    let not_known = || Cause { kind: Kind::NotKnown, text: "not known: no figure is out of the ordinary".to_owned() };
    causes.into_iter().find_map(|cause| cause(evidence)).unwrap_or_else(not_known)
}

fn reallocation(evidence: &Evidence) -> Option<Cause> {
    let (now, usual) = (evidence.reallocations?, evidence.usual_reallocations.unwrap_or(0.0));
    // Half a reallocation: slow requests are in the mean of their route, too.
    (now >= usual + 0.5).then(|| Cause {
        kind: Kind::Reallocation,
        text: format!("a buffer was too small: {now:.1} reallocations instead of {usual:.1}, its size is misjudged"),
    })
}

fn pool_miss(evidence: &Evidence) -> Option<Cause> {
    let misses = evidence.pool_misses.filter(|misses| *misses >= 1.0)?;
    Some(Cause { kind: Kind::PoolMiss, text: format!("the pool had no buffer: {misses:.1} misses") })
}

fn escapes(evidence: &Evidence) -> Option<Cause> {
    let share = evidence.escape_share.filter(|share| *share >= MANY_ESCAPES)?;
    let text = format!("the text is heavy with escapes: {:.0} % of its bytes", 100.0 * share);
    Some(Cause { kind: Kind::Escapes, text })
}

fn allocations(evidence: &Evidence) -> Option<Cause> {
    let (now, usual) = (evidence.allocations?, evidence.usual_allocations?);
    // Half an allocation: means of a service differ in their decimals.
    (now >= usual + 0.5).then(|| {
        let mut text = format!("more allocations than before: {now:.1} instead of {usual:.1}");
        for (stack, more) in &evidence.grown_stacks {
            let _ = write!(text, "\n{more:.2} allocations more per request are from {stack}");
        }
        for (stack, bytes) in &evidence.grown_sites {
            let _ = write!(text, "\n{bytes:.0} bytes more are alive from {stack}");
        }
        Cause { kind: Kind::Allocations, text }
    })
}

fn wait(evidence: &Evidence) -> Option<Cause> {
    // A client that takes the body slowly is no lock.
    let (wall, poll) = (evidence.handler_ms.or(evidence.wall_ms)?, evidence.poll_ms?);
    (wall >= poll * WAIT_FACTOR && wall >= poll + WAIT_MS).then(|| Cause {
        kind: Kind::Wait,
        text: format!("it waited: {wall:.0} ms passed, and {poll:.0} ms of them were its own work"),
    })
}

fn page_faults(evidence: &Evidence) -> Option<Cause> {
    let (major, minor) = (evidence.major_faults.unwrap_or(0.0), evidence.minor_faults.unwrap_or(0.0));
    (major >= 1.0 || minor >= MANY_MINOR_FAULTS).then(|| Cause {
        kind: Kind::PageFaults,
        text: format!("its memory was not there: {major:.0} page faults that read, {minor:.0} that did not"),
    })
}

fn retransmits(evidence: &Evidence) -> Option<Cause> {
    let segments = evidence.retransmits.filter(|segments| *segments >= 1.0)?;
    let round_trip = evidence.round_trip_ms.map(|ms| format!(", the round trip takes {ms:.1} ms")).unwrap_or_default();
    let text = format!("the network lost segments: {segments:.0} were sent again{round_trip}");
    Some(Cause { kind: Kind::Retransmits, text })
}

fn larger_body(evidence: &Evidence) -> Option<Cause> {
    let (now, usual) = (evidence.body_bytes?, evidence.usual_body_bytes?);
    (now > usual * LARGER).then(|| Cause {
        kind: Kind::LargerBody,
        text: format!("its body is larger: {now:.0} bytes instead of {usual:.0}"),
    })
}

fn first_request(evidence: &Evidence) -> Option<Cause> {
    let text = "it was the first request of its route".to_owned();
    (evidence.is_first == Some(true)).then_some(Cause { kind: Kind::FirstRequest, text })
}

/// Of the bytes of a JSON text, the share that belong to escape sequences.
#[must_use]
pub fn escape_share(body: &[u8]) -> Option<f64> {
    if body.is_empty() {
        return None;
    }
    let (mut escaped, mut at) = (0_usize, 0);
    while at < body.len() {
        let length = match (body[at], body.get(at + 1)) {
            (b'\\', Some(b'u')) => 6,
            (b'\\', Some(_)) => 2,
            _ => 0,
        };
        escaped += length.min(body.len() - at);
        at += length.max(1);
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    Some(escaped as f64 / body.len() as f64)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use record_audit::{Counters, CountingAllocator, measure};
    use record_runtime::{BufferPool, PoolLimits, ZeroAllocJson as _};

    use super::{Evidence, Kind, escape_share, find};

    #[global_allocator]
    static ALLOCATOR: CountingAllocator = CountingAllocator::system();

    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    fn counted(counters: Counters) -> Evidence {
        Evidence {
            reallocations: Some(counters.reallocations as f64),
            allocations: Some((counters.allocations - counters.reallocations) as f64),
            ..Evidence::default()
        }
    }

    fn measured(work: impl FnOnce()) -> Evidence {
        counted(measure(work).1.expect("the allocator is installed"))
    }

    #[test]
    fn a_buffer_that_grows_is_found_and_one_that_fits_is_not() {
        let usual = measured(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(1000))));
        assert_eq!(find(&usual).kind, Kind::NotKnown);
        let grows = measured(|| {
            let mut buffer = Vec::<u8>::with_capacity(100);
            buffer.extend_from_slice(std::hint::black_box(&[7; 100]));
            buffer.extend_from_slice(std::hint::black_box(&[7; 900]));
            drop(std::hint::black_box(buffer));
        });
        let cause = find(&Evidence { usual_reallocations: usual.reallocations, ..grows });
        assert_eq!(cause.kind, Kind::Reallocation);
        assert_eq!(cause.text, "a buffer was too small: 1.0 reallocations instead of 0.0, its size is misjudged");
    }

    #[test]
    fn a_pool_that_had_nothing_is_found() {
        let pool = BufferPool::new(PoolLimits::default());
        let misses = |pool: &BufferPool| f64::from(u32::try_from(pool.stats().misses).expect("few"));
        let before = misses(&pool);
        drop(pool.checkout(100));
        let evidence = Evidence { pool_misses: Some(misses(&pool) - before), ..Evidence::default() };
        assert_eq!(find(&evidence).kind, Kind::PoolMiss);
    }

    #[test]
    fn text_of_escapes_is_found_and_plain_text_is_not() {
        let body = |text: &str| {
            let mut body = Vec::new();
            text.write_json(&mut body);
            Evidence { escape_share: escape_share(&body), ..Evidence::default() }
        };
        assert_eq!(find(&body(&"\"a\"\n\u{1}".repeat(100))).kind, Kind::Escapes);
        assert_eq!(find(&body(&"a line of text that is usual\n".repeat(100))).kind, Kind::NotKnown);
        assert_eq!(escape_share(b"\\u0001ab"), Some(0.75));
        assert_eq!((escape_share(b""), escape_share(b"\\")), (None, Some(0.0)));
    }

    #[test]
    fn more_allocations_are_found_with_their_stacks() {
        let usual = measured(|| drop(std::hint::black_box(vec![1_u8; 10])));
        let more = measured(|| {
            drop(std::hint::black_box(vec![1_u8; 10]));
            drop(std::hint::black_box(vec![1_u8; 10]));
        });
        let grown_sites = vec![("keep (src/x.rs:5)".to_owned(), 1000.0)];
        let cause = find(&Evidence { usual_allocations: usual.allocations, grown_sites, ..more });
        assert_eq!(cause.kind, Kind::Allocations);
        assert_eq!(
            cause.text,
            "more allocations than before: 2.0 instead of 1.0\n1000 bytes more are alive from keep (src/x.rs:5)"
        );
    }

    /// Nothing here depends on how long anything takes, but for a sleep that is long.
    #[test]
    fn waiting_for_a_lock_is_found() {
        let lock = std::sync::Mutex::new(());
        let (held, started) = (lock.lock().expect("nobody panicked"), Instant::now());
        let wall = std::thread::scope(|scope| {
            let waits = scope.spawn(|| {
                drop(lock.lock());
                started.elapsed()
            });
            std::thread::sleep(Duration::from_millis(50));
            drop(held);
            waits.join().expect("no panic")
        });
        let evidence =
            Evidence { wall_ms: Some(wall.as_secs_f64() * 1000.0), poll_ms: Some(0.01), ..Evidence::default() };
        assert_eq!(find(&evidence).kind, Kind::Wait);
        let busy = Evidence { wall_ms: Some(60.0), poll_ms: Some(55.0), ..Evidence::default() };
        assert_eq!(find(&busy).kind, Kind::NotKnown);
    }

    #[test]
    fn page_faults_are_found() {
        let faults = || {
            let text = std::fs::read_to_string("/proc/self/stat").expect("Linux");
            let (_, fields) = text.rsplit_once(')').expect("a name in brackets");
            fields.split_whitespace().nth(7).and_then(|text| text.parse::<f64>().ok()).expect("a number")
        };
        let before = faults();
        // 16 MiB that were never touched.
        drop(std::hint::black_box(vec![1_u8; 16 << 20]));
        let evidence = Evidence { minor_faults: Some(faults() - before), ..Evidence::default() };
        assert_eq!(find(&evidence).kind, Kind::PageFaults, "{evidence:?}");
        assert_eq!(find(&Evidence { major_faults: Some(1.0), ..Evidence::default() }).kind, Kind::PageFaults);
    }

    #[test]
    fn what_only_the_system_knows_is_read_from_json() {
        let find = |json: &str| find(&serde_json::from_str(json).expect("evidence")).kind;
        assert_eq!(find(r#"{"retransmits": 3, "anything": "else"}"#), Kind::Retransmits);
        assert_eq!(find(r#"{"body_bytes": 40000, "usual_body_bytes": 2000}"#), Kind::LargerBody);
        assert_eq!(find(r#"{"body_bytes": 2100, "usual_body_bytes": 2000, "is_first": true}"#), Kind::FirstRequest);
    }

    /// A slow CPU is no cause that these figures could show.
    #[test]
    fn another_cause_is_not_known() {
        let evidence = Evidence {
            reallocations: Some(0.0),
            pool_misses: Some(0.0),
            escape_share: Some(0.01),
            allocations: Some(3.0),
            usual_allocations: Some(3.0),
            wall_ms: Some(40.0),
            poll_ms: Some(39.0),
            major_faults: Some(0.0),
            minor_faults: Some(2.0),
            retransmits: Some(0.0),
            body_bytes: Some(2000.0),
            usual_body_bytes: Some(2000.0),
            is_first: Some(false),
            ..Evidence::default()
        };
        assert_eq!(find(&evidence).kind, Kind::NotKnown);
        // The first that the figures support, where they support several.
        let both = Evidence { retransmits: Some(1.0), pool_misses: Some(1.0), ..evidence };
        assert_eq!(find(&both).kind, Kind::PoolMiss);
    }
}
