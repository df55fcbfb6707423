//! Handlers of `/attributes` and `/connection-tags` (facts §3 and §7). What carries an attribute keeps its name:
//! connections, guardrail rules, access request rules, masking rules; only its groups are the attribute's own.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::listing::{self, Style};
use super::routes::Gateway;
use super::rules::{self, Refusal};
use super::store::{Entry, Store, Texts, new_id};

pub(super) const NAME_LENGTH: usize = 255;

const CONNECTIONS: &str = "connection_names";
const ACCESS_RULES: &str = "access_request_rule_names";
const GUARDRAILS: &str = "guardrail_rule_names";
const MASKING_RULES: &str = "datamasking_rule_names";
const GROUPS: &str = "access_control_group_names";
const LISTS: [&str; 5] = [CONNECTIONS, ACCESS_RULES, GUARDRAILS, MASKING_RULES, GROUPS];

const ATTRIBUTE: Shape = Shape {
    name: "AttributeRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field(CONNECTIONS, Go::Texts),
        field(ACCESS_RULES, Go::Texts),
        field(GUARDRAILS, Go::Texts),
        field(MASKING_RULES, Go::Texts),
        field(GROUPS, Go::Texts),
    ],
};

/// An attribute of its own, which nothing carries yet.
pub(super) fn body(description: Option<&str>, managed_by: Option<&str>) -> Value {
    json!({ "description": description, "managed_by": managed_by, GROUPS: [] })
}

pub(super) fn is_managed(store: &Store, name: &str) -> bool {
    store.attributes.get(name).is_some_and(|entry| !entry.body["managed_by"].is_null())
}

/// Whether one of these attributes opens what carries it to one of the groups.
pub(super) fn opens<'a>(store: &Store, mut names: impl Iterator<Item = &'a String>, groups: &[String]) -> bool {
    let granted = |name: &String| texts(&store.attributes.get(name)?.body[GROUPS]);
    names.any(|name| granted(name).is_some_and(|granted| granted.iter().any(|group| groups.contains(group))))
}

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let store = &gateway.store;
    let search = request.query("search").unwrap_or_default().to_lowercase();
    let found = store.attributes.iter().filter(|(name, _)| name.to_lowercase().contains(&search));
    listing::page_of_rows(request, found.collect(), |(name, entry)| shown(store, name, entry), &Style::PAGED)
}

/// An unknown one is a 500, not a 404.
pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, store) = (request.param(0), &gateway.store);
    let entry = store.attributes.get(name);
    let entry = entry.ok_or_else(|| refuse(500, "failed fetching attribute: record not found"))?;
    ok(&shown(store, name, entry))
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = ATTRIBUTE.read(&request.body)?;
    let (name, store) = (body.text("name"), &mut gateway.store);
    let fail = |text: String| refuse(500, format!("failed creating attribute: {text}"));
    check(store, None, &body).map_err(fail)?;
    let entry = Entry { id: new_id(), body: self::body(None, None), created_at: store.now() };
    store.attributes.insert(name, entry);
    created(&save(store, &body))
}

/// Lists that are absent are kept, a description is not.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = ATTRIBUTE.read(&request.body)?;
    let (prior, store) = (request.param(0), &mut gateway.store);
    not_managed(store.attributes.get(prior).ok_or_else(not_found)?, "modified")?;
    check(store, Some(prior), &body).map_err(|text| refuse(500, format!("failed updating attribute: {text}")))?;
    rename(store, prior, &body.text("name"));
    ok(&save(store, &body))
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, store) = (request.param(0), &mut gateway.store);
    not_managed(store.attributes.get(name).ok_or_else(not_found)?, "deleted")?;
    remove(store, name);
    deleted()
}

/// Nothing carries it afterwards.
pub(super) fn remove(store: &mut Store, name: &str) {
    store.attributes.remove(name);
    for list in &LISTS[..4] {
        carry(store, list, name, &[]);
    }
    for identity in &mut store.machines {
        identity.attributes.remove(name);
    }
}

