//! How long an operation keeps trying when a server does not respond, and whether it was canceled.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// No connection for this long: the address is wrong or the server is down.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Connections, but no useful response for this long.
const RESPONSE_LIMIT: Duration = Duration::from_secs(80);

/// Made once for an operation and shared by all its calls, so that a dead server costs the operation these limits once
/// and not once per call. Time in which no call is pending does not count.
#[derive(Clone, Debug)]
pub struct Budget {
    cancelled: CancellationToken,
    /// Since when a response has been outstanding; none while no call is pending.
    waiting_since: Arc<Mutex<Option<Instant>>>,
    /// Until when to wait for an object that is in use; none: not at all.
    in_use_deadline: Option<Instant>,
}

impl Budget {
    pub fn new(cancelled: CancellationToken) -> Budget {
        Budget { cancelled, waiting_since: Arc::default(), in_use_deadline: None }
    }

    /// The same budget, with which a call waits this long from now for an object that is in use.
    #[must_use]
    pub fn with_in_use_timeout(&self, timeout: Duration) -> Budget {
        Budget { in_use_deadline: Instant::now().checked_add(timeout), ..self.clone() }
    }

    /// A budget of its own for a part of the operation that runs beside others: a response to one of them says nothing about
    /// how long another one has waited. They are canceled together.
    #[must_use]
    pub fn beside(&self) -> Budget {
        Budget { waiting_since: Arc::default(), ..self.clone() }
    }

    /// The same budget for what has to be finished even after a cancellation, such as the read after a write.
    #[must_use]
    pub fn uncancellable(&self) -> Budget {
        Budget { cancelled: CancellationToken::new(), ..self.clone() }
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    /// Completes when the operation is canceled.
    pub async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }

    /// Waits, for example between two polls of something that settles. False: canceled before the time was over.
    pub async fn sleep(&self, time: Duration) -> bool {
        self.sleep_until(Instant::now() + time).await
    }

    pub(super) async fn sleep_until(&self, end: Instant) -> bool {
        tokio::select! {
            biased;
            () = self.cancelled() => false,
            () = tokio::time::sleep_until(end) => true,
        }
    }

    /// A call begins: a response is outstanding from now on, unless one already was.
    pub(super) fn call_started(&self) {
        self.with(|since| *since = Some(since.unwrap_or_else(Instant::now)));
    }

    /// The server gave a useful response.
    pub(super) fn response_received(&self) {
        self.with(|since| *since = None);
    }

    /// The server responded to another operation at this time, while this one was queued.
    pub(super) fn server_was_alive_at(&self, time: Instant) {
        self.with(|since| *since = since.map(|own| own.max(time)));
    }

    /// Time that the client itself chose to wait does not count.
    pub(super) fn exclude(&self, time: Duration) {
        self.with(|since| *since = since.map(|own| own + time));
    }

    pub(super) fn in_use_deadline(&self) -> Option<Instant> {
        self.in_use_deadline
    }

    pub(super) fn connect_deadline(&self) -> Instant {
        self.since() + CONNECT_LIMIT
    }

    /// A user who allows a single request more time than the limit means it.
    pub(super) fn response_deadline(&self, request_timeout: Duration) -> Instant {
        self.since() + RESPONSE_LIMIT.max(request_timeout)
    }

    fn since(&self) -> Instant {
        self.with(|since| since.unwrap_or_else(Instant::now))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Option<Instant>) -> T) -> T {
        change(&mut self.waiting_since.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
