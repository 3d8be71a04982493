//! A service under test: started, waited for, asked for its counts, and ended.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::config;
use crate::http::{Question, Url, ask_now};
use crate::process::{Output, Program};

const PATIENCE: Duration = Duration::from_secs(10);
/// A program that cannot have its port ends within this time.
const PROXY_PATIENCE: Duration = Duration::from_secs(3);

/// A service that runs.
#[derive(Debug)]
pub(crate) struct Service {
    /// Ends it when dropped.
    program: Program,
    pub(crate) url: Url,
    metrics: Option<String>,
    audit: Option<String>,
}

/// The audit's sums of a route.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) requests: f64,
    pub(crate) allocations: f64,
    pub(crate) allocated_bytes: f64,
    /// Alive of requests that ended; absent where none was followed.
    pub(crate) alive_bytes: Option<f64>,
}

/// Blocks that are alive, by the stack that allocated them.
pub(crate) type Sites = BTreeMap<String, f64>;

/// A port on which nobody listens, or the fixed one, if nobody listens there.
pub(crate) fn free_port(fixed: Option<u16>) -> Result<u16, String> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, fixed.unwrap_or(0))) {
        Ok(listener) => listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(format!("port {} is in use, so the service cannot have it", fixed.unwrap_or(0)))
        }
        Err(error) => Err(format!("no port can be had: {error}")),
    }
}

impl Service {
    /// As [`Self::start`], with another free port when a program took the first one meanwhile.
    pub(crate) fn start_anywhere(config: &config::Service, folder: &Path, log: &Path) -> Result<Self, String> {
        let mut result = Err(String::new());
        for _ in 0..3 {
            result = Self::start(config, folder, free_port(config.port)?, log);
            let is_taken = result.as_ref().is_err_and(|error| error.contains("took port") || error.contains("in use"));
            if config.port.is_some() || !is_taken {
                break;
            }
        }
        result
    }

    /// Starts it in `folder`, and waits until it answers. Its output goes to `log`.
    fn start(config: &config::Service, folder: &Path, port: u16, log: &Path) -> Result<Self, String> {
        let words = config.start.split(Some(port));
        let program = Program::start(&words, folder, Output::File(log))?;
        let url = Url::parse(&format!("http://127.0.0.1:{port}{}", config.ready))?;
        let mut service = Self { program, url, metrics: config.metrics.clone(), audit: config.audit.clone() };
        let started = Instant::now();
        let mut last = "it does not listen".to_owned();
        while started.elapsed().as_secs_f64() < config.ready_seconds {
            if let Some(status) = service.program.ended() {
                return Err(format!("the service ended before it was up ({status}){}", last_line(log)));
            }
            match ask_now(&service.url, &Question::get(), Duration::from_secs(2)) {
                Ok((status, _)) if status < 400 => {
                    if service.is_itself(port) {
                        return Ok(service);
                    }
                    return Err(format!("another program took port {port} meanwhile{}", last_line(log)));
                }
                Ok((status, _)) => last = format!("{} answers {status}", config.ready),
                Err(_) => {}
            }
            sleep(Duration::from_millis(20));
        }
        Err(format!("the service is not up after {} s: {last}{}", config.ready_seconds, last_line(log)))
    }

    /// Whether the program that answers is not another one, which took the port first: then this one ends soon. A proxy
    /// that listens in its stead, as a container's does, is believed.
    fn is_itself(&mut self, port: u16) -> bool {
        let started = Instant::now();
        while !self.program.listens(port) {
            if self.ended().is_some() {
                return false;
            }
            if started.elapsed() > PROXY_PATIENCE {
                break;
            }
            sleep(Duration::from_millis(20));
        }
        true
    }

    /// Whether it ended by itself, and how.
    pub(crate) fn ended(&mut self) -> Option<String> {
        self.program.ended().map(|status| status.to_string())
    }

    /// The audit's sums of `route`; nothing where the service tells no metrics.
    pub(crate) fn counts(&self, route: &str) -> Result<Option<Counts>, String> {
        let Some(path) = &self.metrics else { return Ok(None) };
        let text = text_of(&self.url.with_path(path))?;
        Ok(Some(Counts::read(&text, route)))
    }

    /// The same once it does not change any more: the service ends a request in its own time, behind the last byte.
    pub(crate) fn settled_counts(&self, route: &str) -> Result<Option<Counts>, String> {
        let (mut last, started) = (self.counts(route)?, Instant::now());
        while last.is_some() && started.elapsed() < Duration::from_secs(2) {
            sleep(Duration::from_millis(40));
            let now = self.counts(route)?;
            if now == last {
                break;
            }
            last = now;
        }
        Ok(last)
    }

