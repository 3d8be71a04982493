//! Counts the memory that each request of a service allocates, frees and leaves behind. It has a counting allocator,
//! scopes that are exact over polls and threads, a middleware, and a verdict for each route.
//!
//! ```
//! use std::{convert::Infallible, sync::Arc};
//!
//! use http::{Request, Response};
//! use record_audit::{Audit, AuditLayer, CountingAllocator, Finding, Ledger};
//! use tower::{Layer, Service, service_fn};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator::system();
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let ledger = Arc::new(Ledger::new());
//! let audit = Audit::builder().routes(["/users/{id}"]).track_one_in(1).build(Arc::clone(&ledger));
//!
//! // Any tower service: an axum `Router`, a service of hyper's, tonic.
//! let handler = service_fn(async |_: Request<()>| {
//!     Box::leak(vec![0_u8; 1000].into_boxed_slice());
//!     Ok::<_, Infallible>(Response::new(http_body_util::Empty::<bytes::Bytes>::new()))
//! });
//! let mut service = AuditLayer::new(audit).layer(handler);
//! for _ in 0..200 {
//!     service.call(Request::get("/users/7").body(()).unwrap()).await.unwrap();
//! }
//!
//! let route = ledger.route("/users/{id}").expect("it had requests");
//! assert_eq!((route.allocations, route.finding), (Some(1.0), Finding::Leaking));
//! assert_eq!(route.verdict, "leaking about 1000 bytes per request (±\u{a0}0)");
//! # }
//! ```
//!
//! # Guarantees
//!
//! - **Numbers are counted, not sampled or estimated,** for every request: see [`Counters`] for what they cover, and
//!   [`Coverage`] for what they do not. Where the allocator is not installed they are absent, never zero.
//! - **Every request is reported once:** when it completed, failed, panicked, or was dropped at whatever await point, its
//!   body included. Gauges come back to zero.
//! - **Scopes nest.** Inner work is in outer numbers. A panic, caught or not, ends a scope like a return. A future may
//!   move between threads from poll to poll. Spawned work belongs to the scope that spawned it through [`Scope`].
//! - **The middleware allocates nothing per request** itself, and neither do counters. States of requests are used
//!   again. One is allocated only when more requests are under way than ever before. Following blocks does allocate,
//!   and spawned work does. All of that is in nobody's numbers.
//! - **Any allocator can be inside, and anything can happen beside:** following a block takes no lock and no memory. An
//!   allocator that locks and allocates by itself does not wait for the audit. A block without room in the table is
//!   counted as not followed. A forked child goes on.
//! - **Names are bounded:** a route is a pattern, a method one of eleven words. Request ids are never labels.
//! - `unsafe` is in three files: the allocator, the walk of a call stack, and the questions to the kernel.
//!
//! # Leaking, or handed over?
//!
//! A handler's balance of bytes says little. The handler allocates its answer and the server frees it; the server
//! allocates the request's head and the handler frees it. So for one in some requests ([`AuditBuilder::track_one_in`])
//! every block is followed until it is freed, by whichever thread. The [`Trend`] judges the bytes that such requests of
//! a route hold. Growth that goes on is a leak, growth that ends was a cache. [`Ledger::sites`] tells where what is
//! alive was allocated ([`sample_stacks`]).
//!
//! Requests are chosen at random, and so are blocks where not all are followed ([`AuditBuilder::sample_bytes`]):
//! nothing that has a period can hide. A sample counts for as many as it stands for, so that sums are estimates of
//! everything. Both can be changed while the service runs ([`Audit::track_one_in`], [`Audit::sample_bytes`]).
//!
//! # What is not supported
//!
//! - Memory that does not come from the global allocator.
//! - Work that a handler gives to other tasks past [`Scope`], for example by `tokio::spawn`, but for what spawning
//!   allocates.
//! - Blocks beyond those that can be followed ([`MAX_BLOCKS`]): verdicts then stay as they are, and the page and
//!   [`LedgerReport::following_full`] say so. Nor more than [`MAX_LEVELS`] pairs of an audit and a route.
//! - The memory of a list itself that doubles now and then, as that of a `Vec` to which each request adds. The memory of its
//!   elements is judged. The list is shown from 1 MiB on ([`Finding::Holding`]), if the request that made it longer last was
//!   followed.
//! - A verdict on a level that rises for longer than it was watched, and falls later: it is called a leak until then.
//! - Exemplars in OpenTelemetry, which its SDK for Rust does not fill up to version 0.33; the metrics text has them.
//!
//! # Crate features
//!
//! - `tower` (default): [`AuditLayer`], [`Audit`], [`Ledger`], and what is reported of requests.
//! - `tokio` (default): `Scope::spawn` and `Scope::spawn_blocking`.
//! - `backtrace` (default): call stacks of blocks that are alive.
//! - `axum`: [`AuditLayer::around_axum`], for `axum::serve`.
//! - `actix`: the middleware for actix-web 4.
//! - `metrics`, `opentelemetry`, `tracing`: recorders for what a service already exports with.
//! - `budgets`: [`Budget::run`] for tests, whose failures name call stacks, and files of budgets.
//! - `pprof`: the sampled heap by route, method and request, in pprof's format ([`heap_profile`]).
//! - `kernel`: page faults of requests, retransmits and round-trip times of their connections, on Linux.
//! - `samples`: [`SampleStore`], the slowest and heaviest requests as files.
//! - `page`: the module `page`, the audit in a browser, its JSON and the metrics text.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "tower"), expect(dead_code, reason = "what scopes keep for a middleware"))]

