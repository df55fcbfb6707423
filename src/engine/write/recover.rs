//! Sends the POST of a create, and recovers when its answer is lost: the object is found again, or named in the
//! error. Never creates a second object, never leaves one that no state holds unmentioned.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::Write;
use super::create::{Made, is_sent, shows};
use crate::api::{Answer, Call, Error, ErrorKind, Json, Method, SendError};
use crate::diagnostic::Diagnostic;
use crate::engine::read::lists::Named;
use crate::engine::values::address::{collection_path, names_of};
use crate::engine::values::change::{Change, headers};
use crate::engine::values::observed::{Observed, ReadError};
use crate::engine::values::same::get;
use crate::schema::{Attr, Kind};
use crate::value::Object;

/// How often a create is sent whose answer is lost and that created nothing.
const TRIES: u32 = 3;

/// When to look for an object whose create must not be repeated: the system may still be working on it.
const LOOKS: [Duration; 4] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What was found after a lost answer.
pub(crate) enum Found {
    Ours(Object),
    /// An object of the name with other values.
    Different,
    Nothing,
}

/// Why there is no usable answer.
enum Unusable {
    Failed(Error),
    /// A success that does not give the key.
    Keyless,
    /// A success that shows another object.
    OtherObject,
}

impl Unusable {
    fn reason(&self) -> String {
        match self {
            Unusable::Failed(error) => error.to_string(),
            Unusable::Keyless => "The answer does not contain the key of the new object.".to_owned(),
            Unusable::OtherObject => "The answer shows an object with another name.".to_owned(),
        }
    }

    /// True when another try would end the same way.
    fn is_final(&self) -> bool {
        match self {
            Unusable::Failed(error) => {
                let is_final = |kind: ErrorKind| kind == ErrorKind::AlreadyExists || kind.is_final_refusal();
                matches!(error.cause, SendError::NotTheApi { .. }) || error.kind().is_some_and(is_final)
            }
            Unusable::Keyless | Unusable::OtherObject => false,
        }
    }
}

