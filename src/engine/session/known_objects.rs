//! Which objects this run is known to manage: those that it has created, and those that a state holds that it was
//! shown. Only for messages: an import of such an object would be wrong advice. Terraform shows an apply no more than the
//! objects that it changes, so that an object which is not here may be managed all the same.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::engine::values::address::key_text;
use crate::engine::values::same::get;
use crate::schema::Resource;
use crate::value::{Object, Value};

/// How an object is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    /// Created by this run.
    Created,
    /// In a state that this run was shown.
    Stored,
}

/// By type and key.
#[derive(Default)]
pub(crate) struct KnownObjects(Mutex<BTreeMap<(&'static str, String), Held>>);

impl KnownObjects {
    /// Notes the object and those that are configured inside it.
    pub(crate) fn note(&self, resource: &'static Resource, object: &Object, held: Held) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key_text(resource, object);
        // What was created is in the state from then on, but that it was created says more.
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

    /// The object is gone.
    pub(crate) fn forget(&self, resource: &'static Resource, object: &Object) {
        let key = (resource.name, key_text(resource, object));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    pub(crate) fn of(&self, resource: &'static Resource, key: &str) -> Option<Held> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&(resource.name, key.to_owned())).copied()
    }
}