/// These rules carry it, each of their kind.
pub(super) fn tag(store: &mut Store, name: &str, [access_rules, others]: [&Texts; 2]) {
    carry(store, ACCESS_RULES, name, access_rules);
    carry(store, GUARDRAILS, name, others);
    carry(store, MASKING_RULES, name, others);
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn not_managed(entry: &Entry, done: &str) -> Result<(), Answer> {
    rules::not_managed(&entry.body, "attribute", done)
}

/// What the database refuses, before anything changes.
fn check(store: &Store, prior: Option<&str>, body: &Body) -> Refusal {
    let name = body.text("name");
    rules::database_length(&name, NAME_LENGTH)?;
    if prior != Some(&name) && store.attributes.contains_key(&name) {
        return Err("duplicated key not allowed".into());
    }
    for list in &LISTS[..4] {
        let known = carriers(store, list);
        if body.texts(list).unwrap_or_default().iter().any(|name| !known.contains(name)) {
            return Err("violates foreign key constraint".into());
        }
    }
    body.texts(GROUPS).unwrap_or_default().iter().try_for_each(|group| rules::database_length(group, 100))
}

fn rename(store: &mut Store, prior: &str, name: &str) {
    let Some(entry) = store.attributes.remove(prior) else { return };
    let carried = LISTS[..4].iter().map(|list| (*list, carrying(store, list, prior))).collect::<Vec<_>>();
    for (list, names) in carried {
        carry(store, list, prior, &[]);
        carry(store, list, name, &names);
    }
    for identity in &mut store.machines {
        if identity.attributes.remove(prior) {
            identity.attributes.insert(name.to_owned());
        }
    }
    store.attributes.insert(name.into(), entry);
}

/// The answer shows the lists that were sent, and nothing of those that were kept.
fn save(store: &mut Store, body: &Body) -> Value {
    let name = body.text("name");
    for list in &LISTS[..4] {
        if let Some(names) = body.texts(list) {
            carry(store, list, &name, &names);
        }
    }
    let Some(entry) = store.attributes.get_mut(&name) else { return Value::Null };
    entry.body["description"] = json!(body.given_text("description"));
    if let Some(groups) = body.texts(GROUPS) {
        entry.body[GROUPS] = json!(rules::distinct(groups));
    }
    let entry = entry.clone();
    let mut answer = shown(store, &name, &entry);
    for list in LISTS {
        answer[list] = json!(body.texts(list).unwrap_or_default());
    }
    answer
}

/// The names of everything that could carry an attribute.
fn carriers(store: &Store, list: &str) -> Texts {
    let names = |rules: Vec<&Value>| rules.iter().filter_map(|rule| rule["name"].as_str().map(str::to_owned)).collect();
    match list {
        CONNECTIONS => store.connections.keys().cloned().collect(),
        ACCESS_RULES => store.access_rules.keys().cloned().collect(),
        GUARDRAILS => names(store.guardrails.values().collect()),
        _ => store.masking_rules.values().map(|rule| rule.name.clone()).collect(),
    }
}

/// The names of those that carry this one.
fn carrying(store: &Store, list: &str, attribute: &str) -> Texts {
    let has = |names: Option<Texts>| names.is_some_and(|names| names.iter().any(|name| name == attribute));
    if list == GUARDRAILS {
        let carrying = store.guardrails.values().filter(|rule| has(texts(&rule["attributes"])));
        return carrying.filter_map(|rule| rule["name"].as_str().map(str::to_owned)).collect();
    }
    let carries = |name: &String| match list {
        CONNECTIONS => store.connections[name].attributes.contains(attribute),
        ACCESS_RULES => has(texts(&store.access_rules[name]["attributes"])),
        _ => has(store.masking_attributes.get(name).cloned()),
    };
    carriers(store, list).into_iter().filter(carries).collect()
}

/// From now on it is carried by these and by no others.
fn carry(store: &mut Store, list: &str, attribute: &str, names: &[String]) {
    let set = |carried: Texts, name: &str| {
        let mut carried: Texts = carried.into_iter().filter(|other| other != attribute).collect();
        carried.extend(names.iter().any(|carrier| carrier == name).then(|| attribute.to_owned()));
        carried
    };
    match list {
        CONNECTIONS => store.connections.values_mut().for_each(|row| {
            row.attributes = set(row.attributes.iter().cloned().collect(), &row.name).into_iter().collect();
        }),
        ACCESS_RULES | GUARDRAILS => {
            let rules = if list == GUARDRAILS { &mut store.guardrails } else { &mut store.access_rules };
            for rule in rules.values_mut() {
                let name = rule["name"].as_str().unwrap_or_default().to_owned();
                rule["attributes"] = json!(set(texts(&rule["attributes"]).unwrap_or_default(), &name));
            }
        }
        _ => store.masking_rules.values().for_each(|rule| {
            let carried = store.masking_attributes.entry(rule.name.clone()).or_default();
            *carried = set(std::mem::take(carried), &rule.name);
        }),
    }
}

fn texts(list: &Value) -> Option<Texts> {
    Some(list.as_array()?.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect())
}

fn shown(store: &Store, name: &str, entry: &Entry) -> Value {
    let mut shown = entry.body.clone();
    for list in &LISTS[..4] {
        shown[*list] = json!(carrying(store, list, name));
    }
    shown["id"] = json!(entry.id);
    shown["org_id"] = json!(store.org_id);
    shown["name"] = json!(name);
    shown["created_at"] = json!(entry.created_at);
    shown
}

pub(super) fn list_tags(gateway: &mut Gateway, _: &Request) -> Outcome {
    let items = gateway.store.tags.iter().map(|((key, value), entry)| {
        let stamp = &entry.created_at;
        json!({ "id": entry.id, "key": key, "value": value, "updated_at": stamp, "created_at": stamp })
    });
    ok(&json!({ "items": items.collect::<Vec<_>>() }))
}
