//! Lists: pages, filters, SQL's LIKE (facts §1 and §3). It knows how a list is cut, not what is in it.

use serde_json::{Value, json};

use super::http::{Answer, Outcome, Request, ok, refuse};
use super::rules;
use super::store::Connection;

/// How one list answers.
pub(super) struct Style {
    /// Always in the paged envelope, asked or not.
    pub(super) always_paged: bool,
    /// A plain array is silently cut here.
    pub(super) plain_limit: usize,
    /// What `data` is on an empty page.
    pub(super) empty_is_null: bool,
}

impl Style {
    pub(super) const PLAIN: Self = Self { always_paged: false, plain_limit: usize::MAX, empty_is_null: false };
    pub(super) const PAGED: Self = Self { always_paged: true, ..Self::PLAIN };
}

const DEFAULT_SIZE: usize = 50;

const ENDS_WITH_ESCAPE: &str = "ERROR: LIKE pattern must not end with escape character (SQLSTATE 22025)";

/// Cuts a sorted list. A page past the end has total 0 and no data.
pub(super) fn page(request: &Request, items: Vec<Value>, style: &Style) -> Outcome {
    page_of_rows(request, items, |item| item, style)
}

/// The same of rows of which only those on the page are shown.
pub(super) fn page_of_rows<T>(request: &Request, rows: Vec<T>, show: impl Fn(T) -> Value, style: &Style) -> Outcome {
    let (page, size) = page_of(request)?;
    if !is_paged(request) && !style.always_paged {
        return ok(&Value::Array(rows.into_iter().take(style.plain_limit).map(show).collect()));
    }
    let all = rows.len();
    let data: Vec<Value> = rows.into_iter().skip((page - 1).saturating_mul(size)).take(size).map(show).collect();
    let total = if data.is_empty() { 0 } else { all };
    let data = if data.is_empty() && style.empty_is_null { Value::Null } else { Value::Array(data) };
    ok(&json!({ "pages": { "total": total, "page": page, "size": size }, "data": data }))
}

/// The number of the page and its size.
pub(super) fn page_of(request: &Request) -> Result<(usize, usize), Answer> {
    let page = number(request, "page", 1..=usize::MAX, "page must be >= 1")?;
    let size = number(request, "page_size", 1..=100, "page_size must be between 1 and 100")?;
    Ok((page.unwrap_or(1), size.unwrap_or(DEFAULT_SIZE)))
}

/// Lists that are always in the envelope, and whole unless a size is asked for.
pub(super) fn unlimited_page(items: Vec<Value>, page: usize, size: usize) -> Outcome {
    let (total, skipped) = (items.len(), page.saturating_sub(1).saturating_mul(size));
    let most = if size == 0 { usize::MAX } else { size };
    let data: Vec<Value> = items.into_iter().skip(skipped).take(most).collect();
    ok(&json!({ "pages": { "total": total, "page": page, "size": size }, "data": data }))
}

/// Whether the caller asked for pages; a parameter that is empty counts as absent.
pub(super) fn is_paged(request: &Request) -> bool {
    ["page", "page_size"].iter().any(|name| request.query(name).is_some_and(|text| !text.is_empty()))
}

fn number(
    request: &Request,
    name: &str,
    range: std::ops::RangeInclusive<usize>,
    message: &str,
) -> Result<Option<usize>, Answer> {
    let Some(text) = request.query(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| refuse(422, message))
}

type Filter = Box<dyn Fn(&Connection) -> Result<bool, Answer>>;

/// The filters of GET /connections, all of which must hold.
pub(super) struct ConnectionFilter(Vec<Filter>);

impl ConnectionFilter {
    pub(super) fn read(request: &Request) -> Result<Self, Answer> {
        let mut filters: Vec<Filter> = Vec::new();
        for (key, value) in &request.query {
            let value = value.clone();
            match key.as_str() {
                "agent_id" | "type" | "subtype" | "managed_by" => {
                    rules::option(&value)?;
                    let key = key.clone();
                    filters.push(Box::new(move |row| like(field(row, &key), &value)));
                }
                "name" if !value.trim_start().is_empty() => {
                    filters.push(Box::new(move |row| like(&row.name, value.trim_start())));
                }
                "resource_name" if !value.is_empty() => {
                    filters.push(Box::new(move |row| like(&row.resource_name, &value)));
                }
                "search" if !value.trim().is_empty() => {
                    let pattern = format!("%{}%", value.trim().to_lowercase());
                    filters.push(Box::new(move |row| any_like(&searched(row), &pattern)));
                }
                "tags" if !value.is_empty() => {
                    let wanted = options(&value)?;
                    let has = |row: &Connection, tag: &String| row.tags.as_ref().is_some_and(|tags| tags.contains(tag));
                    filters.push(Box::new(move |row| Ok(wanted.iter().all(|tag| has(row, tag)))));
                }
                "attribute" if !value.is_empty() => {
                    let wanted = options(&value)?;
                    filters.push(Box::new(move |row| Ok(wanted.iter().any(|name| row.attributes.contains(name)))));
                }
                "connection_ids" => {
                    let ids = segments(&value).map(connection_id).collect::<Result<Vec<_>, _>>()?;
                    filters.push(Box::new(move |row| Ok(ids.is_empty() || ids.contains(&row.id))));
                }
                "tag_selector" => {
                    let terms = segments(&value).map(Term::read).collect::<Result<Vec<_>, _>>()?;
                    filters.push(Box::new(move |row| Ok(terms.iter().all(|term| term.keeps(row)))));
                }
                _ => {}
            }
        }
        Ok(Self(filters))
    }

