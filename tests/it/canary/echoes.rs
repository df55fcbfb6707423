//! Systems that repeat what they were sent, and worse: every request of everything that can be asked, answered with the
//! secrets in it, in every spelling and at every place of an answer. Nothing of them reaches a diagnostic.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Resource;

use super::cage::{Cage, fresh_word};
use super::deeds::{DEEDS, Deed, Stage, has_secrets};
use crate::draw;
use crate::emulator::{Fault, Logged};
use crate::figure::at_least;
use crate::host::Object;
use crate::subject::cases::{Make, alone, is_one_of_many, try_each};
use crate::subject::{configured, types};

/// One way to give secrets away; it gets all of them.
pub(super) struct Misery {
    pub(super) name: &'static str,
    pub(super) fault: fn(&[String]) -> Fault,
}

pub(super) const MISERIES: &[Misery] = &[
    Misery { name: "raw", fault: |all| echo(422, all, |body| body.to_owned()) },
    Misery { name: "in base64", fault: |all| echo(422, all, |body| STANDARD.encode(body)) },
    Misery {
        name: "in an address",
        fault: |all| echo(422, all, |body| utf8_percent_encode(body, NON_ALPHANUMERIC).to_string()),
    },
    Misery { name: "value by value", fault: |all| echo(422, all, values) },
    Misery { name: "failed for good", fault: |all| echo(500, all, |body| format!("(SQLSTATE 1) {}", values(body))) },
    Misery { name: "taken", fault: |all| echo(409, all, values) },
    Misery { name: "gone", fault: |all| echo(404, all, values) },
    Misery { name: "forbidden", fault: |all| echo(403, all, values) },
    Misery { name: "text", fault: |all| Fault::text(500, &all.join(" ")) },
    Misery { name: "page", fault: |all| Fault::html(200).body(&format!("<html>{}</html>", all.join(" "))) },
    Misery { name: "cut", fault: |all| Fault::answer(200).body(&format!("{{\"{}", all.join(" "))) },
    Misery {
        name: "sent elsewhere",
        fault: |all| {
            let word = word(all);
            let to = format!("http://{word}:{word}@{word}.example/{word}?{word}");
            Fault::answer(302).header("Location", &to)
        },
    },
    Misery {
        name: "in headers",
        fault: |all| {
            let word = word(all);
            ["Server", "Retry-After", "X-Request-Id", "Content-Type"]
                .iter()
                .fold(Fault::answer(503), |fault, name| fault.header(name, &word))
        },
    },
    Misery { name: "wrong types", fault: |all| garbled(all, |text| json!([text, {text: 1}])) },
    Misery { name: "other values", fault: |all| garbled(all, |text| json!(text)) },
];

/// One that can stand in a host's name.
fn word(all: &[String]) -> String {
    let is_word = |text: &&String| text.chars().all(|c| c.is_ascii_alphanumeric());
    all.iter().find(is_word).cloned().unwrap_or_else(fresh_word)
}

fn echo(status: u16, all: &[String], spell: fn(&str) -> String) -> Fault {
    let all = json!(all).to_string();
    Fault::echo(status, move |body| {
        let body = String::from_utf8_lossy(body);
        format!("not {}", spell(if body.is_empty() { &all } else { &body }))
    })
}

