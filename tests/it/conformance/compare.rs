//! How a recorded answer and the emulator's are compared: recorded ids are bound as they appear, times and redacted
//! values are not compared. It must not know any system.

use std::collections::BTreeMap;

use serde_json::Value;

/// One replay: what is special about its answers, and what has been learnt so far.
pub(super) struct Comparison {
    /// Ends of the paths of lists that are kept in no order.
    unordered: Vec<&'static str>,
    /// Names of fields that are never equal.
    ignored: &'static [&'static str],
    /// Recorded ids and the ids that stand for them in this replay.
    bindings: BTreeMap<String, String>,
}

impl Comparison {
    pub(super) fn new(unordered: Vec<&'static str>, ignored: &'static [&'static str]) -> Self {
        Self { unordered, ignored, bindings: BTreeMap::new() }
    }

    /// The text with this replay's ids.
    pub(super) fn in_text(&self, text: &str) -> String {
        self.bindings.iter().fold(text.to_owned(), |text, (recorded, bound)| {
            // An id is also sent in upper case and without dashes, to see what the system makes of it.
            let text = text.replace(recorded, bound).replace(&recorded.to_uppercase(), &bound.to_uppercase());
            text.replace(&recorded.replace('-', ""), &bound.replace('-', ""))
        })
    }

    fn in_value(&self, value: &Value) -> Value {
        map_text(value, &|text| self.in_text(text))
    }

    /// The recorded body of a request as this replay sends it.
    pub(super) fn request_body(&self, request: &Value) -> Option<Vec<u8>> {
        let text = match (request.get("body_raw"), request.get("body")) {
            (Some(raw), _) | (None, Some(raw @ Value::String(_))) => self.in_text(repeated(raw).as_str()?),
            (None, Some(body)) => self.in_value(&repeated(body)).to_string(),
            (None, None) => return None,
        };
        Some(text.into_bytes())
    }

    /// What differs between a recorded body and the one that was found.
    pub(super) fn differences(&mut self, wanted: &Value, found: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        self.compare(&repeated(wanted), found, "", &mut differences);
        differences
    }

    fn compare(&mut self, wanted: &Value, found: &Value, path: &str, out: &mut Vec<String>) {
        match (wanted, found) {
            (Value::String(wanted), Value::String(found)) => self.compare_text(wanted, found, path, out),
            (Value::Object(wanted), Value::Object(found)) => {
                let wanted: BTreeMap<String, &Value> =
                    wanted.iter().map(|(key, value)| (self.in_text(key), value)).collect();
                let extra = found.keys().filter(|key| !wanted.contains_key(*key));
                out.extend(extra.map(|key| format!("{path}.{key}: extra")));
                for (key, value) in wanted {
                    match found.get(&key) {
                        Some(_) if self.ignored.contains(&key.as_str()) => {}
                        Some(found) => self.compare(value, found, &format!("{path}.{key}"), out),
                        None => out.push(format!("{path}.{key}: missing")),
                    }
                }
            }
            (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
                let (mut wanted, mut found): (Vec<_>, Vec<_>) = (wanted.iter().collect(), found.iter().collect());
                if self.is_unordered(path, &wanted) {
                    wanted.sort_by_cached_key(|item| self.sort_key(item));
                    found.sort_by_cached_key(|item| self.sort_key(item));
                }
                for (index, (wanted, found)) in wanted.into_iter().zip(found).enumerate() {
                    self.compare(wanted, found, &format!("{path}[{index}]"), out);
                }
            }
            (Value::Number(wanted), Value::Number(found)) if wanted.as_f64() == found.as_f64() => {}
            _ if wanted == found => {}
            (Value::Array(wanted), Value::Array(found)) => {
                out.push(format!("{path}: {} items, want {}", found.len(), wanted.len()));
            }
            _ => out.push(format!("{path}: want {} got {}", short(wanted), short(found))),
        }
    }

    fn compare_text(&mut self, wanted: &str, found: &str, path: &str, out: &mut Vec<String>) {
        if wanted.contains("redacted") || wanted.contains("****") {
            return;
        }
        let recorded = self.bindings.get(wanted);
        if is_time(wanted) {
            if !is_time(found) {
                out.push(format!("{path}: {found:?} is no time"));
            }
        } else if is_id(wanted) {
            match recorded {
                Some(bound) if bound != found => out.push(format!("{path}: {found} is not the bound {bound}")),
                Some(_) => {}
                None if is_id(found) => drop(self.bindings.insert(wanted.to_owned(), found.to_owned())),
                None => out.push(format!("{path}: {found:?} is no id")),
            }
        } else if self.in_text(wanted) != found && without_ids(wanted) != without_ids(found) {
            out.push(format!("{path}: want {wanted:?} got {found:?}"));
        }
    }

    /// By the name of the list; a bare list of texts has no order either.
    fn is_unordered(&self, path: &str, items: &[&Value]) -> bool {
        self.unordered.iter().any(|name| path.ends_with(name))
            || (path.is_empty() && items.iter().all(|item| item.is_string()))
    }

    fn sort_key(&self, item: &Value) -> String {
        let keys = ["name", "connection_id", "git_url", "key"];
        let named = keys
            .iter()
            .filter_map(|key| item.get(key))
            .find(|value| value.as_str().is_some_and(|text| !text.is_empty()));
        self.in_value(named.unwrap_or(item)).to_string()
    }
}

/// Writes `{{repeat:X:N}}` out, which stands for X repeated N times.
fn repeated(value: &Value) -> Value {
    map_text(value, &|text| {
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("{{repeat:") {
            let Some((unit, count, tail)) = after
                .split_once("}}")
                .and_then(|(inner, tail)| inner.rsplit_once(':').map(|(unit, count)| (unit, count, tail)))
            else {
                break;
            };
            out.push_str(before);
            out.push_str(&unit.repeat(count.parse().unwrap_or_default()));
            rest = tail;
        }
        out + rest
    })
}

/// Changes every text of a tree, keys included.
fn map_text(value: &Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::from(change(text)),
        Value::Array(items) => items.iter().map(|item| map_text(item, change)).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (change(key), map_text(value, change))).collect(),
        other => other.clone(),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

fn is_time(text: &str) -> bool {
    text.len() >= 19 && like_pattern(&text.as_bytes()[..19], b"0000-00-00T00:00:00", u8::is_ascii_digit)
}

fn is_id(text: &str) -> bool {
    like_pattern(text.as_bytes(), b"00000000-0000-0000-0000-000000000000", u8::is_ascii_hexdigit)
}

/// Whether each `0` of the pattern is matched by a digit and every other byte by itself.
fn like_pattern(text: &[u8], pattern: &[u8], digit: fn(&u8) -> bool) -> bool {
    let fits = |(byte, wanted): (&u8, &u8)| if *wanted == b'0' { digit(byte) } else { byte == wanted };
    text.len() == pattern.len() && text.iter().zip(pattern).all(fits)
}

fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).is_some_and(is_id);
        out.push(if id { '*' } else { first });
        rest = &rest[if id { 36 } else { first.len_utf8() }..];
    }
    out
}
