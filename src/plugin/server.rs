//! How long the services are served, and how serving ends.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use super::ProviderService;
use super::connection::Incoming;
use super::dispatch::Dispatch;
use super::services::HostServices;

/// What requests under way and the host's open connection get after `Shutdown`. The host kills after two seconds.
const GRACE: Duration = Duration::from_millis(500);

/// Serves until the host calls `Shutdown` or `end` comes. A lost connection is no end: hosts dial again after a long
/// rest.
///
/// No limits are set on how many requests run at once and how long they take; both are the host's to choose.
pub(super) async fn serve<S: ProviderService>(
    provider: S,
    incoming: Incoming,
    end: impl Future<Output = &'static str>,
) {
    let stop = CancellationToken::new();
    let services = Dispatch::new(provider, HostServices::new(stop.clone()));
    let serving = Server::builder().serve_with_incoming_shutdown(services, incoming, stop.clone().cancelled_owned());
    tokio::select! {
        served = serving => match served {
            Ok(()) => log::debug!("all connections are closed"),
            Err(error) => log::error!("serving ended: {error}"),
        },
        () = grace(&stop) => log::debug!("connections linger; leaving without them"),
        reason = end => log::debug!("the end: {reason}"),
    }
}

async fn grace(stop: &CancellationToken) {
    stop.cancelled().await;
    sleep(GRACE).await;
}
