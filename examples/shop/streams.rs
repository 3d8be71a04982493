//! Bodies that are made while they are sent: exports and events.
//!
//! A body asks its stream for more when the client has taken what was there. The streams ask the database for one batch
//! at a time, so that a client that reads slowly slows down nothing but itself.

use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use record_http::{Attempt, Event, JsonEvents, JsonLines, LastEventId};
use record_runtime::ZeroAllocJson;
use rusqlite::Result;

use crate::extract::Visitor;
use crate::models::{Change, Order, Product, Staff};
use crate::routes::Shop;
use crate::store::Store;

/// Rows that are read at once. More make an export faster, and each one that is under way larger.
pub(crate) const BATCH: u32 = 256;

/// All products as they are when their turn comes.
pub(crate) fn products(store: Store) -> impl Stream<Item = Result<Product>> {
    rows(0, move |after: i64| {
        let store = store.clone();
        async move {
            let batch = store.products_after(after, BATCH).await?;
            Ok((batch.last().map(|last| last.id), batch))
        }
    })
}

pub(crate) fn orders(store: Store) -> impl Stream<Item = Result<Order>> {
    rows(0, move |after: i64| {
        let store = store.clone();
        async move {
            let batch = store.orders_after(after, BATCH).await?.items;
            Ok((batch.last().map(|last| last.number), batch))
        }
    })
}

/// The rows of one batch after another. `next` gets the key of the last row, and gives `None` for it at the end.
fn rows<T, F>(first: i64, next: impl Fn(i64) -> F) -> impl Stream<Item = Result<T>>
where
    F: Future<Output = Result<(Option<i64>, Vec<T>)>>,
{
    let batches = stream::try_unfold(first, move |after| {
        let batch = next(after);
        async move {
            let (last, batch) = batch.await?;
            Ok::<_, rusqlite::Error>(last.map(|last| (batch, last)))
        }
    });
    batches.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten()
}

/// One row a line. Where the database fails, the body breaks off.
pub(crate) fn lines<T>(rows: impl Stream<Item = Result<T>> + Send + 'static, visitor: Visitor) -> Response
where
    T: ZeroAllocJson + Send + 'static,
{
    let rows = rows.map(Attempt);
    match visitor {
        Visitor::Customer => JsonLines::from_stream(rows).into_response(),
        Visitor::Staff => JsonLines::from_stream(rows).view::<Staff>().into_response(),
    }
}

/// Changes of products from now on, or from the last event that the client had.
///
/// The database keeps what was missed, so no client has a queue here. Each is told that there is something new, and
/// reads it at its own speed.
pub(crate) fn events(shop: &Shop, last: &LastEventId) -> impl IntoResponse + use<> {
    let (store, mut newest) = (shop.store.clone(), shop.store.newest_change());
    let now = *newest.borrow_and_update();
    // An id to come is one of a database that was there before.
    let after = last.parse().unwrap_or(now).min(now);
    let batches = stream::try_unfold((after, store, newest), async |(after, store, mut newest)| {
        loop {
            let batch = store.changes_after(after, BATCH).await?;
            if let Some(last) = batch.last() {
                let last = last.id;
                return Ok::<_, rusqlite::Error>(Some((batch, (last, store, newest))));
            }
            if newest.changed().await.is_err() {
                return Ok(None);
            }
        }
    });
    let changes = batches.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten();
    // A server that ends waits for its responses, and this one would have no end.
    JsonEvents::from_stream(changes.map(event).take_until(Box::pin(shop.stopped())))
}

fn event(change: Result<Change>) -> Event<Attempt<Change, rusqlite::Error>> {
    let id = change.as_ref().ok().map(|change| change.id);
    let event = Event::new(Attempt(change)).name("product");
    match id {
        Some(id) => event.id(id),
        None => event,
    }
}
