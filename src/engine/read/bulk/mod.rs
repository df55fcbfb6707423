//! Refreshes of many objects at once: where enough of them follow each other, one read of a list serves all. A list only ever saves
//! reads: whatever it does not show beyond doubt is read by itself, and that an object is gone is never concluded from a
//! list.

mod change_log;
mod gather;
mod list;

use std::time::Duration;

use crate::api::{Budget, Json};
use crate::engine::read::lists::list_place;
use crate::engine::session::Session;
use crate::engine::session::bulk::NotRead;
use crate::engine::values::address::{described, render};
use crate::engine::values::indexed::Entry;
use crate::engine::values::observed::{Observed, ReadError, is_absent, see};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Reads, Resource, Snapshot};
use crate::value::{Object, Value};

/// From how many reads of a run on a list is read.
const LEAST_READS: usize = 3;

/// The identifier that many systems give to an object, which differs between two objects that had the same key.
const ID: &str = "id";

/// How long the first reads of a run wait for others: a host sends the requests of its first objects one after another, and
/// a read that goes ahead of them costs ten times as much.
const COMPANY: Duration = Duration::from_millis(3);

/// Why an entry of a list is not taken.
const OTHER: &str = "the list shows another object, or in another form";

/// How the objects of a type are read at once.
#[derive(Clone, Copy)]
enum Way {
    /// From the list of the type.
    List,
    /// From a response that contains them all.
    Whole {
        path: &'static str,
        at: &'static str,
        wire: &'static str,
        attr: &'static str,
    },
    Snapshot(&'static Snapshot),
}

impl Way {
    fn of(resource: &'static Resource) -> Option<Way> {
        match resource.reads {
            _ if resource.snapshot.is_some() => resource.snapshot.map(Way::Snapshot),
            Reads::One if resource.list_shows_all => Some(Way::List),
            Reads::Find { path, at, wire, attr, own: Some(_) } if resource.list_shows_all => {
                Some(Way::Whole { path, at, wire, attr })
            }
            _ => None,
        }
    }

    /// The path of the list in which an object with these keys is.
    fn path(self, resource: &'static Resource, keys: &Object) -> Option<Vec<String>> {
        let path = match self {
            Way::List => resource.list.as_ref()?.path.unwrap_or(resource.collection),
            Way::Whole { path, .. } => path,
            Way::Snapshot(snapshot) => snapshot.objects,
        };
        render(path, keys, None)
    }

    fn least_reads(self) -> usize {
        if let Way::Snapshot(snapshot) = self { snapshot.least_reads } else { LEAST_READS }
    }
}

/// What a list says of one object.
enum Shown {
    Object(Observed),
    /// No list is read for it.
    No,
    /// It has to be read by itself, for this reason.
    Alone(&'static str),
    /// The same, since the log has a change of it: what is kept of that read replaces what was kept before.
    Changed,
}

impl Session {
    /// So many objects like this one are about to be refreshed.
    pub(crate) fn expect_refreshes(&self, resource: &'static Resource, keys: &Object, count: usize) {
        if let Some(path) = Way::of(resource).and_then(|way| way.path(resource, keys)) {
            self.bulk.runs.add(&path.join("/"), count);
        }
    }

    /// An object of the state as the system has it now; `None` when it does not exist. `private`: what is kept of it.
    pub(crate) async fn refresh(
        &self,
        resource: &'static Resource,
        prior: &Object,
        private: &PrivateState,
        budget: &Budget,
    ) -> Result<Option<Observed>, ReadError> {
        // A list to which there is no response must not use up the time of the read that replaces it.
        let renews = match self.shown(resource, prior, private, &budget.beside()).await {
            Shown::Object(seen) => return Ok(Some(seen)),
            Shown::No => false,
            Shown::Alone(reason) => {
                log::debug!("{} is read by itself: {reason}", described(resource, prior));
                false
            }
            Shown::Changed => {
                log::debug!("{} is read by itself: the log has a change of it", described(resource, prior));
                true
            }
        };
        let seen = self.fetch_alone(resource, prior, budget).await?;
        Ok(seen.map(|seen| Observed { renews, ..seen }))
    }

    async fn shown(
        &self,
        resource: &'static Resource,
        prior: &Object,
        private: &PrivateState,
        budget: &Budget,
    ) -> Shown {
        // A list may show what this key may not read by itself: the number of reads must not decide which it gets.
        let may = self.reads_in_bulk && self.lacks(resource).is_none() && self.known_rights() >= resource.readable_by;
        let Some(way) = Way::of(resource).filter(|_| may) else { return Shown::No };
        let Some(path) = way.path(resource, prior) else { return Shown::No };
        let name = path.join("/");
        if self.bulk.runs.is_beginning(&name, way.least_reads()) {
            budget.sleep(COMPANY).await;
        }
        match way {
            Way::Snapshot(snapshot) => match self.gathered(resource, snapshot, &name, budget).await {
                Some(gathered) => self.shown_together(resource, snapshot, &gathered, (prior, private), budget).await,
                None => Shown::No,
            },
            Way::List | Way::Whole { .. } => {
                let entry = match way {
                    Way::Whole { at, wire, attr, .. } => self.row(path, (at, wire, attr), prior, budget).await,
                    _ => self.listed(resource, &name, path, prior, budget).await,
                };
                let entry = match entry {
                    Some(Entry::One(Json::Object(entry))) => entry,
                    Some(_) => return Shown::Alone("the list does not show it exactly once"),
                    None => return Shown::No,
                };
                match self.seen_in_entry(resource, prior, entry, budget).await {
                    Some(seen) => Shown::Object(seen),
                    None => Shown::Alone(OTHER),
                }
            }
        }
    }

    /// Whether to read this list now, or to wait for those who do.
    fn is_worth(&self, name: &str, least: usize, is_there: bool) -> bool {
        is_there || self.bulk.runs.is_worth(name, least)
    }

    /// Notes that a list was not read.
    fn note_not_read(&self, name: &str, why: NotRead) {
        if why == NotRead::Failed {
            log::info!("cannot read all of /{name} at once: its objects are read one by one");
            self.bulk.runs.refuse(name);
        }
    }

    /// The object in an entry of a list, if it is certainly that of the state.
    async fn seen_in_entry(
        &self,
        resource: &'static Resource,
        prior: &Object,
        entry: JsonObject,
        budget: &Budget,
    ) -> Option<Observed> {
        let mut seen = see(resource, prior, entry, list_place(resource)).ok()?;
        let is_other = |name: &str| {
            let (before, now) = (get(prior, name), get(&seen.object, name));
            before.as_str().is_some() && before != now
        };
        let is_id = |name: &str| name == ID && resource.attr(name).is_some_and(|attr| !attr.settable());
        if resource.attrs.iter().any(|attr| (attr.is_key() || is_id(attr.name)) && is_other(attr.name)) {
            return None;
        }
        self.veil(resource, &mut seen, budget).await;
        self.keep(resource, &seen.object);
        (!is_absent(resource, &seen.json)).then_some(seen)
    }
}

/// Marks all secrets as not shown, so that those of the state stay.
fn without_secrets(resource: &'static Resource, seen: &mut Observed) {
    for attr in resource.managed().filter(|attr| attr.is_secret()) {
        seen.object.insert(attr.name.to_owned(), Value::Unknown);
    }
}