    pub(super) fn keeps(&self, row: &Connection) -> Result<bool, Answer> {
        self.0.iter().try_fold(true, |kept, filter| Ok(kept && filter(row)?))
    }
}

fn field<'a>(row: &'a Connection, name: &str) -> &'a str {
    match name {
        "agent_id" => row.agent_id.as_deref().unwrap_or_default(),
        "type" => &row.kind,
        "subtype" => &row.subtype,
        _ => row.managed_by.as_deref().unwrap_or_default(),
    }
}

fn searched(row: &Connection) -> [String; 5] {
    [&row.name, &row.kind, &row.subtype, &row.resource_name, "offline"].map(str::to_lowercase)
}

fn options(list: &str) -> Result<Vec<String>, Answer> {
    list.split(',').map(|item| rules::option(item).map(|()| item.to_owned())).collect()
}

/// Between commas; blank ones do not count.
fn segments(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|segment| !segment.is_empty())
}

/// Any spelling of a uuid will do, but only the one in which it is stored finds something.
fn connection_id(text: &str) -> Result<String, Answer> {
    let parsed = uuid::Uuid::parse_str(text);
    parsed.map(|_| text.to_owned()).map_err(|_| refuse(422, format!("invalid connection ID format: {text}")))
}

/// `key=value` or `key!=value` of a tag selector; the second needs the key to exist.
struct Term {
    key: String,
    value: String,
    equal: bool,
}

impl Term {
    fn read(text: &str) -> Result<Self, Answer> {
        let unequal = text.split_once("!=");
        let (key, value) = unequal.or_else(|| text.split_once('=')).unwrap_or_default();
        if key.trim().is_empty() {
            return Err(refuse(500, format!("failed listing connections: invalid tag selector {text:?}")));
        }
        Ok(Self { key: key.trim().to_owned(), value: value.trim().to_owned(), equal: unequal.is_none() })
    }

    fn keeps(&self, row: &Connection) -> bool {
        row.connection_tags.get(&self.key).is_some_and(|value| (*value == self.value) == self.equal)
    }
}

/// SQL's LIKE: `%` stands for any text, `_` for one character, and a backslash makes the next one stand for itself. A
/// pattern that ends with one is refused if the matching comes to it.
pub(super) fn like(text: &str, pattern: &str) -> Result<bool, Answer> {
    let (mut text, mut pattern) = (text.chars(), pattern.chars());
    let wanted = match pattern.next() {
        None => return Ok(text.as_str().is_empty()),
        Some('%') => loop {
            if like(text.as_str(), pattern.as_str())? {
                return Ok(true);
            }
            if text.next().is_none() {
                return Ok(false);
            }
        },
        Some(wanted) => wanted,
    };
    let Some(found) = text.next() else { return Ok(false) };
    let fits = match wanted {
        '_' => true,
        '\\' => pattern.next().ok_or_else(|| refuse(500, ENDS_WITH_ESCAPE))? == found,
        wanted => wanted == found,
    };
    Ok(fits && like(text.as_str(), pattern.as_str())?)
}

pub(super) fn any_like(texts: &[impl AsRef<str>], pattern: &str) -> Result<bool, Answer> {
    texts.iter().try_fold(false, |found, text| Ok(found || like(text.as_ref(), pattern)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_sqls() {
        for (text, pattern, matches) in [
            ("l-my", "l-my", true),
            ("l-my", "l-m", false),
            ("l-my", "l-%", true),
            ("l-my", "%m_", true),
            ("l-my", "%%", true),
            ("", "%", true),
            ("", "_", false),
            ("ému", "_mu", true),
            ("a_b", r"a\_b", true),
            ("axb", r"a\_b", false),
            (r"a\b", r"a\\b", true),
        ] {
            assert_eq!(like(text, pattern).ok(), Some(matches), "{text} LIKE {pattern}");
        }
        for (text, pattern, refused) in [("one", r"\", true), ("one", r"%\", true), ("one", r"one\", false)] {
            assert_eq!(like(text, pattern).is_err(), refused, "{text} LIKE {pattern}");
        }
    }
}
