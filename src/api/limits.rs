//! How many requests run at once and how quickly they follow each other. It knows nothing about their content.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::budget::Budget;
use super::error::SendError;
use super::settings::{Setting, Settings, SettingsError};

pub(super) struct Limits {
    permits: Semaphore,
    /// Between the starts of two requests.
    spacing: Option<Duration>,
    pace: Mutex<Pace>,
}

#[derive(Default)]
struct Pace {
    next_start: Option<Instant>,
    last_response: Option<Instant>,
}

impl Limits {
    /// # Errors
    /// A limit that allows no request at all.
    pub(super) fn new(settings: &Settings) -> Result<Limits, SettingsError> {
        if settings.max_concurrent_requests == 0 {
            return Err(SettingsError::new(Setting::MaxConcurrentRequests, "must be at least 1"));
        }
        let spacing = match settings.requests_per_second {
            Some(rate) if rate.is_finite() && rate > 0.0 => {
                // A rate close to zero would overflow; an hour between two requests is as good as never.
                Some(Duration::from_secs_f64((1.0 / rate).min(3600.0)))
            }
            Some(_) => return Err(SettingsError::new(Setting::RequestsPerSecond, "must be a number above 0")),
            None => None,
        };
        let permits = Semaphore::new(settings.max_concurrent_requests.min(Semaphore::MAX_PERMITS));
        Ok(Limits { permits, spacing, pace: Mutex::default() })
    }

    /// Waits until another request may start. It counts as running while the permit is held.
    ///
    /// # Errors
    /// The operation was canceled, or all permits are held by requests that get no response.
    pub(super) async fn acquire(&self, budget: &Budget, timeout: Duration) -> Result<SemaphorePermit<'_>, SendError> {
        if budget.is_cancelled() {
            return Err(SendError::Cancelled);
        }
        let permit = self.permit(budget, timeout).await?;
        if let Some(last_response) = self.pace(|pace| pace.last_response) {
            budget.server_was_alive_at(last_response);
        }
        self.keep_spacing(budget).await?;
        Ok(permit)
    }

    /// A request got a useful response: the server is alive, and a long queue is no reason to give up.
    pub(super) fn response_received(&self) {
        self.pace(|pace| pace.last_response = Some(Instant::now()));
    }

    async fn permit(&self, budget: &Budget, timeout: Duration) -> Result<SemaphorePermit<'_>, SendError> {
        let mut permit = std::pin::pin!(self.permits.acquire());
        loop {
            let last_response = self.pace(|pace| pace.last_response);
            if let Some(last_response) = last_response {
                budget.server_was_alive_at(last_response);
            }
            tokio::select! {
                biased;
                () = budget.cancelled() => return Err(SendError::Cancelled),
                permit = &mut permit => return permit.map_err(|_closed| SendError::Cancelled),
                () = tokio::time::sleep_until(budget.response_deadline(timeout)) => {
                    if self.pace(|pace| pace.last_response) == last_response {
                        return Err(SendError::server_silent());
                    }
                }
            }
        }
    }

    async fn keep_spacing(&self, budget: &Budget) -> Result<(), SendError> {
        let Some(spacing) = self.spacing else { return Ok(()) };
        let now = Instant::now();
        let start = self.pace(|pace| {
            let start = pace.next_start.map_or(now, |next| next.max(now));
            pace.next_start = Some(start + spacing);
            start
        });
        if !budget.sleep_until(start).await {
            return Err(SendError::Cancelled);
        }
        budget.exclude(start - now);
        Ok(())
    }

    fn pace<T>(&self, change: impl FnOnce(&mut Pace) -> T) -> T {
        change(&mut self.pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
