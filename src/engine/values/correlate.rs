//! Pairs the elements of two collections without order. Pure.

use std::hash::Hash;

use crate::engine::values::same::{canonical, canonical_element, get};
use crate::schema::Attr;
use crate::value::{Open, Value, hash_of};

/// True when an item and a candidate belong together.
pub(crate) type Fits<'a> = &'a dyn Fn(&Value, &Value) -> bool;

/// For each item, the index of an equivalent candidate. No candidate has two items.
pub(crate) fn same_pairs(attrs: &'static [Attr], items: &[Value], candidates: &[Value]) -> Vec<Option<usize>> {
    let key = |element: &Value| hash_of(|state| canonical_element(attrs, element).hash(state));
    pairs(
        items,
        candidates,
        &key,
        &[&|item, candidate| canonical_element(attrs, item) == canonical_element(attrs, candidate)],
    )
}

/// For each item, the index of a candidate that fits. No candidate has two items. The tests are tried in turn, each on all
/// items, so that a better match is never lost to a worse one. Only candidates with the same required attributes are
/// tested: one that differs in them must not fit.
pub(crate) fn fitting_pairs(
    attrs: &'static [Attr],
    items: &[Value],
    candidates: &[Value],
    tests: &[Fits<'_>],
) -> Vec<Option<usize>> {
    let required = || attrs.iter().filter(|attr| attr.is_required() && attr.kind.nested().is_none());
    let key = |element: &Value| {
        hash_of(|state| match element {
            Value::Object(object) => required().for_each(|attr| canonical(attr, get(object, attr.name)).hash(state)),
            other => other.hash(state),
        })
    };
    pairs(items, candidates, &key, tests)
}

fn pairs(items: &[Value], candidates: &[Value], key: &dyn Fn(&Value) -> u64, tests: &[Fits<'_>]) -> Vec<Option<usize>> {
    let mut found = vec![None; items.len()];
    let mut open: Open<usize> = candidates.iter().enumerate().map(|(index, it)| (key(it), index)).collect();
    let keys: Vec<u64> = items.iter().map(key).collect();
    for fits in tests {
        for ((item, key), found) in items.iter().zip(&keys).zip(&mut found).filter(|(_, found)| found.is_none()) {
            *found = open.take(*key, |index| fits(item, &candidates[*index]));
        }
    }
    #[cfg(test)]
    tests::as_if_all_were_tried(items, candidates, tests, &found);
    found
}

#[cfg(test)]
mod tests;
