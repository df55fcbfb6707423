//! The body of a response that several reads share, with an index of the list in it by key. The list is scanned once,
//! however many entries are looked up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::Json;
use crate::engine::values::body::{DecodeError, at};

/// The position of each entry in the list, by key.
type Index = BTreeMap<String, usize>;

/// The body of a response.
pub(crate) struct Body {
    json: Json,
    /// By location and key of the list. A body usually has one list.
    indexes: Mutex<Vec<(&'static str, &'static str, Arc<Index>)>>,
}

impl Body {
    pub(crate) fn new(json: Json) -> Body {
        Body { json, indexes: Mutex::default() }
    }

    pub(crate) fn json(&self) -> &Json {
        &self.json
    }

    /// The entry of the list at this location whose `key` is `wanted`.
    ///
    /// # Errors
    /// When there is no list, or an entry in it has no key: it could be the object.
    pub(crate) fn entry(
        &self,
        place: &'static str,
        key: &'static str,
        wanted: Option<&str>,
    ) -> Result<Option<&Json>, DecodeError> {
        let entries = match at(&self.json, place) {
            Some(Json::Array(entries)) => entries,
            Some(Json::Null) => return Ok(None),
            _ => return Err(DecodeError::no_list(place)),
        };
        let index = self.index(entries, place, key)?;
        Ok(wanted.and_then(|wanted| index.get(wanted)).and_then(|found| entries.get(*found)))
    }

    fn index(&self, entries: &[Json], place: &'static str, key: &'static str) -> Result<Arc<Index>, DecodeError> {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., index)) = indexes.iter().find(|(of, by, _)| (*of, *by) == (place, key)) {
            return Ok(index.clone());
        }
        let mut index = Index::new();
        for (position, entry) in entries.iter().enumerate() {
            // Some lists consist of the keys alone.
            let name = entry.get(key).or(Some(entry)).and_then(Json::as_str).ok_or_else(DecodeError::no_object)?;
            index.insert(name.to_owned(), position);
        }
        let index = Arc::new(index);
        indexes.push((place, key, index.clone()));
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_found_by_its_key_and_a_list_that_hides_one_is_unreadable() {
        let body = Body::new(json!({"rows": [{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}], "none": null}));
        let found = |place, key, wanted| body.entry(place, key, Some(wanted));
        assert_eq!(found("rows", "id", "a").unwrap_or_default(), Some(&json!({"id": "a", "n": 2})));
        assert_eq!(found("rows", "id", "c").unwrap_or_default(), None);
        assert_eq!(found("none", "id", "a").unwrap_or_default(), None);
        assert!(found("rows", "n", "a").is_err() && found("other", "id", "a").is_err());
        assert!(body.entry("rows", "id", None).unwrap_or_default().is_none());
    }

    /// A scan for each read would take minutes.
    #[test]
    fn all_entries_of_a_long_list_are_found_in_time_in_proportion() {
        let count = 100_000;
        let row = |index: usize| json!({"id": format!("row-{index}")});
        let body = Body::new((0..count).map(row).collect());
        let begun = Instant::now();
        for index in 0..count {
            let id = format!("row-{index}");
            assert_eq!(body.entry("", "id", Some(&id)).unwrap_or_default().map(|it| it["id"] == id), Some(true));
        }
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }
}
