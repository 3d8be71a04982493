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
use record_audit::{
    AllocatorReport, Audit, AuditLayer, CountingAllocator, Ledger, PoolReport, note_pool, page, sample_heap,
    sample_stacks,
};
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

    fn command(&self, command: &str, parameters: &Value) -> Value {
        self.call("POST", "/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    fn click(&self, selector: &str) {
        self.evaluate(&format!("document.querySelector({}).click()", Value::from(selector)));
    }

    /// Lays the page out so wide, in light or dark colours.
    fn resize(&self, width: u32, scheme: &str) {
        let is_phone = width < 500;
        let metrics = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": is_phone});
        self.command("Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.command("Emulation.setEmulatedMedia", &json!({"features": features}));
        self.wait(&format!("innerWidth === {width}"));
    }

    /// Puts a picture of the whole page into the folder of the tests' output.
    fn picture(&self, name: &str) {
        let picture = self.command("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit-page");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        let bytes = from_base64(picture["data"].as_str().expect("a picture"));
        assert!(bytes.starts_with(b"\x89PNG"), "a picture");
        std::fs::write(&file, bytes).expect("written");
        println!("picture: {}", file.display());
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

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter| LETTERS.iter().position(|known| *known == letter);
    let values: Vec<u8> = text.bytes().filter_map(|letter| u8::try_from(value(letter)?).ok()).collect();
    let whole = |four: &[u8]| {
        let bits = four.iter().fold(0_u32, |bits, six| bits << 6 | u32::from(*six)) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    values.chunks(4).flat_map(whole).collect()
}

/// By keyboard alone: sort by requests, twice, and ask where.
fn used_by_keyboard(driver: &Driver) {
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
}

/// The numbers beside the routes, and the history.
fn figures_and_charts(driver: &Driver) {
    // Pool hits are sorted by the share that is shown, not by the number behind it.
    let first = "document.querySelector('#routes tbody th').innerText";
    driver.click("button[data-key=pool_hits]");
    assert_eq!(driver.evaluate(first), "/leak", "100 % of 300 before 80 % of 1,000 and more");
    assert_eq!(
        driver.evaluate("document.querySelector('#routes tbody td[data-label=\"Pool hits\"]').innerText"),
        "100 %"
    );

    // Figures of the process, beside what is counted.
    for fact in ["Resident memory", "Allocator: retained", "Still alive, all routes", "Memory in the pool"] {
        assert_eq!(driver.evaluate(&format!("document.querySelector('#summary').innerText.includes('{fact}')")), true);
    }

    // Charts over time, for each route four.
    driver.wait("document.querySelectorAll('#history article').length === 3");
    assert_eq!(driver.evaluate("document.querySelectorAll('#history svg').length"), 12);
    let label = driver.evaluate("document.querySelector('#history svg').getAttribute('aria-label')");
    assert!(label.as_str().is_some_and(|label| label.starts_with("Requests: ")), "{label}");
    assert_eq!(driver.evaluate("document.querySelectorAll('#history path.line').length >= 6"), true);
}

/// Nothing runs past the edge, from a phone to a desktop; pictures to look at.
fn fits_everywhere(driver: &Driver) {
    for width in [1920, 1280, 1100, 1024, 768, 390, 320] {
        for scheme in ["light", "dark"] {
            driver.resize(width, scheme);
            driver.wait(&format!("document.documentElement.scrollWidth <= {width}"));
            if [1280, 390].contains(&width) {
                driver.picture(&format!("{width}-{scheme}"));
            }
        }
    }
}

/// Serves the pages of `ledger` as long as the runtime lives.
fn serve_page(runtime: &tokio::runtime::Runtime, ledger: Arc<Ledger>) -> SocketAddr {
    let pages = get(async move |request: Request| {
        let rest = request.uri().path().strip_prefix("/audit").unwrap_or("/none").to_owned();
        page::answer(&ledger, &rest, request.uri().query(), None).expect("a path of the page").map(Body::from)
    });
    let router = Router::new().route("/audit", pages.clone()).route("/audit/{rest}", pages);
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port");
    let address = listener.local_addr().expect("bound");
    runtime.spawn(async move { axum::serve(listener, router).await });
    address
}

#[test]
fn the_page_is_read_clicked_and_used_by_keyboard() {
    let Some(driver) = Driver::start() else {
        println!("SKIPPED: chromedriver or Chromium is missing; the page was not opened");
        return;
    };
    sample_stacks(1);
    let pool = || PoolReport { hits: 7, misses: 1, dropped: 2, retained_bytes: 3 << 20, out: 1 };
    let allocator = || AllocatorReport { allocated_bytes: Some(40 << 20), retained_bytes: Some(9 << 20) };
    let ledger = Arc::new(Ledger::new().with_pool(pool).with_allocator(allocator));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let address = serve_page(&runtime, Arc::clone(&ledger));

    driver.call("POST", "/url", &json!({"url": format!("http://{address}/audit")}));
    driver.wait("document.body.innerText.includes('No request has ended yet.')");

    let kept = Arc::new(Mutex::new(Vec::new()));
    let leaking = get(async move || {
        (0..3).for_each(|_| note_pool(true));
        kept.lock().expect("unpoisoned").push(vec![1_u8; 640]);
    });
    let fine = get(async || {
        (0..5).for_each(|number| note_pool(number > 0));
        "fine"
    });
    let waiting = get(async || {
        let held = std::hint::black_box(vec![1_u8; 3 << 20]);
        std::future::pending::<()>().await;
        drop(held);
    });
    let long = "/organisations/{organisation}/projects/{project}/environments/{environment}/deployments/{deployment}";
    let service = Router::new().route("/leak", leaking).route("/fine/{id}", fine.clone());
    let service = service.route("/waits", waiting).route(long, fine);
    let audit = Audit::builder().routes(["/leak", "/fine/{id}", "/waits", long]).track_one_in(1);
    let service = AuditLayer::new(audit.build(Arc::clone(&ledger))).layer(service);
    let ask = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).expect("valid");
        drop(service.clone().oneshot(request).await.expect("infallible"));
    };
    {
        let service = service.clone();
        runtime.spawn(async move {
            let request = Request::get("/waits").header("x-request-id", "the-one-that-waits").body(Body::empty());
            drop(service.oneshot(request.expect("valid")).await);
        });
    }
    let begun = Instant::now();
    runtime.block_on(async {
        for number in 0..400 {
            ask(match number % 8 {
                0 | 4 => "/leak",
                7 => "/organisations/1/projects/2/environments/3/deployments/4",
                _ => "/fine/7",
            })
            .await;
        }
    });
    driver.wait("document.querySelector('#routes .leaking')?.innerText.startsWith('leaking about') === true");
    assert_eq!(
        driver.evaluate("document.querySelector('#routes tbody th').innerText"),
        "/leak",
        "the worst comes first"
    );
    assert_eq!(driver.evaluate("document.querySelectorAll('#slowest tbody tr').length"), 10);

    used_by_keyboard(&driver);
    figures_and_charts(&driver);

    // Two snapshots: what grew since.
    driver.click("#snapshot");
    driver.wait("document.querySelector('#compared-title').innerText.startsWith('Since ')");
    runtime.block_on(async {
        for _ in 0..10 {
            ask("/leak").await;
        }
    });
    let grew = "document.querySelector('#growth tbody tr').innerText";
    driver.wait(&format!("{grew}.includes('/leak') && {grew}.includes('+6.25 KiB')"));
    assert_eq!(driver.evaluate("document.querySelector('#growth tbody td[data-label=Requests]').innerText"), "10");
    driver.click("#snapshot");
    driver.evaluate(
        "(() => { const to = document.querySelector('#to'); to.selectedIndex = 1; to.dispatchEvent(new Event('change')); })()",
    );
    driver.wait("document.querySelector('#compared-title').innerText.startsWith('Between ')");

    // Requests that take long.
    assert!(begun.elapsed() < Duration::from_secs(10) || !ledger.report().under_way.is_empty());
    driver.wait("document.querySelector('#under-way').innerText.includes('the-one-that-waits')");
    let holds = driver.evaluate("document.querySelector('#under-way td[data-label=Holds]').innerText");
    assert_eq!(holds, "3 MiB");

    fits_everywhere(&driver);
    driver.click("#forget");
    driver.wait("document.querySelector('#compared').hidden");

    // The service goes, the page says so and keeps what it has.
    runtime.shutdown_timeout(Duration::from_secs(1));
    driver.wait("document.querySelector('#problem').innerText.includes('does not answer')");
    assert_eq!(driver.evaluate("document.querySelector('#content').className"), "stale");
    assert_eq!(driver.evaluate("document.querySelectorAll('#routes tbody tr').length >= 1"), true);
}

#[inline(never)]
fn kept_by_the_flame(kept: &Mutex<Vec<Vec<u8>>>) {
    kept.lock().expect("unpoisoned").push(vec![1_u8; 10_000]);
}

#[inline(never)]
fn dropped_by_the_flame() {
    drop(std::hint::black_box(vec![1_u8; 50_000]));
}

#[test]
fn the_flame_graph_is_searched_enlarged_and_used_by_keyboard() {
    let Some(driver) = Driver::start() else {
        println!("SKIPPED: chromedriver or Chromium is missing; the flame graph was not opened");
        return;
    };
    let ledger = Arc::new(Ledger::new());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let address = serve_page(&runtime, Arc::clone(&ledger));

    // From the audit's page, before anything is sampled.
    driver.call("POST", "/url", &json!({"url": format!("http://{address}/audit")}));
    driver.wait("!document.querySelector('#flame').hidden");
    driver.click("#flame");
    driver.wait("document.title === 'Flame graph' && document.querySelector('#sampled')?.innerText === 'Not sampled.'");
    assert_eq!(driver.evaluate("document.querySelector('#notice').innerText.includes('sample_heap')"), true);
    let told = "document.querySelector('#told').innerText";
    assert_eq!(driver.evaluate(told), "Nothing of this is in the profile.");

    let kept = Arc::new(Mutex::new(Vec::with_capacity(1000)));
    let keeps = get(async move || kept_by_the_flame(&kept));
    let drops = get(async || dropped_by_the_flame());
    let service = Router::new().route("/keeps/{id}", keeps).route("/drops", drops);
    let audit = Audit::builder().routes(["/keeps/{id}", "/drops"]).build(ledger);
    let service = AuditLayer::new(audit).layer(service);
    sample_heap(1);
    runtime.block_on(async {
        for number in 0..20 {
            let path = if number % 2 == 0 { "/keeps/7" } else { "/drops" };
            let request = Request::get(path).body(Body::empty()).expect("valid");
            drop(service.clone().oneshot(request).await.expect("infallible"));
        }
    });
    sample_heap(0);
    driver.click("#again");
    let box_of = |name: &str| format!("document.querySelector('#graph g[aria-label^=\"{name}\"]')");
    driver.wait(&format!("{} !== null", box_of("/keeps/{id},")));

    // In use it is the one route, allocated the other.
    let choose = |id: &str, value: &str| {
        driver.evaluate(&format!(
            "(() => {{ const it = document.querySelector('#{id}'); it.value = {}; it.dispatchEvent(new Event('change')); }})()",
            Value::from(value)
        ));
    };
    let bytes_of = |measure: &str, route: &str| {
        choose("measure", measure);
        choose("route", route);
        let text = driver.evaluate(told);
        text.as_str().and_then(|text| text.split(" in all").next()).expect("a sum").to_owned()
    };
    assert_eq!(bytes_of("in_use_objects", "/keeps/{id}"), "10 blocks");
    assert_eq!(bytes_of("in_use_bytes", "/keeps/{id}"), "97.7 KiB");
    assert_eq!(bytes_of("in_use_bytes", "/drops"), "Nothing of this is in the profile.");
    let allocated = bytes_of("allocated_bytes", "/drops");
    let kib = allocated.trim_end_matches(" KiB").parse::<f64>();
    assert!(kib.is_ok_and(|kib| kib >= 488.0), "{allocated}");
    choose("route", "");
    let first = "document.querySelector('#top tr').innerText";
    assert_eq!(
        driver.evaluate(&format!("{first}.includes('dropped_by_the_flame')")),
        true,
        "{}",
        driver.evaluate(first)
    );

    // Searched: matches stand out, and the table has only them.
    let search = |text: &str| {
        driver.evaluate(&format!(
            "(() => {{ const it = document.querySelector('#search'); it.value = {}; it.dispatchEvent(new Event('input')); }})()",
            Value::from(text)
        ));
    };
    search("KEPT_by");
    driver.wait("document.querySelectorAll('#graph g.found').length === 1");
    assert_eq!(driver.evaluate(&format!("{told}.includes('97.7 KiB')")), true, "{}", driver.evaluate(told));
    assert_eq!(driver.evaluate("document.querySelectorAll('#top tr').length"), 1);
    search("no such function");
    driver.wait("document.querySelectorAll('#graph g.found').length === 0");
    assert_eq!(driver.evaluate("document.querySelectorAll('#top tr').length"), 0);
    search("");

    // Enlarged by keyboard: it has the whole width then, its callers above it. Escape shows all again.
    let width = |name: &str| format!("Number({}.querySelector('rect').getAttribute('width'))", box_of(name));
    let before = driver.evaluate(&width("/keeps/{id},")).as_f64().expect("a number");
    driver.evaluate(&format!("{}.focus()", box_of("/keeps/{id},")));
    driver.press("\u{e007}");
    driver.wait(&format!("{} > {before}", width("/keeps/{id},")));
    assert_eq!(driver.evaluate(&format!("{} === {}", width("all,"), width("/keeps/{id},"))), true);
    driver.press("\u{e00c}");
    // The exact width may differ: the graph is drawn anew, for the window as it is then.
    driver.wait(&format!("{} < 2 * {before}", width("/keeps/{id},")));

    for width in [1280, 390] {
        for scheme in ["light", "dark"] {
            driver.resize(width, scheme);
            driver.wait(&format!("document.documentElement.scrollWidth <= {width}"));
            driver.picture(&format!("flame-{width}-{scheme}"));
        }
    }
    // The service goes; what there is stays.
    runtime.shutdown_timeout(Duration::from_secs(1));
    driver.click("#again");
    driver.wait("document.querySelector('#problem').innerText.includes('could not be loaded')");
    assert_eq!(driver.evaluate("document.querySelectorAll('#graph g').length > 2"), true);
}
