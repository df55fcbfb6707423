//! Serves the services, and decides when that ends.

use std::future;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Server;

use super::dispatch::{Dispatch, ProviderService};
use super::incoming::Incoming;
use super::services::{Host, HostServices};

/// How long pending requests and the host's open connection may take after `Shutdown`. The host kills after two seconds.
const GRACE: Duration = Duration::from_millis(500);

/// How long the provider may take to finish after that.
const LAST_GRACE: Duration = Duration::from_millis(700);

/// How long a pending request may take after SIGTERM: as long as supervisors wait before they kill.
const FINISH: Duration = Duration::from_secs(60);

/// Serves until the host calls `Shutdown` or `end` completes. A lost connection by itself ends nothing: a host that has not
/// connected for good may dial again. When `terminate` completes, it serves until no request is pending: what was written must be
/// reported, or the host never learns about it.
///
/// How many requests run at once and how long they take is for the host to choose.
pub(super) async fn serve<S: ProviderService>(
    provider: S,
    incoming: Incoming,
    host: Host,
    terminate: impl Future<Output = &'static str>,
    end: impl Future<Output = &'static str>,
) {
    let (stop, pending) = (CancellationToken::new(), TaskTracker::new());
    let services = Dispatch::new(provider, pending.clone(), HostServices::new(host, stop.clone()));
    let serving = Server::builder().serve_with_incoming_shutdown(services, incoming, stop.clone().cancelled_owned());
    tokio::select! {
        () = finish(terminate, &pending, &stop) => {}
        served = serving => match served {
            Ok(()) => log::debug!("all connections are closed"),
            Err(error) => log::error!("serving failed: {error}"),
        },
        () = grace(&stop) => log::debug!("ending with open connections"),
        reason = end => log::debug!("ending: {reason}"),
    }
}

/// Never completes: it makes serving end.
async fn finish(terminate: impl Future<Output = &'static str>, pending: &TaskTracker, stop: &CancellationToken) {
    let signal = terminate.await;
    log::debug!("{signal}: ending after {} pending requests", pending.len());
    pending.close();
    if timeout(FINISH, pending.wait()).await.is_err() {
        log::warn!("ending with {} requests pending", pending.len());
    }
    stop.cancel();
    future::pending().await
}

async fn grace(stop: &CancellationToken) {
    stop.cancelled().await;
    sleep(GRACE).await;
}

/// What the provider does at its end, as far as the host lets it.
pub(super) async fn finish_within_grace(end: impl Future<Output = ()>) {
    if timeout(LAST_GRACE, end).await.is_err() {
        log::warn!("ending before the provider has finished");
    }
}
