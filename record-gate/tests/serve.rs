//! `record-gate serve` from outside. Webhooks are repeated, reordered or malformed; the tracker is down, slow or fails; the
//! process is killed at any moment. Every alert group ends as exactly one ticket. Its text compares the service's memory with
//! an earlier profile, where there is one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How the tracker answers a new ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mood {
    Well,
    /// It has the ticket, and says that it failed.
    SaysFailed,
    /// It has no ticket, and says that it failed.
    Fails,
    /// It has the ticket, and answers when nobody waits any more.
    Slow,
    /// It closes the connection.
    Down,
}

#[derive(Debug, Default)]
struct Tracker {
    /// How often there is a ticket of each key.
    tickets: BTreeMap<String, usize>,
    bodies: Vec<String>,
    moods: Vec<Mood>,
}

type Shared = Arc<Mutex<Tracker>>;

fn tracker() -> (Shared, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let shared = Shared::default();
    let tracker = Arc::clone(&shared);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tracker = Arc::clone(&tracker);
            std::thread::spawn(move || answer(stream, &tracker));
        }
    });
    (shared, port)
}

/// A request's first line and its body.
fn read(stream: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|length| *length > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first, String::from_utf8(body).ok()?))
}

fn answer(mut stream: TcpStream, tracker: &Mutex<Tracker>) {
    let Some((first, body)) = read(&stream) else { return };
    let mut send = |status: u16, body: &str| {
        let _ = write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    };
    let mut locked = tracker.lock().expect("no panic");
    if let Some((_, rest)) = first.split_once("/search?key=") {
        let key = rest.split_whitespace().next().expect("a key");
        let total = locked.tickets.get(key).copied().unwrap_or(0);
        return send(200, &format!("{{\"total\":{total}}}"));
    }
    let mood = locked.moods.pop().unwrap_or(Mood::Well);
    let ticket: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let key = ticket["fields"]["labels"][1].as_str().expect("a key").to_owned();
    if !matches!(mood, Mood::Fails | Mood::Down) {
        *locked.tickets.entry(key).or_default() += 1;
        locked.bodies.push(body);
    }
    drop(locked);
    match mood {
        Mood::Well => send(201, "{}"),
        Mood::SaysFailed | Mood::Fails => send(500, "no"),
        Mood::Slow => {
            std::thread::sleep(Duration::from_millis(1500));
            send(201, "{}");
        }
        Mood::Down => {}
    }
}

struct Gate {
    folder: PathBuf,
    child: Child,
    port: u16,
}

impl Gate {
    fn start(name: &str, tracker: u16, more: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("record-gate-serve-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder of our own");
        let file = format!(
            "listen = \"127.0.0.1:0\"\nretry_seconds = 0.02\npatience_seconds = 0.7\n{more}\n[tracker]\nshape = \"jira\"\n\
             project = \"OPS\"\nurl = \"http://127.0.0.1:{tracker}/issue\"\n\
             search = \"http://127.0.0.1:{tracker}/search?key={{key}}\"\n"
        );
        std::fs::write(folder.join("serve.toml"), file).expect("a folder of our own");
        let (child, port) = Self::spawn(&folder);
        Self { folder, child, port }
    }

