//! The routes, and their handlers.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use record_http::{AcceptEncoding, CachedJson, Conditional, Conditions, Fields, Json, LastEventId, Problem};
use record_runtime::{FieldMask, Maskable, ZeroAllocJson};
use serde::Deserialize;
use tokio::sync::watch;

use crate::error::{Error, Fault};
use crate::extract::{Body, Path, Query, Visitor};
use crate::models::{Cents, NewOrder, Order, Page, Product, ProductChange, Staff};
use crate::store::{Listing, Sort, Store};
use crate::streams;

/// All routes. The audit has its numbers by their patterns.
fn routes() -> [(&'static str, MethodRouter<Shop>); 9] {
    [
        ("/products", get(products)),
        ("/products/{id}", get(product).patch(change_product)),
        ("/categories", get(categories)),
        ("/orders", post(place_order).get(orders)),
        ("/orders/{id}", get(order)),
        ("/export/products", get(export_products)),
        ("/export/orders", get(export_orders)),
        ("/events", get(events)),
        ("/health", get(health)),
    ]
}

pub(crate) fn patterns() -> [&'static str; 9] {
    routes().map(|(pattern, _)| pattern)
}

/// The longest body that is read.
const BODY_BYTES: usize = 64 << 10;

/// The state that all handlers share. Clones are the same shop.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) store: Store,
    pub(crate) staff_token: Arc<str>,
    /// Written and compressed once. A route that changes categories would call `replace`.
    categories: CachedJson,
    /// Whether the service is about to end.
    stopping: watch::Sender<bool>,
}

impl Shop {
    pub(crate) async fn new(store: Store, staff_token: &str) -> Result<Self, Error> {
        let categories = store.categories().await?;
        let categories = CachedJson::new(&categories).expect("names and numbers can be written");
        Ok(Self { store, staff_token: staff_token.into(), categories, stopping: watch::Sender::new(false) })
    }

    /// Ends what would go on for ever.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Completes when the service is about to end.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.stopping.subscribe();
        async move {
            // An error means that the shop is gone.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        }
    }
}

pub(crate) fn router(shop: Shop) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (pattern, handlers)| router.route(pattern, handlers))
        .fallback(async || Error::NotFound("route"))
        .method_not_allowed_fallback(async || Problem::new(405).title("Method not allowed"))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(shop)
}

/// Which part of a list.
#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default = "Part::default_limit")]
    limit: u32,
    /// As the page before gave it out.
    after: Option<String>,
}

impl Part {
    /// Bounds what one request costs.
    const MAX_LIMIT: u32 = 1_000;

    const fn default_limit() -> u32 {
        20
    }

    fn limit(&self) -> Result<u32, Error> {
        if (1..=Self::MAX_LIMIT).contains(&self.limit) {
            return Ok(self.limit);
        }
        Err(bad_parameter(format!("`limit` is {}: it must be 1 to {}", self.limit, Self::MAX_LIMIT)))
    }
}

fn bad_parameter(detail: String) -> Error {
    Error::Unreadable { status: StatusCode::BAD_REQUEST, detail }
}

/// Which products, in which order.
#[derive(Debug, Deserialize)]
struct Filter {
    category: Option<String>,
    sort: Option<String>,
}

async fn products(
    State(shop): State<Shop>,
    visitor: Visitor,
    conditions: Conditions,
    Query(part): Query<Part>,
    Query(filter): Query<Filter>,
    Fields(mask): Fields<Page<Product>>,
) -> Result<impl IntoResponse, Error> {
    let limit = part.limit()?;
    let sort = Sort::parse(filter.sort.as_deref().unwrap_or("id"), part.after.as_deref()).ok_or_else(|| {
        bad_parameter("`sort` is \"id\" or \"price\", and `after` is what the page before gave out".to_owned())
    })?;
    let page = shop.store.list(Listing { category: filter.category, sort, limit }).await?;
    Ok(shown(page, mask, visitor, conditions))
}

async fn product(
    State(shop): State<Shop>,
    visitor: Visitor,
    conditions: Conditions,
    Path(id): Path<i64>,
    Fields(mask): Fields<Product>,
) -> Result<impl IntoResponse, Error> {
    let product = shop.store.product(id).await?.ok_or(Error::NotFound("product"))?;
    Ok(shown(product, mask, visitor, conditions))
}

/// The fields that the client selects of a value, as this visitor may see it, for a client that may have it already.
fn shown<T>(
    value: T,
    mask: FieldMask<T::Fields>,
    visitor: Visitor,
    conditions: Conditions,
) -> impl IntoResponse + use<T>
where
    T: ZeroAllocJson + Maskable,
{
    let selected = Json(value).fields(mask);
    let answer = match visitor {
        Visitor::Customer => selected.etag().answer(conditions),
        Visitor::Staff => selected.view::<Staff>().etag().answer(conditions),
    };
    // A cache keeps what staff may see apart, and asks each time whether it is still true.
    ([(header::VARY, "authorization"), (header::CACHE_CONTROL, "private, no-cache")], answer)
}

