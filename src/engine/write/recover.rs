//! A POST that makes an object, and what to do when its answer is lost: the object is found again, or named in the error.
//! Never a second object, never one that nobody knows of.

use std::collections::HashSet;
use std::time::Duration;

use super::Write;
use super::create::{Made, is_sent, shows};
use crate::api::{Answer, Call, Error, ErrorKind, Json, Method, SendError};
use crate::diagnostic::Diagnostic;
use crate::engine::read::lists::Named;
use crate::engine::values::address::{collection_path, names_of};
use crate::engine::values::body::{Change, create_headers};
use crate::engine::values::observed::{Observed, ReadError};
use crate::engine::values::same::get;
use crate::schema::{Attr, Kind, Presence};
use crate::value::{Object, Value};

/// How often a create whose answer was lost, and that left no object, is tried again.
const TRIES: u32 = 3;

/// When to look for an object whose answer was lost and that must not be made again: the system may still be at it.
const LOOKS: [Duration; 4] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What a look-up after a lost answer found.
pub(crate) enum Found {
    Ours(Object),
    Strange,
    Nothing,
}

/// Why there is no answer to go by.
enum NoAnswer {
    Failed(Error),
    /// The answer says success and not under which key.
    Nameless,
    /// The answer shows another object.
    Strange,
}

impl NoAnswer {
    fn words(&self) -> String {
        match self {
            NoAnswer::Failed(error) => error.to_string(),
            NoAnswer::Nameless => "The answer does not say under which key it was made.".to_owned(),
            NoAnswer::Strange => "The answer shows an object of another name.".to_owned(),
        }
    }

    /// Something that is not the API will not become it, and a refusal stays one.
    fn is_final(&self) -> bool {
        match self {
            NoAnswer::Failed(error) => {
                matches!(error.error, SendError::NotTheApi { .. })
                    || matches!(error.kind(), Some(ErrorKind::Taken | ErrorKind::Refused | ErrorKind::Dangling))
            }
            NoAnswer::Nameless | NoAnswer::Strange => false,
        }
    }
}

