//! Samples of requests: of each window and route the slowest and the heaviest ones, as files in a bounded directory.
//!
//! A request that ends takes the lock of its route and is compared with those kept so far. A thread of the store's own makes
//! files of what was kept. See [`SampleStore`] for the files.

mod directory;
mod window;

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use record_runtime::append_json_lines;

use self::directory::Directory;
use self::window::{Span, Window};
use crate::lock::Lock;
use crate::recorder::Recorder;
use crate::request::RequestRecord;
use crate::route::Route;

/// A function of the user's that leaves out of a path what must not be kept; `None` keeps nothing.
type Redact = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Settings of a [`SampleStore`].
#[derive(Clone)]
#[must_use]
pub struct SampleStoreBuilder {
    path: PathBuf,
    window: Duration,
    per_route: usize,
    max_files: usize,
    max_bytes: u64,
    redact: Option<Arc<Redact>>,
}

impl std::fmt::Debug for SampleStoreBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SampleStoreBuilder").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A recorder that keeps, of each window and route, the slowest and the heaviest requests as files in a directory.
///
/// ```
/// use std::sync::Arc;
///
/// use record_audit::{Audit, Ledger, SampleStore};
///
/// # let directory = std::env::temp_dir().join(format!("samples-{}", std::process::id()));
/// let samples = Arc::new(SampleStore::builder(&directory).max_files(100).open()?);
/// let audit = Audit::builder().note_sizes().build((Arc::new(Ledger::new()), Arc::clone(&samples)));
/// # drop((audit, samples));
/// # std::fs::remove_dir_all(directory)?;
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// # Files
///
/// One for each window in which a request ended: `samples-<start>-<process>-<number>.jsonl`. The start is in seconds since
/// 1970, in twelve digits, and the number has six, so that names sort by time. A file is JSON Lines, with a sample on each line:
///
/// ```json
/// {"version": 1, "window_unix_secs": 1764340000, "window_secs": 60.0, "route": "/products/{id}", "method": "GET",
///  "route_requests": 3000, "route_errors": 2, "route_requests_per_second": 50.0, "route_p50_ms": 1.2,
///  "route_p99_ms": 1203.0, "route_allocations": 2.1, "route_reallocations": 0.0, "route_response_bytes": 88.0,
///  "among": "slowest", "id": "…", "status": 200, "outcome": "completed", "ended_unix_ms": 1764340031123,
///  "ordinal": 17, "wall_ms": 1203.0, "handler_ms": 1202.5, "poll_ms": 3.1,
///  "request_bytes": null, "response_bytes": 88, "escape_share": null, "minor_faults": null, "major_faults": null,
///  "retransmits": null, "round_trip_ms": null, "allocations": 3, "reallocations": 0, "allocated_bytes": 4096,
///  "freed_bytes": 4000, "peak_bytes": 4096, "net_bytes": 96, "alive_bytes": null, "pool_hits": 1, "pool_misses": 0, "path": null}
/// ```
///
/// - Keys that begin with `route_` are about all requests of this route and method in the window. Errors are answers of 500 and
///   above, and requests that did not complete. The last three are means per request.
/// - `among` is `slowest` or `heaviest`, by bytes allocated. The foremost of each come first. A request can be both.
/// - `ordinal` is 1 for the first request of its route and method in the process.
/// - Sizes need [`AuditBuilder::note_sizes`](crate::AuditBuilder::note_sizes). The share of escape sequences needs
///   [`AuditBuilder::note_escapes`](crate::AuditBuilder::note_escapes) too, page faults `AuditBuilder::note_page_faults`,
///   retransmits and round-trip times `AuditBuilder::note_tcp`.
/// - Numbers of memory are `null` where the counting allocator is not installed, `alive_bytes` where the request was not
///   followed.
///
/// More keys may come; the version is for changes that readers have to know of. No contents are kept, unless
/// [`SampleStoreBuilder::paths`] asks for them.
///
/// # What can go wrong
///
/// A file is written under another name and renamed, so that it is whole whenever a reader sees it, also after a crash. A crash
/// loses the window that has not ended. Where a file cannot be written, its window is lost, and
/// [`last_error`](Self::last_error) tells. A forked process writes nothing: it has to open a store of its own.
///
/// Recording takes the lock of the route, and allocates when a route comes for the first time, or a path is kept.
#[derive(Debug)]
pub struct SampleStore {
    shared: Arc<Shared>,
    /// Ends the thread when it goes.
    stop: Option<Sender<()>>,
    writer: Option<JoinHandle<()>>,
}

struct Shared {
    settings: SampleStoreBuilder,
    /// By the route's number; a window for each method.
    routes: Box<[OnceLock<Box<Opened>>]>,
    directory: Lock<Directory>,
    began: Lock<Option<(SystemTime, Instant)>>,
    error: Lock<Option<String>>,
}