impl Write<'_> {
    pub(crate) async fn post(&self, changes: &[Change]) -> Made {
        let mut call = Call::new(Method::Post, collection_path(self.resource)).body(self.whole_new(changes));
        call.headers = headers(changes);
        match self.resource.generated_key() {
            Some(key) if !self.resource.unique_names => self.post_once(call, key, changes).await,
            _ => self.post_named(call, changes).await,
        }
    }

    /// Names are unique, so a POST that may have been executed can be sent again: if it was, the system refuses the
    /// second one.
    async fn post_named(&self, call: Call, changes: &[Change]) -> Made {
        let mut may_exist = false;
        for attempt in 1.. {
            let unusable = match self.sent(&call).await {
                Ok(answer) => return Made::Created(answer),
                Err(unusable) => unusable,
            };
            let taken = matches!(&unusable, Unusable::Failed(error) if error.kind() == Some(ErrorKind::AlreadyExists));
            let unusable = match unusable {
                Unusable::Failed(error) if taken && !may_exist => return Made::Taken(error),
                unusable => unusable,
            };
            if let Unusable::Failed(error) = &unusable
                && !(taken || error.may_have_acted())
            {
                return Made::Refused(self.refused(error));
            }
            may_exist = true;
            match self.look_up(changes).await {
                Ok(Found::Ours(keys)) => return Made::Found(keys),
                Ok(Found::Different) => return Made::Refused(self.differs_from_sent(&unusable.reason())),
                Ok(Found::Nothing) if attempt < TRIES && !unusable.is_final() && !self.budget.is_cancelled() => {}
                Ok(Found::Nothing) => return Made::Refused(self.not_made(&unusable)),
                Err(_) => return Made::Refused(self.uncertain(&unusable.reason())),
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// Names are not unique: a new object is recognized by not having been in the list before, and repeating the POST
    /// would create another one. So it is sent once.
    async fn post_once(&self, call: Call, key: &'static Attr, changes: &[Change]) -> Made {
        let recent = &self.session.recent_keys;
        let before = match self.keys_before(key).await {
            Ok(before) => before,
            Err(error) => return Made::Refused(self.unprepared(&error)),
        };
        let unusable = match self.sent(&call).await {
            Ok(answer) => {
                recent.add(self.resource, get(&self.answered(&answer), key.name).as_str().unwrap_or_default());
                return Made::Created(answer);
            }
            Err(Unusable::Failed(error)) if error.kind() == Some(ErrorKind::AlreadyExists) => {
                return Made::Taken(error);
            }
            Err(Unusable::Failed(error)) if !error.may_have_acted() => return Made::Refused(self.refused(&error)),
            Err(unusable) => unusable,
        };
        recent.forget(self.resource);
        for wait in LOOKS {
            if !wait.is_zero() && !self.budget.sleep(wait).await {
                break;
            }
            match self.look_up_new(key, changes, &before).await {
                Ok(Found::Ours(keys)) => return Made::Found(keys),
                Ok(Found::Different) => return Made::Refused(self.differs_from_sent(&unusable.reason())),
                Ok(Found::Nothing) if unusable.is_final() => return Made::Refused(self.not_made(&unusable)),
                Ok(Found::Nothing) => {}
                Err(_) => break,
            }
        }
        Made::Refused(self.uncertain(&unusable.reason()))
    }

    /// The keys of the objects that exist before the create.
    async fn keys_before(&self, key: &Attr) -> Result<BTreeSet<String>, ReadError> {
        if let Some(keys) = self.session.recent_keys.of(self.resource) {
            return Ok(keys);
        }
        let at = Instant::now();
        let seen = self.session.seen(self.resource, self.planned, self.budget).await?;
        let key = |seen: &Observed| get(&seen.object, key.name).as_str().map(str::to_owned);
        let keys: BTreeSet<String> = seen.iter().filter_map(key).collect();
        self.session.recent_keys.set(self.resource, at, keys.clone());
        Ok(keys)
    }

    /// Sends one POST. An answer without the key that only the system can give is not usable.
    async fn sent(&self, call: &Call) -> Result<Answer, Unusable> {
        let answer = self.send(call.clone()).await.map_err(Unusable::Failed)?;
        match self.resource.generated_key() {
            Some(key) if get(&self.answered(&answer), key.name).as_str().is_none() => Err(Unusable::Keyless),
            Some(_) if self.is_of_another(&answer).await => Err(Unusable::OtherObject),
            _ => Ok(answer),
        }
    }

    /// True when the answer is about another object. The system may have changed the name; then the object exists
    /// under the key in the answer.
    async fn is_of_another(&self, answer: &Answer) -> bool {
        let differs = |attr: &Attr| {
            let shown = answer.body.get(attr.wire_name()).and_then(Json::as_str);
            shown.is_some_and(|shown| get(self.planned, attr.name).as_str().is_some_and(|sent| sent != shown))
        };
        let mut names = self.resource.named_by.iter().filter_map(|name| self.resource.attr(name));
        if !names.any(differs) {
            return false;
        }
        let keys = self.keys_of_new(&self.answered(answer));
        !matches!(self.session.fetch(self.resource, &keys, &self.budget.uncancellable()).await, Ok(Some(_)))
    }

    fn not_made(&self, unusable: &Unusable) -> Diagnostic {
        match unusable {
            // The name is taken, perhaps by the object of an earlier try, which the list does not show.
            Unusable::Failed(error) if error.kind() == Some(ErrorKind::AlreadyExists) => {
                self.uncertain(&unusable.reason())
            }
            Unusable::Failed(error) => self.refused(error),
            Unusable::Keyless | Unusable::OtherObject => self.uncertain(&unusable.reason()),
        }
    }

    /// Looks for an object with a unique name that may have been created.
    pub(crate) async fn look_up(&self, changes: &[Change]) -> Result<Found, ReadError> {
        let budget = self.budget.uncancellable();
        let keys = match names_of(self.resource, self.planned).filter(|_| self.resource.generated_key().is_some()) {
            None => self.planned.clone(),
            Some(names) => match self.session.named(self.resource, &names, &budget).await? {
                Named::One(listed) => listed,
                Named::Nobody => return Ok(Found::Nothing),
                Named::Several(_) => return Ok(Found::Different),
            },
        };
        Ok(match self.session.fetch(self.resource, &keys, &budget).await? {
            Some(seen) if is_ours(changes, &seen) => Found::Ours(keys),
            Some(_) => Found::Different,
            None => Found::Nothing,
        })
    }

    /// The same for names that are not unique: exactly one object that was not in the list before.
    async fn look_up_new(
        &self,
        key: &'static Attr,
        changes: &[Change],
        before: &BTreeSet<String>,
    ) -> Result<Found, ReadError> {
        let is_new = |seen: &Observed| get(&seen.object, key.name).as_str().is_some_and(|key| !before.contains(key));
        // An object of the same name with other values may be this one with values that the system overruled.
        let named = |change: &&Change| change.attr.is_required() && matches!(change.attr.kind, Kind::Str);
        let is_alike = |seen: &Observed| changes.iter().filter(named).all(|change| shows(change, seen));
        let mut new = self.session.seen(self.resource, self.planned, &self.budget.uncancellable()).await?;
        new.retain(|seen| is_new(seen) && is_alike(seen));
        Ok(match new.len() {
            0 => Found::Nothing,
            1 if is_ours(changes, &new[0]) => Found::Ours(new.remove(0).object),
            _ => Found::Different,
        })
    }
}

/// True when the object shows every value that was sent.
fn is_ours(changes: &[Change], seen: &Observed) -> bool {
    changes.iter().filter(|change| is_sent(change)).all(|change| shows(change, seen))
}
