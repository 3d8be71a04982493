//! Orders: placed whole or not at all.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Answer, Client};
use super::service::{JSON, STAFF, Service};

pub(crate) fn order(client: &mut Client, lines: &Value) -> Answer {
    let order = json!({ "email": "ada@example.com", "phone": "+49 30 1234567", "lines": lines });
    client.ask("POST", "/orders", &[JSON], &order.to_string())
}

#[test]
fn an_order_is_kept_as_it_was_answered() {
    let service = Service::start(20);
    let mut client = service.client();
    let before = client.get("/products/9").json();
    let placed = order(&mut client, &json!([{ "product": 9, "quantity": 2 }, { "product": 4, "quantity": 1 }]));
    assert_eq!(placed.status, 201);
    let page = placed.header("location").unwrap().to_owned();
    assert_eq!(client.get(&page).body, placed.body);
    let seen = placed.json();
    assert_eq!((&seen["phone"], seen.get("email"), seen.get("number")), (&json!("***4567"), None, None));
    assert_eq!(seen["lines"][0]["price"], before["price"]);
    let cents = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let lines = seen["lines"].as_array().unwrap();
    let total: i64 = lines.iter().map(|line| cents(&line["price"]) * line["quantity"].as_i64().unwrap()).sum();
    assert_eq!(cents(&seen["total"]), total);
    assert_eq!(client.get("/products/9").json()["stock"].as_i64(), before["stock"].as_i64().map(|stock| stock - 2));
    // Staff sees whose it is.
    let by_staff = client.ask("GET", &page, &[STAFF], "").json();
    assert_eq!((&by_staff["email"], &by_staff["number"]), (&json!("ada@example.com"), &json!(1)));
    assert_eq!(by_staff["phone"], "+49 30 1234567");
}

#[test]
fn an_order_that_cannot_be_filled_changes_nothing() {
    let service = Service::start(20);
    let mut client = service.client();
    client.ask("PATCH", "/products/2", &[STAFF, JSON], r#"{"stock":1}"#);
    let before = client.get("/export/products").body;
    let refused = order(&mut client, &json!([{ "product": 1, "quantity": 1 }, { "product": 2, "quantity": 2 }]));
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.json(),
        json!({
            "type": "https://shop.example/problems/out-of-stock", "title": "There are not as many", "status": 409,
            "pointer": "/lines/1/quantity", "product": 2, "available": 1,
        })
    );
    let refused = order(&mut client, &json!([{ "product": 1, "quantity": 1 }, { "product": 99, "quantity": 2 }]));
    assert_eq!((refused.status, &refused.json()["errors"][0]["pointer"]), (422, &json!("/lines/1/product")));
    assert_eq!(client.get("/export/products").body, before);
    assert_eq!(client.ask("GET", "/orders", &[STAFF], "").json(), json!({ "items": [] }));
}

#[test]
fn nothing_is_sold_twice_to_many_at_once() {
    let service = Service::start(20);
    service.client().ask("PATCH", "/products/5", &[STAFF, JSON], r#"{"stock":25}"#);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let buyers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = service.client();
                    let buy = |_| order(&mut client, &json!([{ "product": 5, "quantity": 1 }])).status;
                    (0..8).map(buy).collect::<Vec<_>>()
                })
            })
            .collect();
        buyers.into_iter().flat_map(|buyer| buyer.join().unwrap()).collect()
    });
    let count = |status| statuses.iter().filter(|&&one| one == status).count();
    assert_eq!((count(201), count(409)), (25, 64 - 25));
    assert_eq!(service.get("/products/5").json()["stock"], 0);

    // Pages of the list, and the export, have each of them once, in the order of their numbers.
    let mut client = service.client();
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = client.ask("GET", &format!("/orders?limit=4{after}"), &[STAFF], "").json();
        ids.extend(page["items"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let export = client.ask("GET", "/export/orders", &[STAFF], "");
    let lines: Vec<Value> = export.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ids, lines.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 25);
    assert!(lines.iter().all(|line| line["lines"].as_array().unwrap().len() == 1));
}
