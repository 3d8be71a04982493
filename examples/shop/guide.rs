//! Requests to try, which the program prints when it starts. The tests send each of them, and expect the status that
//! its comment begins with.

use std::fmt::Write;
use std::net::SocketAddr;

use record_http::{Conditions, Json};

use crate::error::Error;
use crate::routes::Shop;

/// The lines for a shop that listens on these addresses.
pub(crate) async fn guide(shop: &Shop, public: SocketAddr, operators: SocketAddr) -> Result<String, Error> {
    let mut lines = String::new();
    let mut add = |says: &str, command: &str| {
        // A `String` takes all.
        let _ = write!(lines, "  # {says}\n  curl {command}\n");
    };
    let url = format!("http://{public}");
    let staff = format!("-H 'authorization: Bearer {}'", shop.staff_token);
    add("200: a page; its `next` is the `after` of the next one", &format!("'{url}/products?limit=2&sort=price'"));
    add("200: a page of one category", &format!("'{url}/products?category=seating&limit=2'"));
    if let Some(product) = shop.store.product(7).await? {
        let first = Json(product).etag().answer(Conditions::default());
        let tag = first.etag().unwrap_or_default();
        add("200: a product, with its tag", &format!("-i {url}/products/7"));
        add("304: for a client that has it", &format!("-i -H 'if-none-match: {tag}' {url}/products/7"));
    }
    add("200: as staff sees it, with what it cost", &format!("{staff} {url}/products/8"));
    add("200: two of its fields", &format!("'{url}/products/8?fields=name,price'"));
    add("200: a page of these", &format!("'{url}/products?limit=2&fields=items(id,name),next'"));
    add("200: compressed once, when the service started", &format!("--compressed {url}/categories"));
    let json = "-H 'content-type: application/json'";
    let order = r#"{"email":"ada@example.com","phone":"+49 30 1234567","lines":[{"product":9,"quantity":1}]}"#;
    add("201: an order; `location` is its page", &format!("-i {json} -d '{order}' {url}/orders"));
    add("422: all that is wrong with one", &format!(r#"{json} -d '{{"email":"ada","lines":[]}}' {url}/orders"#));
    add("401: the list of all orders is for staff", &format!("-i {url}/orders"));
    add("200: and shows staff more", &format!("{staff} {url}/orders"));
    add("200: all products, one a line, as fast as you read", &format!("{url}/export/products"));
    add("200: changes as they happen; leave it open, and send the next in another shell", &format!("-N {url}/events"));
    let change = r#"{"price":"12.50","stock":3}"#;
    add("200: changes a product", &format!("-X PATCH {staff} {json} -d '{change}' {url}/products/8"));
    add("200: what requests allocate; /audit, in a browser, shows it better", &format!("http://{operators}/metrics"));
    Ok(lines)
}