    fn spawn(folder: &PathBuf) -> (Child, u16) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_record-gate"));
        command.arg("serve").current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        (child, port.unwrap_or_else(|| panic!("{line:?} has a port")))
    }

    /// SIGKILL, and a new process on the same folder.
    fn kill_and_start_again(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
        (self.child, self.port) = Self::spawn(&self.folder);
    }

    /// The status of the answer; nothing where the process was not there.
    fn post(&self, path: &str, body: &str) -> Option<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        text.split_whitespace().nth(1)?.parse().ok()
    }

    /// Until nothing waits any more.
    fn wait_until_delivered(&self) {
        self.wait_for_health("\"waiting\":0}");
    }

    fn wait_for_health(&self, part: &str) {
        let started = Instant::now();
        loop {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
            stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("it listens");
            let mut text = String::new();
            stream.read_to_string(&mut text).expect("an answer");
            if text.contains(part) {
                return;
            }
            assert!(started.elapsed() < Duration::from_mins(2), "{text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn webhook(group: usize, alert: usize, status: &str) -> String {
    format!(
        "{{\"version\":\"4\",\"groupKey\":\"group {group}\",\"status\":\"{status}\",\"alerts\":[{{\"status\":\"{status}\",\
         \"labels\":{{\"alertname\":\"Slow\",\"http_route\":\"/a \\\"{group}\\\"\"}},\"annotations\":{{\"summary\":\"it is slow\"}},\
         \"startsAt\":\"2026-11-28T10:00:00Z\",\"fingerprint\":\"{alert}\"}}],\"more\":1}}"
    )
}

#[track_caller]
fn one_ticket_each(tracker: &Mutex<Tracker>, groups: usize) {
    let tracker = tracker.lock().expect("no panic");
    assert_eq!(tracker.tickets.len(), groups, "{tracker:?}");
    assert!(tracker.tickets.values().all(|count| *count == 1), "{:?}", tracker.tickets);
}

#[test]
fn repeated_reordered_and_malformed_webhooks_are_one_ticket_per_group() {
    let (tracker, port) = tracker();
    let gate = Gate::start("order", port, "");
    for group in 0..4 {
        // Resolved before it fires, and both again.
        for status in ["resolved", "firing", "firing", "resolved", "firing"] {
            assert_eq!(gate.post("/alerts", &webhook(group, group, status)), Some(200));
        }
    }
    let whole = webhook(9, 9, "firing");
    for end in (0..whole.len()).step_by(7) {
        assert_eq!(gate.post("/alerts", &whole[..end]), Some(400), "{end}");
    }
    for wrong in ["[]", "{}", "{\"alerts\":[]}", "{\"alerts\":5}", "{\"alerts\":[5]}", "\u{0}", "null"] {
        assert_eq!(gate.post("/alerts", wrong), Some(400), "{wrong}");
    }
    assert_eq!(gate.post("/other", &whole), Some(404));
    gate.wait_until_delivered();
    one_ticket_each(&tracker, 4);
    let body = tracker.lock().expect("no panic").bodies[0].clone();
    assert!(
        body.starts_with(
            "{\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"name\":\"Bug\"},\"summary\":\"Slow: /a"
        ),
        "{body}"
    );
    assert!(body.contains("it is slow") && body.contains("\"labels\":[\"record-gate\",\"gate-"), "{body}");
}

#[test]
fn a_tracker_that_is_down_slow_or_fails_gets_each_ticket_once() {
    let (tracker, port) = tracker();
    let gate = Gate::start("moods", port, "");
    let moods = [Mood::SaysFailed, Mood::Down, Mood::Slow, Mood::Fails, Mood::Well];
    let all: Vec<Mood> = moods.iter().cycle().take(20).copied().collect();
    tracker.lock().expect("no panic").moods = all;
    for group in 0..8 {
        assert_eq!(gate.post("/alerts", &webhook(group, group, "firing")), Some(200));
    }
    gate.wait_until_delivered();
    one_ticket_each(&tracker, 8);
}

#[test]
fn a_killed_process_goes_on_where_it_was() {
    let (tracker, port) = tracker();
    let mut gate = Gate::start("kill", port, "");
    let mut taken = Vec::new();
    for group in 0..24 {
        let moods = [Mood::Well, Mood::SaysFailed, Mood::Slow, Mood::Down];
        tracker.lock().expect("no panic").moods.push(moods[group % moods.len()]);
        let answer = gate.post("/alerts", &webhook(group, group, "firing"));
        // In a few of the steps of a delivery, whichever they are.
        std::thread::sleep(Duration::from_millis((group as u64 * 7) % 40));
        if group % 2 == 0 {
            gate.kill_and_start_again();
        }
        if answer != Some(200) {
            // Alertmanager repeats what was not answered.
            assert_eq!(gate.post("/alerts", &webhook(group, group, "firing")), Some(200));
        }
        taken.push(group);
    }
    gate.wait_until_delivered();
    one_ticket_each(&tracker, taken.len());
    gate.kill_and_start_again();
    gate.wait_until_delivered();
    one_ticket_each(&tracker, taken.len());
}

/// A service's audit, as its page tells it.
#[derive(Debug, Clone, Default)]
struct Memory {
    is_down: bool,
    uptime: u64,
    /// Bytes between two points of sampling of the heap; 0 where it is not sampled.
    interval: u64,
    /// Bytes alive from each function.
    alive: Vec<(&'static str, u64)>,
}

impl Memory {
    fn answer(&self, path: &str) -> String {
        let list = |one: &dyn Fn(usize, &str, u64) -> String| {
            let all = self.alive.iter().enumerate().map(|(number, (name, bytes))| one(number, name, *bytes));
            all.collect::<Vec<_>>().join(",")
        };
        match path.split(['?', '.']).next() {
            Some("/audit/data") => format!(
                "{{\"uptime_secs\":{},\"routes\":[{{\"route\":\"/a\",\"alive_bytes\":{}}}],\"slowest\":[]}}",
                self.uptime,
                self.alive.iter().map(|(_, bytes)| bytes).sum::<u64>()
            ),
            Some("/audit/flame") => {
                let stack = |number, _: &str, bytes| {
                    format!(
                        "{{\"route\":\"/a\",\"frames\":[{number}],\"in_use_bytes\":{bytes},\"allocated_objects\":1}}"
                    )
                };
                format!(
                    "{{\"interval_bytes\":{},\"functions\":[{}],\"stacks\":[{}]}}",
                    self.interval,
                    list(&|_, name, _| format!("\"{name}\"")),
                    if self.interval > 0 { list(&stack) } else { String::new() }
                )
            }
            Some("/audit/where") => {
                format!(
                    "{{\"sites\":[{}]}}",
                    list(&|_, name, bytes| format!("{{\"bytes\":{bytes},\"frames\":[\"{name}\"]}}"))
                )
            }
            _ => panic!("{path} is asked for"),
        }
    }
}

fn service(memory: &Arc<Mutex<Memory>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let memory = Arc::clone(memory);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let memory = memory.lock().expect("no panic").clone();
            let Some((first, _)) = read(&stream) else { continue };
            if !memory.is_down {
                let body = memory.answer(first.split_whitespace().nth(1).expect("a path"));
                let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            }
        }
    });
    port
}

