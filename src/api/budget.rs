//! How long one operation of the host goes on asking a server that does not answer, and whether it was told to stop.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// No connection at all for this long: the address is wrong or the server is down.
const UNREACHABLE: Duration = Duration::from_secs(30);
/// Connections, but no useful answer for this long.
const SILENT: Duration = Duration::from_secs(80);

/// Made once for an operation and shared by all its calls, so that a dead server costs the operation these limits once
/// and not once a call. Time in which nothing was asked does not count.
#[derive(Clone, Debug)]
pub struct Budget {
    cancelled: CancellationToken,
    /// Since when the server owes an answer; none while it owes none.
    silent_since: Arc<Mutex<Option<Instant>>>,
    /// Until when an object that is in use is waited for; none: not at all.
    in_use_until: Option<Instant>,
}

impl Budget {
    pub fn new(cancelled: CancellationToken) -> Budget {
        Budget { cancelled, silent_since: Arc::default(), in_use_until: None }
    }

    /// The same budget, which waits this long from now for an object that is in use.
    #[must_use]
    pub fn waiting(&self, time: Duration) -> Budget {
        Budget { in_use_until: Instant::now().checked_add(time), ..self.clone() }
    }

    /// The same budget for what has to be finished even after a cancellation, such as the read after a write.
    #[must_use]
    pub fn uncancellable(&self) -> Budget {
        Budget { cancelled: CancellationToken::new(), ..self.clone() }
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }

    /// Ends when the host says stop.
    pub async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }

    /// Waits, for example between two looks at something that settles. False: cancelled before the time was over.
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

    /// A call begins: from now on the server owes an answer, unless it already did.
    pub(super) fn ask(&self) {
        self.with(|since| *since = Some(since.unwrap_or_else(Instant::now)));
    }

    /// A useful answer came.
    pub(super) fn answered(&self) {
        self.with(|since| *since = None);
    }

    /// The server answered others while this operation waited for its turn.
    pub(super) fn heard_at(&self, other: Instant) {
        self.with(|since| *since = since.map(|own| own.max(other)));
    }

    /// Time that we ourselves chose to wait is not the server's silence.
    pub(super) fn excuse(&self, time: Duration) {
        self.with(|since| *since = since.map(|own| own + time));
    }

    pub(super) fn in_use_deadline(&self) -> Option<Instant> {
        self.in_use_until
    }

    pub(super) fn unreachable_deadline(&self) -> Instant {
        self.since() + UNREACHABLE
    }

    /// A user who allows a single request more time than the limit means it.
    pub(super) fn silent_deadline(&self, request_timeout: Duration) -> Instant {
        self.since() + SILENT.max(request_timeout)
    }

    fn since(&self) -> Instant {
        self.with(|since| since.unwrap_or_else(Instant::now))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Option<Instant>) -> T) -> T {
        change(&mut self.silent_since.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
