//! The list in the text of a response: where its entries are, without their values, which would take ten times as much
//! memory. Pure.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::api::{Json, JsonText};
use crate::engine::values::body::DecodeError;

/// A response that contains a list.
pub(crate) struct JsonList {
    text: JsonText,
    entries: Vec<Range<usize>>,
    /// Whether the response is the list itself.
    pub(crate) is_whole: bool,
    /// The number at the place of the total.
    pub(crate) total: Option<u64>,
}

impl JsonList {
    /// The list at the dotted place `at`; if `plain`, the response may be the list itself. Null is an empty list.
    ///
    /// # Errors
    /// When there is no list.
    pub(crate) fn new(text: JsonText, at: &str, plain: bool, total: &str) -> Result<JsonList, DecodeError> {
        let no_list = || DecodeError::no_list(at);
        let whole: &RawValue = serde_json::from_str(text.as_str()).map_err(|_| no_list())?;
        let is_whole = whole.get().starts_with('[');
        let list = match (is_whole, at) {
            (true, _) if plain => Some(whole),
            (_, "") => Some(whole).filter(|whole| is_null(whole)),
            _ => inside(whole, at),
        };
        let total = inside(whole, total).filter(|_| !is_whole).and_then(|total| total.get().parse().ok());
        let list = list.ok_or_else(no_list)?;
        let entries: Vec<&RawValue> = match is_null(list) {
            // Some systems answer null for an empty list.
            true => Vec::new(),
            false => serde_json::from_str(list.get()).map_err(|_| no_list())?,
        };
        let place = |entry: &RawValue| {
            let start = entry.get().as_ptr().addr() - text.as_str().as_ptr().addr();
            start..start + entry.get().len()
        };
        let entries = entries.into_iter().map(place).collect();
        Ok(JsonList { text, entries, is_whole, total })
    }

    /// The same entries without this property, which may be most of their text.
    ///
    /// # Errors
    /// When an entry cannot be read.
    pub(crate) fn without(&self, property: &str) -> Result<JsonList, DecodeError> {
        let entries = self.entries().map(|mut entry| {
            entry.as_object_mut().and_then(|entry| entry.remove(property));
            entry
        });
        let text = JsonText::new(Json::Array(entries.collect()).to_string()).ok_or_else(DecodeError::no_object)?;
        JsonList::new(text, "", true, "")
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of bytes that it takes.
    pub(crate) fn size(&self) -> usize {
        self.text.as_str().len()
    }

    /// The entry at this index; null for one that cannot be read, such as one of too many levels.
    pub(crate) fn entry(&self, index: usize) -> Option<Json> {
        let text = self.text.as_str().get(self.entries.get(index)?.clone())?;
        Some(serde_json::from_str(text).unwrap_or_default())
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = Json> {
        (0..self.len()).filter_map(|index| self.entry(index))
    }
}

fn is_null(json: &RawValue) -> bool {
    json.get() == "null"
}

/// The part at a dotted name.
fn inside<'a>(json: &'a RawValue, place: &str) -> Option<&'a RawValue> {
    let step = |json: &'a RawValue, step: &str| {
        let mut object: BTreeMap<String, &'a RawValue> = serde_json::from_str(json.get()).ok()?;
        object.remove(step)
    };
    if place.is_empty() { None } else { place.split('.').try_fold(json, step) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(text: &str, at: &str, plain: bool) -> Option<(Vec<Json>, bool, Option<u64>)> {
        let list = JsonList::new(JsonText::new(text)?, at, plain, "pages.total").ok()?;
        Some((list.entries().collect(), list.is_whole, list.total))
    }

    #[test]
    fn the_entries_are_found_wherever_the_list_is() {
        let entries = || vec![json!({"a": "}],[é"}), json!(1), json!("x")];
        let text = r#" [ {"a": "}],[é"} , 1,"x" ] "#;
        assert_eq!(list(text, "", true), Some((entries(), true, None)));
        assert_eq!(list(text, "data", true), Some((entries(), true, None)));
        assert_eq!(list(text, "data", false), None);
        let text = format!(r#"{{"pages": {{"total": 7}}, "in": {{"data": {text}}}}}"#);
        assert_eq!(list(&text, "in.data", true), Some((entries(), false, Some(7))));
        assert_eq!(list(&text, "in", true), None);
        assert_eq!(list(&text, "", true), None);
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_not_left_out() {
        let deep = format!("[{}{}]", "[".repeat(300), "]".repeat(300));
        assert_eq!(list(&deep, "", true).map(|(entries, ..)| entries), Some(vec![Json::Null]));
        assert_eq!(list(r#"["\ud800"]"#, "", true).map(|(entries, ..)| entries), Some(vec![Json::Null]));
    }

    #[test]
    fn a_property_is_left_out_of_every_entry() {
        let text = JsonText::new(r#"[{"a": 1, "b": [{"a": 2}]}, {"b": 1.50}, 3]"#).expect("JSON");
        let list = JsonList::new(text, "", true, "").and_then(|list| list.without("b")).expect("a list");
        assert_eq!(list.entries().collect::<Vec<_>>(), [json!({"a": 1}), json!({}), json!(3)]);
    }

    #[test]
    fn null_is_an_empty_list() {
        assert_eq!(list("null", "", true), Some((vec![], false, None)));
        assert_eq!(list(r#"{"data":null}"#, "data", false), Some((vec![], false, None)));
        assert_eq!(list("null", "data", false), None);
    }
}
