//! The steps of a create: the request, and what to do about an object that already exists. A POST whose answer is
//! lost is handled in `recover`.

use super::adopt::Adopted;
use super::answer::Answered;
use super::children::encode_new;
use super::recover::Found;
use super::{Write, Written, http};
use crate::api::{Answer, Call, Error, Json, Repeat};
use crate::diagnostic::{Diagnostic, Diagnostics, has_errors};
use crate::engine::read::observe::{reveal, unmask};
use crate::engine::values::address::object_path;
use crate::engine::values::body::decode;
use crate::engine::values::change::{Change, create_body};
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, restricted, same};
use crate::schema::{Absent, Create, WriteMethod};
use crate::value::{Object, Value};

/// Result of the request that creates an object.
pub(crate) enum Made {
    Created(Answer),
    /// The object exists and is ours: the answer was lost, or nothing had to be sent. With its keys.
    Found(Object),
    /// Another object has the name.
    Taken(Error),
    /// It failed, and no object of ours exists.
    Refused(Diagnostic),
}

impl Write<'_> {
    /// The planned object with its key, which the answer of the create gives where the configuration does not.
    pub(crate) fn keys_of_new(&self, given: &Object) -> Object {
        let mut keys = self.planned.clone();
        if let Some(key) = self.resource.generated_key() {
            keys.insert(key.name.to_owned(), get(given, key.name).clone());
        }
        keys
    }

    /// The values that only the answer of the create shows: the key, and what is shown once.
    pub(crate) fn answered(&self, answer: &Answer) -> Object {
        let answered =
            self.resource.attrs.iter().filter(|attr| attr.is_shown_once() || (attr.is_key() && !attr.settable()));
        match &answer.body {
            Json::Object(json) => decode(answered, json, &mut Diagnostics::new()).unwrap_or_default(),
            _ => Object::new(),
        }
    }

    /// Reads the new object back. Where the table says that the system overrules values of a create, they are sent
    /// once more by an update.
    pub(crate) async fn settle_new(
        &self,
        keys: &Object,
        sent: &[Change],
        answered: Answered,
        private: PrivateState,
    ) -> Written {
        if self.resource.create != Create::PostThenUpdate {
            return self.settle(keys, sent, answered, private).await;
        }
        let planned = self.completed(keys, &answered.given);
        let Ok(Some(seen)) = self.session.fetch(self.resource, keys, &self.budget.uncancellable()).await else {
            return self.settle(keys, &[], answered, private).await;
        };
        let overruled = |change: &&Change| !shows(change, &seen);
        let again: Vec<Change> = sent.iter().filter(overruled).map(Change::again).collect();
        if again.is_empty() {
            return self.settled(&planned, sent, seen, self.noted(private, sent));
        }
        let noted = self.noted(private.clone(), &[]);
        let made = self.laid_over(&planned, &seen, &[], &noted);
        let updated = self.send_update(keys, again, &seen, &made.state, private).await;
        if !has_errors(&updated.diagnostics) {
            return updated;
        }
        let mut written = self.written(made, seen, noted, false);
        written.diagnostics.extend(updated.diagnostics.into_iter().map(|error| self.incomplete(&error)));
        written
    }

    /// A warning, not an error: the object is there, and an error would make Terraform destroy it.
    fn incomplete(&self, error: &Diagnostic) -> Diagnostic {
        let detail = format!(
            "The {title} changed some of its values, and the update that should have corrected them failed. The state holds \
             the planned values; the next plan shows the difference.\n\n{}",
            error.detail,
            title = self.session.system.title,
        );
        let summary = format!("The {} is not as planned", self.named(self.planned));
        Diagnostic { path: error.path.clone(), ..Diagnostic::warning(summary, detail) }
    }

    /// The body with everything that is planned.
    pub(crate) fn whole_new(&self, changes: &[Change]) -> Json {
        // A key that is part of the path is not repeated in the body.
        let in_path = |change: &&Change| self.resource.create.has_own_path() && change.attr.is_key();
        let mut body = create_body(changes.iter().filter(|change| !in_path(change)));
        if let Some((wire, children)) = encode_new(self) {
            body.insert(wire.to_owned(), children);
        }
        match self.resource.hooks.body {
            Some(shape) => shape(body),
            None => Json::Object(body),
        }
    }

    /// Creates the object, or adopts it if the system refuses that because it exists. One that is deleted before it can be
    /// adopted is created after all.
    pub(crate) async fn post_or_adopt(&self, changes: &[Change], private: &PrivateState) -> Result<Written, Made> {
        for is_last in [false, true] {
            let taken = match self.post(changes).await {
                Made::Taken(error) => error,
                made => return Err(made),
            };
            match self.adopt(changes, private).await {
                Adopted::Done(written) => return Ok(written),
                Adopted::Refused(error) => return Err(Made::Refused(error)),
                Adopted::Nothing if is_last => return Err(Made::Taken(taken)),
                Adopted::Nothing => {}
            }
        }
        unreachable!("the last attempt returns")
    }

    /// The request overwrites silently, so the object is read first. An empty object may be taken over, and so may one that
    /// already is as planned; any other belongs to somebody.
    pub(crate) async fn upsert(&self, method: WriteMethod, changes: &[Change]) -> Made {
        match self.session.fetch_anew(self.resource, self.planned, self.budget).await {
            Err(error) => return Made::Refused(self.unprepared(&error)),
            Ok(None) => {}
            Ok(Some(seen)) => {
                let inputs = || changes.iter().filter(|change| is_compared(change) && !change.attr.is_key());
                if inputs().all(|change| certainly_shows(change, &seen)) {
                    return Made::Found(self.planned.clone());
                }
                if !inputs().all(|change| get(&seen.object, change.attr.name).is_empty()) {
                    let reason = format!("The {} already has one with other values.", self.session.system.title);
                    return Made::Refused(self.taken(&reason, None));
                }
            }
        }
        let Some(path) = object_path(self.resource, self.planned) else { return Made::Refused(self.pathless()) };
        // Whatever its method: another try writes the same object.
        let call = Call::new(http(method), path).body(self.whole_new(changes)).repeat(Repeat::Safe);
        match self.send(call).await {
            Ok(answer) => Made::Created(answer),
            Err(error) if !error.may_have_acted() => Made::Refused(self.refused(&error)),
            Err(error) => match self.look_up(changes).await {
                Ok(Found::Ours(keys)) => Made::Found(keys),
                Ok(Found::Nothing) => Made::Refused(self.refused(&error)),
                Ok(Found::Different) => Made::Refused(self.differs_from_sent(&error.to_string())),
                Err(_) => Made::Refused(self.uncertain(&error.to_string())),
            },
        }
    }
}

/// True when the object shows the value that was sent. A masked value counts as shown.
pub(crate) fn shows(change: &Change, seen: &Observed) -> bool {
    let wanted = change.value.as_ref().unwrap_or(&Value::Null);
    let now = get(&seen.object, change.attr.name);
    let defaults = change.attr.added_by_server(&seen.object);
    let now = if change.attr.is_in_list() { now.clone() } else { unmask(now, wanted) };
    let now = reveal(change.attr, &now, wanted, defaults.as_ref());
    let now = restricted(change.attr, &now, wanted);
    same(change.attr, wanted, &now, defaults.as_ref())
}

/// The same, except that a value which is sent and no response shows may be another one.
pub(crate) fn certainly_shows(change: &Change, seen: &Observed) -> bool {
    shows(change, seen) && (change.attr.is_readable() || !is_sent(change))
}

/// True when an existing object must have this value to be taken for the planned one. An attribute that is not configured
/// counts if it would be emptied by the next update.
pub(crate) fn is_compared(change: &Change) -> bool {
    is_sent(change) || change.attr.absent() == Absent::Empty
}

/// True when a create sends it.
pub(crate) fn is_sent(change: &Change) -> bool {
    change.value.as_ref().is_some_and(|value| !value.is_null())
}
