//! Refreshes of many objects at once: where enough of them wait, one read of a list serves all. A list only ever saves
//! reads: whatever it does not show beyond doubt is read by itself, and that an object is gone is never concluded from a
//! list.

mod change_log;
mod gather;
mod list;

use crate::api::{Budget, Json};
use crate::engine::read::lists::list_place;
use crate::engine::session::Session;
use crate::engine::session::bulk::NotRead;
use crate::engine::session::waiting::Wait;
use crate::engine::values::address::render;
use crate::engine::values::observed::{Observed, ReadError, is_absent, see};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Reads, Resource, Snapshot};
use crate::value::{Object, Value};

/// From how many waiting reads on a list is read.
const LEAST_WAITING: usize = 3;

/// The identifier that many systems give to an object, which differs between two objects that had the same key.
const ID: &str = "id";

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

    fn least_waiting(self) -> usize {
        if let Way::Snapshot(snapshot) = self { snapshot.least_waiting } else { LEAST_WAITING }
    }
}

/// What a list says of one object.
enum Shown {
    Object(Observed),
    /// It has to be read by itself.
    Alone,
    /// The same, and what is kept of that read replaces what was kept before.
    Changed,
}

impl Session {
    /// So many refreshes of these objects wait from now on. `None` where a list serves none of them.
    pub(crate) fn wait(&self, resource: &'static Resource, keys: &Object, count: usize) -> Option<Wait<'_>> {
        let path = Way::of(resource)?.path(resource, keys)?;
        Some(self.bulk.waiting.enter(path.join("/"), count))
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
            Shown::Alone => false,
            Shown::Changed => true,
        };
        let seen = self.fetch(resource, prior, budget).await?;
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
        let Some(way) = Way::of(resource).filter(|_| may) else { return Shown::Alone };
        let Some(path) = way.path(resource, prior) else { return Shown::Alone };
        let name = path.join("/");
        match way {
            Way::Snapshot(snapshot) => match self.gathered(resource, snapshot, &name, budget).await {
                Some(gathered) => self.shown_together(resource, snapshot, &gathered, (prior, private), budget).await,
                None => Shown::Alone,
            },
            Way::List | Way::Whole { .. } => {
                let entry = match way {
                    Way::Whole { at, wire, attr, .. } => self.row(path, (at, wire, attr), prior, budget).await,
                    _ => self.listed(resource, &name, path, prior, budget).await,
                };
                let Some(Json::Object(entry)) = entry else { return Shown::Alone };
                match self.seen_in_entry(resource, prior, entry, budget).await {
                    Some(seen) => Shown::Object(seen),
                    None => Shown::Alone,
                }
            }
        }
    }

    /// Whether to read this list now, or to wait for those who do.
    fn is_worth(&self, name: &str, way: Way, is_there: bool) -> bool {
        is_there || self.bulk.waiting.is_worth(name, way.least_waiting())
    }

    /// Notes that a list was not read.
    fn note_not_read(&self, name: &str, why: NotRead) {
        if why == NotRead::Failed {
            log::info!("cannot read all of /{name} at once: its objects are read one by one");
            self.bulk.waiting.refuse(name);
        }
    }

    /// The object in an entry of a list, if it is certainly that of the state.
    async fn seen_in_entry(
        &self,
        resource: &'static Resource,
        prior: &Object,
        mut entry: JsonObject,
        budget: &Budget,
    ) -> Option<Observed> {
        // The objects inside are objects of their own, and are read as such.
        if let Some((attr, _)) = resource.children() {
            entry.remove(attr.wire_name());
        }
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
