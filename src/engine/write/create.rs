//! Create: what is sent and when, and what is there already. A POST whose answer is lost is `lost`'s business.

use super::adopt::Adopted;
use super::answer::Answered;
use super::children::encode_new;
use super::recover::Found;
use super::{Write, Written};
use crate::api::{Answer, Call, Error, Json, Method};
use crate::diagnostic::{Diagnostic, Diagnostics, has_errors};
use crate::engine::read::observe::{reveal, unmask};
use crate::engine::values::address::object_path;
use crate::engine::values::body::{Change, create_body, decode, encode};
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, restricted, same, server_defaults};
use crate::schema::Create;
use crate::value::{Object, Value};

/// How one create ended.
pub(crate) enum Made {
    Created(Answer),
    /// The object is there and is ours: the answer was lost, or nothing needed to be sent. With its keys.
    Found(Object),
    /// Somebody else has the name.
    Taken(Error),
    /// It failed and left nothing that could be in the state.
    Refused(Diagnostic),
}

impl Write<'_> {
    /// The new object's key, which the answer of the create gives where the configuration does not.
    pub(crate) fn keys_of_new(&self, given: &Object) -> Object {
        let mut keys = self.planned.clone();
        if let Some(key) = self.resource.answered_key() {
            keys.insert(key.name.to_owned(), get(given, key.name).clone());
        }
        keys
    }

    /// What only the create's answer tells: the key, and what is shown once.
    pub(crate) fn answered(&self, answer: &Answer) -> Object {
        let told = self.resource.attrs.iter().filter(|attr| attr.once || (attr.key && !attr.settable()));
        match &answer.body {
            Json::Object(json) => decode(told, json, &mut Diagnostics::new()).unwrap_or_default(),
            _ => Object::new(),
        }
    }

    /// Some systems overrule a value of the create: it is sent once more, by an update.
    pub(crate) async fn settle_new(
        &self,
        keys: &Object,
        sent: &[Change],
        told: Answered,
        private: PrivateState,
    ) -> Written {
        if !self.resource.settles {
            return self.settle(keys, sent, told, private).await;
        }
        let planned = self.completed(keys, &told.given);
        let Ok(Some(seen)) = self.session.fetch(self.resource, keys, &self.budget.uncancellable()).await else {
            return self.settle(keys, &[], told, private).await;
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
        let mut written = self.written(made, seen, noted);
        written.diagnostics.extend(updated.diagnostics.into_iter().map(|error| self.incomplete(&error)));
        written
    }

    /// A warning, not an error: the object is there, and an error would make Terraform destroy it.
    fn incomplete(&self, error: &Diagnostic) -> Diagnostic {
        let detail = format!(
            "The {title} overruled a part of it, and the update that was to set that right failed. The state holds what \
             was planned; the next plan shows the difference.\n\n{}",
            error.detail,
            title = self.session.system.title,
        );
        let summary = format!("The {} is not yet as planned", self.named(self.planned));
        Diagnostic { path: error.path.clone(), ..Diagnostic::warning(summary, detail) }
    }

    /// The body that carries everything that is planned.
    pub(crate) fn whole_new(&self, changes: &[Change]) -> Json {
        match self.resource.bare_body.and_then(|bare| changes.iter().find(|change| change.attr.name == bare)) {
            Some(change) => change.json().unwrap_or_else(|| encode(change.attr, &Value::Null)),
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

    /// What is there is adopted, also when somebody else makes it in the moment between the look and the POST.
    pub(crate) async fn post_or_adopt(&self, changes: &[Change], private: &PrivateState) -> Result<Written, Made> {
        for is_last in [false, true] {
            match self.adopt(changes, private).await {
                Adopted::Done(written) => return Ok(written),
                Adopted::Refused(error) => return Err(Made::Refused(error)),
                Adopted::Nothing => match self.post(changes).await {
                    Made::Taken(_) if !is_last => {}
                    made => return Err(made),
                },
            }
        }
        unreachable!("the last look returns")
    }

    /// A PUT overwrites without a word, so what is there is looked at first. An object that says nothing may be taken
    /// over, and so may one that says what is planned; any other is somebody's.
    pub(crate) async fn put_new(&self, changes: &[Change]) -> Made {
        match self.session.fetch_anew(self.resource, self.planned, self.budget).await {
            Err(error) => return Made::Refused(self.unprepared(&error)),
            Ok(None) => {}
            Ok(Some(seen)) => {
                let inputs = || changes.iter().filter(|change| is_sent(change) && !change.attr.key);
                if inputs().all(|change| shows(change, &seen)) {
                    return Made::Found(self.planned.clone());
                }
                if !inputs().all(|change| get(&seen.object, change.attr.name).is_empty()) {
                    let reason = format!("The {} has one already, with other values.", self.session.system.title);
                    return Made::Refused(self.taken(&reason, None));
                }
            }
        }
        let Some(path) = object_path(self.resource, self.planned) else { return Made::Refused(self.pathless()) };
        let call = Call::new(Method::Put, path).body(self.whole_new(changes));
        match self.send(call).await {
            Ok(answer) => Made::Created(answer),
            Err(error) if !error.may_have_acted() => Made::Refused(self.refused(&error)),
            Err(error) => match self.look_up(changes).await {
                Ok(Found::Ours(keys)) => Made::Found(keys),
                Ok(Found::Nothing) => Made::Refused(self.refused(&error)),
                Ok(Found::Strange) => Made::Refused(self.strange(&error.to_string())),
                Err(_) => Made::Refused(self.uncertain(&error.to_string())),
            },
        }
    }
}

/// True when the object shows the value that was sent; a masked one is believed.
pub(crate) fn shows(change: &Change, seen: &Observed) -> bool {
    let wanted = change.value.as_ref().unwrap_or(&Value::Null);
    let now = get(&seen.object, change.attr.name);
    let defaults = server_defaults(change.attr, &seen.object);
    let now = if change.attr.in_list { now.clone() } else { unmask(now, wanted) };
    let now = reveal(change.attr, &now, wanted, defaults.as_ref());
    let now = restricted(change.attr, &now, wanted);
    same(change.attr, wanted, &now, defaults.as_ref())
}

/// Whether a create carries it.
pub(crate) fn is_sent(change: &Change) -> bool {
    change.value.as_ref().is_some_and(|value| !value.is_null())
}
