//! Elements of sets: what makes two of them one. Hashing follows the equality of values, sets without order included.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Value;

impl Value {
    /// A set of these elements. Equal ones collapse and the first stays where it was; elements that are not wholly
    /// known never collapse, since they may still become different.
    pub fn set(mut items: Vec<Value>) -> Value {
        let mut seen = HashSet::with_capacity(items.len());
        let stays: Vec<bool> = items.iter().map(|item| !item.is_known() || seen.insert(item)).collect();
        let mut stays = stays.into_iter();
        items.retain(|_| stays.next().unwrap_or(true));
        Value::Set(items)
    }
}

/// No part of a value differs from itself: numbers are never NaN.
impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Unknown | Value::Null => {}
            Value::Bool(flag) => flag.hash(state),
            Value::Number(number) => number.hash(state),
            Value::String(text) => text.hash(state),
            Value::List(items) | Value::Tuple(items) => items.hash(state),
            Value::Set(items) => {
                // A sum has no order, as the set has none.
                let sum = items.iter().map(hash_alone).fold(0, u64::wrapping_add);
                (items.len(), sum).hash(state);
            }
            Value::Map(items) | Value::Object(items) => items.hash(state),
            // Types that differ with equal values are rare enough to share a hash.
            Value::Dynamic(inner) => inner.1.hash(state),
        }
    }
}

fn hash_alone(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
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
}
