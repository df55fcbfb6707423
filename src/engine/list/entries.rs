//! The entries of a list as its pages arrive, each once. A list that changes meanwhile is read again, for the entries
//! that have moved to a page that was already read.

use std::collections::BTreeSet;
use std::vec;

use crate::api::{Budget, Call};
use crate::engine::read::lists::{MOST_READS, key_in_entry, misplaced, shown_keys, unsteady};
use crate::engine::read::pages::Pages;
use crate::engine::session::Session;
use crate::engine::values::observed::ReadError;
use crate::hooks::JsonObject;
use crate::schema::{Listing, Resource};
use crate::value::Object;

/// A list under way.
pub(super) struct Entries {
    resource: &'static Resource,
    /// The parts that are not read yet.
    calls: vec::IntoIter<Call>,
    reading: Option<Reading>,
    keys: BTreeSet<Vec<String>>,
}

/// One read of one part.
struct Reading {
    list: &'static Listing,
    call: Call,
    pages: Pages<'static>,
    /// How often the part was read, with this time.
    count: usize,
    /// Whether this time brought an entry that no time before did.
    has_new: bool,
}

impl Reading {
    fn new(resource: &'static Resource, list: &'static Listing, call: Call, count: usize) -> Reading {
        let pages = Pages::new(list, key_in_entry(resource), call.clone());
        Reading { list, call, pages, count, has_new: false }
    }

    /// Whether nothing is missing: the totals agree, or a second read has found nothing new.
    fn is_complete(&self) -> bool {
        self.pages.is_steady() || (self.count > 1 && !self.has_new)
    }
}

impl Entries {
    /// `known`: values for the filters of the list.
    pub(super) fn new(session: &Session, resource: &'static Resource, known: &Object) -> Result<Entries, ReadError> {
        let calls = resource.list.as_ref().map(|list| session.list_calls(resource, list, known)).transpose()?;
        Ok(Entries { resource, calls: calls.unwrap_or_default().into_iter(), reading: None, keys: BTreeSet::new() })
    }

    /// The new entries of the next page; `None` after the last one.
    pub(super) async fn next(
        &mut self,
        session: &Session,
        budget: &Budget,
    ) -> Result<Option<Vec<JsonObject>>, ReadError> {
        let resource = self.resource;
        let Some(list) = &resource.list else { return Ok(None) };
        loop {
            let Some(reading) = &mut self.reading else {
                let Some(call) = self.calls.next() else { return Ok(None) };
                self.reading = Some(Reading::new(resource, list, call, 1));
                continue;
            };
            let page = reading.pages.next(session, budget).await.map_err(|error| session.denied(resource, error))?;
            let Some(page) = page else {
                self.reading = match self.reading.take() {
                    Some(reading) if reading.is_complete() => None,
                    Some(reading) if reading.count == MOST_READS => return Err(unsteady(&reading.call)),
                    Some(reading) => Some(Reading::new(resource, reading.list, reading.call, reading.count + 1)),
                    None => None,
                };
                continue;
            };
            let mut new = Vec::new();
            for entry in page {
                let keys = shown_keys(resource, &entry).map_err(|error| misplaced(resource, error))?;
                if self.keys.insert(keys) {
                    new.push(entry);
                }
            }
            reading.has_new |= !new.is_empty();
            return Ok(Some(new));
        }
    }

    /// Whether the list certainly has more entries.
    pub(super) fn has_more(&self) -> bool {
        self.reading.as_ref().is_some_and(|reading| reading.pages.has_more())
    }
}