async fn change_product(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Body(change): Body<ProductChange>,
) -> Result<impl IntoResponse, Error> {
    visitor.require_staff()?;
    if change.price.is_some_and(|price| price == Cents(0)) {
        return Err(Error::Invalid(vec![fault("/price", "nothing is given away")]));
    }
    let product = shop.store.change(id, change).await?.ok_or(Error::NotFound("product"))?;
    Ok(shown(product, FieldMask::all(), visitor, Conditions::default()))
}

async fn categories(State(shop): State<Shop>, conditions: Conditions, encodings: AcceptEncoding) -> Conditional {
    shop.categories.answer(conditions, encodings)
}

async fn place_order(State(shop): State<Shop>, Body(order): Body<NewOrder>) -> Result<Response, Error> {
    let faults = faults_of(&order);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let order = shop.store.place(order).await?;
    let location = [(header::LOCATION, format!("/orders/{}", order.id))];
    Ok((StatusCode::CREATED, location, Json(order)).into_response())
}

/// All that is wrong with an order, apart from what only the database knows.
fn faults_of(order: &NewOrder) -> Vec<Fault> {
    const MAX_LINES: usize = 50;
    const MAX_QUANTITY: u32 = 1_000;
    let mut faults = Vec::new();
    let is_address = order.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !is_address || order.email.len() > 254 || order.email.contains(char::is_whitespace) {
        faults.push(fault("/email", "this is no address"));
    }
    let is_number = |phone: &str| phone.len() <= 20 && phone.bytes().all(|b| b.is_ascii_digit() || b"+ -".contains(&b));
    if order.phone.as_deref().is_some_and(|phone| !is_number(phone)) {
        faults.push(fault("/phone", "digits, `+`, `-` and spaces, 20 at most"));
    }
    if order.lines.is_empty() || order.lines.len() > MAX_LINES {
        faults.push(fault("/lines", "an order has 1 to 50 lines"));
        return faults;
    }
    let mut products = HashSet::new();
    for (index, line) in order.lines.iter().enumerate() {
        if !(1..=MAX_QUANTITY).contains(&line.quantity) {
            faults.push(fault(format!("/lines/{index}/quantity"), "1 to 1,000"));
        }
        if !products.insert(line.product) {
            faults.push(fault(format!("/lines/{index}/product"), "an earlier line has this product"));
        }
    }
    faults
}

fn fault(pointer: impl Into<String>, detail: &'static str) -> Fault {
    Fault { pointer: pointer.into(), detail }
}

async fn order(
    State(shop): State<Shop>,
    visitor: Visitor,
    conditions: Conditions,
    Path(id): Path<String>,
    Fields(mask): Fields<Order>,
) -> Result<impl IntoResponse, Error> {
    let order = shop.store.order(id).await?.ok_or(Error::NotFound("order"))?;
    Ok(shown(order, mask, visitor, conditions))
}

async fn orders(
    State(shop): State<Shop>,
    visitor: Visitor,
    conditions: Conditions,
    Query(part): Query<Part>,
    Fields(mask): Fields<Page<Order>>,
) -> Result<impl IntoResponse, Error> {
    visitor.require_staff()?;
    let limit = part.limit()?;
    let after = part.after.as_deref().map_or(Ok(0), str::parse);
    let after = after.map_err(|_| bad_parameter("`after` is what the page before gave out".to_owned()))?;
    Ok(shown(shop.store.orders_after(after, limit).await?, mask, visitor, conditions))
}

async fn export_products(State(shop): State<Shop>, visitor: Visitor) -> Response {
    streams::lines(streams::products(shop.store), visitor)
}

async fn export_orders(State(shop): State<Shop>, visitor: Visitor) -> Result<Response, Error> {
    visitor.require_staff()?;
    Ok(streams::lines(streams::orders(shop.store), visitor))
}

async fn events(State(shop): State<Shop>, last: LastEventId) -> impl IntoResponse {
    // nginx would wait for more than one event otherwise.
    ([("x-accel-buffering", "no")], streams::events(&shop, &last))
}

/// Whether a load balancer should send requests here.
async fn health(State(shop): State<Shop>) -> Result<Json<&'static str>, Error> {
    shop.store.ping().await?;
    if *shop.stopping.borrow() {
        return Err(Error::Unreadable {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "This process ends.".to_owned(),
        });
    }
    Ok(Json("ok"))
}