    /// Allocations per request of `route`, by their stack; empty where the service has no sampled heap, or tells no counts.
    pub(crate) fn allocations(&self, route: &str) -> Sites {
        let requests = self.counts(route).ok().flatten().map_or(0.0, |counts| counts.requests);
        let Some(audit) = self.audit.as_ref().filter(|_| requests >= 1.0) else { return Sites::new() };
        let all = allocations(&self.url, audit, route).into_iter();
        all.map(|(stack, allocations)| (stack, allocations / requests)).collect()
    }

    /// The blocks of `route` that are alive; empty where the service has no page of the audit.
    pub(crate) fn sites(&self, route: &str) -> Sites {
        self.audit.as_ref().map_or_else(Sites::new, |audit| sites(&self.url, audit, route))
    }
}

/// The sampled heap of a service, as the flame graph of its audit tells.
#[derive(serde::Deserialize)]
struct Flame {
    interval_bytes: f64,
    functions: Vec<String>,
    stacks: Vec<FlameStack>,
}

#[derive(serde::Deserialize)]
struct FlameStack {
    route: Option<String>,
    frames: Vec<usize>,
    in_use_bytes: f64,
    allocated_objects: f64,
}

impl Flame {
    fn of(url: &Url, prefix: &str) -> Option<Self> {
        let text = text_of(&url.with_path(&format!("{prefix}/flame.json"))).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn name(&self, of: &FlameStack) -> String {
        let frames = of.frames.iter().rev().filter_map(|frame| self.functions.get(*frame).cloned());
        stack(&frames.collect::<Vec<_>>())
    }
}

/// Allocations of `route` since the service started, by the stack that made them. Empty where the heap is not sampled.
pub(crate) fn allocations(url: &Url, prefix: &str, route: &str) -> Sites {
    let Some(flame) = Flame::of(url, prefix) else { return Sites::new() };
    let mut sums = Sites::new();
    for found in flame.stacks.iter().filter(|stack| stack.route.as_deref() == Some(route)) {
        *sums.entry(flame.name(found)).or_default() += found.allocated_objects;
    }
    sums
}

/// Bytes alive by route and stack, and the bytes between two points of sampling. `None` where the heap is not sampled.
pub(crate) fn heap(url: &Url, prefix: &str) -> Option<(BTreeMap<String, Sites>, f64)> {
    let flame = Flame::of(url, prefix).filter(|flame| flame.interval_bytes > 0.0)?;
    let mut routes: BTreeMap<String, Sites> = BTreeMap::new();
    for found in flame.stacks.iter().filter(|stack| stack.in_use_bytes > 0.0) {
        let Some(route) = &found.route else { continue };
        *routes.entry(route.clone()).or_default().entry(flame.name(found)).or_default() += found.in_use_bytes;
    }
    Some((routes, flame.interval_bytes))
}

/// The body of `url`, which answers 200.
pub(crate) fn text_of(url: &Url) -> Result<String, String> {
    match ask_now(url, &Question::get(), PATIENCE)? {
        (200, body) => String::from_utf8(body).map_err(|_| format!("{} is no text", url.path)),
        (status, _) => Err(format!("{} answers {status}", url.path)),
    }
}

/// How many stacks of a route the page of the audit names, the largest.
const SITES: usize = 5;

/// The blocks of `route` that are alive, as the page of the audit at `prefix` tells: the largest [`SITES`] stacks.
pub(crate) fn sites(url: &Url, prefix: &str, route: &str) -> Sites {
    sites_and_least(url, prefix, route).0
}

/// The same, and the bytes that a stack may have which is not among them.
pub(crate) fn sites_and_least(url: &Url, prefix: &str, route: &str) -> (Sites, f64) {
    let path = format!("{prefix}/where.json?route={}", percent_encoded(route));
    text_of(&url.with_path(&path)).map_or_else(|_| (Sites::new(), 0.0), |text| read_sites(&text))
}

fn read_sites(text: &str) -> (Sites, f64) {
    #[derive(serde::Deserialize)]
    struct Where {
        sites: Vec<Site>,
    }
    #[derive(serde::Deserialize)]
    struct Site {
        bytes: f64,
        frames: Vec<String>,
    }
    let listed = serde_json::from_str::<Where>(text).map_or_else(|_| Vec::new(), |found| found.sites);
    let least = listed.get(SITES - 1).map_or(0.0, |site| site.bytes);
    let mut sites = Sites::new();
    for site in listed {
        // Stacks that differ only further out are one here.
        *sites.entry(stack(&site.frames)).or_default() += site.bytes;
    }
    (sites, least)
}

/// The innermost frames, in one line: those further out are the framework's.
fn stack(frames: &[String]) -> String {
    const FRAMES: usize = 4;
    const LONGEST: usize = 160;
    let short = |frame: &String| {
        // Of a file's path its last two parts.
        let (name, place) = frame.rsplit_once(" at ").unwrap_or((frame, ""));
        let start = place.rmatch_indices('/').nth(1).map_or(0, |(start, _)| start + 1);
        let name = if name.len() <= LONGEST { name } else { &name[..name.floor_char_boundary(LONGEST)] };
        if place.is_empty() { name.to_owned() } else { format!("{name} ({})", &place[start..]) }
    };
    frames.iter().take(FRAMES).map(short).collect::<Vec<_>>().join(" < ")
}

fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    match text.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => format!("; its last line: {}", line.trim()),
        None => String::new(),
    }
}

