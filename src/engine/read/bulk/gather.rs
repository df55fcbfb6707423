//! Objects that two lists show together, all but their secrets. These are those of the state if the object is still the same,
//! the stamp of the secrets did not move, and the log has no entry of a change.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex as AsyncMutex;

use crate::api::{Budget, Json};
use crate::engine::read::lists::key_in_entry;
use crate::engine::read::pages::PageTexts;
use crate::engine::session::Session;
use crate::engine::session::bulk::{Gathered, NotRead, Rest};
use crate::engine::session::shared_reads::Freshness;
use crate::engine::values::address::object_path;
use crate::engine::values::body::DecodeError;
use crate::engine::values::changes::Says;
use crate::engine::values::full_read::{FullRead, stamp};
use crate::engine::values::indexed::Indexed;
use crate::engine::values::json_list::JsonList;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::values::version::Version;
use crate::hooks::JsonObject;
use crate::schema::{Paging, Resource, Snapshot};
use crate::value::{Object, Value};

use super::list::{LONGEST, once};
use super::{OTHER, Shown, without_secrets};

impl Session {
    /// The lists, if they are worth reading and can be read.
    pub(super) async fn gathered(
        &self,
        resource: &'static Resource,
        snapshot: &'static Snapshot,
        name: &str,
        budget: &Budget,
    ) -> Option<Arc<Gathered>> {
        let since = Version::parse(snapshot.since);
        let is_new = self.version().zip(since).is_some_and(|(version, since)| *version >= since);
        if !is_new || self.known_rights() < snapshot.readable_by {
            return None;
        }
        let all = &self.bulk.gathered;
        if !self.is_worth(name, snapshot.least_reads, all.is_there(name)) {
            return None;
        }
        match all.ask(name, Freshness::Recent, async || self.gather(resource, snapshot, name, budget).await).await {
            Ok(gathered) => Some(gathered),
            Err(why) => {
                self.note_not_read(name, why);
                None
            }
        }
    }

    /// Reads both lists. The first page of the second one comes first: it says how long they are.
    async fn gather(
        &self,
        resource: &'static Resource,
        snapshot: &'static Snapshot,
        name: &str,
        budget: &Budget,
    ) -> Result<Gathered, NotRead> {
        let rest = &snapshot.rest;
        let mut pages = PageTexts::new(rest.at, rest.paging, once(rest.path.split('/')));
        let mut page = pages.next(self, budget).await?;
        if !self.bulk.runs.may_have(name, pages.expected()) {
            return Err(NotRead::TooLong);
        }
        let mut gathered = Gathered {
            objects: self.plain_list(resource, snapshot, budget).await?,
            rest: BTreeMap::new(),
            log: AsyncMutex::default(),
        };
        while let Some(entries) = page {
            self.add_rest(resource, snapshot, &entries, &mut gathered)?;
            page = pages.next(self, budget).await?;
        }
        Ok(gathered)
    }

    async fn plain_list(
        &self,
        resource: &'static Resource,
        snapshot: &'static Snapshot,
        budget: &Budget,
    ) -> Result<Indexed, NotRead> {
        let mut pages = PageTexts::new("", Paging::Whole, once(snapshot.objects.split('/')));
        let mut objects = Indexed::default();
        let key = |entry: &Json| text(entry, key_in_entry(resource)).ok_or_else(DecodeError::no_object);
        while let Some(page) = pages.next(self, budget).await? {
            objects.add(page, key).map_err(|_| NotRead::Failed)?;
        }
        if objects.size() > LONGEST { Err(NotRead::Failed) } else { Ok(objects) }
    }

    /// Adds what a page of the second list says of the objects in it.
    fn add_rest(
        &self,
        resource: &'static Resource,
        snapshot: &'static Snapshot,
        page: &JsonList,
        gathered: &mut Gathered,
    ) -> Result<(), NotRead> {
        let rest = &snapshot.rest;
        let key = key_in_entry(resource);
        let id = id_in_entry(resource, snapshot);
        for owner in page.entries() {
            let Json::Object(mut owner) = owner else { return Err(NotRead::Failed) };
            let inside = match owner.remove(rest.inside) {
                Some(Json::Array(inside)) => inside,
                Some(Json::Null) | None => continue,
                Some(_) => return Err(NotRead::Failed),
            };
            for object in inside {
                let (Some(key), Some(id)) = (text(&object, key), text(&object, id)) else {
                    return Err(NotRead::Failed);
                };
                let shown = gathered.objects.get(&key).only().and_then(|entry| {
                    let agrees = rest.both.iter().all(|name| same(entry.get(name), object.get(name)));
                    let Json::Object(entry) = entry else { return None };
                    if !agrees || (snapshot.alone)(&entry, &owner) {
                        return None;
                    }
                    let shown = rest.shows.iter().filter_map(|name| Some((*name, object.get(name)?.clone())));
                    let shown: JsonObject = shown.map(|(name, value)| (name.to_owned(), value)).collect();
                    Some(Json::Object(shown).to_string().into_boxed_str())
                });
                // An object that is there twice has moved from one page to the other.
                let is_new = !gathered.rest.contains_key(&id);
                gathered.rest.insert(id, shown.filter(|_| is_new).map_or(Rest::Alone, Rest::Shown));
            }
        }
        Ok(())
    }

