//! Products: pages, one, batches for the export, changes.

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params};

use super::{Store, changes, now, time};
use crate::models::{Category, Cents, Page, Product, ProductChange};

/// A page of the list.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) category: Option<String>,
    pub(crate) sort: Sort,
    pub(crate) limit: u32,
}

/// The order, and the product behind which the page begins. Unlike with an offset, the last page costs no more than the
/// first, and no product is shown twice when others come or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Id { after: i64 },
    Price { after: (Cents, i64) },
}

impl Sort {
    /// From the parameters of a request; `None` for what no page gave out.
    pub(crate) fn parse(by: &str, after: Option<&str>) -> Option<Self> {
        match by {
            "id" => Some(Self::Id { after: after.map_or(Ok(i64::MIN), str::parse).ok()? }),
            "price" => {
                let Some(after) = after else { return Some(Self::Price { after: (Cents(i64::MIN), i64::MIN) }) };
                let (price, id) = after.split_once('-')?;
                Some(Self::Price { after: (Cents(price.parse().ok()?), id.parse().ok()?) })
            }
            _ => None,
        }
    }

    /// The parameter `after` of a page that begins behind this product.
    fn behind(self, product: &Product) -> String {
        match self {
            Self::Id { .. } => product.id.to_string(),
            Self::Price { .. } => format!("{}-{}", product.price.0, product.id),
        }
    }
}

impl Store {
    pub(crate) async fn list(&self, listing: Listing) -> Result<Page<Product>> {
        self.readers.run(move |connection| list(connection, &listing)).await
    }

    pub(crate) async fn product(&self, id: i64) -> Result<Option<Product>> {
        self.readers.run(move |connection| product(connection, id)).await
    }

    /// A batch of all products, in the order of their ids. An export asks for one after another. So a slow client holds
    /// no connection, and no state of the database.
    pub(crate) async fn products_after(&self, id: i64, limit: u32) -> Result<Vec<Product>> {
        let listing = Listing { category: None, sort: Sort::Id { after: id }, limit };
        self.readers.run(move |connection| select(connection, &listing)).await
    }

    pub(crate) async fn categories(&self) -> Result<Vec<Category>> {
        self.readers
            .run(|connection| {
                let sql = "select category, count(*) from products group by category order by category";
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.query_map([], |row| Ok(Category { name: row.get(0)?, products: row.get(1)? }))?;
                rows.collect()
            })
            .await
    }

    /// The product after the change, if there is one.
    pub(crate) async fn change(&self, id: i64, change: ProductChange) -> Result<Option<Product>> {
        let changed = self.writer.run(move |connection| changed(connection, id, &change)).await?;
        let Some((product, newest)) = changed else { return Ok(None) };
        self.tell_of(newest);
        Ok(Some(product))
    }
}

#[cfg(test)]
impl Store {
    /// How the database finds each kind of list.
    pub(crate) async fn plans_of_lists(&self) -> Result<Vec<String>> {
        let sorts = [Sort::Id { after: 0 }, Sort::Price { after: (Cents(0), 0) }];
        let listings =
            sorts.map(|sort| [None, Some("seating".to_owned())].map(|category| Listing { category, sort, limit: 20 }));
        self.readers
            .run(move |connection| {
                let plan = |listing: &Listing| {
                    let mut statement = connection.prepare(&format!("explain query plan {}", sql_of(listing)))?;
                    // Without values for its parameters.
                    let steps = statement.raw_query().mapped(|row| row.get::<_, String>("detail"));
                    Ok(steps.collect::<Result<Vec<_>>>()?.join("; "))
                };
                listings.iter().flatten().map(plan).collect()
            })
            .await
    }
}

/// The product after the change, and the number of the change.
fn changed(connection: &mut Connection, id: i64, change: &ProductChange) -> Result<Option<(Product, i64)>> {
    let transaction = connection.transaction()?;
    let sql = "update products set price = coalesce(:price, price), stock = coalesce(:stock, stock), updated = :now
               where id = :id";
    let price = change.price.map(|price| price.0);
    let parameters = named_params! { ":id": id, ":price": price, ":stock": change.stock, ":now": now() };
    if transaction.prepare_cached(sql)?.execute(parameters)? == 0 {
        return Ok(None);
    }
    let newest = changes::note(&transaction, id)?;
    let product = product(&transaction, id)?;
    transaction.commit()?;
    Ok(product.map(|product| (product, newest)))
}

fn list(connection: &Connection, listing: &Listing) -> Result<Page<Product>> {
    // One more shows whether there is a next page.
    let more = Listing { category: listing.category.clone(), limit: listing.limit + 1, ..*listing };
    let mut items = select(connection, &more)?;
    let is_last = items.len() <= listing.limit as usize;
    items.truncate(listing.limit as usize);
    let next = items.last().filter(|_| !is_last).map(|last| listing.sort.behind(last));
    Ok(Page { items, next })
}

fn select(connection: &Connection, listing: &Listing) -> Result<Vec<Product>> {
    let (price, id) = match listing.sort {
        Sort::Id { after } => (None, after),
        Sort::Price { after: (price, id) } => (Some(price.0), id),
    };
    let mut statement = connection.prepare_cached(&sql_of(listing))?;
    let parameters =
        named_params! { ":category": listing.category, ":price": price, ":id": id, ":limit": listing.limit };
    statement.query_map(parameters, from_row)?.collect()
}

/// One of four statements, each with an index of its own: a condition that holds for all would read all products.
fn sql_of(listing: &Listing) -> String {
    let category = if listing.category.is_some() { "category = :category" } else { ":category is null" };
    let (behind, order) = match listing.sort {
        Sort::Id { .. } => ("id > :id and :price is null", "id"),
        Sort::Price { .. } => ("(price, id) > (:price, :id)", "price, id"),
    };
    format!("select {COLUMNS} from products where {category} and {behind} order by {order} limit :limit")
}

fn product(connection: &Connection, id: i64) -> Result<Option<Product>> {
    let sql = format!("select {COLUMNS} from products where id = ?1");
    connection.prepare_cached(&sql)?.query_row([id], from_row).optional()
}

const COLUMNS: &str = "id, name, category, price, stock, description, updated, cost, supplier";

fn from_row(row: &Row<'_>) -> Result<Product> {
    Ok(Product {
        id: row.get(0)?,
        name: row.get(1)?,
        category: row.get(2)?,
        price: Cents(row.get(3)?),
        stock: row.get(4)?,
        description: row.get(5)?,
        updated: time(row.get(6)?),
        cost: Cents(row.get(7)?),
        supplier: row.get(8)?,
    })
}
