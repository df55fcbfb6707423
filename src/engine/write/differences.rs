//! What a write carries: the attributes that a create sends, and those that an update changes. Pure.

use super::Write;
use crate::engine::values::change::Change;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, same};
use crate::engine::values::walk::rebuilt;
use crate::engine::values::write_only::{moved_keys, versions};
use crate::schema::{Attr, Update};
use crate::value::{At, Object, Value};

impl Write<'_> {
    /// The value to send: of a secret the plain value, the write-only value, or both maps together.
    pub(crate) fn wanted(&self, attr: &Attr) -> Value {
        wanted(attr, self.planned, self.config, None)
    }

    /// The same for an update. A write-only value inside an object whose version is unchanged is left to the merge with the
    /// present object, where there is one.
    fn wanted_after(&self, attr: &Attr, prior: &Object) -> Value {
        let merges = self.resource.update == Update::MergePut;
        wanted(attr, self.planned, self.config, Some(prior).filter(|_| merges))
    }

    /// The attributes that a request of the object itself can carry.
    fn sendable(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.resource
            .managed()
            .filter(|attr| attr.settable() && attr.child_objects().is_none() && !attr.is_client_only())
    }

    /// The attributes that a create sends.
    pub(crate) fn all(&self) -> Vec<Change> {
        self.sendable().map(|attr| Change::new(attr, self.wanted(attr))).collect()
    }

    /// The attributes that an update sends: those that the plan changes. Another spelling of the same value is no
    /// change.
    pub(crate) fn differences(&self, prior: &Object, private: &PrivateState) -> Vec<Change> {
        let changed = |attr: &&'static Attr| {
            let (before, after) = (get(prior, attr.name), get(self.planned, attr.name));
            if self.outgrows(attr, prior) && !self.wanted(attr).is_null() {
                return true;
            }
            if attr.is_secret() {
                let version = attr.version_name();
                let write_only = !get(self.config, &attr.write_only_name()).is_null();
                let (was, is) = (get(prior, &version), get(self.planned, &version));
                if write_only && (was != is || self.moves_keys(attr, prior, private)) {
                    return true;
                }
                // A secret that every object must have stays as it is when the configuration no longer gives it.
                if attr.is_required_on_create() && after.is_null() && !write_only {
                    return false;
                }
                // Its version was removed from the configuration, and the secret with it.
                if !was.is_null() && is.is_null() {
                    return true;
                }
            }
            if versions(attr, before) != versions(attr, after) {
                return true;
            }
            before != after && !same(attr, before, after, None)
        };
        // A fixed attribute never changes, and one that only a create takes is not sent again.
        let stays = |attr: &&'static Attr| attr.is_fixed() || attr.header_name().is_some();
        let sendable = self.sendable().filter(|attr| !stays(attr));
        sendable.filter(changed).map(|attr| Change::new(attr, self.wanted_after(attr, prior))).collect()
    }

    /// True when keys of a write-only map are added or removed, and the plan shows that the secret changes.
    fn moves_keys(&self, attr: &Attr, prior: &Object, private: &PrivateState) -> bool {
        let is_shown = attr.stamp().is_some_and(|stamp| get(self.planned, stamp).is_unknown());
        is_shown && moved_keys(attr, self.config, prior, private, &At::Root).is_some()
    }

    /// True when the system added default entries that do not belong to the object as planned: they are removed by
    /// sending the whole value.
    fn outgrows(&self, attr: &Attr, prior: &Object) -> bool {
        match (attr.added_by_server(prior), attr.added_by_server(self.planned)) {
            (Some(Value::Map(were)), Some(Value::Map(are))) => were.keys().any(|key| !are.contains_key(key)),
            _ => false,
        }
    }
}

/// The value of an attribute with write-only values in the place of the plain ones, at every depth.
fn wanted(attr: &Attr, planned: &Object, config: &Object, prior: Option<&Object>) -> Value {
    let write_only = if attr.is_secret() { get(config, &attr.write_only_name()) } else { &Value::Null };
    let both;
    let value = match (get(planned, attr.name), write_only) {
        (planned, Value::Null) => planned,
        (Value::Map(plain), Value::Map(write_only)) => {
            let mut entries = plain.clone();
            entries.extend(write_only.clone());
            both = Value::Map(entries);
            &both
        }
        (_, write_only) => write_only,
    };
    let Some(nested) = attr.kind.nested().filter(|nested| nested.iter().any(|attr| attr.is_secret())) else {
        return value.clone();
    };
    let before = prior.and_then(|prior| get(prior, attr.name).as_object());
    rebuilt(value, get(config, attr.name), None, &At::Root, &mut |planned, config, _| match (planned, config) {
        (Value::Object(planned), Some(Value::Object(config))) => {
            let mut whole = planned.clone();
            let is_kept = |attr: &Attr| {
                let version = attr.version_name();
                let unchanged = |before: &Object| {
                    !get(before, &version).is_null() && get(before, &version) == get(planned, &version)
                };
                attr.is_secret() && get(planned, attr.name).is_null() && before.is_some_and(unchanged)
            };
            let value = |attr: &'static Attr| match is_kept(attr) {
                true => Value::Null,
                false => wanted(attr, planned, config, before),
            };
            whole.extend(nested.iter().map(|attr| (attr.name.to_owned(), value(attr))));
            Value::Object(whole)
        }
        (planned, _) => planned.clone(),
    })
}
