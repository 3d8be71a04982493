//! The program: what it prints, how it ends, its memory.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::client::Client;

/// Builds the example as this test was built.
fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().find(|folder| folder.ends_with("examples")).unwrap().parent().unwrap().to_owned();
    let profile = match folder.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "-p", "record-examples", "--example", "shop", "--profile", profile])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    folder.join("examples").join("shop")
}

/// Ends the process when a test fails.
struct Running {
    process: Child,
    text: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(program: &PathBuf, arguments: &[&str]) -> (Self, SocketAddr) {
        let mut command = Command::new(program);
        command.args(["--port", "0", "--operators-port", "0"]).args(arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut running = Self { text: BufReader::new(process.stdout.take().unwrap()), process };
        let mut line = String::new();
        running.text.read_line(&mut line).unwrap();
        let address = line.strip_prefix("listening on http://").and_then(|rest| rest.split_once(','));
        let address = address.unwrap_or_else(|| panic!("{line:?}")).0.parse().unwrap();
        (running, address)
    }

    fn end(&mut self, signal: &str) -> (Option<i32>, String) {
        let process = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &process]).status().unwrap().success());
        let code = self.process.wait().unwrap().code();
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (code, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn it_serves_and_ends_when_told_and_keeps_its_database() {
    let program = build();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.sqlite");
    let database = ["--database", file.to_str().unwrap(), "--products", "50"];
    let mut page = String::new();
    for (round, signal) in ["TERM", "INT"].into_iter().enumerate() {
        let (mut running, address) = Running::start(&program, &database);
        let mut client = Client::connect(address);
        assert_eq!(client.get("/export/products").text().lines().count(), 50);
        if round == 0 {
            page = super::orders::order(&mut client, &serde_json::json!([{ "product": 1, "quantity": 1 }]))
                .header("location")
                .unwrap()
                .to_owned();
        }
        assert_eq!(client.get(&page).status, 200);
        // The port is taken now.
        let again = Command::new(&program).args(["--port", &address.port().to_string()]).output().unwrap();
        let error = String::from_utf8(again.stderr).unwrap();
        assert_eq!((again.status.code(), error.lines().count()), (Some(1), 1), "{error}");
        assert!(error.contains("in use"), "{error}");
        // An idle connection, and one that follows events, do not keep it from stopping.
        let mut follower = Client::connect(address);
        follower.send("GET", "/events", &[], "").unwrap();
        follower.head().unwrap();
        let (code, log) = running.end(signal);
        assert_eq!((code, &*log), (Some(0), ""), "after SIG{signal}");
        assert_eq!(follower.chunk().unwrap(), None);
    }
    let mut text = String::new();
    let (mut running, _) = Running::start(&program, &["--products", "10"]);
    running.end("TERM");
    running.text.read_to_string(&mut text).unwrap();
    assert!(text.contains("Try:\n  # 200: "), "{text}");

    let outcome = |arguments: &[&str]| Command::new(&program).args(arguments).output().unwrap();
    let help = outcome(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("Usage:"));
    for wrong in [&["--port"][..], &["--port", "70000"], &["--host", "here"], &["--products", "-1"], &["--prot", "1"]] {
        let output = outcome(wrong);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), error.lines().count()), (Some(2), 0, 1), "{error}");
    }
    let output = outcome(&["--port", "0", "--operators-port", "0", "--database", "/dev/null/shop"]);
    assert_eq!(output.status.code(), Some(1));
}

/// The most memory that the process held, in KiB.
#[cfg(target_os = "linux")]
fn peak_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn exports_do_not_make_the_process_grow_by_the_table() {
    let program = build();
    let (running, address) = Running::start(&program, &["--products", "60000"]);
    let exports = || -> usize {
        let client = || Client::connect(address).get("/export/products").body.len();
        std::thread::scope(|scope| {
            [(); 4].map(|()| scope.spawn(client)).map(|client| client.join().unwrap()).iter().sum()
        })
    };
    // SQLite keeps 2 MB of pages for each connection, the pool its buffers.
    exports();
    let before = peak_kib(running.process.id());
    let bytes = exports() + exports();
    let after = peak_kib(running.process.id());
    println!("{before} KiB before, {after} KiB after exports of {bytes} bytes");
    assert!((after - before) * 1024 < bytes as u64 / 16, "{before} KiB before, {after} KiB after {bytes} bytes");
    assert!(after < 64 << 10, "{after} KiB");
}
