//! Create: one POST, and what to do when its answer is lost. Never a second object, never one that nobody knows of.

use super::apply::{Write, Written};
use super::body::{Change, create_body, decode};
use super::memory::Memory;
use super::same::{extras, get, same};
use super::session::Seen;
use super::trouble::{explain_write, import_command};
use crate::api::{Answer, Call, Error, Json, Meaning, Method};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::value::Value;

/// How often a create whose answer was lost, and that left no object, is tried again.
const TRIES: u32 = 3;

/// How one POST ended.
enum Posted {
    Created(Answer),
    /// Its answer was lost, but the object is there and is ours.
    Found,
    /// It failed and left nothing.
    Refused(Diagnostic),
}

impl Write<'_> {
    pub(super) async fn create(&self, memory: Memory) -> Written {
        let key = match get(self.planned, self.resource.key().name) {
            Value::String(key) => key.clone(),
            _ => return Written::failed(None, memory, self.failed_create("", "It has no key.")),
        };
        let _lock = self.session.lock(self.resource, &key).await;
        let changes = self.all();
        match self.post(&key, &changes).await {
            Posted::Created(answer) => {
                let once = self.resource.attrs.iter().filter(|attr| attr.once);
                let shown = match &answer.body {
                    Json::Object(json) => decode(once, json, &mut Diagnostics::new()).ok(),
                    _ => None,
                };
                let sent: Vec<Change> = changes.into_iter().filter(is_sent).collect();
                self.settle(&key, &sent, shown.as_ref(), memory).await
            }
            Posted::Found => {
                let mut written = self.settle(&key, &[], None, memory).await;
                written.diagnostics.extend(self.lost_values(&key));
                written
            }
            Posted::Refused(error) => Written::failed(None, memory, error),
        }
    }

    async fn post(&self, key: &str, changes: &[Change]) -> Posted {
        let body = Json::Object(create_body(changes.iter()));
        let path: Vec<&str> = self.resource.collection.split('/').collect();
        let mut lost_one = false;
        for attempt in 1.. {
            let call = Call::new(Method::Post, path.iter().copied()).body(body.clone());
            let error = match self.session.send(call, self.patience).await {
                Ok(answer) => return Posted::Created(answer),
                Err(error) => error,
            };
            let taken = error.meaning() == Some(Meaning::Taken);
            let final_word = taken || error.meaning() == Some(Meaning::Refused);
            let uncertain = error.may_have_acted() || (taken && lost_one);
            if !uncertain {
                return Posted::Refused(if taken { self.taken(key, &error) } else { self.refused(key, &error) });
            }
            lost_one |= error.may_have_acted();
            match self.session.fetch(self.resource, key, &self.patience.to_the_end()).await {
                Ok(Some(seen)) if self.is_ours(&seen, changes) => return Posted::Found,
                Ok(Some(_)) => return Posted::Refused(self.strange(key, &error)),
                Ok(None) if attempt < TRIES && !final_word && !self.patience.is_cancelled() => {}
                Ok(None) => return Posted::Refused(self.refused(key, &error)),
                Err(_) => return Posted::Refused(self.uncertain(key, &error)),
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// True when the object shows every value that the POST sent.
    fn is_ours(&self, seen: &Seen, changes: &[Change]) -> bool {
        let shows = |change: &Change| {
            let now = get(&seen.object, change.attr.name);
            let wanted = change.value.as_ref().unwrap_or(&Value::Null);
            same(change.attr, wanted, now, extras(change.attr, &seen.object).as_ref())
        };
        changes.iter().filter(|change| is_sent(change)).all(shows)
    }

    fn noun_and_key(&self, key: &str) -> String {
        format!("{} {key:?}", self.resource.noun())
    }

    fn failed_create(&self, key: &str, detail: &str) -> Diagnostic {
        Diagnostic::error(format!("Could not create the {}", self.noun_and_key(key)), detail)
    }

    fn refused(&self, key: &str, error: &Error) -> Diagnostic {
        let doing = format!("create the {}", self.noun_and_key(key));
        explain_write(self.session.system, self.resource, &doing, error)
    }

    fn taken(&self, key: &str, error: &Error) -> Diagnostic {
        let detail = format!(
            "{error}\n\nThere is a {noun} of this name already. To manage it here, import it:\n\n  {command}\n\nor choose \
             another name.",
            noun = self.resource.noun(),
            command = import_command(self.resource, key),
        );
        self.failed_create(key, &detail).at(crate::value::Path::attribute(self.resource.key().name))
    }

    fn strange(&self, key: &str, error: &Error) -> Diagnostic {
        let detail = format!(
            "{error}\n\nThere is a {noun} of this name now, but it does not show all that was sent: it may be somebody \
             else's, or half made. If it is to be managed here, import it:\n\n  {command}",
            noun = self.resource.noun(),
            command = import_command(self.resource, key),
        );
        self.failed_create(key, &detail)
    }

    fn uncertain(&self, key: &str, error: &Error) -> Diagnostic {
        let detail = format!(
            "{error}\n\nWhether the {noun} exists now could not be found out. If it does, the next apply is told that \
             the name is taken; import it then:\n\n  {command}",
            noun = self.resource.noun(),
            command = import_command(self.resource, key),
        );
        self.failed_create(key, &detail)
    }

    /// The answer that would have shown them was lost, and there is no second one.
    fn lost_values(&self, key: &str) -> Option<Diagnostic> {
        let once: Vec<String> =
            self.resource.managed().filter(|attr| attr.once).map(|attr| format!("`{}`", attr.name)).collect();
        if once.is_empty() {
            return None;
        }
        let detail = format!(
            "The {noun} was created, but the answer that shows {names} once was lost. Replace the {noun} to get a new \
             one (`terraform apply -replace`).",
            noun = self.noun_and_key(key),
            names = once.join(" and "),
        );
        Some(Diagnostic::warning(format!("{} is not known", once.join(" and ")), detail))
    }
}

fn is_sent(change: &Change) -> bool {
    change.value.as_ref().is_some_and(|value| !value.is_null())
}
