//! Each cause is planted in a service that runs. It is found in the ticket of an alert, and where the request's sample is
//! imported. All between is real: the request, the audit, its report and its samples, the webhook. Linux alone
//! tells of page faults and retransmits.
#![cfg(target_os = "linux")]

#[path = "../examples/tracker/mod.rs"]
mod tracker;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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

/// A route whose slow request is faster than those of all others, and so none of the ten slowest of the service.
const OUTSIDE: (&str, &str) = ("eleventh", "more allocations than before: ");

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
fn each_cause_is_found_from_the_request_to_the_ticket_and_the_scenario() {
    let huge = std::fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled").unwrap_or_default();
    let folder = std::env::temp_dir().join(format!("record-gate-causes-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let (_service, service) = start(Command::new(causes()).arg(folder.join("samples")));
    plant(service);
    let report = || ask(service, "GET /audit/data.json", "", |_| ());
    let before = report();

    let is_certain = |route: &str| {
        let is_certain = route != "page-faults" || !huge.contains("[always]");
        if !is_certain {
            println!("SKIPPED: this system has huge pages everywhere, so that the planted page faults are too few");
        }
        is_certain
    };
    let expected: Vec<_> = CAUSES.into_iter().chain([OUTSIDE]).filter(|(route, _)| is_certain(route)).collect();
    let mut wrong = wrong_tickets(&folder, service, &expected);
    ask(service, "GET /flush", "", |_| ());
    wrong.extend(wrong_scenarios(&folder, &expected[..expected.len() - 1]));
    let _ = std::fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), String::from_utf8_lossy(&report()));

    // Its ticket had to come from the figures of the route.
    let text = String::from_utf8(before).expect("JSON");
    let (_, slowest) = text.split_once("],\"pool\":").expect("behind the routes");
    let (slowest, _) = slowest.split_once("\"heaviest\":").expect("after the slowest");
    assert!(slowest.contains("\"/wait\"") && !slowest.contains(&format!("\"/{}\"", OUTSIDE.0)), "{slowest}");
}

/// Usual requests of each route, and a slow one.
fn plant(service: u16) {
    for _ in 0..20 {
        ask(service, "GET /warm-up", "", |_| ());
    }
    let routes = || CAUSES.into_iter().chain([OUTSIDE]).map(|(route, _)| route);
    for route in routes() {
        for _ in 0..USUAL {
            ask(service, &format!("GET /{route}?fast"), "", |_| ());
        }
    }
    for route in routes() {
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
}

/// An alert for each route; what is wrong with the tickets.
fn wrong_tickets(folder: &Path, service: u16, expected: &[(&str, &str)]) -> Vec<String> {
    let (tickets, tracker) = tracker::receiver().expect("a port");
    let file = format!(
        "listen = \"127.0.0.1:0\"\nservice = \"http://127.0.0.1:{service}/audit\"\n\
         [tracker]\nurl = \"http://127.0.0.1:{tracker}/issues\"\n"
    );
    std::fs::write(folder.join("serve.toml"), file).expect("a folder of our own");
    let (_gate, gate) = start(Command::new(env!("CARGO_BIN_EXE_record-gate")).arg("serve").current_dir(folder));
    let mut wrong = Vec::new();
    for (route, cause) in expected {
        let webhook = format!(
            "{{\"groupKey\":\"{route}\",\"alerts\":[{{\"status\":\"firing\",\"fingerprint\":\"{route}\",\
             \"startsAt\":\"2026\",\"labels\":{{\"alertname\":\"Slow\",\"http_route\":\"/{route}\"}}}}]}}"
        );
        ask(gate, "POST /alerts", &webhook, |_| ());
        let ticket = tickets.recv_timeout(Duration::from_mins(1)).expect("a ticket");
        let ticket: serde_json::Value = serde_json::from_str(&ticket).expect("JSON");
        let text = ticket["text"].as_str().expect("a text").to_owned();
        if !text.contains(&format!("Cause: {cause}")) {
            wrong.push(format!("{route}: expected {cause:?}: {text}"));
        }
    }
    wrong
}

/// All samples become scenarios; what is wrong with what is printed, and with the file.
fn wrong_scenarios(folder: &Path, expected: &[(&str, &str)]) -> Vec<String> {
    let path = folder.join("gate.toml");
    let file = "[service]\nstart = \"x {port}\"\n[[scenario]]\nname = \"none\"\npath = \"/none\"\n";
    std::fs::write(&path, file).expect("a folder of our own");
    let mut import = Command::new(env!("CARGO_BIN_EXE_record-gate"));
    import.args(["import", "samples", "--above-ms", "100", "--above-rate", "0"]).current_dir(folder);
    let output = import.output().expect("it is built");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let file = std::fs::read_to_string(path).expect("it was there");
    let is_wrong = |(route, cause): &&(&str, &str)| {
        let of_it = printed.split("added: GET /").find(|part| part.lines().next() == Some(route));
        let is_printed = of_it.is_some_and(|part| part.contains(&format!(" slow: {cause}")));
        let comment = file.split("\n\n").find(|part| part.contains(&format!("name = \"GET /{route}\"")));
        !is_printed || !comment.is_some_and(|part| part.contains(&format!("# Cause: {cause}")))
    };
    expected.iter().filter(is_wrong).map(|(route, cause)| format!("{route}: {cause}: {printed}{file}")).collect()
}
