//! Lists: their parameters, the window of time that they look at, their pages (manager facts §7).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::{Date, OffsetDateTime};

use super::clock::{day, midnight, months_later};
use super::refusal::Refusal;
use super::routes::{Call, Manager, Outcome, ok};
use super::rules::product;
use super::store::{Connection, Shown};

const MOST: i64 = 100;
/// The widest window, in months.
const MONTHS: i32 = 1;

struct Query {
    page: i64,
    limit: i64,
    ascending: bool,
    kind: Option<String>,
    /// Paths into the metadata, and the text that must stand there.
    metadata: Vec<(String, String)>,
    window: (OffsetDateTime, OffsetDateTime),
}

impl Query {
    fn of(call: &Call, today: Date) -> Result<Self, Refusal> {
        let (mut page, mut limit, mut order, mut cursor) = (1, 10, "desc".to_owned(), None);
        let (mut kind, mut metadata, mut start, mut end) = (None, Vec::new(), None, None);
        for (key, value) in call.query.iter().filter(|(_, value)| !value.is_empty()) {
            // The message of the real one has lost its argument.
            let lost = || wrong("%!v(MISSING)");
            let date = || day(value).ok_or_else(bad_date).map(Some);
            match key.as_str() {
                "page" => page = value.parse::<i64>().map_err(|_| lost())?,
                "limit" => limit = value.parse::<i64>().map_err(|_| lost())?,
                "sortOrder" => order = value.to_lowercase(),
                "cursor" => cursor = Some(value),
                "type" => kind = Some(value.to_uppercase()),
                "startDate" => start = date()?,
                "endDate" => end = date()?,
                _ => match key.strip_prefix("metadata.") {
                    Some(path) => metadata.push((path.to_owned(), value.clone())),
                    None if key.starts_with(['_', '$']) || key.len() > 64 || value.len() > 256 => return Err(lost()),
                    None => {}
                },
            }
        }
        let window = window(start, end, today)?;
        if limit < 1 {
            return Err(wrong("limit must be greater than 0"));
        }
        if limit > MOST {
            return Err(too_many());
        }
        if page < 1 {
            return Err(wrong("page must be greater than 0"));
        }
        if !["asc", "desc"].contains(&order.as_str()) {
            return Err(bad_order());
        }
        if cursor.is_some_and(|text| !is_cursor(text)) {
            return Err(wrong("cursor"));
        }
        Ok(Self { page, limit, ascending: order == "asc", kind, metadata, window })
    }

    fn takes(&self, connection: &Connection) -> bool {
        let (from, to) = self.window;
        let has = |(path, text): &(String, String)| {
            let steps = path.split('.').collect::<Vec<_>>();
            let first = connection.metadata.as_ref().and_then(|map| map.get(steps[0]));
            steps[1..].iter().try_fold(first, |value, step| Some(value?.get(step))).flatten() == Some(&json!(text))
        };
        (from..=to).contains(&connection.created_at) && self.takes_type(connection) && self.metadata.iter().all(has)
    }

    fn takes_type(&self, connection: &Connection) -> bool {
        self.kind.as_ref().is_none_or(|kind| *kind == connection.kind)
    }

    /// One page of these, after those that stand before every first page on top of its limit.
    fn page<'a>(&self, before: Vec<&'a Connection>, mut found: Vec<&'a Connection>) -> Value {
        found.sort_by_key(|connection| connection.created_at);
        if !self.ascending {
            found.reverse();
        }
        let before = if self.page == 1 { before } else { Vec::new() };
        let total = before.len() + found.len();
        let skipped = usize::try_from((self.page - 1).saturating_mul(self.limit)).unwrap_or(usize::MAX);
        let taken = found.into_iter().skip(skipped).take(usize::try_from(self.limit).unwrap_or_default());
        let items: Vec<Value> = before.into_iter().chain(taken).map(|one| one.show(Shown::Read)).collect();
        json!({ "items": items, "page": self.page, "limit": self.limit, "total": total })
    }
}

/// The first and the last moment that a list looks at, both included. The default is the month that ends with today; an
/// end alone looks back from today too.
fn window(start: Option<Date>, end: Option<Date>, today: Date) -> Result<(OffsetDateTime, OffsetDateTime), Refusal> {
    let after = |date: Date| date.saturating_add(time::Duration::DAY);
    if start.is_none() && end.is_none() {
        let end = after(today);
        return Ok((midnight(months_later(end, -MONTHS)), midnight(end)));
    }
    let start = start.unwrap_or_else(|| months_later(today, -MONTHS));
    let end = end.filter(|end| *end != start).unwrap_or_else(|| after(start));
    if end < start {
        return Err(inverted());
    }
    let start = if months_later(start, MONTHS) < end { months_later(end, -MONTHS) } else { start };
    Ok((midnight(start), midnight(end)))
}

/// Cursors are of no use; whether one could be of use is checked.
fn is_cursor(text: &str) -> bool {
    let decoded = STANDARD.decode(text).unwrap_or_default();
    serde_json::from_slice(&decoded).is_ok_and(|value: Value| value.is_object())
}

fn wrong(parameter: &str) -> Refusal {
    let message = format!(
        "One or more query parameters are in an incorrect format. Please check the following parameters '{parameter}' \
         and ensure they meet the required format before trying again."
    );
    Refusal::new(400, "FET-0405", "Invalid Query Parameter", message)
}

fn too_many() -> Refusal {
    let message = format!(
        "The pagination limit exceeds the maximum allowed of {MOST} items per page. Please verify the limit and try \
         again."
    );
    Refusal::new(400, "FET-0406", "Pagination Limit Exceeded", message)
}

fn bad_order() -> Refusal {
    let message = "The 'sort_order' field must be 'asc' or 'desc'. Please provide a valid sort order and try again.";
    Refusal::new(400, "FET-0407", "Invalid Sort Order", message)
}

fn bad_date() -> Refusal {
    let message = "The 'initialDate', 'finalDate', or both are in the incorrect format. Please use the 'yyyy-mm-dd' \
                   format and try again.";
    Refusal::new(400, "FET-0408", "Invalid Date Format Error", message)
}

fn inverted() -> Refusal {
    let message = "The 'finalDate' cannot be earlier than the 'initialDate'. Please verify the dates and try again.";
    Refusal::new(400, "FET-0409", "Invalid Final Date Error", message)
}

/// Internal datasources come first, whatever the product and the window.
pub(super) fn all(manager: &mut Manager, call: &Call) -> Outcome {
    let product = product(call.asked.header("x-product-name"))?;
    let query = Query::of(call, manager.clock.today())?;
    let internal = manager.internal.iter().filter(|one| query.takes_type(one)).collect();
    let is_wanted = |one: &&Connection| query.takes(one) && (product.is_none() || one.product == product);
    ok(&query.page(internal, manager.connections.iter().filter(is_wanted).collect()))
}

/// Only the window and the page of the parameters count.
pub(super) fn unassigned(manager: &mut Manager, call: &Call) -> Outcome {
    let query = Query { kind: None, metadata: Vec::new(), ..Query::of(call, manager.clock.today())? };
    let is_wanted = |one: &&Connection| query.takes(one) && one.product.is_none();
    ok(&query.page(Vec::new(), manager.connections.iter().filter(is_wanted).collect()))
}
