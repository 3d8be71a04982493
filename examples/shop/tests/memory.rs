//! The audit's numbers of many requests: none allocates more because others came before.

use serde_json::json;

use super::orders::order;
use super::service::{STAFF, Service};

#[test]
fn each_request_allocates_as_much_as_the_ones_before_and_leaks_nothing() {
    let service = Service::start(2_000);
    let mut client = service.client();
    let paths = [
        ("/products/{id}", "/products/7"),
        ("/products", "/products?limit=20&sort=price"),
        ("/categories", "/categories"),
        ("/health", "/health"),
    ];
    let mut round = |count: u32| {
        for _ in 0..count {
            for (_, path) in paths {
                assert_eq!(client.get(path).status, 200);
            }
            let answer = order(&mut client, &json!([{ "product": 1 + count % 7, "quantity": 1 }]));
            assert!(matches!(answer.status, 201 | 409), "{answer:?}");
        }
    };
    let numbers = |route: &str, requests: u64| {
        let audit = service.audit_of(route, requests);
        (audit["requests"].as_f64().unwrap(), audit["allocations"].as_f64().expect("the allocator counts"))
    };
    // Connections, statements and buffers have their sizes afterwards.
    round(100);
    let routes = paths.map(|(route, _)| route).into_iter().chain(["/orders"]);
    let before: Vec<_> = routes.clone().map(|route| numbers(route, 100)).collect();
    round(400);
    for (route, (early_requests, early)) in routes.zip(before) {
        let (requests, all) = numbers(route, 500);
        let late = (all * requests - early * early_requests) / (requests - early_requests);
        println!("{route}: {early:.1} allocations per request at first, {late:.1} later");
        assert_eq!((early_requests, requests), (100.0, 500.0));
        assert!(late <= early + 0.5, "{route}: {early} at first, {late} later");
        let audit = service.audit_of(route, 500);
        assert_ne!(audit["finding"], "leaking", "{route}: {audit}");
    }
    // A list of orders that has grown costs its page, and no more.
    let mut staff = service.client();
    assert_eq!(staff.ask("GET", "/orders?limit=5", &[STAFF], "").json()["items"].as_array().unwrap().len(), 5);
}
