//! Changes of products, for clients that follow along.

use rusqlite::{Connection, Result};
use tokio::sync::watch;

use super::Store;
use crate::models::{Cents, Change};

/// Older changes are forgotten. A client that was away for longer misses some.
const KEPT: i64 = 10_000;

impl Store {
    pub(crate) async fn changes_after(&self, id: i64, limit: u32) -> Result<Vec<Change>> {
        self.readers
            .run(move |connection| {
                let sql = "select id, product, price, stock from changes where id > ?1 order by id limit ?2";
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.query_map([id, limit.into()], |row| {
                    Ok(Change { id: row.get(0)?, product: row.get(1)?, price: Cents(row.get(2)?), stock: row.get(3)? })
                })?;
                rows.collect()
            })
            .await
    }

    /// The number of the newest change, and a way to wait for the next.
    pub(crate) fn newest_change(&self) -> watch::Receiver<i64> {
        self.newest_change.subscribe()
    }

    /// Wakes those who follow along. It comes after the commit, so that they find the change.
    pub(super) fn tell_of(&self, newest: i64) {
        // Two writers may come here in another order than they committed.
        self.newest_change.send_if_modified(|known| {
            let is_newer = newest > *known;
            *known = newest.max(*known);
            is_newer
        });
    }
}

/// Notes the state of a product, and returns the number of the change.
pub(super) fn note(connection: &Connection, product: i64) -> Result<i64> {
    let sql = "insert into changes (product, price, stock) select id, price, stock from products where id = ?1";
    connection.prepare_cached(sql)?.execute([product])?;
    let id = connection.last_insert_rowid();
    connection.prepare_cached("delete from changes where id <= ?1")?.execute([id - KEPT])?;
    Ok(id)
}

pub(super) fn newest(connection: &Connection) -> Result<i64> {
    connection.query_row("select coalesce(max(id), 0) from changes", [], |row| row.get(0))
}
