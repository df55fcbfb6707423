//! When two values are equivalent: emptiness, order, and server defaults. Pure; every comparison of a planned, stored
//! or returned value uses it, so that plans and reads are consistent.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value as Json;

use crate::schema::{Attr, Codec, Kind};
use crate::value::{Object, Value};

/// True if `a` and `b` are equivalent for this attribute. `defaults` are the server defaults.
pub(crate) fn same(attr: &Attr, a: &Value, b: &Value, defaults: Option<&Value>) -> bool {
    if a == b || canonical(attr, a) == canonical(attr, b) {
        return true;
    }
    let trimmed = |value, defaults, other| canonical(attr, &without_defaults(value, defaults, other)).into_owned();
    defaults.is_some_and(|defaults| trimmed(a, defaults, b) == trimmed(b, defaults, a))
}

/// The one form of all equivalent values of this attribute.
pub(crate) fn canonical<'v>(attr: &Attr, value: &'v Value) -> Cow<'v, Value> {
    if attr.ignores_emptiness() && is_nothing(attr, value) {
        return Cow::Owned(Value::Null);
    }
    if attr.default_value().is_some_and(|constant| constant.value() == *value) {
        return Cow::Owned(Value::Null);
    }
    match (attr.kind, value) {
        (Kind::Str, Value::String(text)) if attr.codec == Codec::Json => Cow::Owned(Value::String(plain_json(text))),
        (Kind::List(of), Value::List(items)) if attr.is_unordered_list() => Cow::Owned(without_order(of, items)),
        (kind, value) => canonical_kind(&kind, value),
    }
}

/// True for an empty value, also one in JSON, and for an object whose attributes are all empty.
fn is_nothing(attr: &Attr, value: &Value) -> bool {
    match (attr.kind, value) {
        (Kind::Str, Value::String(text)) if attr.codec == Codec::Json => {
            matches!(plain_json(text).as_str(), "" | "null" | "{}" | "[]" | "\"\"")
        }
        (Kind::Object(attrs), Value::Object(object)) => {
            let managed = attrs.iter().filter(|attr| attr.is_managed());
            managed.into_iter().all(|attr| canonical(attr, get(object, attr.name)).is_null())
        }
        _ => value.is_empty(),
    }
}

/// The same for an object in a collection. Attributes that are not managed are ignored.
pub(crate) fn canonical_element<'v>(attrs: &[Attr], element: &'v Value) -> Cow<'v, Value> {
    let Value::Object(object) = element else { return Cow::Borrowed(element) };
    let managed = attrs.iter().filter(|attr| attr.is_managed());
    let part = |attr: &Attr| (attr.name.to_owned(), canonical(attr, get(object, attr.name)).into_owned());
    Cow::Owned(Value::Object(managed.map(part).collect()))
}

/// One text for all texts with the same JSON value, in which numbers are 64-bit floats; any other text unchanged.
fn plain_json(text: &str) -> String {
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), |json| with_floats(json).to_string())
}

fn with_floats(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map_or(Json::Number(number), Json::from),
        Json::Array(items) => items.into_iter().map(with_floats).collect(),
        Json::Object(entries) => entries.into_iter().map(|(key, item)| (key, with_floats(item))).collect(),
        other => other,
    }
}

/// The value as JSON carries it: numbers with the same 64-bit float are equal.
fn canonical_kind<'v>(kind: &Kind, value: &'v Value) -> Cow<'v, Value> {
    if !kind.is_floating() && kind.nested().is_none() {
        return Cow::Borrowed(value);
    }
    let one = |of: &Kind, item: &Value| canonical_kind(of, item).into_owned();
    Cow::Owned(match (kind, value) {
        (Kind::Float64, Value::Number(number)) => Value::Number(number.as_float()),
        (Kind::Object(attrs), element) => return canonical_element(attrs, element),
        (Kind::List(of), Value::List(items)) => Value::List(items.iter().map(|item| one(of, item)).collect()),
        (Kind::Set(of), Value::Set(items)) => without_order(of, items),
        (Kind::Map(of), Value::Map(entries)) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), one(of, item))).collect())
        }
        _ => return Cow::Borrowed(value),
    })
}

