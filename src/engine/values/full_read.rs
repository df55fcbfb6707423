//! What has to be known of the last read that showed all secrets of an object, to know later that they are still the same.
//! Pure.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::engine::values::same::get;
use crate::schema::Resource;
use crate::value::{Object, Value};

/// A read that showed all secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FullRead {
    /// Distinguishes the object from another one that gets its key later.
    pub(crate) id: String,
    /// When the system last changed the secrets; `None` if it did not say so.
    pub(crate) stamp: Option<String>,
    /// The system's time at the response, in whole seconds since 1970.
    pub(crate) time: i64,
    /// Whether it followed from an update by this provider, which the system has logged.
    pub(crate) own: bool,
}

impl FullRead {
    /// The read that showed this object at this time; `None` if it did not show all secrets.
    pub(crate) fn of(resource: &'static Resource, seen: &Object, time: i64) -> Option<FullRead> {
        let snapshot = resource.snapshot?;
        let mut secrets = resource.managed().filter(|attr| attr.is_secret());
        let is_shown = |value: &Value| match value {
            Value::Map(entries) => entries.values().all(|entry| entry.as_str().is_some()),
            _ => false,
        };
        let all = secrets.all(|attr| is_shown(get(seen, attr.name)));
        let id = get(seen, snapshot.id).as_str().filter(|_| all)?;
        Some(FullRead { id: id.to_owned(), stamp: stamp(resource, seen), time, own: false })
    }

    /// Whether nothing changed between the two reads that the system tells.
    pub(crate) fn shows_same(&self, other: &FullRead) -> bool {
        (&self.id, &self.stamp) == (&other.id, &other.stamp)
    }

    pub(super) fn to_json(&self) -> Json {
        json!({ "id": self.id, "stamp": self.stamp, "time": self.time, "own": self.own })
    }

    /// By path; what is not understood is left out.
    pub(super) fn all_from_json(stored: Option<&Json>) -> BTreeMap<String, FullRead> {
        let entries = stored.and_then(Json::as_object).into_iter().flatten();
        entries.filter_map(|(path, read)| Some((path.clone(), FullRead::from_json(read)?))).collect()
    }

    fn from_json(json: &Json) -> Option<FullRead> {
        let stamp = json.get("stamp")?;
        Some(FullRead {
            id: json.get("id")?.as_str()?.to_owned(),
            stamp: stamp.as_str().map(str::to_owned),
            time: json.get("time")?.as_i64()?,
            own: json.get("own")?.as_bool()?,
        })
    }
}

/// The stamp of the object's secrets.
pub(crate) fn stamp(resource: &'static Resource, seen: &Object) -> Option<String> {
    let stamps = resource.managed().filter_map(|attr| attr.stamp());
    stamps.filter_map(|name| get(seen, name).as_str()).next().map(str::to_owned)
}
