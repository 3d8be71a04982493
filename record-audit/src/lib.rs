//! wip
mod allocator;
#[cfg(any(feature = "tower", feature = "actix"))]
#[forbid(unsafe_code)]
mod audit;
#[forbid(unsafe_code)]
mod budget;
#[forbid(unsafe_code)]
mod counters;
#[forbid(unsafe_code)]
mod family;
#[cfg(feature = "tower")]
#[forbid(unsafe_code)]
mod layer;
#[cfg(any(feature = "tower", feature = "actix"))]
#[forbid(unsafe_code)]
mod ledger;
#[cfg(feature = "page")]
#[forbid(unsafe_code)]
pub mod page;
#[forbid(unsafe_code)]
mod recorder;
#[cfg(any(feature = "metrics", feature = "opentelemetry", feature = "tracing"))]
#[forbid(unsafe_code)]
mod recorders;
#[forbid(unsafe_code)]
mod request;
#[cfg(any(feature = "tower", feature = "actix"))]
#[forbid(unsafe_code)]
mod route;
#[forbid(unsafe_code)]
mod scope;
#[forbid(unsafe_code)]
mod stack;
#[forbid(unsafe_code)]
mod tracking;
#[forbid(unsafe_code)]
mod trend;

pub use allocator::{CountingAllocator, is_active};
#[cfg(any(feature = "tower", feature = "actix"))]
pub use audit::{Audit, AuditBuilder};
pub use budget::{Budget, Excess};
pub use counters::{Counters, Coverage};
pub use family::{Follow, Scope};
#[cfg(feature = "tower")]
pub use layer::{AuditBody, AuditFuture, AuditLayer, AuditService, RouteLayer, RouteService};
#[cfg(any(feature = "tower", feature = "actix"))]
pub use ledger::{Basis, Finding, Ledger, LedgerReport, MetricsFormat, PoolReport, RequestReport, RouteReport};
pub use recorder::Recorder;
#[cfg(feature = "metrics")]
pub use recorders::MetricsRecorder;
#[cfg(feature = "opentelemetry")]
pub use recorders::OpenTelemetryRecorder;
#[cfg(feature = "tracing")]
pub use recorders::TracingRecorder;
pub use request::{Followed, LateRecord, MAX_ID_BYTES, Outcome, PoolUse, RequestId, RequestRecord};
#[cfg(any(feature = "tower", feature = "actix"))]
pub use route::{MAX_ROUTES, OTHER_ROUTES, UNMATCHED, note_pool, note_route};
pub use scope::{End, Observed, assert_allocations, measure, measure_future, observe_future};
pub use stack::Site;
pub use tracking::{FollowedScope, LeftBehind, MAX_BLOCKS, sample_stacks};
pub use trend::{MIN_OBSERVATIONS, Trend, Verdict};
