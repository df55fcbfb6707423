//! The attributes in the request of a write, and the bodies made of them. Pure.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::engine::values::body::{empty_form, find, insert, remove};
use crate::engine::values::merge::encode_over;
use crate::engine::values::private_state::is_configured;
use crate::hooks::JsonObject;
use crate::schema::Attr;
use crate::value::Value;

/// One attribute in the request of a write.
pub(crate) struct Change {
    pub(crate) attr: &'static Attr,
    /// `None` selects the system's default: the attribute is omitted from the whole object.
    pub(crate) value: Option<Value>,
    /// Entries that are not changed: they are sent as the system returned them.
    pub(crate) carried: JsonObject,
}

impl Change {
    /// The change of `attr` to the planned value; for a secret, its plain or write-only value.
    pub(crate) fn new(attr: &'static Attr, planned: Value) -> Change {
        let default = planned.is_unknown() || !(planned.is_null() || is_configured(attr, &planned));
        Change { attr, value: (!default).then_some(planned), carried: JsonObject::new() }
    }

    /// With these entries of the object as it was just read. An entry that no longer exists is sent as configured.
    pub(crate) fn carrying(mut self, keys: &BTreeSet<String>, current: &JsonObject) -> Change {
        if let (false, Some(Json::Object(entries))) = (keys.is_empty(), find(current, self.attr.wire_name())) {
            let entries = entries.iter().filter(|(key, _)| keys.contains(*key));
            self.carried = entries.map(|(key, entry)| (key.clone(), entry.clone())).collect();
        }
        self
    }

    /// The JSON that is sent; `None` for the system's default. `base`: what the system has in its place.
    fn json(&self, base: Option<&Json>) -> Option<Json> {
        let mut json = encode_over(self.attr, self.value.as_ref()?, base);
        if let Json::Object(entries) = &mut json {
            entries.extend(self.carried.clone());
        }
        Some(json)
    }

    /// The same change, to be sent again.
    pub(crate) fn again(&self) -> Change {
        Change { attr: self.attr, value: self.value.clone(), carried: self.carried.clone() }
    }

    /// True if a PATCH cannot express the change: PATCH does not support the attribute, its absence selects the
    /// default, or null has no empty form.
    pub(crate) fn needs_whole(&self) -> bool {
        let unsayable = match &self.value {
            None => true,
            Some(value) => value.is_null() && empty_form(&self.attr.kind).is_null(),
        };
        self.attr.is_sent_with_whole() || unsayable
    }

    /// Applies the change to an object.
    pub(crate) fn lay_over(&self, json: &mut JsonObject) {
        match self.json(find(json, self.attr.wire_name())) {
            Some(value) => insert(json, self.attr.wire_name(), value),
            None => remove(json, self.attr.wire_name()),
        }
    }
}

/// The changes that are sent as headers.
pub(crate) fn headers(changes: &[Change]) -> Vec<(&'static str, String)> {
    let header = |change: &Change| Some((change.attr.header_name()?, change.value.as_ref()?.as_str()?.to_owned()));
    changes.iter().filter_map(header).collect()
}

/// The body of a create: the planned values without empty ones, unless the system requires them.
pub(crate) fn create_body<'a>(changes: impl Iterator<Item = &'a Change>) -> JsonObject {
    let mut json = JsonObject::new();
    for change in changes {
        let given = change.value.as_ref().is_some_and(|value| !value.is_null()) && change.attr.header_name().is_none();
        if given || (change.attr.is_always_sent() && change.value.is_some()) {
            change.lay_over(&mut json);
        }
    }
    json
}

/// The body of a PATCH: only the changes.
pub(crate) fn patch_body(changes: &[Change]) -> JsonObject {
    let mut json = JsonObject::new();
    changes.iter().for_each(|change| change.lay_over(&mut json));
    json
}

/// The body of a PUT: the object as it was read, with the changes.
pub(crate) fn whole_body(current: &JsonObject, changes: &[Change]) -> JsonObject {
    let mut json = current.clone();
    changes.iter().for_each(|change| change.lay_over(&mut json));
    json
}
