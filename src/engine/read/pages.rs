//! The pages of one list, requested one after another. Where a list ends, and whether it changed meanwhile, follows from
//! their lengths and totals.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::api::{Budget, Call};
use crate::engine::session::Session;
use crate::engine::values::body::DecodeError;
use crate::engine::values::json_list::JsonList;
use crate::engine::values::observed::{ReadError, only_key, place};
use crate::hooks::JsonObject;
use crate::schema::{Listing, Paging};
use crate::value::Path;

/// Enough for a million objects with a hundred on a page. A list that has more pages never ends.
const MOST_PAGES: usize = 10_000;

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

/// A list that is being read, page by page, as text.
pub(crate) struct PageTexts {
    at: &'static str,
    paging: Paging,
    call: Call,
    /// The number of the page that was read last.
    page: usize,
    count: Count,
    ended: bool,
    /// The system's time at the last response.
    time: Option<i64>,
}

impl PageTexts {
    /// `at`: where the entries are in a response. A system that supports pages may still answer with the plain list.
    pub(crate) fn new(at: &'static str, paging: Paging, call: Call) -> PageTexts {
        PageTexts { at, paging, call, page: 0, count: Count::default(), ended: false, time: None }
    }

    /// The next page; `None` after the last one.
    pub(crate) async fn next(&mut self, session: &Session, budget: &Budget) -> Result<Option<JsonList>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        self.page += 1;
        if self.page > MOST_PAGES {
            return Err(self.misplaced(DecodeError { path: Path::root(), expected: "a list that ends" }));
        }
        let mut call = self.call.clone();
        if let Paging::Pages { number, size, most, .. } = self.paging {
            call = call.query(number, self.page.to_string()).query(size, most.to_string());
        }
        let answer = session.ask_for(call, budget).await.map_err(ReadError::from)?;
        self.time = answer.time();
        let text = answer.body;
        let plain = self.at.is_empty() || matches!(self.paging, Paging::Pages { .. });
        let total = if let Paging::Pages { total, .. } = self.paging { total } else { "" };
        let page = JsonList::new(text, self.at, plain, total).map_err(|error| self.misplaced(error))?;
        self.ended = match self.paging {
            Paging::Pages { most, .. } if !page.is_whole => self.count.ends_with(page.len(), most, page.total),
            _ => true,
        };
        Ok(Some(page))
    }

    fn misplaced(&self, error: DecodeError) -> ReadError {
        ReadError::Decode { place: place(&self.call), error }
    }

    /// The system's time at the last response, in seconds since 1970.
    pub(crate) fn time(&self) -> Option<i64> {
        self.time
    }

    /// How many pages the list has, as far as the total says.
    pub(crate) fn expected(&self) -> usize {
        match (self.paging, self.count.total) {
            (Paging::Pages { most, .. }, Some(total)) => usize::try_from(total).unwrap_or(usize::MAX).div_ceil(most),
            _ => self.page,
        }
    }
}

/// The same as objects.
pub(crate) struct Pages<'a> {
    list: &'a Listing,
    /// The name of the key in an entry.
    key: &'a str,
    texts: PageTexts,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(list: &'a Listing, key: &'a str, call: Call) -> Pages<'a> {
        Pages { list, key, texts: PageTexts::new(list.at, list.paging, call) }
    }

    /// The entries of the next page; `None` after the last one.
    pub(crate) async fn next(
        &mut self,
        session: &Session,
        budget: &Budget,
    ) -> Result<Option<Vec<JsonObject>>, ReadError> {
        let Some(page) = self.texts.next(session, budget).await? else { return Ok(None) };
        let objects = objects(&page, self.key).and_then(|page| unwrapped(page, self.list.inside, self.key));
        objects.map(Some).map_err(|error| self.texts.misplaced(error))
    }

    /// Whether the totals of the pages so far agree: an entry that is added or removed in between moves others to another
    /// page.
    pub(crate) fn is_steady(&self) -> bool {
        self.texts.count.is_steady
    }

    /// Whether the list has entries after the pages so far. False if the system does not return totals.
    pub(crate) fn has_more(&self) -> bool {
        let count = &self.texts.count;
        count.total.is_some_and(|total| total > count.read)
    }
}

/// The entries of one page. Those that consist of their key become objects with it.
fn objects(page: &JsonList, key: &str) -> Result<Vec<JsonObject>, DecodeError> {
    let entries: Vec<Json> = page.entries().collect();
    // A list of keys may be a set, whose order is another one in each response.
    if entries.iter().all(Json::is_string) {
        let keys: BTreeSet<&str> = entries.iter().filter_map(Json::as_str).collect();
        return Ok(keys.into_iter().map(|text| only_key(key, text)).collect());
    }
    entries.into_iter().map(|entry| object(entry, key)).collect()
}

/// An entry of a list as an object.
fn object(entry: Json, key: &str) -> Result<JsonObject, DecodeError> {
    match entry {
        Json::Object(entry) => Ok(entry),
        Json::String(text) => Ok(only_key(key, &text)),
        _ => Err(DecodeError::no_object()),
    }
}

/// The objects inside the entries, if that is where they are. An entry without any may have no list.
fn unwrapped(entries: Vec<JsonObject>, inside: Option<&str>, key: &str) -> Result<Vec<JsonObject>, DecodeError> {
    let Some(inside) = inside else { return Ok(entries) };
    let mut found = Vec::new();
    for mut entry in entries {
        found.extend(match entry.remove(inside) {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(objects)) => {
                objects.into_iter().map(|entry| object(entry, key)).collect::<Result<Vec<_>, _>>()?
            }
            Some(_) => return Err(DecodeError::no_list(inside)),
        });
    }
    Ok(found)
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
