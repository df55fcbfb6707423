//! The objects that this run is known to manage: those that it has created or found in a state. They are used for
//! messages only, which must not advise to import such an object. Terraform passes only changed objects to an apply, so
//! an object that is not known here can be managed nevertheless.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::engine::values::address::key_text;
use crate::engine::values::same::get;
use crate::schema::Resource;
use crate::value::{Object, Value};

/// Why an object is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    /// Created by this run.
    Created,
    /// In a state that this run has received.
    Stored,
}

/// By type and key.
#[derive(Default)]
pub(crate) struct KnownObjects(Mutex<BTreeMap<(&'static str, String), Held>>);

impl KnownObjects {
    /// Adds the object and its children.
    pub(crate) fn note(&self, resource: &'static Resource, object: &Object, held: Held) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key_text(resource, object);
        // A created object is in the state afterwards; that it was created is more specific.
        if !key.is_empty() {
            all.entry((resource.name, key)).or_insert(held);
        }
        if let Some((attr, of)) = resource.children()
            && let Value::Map(children) = get(object, attr.name)
        {
            for key in children.keys() {
                all.entry((of.table.name, key.clone())).or_insert(held);
            }
        }
    }

    /// The object was deleted.
    pub(crate) fn forget(&self, resource: &'static Resource, object: &Object) {
        let key = (resource.name, key_text(resource, object));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    pub(crate) fn of(&self, resource: &'static Resource, key: &str) -> Option<Held> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&(resource.name, key.to_owned())).copied()
    }
}
