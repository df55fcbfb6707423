//! A secret is configured by its plain attribute X, which is stored in the state, by the write-only X_wo, which is not
//! stored, or, for a map, by both with different keys. This file says which keys are whose and what changes: the keys of
//! write-only maps that were added, removed or stay, and the versions. Pure.

use std::collections::BTreeSet;

use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::schema::{Attr, Kind};
use crate::value::{At, Object, Path, Value};

/// The planned version, if it is the one that was last sent.
fn has_same_version(attr: &Attr, config: &Object, prior: &Object) -> bool {
    let (was, is) = (get(prior, &attr.version_name()), get(config, &attr.version_name()));
    !is.is_null() && is.is_known() && was == is
}

/// How the keys of a write-only map differ from those that were last sent, under the same version.
pub(crate) struct MovedKeys {
    pub(crate) new: Vec<String>,
    pub(crate) gone: Vec<String>,
}

/// `None` if no key was added or removed, if the version has changed anyway, or if it is unknown.
pub(crate) fn moved_keys(
    attr: &Attr,
    config: &Object,
    prior: &Object,
    private: &PrivateState,
    at: &At<'_>,
) -> Option<MovedKeys> {
    if !attr.is_secret() || !has_same_version(attr, config, prior) {
        return None;
    }
    let Value::Map(entries) = get(config, &attr.write_only_name()) else { return None };
    let sent = private.write_only_keys(&at.then(attr.name))?;
    let new: Vec<String> = entries.keys().filter(|key| !sent.contains(*key)).cloned().collect();
    let gone: Vec<String> = sent.iter().filter(|key| !entries.contains_key(*key)).cloned().collect();
    (!(new.is_empty() && gone.is_empty())).then_some(MovedKeys { new, gone })
}

/// True if this is unknown.
pub(crate) fn may_move_keys(attr: &Attr, config: &Object, prior: &Object, private: &PrivateState, at: &At<'_>) -> bool {
    let is_open = get(config, &attr.write_only_name()).is_unknown() && has_same_version(attr, config, prior);
    attr.is_secret() && is_open && private.write_only_keys(&at.then(attr.name)).is_some()
}

/// The keys of a write-only map whose values a request copies from the system, since the version is unchanged. Keys
/// that were never sent are not included.
pub(crate) fn carried(attr: &Attr, config: &Object, prior: &Object, private: &PrivateState) -> BTreeSet<String> {
    if !attr.is_secret() || !matches!(attr.kind, Kind::Map(_)) || !has_same_version(attr, config, prior) {
        return BTreeSet::new();
    }
    let sent = private.write_only_keys(&At::Root.then(attr.name));
    match get(config, &attr.write_only_name()) {
        Value::Map(entries) => {
            let was_sent = |key: &&String| sent.is_none_or(|sent| sent.contains(*key));
            entries.keys().filter(was_sent).cloned().collect()
        }
        _ => sent.cloned().unwrap_or_default(),
    }
}

/// A map without the entries that came from a write-only map and are not in `named`.
pub(crate) fn without_write_only(value: Value, keys: Option<&BTreeSet<String>>, named: &Value) -> Value {
    let named = |key: &String| matches!(named, Value::Map(named) if named.contains_key(key));
    match (keys, value) {
        (Some(keys), Value::Map(mut entries)) => {
            entries.retain(|key, _| !keys.contains(key) || named(key));
            Value::Map(entries)
        }
        (_, value) => value,
    }
}

/// True when the attribute has a value in this plan or state; a write-only value is there if its version is.
pub(crate) fn is_given(attr: &Attr, object: &Object) -> bool {
    !get(object, attr.name).is_null() || (attr.is_secret() && !get(object, &attr.version_name()).is_null())
}

/// True if the object has a stamp for this secret: then a plan can show a change by it.
pub(crate) fn is_stamped(attrs: &'static [Attr], attr: &Attr) -> bool {
    attr.stamp().is_some_and(|stamp| attrs.iter().any(|other| other.is_managed() && other.name == stamp))
}

/// The versions in nested objects: the only sign of a change of a write-only secret there.
pub(crate) fn versions<'a>(attr: &Attr, value: &'a Value) -> Vec<(Path, &'a Value)> {
    let secrets: Vec<&Attr> = attr.kind.nested().unwrap_or_default().iter().filter(|attr| attr.is_secret()).collect();
    let mut found = Vec::new();
    if !secrets.is_empty() {
        objects(value, &At::Root, &mut |object, at| {
            let versions = secrets.iter().map(|attr| attr.version_name());
            found.extend(versions.map(|name| (at.then(&name).path(), get(object, &name))));
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{THING, map, text, thing};

    #[test]
    fn what_was_sent_under_this_version_is_carried_and_nothing_else() {
        let secrets = THING.attr("secrets").expect("it is in the table");
        let private = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            PrivateState { write_only: [("secrets".to_owned(), keys)].into(), ..PrivateState::default() }
        };
        let config = |write_only: Value, version: &str| {
            thing(&[("secrets_wo", write_only), ("secrets_wo_version", text(version))])
        };
        let prior = thing(&[("secrets_wo_version", text("1"))]);
        let keys = |write_only: Value, version: &str, private: &PrivateState| {
            let found = carried(secrets, &config(write_only, version), &prior, private);
            found.into_iter().collect::<Vec<_>>()
        };
        let value = map(&[("A", "1"), ("NEW", "1")]);
        assert_eq!(keys(value.clone(), "1", &private(&["A", "GONE"])), ["A"]);
        assert_eq!(keys(Value::Null, "1", &private(&["A", "GONE"])), ["A", "GONE"]);
        assert_eq!(keys(value.clone(), "1", &PrivateState::default()), ["A", "NEW"]);
        assert!(keys(value, "2", &private(&["A"])).is_empty());
    }
}
