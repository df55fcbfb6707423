//! The keys of a type's objects as they were listed a moment ago, with those that this process has created since. Creates that
//! compare the objects before and after them list them once, and not once each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::schema::Resource;

/// An object that another client creates in this time with the same values could be taken for ours, as one that it creates
/// during our request could.
const LIFE: Duration = Duration::from_secs(3);

struct Listed {
    at: Instant,
    keys: BTreeSet<String>,
}

/// By type. Only for types whose creates exclude each other, and whose list depends on no value of the object.
#[derive(Default)]
pub(crate) struct RecentKeys(Mutex<BTreeMap<&'static str, Listed>>);

impl RecentKeys {
    /// The keys, unless they were listed too long ago.
    pub(crate) fn of(&self, resource: &'static Resource) -> Option<BTreeSet<String>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, listed| listed.at.elapsed() < LIFE);
        all.get(resource.name).map(|listed| listed.keys.clone())
    }

    /// The objects were listed, in a request that was sent at this time.
    pub(crate) fn set(&self, resource: &'static Resource, at: Instant, keys: BTreeSet<String>) {
        if resource.list.as_ref().is_some_and(|list| list.filters.is_empty()) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(resource.name, Listed { at, keys });
        }
    }

    /// This process has created an object.
    pub(crate) fn add(&self, resource: &'static Resource, key: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listed) = all.get_mut(resource.name) {
            listed.keys.insert(key.to_owned());
        }
    }

    /// This process may have created an object whose key it does not know.
    pub(crate) fn forget(&self, resource: &'static Resource) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(resource.name);
    }
}