    /// The object of the state as the lists show it.
    pub(super) async fn shown_together(
        &self,
        resource: &'static Resource,
        snapshot: &'static Snapshot,
        gathered: &Gathered,
        (prior, private): (&Object, &PrivateState),
        budget: &Budget,
    ) -> Shown {
        let Some(key) = resource.keys().next().and_then(|key| get(prior, key.name).as_str()) else {
            return Shown::No;
        };
        let Some(Json::Object(mut entry)) = gathered.objects.get(key).only() else {
            return Shown::Alone("the list does not show it exactly once");
        };
        let id = entry.get(id_in_entry(resource, snapshot)).and_then(Json::as_str).unwrap_or_default().to_owned();
        let Some(Rest::Shown(rest)) = gathered.rest.get(&id) else {
            return Shown::Alone("the other list does not show it, or shows that lists say too little of it");
        };
        let Ok(Json::Object(rest)) = serde_json::from_str(rest) else { return Shown::Alone(OTHER) };
        for name in snapshot.rest.shows {
            entry.remove(*name);
        }
        entry.extend(rest);
        (snapshot.complete)(&mut entry);
        for attr in resource.managed().filter(|attr| attr.is_secret()) {
            entry.remove(attr.wire_name());
        }
        let Some(mut seen) = self.seen_in_entry(resource, prior, entry, budget).await else {
            return Shown::Alone(OTHER);
        };
        without_secrets(resource, &mut seen);
        // Nothing was ever read in full: imported, or stored by another provider.
        let Some(read) = private.full_read() else {
            return Shown::Alone("no read that showed all of its secrets is known");
        };
        if !holds_secrets(resource, prior, private) {
            return Shown::Object(seen);
        }
        let now = FullRead { id: id.clone(), stamp: stamp(resource, &seen.object), ..*read };
        if !read.shows_same(&now) {
            return Shown::Alone("its secrets were updated, or it is another object with its key");
        }
        if self.is_unlogged(resource, snapshot, prior) {
            return Shown::Alone("the log leaves out writes of objects with such a name");
        }
        match self.changes_after(snapshot, &gathered.log, read, [key, &id], budget).await {
            Says::Unchanged => Shown::Object(seen),
            Says::Changed => Shown::Changed,
            Says::Nothing | Says::ReadFrom(_) => Shown::Alone("the log does not say whether its secrets have changed"),
        }
    }

    /// Whether writes of the object are not in the log, because of a word in their path.
    fn is_unlogged(&self, resource: &'static Resource, snapshot: &Snapshot, prior: &Object) -> bool {
        let path = object_path(resource, prior).unwrap_or_default().join("/");
        let path = format!("{}/{path}", self.base_path());
        snapshot.log.unlogged.iter().any(|word| path.contains(word))
    }
}

/// The name of the identifier in an entry.
fn id_in_entry(resource: &'static Resource, snapshot: &Snapshot) -> &'static str {
    resource.attr(snapshot.id).map_or("", |attr| attr.wire_name())
}

/// Whether the state has secrets, or lacks them because no key has read them.
fn holds_secrets(resource: &'static Resource, prior: &Object, private: &PrivateState) -> bool {
    let is_held = |value: &Value| !value.is_null();
    !private.unseen.is_empty()
        || resource.managed().filter(|attr| attr.is_secret()).any(|attr| is_held(get(prior, attr.name)))
}

fn text(entry: &Json, name: &str) -> Option<String> {
    entry.get(name)?.as_str().map(str::to_owned)
}

/// Lists spell an empty value in several ways.
fn same(one: Option<&Json>, other: Option<&Json>) -> bool {
    let is_nothing = |json: Option<&Json>| match json {
        None | Some(Json::Null) => true,
        Some(Json::Array(items)) => items.is_empty(),
        Some(Json::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    one == other || (is_nothing(one) && is_nothing(other))
}
