//! Everything that can happen to one request. A new kind of fault is a line here and is tried everywhere then.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::emulator::Fault;

/// Longer than any RPC may take.
const FOR_GOOD: Duration = Duration::from_secs(3600);
/// Longer than one request may take.
const TOO_LONG: Duration = Duration::from_secs(45);

/// How long a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// One request, or a few seconds.
    Once,
    /// From then on.
    On,
}

/// One way to misbehave.
pub(crate) struct Misery {
    pub(crate) name: &'static str,
    fault: fn(Lasting) -> Fault,
}

impl Misery {
    /// The fault, from the request with this index on.
    pub(crate) fn at(&self, index: usize, lasting: Lasting) -> Fault {
        let fault = (self.fault)(lasting).skip(index);
        match lasting {
            Lasting::Once => fault,
            Lasting::On => fault.forever(),
        }
    }
}

pub(crate) const MISERIES: &[Misery] = &[
    Misery {
        name: "refused",
        fault: |lasting| Fault::down(if lasting == Lasting::Once { seconds(4) } else { FOR_GOOD }),
    },
    Misery { name: "reset before", fault: |_| Fault::reset() },
    Misery { name: "reset after", fault: |_| Fault::lost_answer() },
    Misery { name: "silent before", fault: |_| Fault::hang() },
    Misery { name: "silent after", fault: |_| Fault::acted_and_hung() },
    Misery { name: "slow", fault: |_| Fault::delay(seconds(5)) },
    Misery { name: "too slow", fault: |_| Fault::late(TOO_LONG) },
    Misery { name: "429", fault: |_| Fault::answer(429) },
    Misery { name: "429 for 2 s", fault: |_| Fault::answer(429).header("Retry-After", "2") },
    Misery { name: "429 for an hour", fault: |_| Fault::answer(429).header("Retry-After", "3600") },
    Misery { name: "500 before", fault: |_| Fault::answer(500) },
    Misery { name: "500 after", fault: |_| Fault::acted(500) },
    Misery {
        name: "500 for good",
        fault: |_| Fault::answer(500).body(r#"{"message":"no such thing (SQLSTATE 23503)"}"#),
    },
    Misery { name: "502 page", fault: |_| Fault::html(502) },
    Misery { name: "503 before", fault: |_| Fault::answer(503) },
    Misery { name: "504 after", fault: |_| Fault::acted(504) },
    Misery { name: "400", fault: |_| Fault::answer(400) },
    Misery { name: "401", fault: |_| Fault::answer(401) },
    Misery { name: "403", fault: |_| Fault::answer(403).body(r#"{"message":"access denied"}"#) },
    Misery { name: "404", fault: |_| Fault::answer(404) },
    Misery { name: "404 text", fault: |_| Fault::text(404, "404 page not found") },
    Misery { name: "409", fault: |_| Fault::answer(409) },
    Misery { name: "in use", fault: |_| Fault::answer(409).body(r#"{"code":"FET-1021","message":"a job is active"}"#) },
    Misery { name: "truncated", fault: |_| Fault::truncated() },
    Misery { name: "page", fault: |_| Fault::html(200) },
    Misery { name: "empty", fault: |_| Fault::text(200, "") },
    Misery { name: "null", fault: |_| Fault::garbled(|_| Json::Null) },
    Misery { name: "number", fault: |_| Fault::garbled(|_| json!(7)) },
    Misery { name: "other shape", fault: |_| Fault::garbled(other_shape) },
    Misery { name: "wrong types", fault: |_| Fault::garbled(wrong_types) },
    Misery { name: "no fields", fault: |_| Fault::garbled(without(|_| true)) },
    Misery { name: "another object", fault: |_| Fault::garbled(another) },
    Misery {
        name: "no key",
        fault: |_| Fault::garbled(without(|name| matches!(name, "id" | "name" | "email" | "subject"))),
    },
];

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn other_shape(body: Json) -> Json {
    match body {
        Json::Array(items) => json!({"unexpected": items}),
        other => json!([other]),
    }
}

/// Every text a number, every number a text.
fn wrong_types(body: Json) -> Json {
    match body {
        Json::String(_) => json!(7),
        Json::Number(_) | Json::Bool(_) => json!("seven"),
        Json::Array(items) => items.into_iter().map(wrong_types).collect(),
        Json::Object(fields) => Json::Object(fields.into_iter().map(|(name, it)| (name, wrong_types(it))).collect()),
        Json::Null => Json::Null,
    }
}

/// The object of the answer with everything in it that tells it from others changed. In a list that would be the truth
/// about another moment.
fn another(body: Json) -> Json {
    let Json::Object(mut fields) = body else { return body };
    let others = [
        ("id", "00000000-0000-4000-8000-00000000a0a0"),
        ("name", "another"),
        ("email", "another@example.com"),
        ("configName", "another"),
        ("spiffe_id", "spiffe://example.com/another"),
    ];
    for (name, other) in others {
        if let Some(Json::String(text)) = fields.get_mut(name) {
            *text = other.to_owned();
        }
    }
    Json::Object(fields)
}

/// The objects of the answer, at whatever depth, without these fields.
fn without(gone: impl Fn(&str) -> bool + Clone + Send + Sync + 'static) -> impl Fn(Json) -> Json + Send + Sync {
    fn strip(body: Json, gone: &impl Fn(&str) -> bool) -> Json {
        match body {
            Json::Array(items) => items.into_iter().map(|item| strip(item, gone)).collect(),
            Json::Object(fields) => {
                let kept = fields.into_iter().filter(|(name, _)| !gone(name));
                Json::Object(kept.map(|(name, it)| (name, strip(it, gone))).collect())
            }
            leaf => leaf,
        }
    }
    move |body| strip(body, &gone)
}
