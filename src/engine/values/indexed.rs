//! Lists in the text of responses, with an index of their entries by key: each list is scanned once, however many entries
//! are looked up, and only those become values. Pure.

use std::collections::BTreeMap;

use crate::api::Json;
use crate::engine::values::body::DecodeError;
use crate::engine::values::json_list::JsonList;

/// The pages of a list.
#[derive(Default)]
pub(crate) struct Indexed {
    pages: Vec<JsonList>,
    index: BTreeMap<String, Position>,
}

/// Where the last entry with a key is.
struct Position {
    page: usize,
    entry: usize,
    is_only: bool,
}

/// What a list has under a key.
#[derive(Debug, PartialEq)]
pub(crate) enum Entry {
    Missing,
    One(Json),
    /// There are several; this is the last one.
    Several(Json),
}

impl Entry {
    /// The entry, the last one if there are several.
    pub(crate) fn last(self) -> Option<Json> {
        match self {
            Entry::Missing => None,
            Entry::One(entry) | Entry::Several(entry) => Some(entry),
        }
    }

    /// The entry, if there is exactly one.
    pub(crate) fn only(self) -> Option<Json> {
        if let Entry::One(entry) = self { Some(entry) } else { None }
    }
}

impl Indexed {
    /// Adds a page. `key`: the key of an entry.
    ///
    /// # Errors
    /// When an entry has no key: it could be any of the objects.
    pub(crate) fn add(
        &mut self,
        page: JsonList,
        key: impl Fn(&Json) -> Result<String, DecodeError>,
    ) -> Result<(), DecodeError> {
        let number = self.pages.len();
        for (index, entry) in page.entries().enumerate() {
            let key = key(&entry)?;
            let is_only = !self.index.contains_key(&key);
            self.index.insert(key, Position { page: number, entry: index, is_only });
        }
        self.pages.push(page);
        Ok(())
    }

    pub(crate) fn get(&self, key: &str) -> Entry {
        let Some(position) = self.index.get(key) else { return Entry::Missing };
        match self.pages.get(position.page).and_then(|page| page.entry(position.entry)) {
            None => Entry::Missing,
            Some(entry) if position.is_only => Entry::One(entry),
            Some(entry) => Entry::Several(entry),
        }
    }

    /// The number of bytes of the responses.
    pub(crate) fn size(&self) -> usize {
        self.pages.iter().map(JsonList::size).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;

    use super::*;
    use crate::api::JsonText;

    fn page(entries: &Json) -> JsonList {
        JsonList::new(JsonText::new(entries.to_string()).expect("JSON"), "", true, "").expect("a list")
    }

    fn id(entry: &Json) -> Result<String, DecodeError> {
        entry["id"].as_str().map(str::to_owned).ok_or_else(DecodeError::no_object)
    }

    #[test]
    fn an_entry_is_found_on_its_page_and_a_second_one_is_noticed() {
        let mut list = Indexed::default();
        assert!(list.add(page(&json!([{"id": "a", "n": 1}, {"id": "b"}])), id).is_ok());
        assert!(list.add(page(&json!([{"id": "c"}, {"id": "a", "n": 2}])), id).is_ok());
        assert_eq!(list.get("a"), Entry::Several(json!({"id": "a", "n": 2})));
        assert_eq!(list.get("b"), Entry::One(json!({"id": "b"})));
        assert_eq!(list.get("d"), Entry::Missing);
        assert!(list.add(page(&json!([{"n": 1}])), id).is_err(), "it could be any of them");
    }

    /// A scan for each read would take minutes.
    #[test]
    fn all_entries_of_a_long_list_are_found_in_time_in_proportion() {
        let count = 100_000;
        let mut list = Indexed::default();
        let rows: Json = (0..count).map(|index| json!({"id": format!("row-{index}")})).collect();
        let begun = Instant::now();
        assert!(list.add(page(&rows), id).is_ok());
        for index in 0..count {
            let id = format!("row-{index}");
            assert_eq!(list.get(&id).only().map(|it| it["id"] == id), Some(true));
        }
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    }
}