/// Equal texts and numbers count once, equal objects each.
fn without_order(of: &Kind, items: &[Value]) -> Value {
    let items = items.iter().map(|item| canonical_kind(of, item).into_owned()).collect();
    if matches!(of, Kind::Object(_)) { Value::Set(items) } else { Value::set(items) }
}

pub(crate) fn same_element(attrs: &[Attr], a: &Value, b: &Value) -> bool {
    a == b || canonical_element(attrs, a) == canonical_element(attrs, b)
}

/// The value of an attribute; one that is missing is null.
pub(crate) fn get<'a>(object: &'a Object, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The key of an element of a partial set.
pub(crate) fn element_key<'a>(attr: &Attr, element: &'a Value) -> Option<&'a Value> {
    let key = attr.kind.nested()?.iter().find(|attr| attr.is_key())?;
    Some(get(element.as_object()?, key.name))
}

/// The elements of a partial set whose keys are in `named`; other values unchanged.
pub(crate) fn restricted(attr: &Attr, value: &Value, named: &Value) -> Value {
    match (attr.element_path(), value, named) {
        (Some(_), Value::Set(items), Value::Set(named)) => {
            let names: HashSet<_> = named.iter().map(|name| element_key(attr, name)).collect();
            Value::Set(items.iter().filter(|item| names.contains(&element_key(attr, item))).cloned().collect())
        }
        _ => value.clone(),
    }
}

/// `value` without the elements or entries that are server defaults, except those in `named`.
pub(crate) fn without_defaults(value: &Value, defaults: &Value, named: &Value) -> Value {
    match (value, defaults) {
        (Value::Map(entries), Value::Map(extra)) => {
            let names = |key: &String| matches!(named, Value::Map(other) if other.contains_key(key));
            let kept = entries.iter().filter(|(key, item)| names(key) || extra.get(*key) != Some(item));
            Value::Map(kept.map(|(key, item)| (key.clone(), item.clone())).collect())
        }
        (Value::List(items), _) => Value::List(elements_without(items, defaults, named)),
        (Value::Set(items), _) => Value::Set(elements_without(items, defaults, named)),
        _ => value.clone(),
    }
}

fn elements_without(items: &[Value], defaults: &Value, named: &Value) -> Vec<Value> {
    let [defaults, named] = [defaults, named].map(elements);
    items.iter().filter(|item| named.contains(item) || !defaults.contains(item)).cloned().collect()
}

