//! A system that accepts what it is sent and answers with other spellings: null for empty or empty for null, lists in
//! another order, defaults of its own.

use super::thing::{THING, map, text};
use crate::schema::{Attr, Kind};
use crate::value::{Number, Object, Value};

/// The spelling of one answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanNotes {
    /// Absent values are `null`, otherwise the empty form.
    pub(crate) null: bool,
    /// Unordered lists and sets are reversed.
    pub(crate) backwards: bool,
    /// Its own defaults are shown.
    pub(crate) defaults: bool,
    /// Secrets are masked.
    pub(crate) masked: bool,
}

/// The object after a write of this plan; `config` holds the write-only values.
pub(crate) fn answer(planned: &Object, config: &Object, notes: PlanNotes) -> Object {
    let mut seen: Object =
        THING.attrs.iter().map(|attr| (attr.name.to_owned(), shown(attr, &planned_of(planned, attr), notes))).collect();
    if !config["secrets_wo"].is_null() {
        seen.insert("secrets".to_owned(), config["secrets_wo"].clone());
    }
    seen.insert("own_labels".to_owned(), Value::List(vec![text("auto")]));
    seen.insert("owner".to_owned(), Value::Null);
    if notes.defaults {
        add_own(&mut seen);
    }
    if let (true, Some(Value::Map(entries))) = (notes.masked, seen.get_mut("secrets")) {
        entries.values_mut().for_each(|entry| *entry = Value::Null);
    }
    seen
}

fn planned_of(planned: &Object, attr: &Attr) -> Value {
    planned.get(attr.name).cloned().unwrap_or(Value::Null)
}

fn add_own(seen: &mut Object) {
    if let Some(Value::Set(items)) = seen.get_mut("labels")
        && !items.contains(&text("auto"))
    {
        items.push(text("auto"));
    }
    if seen["kind"] == text("db")
        && let Some(Value::Map(entries)) = seen.get_mut("secrets")
    {
        entries.entry("PORT".to_owned()).or_insert_with(|| text("1"));
    }
}

fn shown(attr: &Attr, value: &Value, notes: PlanNotes) -> Value {
    if attr.ignores_emptiness() && value.is_empty() {
        return if notes.null && !matches!(attr.kind, Kind::Set(_)) { Value::Null } else { empty(&attr.kind) };
    }
    let nested = |value: &Value| match (value, attr.kind.nested()) {
        (Value::Number(number), _) if attr.kind.is_floating() => Value::Number(kept(number)),
        (Value::Object(object), Some(attrs)) => {
            let each = |attr: &Attr| (attr.name.to_owned(), shown(attr, &object[attr.name], notes));
            Value::Object(attrs.iter().map(each).collect())
        }
        (other, _) => other.clone(),
    };
    let reversed = |items: &[Value]| -> Vec<Value> {
        let items = items.iter().map(nested);
        if notes.backwards { items.rev().collect() } else { items.collect() }
    };
    match value {
        Value::Unknown => generated(&attr.kind),
        Value::List(items) if !attr.is_ordered() => Value::List(reversed(items)),
        Value::List(items) => Value::List(items.iter().map(nested).collect()),
        Value::Set(items) => Value::Set(reversed(items)),
        Value::Map(items) => Value::Map(items.iter().map(|(key, item)| (key.clone(), nested(item))).collect()),
        value => nested(value),
    }
}

/// The float that the system stores for a number, as it writes it.
fn kept(number: &Number) -> Number {
    let float: f64 = number.to_string().parse().expect("a float");
    Number::parse(&float.to_string()).expect("a number")
}

fn empty(kind: &Kind) -> Value {
    match kind {
        Kind::Str => text(""),
        Kind::List(_) => Value::List(Vec::new()),
        Kind::Set(_) => Value::Set(Vec::new()),
        Kind::Map(_) => map(&[]),
        _ => Value::Null,
    }
}

/// The values that the system chooses.
fn generated(kind: &Kind) -> Value {
    match kind {
        Kind::Str => text("made"),
        Kind::Int32 | Kind::Int64 | Kind::Float64 => Value::int(7),
        Kind::Bool => Value::Bool(true),
        Kind::List(_) => Value::List(vec![text("made")]),
        Kind::Set(_) => Value::Set(vec![text("made")]),
        Kind::Map(_) => map(&[("made", "made")]),
        Kind::Object(_) => Value::Null,
    }
}
