//! A check's figures arrive in `InfluxDB` (Debian's package `influxdb`), as numbers that it can be asked for. Skips with a
//! line where that is not installed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server(Child, PathBuf);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        let _ = std::fs::remove_dir_all(&self.1);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("it has one").port()
}

fn ask(port: u16, method: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn figures_arrive_in_a_server() {
    let folder = std::env::temp_dir().join(format!("record-gate-influx-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let (port, other) = (free_port(), free_port());
    let config = format!(
        "reporting-disabled = true\nbind-address = \"127.0.0.1:{other}\"\n[meta]\ndir = \"{0}/meta\"\n[data]\n\
         dir = \"{0}/data\"\nwal-dir = \"{0}/wal\"\n[http]\nbind-address = \"127.0.0.1:{port}\"\nlog-enabled = false\n",
        folder.display()
    );
    std::fs::write(folder.join("influxdb.conf"), config).expect("a folder of our own");
    let mut command = Command::new("influxd");
    command.args(["run", "-config"]).arg(folder.join("influxdb.conf"));
    let Ok(child) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        println!("SKIPPED: influxd is missing (Debian's package influxdb); no figure was sent to a server");
        let _ = std::fs::remove_dir_all(&folder);
        return;
    };
    let server = Server(child, folder);
    let started = Instant::now();
    while !ask(port, "GET", "/ping").is_ok_and(|answer| answer.starts_with("HTTP/1.1 204")) {
        assert!(started.elapsed() < Duration::from_mins(1), "it does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    let created = ask(port, "POST", "/query?q=CREATE%20DATABASE%20gate").expect("it answers");
    assert!(created.starts_with("HTTP/1.1 200"), "{created}");

    // A name with everything that its protocol escapes, and figures that are not round.
    let line = r#"{"times_ns": [[1500, 50], [2500000, 1]], "allocations": 3.25, "errors": 1}"#;
    let gate = format!(
        "rounds = 2\n[influx]\nurl = \"http://127.0.0.1:{port}/write?db=gate\"\n[[scenario]]\n\
         name = \"log in, a=b\"\ncommand = [\"echo\", '{line}']\n"
    );
    std::fs::write(server.1.join("gate.toml"), gate).expect("a folder of our own");
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_record-gate"));
        let output = command.arg("check").current_dir(&server.1).output().expect("the program");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{text}");
        text
    };
    let text = check();
    assert!(!text.contains("warning: http"), "{text}");
    let select = "/query?db=gate&q=SELECT%20scenario,outcome,allocations,requests,p99_ms%20FROM%20gate";
    let answer = ask(port, "GET", select).expect("it answers");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let body = &body[body.find('{').expect("JSON")..=body.rfind('}').expect("JSON")];
    let found: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let rows = found["results"][0]["series"][0]["values"].as_array().unwrap_or_else(|| panic!("rows: {found}"));
    assert_eq!(rows.len(), 1);
    let row = rows[0].as_array().expect("a row");
    assert_eq!((&row[1], &row[2]), (&"log in, a=b".into(), &"no_verdict".into()));
    assert_eq!((row[3].as_f64(), row[4].as_u64()), (Some(3.25), Some(102)));
    assert!(row[5].as_f64().is_some_and(|p99| (2.4..2.6).contains(&p99)), "{row:?}");

    // A database that is not there: the check goes on, and says so.
    let gate = std::fs::read_to_string(server.1.join("gate.toml")).expect("it was written");
    std::fs::write(server.1.join("gate.toml"), gate.replace("db=gate", "db=none")).expect("a folder of our own");
    let text = check();
    assert!(text.contains("warning: http") && text.contains("it answers 404: "), "{text}");
}
