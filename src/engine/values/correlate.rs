//! Which element belongs to which, and where the objects are in a value. Pure.

use std::collections::BTreeMap;
use std::hash::Hash;

use crate::engine::values::same::{get, hash_same};
use crate::schema::Attr;
use crate::value::{Object, Open, Path, Value, hash_of};

/// Whether two elements belong together.
pub(crate) type Fits<'a> = &'a dyn Fn(&Value, &Value) -> bool;

/// What elements are told apart by, so that each is compared with those few that it may belong to and not with all.
pub(crate) struct Terms<'a> {
    /// The attributes of an element.
    pub(crate) attrs: &'static [Attr],
    /// Whether nothing fits an item that does not mean the same by this attribute; told from the item's own value.
    pub(crate) binds: &'a dyn Fn(&Attr, &Value) -> bool,
}

impl Terms<'_> {
    /// Which attributes bind an item.
    fn binding(&self, item: &Value) -> Vec<bool> {
        let Some(item) = item.as_object() else { return Vec::new() };
        self.attrs.iter().map(|attr| attr.is_managed() && (self.binds)(attr, get(item, attr.name))).collect()
    }

    /// Equal for elements that mean the same by what binds. What is no object is told apart as a whole.
    fn key(&self, binding: &[bool], element: &Value) -> u64 {
        hash_of(|state| match element {
            Value::Object(object) => {
                let binding = self.attrs.iter().zip(binding).filter(|(_, binds)| **binds);
                binding.for_each(|(attr, _)| hash_same(attr, get(object, attr.name), state));
            }
            other => other.hash(state),
        })
    }
}

/// For each item the candidate that belongs to it, each candidate given once. The tests are tried in turn, each on all
/// items, so that a better match is never lost to a worse one.
pub(crate) fn pairs<'a>(
    items: &[Value],
    candidates: &'a [Value],
    terms: &Terms<'_>,
    tests: &[Fits<'_>],
) -> Vec<Option<&'a Value>> {
    let mut found = vec![None; items.len()];
    if candidates.is_empty() {
        return found;
    }
    let mut taken = vec![false; candidates.len()];
    for fits in tests {
        // Items that the same attributes bind look among the same candidates.
        let mut by_binding: BTreeMap<Vec<bool>, Open<usize>> = BTreeMap::new();
        for (item, found) in items.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let binding = terms.binding(item);
            let key = terms.key(&binding, item);
            let all = || candidates.iter().enumerate().map(|(index, it)| (terms.key(&binding, it), index)).collect();
            let open = by_binding.entry(binding.clone()).or_insert_with(all);
            let fitting = open.take(key, |index| taken[*index], |index| fits(item, &candidates[*index]));
            if let Some(index) = fitting {
                taken[index] = true;
                *found = Some(&candidates[index]);
            }
        }
    }
    #[cfg(test)]
    tests::as_if_all_were_tried(items, candidates, tests, &found);
    found
}

/// The objects in the value of a nested attribute, with their paths. Elements of a set have no address: theirs is the
/// set's.
pub(crate) fn objects<'a>(value: &'a Value, at: &Path) -> impl Iterator<Item = (&'a Object, Path)> {
    let places: Vec<(&Value, Path)> = match value {
        Value::List(items) => items.iter().enumerate().map(|(index, item)| (item, at.index(index))).collect(),
        Value::Map(entries) => entries.iter().map(|(key, item)| (item, at.key(key))).collect(),
        Value::Set(items) => items.iter().map(|item| (item, at.clone())).collect(),
        value => vec![(value, at.clone())],
    };
    places.into_iter().filter_map(|(item, path)| Some((item.as_object()?, path)))
}

#[cfg(test)]
mod tests;
