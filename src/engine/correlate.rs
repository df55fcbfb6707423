//! Which element belongs to which, and where the objects are in a value. Pure.

use crate::value::{Object, Path, Value};

/// Whether two elements belong together.
pub(super) type Fits<'a> = &'a dyn Fn(&Value, &Value) -> bool;

/// For each item the candidate that belongs to it, each candidate given once. The tests are tried in turn, each on all
/// items, so that a better match is never lost to a worse one.
pub(super) fn pairs<'a>(items: &[Value], candidates: &'a [Value], tests: &[Fits<'_>]) -> Vec<Option<&'a Value>> {
    let mut open: Vec<&Value> = candidates.iter().collect();
    let mut found = vec![None; items.len()];
    for fits in tests {
        for (item, found) in items.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            if let Some(index) = open.iter().position(|candidate| fits(item, candidate)) {
                *found = Some(open.remove(index));
            }
        }
    }
    found
}

/// The objects in the value of a nested attribute, with their paths. Elements of a set have no address: theirs is the
/// set's.
pub(super) fn objects<'a>(value: &'a Value, at: &Path) -> impl Iterator<Item = (&'a Object, Path)> {
    let places: Vec<(&Value, Path)> = match value {
        Value::List(items) => items.iter().enumerate().map(|(index, item)| (item, at.index(index))).collect(),
        Value::Map(entries) => entries.iter().map(|(key, item)| (item, at.key(key))).collect(),
        Value::Set(items) => items.iter().map(|item| (item, at.clone())).collect(),
        value => vec![(value, at.clone())],
    };
    places.into_iter().filter_map(|(item, path)| Some((item.as_object()?, path)))
}