#[cfg(feature = "actix")]
#[forbid(unsafe_code)]
mod actix;
mod allocator;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod audit;
#[cfg(feature = "axum")]
#[forbid(unsafe_code)]
mod axum;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod budget;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod clock;
#[forbid(unsafe_code)]
mod counters;
#[forbid(unsafe_code)]
mod family;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod flight;
#[forbid(unsafe_code)]
mod followed;
#[cfg(feature = "heap")]
#[forbid(unsafe_code)]
mod heap;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod histogram;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod id;
#[cfg(feature = "kernel")]
mod kernel;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod layer;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod ledger;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod lock;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod method;
#[cfg(feature = "page")]
#[forbid(unsafe_code)]
pub mod page;
#[cfg(all(feature = "axum", feature = "page"))]
#[forbid(unsafe_code)]
mod pages;
#[cfg(feature = "pprof")]
#[forbid(unsafe_code)]
mod profile;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod recorder;
#[cfg(any(feature = "metrics", feature = "opentelemetry", feature = "tracing"))]
#[forbid(unsafe_code)]
mod recorders;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod request;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod route;
#[cfg(feature = "samples")]
#[forbid(unsafe_code)]
mod samples;
#[forbid(unsafe_code)]
mod sampling;
#[forbid(unsafe_code)]
mod scope;
#[forbid(unsafe_code)]
mod spawned;
mod stack;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod state;
#[forbid(unsafe_code)]
mod sync;
#[forbid(unsafe_code)]
mod table;
mod tracking;
#[forbid(unsafe_code)]
mod trend;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod under_way;

#[cfg(feature = "actix")]
pub use actix::{ActixAudit, ActixAuditBody, ActixAuditFuture, ActixAuditService};
pub use allocator::{CountingAllocator, is_active};
#[cfg(feature = "tower")]
pub use audit::{Audit, AuditBuilder};
#[cfg(feature = "axum")]
pub use axum::{AxumFuture, AxumService};
#[cfg(feature = "tower")]
pub use budget::{Budget, Excess};
#[cfg(feature = "budgets")]
pub use budget::{Budgets, BudgetsError};
pub use counters::{Counters, Coverage};
pub use followed::FollowedScope;
#[cfg(feature = "tower")]
pub use id::{MAX_ID_BYTES, RequestId};
#[cfg(feature = "kernel")]
pub use kernel::{PageFaults, TcpSocket, TcpUse};
#[cfg(feature = "tower")]
pub use layer::{AuditBody, AuditFuture, AuditLayer, AuditService, RouteLayer, RouteService};
#[cfg(feature = "tower")]
pub use ledger::{
    AllocatorReport, Basis, Finding, HistoryReport, Ledger, LedgerReport, MetricsFormat, PoolReport, ProcessReport,
    RequestReport, RouteHistory, RouteReport, UnderWayReport,
};
#[cfg(all(feature = "axum", feature = "page"))]
pub use pages::AuditPages;
#[cfg(feature = "pprof")]
pub use profile::{HeapCount, HeapProfile, HeapSample, HeapValue, heap_profile, sample_heap};
#[cfg(feature = "tower")]
pub use recorder::Recorder;
#[cfg(feature = "metrics")]
pub use recorders::MetricsRecorder;
#[cfg(feature = "opentelemetry")]
pub use recorders::OpenTelemetryRecorder;
#[cfg(feature = "tracing")]
pub use recorders::TracingRecorder;
#[cfg(feature = "tower")]
pub use request::{Followed, LateRecord, Outcome, PoolUse, RequestRecord, RequestStart};
#[cfg(feature = "tower")]
pub use route::{MAX_ROUTES, OTHER_ROUTES, UNMATCHED, note_pool, note_route};
#[cfg(feature = "samples")]
pub use samples::{SampleStore, SampleStoreBuilder};
pub use sampling::seed_sampling;
pub use scope::{End, Observed, assert_allocations, measure, measure_future, observe_future};
pub use spawned::{Follow, Scope};
pub use stack::Site;
pub use tracking::{LeftBehind, MAX_BLOCKS, MAX_LEVELS, sample_stacks};
pub use trend::{MIN_OBSERVATIONS, Trend, Verdict};
#[cfg(feature = "tower")]
pub use under_way::{RequestUnderWay, UnderWay};

/// The book's page about this crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/audit.md")]
mod book {}

/// The package's page, whose example runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
