//! Extraction jobs, as far as they keep connections from being changed (manager facts §8). No job does anything; one ends
//! when the script says so.

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::clock::{in_millis, precise};
use super::input::Object;
use super::refusal::Refusal;
use super::routes::{Call, Manager, Outcome, json_answer, ok};
use super::store::id_at;

#[derive(Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
    /// What a job that is started over the network gets.
    pub(super) refusals: Option<usize>,
}

struct Job {
    id: Uuid,
    mapped: Value,
    metadata: Value,
    created_at: OffsetDateTime,
    /// How many changes it refuses yet before it ends; `None`: it ends when it is told to.
    refusals: Option<usize>,
}

impl Job {
    fn is_active(&self) -> bool {
        self.refusals != Some(0)
    }

    fn status(&self) -> &'static str {
        if self.is_active() { "pending" } else { "completed" }
    }
}

impl Jobs {
    pub(super) fn start(
        &mut self,
        mapped: Value,
        metadata: Value,
        created_at: OffsetDateTime,
        refusals: Option<usize>,
    ) -> Value {
        let job = Job { id: id_at(created_at), mapped, metadata, created_at, refusals };
        let answer = json!({
            "jobId": job.id.to_string(), "status": "pending", "createdAt": precise(created_at),
            "message": "Job created and queued for processing",
        });
        self.jobs.push(job);
        answer
    }

    /// Whether a job refuses that a connection is changed. It counts.
    pub(super) fn refuse(&mut self, config_name: &str) -> bool {
        let mut jobs = self.jobs.iter_mut().filter(|job| job.is_active());
        let Some(job) = jobs.find(|job| job.mapped.get(config_name).is_some()) else { return false };
        job.refusals = job.refusals.map(|left| left - 1);
        true
    }

    pub(super) fn end(&mut self) {
        self.jobs.iter_mut().for_each(|job| job.refusals = Some(0));
    }
}

pub(super) fn create(manager: &mut Manager, call: &Call) -> Outcome {
    let body = Object::read(call.asked)?;
    let request = body.any("dataRequest").and_then(|request| request.get("mappedFields"));
    let mapped = request.and_then(Value::as_object).ok_or_else(Refusal::unparsable)?;
    let metadata = body.any("metadata").cloned().unwrap_or_default();
    let source = metadata["source"].as_str().map(str::to_owned);
    for name in mapped.keys() {
        let connection = manager.named(name).ok_or_else(Refusal::not_found)?;
        if connection.product.is_some() && connection.product != source {
            let message = format!(
                "Connection '{name}' does not belong to the product identified by source '{}'",
                source.unwrap_or_default()
            );
            return Err(Refusal::new(400, "FET-1016", "Product Mismatch", message));
        }
    }
    let created_at = manager.clock.stamp();
    let refusals = manager.jobs.refusals;
    Ok(json_answer(202, &manager.jobs.start(Value::Object(mapped.clone()), metadata, created_at, refusals)))
}

pub(super) fn get(manager: &mut Manager, call: &Call) -> Outcome {
    let id = call.id()?;
    let job = manager.jobs.jobs.iter().find(|job| job.id == id).ok_or_else(Refusal::not_found)?;
    // Of the hash only the form is known.
    let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, job.mapped.to_string().as_bytes()).simple().to_string().repeat(2);
    ok(&json!({
        "id": job.id.to_string(), "metadata": job.metadata, "mappedFields": job.mapped, "status": job.status(), "requestHash": hash,
        "createdAt": in_millis(job.created_at),
    }))
}
