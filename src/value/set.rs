//! Elements of sets: equality and lookup. The hash is consistent with the equality of values, including sets without
//! order. Elements are looked up by hash, so that the time is proportional to the size of a collection.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Value;

impl Value {
    /// A set of these elements without duplicates; of equal elements the first is kept. Elements with unknown parts are
    /// never duplicates, since they may still become different.
    pub fn set(mut items: Vec<Value>) -> Value {
        let mut seen = HashSet::with_capacity(items.len());
        let stays: Vec<bool> = items.iter().map(|item| !item.is_known() || seen.insert(item)).collect();
        let mut stays = stays.into_iter();
        items.retain(|_| stays.next().unwrap_or(true));
        Value::Set(items)
    }
}

/// Equality is reflexive, since numbers are never NaN.
impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Unknown | Value::Null => {}
            Value::Bool(flag) => flag.hash(state),
            Value::Number(number) => number.hash(state),
            Value::String(text) => text.hash(state),
            Value::List(items) => items.hash(state),
            Value::Set(items) => hash_unordered(items, state),
            Value::Map(items) | Value::Object(items) => items.hash(state),
        }
    }
}

/// The hash of elements without order: a sum, which does not depend on the order.
fn hash_unordered<H: Hasher>(items: &[Value], state: &mut H) {
    let sum = items.iter().map(|item| hash_of(|state| item.hash(state))).fold(0, u64::wrapping_add);
    (items.len(), sum).hash(state);
}

/// The hash of what `write` writes. It is the same in every process.
pub fn hash_of(write: impl FnOnce(&mut DefaultHasher)) -> u64 {
    let mut hasher = DefaultHasher::new();
    write(&mut hasher);
    hasher.finish()
}

/// True if both contain the same elements with the same multiplicity, in any order.
pub(super) fn same_elements(a: &[Value], b: &[Value]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // Most sets are in the order in which they were stored; one pass is enough for these.
    let Some(first) = a.iter().zip(b).position(|(x, y)| x != y) else { return true };
    let hash = |item: &Value| hash_of(|state| item.hash(state));
    let mut open: Open<&Value> = b[first..].iter().map(|item| (hash(item), item)).collect();
    a[first..].iter().all(|item| open.take(hash(item), |candidate| *candidate == item).is_some())
}

/// Candidates by hash, each of which can be taken once.
pub struct Open<T>(BTreeMap<u64, VecDeque<T>>);

impl<T> Open<T> {
    /// Takes the first candidate with this hash that fits.
    pub fn take(&mut self, hash: u64, fits: impl FnMut(&T) -> bool) -> Option<T> {
        let candidates = self.0.get_mut(&hash)?;
        let index = candidates.iter().position(fits)?;
        candidates.remove(index)
    }
}

impl<T> FromIterator<(u64, T)> for Open<T> {
    fn from_iter<I: IntoIterator<Item = (u64, T)>>(candidates: I) -> Open<T> {
        let mut open: BTreeMap<u64, VecDeque<T>> = BTreeMap::new();
        for (hash, candidate) in candidates {
            open.entry(hash).or_default().push_back(candidate);
        }
        Open(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_collapse_unless_they_are_unknown() {
        let inner = |items: &[i64]| Value::Set(items.iter().copied().map(Value::int).collect());
        let set = Value::set(vec![Value::int(1), Value::Unknown, inner(&[1, 2]), Value::Unknown, inner(&[2, 1])]);
        assert!(set.items() == Some(&[Value::int(1), Value::Unknown, inner(&[1, 2]), Value::Unknown]));

        let open = || Value::List(vec![Value::int(1), Value::Unknown]);
        assert!(Value::set(vec![open(), open()]).items().map(<[Value]>::len) == Some(2));
        assert!(Value::set(Vec::new()) == Value::Set(Vec::new()));
    }
    #[test]
    fn the_same_elements_each_as_often_are_the_same_in_any_order() {
        let ints = |items: &[i64]| items.iter().copied().map(Value::int).collect::<Vec<_>>();
        assert!(same_elements(&ints(&[1, 2, 2, 3]), &ints(&[1, 3, 2, 2])));
        assert!(!same_elements(&ints(&[1, 2, 2, 3]), &ints(&[1, 2, 3, 3])));
        assert!(!same_elements(&ints(&[1, 2]), &ints(&[1, 2, 2])));
        let set = |items: &[i64]| Value::Set(ints(items));
        assert!(same_elements(&[set(&[1, 2]), set(&[3])], &[set(&[3]), set(&[2, 1])]));
        assert!(!same_elements(&[set(&[1, 2]), set(&[3])], &[set(&[3]), set(&[2, 2])]));
        assert!(same_elements(&[Value::Unknown, Value::Null], &[Value::Null, Value::Unknown]));
    }

    #[test]
    fn each_candidate_is_taken_once_and_the_first_that_fits() {
        let mut open: Open<i32> = [(7, 1), (7, 2), (8, 3), (7, 4)].into_iter().collect();
        assert_eq!(open.take(7, |it| *it > 1), Some(2));
        assert_eq!(open.take(7, |_| true), Some(1));
        assert_eq!(open.take(7, |it| *it == 2), None);
        assert_eq!((open.take(9, |_| true), open.take(8, |_| true)), (None, Some(3)));
    }

    /// An algorithm that compares all pairs, or the innermost values again for each level, would not terminate in
    /// useful time.
    #[test]
    fn large_and_deep_sets_are_compared_in_time_in_proportion() {
        let many = |from: i64| (0..100_000).map(move |item| Value::int(item * from));
        assert!(same_elements(&many(1).collect::<Vec<_>>(), &many(1).rev().collect::<Vec<_>>()));
        assert!(!same_elements(&many(1).collect::<Vec<_>>(), &many(-1).rev().collect::<Vec<_>>()));
        let alike = vec![Value::Set(vec![Value::int(1)]); 100_000];
        let other: Vec<Value> = [Value::Null].into_iter().chain(alike.iter().skip(1).cloned()).collect();
        let moved: Vec<Value> = other.iter().rev().cloned().collect();
        assert!(same_elements(&other, &moved) && !same_elements(&alike, &moved));
        let deep = |inmost: i64| (0..200).fold(Value::int(inmost), |inner, _| Value::Set(vec![Value::Null, inner]));
        assert!(deep(1) == deep(1) && deep(1) != deep(2));
    }
}
