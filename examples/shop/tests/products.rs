//! Lists, single products, and what staff sees and changes of them.

use serde_json::{Value, json};

use super::service::{JSON, STAFF, Service};

fn all(service: &Service) -> Vec<Value> {
    service.get("/export/products").text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn cents(product: &Value) -> i64 {
    product["price"].as_str().unwrap().replace('.', "").parse().unwrap()
}

#[test]
fn pages_make_up_the_list_in_its_order_whatever_their_size() {
    let service = Service::start(300);
    let all = all(&service);
    assert_eq!(all.len(), 300);
    let mut client = service.client();
    for category in [None, Some("seating"), Some("nothing")] {
        for (sort, limit) in
            [("id", 1), ("id", 7), ("id", 300), ("price", 1), ("price", 64), ("price", 299), ("id", 1000)]
        {
            let mut expected: Vec<_> =
                all.iter().filter(|one| category.is_none_or(|category| one["category"] == category)).cloned().collect();
            if sort == "price" {
                expected.sort_by_key(|one| (cents(one), one["id"].as_i64()));
            }
            let category = category.map(|category| format!("&category={category}")).unwrap_or_default();
            let (mut found, mut after) = (Vec::new(), String::new());
            loop {
                let page = client.get(&format!("/products?sort={sort}&limit={limit}{category}{after}")).json();
                let items = page["items"].as_array().unwrap();
                assert!(items.len() <= limit, "{limit}");
                found.extend(items.iter().cloned());
                let Some(next) = page["next"].as_str() else { break };
                assert_eq!(items.len(), limit, "only the last page is short");
                after = format!("&after={next}");
            }
            assert_eq!(found, expected, "{sort}, {limit}, {category}");
        }
    }
}

#[test]
fn a_page_is_found_by_an_index_and_not_by_reading_all() {
    let service = Service::start(300);
    let plans = service.runtime.block_on(service.shop.store.plans_of_lists()).unwrap();
    assert_eq!(plans.len(), 4);
    for plan in plans {
        assert!(plan.contains("SEARCH products") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

#[test]
fn each_visitor_sees_their_view() {
    let service = Service::start(20);
    let mut client = service.client();
    let seen = client.get("/products/7").json();
    assert_eq!(
        seen,
        json!({
            "id": 7, "name": "Desk, \"Nordic\", no. 7", "category": "tables", "price": "837.43", "stock": 103,
            "description": "A \"Nordic\" piece.\nShips in 6 days.", "updated": "2026-01-01T00:00:00.000Z",
        })
    );
    let mut by_staff = client.ask("GET", "/products/7", &[STAFF], "").json();
    let fields = by_staff.as_object_mut().unwrap();
    assert_eq!((fields.remove("cost"), fields.remove("supplier")), (Some(json!("502.45")), Some(json!("Väveriet"))));
    assert_eq!(by_staff, seen);
    // A wrong token is no customer.
    for wrong in ["Bearer of-stafg", "Bearer of-staf", "Bearer of-staff2", "Basic of-staff", "of-staff", "Bearer "] {
        let answer = client.ask("GET", "/products/7", &[("authorization", wrong)], "");
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")), "{wrong}");
    }
    // The same in lists and in the export.
    for path in ["/products?limit=1", "/export/products"] {
        let (one, other) = (client.get(path), client.ask("GET", path, &[STAFF], ""));
        assert!(!one.text().contains("supplier") && other.text().contains("\"supplier\":"), "{path}");
    }
}

#[test]
fn a_client_that_has_it_is_sent_no_body_until_it_changes() {
    let service = Service::start(20);
    let mut client = service.client();
    for path in ["/products/8", "/products?limit=3", "/categories"] {
        let first = client.get(path);
        let tag = first.header("etag").unwrap_or_else(|| panic!("{path} has no tag")).to_owned();
        let again = client.ask("GET", path, &[("if-none-match", &tag)], "");
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*tag)), "{path}");
        assert_eq!(client.ask("HEAD", path, &[("if-none-match", &tag)], "").status, 304);
        let head = client.ask("HEAD", path, &[], "");
        assert_eq!((head.status, head.header("content-length")), (200, first.header("content-length")), "{path}");
    }
    let tag = |fields: &[_]| service.client().ask("GET", "/products/8", fields, "").header("etag").unwrap().to_owned();
    let (customers, staffs) = (tag(&[]), tag(&[STAFF]));
    assert_ne!(customers, staffs);
    client.ask("PATCH", "/products/8", &[STAFF, JSON], r#"{"stock":1}"#);
    let changed = client.ask("GET", "/products/8", &[("if-none-match", &customers)], "");
    assert_eq!((changed.status, changed.json()["stock"].as_u64()), (200, Some(1)));
}

#[test]
fn staff_changes_products() {
    let service = Service::start(20);
    let mut client = service.client();
    let mut patch = |path: &str, body: &str| client.ask("PATCH", path, &[STAFF, JSON], body);
    let changed = patch("/products/3", r#"{"price":"12.50"}"#);
    let by_staff = service.client().ask("GET", "/products/3", &[STAFF], "");
    assert_eq!((changed.status, &changed.body), (200, &by_staff.body));
    assert_eq!(changed.json()["price"], "12.50");
    assert_ne!(changed.json()["updated"], "2026-01-01T00:00:00.000Z");
    assert_eq!(patch("/products/3", r#"{"stock":0}"#).json()["price"], "12.50");
    assert_eq!(patch("/products/21", r#"{"stock":0}"#).status, 404);
    assert_eq!(patch("/products/3", r#"{"price":"0.00"}"#).status, 422);
    for wrong in
        [r#"{"price":12.5}"#, r#"{"price":"12.5"}"#, r#"{"price":"-1.00"}"#, r#"{"stock":-1}"#, r#"{"name":"x"}"#]
    {
        let answer = patch("/products/3", wrong);
        assert_eq!(answer.status, 422, "{wrong}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{wrong}");
    }
    assert_eq!(patch("/products/3", "{").status, 400);
    assert_eq!(service.client().ask("PATCH", "/products/3", &[JSON], r#"{"stock":5}"#).status, 401);
    assert_eq!(service.get("/products/3").json()["stock"], 0);
}

#[test]
fn categories_are_sent_compressed() {
    let service = Service::start(200);
    let plain = service.get("/categories");
    let total: u64 = plain.json().as_array().unwrap().iter().map(|one| one["products"].as_u64().unwrap()).sum();
    assert_eq!(total, 200);
    for coding in ["gzip", "zstd"] {
        let answer = service.client().ask("GET", "/categories", &[("accept-encoding", coding)], "");
        assert_eq!(answer.header("content-encoding"), Some(coding));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        assert!(answer.body.len() < plain.body.len());
    }
}

#[test]
fn clients_get_the_fields_that_they_select() {
    let service = Service::start(20);
    let mut client = service.client();
    let whole = client.get("/products/7").json();
    let some = client.get("/products/7?fields=price,name");
    assert_eq!(some.json(), json!({ "name": whole["name"], "price": whole["price"] }));
    // Its tag is its own.
    let tag = some.header("etag").unwrap().to_owned();
    let fields = [("if-none-match", tag.as_str())];
    assert_eq!(client.ask("GET", "/products/7?fields=price,name", &fields, "").status, 304);
    assert_eq!(client.ask("GET", "/products/7?fields=price", &fields, "").status, 200);
    let page = client.get("/products?limit=2&fields=items(id),next").json();
    assert_eq!(page, json!({ "items": [{ "id": 1 }, { "id": 2 }], "next": "2" }));
    // A view decides beside the selection.
    assert_eq!(client.get("/products/7?fields=cost,stock").json(), json!({ "stock": whole["stock"] }));
    let by_staff = client.ask("GET", "/products/7?fields=cost,stock", &[STAFF], "").json();
    assert_eq!(by_staff, json!({ "stock": whole["stock"], "cost": "502.45" }));
    for (fields, word) in
        [("prize", "prize"), ("name(x)", "name"), ("", "name"), ("id,,name", "name"), ("items(id)", "items")]
    {
        let answer = client.get(&format!("/products/7?fields={fields}"));
        assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/problem+json")), "{fields}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("`fields`: ") && detail.contains(word), "{fields}: {detail}");
    }
    // As clients may encode it, and repeat it.
    let encoded = client.get("/products?limit=2&%66ields=items%28id%29&fields=next").json();
    assert_eq!(encoded, page);
    let placed = super::orders::order(&mut client, &json!([{ "product": 1, "quantity": 1 }]));
    let page = format!("{}?fields=total,lines/quantity", placed.header("location").unwrap());
    assert_eq!(client.get(&page).json(), json!({ "lines": [{ "quantity": 1 }], "total": placed.json()["total"] }));
}