/// The elements of a collection, for lookups.
pub(crate) fn elements(value: &Value) -> HashSet<&Value> {
    value.items().into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Constant, optional, secret};
    use crate::value::Number;

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| Value::string(*item)).collect())
    }

    fn map(items: &[(&str, &str)]) -> Value {
        Value::Map(items.iter().map(|(key, value)| ((*key).to_owned(), Value::string(*value))).collect())
    }

    const STRS: Kind = Kind::List(&Kind::Str);
    static PLAIN: Attr = optional("x", STRS, "doc");
    static EMPTY: Attr = optional("x", STRS, "doc").or_empty();
    static LOOSE: Attr = optional("x", STRS, "doc").or_empty().unordered();
    static SECRET: Attr = secret("x", Kind::Map(&Kind::Str), "doc");

    #[test]
    fn null_and_empty_are_one_value_only_where_the_table_says_so() {
        assert!(same(&EMPTY, &Value::Null, &list(&[]), None));
        assert!(!same(&PLAIN, &Value::Null, &list(&[]), None));
    }

    #[test]
    fn numbers_of_one_float_are_one_where_the_system_keeps_floats() {
        static FLOAT: Attr = optional("x", Kind::Float64, "doc");
        static FLOATS: Attr = optional("x", Kind::List(&Kind::Float64), "doc").or_empty().unordered();
        static WHOLE: Attr = optional("x", Kind::Int64, "doc");
        let number = |text: &str| Value::Number(Number::parse(text).expect("a number"));
        let (long, short) = (number("0.30000000000000000000000000001"), number("0.3"));
        assert!(same(&FLOAT, &long, &short, None));
        assert!(!same(&FLOAT, &number("0.30000000000000004"), &short, None));
        assert!(!same(&WHOLE, &number("9007199254740993"), &number("9007199254740992"), None));
        let (one, other) = (Value::List(vec![long.clone(), number("1")]), Value::List(vec![number("1.0"), short]));
        assert!(same(&FLOATS, &one, &other, None));
    }

    #[test]
    fn a_default_that_the_system_does_not_show_is_the_default() {
        static MODE: Attr = optional("x", Kind::Str, "doc").default(Constant::Str("on"));
        assert!(same(&MODE, &Value::string("on"), &Value::Null, None));
        assert!(!same(&MODE, &Value::string("off"), &Value::Null, None));
        assert!(!same(&MODE, &Value::string(""), &Value::Null, None));
    }

    #[test]
    fn json_texts_with_one_value_are_one() {
        static JSON: Attr = optional("x", Kind::Str, "doc").codec(Codec::Json);
        assert!(same(&JSON, &Value::string(r#"{"b": 1, "a": [2]}"#), &Value::string(r#"{"a":[2],"b":1}"#), None));
        assert!(!same(&JSON, &Value::string("{}"), &Value::string("[]"), None));
        assert!(same(&JSON, &Value::string("[1.50, 1e3]"), &Value::string("[1.5,1000]"), None));
        assert!(!same(&JSON, &Value::string("{"), &Value::string("["), None));
        static EMPTY_JSON: Attr = optional("x", Kind::Str, "doc").or_empty().codec(Codec::Json);
        assert!(same(&EMPTY_JSON, &Value::string("{ }"), &Value::Null, None));
        assert!(!same(&JSON, &Value::string("{}"), &Value::Null, None));
    }

    #[test]
    fn an_object_of_empty_attributes_is_nothing_where_the_table_says_so() {
        static NESTED: &[Attr] = &[optional("items", STRS, "doc").or_empty()];
        static OR_EMPTY: Attr = optional("x", Kind::Object(NESTED), "doc").or_empty();
        static OR_NULL: Attr = optional("x", Kind::Object(NESTED), "doc");
        let object = |items: Value| Value::Object([("items".to_owned(), items)].into_iter().collect());
        assert!(same(&OR_EMPTY, &object(list(&[])), &Value::Null, None));
        assert!(same(&OR_EMPTY, &object(Value::Null), &object(list(&[])), None));
        assert!(!same(&OR_EMPTY, &object(list(&["a"])), &Value::Null, None));
        assert!(!same(&OR_NULL, &object(list(&[])), &Value::Null, None));
    }

    #[test]
    fn order_means_nothing_only_where_the_table_says_so() {
        assert!(same(&LOOSE, &list(&["a", "b"]), &list(&["b", "a"]), None));
        assert!(same(&LOOSE, &list(&["a", "b", "b"]), &list(&["b", "a"]), None), "nor does saying a thing twice");
        assert!(!same(&LOOSE, &list(&["a", "b"]), &list(&["b", "c"]), None));
        assert!(!same(&EMPTY, &list(&["a", "b"]), &list(&["b", "a"]), None));
    }

    #[test]
    fn what_the_system_adds_is_no_difference_unless_it_is_named_otherwise() {
        let defaults = map(&[("PORT", "1")]);
        assert!(same(&SECRET, &map(&[("A", "x")]), &map(&[("A", "x"), ("PORT", "1")]), Some(&defaults)));
        assert!(same(&SECRET, &Value::Null, &map(&[("PORT", "1")]), Some(&defaults)));
        assert!(!same(&SECRET, &map(&[("PORT", "2")]), &map(&[("PORT", "1")]), Some(&defaults)));
        assert!(!same(&SECRET, &map(&[]), &map(&[("PORT", "2")]), Some(&defaults)));
    }
}
