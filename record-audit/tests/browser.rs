//! The page in a browser: headless Chromium, driven by chromedriver (Debian's packages `chromium` and `chromium-driver`).
//! Skips with a line where they are not installed.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use record_audit::{Audit, AuditLayer, CountingAllocator, Ledger, page, sample_stacks};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

/// Longer than the page needs to notice anything: it asks every two seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Kills the driver, and with it the browser, however the test ends.
struct Driver {
    process: Child,
    address: SocketAddr,
    session: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.try_call("DELETE", "", &Value::Null);
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Driver {
    fn start() -> Option<Self> {
        let free =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).expect("a port");
        let process = Command::new("chromedriver")
            .arg(format!("--port={}", free.port()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut driver = Self { process, address: free, session: String::new() };
        let started = Instant::now();
        while TcpStream::connect(driver.address).is_err() {
            assert!(started.elapsed() < PATIENCE, "chromedriver does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        let arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
        let options = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments}}}});
        let answer = driver.request("POST", "/session", &options).expect("chromedriver answers");
        answer["value"]["sessionId"].as_str()?.clone_into(&mut driver.session);
        Some(driver)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        let mut answer = Vec::new();
        // Until the length that the head names: chromedriver keeps the connection open.
        loop {
            let mut part = [0; 4096];
            let read = stream.read(&mut part)?;
            answer.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&answer);
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                if read == 0 {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
                continue;
            };
            let head = head.to_ascii_lowercase();
            let length = head.split_once("content-length:").and_then(|(_, rest)| rest.lines().next());
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if read == 0 || body.len() >= length {
                break;
            }
        }
        let text = String::from_utf8_lossy(&answer);
        let text = text.split_once("\r\n\r\n").map_or("", |(_, text)| text);
        serde_json::from_str(text).map_err(std::io::Error::other)
    }

    fn try_call(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Value> {
        self.request(method, &format!("/session/{}{path}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.try_call(method, path, body).expect("chromedriver answers");
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }

    fn evaluate(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", &json!({"script": format!("return {script}"), "args": []}))
    }

    fn press(&self, key: &str) {
        let keys = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": keys}]});
        self.call("POST", "/actions", &actions);
    }

    /// Waits until `script` is true.
    fn wait(&self, script: &str) {
        let started = Instant::now();
        while self.evaluate(script) != Value::Bool(true) {
            let text = self.evaluate("document.body.innerText");
            assert!(started.elapsed() < PATIENCE, "never true: {script}\n{text}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn the_page_is_read_clicked_and_used_by_keyboard() {
    let Some(driver) = Driver::start() else {
        println!("SKIPPED: chromedriver or Chromium is missing; the page was not opened");
        return;
    };
    sample_stacks(1);
    let ledger = Arc::new(Ledger::new());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let shown = Arc::clone(&ledger);
    let pages = get(async move |request: Request| {
        let rest = request.uri().path().strip_prefix("/audit").unwrap_or("/none").to_owned();
        page::answer(&shown, &rest, request.uri().query(), None).expect("a path of the page").map(Body::from)
    });
    let router = Router::new().route("/audit", pages.clone()).route("/audit/{rest}", pages);
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port");
    let address = listener.local_addr().expect("bound");
    runtime.spawn(async move { axum::serve(listener, router).await });

    driver.call("POST", "/url", &json!({"url": format!("http://{address}/audit")}));
    driver.wait("document.body.innerText.includes('No request has ended yet.')");

    let kept = Arc::new(Mutex::new(Vec::new()));
    let leaking = get(async move || kept.lock().expect("unpoisoned").push(vec![1_u8; 640]));
    let service = Router::new().route("/leak", leaking).route("/fine/{id}", get(async || "fine"));
    let audit = Audit::builder().routes(["/leak", "/fine/{id}"]).track_one_in(1).build(Arc::clone(&ledger));
    let service = AuditLayer::new(audit).layer(service);
    runtime.block_on(async {
        for number in 0..400 {
            let path = if number % 4 == 0 { "/leak" } else { "/fine/7" };
            let request = Request::get(path).body(Body::empty()).expect("valid");
            drop(service.clone().oneshot(request).await.expect("infallible"));
        }
    });
    driver.wait("document.querySelector('#routes .leaking')?.innerText.startsWith('leaking about') === true");
    assert_eq!(
        driver.evaluate("document.querySelector('#routes tbody th').innerText"),
        "/leak",
        "the worst comes first"
    );
    assert_eq!(driver.evaluate("document.querySelectorAll('#slowest tbody tr').length"), 10);

    // By keyboard alone: sort by requests, twice, and ask where.
    driver.evaluate("document.querySelector('button[data-key=requests]').focus()");
    driver.press("\u{e007}");
    driver.wait("document.querySelector('th[aria-sort]').innerText.startsWith('Requests')");
    assert_eq!(driver.evaluate("document.querySelector('th[aria-sort]').ariaSort"), "descending");
    assert_eq!(driver.evaluate("document.activeElement.dataset.key"), "requests", "the focus stays");
    driver.press("\u{e007}");
    driver.wait("document.querySelector('th[aria-sort]').ariaSort === 'ascending'");
    driver.evaluate("document.querySelector('#routes button.where').focus()");
    driver.press("\u{e007}");
    driver.wait("document.querySelector('#places-list').innerText.includes('browser.rs')");

    // Nothing runs past the edge of a phone.
    let metrics = json!({"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": true});
    let order = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics});
    driver.call("POST", "/goog/cdp/execute", &order);
    driver.wait("innerWidth === 390 && document.documentElement.scrollWidth <= 390");

    // The service goes, the page says so and keeps what it has.
    runtime.shutdown_timeout(Duration::from_secs(1));
    driver.wait("document.querySelector('#problem').innerText.includes('does not answer')");
    assert_eq!(driver.evaluate("document.querySelector('#content').className"), "stale");
    assert_eq!(driver.evaluate("document.querySelectorAll('#routes tbody tr').length >= 1"), true);
}
