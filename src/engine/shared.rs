//! Reads that one answer can serve: fifty associations of a plugin cost one request, not fifty. An answer lives for a
//! moment only, and every write of ours forgets what was read before it, also what is still under way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::api::{Call, Client, Error, Json, Patience};

/// How long an answer serves. A refresh walk takes longer between two writes of others than this.
const LIFE: Duration = Duration::from_secs(3);

/// Answers by path. The order of the map never reaches anybody.
#[derive(Default)]
pub(super) struct SharedReads {
    generation: AtomicU64,
    answers: Mutex<HashMap<String, Arc<Slot>>>,
}

type Slot = AsyncMutex<Option<(Instant, Json)>>;

impl SharedReads {
    /// Asks once for all who ask the same at the same time.
    pub(super) async fn ask(&self, client: &Client, call: Call, patience: &Patience) -> Result<Json, Error> {
        let generation = self.generation.load(Ordering::SeqCst);
        let slot = self.slot(generation, &call);
        let mut answer = slot.lock().await;
        if let Some((at, body)) = answer.as_ref()
            && at.elapsed() < LIFE
        {
            return Ok(body.clone());
        }
        let body = client.send(call, patience).await?.body;
        // An answer that a write of ours overtook is true for this reader only, who asked before the write was done.
        if self.generation.load(Ordering::SeqCst) == generation {
            *answer = Some((Instant::now(), body.clone()));
        }
        Ok(body)
    }

    fn slot(&self, generation: u64, call: &Call) -> Arc<Slot> {
        let name = format!("{generation} {}", call.path.join("/"));
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default().clone()
    }

    /// Forgets everything: something is about to change, or has changed.
    pub(super) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
