//! The one traversal of collections: each element with its place and its partner in another value. It knows nothing of
//! tables. Pure.

use crate::value::{At, Object, Value};

/// For each element of a collection without order, the index of its partner in another one.
pub(crate) type Pairing<'f> = &'f dyn Fn(&[Value], &[Value]) -> Vec<Option<usize>>;

/// Visits the elements of a collection, each with its place. Any other value is its own element.
pub(crate) fn elements<'v>(value: &'v Value, at: &At<'_>, visit: &mut dyn FnMut(&'v Value, &At<'_>)) {
    match value {
        Value::List(items) => items.iter().enumerate().for_each(|(index, item)| visit(item, &at.index(index))),
        Value::Map(entries) => entries.iter().for_each(|(key, item)| visit(item, &at.key(key))),
        Value::Set(items) => items.iter().for_each(|item| visit(item, at)),
        value => visit(value, at),
    }
}

/// Visits the objects in the value of a nested attribute.
pub(crate) fn objects<'v>(value: &'v Value, at: &At<'_>, visit: &mut dyn FnMut(&'v Object, &At<'_>)) {
    elements(value, at, &mut |element, at| {
        if let Value::Object(object) = element {
            visit(object, at);
        }
    });
}

/// The part of `other` at the place of an element: the entry with its key, the element with its index, all of a value that
/// is not a collection. Elements of a set have no place.
pub(crate) fn beside<'v>(other: &'v Value, at: &At<'_>) -> Option<&'v Value> {
    match (at, other) {
        (At::Key(_, key), Value::Map(entries)) => entries.get(*key),
        (At::Index(_, index), Value::List(items)) => items.get(*index),
        (At::Attribute(..) | At::Root, Value::List(_) | Value::Set(_) | Value::Map(_)) => None,
        (At::Attribute(..) | At::Root, other) => Some(other),
        _ => None,
    }
}

/// The collection `new` with each element replaced by what `make` returns for it, its partner in `old` and its place. The
/// partner is the one that `pairing` returns, or else the one [`beside`] it.
pub(crate) fn rebuilt<'v>(
    new: &Value,
    old: &'v Value,
    pairing: Option<Pairing<'_>>,
    at: &At<'_>,
    make: &mut dyn FnMut(&Value, Option<&'v Value>, &At<'_>) -> Value,
) -> Value {
    let candidates = old.items().unwrap_or_default();
    let mut partners = pairing.map(|pairing| pairing(new.items().unwrap_or_default(), candidates).into_iter());
    let mut element = |element: &Value, at: &At<'_>| {
        let partner = match &mut partners {
            Some(partners) => partners.next().flatten().map(|index| &candidates[index]),
            None => beside(old, at),
        };
        make(element, partner, at)
    };
    match new {
        Value::List(items) => {
            let each = items.iter().enumerate();
            Value::List(each.map(|(index, item)| element(item, &at.index(index))).collect())
        }
        Value::Set(items) => Value::set(items.iter().map(|item| element(item, at)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), element(item, &at.key(key)))).collect())
        }
        value => element(value, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{map, text, texts};

    #[test]
    fn each_element_has_its_place_and_what_stands_there_elsewhere() {
        let at = At::Root;
        let places = |value: &Value, other: &Value| {
            let mut found = Vec::new();
            elements(value, &at.then("x"), &mut |_, at| found.push((at.to_string(), beside(other, at).cloned())));
            found
        };
        let found = places(&map(&[("a", "1"), ("b", "2")]), &map(&[("b", "3")]));
        assert!(found == [("x[\"a\"]".to_owned(), None), ("x[\"b\"]".to_owned(), Some(text("3")))]);
        let found = places(&texts(&["a", "b"]), &texts(&["c"]));
        assert!(found == [("x[0]".to_owned(), Some(text("c"))), ("x[1]".to_owned(), None)]);
        assert!(places(&Value::Set(vec![text("a")]), &Value::Set(vec![text("a")])) == [("x".to_owned(), None)]);
        assert!(places(&text("a"), &Value::Null) == [("x".to_owned(), Some(Value::Null))]);
    }

    #[test]
    fn a_collection_is_made_anew_of_partners_found_by_place_or_by_the_pairing() {
        let old = texts(&["a", "b"]);
        let beside = |_: &Value, old: Option<&Value>, _: &At<'_>| old.cloned().unwrap_or(Value::Null);
        let new = rebuilt(&texts(&["x", "y", "z"]), &old, None, &At::Root, &mut { beside });
        assert!(new == Value::List(vec![text("a"), text("b"), Value::Null]));
        let backwards =
            |new: &[Value], old: &[Value]| (0..new.len()).map(|index| old.len().checked_sub(index + 1)).collect();
        let new = rebuilt(&texts(&["x", "y", "z"]), &old, Some(&backwards), &At::Root, &mut { beside });
        assert!(new == Value::List(vec![text("b"), text("a"), Value::Null]));
        let new = rebuilt(&Value::Set(vec![text("x"), text("y")]), &Value::Null, None, &At::Root, &mut { beside });
        assert!(new == Value::Set(vec![Value::Null]), "elements that have become equal are one");
    }
}
