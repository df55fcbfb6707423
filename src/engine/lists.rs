//! Lists: read to their last page, through all their parts, and searched for one object. What is no list is an error:
//! an object that is missing in a misread list would be taken for one that is gone.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::Value as Json;

use super::body::Misfit;
use super::place::{key_text, render};
use super::same::get;
use super::seen::{Fault, Seen, place, see};
use super::session::Session;
use crate::api::{Call, Patience};
use crate::hooks::JsonObject;
use crate::schema::{Attr, DataSource, Filter, Paging, Resource};
use crate::value::{Object, Path, Value};

/// A list of a million objects, if a page has a hundred; one that goes on has no end.
const MOST_PAGES: usize = 10_000;

/// Whom a name stands for.
pub(super) enum Named {
    Nobody,
    /// As the list shows it: that may be less than there is.
    One(Object),
    /// The keys of all who have it.
    Several(Vec<String>),
}

/// The part of an answer at a dotted place.
pub(super) fn at<'a>(body: &'a Json, place: &str) -> Option<&'a Json> {
    place.split('.').filter(|step| !step.is_empty()).try_fold(body, |json, step| json.get(step))
}

impl Session {
    /// Every entry of the list that `call` asks for; `entries` is where in its answers they are. A system that gives pages
    /// on request may give the plain list all the same.
    pub(super) async fn entries(
        &self,
        call: &Call,
        entries: &str,
        paging: Paging,
        patience: &Patience,
    ) -> Result<Vec<JsonObject>, Fault> {
        let (mut found, mut total) = (Vec::new(), 0);
        for page in 1..=MOST_PAGES {
            let mut call = call.clone();
            if let Paging::Pages { number, size, most, .. } = paging {
                call = call.query(number, page.to_string()).query(size, most.to_string());
            }
            let place = place(&call);
            let body = self.ask(call, patience).await.map_err(Fault::from)?.body;
            if let Paging::Pages { total: place, .. } = paging {
                // Some count on the first page what they do not count again.
                total = total.max(at(&body, place).and_then(Json::as_u64).unwrap_or(0));
            }
            let plain = entries.is_empty() || matches!(paging, Paging::Pages { .. });
            let part = listed(body, entries, plain).map_err(|misfit| Fault::Misfit { place, misfit })?;
            let ends = part.is_empty();
            found.extend(part);
            // An empty page ends the list, whatever its total says.
            if ends || found.len() as u64 >= total {
                return Ok(found);
            }
        }
        let misfit = Misfit { path: Path::root(), expected: "a list that ends" };
        Err(Fault::Misfit { place: place(call), misfit })
    }

