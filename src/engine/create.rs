//! Create: one write, and what to do when its answer is lost. Never a second object, never one that nobody knows of.

use std::collections::HashSet;

use super::apply::{Write, Written};
use super::body::{Change, create_body, decode, encode};
use super::children::{children_of, encode_new};
use super::memory::Memory;
use super::observe::{unmask, unveil};
use super::place::{collection_path, described, key_text, object_path};
use super::same::{extras, get, restricted, same};
use super::session::{Fault, Seen};
use super::trouble::{explain_fault, explain_write, import_command};
use crate::api::{Answer, Call, Cause, Error, Json, Meaning, Method};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Create, Kind, Presence};
use crate::value::{Object, Path, Value};

/// How often a create whose answer was lost, and that left no object, is tried again.
const TRIES: u32 = 3;

/// How one create ended.
enum Made {
    Created(Answer),
    /// The object is there and is ours: the answer was lost, or nothing needed to be sent. With its keys.
    Found(Object),
    /// It failed and left nothing that could be in the state.
    Refused(Diagnostic),
}

impl Write<'_> {
    pub(super) async fn create(&self, memory: Memory) -> Written {
        let _lock = self.session.lock(self.resource, self.planned).await;
        let changes = self.all();
        let made = match self.resource.create {
            Create::Post => self.post(&changes).await,
            Create::PostOrAdopt => match self.adopt(&changes, &memory).await {
                Adopted::Nothing => self.post(&changes).await,
                Adopted::Refused(error) => Made::Refused(error),
                Adopted::Done(written) => return written,
            },
            Create::Put => self.put_new(&changes).await,
        };
        match made {
            Made::Refused(error) => Written::failed(None, memory, error),
            Made::Found(keys) => {
                let mut written = self.settle(&keys, &[], None, memory).await;
                written.diagnostics.extend(self.lost_values());
                written
            }
            Made::Created(answer) => {
                let shown = self.answered(answer);
                let mut keys = self.planned.clone();
                if let Some(key) = self.resource.answered_key() {
                    let value = get(&shown, key.name);
                    if value.is_null() {
                        return Written::failed(None, memory, self.nameless());
                    }
                    keys.insert(key.name.to_owned(), value.clone());
                }
                let sent: Vec<Change> = changes.into_iter().filter(is_sent).collect();
                self.settle_new(&keys, &sent, &shown, memory).await
            }
        }
    }

    /// What only the create's answer tells: the key, and what is shown once.
    fn answered(&self, answer: Answer) -> Object {
        let told = self.resource.attrs.iter().filter(|attr| attr.once || (attr.key && !attr.settable()));
        match &answer.body {
            Json::Object(json) => decode(told, json, &mut Diagnostics::new()).unwrap_or_default(),
            _ => Object::new(),
        }
    }

    /// Some systems overrule a value of the create: it is sent once more, by an update.
    async fn settle_new(&self, keys: &Object, sent: &[Change], shown: &Object, memory: Memory) -> Written {
        if !self.resource.settles {
            return self.settle(keys, sent, Some(shown), memory).await;
        }
        let Ok(Some(seen)) = self.session.fetch(self.resource, keys, &self.patience.to_the_end()).await else {
            return self.settle(keys, &[], Some(shown), memory).await;
        };
        let overruled = |change: &&Change| !shows(change, &seen);
        let again: Vec<Change> = sent.iter().filter(overruled).map(Change::again).collect();
        if again.is_empty() {
            return self.settle(keys, sent, Some(shown), memory).await;
        }
        let first = self.settle(keys, &[], Some(shown), memory.clone()).await;
        let prior = first.state.clone().unwrap_or_default();
        self.send_update(keys, again, &seen, &prior, memory).await
    }

    /// The body that carries everything that is planned.
    pub(super) fn whole_new(&self, changes: &[Change]) -> Json {
        match self.resource.bare_body.and_then(|bare| changes.iter().find(|change| change.attr.name == bare)) {
            Some(change) => encode(change.attr, change.value.as_ref().unwrap_or(&Value::Null)),
            // What stands in the path is not said twice.
            None if self.resource.create == Create::Put => {
                Json::Object(create_body(changes.iter().filter(|change| !change.attr.key)))
            }
            None => {
                let mut body = create_body(changes.iter());
                if let Some((wire, children)) = encode_new(self) {
                    body.insert(wire.to_owned(), children);
                }
                Json::Object(body)
            }
        }
    }

    async fn post(&self, changes: &[Change]) -> Made {
        // An object whose key the system gives can be told from others only by not having been there before.
        let before = match self.resource.answered_key() {
            None => Vec::new(),
            Some(_) => match self.session.list(self.resource, self.patience).await {
                Ok(before) => before,
                Err(fault) => return Made::Refused(self.unprepared(&fault)),
            },
        };
        let mut lost_one = false;
        for attempt in 1.. {
            let call = Call::new(Method::Post, collection_path(self.resource)).body(self.whole_new(changes));
            let error = match self.send(call).await {
                Ok(answer) => return Made::Created(answer),
                Err(error) => error,
            };
            let taken = error.meaning() == Some(Meaning::Taken);
            if taken && !lost_one {
                return Made::Refused(self.taken_by(&error).await);
            }
            if !error.may_have_acted() && !taken {
                return Made::Refused(self.refused(&error));
            }
            // Something that is not the API will not become it, and a refusal stays one.
            let not_the_api = matches!(error.cause, Cause::NotTheApi { .. });
            let final_word = taken || not_the_api || error.meaning() == Some(Meaning::Refused);
            lost_one = true;
            match self.look_up(changes, &before).await {
                Ok(Found::Ours(keys)) => return Made::Found(keys),
                Ok(Found::Strange) => return Made::Refused(self.strange(&error)),
                Ok(Found::Nothing) if attempt < TRIES && !final_word && !self.patience.is_cancelled() => {}
                Ok(Found::Nothing) => return Made::Refused(self.refused(&error)),
                Err(_) => return Made::Refused(self.uncertain(&error)),
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// Something has the name: the object itself, or one of its children.
    async fn taken_by(&self, error: &Error) -> Diagnostic {
        let patience = self.patience.to_the_end();
        match children_of(self.resource) {
            Some((attr, _)) if matches!(self.session.fetch(self.resource, self.planned, &patience).await, Ok(None)) => {
                self.refused(error).at(Path::attribute(attr.name))
            }
            _ => self.taken(&error.to_string()),
        }
    }

    /// Whether the object that may have been made is there.
    async fn look_up(&self, changes: &[Change], before: &[Seen]) -> Result<Found, Fault> {
        let patience = self.patience.to_the_end();
        let is_ours = |seen: &Seen| changes.iter().filter(|change| is_sent(change)).all(|change| shows(change, seen));
        let Some(key) = self.resource.answered_key() else {
            return Ok(match self.session.fetch(self.resource, self.planned, &patience).await? {
                Some(seen) if is_ours(&seen) => Found::Ours(self.planned.clone()),
                Some(_) => Found::Strange,
                None => Found::Nothing,
            });
        };
        let known: HashSet<&Value> = before.iter().map(|old| get(&old.object, key.name)).collect();
        // An object of the same name that shows other values may be this one, overruled: a second must not be made.
        let named =
            |change: &&Change| change.attr.presence == Presence::Required && matches!(change.attr.kind, Kind::Str);
        let is_alike = |seen: &Seen| changes.iter().filter(named).all(|change| shows(change, seen));
        let mut new = self.session.list(self.resource, &patience).await?;
        new.retain(|seen| !known.contains(get(&seen.object, key.name)) && is_alike(seen));
        Ok(match new.len() {
            0 => Found::Nothing,
            1 if is_ours(&new[0]) => Found::Ours(new.remove(0).object),
            _ => Found::Strange,
        })
    }

    /// A PUT overwrites without a word, so what is there is looked at first. An object that says nothing may be taken
    /// over, and so may one that says what is planned; any other is somebody's.
    async fn put_new(&self, changes: &[Change]) -> Made {
        match self.session.fetch(self.resource, self.planned, self.patience).await {
            Err(fault) => return Made::Refused(self.unprepared(&fault)),
            Ok(None) => {}
            Ok(Some(seen)) => {
                let inputs = || changes.iter().filter(|change| is_sent(change) && !change.attr.key);
                if inputs().all(|change| shows(change, &seen)) {
                    return Made::Found(self.planned.clone());
                }
                if !inputs().all(|change| get(&seen.object, change.attr.name).is_empty()) {
                    let reason = format!("The {} has one already, with other values.", self.session.system.title);
                    return Made::Refused(self.taken(&reason));
                }
            }
        }
        let Some(path) = object_path(self.resource, self.planned) else { return Made::Refused(self.nameless()) };
        let call = Call::new(Method::Put, path).body(self.whole_new(changes));
        match self.send(call).await {
            Ok(answer) => Made::Created(answer),
            Err(error) if !error.may_have_acted() => Made::Refused(self.refused(&error)),
            Err(error) => match self.look_up(changes, &[]).await {
                Ok(Found::Ours(keys)) => Made::Found(keys),
                Ok(Found::Nothing) => Made::Refused(self.refused(&error)),
                Ok(Found::Strange) => Made::Refused(self.strange(&error)),
                Err(_) => Made::Refused(self.uncertain(&error)),
            },
        }
    }

    fn described(&self) -> String {
        described(self.resource, self.planned)
    }

    fn failed_create(&self, detail: &str) -> Diagnostic {
        Diagnostic::error(format!("Could not create the {}", self.described()), detail)
    }

    fn unprepared(&self, fault: &Fault) -> Diagnostic {
        explain_fault(self.session.system, &format!("create the {}", self.described()), fault)
    }

    fn refused(&self, error: &Error) -> Diagnostic {
        let doing = format!("create the {}", self.described());
        let mut diagnostic = explain_write(self.session.system, self.resource, &doing, error);
        if self.resource.create == Create::Put && error.is_gone() {
            // A part of something that is not there: its keys' own words say how that comes into being.
            let keys = self.resource.keys().map(|key| format!("\n- `{}`: {}", key.name, key.doc));
            diagnostic.detail.extend(["\n".to_owned()].into_iter().chain(keys));
        }
        diagnostic
    }

    fn nameless(&self) -> Diagnostic {
        self.failed_create("The answer does not say under which key it was made. Look for it and import it.")
    }

    fn import_hint(&self) -> String {
        import_command(self.resource, &key_text(self.resource, self.planned))
    }

    fn taken(&self, reason: &str) -> Diagnostic {
        let detail = format!(
            "{reason}\n\nThere is a {noun} of this name already. To manage it here, import it:\n\n  {command}\n\nor \
             choose another name.",
            noun = self.resource.noun(),
            command = self.import_hint(),
        );
        let diagnostic = self.failed_create(&detail);
        match self.resource.keys().find(|attr| attr.settable()) {
            Some(key) => diagnostic.at(Path::attribute(key.name)),
            None => diagnostic,
        }
    }

    fn strange(&self, error: &Error) -> Diagnostic {
        let detail = format!(
            "{error}\n\nThere is a {noun} of this name now, but it does not show all that was sent: it may be somebody \
             else's, or half made. If it is to be managed here, import it:\n\n  {command}",
            noun = self.resource.noun(),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    fn uncertain(&self, error: &Error) -> Diagnostic {
        let detail = format!(
            "{error}\n\nWhether the {noun} exists now could not be found out. If it does, import it:\n\n  {command}",
            noun = self.resource.noun(),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    /// The answer that would have shown them was lost, and there is no second one.
    fn lost_values(&self) -> Option<Diagnostic> {
        let once: Vec<String> =
            self.resource.managed().filter(|attr| attr.once).map(|attr| format!("`{}`", attr.name)).collect();
        if once.is_empty() {
            return None;
        }
        let detail = format!(
            "The {what} was created, but the answer that shows {names} once was lost. Replace it to get a new one \
             (`terraform apply -replace`).",
            what = self.described(),
            names = once.join(" and "),
        );
        Some(Diagnostic::warning(format!("{} is not known", once.join(" and ")), detail))
    }
}

/// What a create found before it began.
enum Adopted {
    Nothing,
    Done(Written),
    Refused(Diagnostic),
}

impl Write<'_> {
    /// Takes an object that is there, if that changes nothing that exists: what is planned of it is so already, and
    /// what is planned beside it is added.
    async fn adopt(&self, changes: &[Change], memory: &Memory) -> Adopted {
        let seen = match self.session.fetch(self.resource, self.planned, self.patience).await {
            Ok(Some(seen)) => seen,
            Ok(None) => return Adopted::Nothing,
            Err(fault) => return Adopted::Refused(self.unprepared(&fault)),
        };
        let wanted = |change: &Change| change.value.clone().unwrap_or(Value::Null);
        let inputs = || changes.iter().filter(|change| is_sent(change));
        let contradicts = |change: &&Change| {
            let there = restricted(change.attr, get(&seen.object, change.attr.name), &wanted(change));
            let of_those = restricted(change.attr, &wanted(change), &there);
            !same(change.attr, &of_those, &unmask(&there, &of_those), None)
        };
        if inputs().any(|change| contradicts(&change)) {
            let reason = format!("The {} has it already, with other values.", self.session.system.title);
            return Adopted::Refused(self.taken(&reason));
        }
        let missing: Vec<Change> = inputs().filter(|change| !shows(change, &seen)).map(Change::again).collect();
        Adopted::Done(match missing.is_empty() {
            true => self.settle(self.planned, &[], None, memory.clone()).await,
            false => {
                let before = Object::new();
                let mut done = self.send_update(self.planned, missing, &seen, &before, memory.clone()).await;
                // A failed addition leaves nothing of ours.
                done.state = done.state.filter(|state| !state.is_empty());
                done
            }
        })
    }
}

/// What a look-up after a lost answer found.
enum Found {
    Ours(Object),
    Strange,
    Nothing,
}

/// True when the object shows the value that was sent; a masked one is believed.
fn shows(change: &Change, seen: &Seen) -> bool {
    let wanted = change.value.as_ref().unwrap_or(&Value::Null);
    let now = get(&seen.object, change.attr.name);
    let hidden = change.attr.secret || !change.attr.listed;
    let extras = extras(change.attr, &seen.object);
    let now = if hidden { unveil(now, wanted, extras.as_ref()) } else { now.clone() };
    let now = restricted(change.attr, &now, wanted);
    same(change.attr, wanted, &now, extras.as_ref())
}

/// Whether a create carries it.
pub(super) fn is_sent(change: &Change) -> bool {
    change.value.as_ref().is_some_and(|value| !value.is_null())
}
