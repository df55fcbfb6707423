//! Lists, read to their last page and through all their parts, and searched for one object. An unexpected answer is
//! an error: an object that is missing from a list would be taken for deleted.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::Value as Json;

use crate::api::{Budget, Call};
use crate::engine::session::Session;
use crate::engine::values::address::{key_text, render};
use crate::engine::values::body::{DecodeError, at};
use crate::engine::values::observed::{Observed, ReadError, is_absent, only_key, place, see};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Filter, Listing, Paging, Resource};
use crate::value::{Object, Path, Value};

/// Enough for a million objects with a hundred on a page. A list that has more pages never ends.
const MOST_PAGES: usize = 10_000;

/// How often a list is read again because it changed while its pages were read.
const MOST_READS: usize = 4;

/// The number of entries so far, beside the total that the pages report.
struct Count {
    read: u64,
    total: Option<u64>,
    is_steady: bool,
}

impl Default for Count {
    fn default() -> Count {
        Count { read: 0, total: None, is_steady: true }
    }
}

impl Count {
    /// Counts a page of this length and returns whether it is the last one. `most`: the size of a page. Some systems
    /// add entries to the first page and include them in the total of that page only.
    fn ends_with(&mut self, length: usize, most: usize, total: Option<u64>) -> bool {
        if length == 0 {
            // A page past the end may report any total.
            self.is_steady &= self.total.is_none_or(|total| total <= self.read);
            return true;
        }
        let on_top = length.saturating_sub(most) as u64;
        let total = total.map(|total| total.saturating_sub(on_top));
        if let (Some(before), Some(now)) = (self.total, total) {
            self.is_steady &= before == now;
        }
        self.total = total.or(self.total);
        self.read += length as u64 - on_top;
        // Only the next page tells whether a full page is the last one: the total may be out of date.
        length < most && self.total.is_none_or(|total| total <= self.read)
    }
}

/// The objects that have a name.
pub(crate) enum Named {
    Nobody,
    /// As the list shows it, which may be less than a read of the object.
    One(Object),
    /// The keys of all objects that have it.
    Several(Vec<String>),
}

impl Session {
    /// Every entry of the list that `call` requests. `key`: the name of the key in an entry. A system
    /// that supports pages may still answer with the plain list.
    pub(crate) async fn entries(
        &self,
        list: &Listing,
        key: &str,
        call: &Call,
        budget: &Budget,
    ) -> Result<Vec<JsonObject>, ReadError> {
        let mut before = None;
        for _ in 0..MOST_READS {
            let (found, is_steady) = self.pages(list, key, call, budget).await?;
            // Two reads with the same entries are believed, whatever total they report.
            if is_steady || before.as_ref() == Some(&found) {
                return Ok(found);
            }
            before = Some(found);
        }
        let error = DecodeError { path: Path::root(), expected: "a list that stays the same while its pages are read" };
        Err(ReadError::Decode { place: place(call), error })
    }

    /// All pages of a list, and whether their totals agree: an entry that is added or removed in between moves others
    /// to another page.
    async fn pages(
        &self,
        list: &Listing,
        key: &str,
        call: &Call,
        budget: &Budget,
    ) -> Result<(Vec<JsonObject>, bool), ReadError> {
        let (entries, paging) = (list.at, list.paging);
        let (mut found, mut count) = (Vec::new(), Count::default());
        for page in 1..=MOST_PAGES {
            let mut call = call.clone();
            if let Paging::Pages { number, size, most, .. } = paging {
                call = call.query(number, page.to_string()).query(size, most.to_string());
            }
            let place = place(&call);
            let body = self.ask(call, budget).await.map_err(ReadError::from)?.body;
            let plain = entries.is_empty() || matches!(paging, Paging::Pages { .. });
            let is_whole = body.is_array();
            let total = match paging {
                Paging::Pages { total, .. } => at(&body, total).and_then(Json::as_u64),
                Paging::Whole => None,
            };
            let misplaced = |error| ReadError::Decode { place: place.clone(), error };
            let part = listed(body, entries, plain, key).map_err(misplaced)?;
            let length = part.len();
            found.extend(unwrapped(part, list.inside, key).map_err(misplaced)?);
            match paging {
                Paging::Pages { most, .. } if !is_whole => {
                    if count.ends_with(length, most, total) {
                        return Ok((found, count.is_steady));
                    }
                }
                _ => return Ok((found, true)),
            }
        }
        let error = DecodeError { path: Path::root(), expected: "a list that ends" };
        Err(ReadError::Decode { place: place(call), error })
    }