    /// The objects of a resource, as its list shows them, an object that comes twice once. `known` holds what of the
    /// list's filters is known. `enough` is asked after each part whether the rest need not be read.
    async fn list_until(
        &self,
        resource: &'static Resource,
        known: &Object,
        patience: &Patience,
        enough: impl Fn(&JsonObject) -> bool,
    ) -> Result<Vec<JsonObject>, Fault> {
        let Some(list) = &resource.list else { return Ok(Vec::new()) };
        // Without all parts of its path it would be another list.
        let misfit = || misplaced(resource, Misfit { path: Path::root(), expected: "asked for without its path" });
        let call = call(resource, list, known).ok_or_else(misfit)?;
        let parts = match list.parts {
            None => vec![Vec::new()],
            Some(parts) => parts(SystemTime::now()),
        };
        let (mut all, mut keys) = (Vec::new(), BTreeSet::new());
        for part in parts {
            let mut call = call.clone();
            call.query.extend(part.into_iter().map(|(name, value)| (name.to_owned(), value)));
            let entries = self.entries(&call, list.at, list.paging, patience).await;
            for entry in entries.map_err(|fault| self.denied(resource, fault))? {
                let key: Vec<String> = shown_keys(resource, &entry).map_err(|misfit| misplaced(resource, misfit))?;
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

    /// The whole list.
    pub(super) async fn list(
        &self,
        resource: &'static Resource,
        known: &Object,
        patience: &Patience,
    ) -> Result<Vec<JsonObject>, Fault> {
        self.list_until(resource, known, patience, |_| false).await
    }

    /// The one object of the list that has these names.
    pub(super) async fn named(
        &self,
        resource: &'static Resource,
        names: &Object,
        patience: &Patience,
    ) -> Result<Named, Fault> {
        let wire = |name: &str| resource.attr(name).map_or("", |attr| attr.wire_name());
        let fits = |json: &JsonObject| {
            names.iter().all(|(name, value)| json.get(wire(name)).and_then(Json::as_str) == value.as_str())
        };
        let mut found = self.list_until(resource, names, patience, |json| resource.unique_names && fits(json)).await?;
        found.retain(fits);
        let see = |json| see(resource, &Object::new(), json, list_place(resource));
        let mut found: Vec<Seen> = found.into_iter().map(see).collect::<Result<_, _>>()?;
        Ok(match found.len() {
            0 => Named::Nobody,
            1 => Named::One(found.remove(0).object),
            _ => Named::Several(found.iter().map(|seen| key_text(resource, &seen.object)).collect()),
        })
    }

    /// The list as objects of the table.
    pub(super) async fn seen(
        &self,
        resource: &'static Resource,
        known: &Object,
        patience: &Patience,
    ) -> Result<Vec<Seen>, Fault> {
        let entries = self.list(resource, known, patience).await?;
        entries.into_iter().map(|json| see(resource, &Object::new(), json, list_place(resource))).collect()
    }
}

/// The list in words, for messages.
fn list_place(resource: &'static Resource) -> String {
    format!("GET /{}", resource.list.as_ref().and_then(|list| list.path).unwrap_or(resource.collection))
}

pub(super) fn misplaced(resource: &'static Resource, misfit: Misfit) -> Fault {
    Fault::Misfit { place: list_place(resource), misfit }
}

/// The keys that an entry shows: all but those that stand in the list's path. One without them is no object.
fn shown_keys(resource: &'static Resource, entry: &JsonObject) -> Result<Vec<String>, Misfit> {
    let in_path = |key: &&Attr| resource.list.as_ref().is_some_and(|list| list.required().any(|name| name == key.name));
    let shown = |key: &'static Attr| match entry.get(key.wire_name()) {
        Some(Json::String(key)) => Ok(key.clone()),
        _ => Err(Misfit { path: Path::attribute(key.name), expected: "a string in each entry" }),
    };
    resource.keys().filter(|key| !in_path(key)).map(shown).collect()
}

/// The entries of one answer.
fn listed(body: Json, entries: &str, plain: bool) -> Result<Vec<JsonObject>, Misfit> {
    let list = match &body {
        Json::Array(_) if plain => Some(&body),
        body => at(body, entries).filter(|_| !entries.is_empty()),
    };
    let object = |entry: &Json| match entry {
        Json::Object(entry) => Ok(entry.clone()),
        _ => Err(Misfit::no_object()),
    };
    match list {
        // Nothing, in the words of some systems.
        Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(entries)) => entries.iter().map(object).collect(),
        _ => Err(Misfit::no_list(entries)),
    }
}

/// The request for a list. What stands in its path is not said twice.
fn call(resource: &'static Resource, list: &DataSource, known: &Object) -> Option<Call> {
    let template = list.path.unwrap_or(resource.collection);
    let mut call = Call::get(render(template, known, None)?);
    let is_sent = |filter: &&Filter| !filter.compared_here && list.required().all(|name| name != filter.name());
    for Filter { attr, .. } in list.filters.iter().filter(is_sent) {
        match (attr.header, get(known, attr.name)) {
            (Some(header), Value::String(text)) => call = call.header(header, text.clone()),
            (None, Value::String(text)) => call = call.query(attr.wire_name(), text.clone()),
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