/// The text of the ticket of an alert for `/a`.
fn ticket(gate: &Gate, tracker: &Mutex<Tracker>, group: usize) -> String {
    let body = format!(
        "{{\"groupKey\":\"{group}\",\"alerts\":[{{\"status\":\"firing\",\"fingerprint\":\"{group}\",\
         \"labels\":{{\"alertname\":\"Leak\",\"http_route\":\"/a\"}}}}]}}"
    );
    assert_eq!(gate.post("/alerts", &body), Some(200));
    gate.wait_until_delivered();
    let body = tracker.lock().expect("no panic").bodies.pop().expect("a ticket");
    let ticket: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    ticket["fields"]["description"].as_str().expect("a text").to_owned()
}

#[test]
fn a_ticket_names_the_stacks_that_grew() {
    // Every block of the heap, none, and so few that followed blocks have to tell.
    for interval in [1, 0, 512 << 10] {
        let alive = vec![("cache", 1_000_000), ("keep", 1000), ("gone", 700)];
        let memory = Arc::new(Mutex::new(Memory { is_down: false, uptime: 5000, interval, alive }));
        let (tracker, port) = tracker();
        let address = format!("service = \"http://127.0.0.1:{}/audit\"", service(&memory));
        let gate = Gate::start(&format!("heap-{interval}"), port, &address);
        gate.wait_for_health("\"profiles\":1,");
        memory.lock().expect("no panic").alive = vec![("cache", 1_000_000), ("keep", 51_000), ("gone", 0), ("new", 20)];
        let text = ticket(&gate, &tracker, 1);
        let keep = text.find("50,000 bytes more than ").unwrap_or_else(|| panic!("{interval}: {text}"));
        let new = text.find("20 bytes more than ").unwrap_or_else(|| panic!("{interval}: {text}"));
        assert!(keep < new && text.contains("ago are alive from keep\n"), "{interval}: {text}");
        assert!(!text.contains("cache") && !text.contains("gone"), "alive, and no larger: {text}");
        // A process that began after the profile has other blocks.
        memory.lock().expect("no panic").uptime = 1;
        let text = ticket(&gate, &tracker, 2);
        assert!(
            text.contains("There is no earlier profile to compare with: the service has started since.\n"),
            "{text}"
        );
        assert!(text.contains("1,000,000 bytes are alive from cache\n51,000 bytes are alive from keep\n"), "{text}");
    }
}