    /// The entries of a resource's list, without duplicates. `known`: values for the filters of the list. `enough`:
    /// called after each part, true when the rest need not be read.
    async fn list_until(
        &self,
        resource: &'static Resource,
        known: &Object,
        budget: &Budget,
        enough: impl Fn(&JsonObject) -> bool,
    ) -> Result<Vec<JsonObject>, ReadError> {
        let Some(list) = &resource.list else { return Ok(Vec::new()) };
        if let Some(why) = self.lacks(resource) {
            return Err(ReadError::Unsupported(why));
        }
        // Without a part of its path it would be another list.
        let error = || misplaced(resource, DecodeError { path: Path::root(), expected: "asked for without its path" });
        let call = call(resource, list, known).ok_or_else(error)?;
        let parts = match list.parts {
            None => vec![Vec::new()],
            Some(parts) => parts(SystemTime::now()),
        };
        let (mut all, mut keys) = (Vec::new(), BTreeSet::new());
        for part in parts {
            let mut call = call.clone();
            call.query.extend(part.into_iter().map(|(name, value)| (name.to_owned(), value)));
            let key = resource.keys().next().map_or("", |key| key.wire_name());
            let entries = self.entries(list, key, &call, budget).await;
            for entry in entries.map_err(|error| self.denied(resource, error))? {
                let key: Vec<String> = shown_keys(resource, &entry).map_err(|error| misplaced(resource, error))?;
                if keys.insert(key) {
                    all.push(entry);
                }
            }
            if all.iter().any(&enough) {
                break;
            }
        }
        Ok(all)
    }

    /// All entries.
    pub(crate) async fn list(
        &self,
        resource: &'static Resource,
        known: &Object,
        budget: &Budget,
    ) -> Result<Vec<JsonObject>, ReadError> {
        self.list_until(resource, known, budget, |_| false).await
    }

    /// The object of the list that has these names.
    pub(crate) async fn named(
        &self,
        resource: &'static Resource,
        names: &Object,
        budget: &Budget,
    ) -> Result<Named, ReadError> {
        let wire = |name: &str| resource.attr(name).map_or("", |attr| attr.wire_name());
        let fits = |json: &JsonObject| {
            names.iter().all(|(name, value)| json.get(wire(name)).and_then(Json::as_str) == value.as_str())
        };
        let mut found = self.list_until(resource, names, budget, |json| resource.unique_names && fits(json)).await?;
        found.retain(|json| fits(json) && !is_absent(resource, json));
        let see = |json| see(resource, &Object::new(), json, list_place(resource));
        let mut found: Vec<Observed> = found.into_iter().map(see).collect::<Result<_, _>>()?;
        Ok(match found.len() {
            0 => Named::Nobody,
            1 => Named::One(found.remove(0).object),
            _ => Named::Several(found.iter().map(|seen| key_text(resource, &seen.object)).collect()),
        })
    }

    /// All entries as objects of the table.
    pub(crate) async fn seen(
        &self,
        resource: &'static Resource,
        known: &Object,
        budget: &Budget,
    ) -> Result<Vec<Observed>, ReadError> {
        let entries = self.list(resource, known, budget).await?;
        let there = entries.into_iter().filter(|json| !is_absent(resource, json));
        there.map(|json| see(resource, &Object::new(), json, list_place(resource))).collect()
    }
}

/// The request for the list, for messages.
fn list_place(resource: &'static Resource) -> String {
    format!("GET /{}", resource.list.as_ref().and_then(|list| list.path).unwrap_or(resource.collection))
}

pub(crate) fn misplaced(resource: &'static Resource, error: DecodeError) -> ReadError {
    ReadError::Decode { place: list_place(resource), error }
}

/// The keys of an entry, without those in the path of the list. An entry without them is not valid.
fn shown_keys(resource: &'static Resource, entry: &JsonObject) -> Result<Vec<String>, DecodeError> {
    let in_path = |key: &&Attr| resource.list.as_ref().is_some_and(|list| list.required().any(|name| name == key.name));
    let shown = |key: &'static Attr| match entry.get(key.wire_name()) {
        Some(Json::String(key)) => Ok(key.clone()),
        _ => Err(DecodeError { path: Path::attribute(key.name), expected: "a string in each entry" }),
    };
    resource.keys().filter(|key| !in_path(key)).map(shown).collect()
}

