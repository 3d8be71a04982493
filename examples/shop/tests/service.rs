//! A shop for a test: a database of its own, both servers on free ports, a way to stop them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::{Answer, Client};
use crate::routes::Shop;
use crate::server;
use crate::store::Store;

pub(crate) const STAFF: (&str, &str) = ("authorization", "Bearer of-staff");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

pub(crate) struct Service {
    pub(crate) public: SocketAddr,
    pub(crate) operators: SocketAddr,
    pub(crate) shop: Shop,
    pub(crate) runtime: Runtime,
    teller: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<std::io::Result<()>>>,
    _folder: TempDir,
}

impl Service {
    pub(crate) fn start(products: u32) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("shop.sqlite"), products).unwrap();
        let (teller, told) = oneshot::channel();
        let (public, operators, shop, served) = runtime.block_on(async {
            let shop = Shop::new(store, STAFF.1.strip_prefix("Bearer ").unwrap()).await.unwrap();
            let public = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let operators = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let addresses = (public.local_addr().unwrap(), operators.local_addr().unwrap());
            let told_to_end = async {
                let _ = told.await;
            };
            let served = tokio::spawn(server::serve(public, operators, shop.clone(), told_to_end));
            (addresses.0, addresses.1, shop, served)
        });
        Self { public, operators, shop, runtime, teller: Some(teller), served: Some(served), _folder: folder }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.public)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.client().get(path)
    }

    /// Begins the end.
    pub(crate) fn tell_to_stop(&mut self) {
        let _ = self.teller.take().expect("told once").send(());
    }

    /// Waits until both servers are done.
    pub(crate) fn wait_for_the_end(&mut self) {
        let served = self.served.take().expect("waited for once");
        self.runtime.block_on(served).expect("no panic").expect("no error");
    }

    /// The audit's numbers of a route when so many of its requests have ended.
    ///
    /// A request ends on the server's side a moment after its client has the last byte, or has gone away. Until the first
    /// one has ended, the audit does not list the route.
    pub(crate) fn audit_of(&self, route: &str, requests: u64) -> Value {
        let start = Instant::now();
        loop {
            let found = self.find_in_audit(route);
            if found.as_ref().is_some_and(|found| found["requests"].as_u64() >= Some(requests)) {
                return found.unwrap_or_default();
            }
            assert!(start.elapsed() < Duration::from_secs(45), "fewer than {requests} of {route} ended: {found:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the audit had the end of any request of the route.
    pub(crate) fn has_completed(&self, route: &str) -> bool {
        self.find_in_audit(route).is_some_and(|found| found["requests"] != 0)
    }

    fn find_in_audit(&self, route: &str) -> Option<Value> {
        let report = Client::connect(self.operators).get("/audit/data.json").json();
        report["routes"].as_array().expect("a list").iter().find(|found| found["route"] == route).cloned()
    }
}
