//! The routes. [`router`] is where more of them are added.

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use record_http::axum::RecycleHeaders;
use record_http::{BlockStats, Json, JsonLines, block_stats};
use record_runtime::{BufferPool, Cursor, Dispatch, JsonWriter, PoolStats, ZeroAllocJson};
use serde::{Deserialize, Serialize};

use super::products::{self, Product};

/// The whole service.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/products", get(list))
        .route("/products/{id}", get(product))
        .route("/export", get(export))
        .route("/stats", get(stats))
        .route("/unwritable", get(unwritable))
        .nest("/serde", serde_router())
        .fallback(async || Problem { status: StatusCode::NOT_FOUND, error: "there is no such route".to_owned() })
        .method_not_allowed_fallback(async || Problem {
            status: StatusCode::METHOD_NOT_ALLOWED,
            error: "this route answers GET and HEAD".to_owned(),
        })
}

/// The same with axum's `Json` and `serde_json`.
fn serde_router() -> Router {
    Router::new()
        .route("/products", get(async |slice| Ok::<_, Problem>(axum::Json(page(slice)?))))
        .route("/products/{id}", get(async |id| Ok::<_, Problem>(axum::Json(find(id)?))))
        .route("/export", get(serde_export))
}

async fn list(slice: Result<Query<Slice>, QueryRejection>, _: RecycleHeaders) -> Result<Json<Page>, Problem> {
    page(slice).map(Json)
}

async fn product(id: Result<Path<u32>, PathRejection>, _: RecycleHeaders) -> Result<Json<&'static Product>, Problem> {
    find(id).map(Json)
}

async fn export() -> impl IntoResponse {
    JsonLines::new(products::all())
}

async fn stats() -> Json<Stats> {
    Json(Stats::now())
}

/// As good as `serde_json` users have it without code of their own: the export as one body.
async fn serde_export() -> Result<Response, Problem> {
    let mut lines = Vec::new();
    for product in products::all() {
        serde_json::to_writer(&mut lines, product)
            .map_err(|error| Problem { status: StatusCode::INTERNAL_SERVER_ERROR, error: error.to_string() })?;
        lines.push(b'\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

async fn unwritable() -> Json<Unwritable> {
    Json(Unwritable)
}

/// The requested part of the list.
#[derive(Debug, Deserialize)]
struct Slice {
    #[serde(default = "Slice::default_limit")]
    limit: usize,
    #[serde(default)]
    offset: usize,
}

impl Slice {
    /// Bounds what one request costs.
    const MAX_LIMIT: usize = 1_000;

    const fn default_limit() -> usize {
        20
    }
}

#[derive(Debug, Serialize, ZeroAllocJson)]
struct Page {
    total: usize,
    offset: usize,
    products: &'static [Product],
}

fn page(slice: Result<Query<Slice>, QueryRejection>) -> Result<Page, Problem> {
    let Query(Slice { limit, offset }) = slice.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    if !(1..=Slice::MAX_LIMIT).contains(&limit) {
        return Err(Problem::bad_request(format!("`limit` is {limit}: it must be 1 to {}", Slice::MAX_LIMIT)));
    }
    let all = products::all();
    // Behind the end there is an empty page.
    let start = offset.min(all.len());
    let end = (start + limit).min(all.len());
    Ok(Page { total: all.len(), offset, products: &all[start..end] })
}

fn find(id: Result<Path<u32>, PathRejection>) -> Result<&'static Product, Problem> {
    let Path(id) = id.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
    let missing = || Problem { status: StatusCode::NOT_FOUND, error: format!("there is no product {id}") };
    products::by_id(id).ok_or_else(missing)
}

/// An error as the client sees it.
#[derive(Debug)]
struct Problem {
    status: StatusCode,
    error: String,
}

impl Problem {
    fn bad_request(error: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(ZeroAllocJson)]
        struct Body<'a> {
            error: &'a str,
        }
        (self.status, Json(Body { error: &self.error })).into_response()
    }
}

/// The service's numbers of its memory. Public fields: metrics are made of the same numbers.
#[derive(Debug, ZeroAllocJson)]
pub(crate) struct Stats {
    /// Of the whole process.
    pub(crate) pool: PoolStats,
    /// Of the thread that answers.
    #[json(serialize_with = "write_blocks")]
    pub(crate) blocks_of_this_thread: BlockStats,
}

impl Stats {
    pub(crate) fn now() -> Self {
        Self { pool: BufferPool::global().stats(), blocks_of_this_thread: block_stats() }
    }
}

fn write_blocks(blocks: &BlockStats, w: &mut JsonWriter<'_>) {
    w.map([("kept", blocks.kept), ("in_use", blocks.in_use), ("bytes", blocks.bytes)]);
}

/// A value whose writing fails, to see what the service does then.
#[derive(Debug)]
struct Unwritable;

impl ZeroAllocJson for Unwritable {
    fn write_value<'s, D: Dispatch>(&self, c: Cursor<'s, D>) -> Cursor<'s, D> {
        c.fail(record_runtime::Error::custom("this value is never written"))
    }
}
