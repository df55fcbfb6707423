//! Lists, read to their last page and through all their parts, and searched for one object. An unexpected answer is
//! an error: an object that is missing from a list would be taken for deleted.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::Value as Json;

use crate::api::{Budget, Call};
use crate::engine::read::pages::Pages;
use crate::engine::session::Session;
use crate::engine::values::address::{key_text, render};
use crate::engine::values::body::DecodeError;
use crate::engine::values::observed::{Observed, ReadError, is_absent, place, see};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Filter, Listing, Resource};
use crate::value::{Object, Path, Value};

/// How often a list is read again because it changed while its pages were read.
pub(crate) const MOST_READS: usize = 4;

/// The objects that have a name.
pub(crate) enum Named {
    Nobody,
    /// As the list shows it, which may be less than a read of the object.
    One(Object),
    /// The keys of all objects that have it.
    Several(Vec<String>),
}

impl Session {
    /// Every entry of the list that `call` requests. `key`: the name of the key in an entry.
    pub(crate) async fn entries(
        &self,
        list: &Listing,
        key: &str,
        call: &Call,
        budget: &Budget,
    ) -> Result<Vec<JsonObject>, ReadError> {
        let mut before = None;
        for _ in 0..MOST_READS {
            let (mut pages, mut found) = (Pages::new(list, key, call.clone()), Vec::new());
            while let Some(page) = pages.next(self, budget).await? {
                found.extend(page);
            }
            // Two reads with the same entries are believed, whatever total they report.
            if pages.is_steady() || before.as_ref() == Some(&found) {
                return Ok(found);
            }
            before = Some(found);
        }
        Err(unsteady(call))
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
        let (mut all, mut keys) = (Vec::new(), BTreeSet::new());
        let key = key_in_entry(resource);
        for call in self.list_calls(resource, list, known)? {
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

    /// The requests for the parts of a list, in the order in which they are read.
    pub(crate) fn list_calls(
        &self,
        resource: &'static Resource,
        list: &Listing,
        known: &Object,
    ) -> Result<Vec<Call>, ReadError> {
        if let Some(why) = self.lacks(resource) {
            return Err(ReadError::Unsupported(why));
        }
        // Without a part of its path it would be another list.
        let error = || misplaced(resource, DecodeError { path: Path::root(), expected: "asked for without its path" });
        let whole = call(resource, list, known).ok_or_else(error)?;
        let Some(parts) = list.parts else { return Ok(vec![whole]) };
        let part = |part: Vec<(&'static str, String)>| {
            let mut call = whole.clone();
            call.query.extend(part.into_iter().map(|(name, value)| (name.to_owned(), value)));
            call
        };
        Ok(parts(SystemTime::now()).into_iter().map(part).collect())
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
pub(crate) fn list_place(resource: &'static Resource) -> String {
    format!("GET /{}", resource.list.as_ref().and_then(|list| list.path).unwrap_or(resource.collection))
}

pub(crate) fn misplaced(resource: &'static Resource, error: DecodeError) -> ReadError {
    ReadError::Decode { place: list_place(resource), error }
}

/// The error for a list that is another one each time.
pub(crate) fn unsteady(call: &Call) -> ReadError {
    let error = DecodeError { path: Path::root(), expected: "a list that stays the same while its pages are read" };
    ReadError::Decode { place: place(call), error }
}

/// The name of the key in an entry.
pub(crate) fn key_in_entry(resource: &'static Resource) -> &'static str {
    resource.keys().next().map_or("", |key| key.wire_name())
}

/// The keys that an entry of the list has: all but those in the path of the list.
pub(crate) fn keys_in_entry(resource: &'static Resource) -> impl Iterator<Item = &'static Attr> {
    let in_path = |key: &&Attr| resource.list.as_ref().is_some_and(|list| list.required().any(|name| name == key.name));
    resource.keys().filter(move |key| !in_path(key))
}

/// The keys of an entry. An entry without them is not valid.
pub(crate) fn shown_keys(resource: &'static Resource, entry: &JsonObject) -> Result<Vec<String>, DecodeError> {
    let shown = |key: &'static Attr| match entry.get(key.wire_name()) {
        Some(Json::String(key)) => Ok(key.clone()),
        _ => Err(DecodeError { path: Path::attribute(key.name), expected: "a string in each entry" }),
    };
    keys_in_entry(resource).map(shown).collect()
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

/// Whether an entry matches the filters that are applied here and not by the system.
pub(crate) fn passes(list: &Listing, config: &Object, entry: &Object) -> bool {
    let fits = |wanted: &Value, shown: &Value| match (wanted, shown) {
        (Value::Null, _) => true,
        (Value::Map(wanted), Value::Map(shown)) => wanted.iter().all(|(key, value)| shown.get(key) == Some(value)),
        (Value::Map(wanted), _) => wanted.is_empty(),
        (wanted, shown) => wanted == shown,
    };
    let compared = list.filters.iter().filter(|filter| filter.client_side);
    compared.into_iter().all(|filter| fits(get(config, filter.name()), get(entry, filter.name())))
}