/// The entries of one answer. Those that consist of their key become objects with it.
fn listed(body: Json, entries: &str, plain: bool, key: &str) -> Result<Vec<JsonObject>, DecodeError> {
    let list = match &body {
        Json::Array(_) if plain => Some(&body),
        Json::Null if entries.is_empty() => Some(&body),
        body => at(body, entries).filter(|_| !entries.is_empty()),
    };
    let object = |entry: &Json| match entry {
        Json::Object(entry) => Ok(entry.clone()),
        Json::String(text) => Ok(only_key(key, text)),
        _ => Err(DecodeError::no_object()),
    };
    match list {
        // Some systems answer null for an empty list.
        Some(Json::Null) => Ok(Vec::new()),
        // A list of keys may be a set, whose order is another one in each response.
        Some(Json::Array(entries)) if entries.iter().all(Json::is_string) => {
            let keys: BTreeSet<&str> = entries.iter().filter_map(Json::as_str).collect();
            Ok(keys.into_iter().map(|text| only_key(key, text)).collect())
        }
        Some(Json::Array(entries)) => entries.iter().map(object).collect(),
        _ => Err(DecodeError::no_list(entries)),
    }
}

/// The objects inside the entries, if that is where they are. An entry without any may have no list.
fn unwrapped(entries: Vec<JsonObject>, inside: Option<&str>, key: &str) -> Result<Vec<JsonObject>, DecodeError> {
    let Some(inside) = inside else { return Ok(entries) };
    let mut found = Vec::new();
    for mut entry in entries {
        found.extend(match entry.remove(inside) {
            None | Some(Json::Null) => Vec::new(),
            Some(objects) => listed(objects, "", true, key)?,
        });
    }
    Ok(found)
}

/// The request for a list. A value in its path is not repeated in the query.
fn call(resource: &'static Resource, list: &Listing, known: &Object) -> Option<Call> {
    let template = list.path.unwrap_or(resource.collection);
    let mut call = Call::get(render(template, known, None)?);
    let is_sent = |filter: &&Filter| !filter.client_side && list.required().all(|name| name != filter.name());
    for Filter { attr, form, .. } in list.filters.iter().filter(is_sent) {
        match (attr.header_name(), get(known, attr.name)) {
            (Some(header), Value::String(text)) => call = call.header(header, text.clone()),
            (None, Value::String(text)) => {
                let text = form.map_or_else(|| text.clone(), |form| form(text));
                call = call.query(attr.wire_name(), text);
            }
            (None, Value::List(items)) => {
                let words: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                call = call.query(attr.wire_name(), words.join(","));
            }
            (None, Value::Map(entries)) => {
                for (key, value) in entries {
                    let text = value.as_str().unwrap_or_default();
                    call = call.query(format!("{}.{key}", attr.wire_name()), text);
                }
            }
            _ => {}
        }
    }
    Some(call)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages are read, and whether their totals agree. Each page: its length and its total.
    fn read(pages: &[(usize, Option<u64>)]) -> (usize, bool) {
        let mut count = Count::default();
        let last = pages.iter().position(|(length, total)| count.ends_with(*length, 10, *total));
        (last.expect("a last page") + 1, count.is_steady)
    }

    #[test]
    fn a_list_ends_where_its_count_or_a_short_page_says() {
        assert_eq!(read(&[(10, Some(13)), (3, Some(13))]), (2, true));
        assert_eq!(read(&[(10, Some(10)), (0, Some(0))]), (2, true));
        assert_eq!(read(&[(10, None), (10, None), (0, None)]), (3, true));
        assert_eq!(read(&[(10, None), (3, None)]), (2, true));
        assert_eq!(read(&[(0, Some(0))]), (1, true));
        // Pages that are smaller than requested.
        assert_eq!(read(&[(5, Some(8)), (3, Some(8))]), (2, true));
    }

    #[test]
    fn a_count_that_is_too_small_does_not_end_it() {
        assert_eq!(read(&[(10, Some(4)), (10, Some(4)), (2, Some(4))]), (3, true));
    }

    #[test]
    fn a_count_that_changes_is_no_steady_list() {
        assert_eq!(read(&[(10, Some(13)), (2, Some(12))]), (2, false));
        assert_eq!(read(&[(10, Some(10)), (1, Some(11))]), (2, false));
        assert_eq!(read(&[(10, Some(13)), (4, Some(14))]), (2, false));
        assert_eq!(
            read(&[(10, Some(13)), (0, Some(0))]),
            (2, false),
            "the rest is gone, or has moved to the first page"
        );
    }

    #[test]
    fn what_stands_on_top_of_the_first_page_is_counted_there_only() {
        assert_eq!(read(&[(12, Some(15)), (3, Some(13))]), (2, true));
        assert_eq!(read(&[(6, Some(6))]), (1, true));
    }
}
