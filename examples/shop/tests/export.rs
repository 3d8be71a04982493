//! The export: as fast as the client reads, and never the whole table in memory.

use std::time::{Duration, Instant};

use super::service::Service;

#[test]
fn a_slow_client_costs_a_batch_and_not_the_table() {
    const PRODUCTS: u32 = 60_000;
    let service = Service::start(PRODUCTS);
    let mut client = service.client();
    client.send("GET", "/export/products", &[], "").unwrap();
    assert_eq!(client.head().unwrap().0, 200);
    // The sockets between are full, and the service waits, at rest.
    std::thread::sleep(Duration::from_millis(500));
    let (mut lines, mut bytes, start) = (0, 0, Instant::now());
    while let Some(chunk) = client.chunk().unwrap() {
        bytes += chunk.len() as u64;
        lines += chunk.split(|&byte| byte == b'\n').count() - 1;
    }
    println!("{lines} lines, {bytes} bytes in {:?} after a rest", start.elapsed());
    assert_eq!(lines, PRODUCTS as usize);
    drop(client);
    let audit = service.audit_of("/export/products", 1);
    let peak = audit["peak_bytes"].as_u64().expect("the allocator counts");
    println!("at most {peak} bytes at a time, {} allocated", audit["allocated_bytes"]);
    assert!(peak * 20 < bytes, "{peak} of {bytes} bytes");
    assert_eq!((audit["requests"].as_u64(), audit["incomplete"].as_u64()), (Some(1), Some(0)));
}

#[test]
fn who_goes_away_stops_the_export_and_holds_up_nobody() {
    // More than the sockets between take.
    let service = Service::start(100_000);
    // More than there are connections to the database.
    let mut clients: Vec<_> = (0..8).map(|_| service.client()).collect();
    for client in &mut clients {
        client.send("GET", "/export/products", &[], "").unwrap();
        client.head().unwrap();
        client.chunk().unwrap().unwrap();
    }
    // None of them reads on, and others are served.
    let mut other = service.client();
    for id in 1..100 {
        assert_eq!(other.get(&format!("/products/{id}")).status, 200);
    }
    drop(clients);
    let audit = service.audit_of("/export/products", 8);
    assert_eq!((audit["requests"].as_u64(), audit["incomplete"].as_u64()), (Some(8), Some(8)), "{audit}");
}
