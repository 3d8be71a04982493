//! Events: each change once, in order, also for a client that was away.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::service::{JSON, STAFF, Service};

/// A client that follows.
struct Follower {
    client: Client,
    text: String,
}

impl Follower {
    fn begin(service: &Service, last: Option<&str>) -> Self {
        let mut client = service.client();
        let fields: Vec<_> = last.iter().map(|last| ("last-event-id", *last)).collect();
        client.send("GET", "/events", &fields, "").unwrap();
        let (status, headers) = client.head().unwrap();
        assert_eq!(status, 200);
        for field in [("content-type", "text/event-stream"), ("x-accel-buffering", "no"), ("cache-control", "no-cache")]
        {
            assert!(headers.iter().any(|(name, value)| (&**name, &**value) == field), "{headers:?}");
        }
        Self { client, text: String::new() }
    }

    /// The id and the data of the next event.
    fn next(&mut self) -> Option<(u64, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                let Some(data) = field("data: ") else { continue };
                assert_eq!(field("event: "), Some("product"), "{event}");
                return Some((field("id: ").unwrap().parse().unwrap(), serde_json::from_str(data).unwrap()));
            }
            self.text += &String::from_utf8(self.client.chunk().unwrap()?).unwrap();
        }
    }
}

fn set_stock(client: &mut Client, product: u32, stock: u32) {
    let answer =
        client.ask("PATCH", &format!("/products/{product}"), &[STAFF, JSON], &json!({ "stock": stock }).to_string());
    assert_eq!(answer.status, 200);
}

#[test]
fn changes_arrive_once_and_in_order_also_after_an_absence() {
    let mut service = Service::start(20);
    let mut staff = service.client();
    set_stock(&mut staff, 1, 1);

    // From now on: the change before is no news.
    let mut first = Follower::begin(&service, None);
    for stock in 0..5 {
        set_stock(&mut staff, 2, stock);
        let (_, change) = first.next().unwrap();
        assert_eq!((&change["product"], &change["stock"]), (&json!(2), &json!(stock)));
    }
    // An order is a change of each of its products.
    super::orders::order(&mut staff, &json!([{ "product": 3, "quantity": 1 }, { "product": 4, "quantity": 1 }]));
    let ((_, third), (last, fourth)) = (first.next().unwrap(), first.next().unwrap());
    assert_eq!((&third["product"], &fourth["product"]), (&json!(3), &json!(4)));
    drop(first);

    // While it is away there is more than a batch.
    for stock in 0..300 {
        set_stock(&mut staff, 5, stock);
    }
    let mut again = Follower::begin(&service, Some(&last.to_string()));
    for stock in 0..300 {
        let (id, change) = again.next().unwrap();
        assert_eq!((id, &change["stock"]), (last + 1 + stock, &json!(stock)));
    }
    // Of ids from another database, and of those that are none, nothing is known.
    let mut strangers: Vec<_> = ["999999", "x", ""].map(|id| Follower::begin(&service, Some(id))).into();
    set_stock(&mut staff, 6, 7);
    for follower in strangers.iter_mut().chain([&mut again]) {
        assert_eq!(follower.next().unwrap().1["product"], 6);
    }
    // The end of the service ends them, whole.
    let told = Instant::now();
    service.tell_to_stop();
    assert!(strangers.iter_mut().chain([&mut again]).all(|follower| follower.next().is_none()));
    service.wait_for_the_end();
    assert!(told.elapsed() < Duration::from_secs(5), "no patience was needed");
}
