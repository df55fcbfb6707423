//! What can be changed outside Terraform, told from the tables: each attribute, to what other objects of the type have
//! there, by each request that the API may have for it. Whether the API has it is found out when it is sent. What no table
//! tells is `gateway`'s.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Provider, Resource};

use super::gateway;
use super::site::{Done, Site, at, own_path, same, with};

type Act = Box<dyn Fn(&Site<'_>) -> Done>;

/// One change of one object.
pub(super) struct Change {
    /// The attribute that it is meant to change; none if it is about the object.
    pub(super) attr: Option<&'static str>,
    pub(super) way: String,
    /// What has to be there before the last refresh that knows nothing of the change.
    pub(super) before: Option<Act>,
    pub(super) act: Act,
}

impl Change {
    pub(super) fn new(
        attr: Option<&'static str>,
        way: impl Into<String>,
        act: impl Fn(&Site<'_>) -> Done + 'static,
    ) -> Self {
        Self { attr, way: way.into(), before: None, act: Box::new(act) }
    }

    pub(super) fn after(mut self, before: impl Fn(&Site<'_>) -> Done + 'static) -> Self {
        self.before = Some(Box::new(before));
        self
    }
}

/// Whether a change of it can be seen in a state of which it is configured.
pub(super) fn is_seen(attr: &Attr) -> bool {
    attr.settable() && !attr.is_client_only() && !attr.is_fixed()
}

/// Every change of an object of this type that is shown like `own`. Others are shown like `donors`.
pub(super) fn all(
    provider: &'static Provider,
    resource: &'static Resource,
    own: &Json,
    donors: &[Json],
) -> Vec<Change> {
    let inside = resource.children().map(|(attr, of)| children(attr, of.table, own, donors));
    let (own, donors) = (&own["object"], &donors.iter().map(|donor| donor["object"].clone()).collect::<Vec<_>>());
    let mut found = vec![
        Change::new(None, "DELETE", |site| site.delete()),
        Change::new(None, "DELETE and made anew", |site| site.recreate()),
    ];
    for attr in resource.managed().filter(|attr| is_seen(attr)) {
        let (name, wire) = (attr.name, attr.wire_name());
        if attr.is_key() || is_name(resource, attr) {
            found.extend((attr.renames_object() || !attr.is_key()).then(|| renamed(attr)));
            continue;
        }
        found.push(Change::new(Some(name), "PUT with one more", move |site| match at(&site.raw, wire) {
            Json::Array(items) => {
                let more =
                    items.iter().cloned().chain([json!(format!("more-{}", site.raw["name"].as_str().unwrap_or("")))]);
                site.put(wire, &more.collect())
            }
            _ => Done::Refused(0),
        }));
        for (nth, donor) in donors.iter().enumerate() {
            let value = at(donor, wire).clone();
            if same(&value, at(own, wire)) || donors[..nth].iter().any(|donor| same(at(donor, wire), &value)) {
                continue;
            }
            let sent = value.clone();
            found.push(Change::new(Some(name), format!("PUT {nth}"), move |site| site.put(wire, &sent)));
            let sent = value.clone();
            found.push(Change::new(Some(name), format!("PATCH {nth}"), move |site| site.patch(wire, &sent)));
            if let Some((tool, keys)) = gateway::tool(resource.name) {
                found.push(Change::new(Some(name), format!("MCP {nth}"), move |site| {
                    let mut arguments = json!({ gateway::argument(wire): value });
                    keys.iter().filter(|key| **key != wire).for_each(|key| arguments[*key] = site.raw[*key].clone());
                    site.mcp(tool, &arguments)
                }));
            }
        }
        // An attribute that excludes another one.
        if donors.iter().any(|donor| !same(at(donor, wire), at(own, wire))) {
            for (nth, donor) in donors.iter().enumerate() {
                let donor = donor.clone();
                found.push(Change::new(Some(name), format!("PUT of all {nth}"), move |site| whole(site, &donor, wire)));
            }
        }
        found.extend(linked(provider, attr, donors));
        found.extend(named(provider, attr));
    }
    found.extend(inside.into_iter().flatten());
    found.extend(gateway::changes(resource.name));
    found
}

/// The objects that are configured inside another, written by themselves.
fn children(attr: &'static Attr, table: &'static Resource, own: &Json, donors: &[Json]) -> Vec<Change> {
    let first = |shown: &Json| shown["children"].as_object().and_then(|all| all.values().next().cloned());
    let inside = attr.kind.nested().unwrap_or_default();
    let child = |site: &Site<'_>| site.state[attr.name].as_object().and_then(|all| all.keys().next().cloned());
    let path = move |name: &String| own_path(table, &json!({"name": name}));
    let mut found = vec![Change::new(Some(attr.name), "DELETE of one", move |site| {
        child(site).map_or(Done::Refused(0), |name| site.ask("DELETE", &path(&name), Json::Null))
    })];
    let own = first(own).unwrap_or_default();
    for wire in table.managed().filter(|of| inside.iter().any(|attr| attr.name == of.name)).map(Attr::wire_name) {
        for (nth, donor) in donors.iter().filter_map(first).enumerate() {
            let value = donor[wire].clone();
            if same(&value, &own[wire]) {
                continue;
            }
            for method in ["PUT", "PATCH"] {
                let value = value.clone();
                found.push(Change::new(Some(attr.name), format!("{method} of one: {wire} {nth}"), move |site| {
                    let Some(name) = child(site) else { return Done::Refused(0) };
                    let shown = if method == "PUT" { site.subject.get(&path(&name)) } else { json!({}) };
                    site.ask(method, &path(&name), with(&shown, wire, &value))
                }));
            }
        }
    }
    found
}

/// By which people know an object of which there cannot be two.
pub(super) fn is_name(resource: &Resource, attr: &Attr) -> bool {
    attr.name == "name" || resource.named_by.contains(&attr.name)
}

/// All that can be set becomes what another object has, but for what identifies an object; and for what is required, if
/// no two objects can have that.
fn whole(site: &Site<'_>, donor: &Json, wire: &str) -> Done {
    let body = |keeps: fn(&Attr) -> bool| {
        let settable = site.resource.managed().filter(|attr| is_seen(attr) && !attr.is_key());
        let taken = settable.filter(|attr| !(keeps(attr) || is_name(site.resource, attr) && attr.is_required()));
        taken.fold(site.raw.clone(), |body, attr| with(&body, attr.wire_name(), at(donor, attr.wire_name())))
    };
    let put = |body| site.ask("PUT", &site.path(), body);
    let other = || json!(format!("{}-other", at(donor, wire).as_str().unwrap_or_default()));
    put(body(|_| false))
        .or(|| put(body(|attr| attr.is_required() || attr.name == "connection_names" || attr.name == "spiffe_id")))
        .or(|| put(with(&body(|_| false), wire, &other())))
}

fn renamed(attr: &'static Attr) -> Change {
    let wire = attr.wire_name();
    Change::new(Some(attr.name), "renamed", move |site| {
        let name = site.raw[wire].as_str().unwrap_or_default();
        let other = json!(format!("{name}-renamed"));
        site.put(wire, &other).or(|| site.patch(wire, &other))
    })
}

/// The texts that a value consists of.
fn items(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        Json::String(text) if !text.is_empty() => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// The links of an attribute, set at their other end.
fn linked(provider: &'static Provider, attr: &'static Attr, donors: &[Json]) -> Vec<Change> {
    let Some(link) = attr.link() else { return Vec::new() };
    let Some(table) = provider.resource(link.table) else { return Vec::new() };
    let (Some(there), wire) = (table.attr(link.attribute), attr.wire_name()) else { return Vec::new() };
    let Some(other_key) = there.link().and_then(|back| table.attr(back.own)) else { return Vec::new() };
    let turned = move |site: &Site<'_>, item: &Json, add: bool, method: &str| {
        let own = site.resource.attr(link.own).map_or(&Json::Null, |own| &site.raw[own.wire_name()]);
        let Some(other) = site.other(table, other_key, item) else { return Done::Refused(404) };
        let field = there.wire_name();
        let value = match &other[field] {
            Json::String(_) if add => own.clone(),
            Json::String(_) => json!(""),
            present => {
                let mut items: Vec<Json> = items(present).into_iter().filter(|item| item != own).collect();
                items.extend(add.then(|| own.clone()));
                json!(items)
            }
        };
        let body = if method == "PUT" { with(&other, field, &value) } else { json!({ field: value }) };
        site.ask(method, &site.path_of(table, &other), body)
    };
    let mut found = Vec::new();
    for method in ["PUT", "PATCH"] {
        found.push(Change::new(Some(attr.name), format!("{method} of {} without it", link.table), move |site| {
            items(at(&site.raw, wire)).first().map_or(Done::Refused(0), |item| turned(site, item, false, method))
        }));
        let others: Vec<Json> = donors.iter().flat_map(|donor| items(at(donor, wire))).collect();
        let Some(item) = others.into_iter().next() else { continue };
        found.push(Change::new(Some(attr.name), format!("{method} of {} with it", link.table), move |site| {
            turned(site, &item, true, method)
        }));
    }
    found
}

/// What the value names goes, or gets another name.
fn named(provider: &'static Provider, attr: &'static Attr) -> Vec<Change> {
    let Some(target) = provider.target(attr) else { return Vec::new() };
    let Some(table) = provider.resource(target.table) else { return Vec::new() };
    let (Some(there), wire) = (table.attr(target.attribute), attr.wire_name()) else { return Vec::new() };
    let found =
        move |site: &Site<'_>| items(at(&site.raw, wire)).first().and_then(|item| site.other(table, there, item));
    let deleted = Change::new(Some(attr.name), format!("DELETE of its {}", target.table), move |site| {
        let Some(other) = found(site) else { return Done::Refused(404) };
        site.ask("DELETE", &site.path_of(table, &other), Json::Null)
    });
    let renamed = Change::new(Some(attr.name), format!("its {} renamed", target.table), move |site| {
        let Some(other) = found(site) else { return Done::Refused(404) };
        let name = other["name"].as_str().unwrap_or_default();
        let body = with(&other, "name", &json!(format!("{name}-renamed")));
        site.ask("PUT", &site.path_of(table, &other), body)
    });
    vec![deleted, renamed]
}
