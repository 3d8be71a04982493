//! The two servers, from their start to an end that loses no response.

use std::io;
use std::time::Duration;

use axum::ServiceExt;
use tokio::net::TcpListener;

use crate::routes::{self, Shop};
use crate::{operators, stop};

/// How long the responses under way may take when the service is told to stop. An orchestrator kills after some time,
/// often 30 seconds, which has to be longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves the shop on `public`, and what is for operators on `private`, until `told_to_end` completes.
///
/// Then it takes no new connections, and ends when all responses are sent, or no later than [`PATIENCE`] says.
pub(crate) async fn serve(
    public: TcpListener,
    private: TcpListener,
    shop: Shop,
    told_to_end: impl Future<Output = ()>,
) -> io::Result<()> {
    let (service, ledger) = operators::audited(routes::router(shop.clone()));
    let public = axum::serve(public, service.into_make_service()).with_graceful_shutdown(shop.stopped());
    let private = axum::serve(private, operators::router(ledger)).with_graceful_shutdown(shop.stopped());
    let servers = async { tokio::try_join!(public.into_future(), private.into_future()) };
    let told = async {
        told_to_end.await;
        shop.stop();
    };
    if stop::within(servers, told, PATIENCE).await?.is_none() {
        tracing::warn!("responses were under way for longer than {PATIENCE:?}, and are broken off");
    }
    Ok(())
}
