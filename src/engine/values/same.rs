//! When two spellings are one value: emptiness, order, and what the system adds by itself. Pure; every comparison of
//! a planned, stored or answered value goes through here, so that a plan and a read can never disagree.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

use crate::engine::values::correlate::{Terms, pairs};
use crate::schema::{Attr, Kind};
use crate::value::{Object, Value, hash_members, hash_unordered, same_members};

/// True when `a` and `b` mean the same for this attribute. `defaults` is what the system adds by itself.
pub(crate) fn same(attr: &Attr, a: &Value, b: &Value, defaults: Option<&Value>) -> bool {
    let (a, b) = (&*carried(&attr.kind, a), &*carried(&attr.kind, b));
    if a == b || (attr.ignores_emptiness() && a.is_empty() && b.is_empty()) {
        return true;
    }
    if let Some(defaults) = defaults {
        let (trimmed_a, trimmed_b) = (without_defaults(a, defaults, b), without_defaults(b, defaults, a));
        if (attr.ignores_emptiness() && trimmed_a.is_empty() && trimmed_b.is_empty())
            || same_kind(attr, &trimmed_a, &trimmed_b)
        {
            return true;
        }
    }
    same_kind(attr, a, b)
}

/// The value as the wire carries it: of numbers that are one float, the same one.
fn carried<'a>(kind: &Kind, value: &'a Value) -> Cow<'a, Value> {
    if !kind.is_floating() {
        return Cow::Borrowed(value);
    }
    let each = |of: &Kind, items: &[Value]| items.iter().map(|item| carried(of, item).into_owned()).collect();
    Cow::Owned(match (kind, value) {
        (Kind::Float64, Value::Number(number)) => Value::Number(number.as_float()),
        (Kind::List(of), Value::List(items)) => Value::List(each(of, items)),
        (Kind::Set(of), Value::Set(items)) => Value::set(each(of, items)),
        (Kind::Map(of), Value::Map(entries)) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), carried(of, item).into_owned())).collect())
        }
        (_, other) => other.clone(),
    })
}

fn same_kind(attr: &Attr, a: &Value, b: &Value) -> bool {
    match (attr.kind, a, b) {
        (Kind::List(Kind::Object(attrs)), Value::List(x), Value::List(y)) if !attr.is_ordered() => {
            same_bag(attrs, x, y)
        }
        (Kind::Set(Kind::Object(attrs)), Value::Set(x), Value::Set(y)) => same_bag(attrs, x, y),
        (Kind::List(_), Value::List(x), Value::List(y)) if !attr.is_ordered() => same_members(x, y),
        (Kind::Object(attrs), Value::Object(x), Value::Object(y)) => same_object(attrs, x, y),
        (Kind::List(Kind::Object(attrs)), Value::List(x), Value::List(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same_element(attrs, x, y))
        }
        (Kind::Map(Kind::Object(attrs)), Value::Map(x), Value::Map(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| same_element(attrs, x, y)))
        }
        _ => a == b,
    }
}

/// True when each element of one has its own partner in the other.
fn same_bag(attrs: &'static [Attr], a: &[Value], b: &[Value]) -> bool {
    let first = || a.iter().zip(b).position(|(x, y)| !same_element(attrs, x, y));
    // Most come in the order in which they were stored: that costs one pass.
    a.len() == b.len()
        && first().is_none_or(|first| same_pairs(attrs, &a[first..], &b[first..]).iter().all(Option::is_some))
}

/// For each item the candidate that means the same.
pub(crate) fn same_pairs<'a>(
    attrs: &'static [Attr],
    items: &[Value],
    candidates: &'a [Value],
) -> Vec<Option<&'a Value>> {
    let terms = Terms { attrs, binds: &|_, _| true };
    pairs(items, candidates, &terms, &[&|item, candidate| same_element(attrs, item, candidate)])
}

pub(crate) fn same_element(attrs: &'static [Attr], a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => same_object(attrs, a, b),
        _ => a == b,
    }
}

fn same_object(attrs: &'static [Attr], a: &Object, b: &Object) -> bool {
    attrs.iter().filter(|attr| attr.is_managed()).all(|attr| same(attr, get(a, attr.name), get(b, attr.name), None))
}

/// Writes what all values that mean the same for this attribute have in common: the hash of [`same`] without defaults.
pub(crate) fn hash_same<H: Hasher>(attr: &Attr, value: &Value, state: &mut H) {
    let value = &*carried(&attr.kind, value);
    if attr.ignores_emptiness() && value.is_empty() {
        return Value::Null.hash(state);
    }
    match (attr.kind, value) {
        (Kind::List(of @ Kind::Object(_)), Value::List(items)) if !attr.is_ordered() => {
            hash_unordered(items.iter(), |item, state| hash_element(of, item, state), state);
        }
        (Kind::List(_), Value::List(items)) if !attr.is_ordered() => hash_members(items, state),
        (Kind::Set(of), Value::Set(items)) => {
            hash_unordered(items.iter(), |item, state| hash_element(of, item, state), state);
        }
        (Kind::List(of), Value::List(items)) => items.iter().for_each(|item| hash_element(of, item, state)),
        (Kind::Map(of), Value::Map(entries)) => entries.iter().for_each(|(key, item)| {
            key.hash(state);
            hash_element(of, item, state);
        }),
        (kind, value) => hash_element(&kind, value, state),
    }
}

fn hash_element<H: Hasher>(of: &Kind, element: &Value, state: &mut H) {
    match (of, element) {
        (Kind::Object(attrs), Value::Object(object)) => {
            attrs
                .iter()
                .filter(|attr| attr.is_managed())
                .for_each(|attr| hash_same(attr, get(object, attr.name), state));
        }
        (_, other) => other.hash(state),
    }
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

/// The elements of a partial set that `named` names by their key; anything else as it is.
pub(crate) fn restricted(attr: &Attr, value: &Value, named: &Value) -> Value {
    match (attr.element_path(), value, named) {
        (Some(_), Value::Set(items), Value::Set(named)) => {
            let names: HashSet<_> = named.iter().map(|name| element_key(attr, name)).collect();
            Value::Set(items.iter().filter(|item| names.contains(&element_key(attr, item))).cloned().collect())
        }
        _ => value.clone(),
    }
}

/// What the system adds by itself to this attribute of this object, if the table says so.
pub(crate) fn server_defaults(attr: &Attr, object: &Object) -> Option<Value> {
    attr.added_by_server(object)
}

/// `value` without the elements or entries that are defaults, except those that `named` names itself.
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

/// The elements of a collection, to be asked for.
pub(crate) fn elements(value: &Value) -> HashSet<&Value> {
    value.items().into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{optional, secret};
    use crate::value::{Number, hash_of};

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
        let hash = |attr: &Attr, value: &Value| hash_of(|state| hash_same(attr, value, state));
        let (long, short) = (number("0.30000000000000000000000000001"), number("0.3"));
        assert!(same(&FLOAT, &long, &short, None) && hash(&FLOAT, &long) == hash(&FLOAT, &short));
        assert!(!same(&FLOAT, &number("0.30000000000000004"), &short, None));
        assert!(!same(&WHOLE, &number("9007199254740993"), &number("9007199254740992"), None));
        let (one, other) = (Value::List(vec![long.clone(), number("1")]), Value::List(vec![number("1.0"), short]));
        assert!(same(&FLOATS, &one, &other, None) && hash(&FLOATS, &one) == hash(&FLOATS, &other));
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
