//! The body of a response that several reads share, as text. A list in it is scanned once, however many of its entries are
//! looked up.

use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Json, JsonText};
use crate::engine::values::body::DecodeError;
use crate::engine::values::indexed::{Entry, Indexed};
use crate::engine::values::json_list::JsonList;

/// The body of a response.
pub(crate) struct Body {
    text: JsonText,
    /// By location and key of the list. A body usually has one list.
    lists: Mutex<Vec<(&'static str, &'static str, Arc<Indexed>)>>,
}

impl Body {
    pub(crate) fn new(text: JsonText) -> Body {
        Body { text, lists: Mutex::default() }
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(self.text.as_str()).unwrap_or_default()
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
    ) -> Result<Entry, DecodeError> {
        let list = self.list(place, key)?;
        Ok(wanted.map_or(Entry::Missing, |wanted| list.get(wanted)))
    }

    fn list(&self, place: &'static str, key: &'static str) -> Result<Arc<Indexed>, DecodeError> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., list)) = lists.iter().find(|(of, by, _)| (*of, *by) == (place, key)) {
            return Ok(list.clone());
        }
        let mut list = Indexed::default();
        // Some lists consist of the keys alone.
        let name = |entry: &Json| entry.get(key).or(Some(entry)).and_then(Json::as_str).map(str::to_owned);
        let page = JsonList::new(self.text.clone(), place, place.is_empty(), "")?;
        list.add(page, |entry| name(entry).ok_or_else(DecodeError::no_object))?;
        let list = Arc::new(list);
        lists.push((place, key, list.clone()));
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_found_by_its_key_and_a_list_that_hides_one_is_unreadable() {
        let json = json!({"rows": [{"id": "a", "n": 1}, {"id": "b"}, {"id": "a", "n": 2}], "none": null});
        let body = Body::new(JsonText::new(json.to_string()).expect("JSON"));
        let found = |place, key, wanted| body.entry(place, key, Some(wanted));
        assert_eq!(found("rows", "id", "a"), Ok(Entry::Several(json!({"id": "a", "n": 2}))));
        assert_eq!(found("rows", "id", "b"), Ok(Entry::One(json!({"id": "b"}))));
        assert_eq!(found("rows", "id", "c"), Ok(Entry::Missing));
        assert_eq!(found("none", "id", "a"), Ok(Entry::Missing));
        assert!(found("rows", "n", "a").is_err() && found("other", "id", "a").is_err());
        assert_eq!(body.entry("rows", "id", None), Ok(Entry::Missing));
    }

    #[test]
    fn a_list_of_keys_is_found_by_them() {
        let body = Body::new(JsonText::new(r#"["a","b"]"#).expect("JSON"));
        assert_eq!(body.entry("", "name", Some("b")), Ok(Entry::One(json!("b"))));
    }
}