/// It is asked again until it answers; a profile of before stays while it does not.
#[test]
fn a_service_that_is_down_for_a_while_has_its_profiles_all_the_same() {
    let memory =
        Arc::new(Mutex::new(Memory { is_down: true, uptime: 1000, interval: 1, alive: vec![("cache", 5000)] }));
    let (tracker, port) = tracker();
    let address = format!("profile_seconds = 0.05\nservice = \"http://127.0.0.1:{}/audit\"", service(&memory));
    let gate = Gate::start("down", port, &address);
    let text = ticket(&gate, &tracker, 1);
    assert!(text.contains("The service's report could not be had: "), "{text}");
    memory.lock().expect("no panic").is_down = false;
    gate.wait_for_health("\"profiles\":2,");
    memory.lock().expect("no panic").is_down = true;
    let text = ticket(&gate, &tracker, 2);
    assert!(text.contains("The service's report could not be had: "), "{text}");
    gate.wait_for_health("\"profiles\":2,");
    memory.lock().expect("no panic").is_down = false;
    let text = ticket(&gate, &tracker, 3);
    assert!(text.contains("No call stack of the route has more memory alive than "), "{text}");
}

#[test]
fn mistakes_in_the_file_are_one_line() {
    let folder = std::env::temp_dir().join(format!("record-gate-serve-file-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    for (file, expected) in [
        ("lisen = 1\n", "serve.toml:1: unknown field `lisen`"),
        ("", "serve.toml:1: missing field `tracker`"),
        ("[tracker]\nurl = \"ftp://x\"\n", "is no URL"),
        ("[tracker]\nurl = \"http://x\"\nshape = \"jira\"\n", "`tracker.project` is missing"),
        ("[tracker]\nurl = \"http://x\"\nsearch = \"http://x/y\"\n", "`tracker.search` has no `{key}`"),
        ("retry_seconds = 0\n[tracker]\nurl = \"http://x\"\n", "`retry_seconds` is 0"),
        ("profile_seconds = inf\n[tracker]\nurl = \"http://x\"\n", "`profile_seconds` is inf"),
        ("listen = \"nowhere\"\n[tracker]\nurl = \"http://x\"\n", "nowhere cannot be listened at"),
    ] {
        std::fs::write(folder.join("serve.toml"), file).expect("a folder of our own");
        let mut command = Command::new(env!("CARGO_BIN_EXE_record-gate"));
        let output = command.arg("serve").current_dir(&folder).output().expect("the program");
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
        assert!(text.contains(expected), "{text}");
    }
    let _ = std::fs::remove_dir_all(&folder);
}
