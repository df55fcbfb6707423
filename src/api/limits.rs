//! How many requests run at once and how quickly they follow each other. It knows nothing of what they are.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::{Budget, Setting, Settings, SettingsError};

pub(super) struct Limits {
    places: Semaphore,
    /// Between the starts of two requests.
    spacing: Option<Duration>,
    pace: Mutex<Pace>,
}

#[derive(Default)]
struct Pace {
    next_start: Option<Instant>,
    last_answer: Option<Instant>,
}

pub(super) enum NoTurn {
    Cancelled,
    /// All places are held by requests that get no answer.
    Silence,
}

impl Limits {
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
        let places = Semaphore::new(settings.max_concurrent_requests.min(Semaphore::MAX_PERMITS));
        Ok(Limits { places, spacing, pace: Mutex::default() })
    }

    pub(super) async fn turn(&self, budget: &Budget, timeout: Duration) -> Result<SemaphorePermit<'_>, NoTurn> {
        if budget.is_cancelled() {
            return Err(NoTurn::Cancelled);
        }
        let place = self.place(budget, timeout).await?;
        if let Some(last_answer) = self.pace(|pace| pace.last_answer) {
            budget.heard_at(last_answer);
        }
        self.keep_spacing(budget).await?;
        Ok(place)
    }

    /// Some request got a useful answer: the server is alive, and a long queue is no reason to give up.
    pub(super) fn answered(&self) {
        self.pace(|pace| pace.last_answer = Some(Instant::now()));
    }

    async fn place(&self, budget: &Budget, timeout: Duration) -> Result<SemaphorePermit<'_>, NoTurn> {
        let mut place = std::pin::pin!(self.places.acquire());
        loop {
            let heard = self.pace(|pace| pace.last_answer);
            if let Some(heard) = heard {
                budget.heard_at(heard);
            }
            tokio::select! {
                biased;
                () = budget.cancelled() => return Err(NoTurn::Cancelled),
                place = &mut place => return place.map_err(|_closed| NoTurn::Cancelled),
                () = tokio::time::sleep_until(budget.silent_deadline(timeout)) => {
                    if self.pace(|pace| pace.last_answer) == heard {
                        return Err(NoTurn::Silence);
                    }
                }
            }
        }
    }

    async fn keep_spacing(&self, budget: &Budget) -> Result<(), NoTurn> {
        let Some(spacing) = self.spacing else { return Ok(()) };
        let now = Instant::now();
        let start = self.pace(|pace| {
            let start = pace.next_start.map_or(now, |next| next.max(now));
            pace.next_start = Some(start + spacing);
            start
        });
        if !budget.sleep_until(start).await {
            return Err(NoTurn::Cancelled);
        }
        budget.excuse(start - now);
        Ok(())
    }

    fn pace<T>(&self, change: impl FnOnce(&mut Pace) -> T) -> T {
        change(&mut self.pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
