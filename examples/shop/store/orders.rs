//! Orders: to place one, to find one, pages of all.

use rusqlite::{Connection, OptionalExtension, Result, Row, TransactionBehavior, params};

use super::{Store, changes, now, time};
use crate::models::{Cents, NewOrder, Order, OrderLine, Page};

/// Why an order was not placed. Nothing of it was done.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The line of that index names no product.
    NoProduct {
        line: usize,
    },
    /// There are not as many.
    OutOfStock {
        line: usize,
        product: i64,
        available: u32,
    },
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl Store {
    pub(crate) async fn place(&self, order: NewOrder) -> Result<Order, Refusal> {
        let (order, newest) = self.writer.run(move |connection| place(connection, order)).await?;
        self.tell_of(newest);
        Ok(order)
    }

    pub(crate) async fn order(&self, id: String) -> Result<Option<Order>> {
        self.readers
            .run(move |connection| {
                let sql = "select number, id, placed, email, phone, total from orders where id = ?1";
                let order = connection.prepare_cached(sql)?.query_row([id], from_row).optional()?;
                order.map(|order| with_lines(connection, order)).transpose()
            })
            .await
    }

    /// A page of all orders, in the order in which they were placed.
    pub(crate) async fn orders_after(&self, number: i64, limit: u32) -> Result<Page<Order>> {
        self.readers
            .run(move |connection| {
                let sql = "select number, id, placed, email, phone, total from orders where number > ?1
                           order by number limit ?2";
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.query_map([number, i64::from(limit) + 1], from_row)?;
                let mut items = rows.collect::<Result<Vec<_>>>()?;
                let is_last = items.len() <= limit as usize;
                items.truncate(limit as usize);
                let items = items.into_iter().map(|order| with_lines(connection, order)).collect::<Result<Vec<_>>>()?;
                let next = items.last().filter(|_| !is_last).map(|order| order.number.to_string());
                Ok(Page { items, next })
            })
            .await
    }
}

/// The order, and the number of the last change that it made.
fn place(connection: &mut Connection, new: NewOrder) -> Result<(Order, i64), Refusal> {
    // It reads before it writes: without `Immediate`, a write in between would make it fail.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (placed, mut newest, mut lines) = (now(), 0, Vec::with_capacity(new.lines.len()));
    for (line, wanted) in new.lines.iter().enumerate() {
        let sql = "update products set stock = stock - ?2, updated = ?3 where id = ?1 and stock >= ?2
                   returning name, price";
        let mut statement = transaction.prepare_cached(sql)?;
        let sold = statement
            .query_row(params![wanted.product, wanted.quantity, placed], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((name, price)) = sold else { return Err(why_not(&transaction, line, wanted.product)) };
        newest = changes::note(&transaction, wanted.product)?;
        lines.push(OrderLine { product: wanted.product, name, quantity: wanted.quantity, price: Cents(price) });
    }
    let total = Cents(lines.iter().map(|line| line.price.0 * i64::from(line.quantity)).sum());
    // SQLite's random numbers begin with the system's, and cannot be guessed.
    let sql = "insert into orders (id, placed, email, phone, total) values (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4)
               returning number, id";
    let (number, id) = transaction
        .prepare_cached(sql)?
        .query_row(params![placed, new.email, new.phone, total.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (index, line) in (0_u32..).zip(&lines) {
        let sql =
            "insert into order_lines (number, line, product, name, quantity, price) values (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![number, index, line.product, line.name, line.quantity, line.price.0];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    transaction.commit()?;
    Ok((Order { number, id, placed: time(placed), email: new.email, phone: new.phone, lines, total }, newest))
}

fn why_not(connection: &Connection, line: usize, product: i64) -> Refusal {
    let stock =
        connection.query_row("select stock from products where id = ?1", [product], |row| row.get(0)).optional();
    match stock {
        Ok(Some(available)) => Refusal::OutOfStock { line, product, available },
        Ok(None) => Refusal::NoProduct { line },
        Err(error) => Refusal::Failed(error),
    }
}

/// Without its lines.
fn from_row(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        number: row.get(0)?,
        id: row.get(1)?,
        placed: time(row.get(2)?),
        email: row.get(3)?,
        phone: row.get(4)?,
        lines: Vec::new(),
        total: Cents(row.get(5)?),
    })
}

fn with_lines(connection: &Connection, order: Order) -> Result<Order> {
    let sql = "select product, name, quantity, price from order_lines where number = ?1 order by line";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([order.number], |row| {
        Ok(OrderLine { product: row.get(0)?, name: row.get(1)?, quantity: row.get(2)?, price: Cents(row.get(3)?) })
    })?;
    Ok(Order { lines: rows.collect::<Result<_>>()?, ..order })
}
