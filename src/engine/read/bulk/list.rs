//! Lists whose entries show everything that a read of the object shows.

use crate::api::{Budget, Call, Json, Repeat};
use crate::engine::read::lists::{keys_in_entry, shown_keys};
use crate::engine::read::pages::PageTexts;
use crate::engine::session::Session;
use crate::engine::session::bulk::NotRead;
use crate::engine::session::shared_reads::Freshness;
use crate::engine::values::body::DecodeError;
use crate::engine::values::indexed::{Entry, Indexed};
use crate::engine::values::observed::ReadError;
use crate::engine::values::same::get;
use crate::schema::{Attr, Listing, Resource};
use crate::value::Object;

use super::LEAST_READS;

/// Of all pages of a list together, in bytes. A longer one would take more memory than it saves time.
pub(super) const LONGEST: usize = 32 << 20;

/// Between the keys of an object that has several: no key contains it.
const BETWEEN: &str = "\0";

impl Session {
    /// What the list has under the keys of this object. `None` if it is not read.
    pub(super) async fn listed(
        &self,
        resource: &'static Resource,
        name: &str,
        path: Vec<String>,
        prior: &Object,
        budget: &Budget,
    ) -> Option<Entry> {
        let list = resource.list.as_ref()?;
        let lists = &self.bulk.lists;
        if !self.is_worth(name, LEAST_READS, lists.is_there(name)) {
            return None;
        }
        let read = async || self.read_list(resource, list, name, path, budget).await;
        match lists.ask(name, Freshness::Recent, read).await {
            Ok(indexed) => Some(indexed.get(&keys_text(resource, prior))),
            Err(why) => {
                self.note_not_read(name, why);
                None
            }
        }
    }

    async fn read_list(
        &self,
        resource: &'static Resource,
        list: &'static Listing,
        name: &str,
        path: Vec<String>,
        budget: &Budget,
    ) -> Result<Indexed, NotRead> {
        let mut pages = PageTexts::new(list.at, list.paging, once(path));
        let mut indexed = Indexed::default();
        let key = |entry: &Json| {
            let entry = entry.as_object().ok_or_else(DecodeError::no_object)?;
            shown_keys(resource, entry).map(|keys| keys.join(BETWEEN))
        };
        while let Some(page) = pages.next(self, budget).await? {
            // The objects inside are objects of their own, and are read as such.
            let page = match resource.children() {
                Some((attr, _)) => page.without(attr.wire_name()).map_err(|_| NotRead::Failed)?,
                None => page,
            };
            indexed.add(page, key).map_err(|_| NotRead::Failed)?;
            if indexed.size() > LONGEST {
                return Err(NotRead::Failed);
            }
            if !self.bulk.runs.may_have(name, pages.expected()) {
                return Err(NotRead::TooLong);
            }
        }
        Ok(indexed)
    }

    /// What a response that contains all objects has for this one. `None` if it is not read. `(at, wire, attr)`: where the
    /// entries are, the name of their key, and the attribute with that key.
    pub(super) async fn row(
        &self,
        path: Vec<String>,
        (at, wire, attr): (&'static str, &'static str, &'static str),
        prior: &Object,
        budget: &Budget,
    ) -> Option<Entry> {
        let name = path.join("/");
        if !self.is_worth(&name, LEAST_READS, self.shared.is_there(&name)) {
            return None;
        }
        match self.ask_shared(once(path), Freshness::Recent, budget).await {
            Ok(body) => body.entry(at, wire, get(prior, attr).as_str()).ok(),
            Err(error) => {
                self.note_not_read(&name, ReadError::from(error).into());
                None
            }
        }
    }
}

/// The request for a list. Where it fails, single reads serve as well and sooner than another attempt.
pub(super) fn once<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Call {
    Call::get(path).repeat(Repeat::OnlyIfUnsent)
}

/// The keys of the object that an entry of the list contains.
fn keys_text(resource: &'static Resource, object: &Object) -> String {
    let text = |key: &'static Attr| get(object, key.name).as_str().unwrap_or_default();
    keys_in_entry(resource).map(text).collect::<Vec<_>>().join(BETWEEN)
}