impl Write<'_> {
    pub(crate) async fn post(&self, changes: &[Change]) -> Made {
        let mut call = Call::new(Method::Post, collection_path(self.resource)).body(self.whole_new(changes));
        call.headers = create_headers(changes);
        match self.resource.answered_key() {
            Some(key) if !self.resource.unique_names => self.post_once(call, key, changes).await,
            _ => self.post_named(call, changes).await,
        }
    }

    /// Two objects cannot have the same name, so a POST that may have been acted on can be sent again: if it was, the
    /// system refuses the second.
    async fn post_named(&self, call: Call, changes: &[Change]) -> Made {
        let mut lost_one = false;
        for attempt in 1.. {
            let loss = match self.sent(&call).await {
                Ok(answer) => return Made::Created(answer),
                Err(loss) => loss,
            };
            let taken = matches!(&loss, NoAnswer::Failed(error) if error.kind() == Some(ErrorKind::Taken));
            let loss = match loss {
                NoAnswer::Failed(error) if taken && !lost_one => return Made::Taken(error),
                loss => loss,
            };
            if let NoAnswer::Failed(error) = &loss
                && !(taken || error.may_have_acted())
            {
                return Made::Refused(self.refused(error));
            }
            lost_one = true;
            match self.look_up(changes).await {
                Ok(Found::Ours(keys)) => return Made::Found(keys),
                Ok(Found::Strange) => return Made::Refused(self.strange(&loss.words())),
                Ok(Found::Nothing) if attempt < TRIES && !loss.is_final() && !self.budget.is_cancelled() => {}
                Ok(Found::Nothing) => return Made::Refused(self.not_made(&loss)),
                Err(_) => return Made::Refused(self.uncertain(&loss.words())),
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// An object whose key the system gives can be told from others only by not having been there before, and a second
    /// one would be another object. So it is sent once, whatever comes of it.
    async fn post_once(&self, call: Call, key: &'static Attr, changes: &[Change]) -> Made {
        let before = match self.session.seen(self.resource, self.planned, self.budget).await {
            Ok(before) => before,
            Err(error) => return Made::Refused(self.unprepared(&error)),
        };
        let loss = match self.sent(&call).await {
            Ok(answer) => return Made::Created(answer),
            Err(NoAnswer::Failed(error)) if error.kind() == Some(ErrorKind::Taken) => return Made::Taken(error),
            Err(NoAnswer::Failed(error)) if !error.may_have_acted() => return Made::Refused(self.refused(&error)),
            Err(loss) => loss,
        };
        for wait in LOOKS {
            if !wait.is_zero() && !self.budget.sleep(wait).await {
                break;
            }
            match self.look_up_new(key, changes, &before).await {
                Ok(Found::Ours(keys)) => return Made::Found(keys),
                Ok(Found::Strange) => return Made::Refused(self.strange(&loss.words())),
                Ok(Found::Nothing) if loss.is_final() => return Made::Refused(self.not_made(&loss)),
                Ok(Found::Nothing) => {}
                Err(_) => break,
            }
        }
        Made::Refused(self.uncertain(&loss.words()))
    }

    /// One POST. An answer that does not give the key that only it can give is no answer.
    async fn sent(&self, call: &Call) -> Result<Answer, NoAnswer> {
        let answer = self.send(call.clone()).await.map_err(NoAnswer::Failed)?;
        match self.resource.answered_key() {
            Some(key) if get(&self.answered(&answer), key.name).as_str().is_none() => Err(NoAnswer::Nameless),
            Some(key) if self.is_of_another(&answer, key).await => Err(NoAnswer::Strange),
            _ => Ok(answer),
        }
    }

    /// Whether the answer names another object than the one that was sent. The system may have changed a name; but then
    /// there is an object under the key that it says.
    async fn is_of_another(&self, answer: &Answer, key: &'static Attr) -> bool {
        let differs = |attr: &Attr| {
            let said = answer.body.get(attr.wire_name()).and_then(Json::as_str);
            said.is_some_and(|said| get(self.planned, attr.name).as_str().is_some_and(|sent| sent != said))
        };
        let mut names = self.resource.named_by.iter().filter_map(|name| self.resource.attr(name));
        if !names.any(differs) {
            return false;
        }
        let mut keys = self.planned.clone();
        keys.insert(key.name.to_owned(), get(&self.answered(answer), key.name).clone());
        !matches!(self.session.fetch(self.resource, &keys, &self.budget.uncancellable()).await, Ok(Some(_)))
    }

    fn not_made(&self, loss: &NoAnswer) -> Diagnostic {
        match loss {
            NoAnswer::Failed(error) => self.refused(error),
            NoAnswer::Nameless | NoAnswer::Strange => self.uncertain(&loss.words()),
        }
    }

    /// Whether the object that may have been made is there, of those that have a name of their own.
    pub(crate) async fn look_up(&self, changes: &[Change]) -> Result<Found, ReadError> {
        let budget = self.budget.uncancellable();
        let keys = match names_of(self.resource, self.planned).filter(|_| self.resource.answered_key().is_some()) {
            None => self.planned.clone(),
            Some(names) => match self.session.named(self.resource, &names, &budget).await? {
                Named::One(listed) => listed,
                Named::Nobody => return Ok(Found::Nothing),
                Named::Several(_) => return Ok(Found::Strange),
            },
        };
        Ok(match self.session.fetch(self.resource, &keys, &budget).await? {
            Some(seen) if is_ours(changes, &seen) => Found::Ours(keys),
            Some(_) => Found::Strange,
            None => Found::Nothing,
        })
    }

    /// The same for objects that may share a name: exactly one that was not there before.
    async fn look_up_new(
        &self,
        key: &'static Attr,
        changes: &[Change],
        before: &[Observed],
    ) -> Result<Found, ReadError> {
        let known: HashSet<&Value> = before.iter().map(|old| get(&old.object, key.name)).collect();
        // An object of the same name that shows other values may be this one, overruled.
        let named =
            |change: &&Change| change.attr.presence == Presence::Required && matches!(change.attr.kind, Kind::Str);
        let is_alike = |seen: &Observed| changes.iter().filter(named).all(|change| shows(change, seen));
        let mut new = self.session.seen(self.resource, self.planned, &self.budget.uncancellable()).await?;
        new.retain(|seen| !known.contains(get(&seen.object, key.name)) && is_alike(seen));
        Ok(match new.len() {
            0 => Found::Nothing,
            1 if is_ours(changes, &new[0]) => Found::Ours(new.remove(0).object),
            _ => Found::Strange,
        })
    }
}

/// True when the object shows every value that was sent.
fn is_ours(changes: &[Change], seen: &Observed) -> bool {
    changes.iter().filter(|change| is_sent(change)).all(|change| shows(change, seen))
}
