//! Handlers of `/attributes` and `/connection-tags` (facts §3 and §7), as far as connections need them.

use serde_json::{Value, json};

use super::go_json::{Go, Shape, field, required};
use super::http::{Outcome, Request, created, deleted, ok, refuse};
use super::listing::{self, Style};
use super::routes::Gateway;
use super::store::{Entry, Store, new_id};
use super::{masking, rules};

pub(super) const NAME_LENGTH: usize = 255;

const ATTRIBUTE: Shape = Shape {
    name: "AttributeRequest",
    fields: &[required("name", Go::Text), field("description", Go::Text), field("connection_names", Go::Texts)],
};

/// The body of an attribute that a connection brought into being.
pub(super) fn no_description() -> Value {
    json!({ "description": null })
}

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let store = &gateway.store;
    let search = request.query("search").unwrap_or_default().to_lowercase();
    let found = store.attributes.iter().filter(|(name, _)| name.to_lowercase().contains(&search));
    listing::page(request, found.map(|(name, entry)| shown(store, name, entry)).collect(), &Style::PAGED)
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
    let (name, now) = (body.text("name"), gateway.store.now());
    let store = &mut gateway.store;
    let fail = |text: String| refuse(500, format!("failed creating attribute: {text}"));
    rules::database_length(&name, NAME_LENGTH).map_err(fail)?;
    if store.attributes.contains_key(&name) {
        return Err(fail("duplicated key not allowed".into()));
    }
    let connections = body.texts("connection_names").unwrap_or_default();
    if connections.iter().any(|connection| !store.connections.contains_key(connection)) {
        return Err(fail("violates foreign key constraint".into()));
    }
    for connection in &connections {
        if let Some(row) = store.connections.get_mut(connection) {
            row.attributes.insert(name.clone());
        }
    }
    let entry = Entry { id: new_id(), body: json!({ "description": body.given_text("description") }), created_at: now };
    let answer = shown(store, &name, &entry);
    store.attributes.insert(name, entry);
    created(&answer)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, store) = (request.param(0), &mut gateway.store);
    store.attributes.remove(name).ok_or_else(|| refuse(404, "attribute not found"))?;
    for row in store.connections.values_mut() {
        row.attributes.remove(name);
    }
    for names in store.masking_attributes.values_mut() {
        names.retain(|carried| carried != name);
    }
    deleted()
}

fn shown(store: &Store, name: &str, entry: &Entry) -> Value {
    let carriers = store.connections.values().filter(|row| row.attributes.contains(name));
    json!({
        "id": entry.id, "org_id": store.org_id, "name": name, "description": entry.body["description"],
        "managed_by": null, "connection_names": carriers.map(|row| row.name.as_str()).collect::<Vec<_>>(),
        "access_request_rule_names": [], "guardrail_rule_names": [], "datamasking_rule_names": masking::names_with(store, name),
        "access_control_group_names": [], "created_at": entry.created_at,
    })
}

pub(super) fn list_tags(gateway: &mut Gateway, _: &Request) -> Outcome {
    let items = gateway.store.tags.iter().map(|((key, value), entry)| {
        let stamp = &entry.created_at;
        json!({ "id": entry.id, "key": key, "value": value, "updated_at": stamp, "created_at": stamp })
    });
    ok(&json!({ "items": items.collect::<Vec<_>>() }))
}
