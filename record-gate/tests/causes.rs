//! Each cause is planted in a service that runs, and found in the ticket of an alert. All between is real: the request, the
//! audit, its report, the webhook. Linux alone tells of page faults and retransmits.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use socket2::{SockFilter, SockRef};

/// The routes, and what the ticket says of each.
const CAUSES: [(&str, &str); 10] = [
    ("reallocation", "a buffer was too small: 1.0 reallocations instead of 0."),
    ("pool-miss", "the pool had no buffer: 1.0 misses"),
    ("escapes", "the text is heavy with escapes: "),
    ("allocations", "more allocations than before: "),
    ("wait", "it waited: "),
    ("page-faults", "its memory was not there: 0 page faults that read, "),
    ("retransmits", "the network lost segments: "),
    ("larger-body", "its body is larger: 327680 bytes instead of "),
    ("first", "it was the first request of its route"),
    ("other", "not known: no figure is out of the ordinary"),
];

/// Requests of each route that are as they should be.
const USUAL: usize = 30;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that prints where it listens.
fn start(command: &mut Command) -> (Program, u16) {
    let mut child = Program(command.stdout(Stdio::piped()).spawn().expect("it is built"));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
    (child, port.unwrap_or_else(|| panic!("{line:?} has a port")))
}

/// The example of this name. Cargo builds examples with all tests of a package, but not with `--test causes` alone.
fn causes() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_record-gate"));
    let causes = program.parent().expect("a folder").join("examples/causes");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/causes.rs");
    let age = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    assert!(age(&causes) >= age(&source), "it is old: cargo build -p record-gate --examples");
    causes
}

/// A tracker that takes every ticket, and hands it on.
fn tracker() -> (Receiver<String>, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let (sender, tickets) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(&stream);
            let (mut length, mut line) = (0, String::new());
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                let lower = line.to_ascii_lowercase();
                length =
                    lower.strip_prefix("content-length:").and_then(|text| text.trim().parse().ok()).unwrap_or(length);
                line.clear();
            }
            let mut body = vec![0; length];
            let _ = reader.read_exact(&mut body);
            let _ = stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n");
            let _ = sender.send(String::from_utf8_lossy(&body).into_owned());
        }
    });
    (tickets, port)
}

fn ask(port: u16, head: &str, body: &str, meanwhile: impl FnOnce(&TcpStream)) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let length = body.len();
    let text = format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).expect("it listens");
    meanwhile(&stream);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer to its end");
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{head}: {:?}", String::from_utf8_lossy(&answer));
    answer
}

/// The client's kernel drops every segment that comes, for longer than the server's waits before it sends some again.
fn lose_segments(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    // `ret 0`: of each packet no byte is kept.
    socket.attach_filter(&[SockFilter::new(0x06, 0, 0, 0)]).expect("a filter");
    std::thread::sleep(Duration::from_millis(800));
    socket.detach_filter().expect("it was attached");
}

#[test]
fn each_cause_is_found_from_the_request_to_the_ticket() {
    let huge = std::fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled").unwrap_or_default();
    let (_service, service) = start(&mut Command::new(causes()));
    for _ in 0..20 {
        ask(service, "GET /warm-up", "", |_| ());
    }
    for (route, _) in CAUSES {
        for _ in 0..USUAL {
            ask(service, &format!("GET /{route}?fast"), "", |_| ());
        }
    }
    for (route, _) in CAUSES {
        if route == "wait" {
            ask(service, "GET /hold", "", |_| ());
        }
        let lossy = |stream: &TcpStream| {
            if route == "retransmits" {
                lose_segments(stream);
            }
        };
        ask(service, &format!("GET /{route}?slow"), "", lossy);
    }

    let folder = std::env::temp_dir().join(format!("record-gate-causes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let (tickets, tracker) = tracker();
    let file = format!(
        "listen = \"127.0.0.1:0\"\nservice = \"http://127.0.0.1:{service}/audit\"\n\
         [tracker]\nurl = \"http://127.0.0.1:{tracker}/issues\"\n"
    );
    std::fs::write(folder.join("serve.toml"), file).expect("a folder of our own");
    let (_gate, gate) = start(Command::new(env!("CARGO_BIN_EXE_record-gate")).arg("serve").current_dir(&folder));
    let mut wrong = Vec::new();
    for (route, expected) in CAUSES {
        if route == "page-faults" && huge.contains("[always]") {
            println!("SKIPPED: this system has huge pages everywhere, so that the planted page faults are too few");
            continue;
        }
        let webhook = format!(
            "{{\"groupKey\":\"{route}\",\"alerts\":[{{\"status\":\"firing\",\"fingerprint\":\"{route}\",\
             \"startsAt\":\"2026\",\"labels\":{{\"alertname\":\"Slow\",\"http_route\":\"/{route}\"}}}}]}}"
        );
        ask(gate, "POST /alerts", &webhook, |_| ());
        let ticket = tickets.recv_timeout(Duration::from_mins(1)).expect("a ticket");
        let ticket: serde_json::Value = serde_json::from_str(&ticket).expect("JSON");
        let text = ticket["text"].as_str().expect("a text").to_owned();
        if !text.contains(&format!("Cause: {expected}")) {
            wrong.push(format!("{route}: expected {expected:?}: {text}"));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    if !wrong.is_empty() {
        let report = ask(service, "GET /audit/data.json", "", |_| ());
        panic!("{}\n{}", wrong.join("\n"), String::from_utf8_lossy(&report));
    }
}
