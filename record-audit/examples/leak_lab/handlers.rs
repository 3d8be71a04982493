//! The handlers: what leaks, and what the same thing looks like without the leak.

#![expect(clippy::unused_async, reason = "handlers are async in services, whether they wait or not")]

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use record_audit::{Finding, Scope};
use tokio::sync::Semaphore;

type Answer = Result<Response<Full<Bytes>>, Infallible>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A handler under examination.
#[derive(Clone, Copy)]
pub(crate) struct Handler {
    /// Its path, which is its route.
    pub(crate) route: &'static str,
    /// Serves a request.
    pub(crate) run: fn(Arc<Lab>) -> Answering,
}

/// A leak and its remedy.
pub(crate) struct Pair {
    /// Leaks.
    pub(crate) leaking: Handler,
    /// Does not.
    pub(crate) healthy: Handler,
    /// The verdict that the audit should give the leaking one.
    pub(crate) finding: Finding,
}

/// The values that live as long as the service.
#[derive(Default)]
pub(crate) struct Lab {
    responses: Mutex<VecDeque<HashMap<&'static str, Value>>>,
    cache: Mutex<HashMap<u64, Vec<u8>>>,
    next: Mutex<u64>,
    pool: Mutex<Vec<Vec<u8>>>,
}

/// A dynamic value, as in a map that is built for a response.
enum Value {
    Number(u64),
    Text(Bytes),
}

macro_rules! handler {
    ($route:literal, $run:expr) => {
        Handler { route: $route, run: |lab| Box::pin($run(lab)) }
    };
}

/// All of them.
pub(crate) const PAIRS: [Pair; 5] = [
    Pair {
        leaking: handler!("/map/slice", map_of_slices),
        healthy: handler!("/map/copy", map_of_copies),
        finding: Finding::Leaking,
    },
    Pair {
        leaking: handler!("/task/endless", endless_task),
        healthy: handler!("/task/ending", ending_task),
        finding: Finding::Leaking,
    },
    Pair {
        leaking: handler!("/cache/unbounded", unbounded_cache),
        healthy: handler!("/cache/bounded", bounded_cache),
        finding: Finding::Leaking,
    },
    Pair {
        leaking: handler!("/pool/no-cap", pool_without_cap),
        healthy: handler!("/pool/cap", pool_with_cap),
        finding: Finding::Holding,
    },
    Pair {
        leaking: handler!("/arc/cycle", arc_cycle),
        healthy: handler!("/arc/weak", arc_weak),
        finding: Finding::Leaking,
    },
];

#[expect(clippy::unnecessary_wraps, reason = "the answer of a service")]
fn answer(text: impl Into<Bytes>) -> Answer {
    Ok(Response::new(Full::new(text.into())))
}

impl Lab {
    fn number(&self) -> u64 {
        let mut next = self.next.lock().expect("unpoisoned");
        *next += 1;
        *next
    }

    /// Keeps the maps of the last 64 responses for a log, and tells how long the new one is.
    fn keep(&self, map: HashMap<&'static str, Value>) -> usize {
        let length = map.values().map(|value| match value {
            Value::Number(number) => usize::from(*number > 0),
            Value::Text(text) => text.len(),
        });
        let length = length.sum();
        let mut responses = self.responses.lock().expect("unpoisoned");
        if responses.len() == 64 {
            responses.pop_front();
        }
        responses.push_back(map);
        length
    }
}

/// A map per response goes into a log, and its values point into the 64 KiB that the response was read from. The log is
/// emptied by nobody.
async fn map_of_slices(lab: Arc<Lab>) -> Answer {
    let page = Bytes::from(vec![b'x'; 64 << 10]);
    let map = HashMap::from([("id", Value::Number(lab.number())), ("title", Value::Text(page.slice(100..116)))]);
    let mut responses = lab.responses.lock().expect("unpoisoned");
    responses.push_back(map);
    drop(responses);
    answer("logged")
}

/// The values are copied out of it, and the log has a bound.
async fn map_of_copies(lab: Arc<Lab>) -> Answer {
    let page = Bytes::from(vec![b'x'; 64 << 10]);
    let title = Bytes::copy_from_slice(&page[100..116]);
    let length = lab.keep(HashMap::from([("id", Value::Number(lab.number())), ("title", Value::Text(title))]));
    answer(length.to_string())
}

/// A task per request holds 1 MB and waits for something that does not come.
async fn endless_task(_: Arc<Lab>) -> Answer {
    let scope = Scope::current().expect("inside a request");
    scope.spawn(async {
        let held = vec![1_u8; 1_000_000];
        Semaphore::new(0).acquire_many(1).await.expect("never closed").forget();
        drop(held);
    });
    answer("accepted")
}

/// The same task, which ends.
async fn ending_task(_: Arc<Lab>) -> Answer {
    let scope = Scope::current().expect("inside a request");
    scope.spawn(async {
        let held = vec![1_u8; 1_000_000];
        tokio::task::yield_now().await;
        drop(held);
    });
    answer("accepted")
}

/// A cache by something that is different for every request.
async fn unbounded_cache(lab: Arc<Lab>) -> Answer {
    let key = lab.number();
    lab.cache.lock().expect("unpoisoned").insert(key, vec![b'c'; 300]);
    answer("computed")
}

/// The same cache, of a hundred entries.
async fn bounded_cache(lab: Arc<Lab>) -> Answer {
    let key = lab.number() % 100;
    lab.cache.lock().expect("unpoisoned").insert(key, vec![b'c'; 300]);
    answer("computed")
}

/// A pool takes back every buffer, also that of the one huge response.
async fn pool_without_cap(lab: Arc<Lab>) -> Answer {
    serve_from_pool(lab, usize::MAX).await
}

/// It drops those of more than 64 KiB.
async fn pool_with_cap(lab: Arc<Lab>) -> Answer {
    serve_from_pool(lab, 64 << 10).await
}

async fn serve_from_pool(lab: Arc<Lab>, cap: usize) -> Answer {
    let size = if lab.number() == 50 { 64 << 20 } else { 1000 };
    let mut buffer = lab.pool.lock().expect("unpoisoned").pop().unwrap_or_default();
    buffer.resize(size, b'r');
    let text = Bytes::copy_from_slice(&buffer[..16]);
    if buffer.capacity() <= cap {
        buffer.clear();
        lab.pool.lock().expect("unpoisoned").push(buffer);
    }
    answer(text)
}

/// Two nodes that know each other.
struct Node {
    payload: Vec<u8>,
    other: Mutex<Option<Arc<Node>>>,
}

/// Strongly, in both directions.
async fn arc_cycle(_: Arc<Lab>) -> Answer {
    let child = Arc::new(Node { payload: vec![1; 2000], other: Mutex::default() });
    let parent = Arc::new(Node { payload: vec![2; 2000], other: Mutex::new(Some(Arc::clone(&child))) });
    *child.other.lock().expect("unpoisoned") = Some(Arc::clone(&parent));
    answer(parent.payload.len().to_string())
}

/// In one.
async fn arc_weak(_: Arc<Lab>) -> Answer {
    let child = Arc::new(Node { payload: vec![1; 2000], other: Mutex::default() });
    let parent = Node { payload: vec![2; 2000], other: Mutex::new(Some(child)) };
    answer(parent.payload.len().to_string())
}