/// Each text of the body as a person would write it.
fn values(body: &str) -> String {
    fn collect(value: &Json, found: &mut Vec<String>) {
        match value {
            Json::String(text) => {
                let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                found.push(decoded.unwrap_or_else(|| text.clone()));
            }
            Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Json::Object(entries) => entries.values().for_each(|item| collect(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&serde_json::from_str(body).unwrap_or_default(), &mut found);
    found.join(", ")
}

/// The answer with a secret in the place of every value but one that tells what the object is.
fn garbled(all: &[String], make: fn(&str) -> Json) -> Fault {
    fn replace(value: Json, secret: &str, make: fn(&str) -> Json) -> Json {
        match value {
            Json::Object(entries) => {
                let keeps = |name: &str| matches!(name, "id" | "name" | "git_url" | "configName");
                let entry = |(name, value): (String, Json)| {
                    let value = if keeps(&name) { value } else { replace(value, secret, make) };
                    (name, value)
                };
                Json::Object(entries.into_iter().map(entry).collect())
            }
            Json::Array(items) => items.into_iter().map(|item| replace(item, secret, make)).collect(),
            _ => make(secret),
        }
    }
    let secret = all[0].clone();
    Fault::garbled(move |body| replace(body, &secret, make))
}

struct Case {
    make: Make,
    resource: &'static Resource,
    deed: Deed,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.resource.name, self.deed)
    }
}

impl Case {
    /// `budget`: how many answers give secrets away.
    async fn run(&self, budget: usize) -> usize {
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let stage = Stage { subject: subject.as_ref(), session: &session, resource: self.resource, lies: false };
        // A process that refreshes or destroys has seen nothing but the state.
        let later = configured(subject.as_ref()).await;
        let is_later = matches!(self.deed, Deed::Read | Deed::Destroy);
        let hit = Stage { session: if is_later { &later } else { &session }, lies: true, ..stage };
        let mut cage = Cage::default();
        let (version, next) = match self.deed {
            Deed::Create { hidden: true } | Deed::Rotate { hidden: true } => (Some(1), Some(2)),
            _ => (None, None),
        };
        let (creates, rotates) = (matches!(self.deed, Deed::Create { .. }), matches!(self.deed, Deed::Rotate { .. }));
        let absent = Object::absent(self.resource.name);
        // What was never configured nobody can know for a secret.
        let (before, object) = match creates {
            true => (Json::Null, absent.clone()),
            false => {
                let before = stage.config(&mut cage, "before", "before", version);
                let object = stage.apply(&mut cage, &absent, &before).await;
                (before, object)
            }
        };
        let config = |cage: &mut Cage, label: &str| match (creates, rotates) {
            (true, _) => stage.config(cage, label, label, version),
            (_, true) => stage.config(cage, "before", label, next),
            _ => before.clone(),
        };
        // Once as it goes when all is well, to know the requests.
        let first = config(&mut cage, "first");
        tokio::time::sleep(Duration::from_secs(60)).await;
        subject.clear_requests();
        let mut object = stage.act(&mut cage, self.deed, &object, &first).await;
        let path = |it: Logged| format!("{} {}", it.method, it.path.split('?').next().unwrap_or_default());
        let requests: Vec<String> = subject.requests().into_iter().map(path).collect();
        let told_apart = (0..requests.len()).filter(|index| !is_one_of_many(&requests, *index));
        let answers = told_apart.flat_map(|index| MISERIES.iter().map(move |misery| (index, misery))).collect();
        let answers = draw::some(&self.to_string(), answers, |(index, _)| index.to_string(), budget);
        for (count, (index, misery)) in answers.iter().enumerate() {
            if creates != object.state.is_null() {
                object = match creates {
                    true => session.destroy(&object).await.object,
                    false => stage.apply(&mut cage, &absent, &before).await,
                };
            }
            let config = config(&mut cage, &format!("case-{count}"));
            // What was read a moment ago may be shared, and would not be asked for.
            tokio::time::sleep(Duration::from_secs(60)).await;
            let latest: Vec<String> = cage.texts().into_iter().rev().take(12).collect();
            subject.fault((misery.fault)(&latest).skip(*index).forever());
            let said = hit.session.said().len();
            let left = hit.act(&mut cage, self.deed, &object, &config).await;
            subject.clear_faults();
            let said = &hit.session.said()[said..];
            let seen = if is_later { cage.of(&object.state).seen_in(said) } else { cage.seen_in(said) };
            assert!(seen.is_empty(), "request {index}, {}: {seen:?} in {said}", misery.name);
            object = if rotates { object } else { left };
        }
        answers.len()
    }
}

#[test]
fn no_diagnostic_repeats_a_secret_that_a_system_repeats() {
    let mut cases = Vec::new();
    for (make, resource) in types().into_iter().filter(|(_, resource)| has_secrets(resource)) {
        cases.extend(DEEDS.iter().map(|deed| Case { make, resource, deed: *deed }));
    }
    let budget = draw::share(1200, cases.len());
    let count = try_each(&cases, Case::to_string, |case| alone(case.run(budget))).into_iter().sum();
    at_least(400, "answers that give secrets away", count);
}
