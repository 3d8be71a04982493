//! Load on a service, as an open loop. Requests are due at fixed times, whether or not earlier ones were answered. A
//! time counts from when its request was due. So waiting is counted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::header::CONTENT_TYPE;
use tokio::runtime::{Builder, Runtime};

use crate::config::Scenario;
use crate::http::{Connection, Question, Url};
use crate::measures::{Round, SLICE_CALLS, Times, p99_of_slice};

/// One request may take this long; then it is an error.
const PATIENCE: Duration = Duration::from_secs(30);

struct Tally {
    errors: u64,
    times: Times,
    /// Each request's number with its time in nanoseconds.
    each: Vec<(usize, u64)>,
}

/// Sends one round of `scenario` to the service at `url`, behind requests that are not measured. `note` is called before
/// and after it, with the same connections open: they hold memory of their own.
pub(crate) fn round<N>(scenario: &Scenario, url: &Url, mut note: impl FnMut() -> N) -> (Round, N, N) {
    let all = scenario.requests();
    let connections = scenario.connections().min(all);
    let (warm_ups, requests) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let start = OnceLock::new();
    let together = Barrier::new(connections + 1);
    thread::scope(|scope| {
        let run = || {
            let mut connection = Sender::new(scenario, url);
            connection.send_all(&warm_ups, scenario.warm_up(), None);
            // The first time all have warmed up, the second one `note` was called.
            together.wait();
            together.wait();
            let tally = connection.send_all(&requests, all, start.get().copied());
            together.wait();
            together.wait();
            tally
        };
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(run)).collect();
        together.wait();
        let before = note();
        start.get_or_init(|| Instant::now() + Duration::from_millis(20));
        together.wait();
        together.wait();
        let after = note();
        together.wait();
        let mut round = Round { requests: all as u64, ..Round::default() };
        let mut each = Vec::new();
        for thread in threads {
            let tally = thread.join().expect("no panic while sending");
            round.errors += tally.errors;
            round.times.add(&tally.times);
            each.extend(tally.each);
        }
        each.sort_unstable();
        let times: Vec<u64> = each.into_iter().map(|(_, nanoseconds)| nanoseconds).collect();
        #[expect(clippy::cast_precision_loss, reason = "below ten minutes")]
        let p99_ms = |slice: &[u64]| p99_of_slice(&mut slice.to_vec()) as f64 / 1e6;
        round.slices_ms = times.chunks_exact(SLICE_CALLS).map(p99_ms).collect();
        (round, before, after)
    })
}

/// A connection in a thread and a runtime of its own: the system wakes a thread more precisely than a runtime does.
struct Sender<'s> {
    scenario: &'s Scenario,
    url: &'s Url,
    question: Question<'s>,
    runtime: Runtime,
    open: Option<Connection>,
}

impl<'s> Sender<'s> {
    fn new(scenario: &'s Scenario, url: &'s Url) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a thread has a runtime");
        let open = runtime.block_on(Connection::open(url)).ok();
        Self { scenario, url, question: question(scenario), runtime, open }
    }

    /// Sends those of `all` requests that no other connection sends: when each is due, counted from `start`, or at once.
    fn send_all(&mut self, next: &AtomicUsize, all: usize, start: Option<Instant>) -> Tally {
        let mut tally = Tally { errors: 0, times: Times::default(), each: Vec::new() };
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= all {
                return tally;
            }
            let due = start.map_or_else(Instant::now, |start| {
                #[expect(clippy::cast_precision_loss, reason = "a number of requests")]
                let due = start + Duration::from_secs_f64(number as f64 / self.scenario.rate());
                thread::sleep(due.saturating_duration_since(Instant::now()));
                due
            });
            let path = self.scenario.path.as_deref().unwrap_or("/");
            let is_good = self.runtime.block_on(async {
                let sent = send(&mut self.open, self.url, path, &self.question, self.scenario.status);
                tokio::time::timeout(PATIENCE, sent).await
            });
            let taken = Instant::now().saturating_duration_since(due);
            let taken = u64::try_from(taken.as_nanos()).unwrap_or(u64::MAX);
            tally.times.note(taken);
            tally.each.push((number, taken));
            if !matches!(is_good, Ok(true)) {
                tally.errors += 1;
                if is_good.is_err() {
                    self.open = None;
                }
            }
        }
    }
}

fn question(scenario: &Scenario) -> Question<'_> {
    let mut question = Question { method: scenario.method(), ..Question::default() };
    question.headers = scenario.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(body) = &scenario.body {
        question.body = body.clone().into_bytes();
        if !question.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str())) {
            question.headers.push((CONTENT_TYPE.to_string(), "application/json".to_owned()));
        }
    }
    question
}

/// Whether the answer came whole, with a status that is right.
async fn send(
    open: &mut Option<Connection>,
    url: &Url,
    path: &str,
    question: &Question<'_>,
    expected: Option<u16>,
) -> bool {
    if !open.as_ref().is_some_and(Connection::is_open) {
        *open = Connection::open(url).await.ok();
    }
    let Some(connection) = open else { return false };
    let Ok(response) = connection.send(path, question).await else {
        *open = None;
        return false;
    };
    let status = response.status().as_u16();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            return false;
        }
    }
    expected.map_or(status < 400, |expected| status == expected)
}
