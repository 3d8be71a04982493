//! The whole circle. A leak is planted in the catalogue; Prometheus and Alertmanager notice, and the ticket arrives. Then the
//! request becomes a scenario, and the check fails on it.
//!
//! `cargo run --release -p record-gate --example circle`, and `-- --without-leak` to see that nothing arrives then, within a
//! minute or `--seconds N`. `--catalog PROGRAM` takes that one instead of building it.

#![forbid(unsafe_code)]

mod tracker;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The route of the catalogue that is asked without a leak.
const HEALTHY: &str = "/products";
/// How long the ticket may take, and how long nothing may come without a leak.
const PATIENCE: Duration = Duration::from_mins(2);
const SILENCE: Duration = Duration::from_mins(1);

/// A program that ends with this one.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1)
    };
    let silence = value("--seconds").and_then(|seconds| seconds.parse().ok()).map_or(SILENCE, Duration::from_secs);
    let without_leak = arguments.iter().any(|argument| argument == "--without-leak").then_some(silence);
    match circle(without_leak, value("--catalog").map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("circle: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Without a leak for so long, if it is without one.
fn circle(without_leak: Option<Duration>, catalog: Option<PathBuf>) -> Result<(), String> {
    for (program, package) in
        [("prometheus", "prometheus"), ("prometheus-alertmanager", "prometheus-alertmanager"), ("cargo", "rustup")]
    {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.map_err(|_| format!("`{program}` is missing: the package `{package}` has it"))?;
    }
    let catalog = catalog.map_or_else(build_catalog, Ok)?;
    let folder = std::env::temp_dir().join(format!("record-circle-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let result = in_folder(without_leak, &catalog, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    result
}

fn in_folder(without_leak: Option<Duration>, catalog: &Path, folder: &Path) -> Result<(), String> {
    let (tickets, tracker) = tracker::receiver().map_err(|error| error.to_string())?;
    let (service, metrics, manager, gate) = (free_port()?, free_port()?, free_port()?, free_port()?);
    let leak: &[&str] = if without_leak.is_some() { &[] } else { &["--demo-leak"] };
    let port = service.to_string();
    let arguments = [&["--port", &port, "--samples", "samples"], leak].concat();
    let _catalog = start(folder, &catalog.display().to_string(), &arguments)?;
    write_files(folder, catalog, [service, manager, gate, tracker])?;
    let serve = folder.join("serve.toml").display().to_string();
    thread::spawn(move || record_gate::run(["serve", "--config", &serve].map(Into::into)));
    let listen = |port: u16| format!("--web.listen-address=127.0.0.1:{port}");
    let storage = "--storage.tsdb.path=data";
    let _prometheus = start(folder, "prometheus", &["--config.file=prometheus.yml", storage, &listen(metrics)])?;
    let arguments = ["--config.file=alertmanager.yml", "--storage.path=alerts", "--cluster.listen-address="];
    let _manager = start(folder, "prometheus-alertmanager", &[&arguments[..], &[&listen(manager)]].concat())?;

    let route = if without_leak.is_some() { HEALTHY } else { "/demo-leak" };
    println!("sending requests to {route}; Prometheus is at http://127.0.0.1:{metrics}");
    let started = Instant::now();
    let patience = without_leak.unwrap_or(PATIENCE);
    let ticket = loop {
        if let Ok(ticket) = tickets.try_recv() {
            break Some(ticket);
        }
        if started.elapsed() > patience {
            break None;
        }
        // Until it listens there is no answer.
        let _ = get(service, route);
        thread::sleep(Duration::from_millis(5));
    };
    let ticket = match (ticket, without_leak) {
        (None, Some(silence)) => {
            is_watched(metrics)?;
            println!("nothing arrived in {} s, as it should be", silence.as_secs());
            return Ok(());
        }
        (Some(ticket), Some(_)) => return Err(format!("a ticket without a leak: {ticket}")),
        (None, None) => return Err(format!("no ticket arrived in {} s", PATIENCE.as_secs())),
        (Some(ticket), None) => ticket,
    };
    println!("after {:.0} s this ticket arrived:\n{}\n", started.elapsed().as_secs_f64(), ticket.replace("\\n", "\n"));
    for part in ["/demo-leak", "keeps memory for ever", "leaking_router"] {
        if !ticket.contains(part) {
            return Err(format!("the ticket does not name {part:?}"));
        }
    }
    check_fails(folder, service)
}

/// The silence says something: Prometheus has the verdict on the route, which is no leak, and has judged its rules by it.
fn is_watched(metrics: u16) -> Result<(), String> {
    let ask = |path: &str| get(metrics, path).map_err(|error| format!("Prometheus does not answer: {error}"));
    let query = format!("/api/v1/query?query=record_audit_leaking%7Bhttp_route%3D%22{HEALTHY}%22%7D");
    let verdict = ask(&query)?;
    if !verdict.contains(",\"0\"]}]") {
        return Err(format!("Prometheus has no verdict that {HEALTHY} is steady: {verdict}"));
    }
    let rules = ask("/api/v1/rules")?;
    if !rules.contains("LeakingRoute") || !rules.contains("\"health\":\"ok\"") || rules.contains("\"health\":\"err\"") {
        return Err(format!("Prometheus has not judged its rules: {rules}"));
    }
    Ok(())
}

/// Waits until the catalogue has written a sample of the route.
fn wait_for_sample(samples: &Path) -> Result<(), String> {
    let started = Instant::now();
    loop {
        let files = std::fs::read_dir(samples).map_err(|error| format!("{}: {error}", samples.display()))?;
        let texts = files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
        let line = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        if let Some(line) = line.into_iter().find(|line| line.contains("\"route\":\"/demo-leak\"")) {
            println!("the catalogue kept this sample:\n{line}\n");
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            return Err(format!("no sample of the route in {} s", PATIENCE.as_secs()));
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// The sample becomes a scenario, on which the check fails.
fn check_fails(folder: &Path, service: u16) -> Result<(), String> {
    let samples = folder.join("samples");
    wait_for_sample(&samples)?;
    let gate = |words: &[&str]| {
        println!("$ record-gate {}", words.join(" "));
        record_gate::run(words.iter().map(Into::into))
    };
    let (file, samples) = (folder.join("gate.toml").display().to_string(), samples.display().to_string());
    let from = format!("http://127.0.0.1:{service}");
    // A leak is no slow request: it is taken over whatever its P99.
    let import = ["import", &samples, "--config", &file, "--from", &from, "--above-ms", "0", "--above-rate", "0.1"];
    if gate(&import) != ExitCode::SUCCESS {
        return Err("the sample was not imported".to_owned());
    }
    if gate(&["check", "--config", &file, "--only", "GET /demo-leak"]) != ExitCode::from(1) {
        return Err("the check did not fail".to_owned());
    }
    println!("the check fails on it: the circle is closed");
    Ok(())
}

fn write_files(folder: &Path, catalog: &Path, ports: [u16; 4]) -> Result<(), String> {
    let [service, manager, gate, tracker] = ports;
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).map_err(|error| format!("{name} cannot be written: {error}"))
    };
    // Those of production wait longer.
    write("rules.yml", include_str!("../alerts/rules.yml").replace("for: 1m", "for: 5s"))?;
    write(
        "prometheus.yml",
        format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\n\
             alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{manager}']}}]}}]}}\n\
             scrape_configs: [{{job_name: catalog, static_configs: [{{targets: ['127.0.0.1:{service}']}}]}}]\n"
        ),
    )?;
    write(
        "alertmanager.yml",
        format!(
            "route: {{receiver: gate, group_by: [alertname, http_route], group_wait: 1s, group_interval: 5s}}\n\
             receivers: [{{name: gate, webhook_configs: [{{url: 'http://127.0.0.1:{gate}/alerts'}}]}}]\n"
        ),
    )?;
    write(
        "serve.toml",
        format!(
            "listen = \"127.0.0.1:{gate}\"\nprofile_seconds = 2\nservice = \"http://127.0.0.1:{service}/audit\"\n\
             [tracker]\nurl = \"http://127.0.0.1:{tracker}/issues\"\n"
        ),
    )?;
    write(
        "gate.toml",
        format!(
            "rounds = 3\n[service]\nstart = [\"{}\", \"--port\", \"{{port}}\", \"--demo-leak\"]\nready = \"/products\"\n\
             metrics = \"/metrics\"\naudit = \"/audit\"\n[[scenario]]\nname = \"list\"\npath = \"/products\"\n",
            catalog.display()
        ),
    )
}

/// The catalogue, built as this program was.
fn build_catalog() -> Result<PathBuf, String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let examples = here.parent().ok_or("this program has no folder")?;
    let mut command = Command::new("cargo");
    command.args(["build", "--quiet", "--package", "record-http", "--example", "catalog"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    println!("building the catalogue");
    let status = command.current_dir(env!("CARGO_MANIFEST_DIR")).status().map_err(|error| error.to_string())?;
    if status.success() { Ok(examples.join("catalog")) } else { Err("the catalogue cannot be built".to_owned()) }
}

fn start(folder: &Path, program: &str, arguments: &[&str]) -> Result<Program, String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(Program).map_err(|error| format!("`{program}` cannot be started: {error}"))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

fn get(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
