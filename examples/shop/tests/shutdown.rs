//! The end under load: whatever was begun is answered whole.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde_json::json;

use super::service::{JSON, STAFF, Service};

/// An export of so many is more than the sockets between take.
const PRODUCTS: u32 = 60_000;

#[test]
fn no_response_is_lost_under_load() {
    let mut service = Service::start(PRODUCTS);
    for product in 1..=16 {
        let mut client = service.client();
        let path = format!("/products/{product}");
        assert_eq!(client.ask("PATCH", &path, &[STAFF, JSON], r#"{"stock":1000000}"#).status, 200);
    }
    let (placed, exported) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut told = Instant::now();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for product in 1..=16 {
            let (service, placed, is_over) = (&service, &placed, &is_over);
            let mut client = service.client();
            scope.spawn(move || {
                let order = json!({ "email": "a@example.com", "lines": [{ "product": product, "quantity": 1 }] });
                // Until the connection is closed between two responses.
                while client.send("POST", "/orders", &[JSON], &order.to_string()).is_ok() {
                    let Ok(answer) = client.receive("POST") else { break };
                    assert_eq!(answer.status, 201, "{}", answer.text());
                    placed.fetch_add(1, Relaxed);
                }
                assert!(is_over.load(Relaxed), "closed before the end");
            });
        }
        for _ in 0..2 {
            let (exported, is_over) = (&exported, &is_over);
            let mut client = service.client();
            client.send("GET", "/export/products", &[], "").unwrap();
            client.head().unwrap();
            scope.spawn(move || {
                let mut lines = 0;
                while let Some(chunk) = client.chunk().expect("a whole body") {
                    lines += chunk.split(|&byte| byte == b'\n').count() - 1;
                    // It goes on after the service was told to stop.
                    if !is_over.load(Relaxed) {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                }
                assert_eq!(lines, PRODUCTS as usize);
                exported.fetch_add(1, Relaxed);
            });
        }
        while placed.load(Relaxed) < 100 {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(!service.has_completed("/export/products"), "the exports are under way");
        is_over.store(true, Relaxed);
        told = Instant::now();
        service.tell_to_stop();
    });
    service.wait_for_the_end();
    let took = told.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    let kept = service.runtime.block_on(service.shop.store.orders_after(0, u32::MAX - 1)).unwrap().items.len() as u64;
    println!("{kept} orders, {placed:?} answered, ended in {took:?}");
    assert_eq!((placed.into_inner(), exported.into_inner()), (kept, 2));
    assert!(kept >= 100, "{kept} orders are no load");
}
