//! What the tables say that values name: the attribute of another type, which exists. A configuration that refers to it there
//! must have an order, so the references form no circle.

use std::collections::{BTreeMap, BTreeSet};

use terraform_provider_hoop::schema::{Attr, Provider, Resource};

use crate::subject::PROVIDERS;

/// The attributes of a type that a configuration of everything sets, at every depth: each link at the type that comes first.
fn set(provider: &'static Provider, resource: &'static Resource) -> Vec<&'static Attr> {
    let place = |name: &str| provider.resources.iter().position(|resource| resource.name == name);
    let is_set = |attr: &&'static Attr| {
        let contains_objects = attr.child_objects().is_some() || attr.element_path().is_some();
        let first = attr.link().is_none_or(|link| place(resource.name) < place(link.table));
        attr.settable() && first && !contains_objects
    };
    let own: Vec<&'static Attr> = resource.managed().filter(is_set).collect();
    let nested = own.iter().filter_map(|attr| attr.kind.nested()).flat_map(super::all);
    own.iter().copied().chain(nested).collect()
}

#[test]
fn a_value_that_names_an_object_says_which() {
    let mut count = 0;
    for provider in PROVIDERS {
        for resource in provider.resources {
            for attr in super::all(resource.attrs).into_iter().filter(|attr| attr.is_managed()) {
                let Some(target) = provider.target(attr) else {
                    assert!(!attr.is_reference(), "{}.{} names something: points_to()", resource.name, attr.name);
                    continue;
                };
                let named = provider.resource(target.table).and_then(|table| table.attr(target.attribute));
                assert!(named.is_some_and(Attr::is_managed), "{}.{}: {target:?}", resource.name, attr.name);
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count}");
}

/// The types that are part of a circle, or refer to one.
fn circle(mut edges: BTreeMap<&str, BTreeSet<&str>>) -> Vec<String> {
    loop {
        let is_free = |to: &BTreeSet<&str>| to.iter().all(|to| !edges.contains_key(to));
        let Some(free) = edges.iter().find(|(_, to)| is_free(to)).map(|(name, _)| name.to_string()) else {
            return edges.keys().map(ToString::to_string).collect();
        };
        edges.remove(free.as_str());
    }
}

#[test]
fn types_refer_to_each_other_without_a_circle() {
    for provider in PROVIDERS {
        let targets = |resource: &'static Resource| {
            set(provider, resource).into_iter().filter_map(|attr| Some(provider.target(attr)?.table)).collect()
        };
        let edges = provider.resources.iter().map(|resource| (resource.name, targets(resource))).collect();
        assert_eq!(circle(edges), Vec::<String>::new(), "{}", provider.name);
    }
    let edge = |from, to| (from, BTreeSet::from([to]));
    assert_eq!(circle([edge("a", "b"), edge("b", "c"), edge("c", "b"), edge("d", "x")].into()), ["a", "b", "c"]);
}