impl Counts {
    /// Reads the text that Prometheus reads.
    pub(crate) fn read(text: &str, route: &str) -> Self {
        let mut counts = Self::default();
        let label = format!("http_route=\"{}\"", route.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
        for line in text.lines() {
            let Some((name, rest)) = line.split_once('{') else { continue };
            let Some((labels, value)) = rest.rsplit_once("} ") else { continue };
            if !labels.starts_with(&label) {
                continue;
            }
            let Ok(value) = value.trim().parse::<f64>() else { continue };
            match name {
                "record_audit_requests_total" => counts.requests += value,
                "record_audit_allocations_total" => counts.allocations = value,
                "record_audit_allocated_bytes_total" => counts.allocated_bytes = value,
                "record_audit_alive_bytes" => counts.alive_bytes = Some(value),
                _ => {}
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Service, free_port, percent_encoded, read_sites};

    #[test]
    fn a_route_s_sums_are_found_among_others() {
        let text = "# HELP x\nrecord_audit_requests_total{http_route=\"/a\",outcome=\"completed\"} 5\n\
                    record_audit_requests_total{http_route=\"/a\",outcome=\"failed\"} 1\n\
                    record_audit_allocations_total{http_route=\"/a\"} 42\n\
                    record_audit_allocations_total{http_route=\"/a/{id}\"} 7\n\
                    record_audit_alive_bytes{http_route=\"/a\"} -8\nnonsense{ 5\n";
        let counts = Counts::read(text, "/a");
        assert_eq!((counts.requests, counts.allocations, counts.alive_bytes), (6.0, 42.0, Some(-8.0)));
        assert_eq!(Counts::read(text, "/a/{id}"), Counts { allocations: 7.0, ..Counts::default() });
        assert_eq!(Counts::read(text, "/b"), Counts::default());
    }

    #[test]
    fn stacks_that_differ_further_out_are_one() {
        let site = |bytes: u32, frames: &str| format!("{{\"bytes\":{bytes},\"blocks\":1,\"frames\":[{frames}]}}");
        let inner = "\"a at x/y/z.rs:1\",\"b\",\"c\",\"d\"";
        let mut all =
            vec![site(500, &format!("{inner},\"e\"")), site(30, &format!("{inner},\"f\"")), site(20, "\"g\"")];
        let text = |all: &[String]| format!("{{\"route\":\"/r\",\"sites\":[{}]}}", all.join(","));
        let (sites, least) = read_sites(&text(&all));
        assert_eq!(
            sites.into_iter().collect::<Vec<_>>(),
            [("a (y/z.rs:1) < b < c < d".to_owned(), 530.0), ("g".to_owned(), 20.0)]
        );
        assert!(least < 1.0, "there are no others");
        all.extend([site(10, "\"h\""), site(7, "\"i\"")]);
        assert!((read_sites(&text(&all)).1 - 7.0).abs() < 0.1, "others may have as much");
        assert_eq!(read_sites("nonsense"), Default::default());
    }

    /// The program ends since another one has its port; the other one answers.
    #[test]
    fn another_program_s_answers_are_not_taken_for_the_service_s() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        std::thread::spawn(move || {
            use std::io::{Read, Write};
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let _ = stream.read(&mut [0; 1000]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        });
        let folder = crate::scratch::Folder::new("service");
        let file = "[service]\nstart = [\"sh\", \"-c\", \"sleep 0.3; echo taken {port}; exit 1\"]\n\
                    [[scenario]]\nname = \"a\"\npath = \"/\"\n";
        let config = crate::config::Config::parse(file).expect("it is right").service.expect("it has one");
        let error = Service::start(&config, folder.path(), port, &folder.path().join("log")).expect_err("it ends");
        assert_eq!(error, format!("another program took port {port} meanwhile; its last line: taken {port}"));
    }

    #[test]
    fn a_port_in_use_is_an_error() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        assert_eq!(free_port(Some(port)), Err(format!("port {port} is in use, so the service cannot have it")));
        assert!(free_port(None).is_ok());
        assert_eq!(percent_encoded("/a/{id} é"), "/a/%7Bid%7D%20%C3%A9");
    }
}
