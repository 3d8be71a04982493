//! Structured log lines of a service: short strings, integers and flags, no floats.

#![forbid(unsafe_code)]
#![expect(missing_docs, reason = "the fields are those of any access log; their names say all there is")]

use record_runtime::ZeroAllocJson;
use serde::Serialize;

use super::Corpus;
use crate::prng::SplitMix64;

const RECORDS: usize = 1024;

/// How urgent a record is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "lowercase"))]
pub enum Level {
    #[cfg_attr(feature = "peers", musli(Text, name = "debug"))]
    Debug,
    #[cfg_attr(feature = "peers", musli(Text, name = "info"))]
    Info,
    #[cfg_attr(feature = "peers", musli(Text, name = "warn"))]
    Warn,
    #[cfg_attr(feature = "peers", musli(Text, name = "error"))]
    Error,
}

/// The method of the request that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ZeroAllocJson)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode), jsony(ToJson, rename_all = "UPPERCASE"))]
pub enum Method {
    #[cfg_attr(feature = "peers", musli(Text, name = "GET"))]
    Get,
    #[cfg_attr(feature = "peers", musli(Text, name = "POST"))]
    Post,
    #[cfg_attr(feature = "peers", musli(Text, name = "PUT"))]
    Put,
    #[cfg_attr(feature = "peers", musli(Text, name = "DELETE"))]
    Delete,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, ZeroAllocJson)]
#[cfg_attr(feature = "peers", derive(jsony::Jsony, musli::Encode, simd_json_derive::Serialize), jsony(ToJson))]
pub struct LogRecord {
    pub ts: u64,
    pub level: Level,
    pub service: String,
    pub host: String,
    pub pid: u32,
    pub thread: u16,
    pub trace_id: String,
    pub span_id: u64,
    pub method: Method,
    pub path: String,
    pub status: u16,
    pub duration_us: u32,
    pub bytes_in: u32,
    pub bytes_out: u64,
    pub remote_port: u16,
    pub user_id: Option<u64>,
    pub cached: bool,
    pub retries: u8,
    pub sampled: bool,
    pub message: String,
}

/// 1,024 different records, 386 bytes on average. One message in sixteen holds quotes, as messages with values do.
#[must_use]
pub fn corpus() -> Corpus<LogRecord> {
    let mut random = SplitMix64::new(0x106);
    let mut ts = 1_764_000_000_000;
    let documents = std::iter::repeat_with(|| {
        ts += random.integer::<u64>(1..200);
        record(&mut random, ts)
    })
    .take(RECORDS)
    .collect();
    Corpus { name: "log_record", about: "1,024 different log records of 20 fields", documents }
}

fn record(random: &mut SplitMix64, ts: u64) -> LogRecord {
    let service = random.pick(&["gateway", "checkout", "inventory", "search", "profile", "billing"]);
    let (method, path) = request(random);
    let status = random.pick_copy(&[200, 200, 200, 200, 200, 201, 204, 304, 404, 503]);
    LogRecord {
        ts,
        level: match status {
            503 => Level::Error,
            404 => Level::Warn,
            _ if random.one_in(4) => Level::Debug,
            _ => Level::Info,
        },
        service: service.to_owned(),
        host: format!("{service}-{:02}", random.integer::<u8>(0..40)),
        pid: random.integer(100..65_000),
        thread: random.integer(0..64),
        trace_id: format!("{:016x}", random.next_u64()),
        span_id: random.next_u64() >> random.integer::<u32>(0..24),
        method,
        path,
        status,
        duration_us: random.integer(80..900_000),
        bytes_in: random.integer(0..4_096),
        bytes_out: random.integer(0..300_000),
        remote_port: random.integer(1_024..65_536),
        user_id: (!random.one_in(3)).then(|| random.integer(1..90_000_000)),
        cached: random.one_in(3),
        retries: random.integer(0..3),
        sampled: random.one_in(8),
        message: message(random, status),
    }
}

fn request(random: &mut SplitMix64) -> (Method, String) {
    let number = random.integer::<u32>(1..2_000_000);
    match random.integer::<u8>(0..6) {
        0 => (Method::Get, format!("/v2/users/{number}/orders")),
        1 => (Method::Post, "/v2/orders".to_owned()),
        2 => (Method::Put, format!("/v2/carts/{number}/items")),
        3 => (Method::Delete, format!("/v2/sessions/{number}")),
        4 => (Method::Get, format!("/v2/search?q=lamp&page={}", number % 90)),
        _ => (Method::Get, format!("/v2/products/{number}")),
    }
}

fn message(random: &mut SplitMix64, status: u16) -> String {
    if random.one_in(16) {
        let field = random.pick(&["page", "sort", "currency", "If-None-Match"]);
        return format!("ignored the unknown value \"{}\" of {field}", random.integer::<u32>(0..100_000));
    }
    let text = match status {
        503 => "upstream did not answer in time, gave up after the last retry",
        404 => "no such resource",
        304 => "not modified",
        _ => random.pick(&["request completed", "request completed from replica", "response streamed", "served"]),
    };
    text.to_owned()
}