struct Opened {
    route: Route,
    windows: Lock<Vec<Window>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl SampleStore {
    /// Begins a store in the directory `path`. By default a window has a minute, and keeps 5 slowest and 5 heaviest requests of
    /// each route. There are at most 1000 files and 64 MiB, and no contents.
    pub fn builder(path: impl Into<PathBuf>) -> SampleStoreBuilder {
        SampleStoreBuilder {
            path: path.into(),
            window: Duration::from_secs(60),
            per_route: 5,
            max_files: 1000,
            max_bytes: 64 << 20,
            redact: None,
        }
    }

    /// Ends the window now and writes its file, if a request has ended in it. For the end of a service: threads that have
    /// served requests keep the store, so that it may not be dropped then.
    ///
    /// # Errors
    /// If the file cannot be written. Its samples are lost.
    pub fn flush(&self) -> io::Result<()> {
        self.shared.flush()
    }

    /// The last error of writing a file.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        self.shared.error.lock().and_then(|error| error.clone())
    }
}

impl SampleStoreBuilder {
    /// The length of a window.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// How many of the slowest, and how many of the heaviest requests are kept of each route, method and window.
    pub fn per_route(mut self, samples: usize) -> Self {
        self.per_route = samples;
        self
    }

    /// The files that there may be. The oldest make room.
    pub fn max_files(mut self, files: usize) -> Self {
        self.max_files = files;
        self
    }

    /// The bytes that all files may have. The oldest make room; a single file that is larger is not written.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Keeps the path and query of each sample, as `redact` leaves them: it returns what may be kept, or `None`.
    /// It is called when a request gets a place among those kept, on its thread.
    ///
    /// Needs [`AuditBuilder::note_targets`](crate::AuditBuilder::note_targets).
    pub fn paths(mut self, redact: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.redact = Some(Arc::new(redact));
        self
    }

    /// Ends the settings. Makes the directory if there is none, and starts the thread that writes.
    ///
    /// # Errors
    /// If the directory cannot be made or read, or the thread not be started.
    pub fn open(self) -> io::Result<SampleStore> {
        let directory = Directory::open(self.path.clone(), self.max_files, self.max_bytes)?;
        let window = self.window;
        let shared = Arc::new(Shared {
            settings: self,
            routes: (0..Route::COUNT).map(|_| OnceLock::new()).collect(),
            directory: Lock::new(directory),
            began: Lock::new(Some((SystemTime::now(), Instant::now()))),
            error: Lock::new(None),
        });
        let (stop, stopped) = channel();
        let of_writer = Arc::clone(&shared);
        let writer = std::thread::Builder::new().name("samples".to_owned()).spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(window) {
                // An error is kept for whoever asks.
                let _ = of_writer.flush();
            }
        })?;
        Ok(SampleStore { shared, stop: Some(stop), writer: Some(writer) })
    }
}

impl Drop for SampleStore {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        let _ = self.shared.flush();
    }
}

impl Shared {
    fn flush(&self) -> io::Result<()> {
        let now = (SystemTime::now(), Instant::now());
        // One at a time. `None` in a process that was forked in the middle of it.
        let Some(mut directory) = self.directory.lock() else { return Ok(()) };
        let Some((started, from)) = self.began.lock().and_then(|mut began| began.replace(now)) else { return Ok(()) };
        let window = now.1.duration_since(from);
        let started = started.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let span = Span { started_unix_secs: started, length: window };
        let mut lines = Vec::new();
        for opened in self.routes.iter().filter_map(OnceLock::get) {
            let Some(mut windows) = opened.windows.lock() else { continue };
            // Emptied under the lock, and made text of without it.
            let ended: Vec<_> = windows.iter_mut().filter_map(Window::end).collect();
            drop(windows);
            for window in ended {
                append_json_lines(window.samples(opened.route.text(), span), &mut lines).map_err(io::Error::other)?;
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let written = directory.write(started, &lines);
        if let Err(error) = &written
            && let Some(mut last) = self.error.lock()
        {
            *last = Some(error.to_string());
        }
        written
    }
}

impl Recorder for SampleStore {
    fn ended(&self, record: &RequestRecord<'_>) {
        let route = record.conclusion.route;
        let place = &self.shared.routes[route.number()];
        let opened = place.get_or_init(|| Box::new(Opened { route, windows: Lock::new(Vec::new()) }));
        if let Some(mut windows) = opened.windows.lock() {
            let window = Window::of_method(&mut windows, record.method());
            window.add(record, self.shared.settings.per_route, self.shared.settings.redact.as_deref());
        }
    }
}
