//! A new database: the same products and the same order each time.

use rusqlite::{Connection, Result, params};

/// 2026-01-01, so that the tags of two new databases are the same.
const OPENED: i64 = 1_767_225_600_000;

/// Makes the tables of a new file, and so many products. A file that has tables stays as it is.
pub(super) fn fill(connection: &mut Connection, products: u32) -> Result<()> {
    let transaction = connection.transaction()?;
    let tables: u32 = transaction.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 {
        return Ok(());
    }
    transaction.execute_batch(include_str!("../schema.sql"))?;
    let sql = "insert into products (id, name, category, price, stock, description, cost, supplier, updated)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let mut statement = transaction.prepare(sql)?;
    for id in 1..=products {
        insert(&mut statement, id)?;
    }
    drop(statement);
    transaction.commit()
}

fn insert(statement: &mut rusqlite::Statement<'_>, id: u32) -> Result<()> {
    const CATEGORIES: [(&str, &str); 6] = [
        ("lighting", "Lamp"),
        ("seating", "Chair"),
        ("tables", "Desk"),
        ("storage", "Shelf"),
        ("kitchen", "Bowl"),
        ("textiles", "Rug"),
    ];
    const STYLES: [&str; 6] = ["plain", "oak", "\"Nordic\"", "café", "steel", "woven"];
    const SUPPLIERS: [&str; 4] = ["Holz & Söhne", "Lumen", "Väveriet", "North Forge"];
    // A multiplicative hash: numbers that differ from product to product and stay the same forever.
    let mixed = id.wrapping_mul(0x9E37_79B1);
    let pick = |shift: u32, count: usize| (mixed >> shift) as usize % count;
    let ((category, kind), style) = (CATEGORIES[pick(26, CATEGORIES.len())], STYLES[pick(5, STYLES.len())]);
    let price = i64::from(mixed % 99_900 + 100);
    let description = (mixed & 0b110 != 0).then(|| format!("A {style} piece.\nShips in {} days.", 1 + mixed % 14));
    statement.execute(params![
        id,
        format!("{kind}, {style}, no. {id}"),
        category,
        price,
        20 + (mixed >> 8 & 0xFF),
        description,
        price * 6 / 10,
        SUPPLIERS[pick(17, SUPPLIERS.len())],
        OPENED,
    ])?;
    Ok(())
}
