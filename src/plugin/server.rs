//! How long the services are served, and how serving ends.

use std::future::pending;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Server;

use super::ProviderService;
use super::connection::Incoming;
use super::dispatch::Dispatch;
use super::services::HostServices;

/// What requests under way and the host's open connection get after `Shutdown`. The host kills after two seconds.
const GRACE: Duration = Duration::from_millis(500);

/// How long a request may take to its answer after the process was asked to end: as long as supervisors wait before
/// they kill.
const FINISH: Duration = Duration::from_secs(60);

/// Serves until the host calls `Shutdown` or `end` comes. A lost connection is no end: a host that has not settled
/// in may dial again. When `asked` comes, the end is when nothing is under way: what has been written shall be answered,
/// or the host never learns of it.
///
/// No limits are set on how many requests run at once and how long they take; both are the host's to choose.
pub(super) async fn serve<S: ProviderService>(
    provider: S,
    incoming: Incoming,
    host_is_in: CancellationToken,
    asked: impl Future<Output = &'static str>,
    end: impl Future<Output = &'static str>,
) {
    let (stop, under_way) = (CancellationToken::new(), TaskTracker::new());
    let services = Dispatch::new(provider, under_way.clone(), HostServices::new(host_is_in, stop.clone()));
    let serving = Server::builder().serve_with_incoming_shutdown(services, incoming, stop.clone().cancelled_owned());
    tokio::select! {
        () = finish(asked, &under_way, &stop) => {}
        served = serving => match served {
            Ok(()) => log::debug!("all connections are closed"),
            Err(error) => log::error!("serving ended: {error}"),
        },
        () = grace(&stop) => log::debug!("connections linger; leaving without them"),
        reason = end => log::debug!("the end: {reason}"),
    }
}

/// Never ends itself: what it does brings the end about.
async fn finish(asked: impl Future<Output = &'static str>, under_way: &TaskTracker, stop: &CancellationToken) {
    let how = asked.await;
    log::debug!("{how}: the end comes when {} requests are answered", under_way.len());
    under_way.close();
    if timeout(FINISH, under_way.wait()).await.is_err() {
        log::warn!("{} requests are left unanswered", under_way.len());
    }
    stop.cancel();
    pending().await
}

async fn grace(stop: &CancellationToken) {
    stop.cancelled().await;
    sleep(GRACE).await;
}
