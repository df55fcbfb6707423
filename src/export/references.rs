//! Which object a value names, so that a configuration can refer to it. References form no circle: of a link that two types
//! can set, one type writes it.

use std::collections::BTreeMap;

use crate::schema::{Attr, Provider, Resource, Target};
use crate::value::{Object, Value};

/// The objects of a configuration, by the values that others name them with.
pub(super) struct References {
    provider: &'static Provider,
    /// For each attribute that others name, the label of the object with this value; none if several have it.
    labels: BTreeMap<(&'static str, &'static str), BTreeMap<String, Option<String>>>,
}

impl References {
    pub(super) fn new(provider: &'static Provider) -> References {
        References { provider, labels: BTreeMap::new() }
    }

    /// An object that has a block with this label.
    pub(super) fn add(&mut self, resource: &'static Resource, label: &str, state: &Object) {
        for attr in resource.managed() {
            let Some(text) = state.get(attr.name).and_then(Value::as_str).filter(|text| !text.is_empty()) else {
                continue;
            };
            let known = self.labels.entry((resource.name, attr.name)).or_default();
            let several = known.contains_key(text);
            known.insert(text.to_owned(), (!several).then(|| label.to_owned()));
        }
    }

    /// The expression for a value of this attribute, if it names one of the objects.
    pub(super) fn find(&self, attr: &Attr, text: &str) -> Option<String> {
        let Target { table, attribute } = self.provider.target(attr)?;
        let table = self.provider.resource(table)?;
        let is_key = table.attr(attribute).is_some_and(Attr::is_key);
        let others = table.alternative_keys.iter().copied().filter(|_| is_key);
        std::iter::once(attribute).chain(others).find_map(|attribute| {
            let label = self.labels.get(&(table.name, attribute))?.get(text)?.as_ref()?;
            Some(format!("{}.{label}.{attribute}", table.name))
        })
    }
}

/// Whether the blocks of a type set this link: the type that comes first in the provider does, of those that are `selected`.
pub(super) fn sets_link(
    provider: &'static Provider,
    resource: &'static Resource,
    attr: &Attr,
    selected: &[&'static Resource],
) -> bool {
    let place = |name: &str| provider.resources.iter().position(|resource| resource.name == name);
    let Some(link) = attr.link() else { return true };
    let other_writes = selected.iter().any(|other| other.name == link.table);
    !other_writes || place(resource.name) < place(link.table)
}
