//! The end of a service: the signals that ask for it, and the time that responses under way have.
//!
//! As in `examples/shop`: each folder is whole, to be copied and to be packed.

use std::io;
use std::time::Duration;

use tokio::signal;

/// Completes at the first SIGINT or SIGTERM. Signals are caught from this call on.
#[cfg(unix)]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { signal::ctrl_c().await.unwrap_or(()) })
}

/// Runs `servers` to their end, or until `patience` is over after `told` has completed. Then there is no result.
pub(crate) async fn within<T>(
    servers: impl Future<Output = io::Result<T>>,
    told: impl Future<Output = ()>,
    patience: Duration,
) -> io::Result<Option<T>> {
    let patience = async {
        told.await;
        tokio::time::sleep(patience).await;
    };
    tokio::select! {
        served = servers => served.map(Some),
        () = patience => Ok(None),
    }
}
