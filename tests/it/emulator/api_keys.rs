//! Handlers of `/api-keys` and `/ai-agents` (facts §7): two kinds of keys with the same rules. The groups of a key are
//! groups of the organization, also once it is revoked.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::auth::Key;
use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::users::GROUP_LENGTH;

const CREATED: [Shape; 2] = [
    Shape { name: "APIKeyCreateRequest", fields: &[required("name", Go::Text), field("groups", Go::Texts)] },
    Shape { name: "AIAgentCreateRequest", fields: &[required("name", Go::Text), field("groups", Go::Texts)] },
];
const UPDATED: Shape =
    Shape { name: "APIKeyUpdateRequest", fields: &[field("name", Go::Text), field("groups", Go::Texts)] };

const NAME_LENGTH: usize = 255;

/// Nothing is `null`, not an empty list.
pub(super) fn list(gateway: &Gateway, of_agent: bool) -> Outcome {
    let keys = gateway.keys.named.iter().filter(|key| key.of_agent == of_agent);
    let shown: Vec<Value> = keys.map(|key| shown(gateway, key)).collect();
    ok(&if shown.is_empty() { Value::Null } else { json!(shown) })
}

pub(super) fn get(gateway: &Gateway, request: &Request, of_agent: bool) -> Outcome {
    ok(&shown(gateway, &gateway.keys.named[find(gateway, request, of_agent)?]))
}

/// The answer repeats the groups as they were sent, and is the only one with the key itself.
pub(super) fn create(gateway: &mut Gateway, request: &Request, of_agent: bool) -> Outcome {
    let body = CREATED[usize::from(of_agent)].read(&request.body)?;
    let (name, groups) = (body.text("name"), body.texts("groups"));
    check_name(gateway, &name, of_agent, None)?;
    let stored = stored_groups(groups.clone().unwrap_or_default())?;
    let key = Key::new(of_agent, &name, stored, &request.caller.name, gateway.store.now());
    let mut answer = shown(gateway, &key);
    answer["groups"] = json!(groups);
    answer["key"] = json!(key.text);
    gateway.keys.named.push(key);
    created(&answer)
}

/// What is absent is kept, an empty name is stored, and a revoked key can be changed too.
pub(super) fn put(gateway: &mut Gateway, request: &Request, of_agent: bool) -> Outcome {
    let body = UPDATED.read(&request.body)?;
    let index = find(gateway, request, of_agent)?;
    let (name, groups) = (body.given_text("name"), body.texts("groups"));
    if let Some(name) = &name {
        check_name(gateway, name, of_agent, Some(index))?;
    }
    let groups = groups.map(stored_groups).transpose()?;
    let key = &mut gateway.keys.named[index];
    key.name = name.unwrap_or_else(|| key.name.clone());
    key.groups = groups.unwrap_or_else(|| key.groups.clone());
    ok(&shown(gateway, &gateway.keys.named[index]))
}

pub(super) fn revoke(gateway: &mut Gateway, request: &Request, of_agent: bool) -> Outcome {
    let index = find(gateway, request, of_agent)?;
    let now = gateway.store.now();
    let key = &mut gateway.keys.named[index];
    if key.revoked.is_some() {
        return Err(not_found());
    }
    key.revoked = Some((request.caller.name.clone(), now));
    deleted()
}

pub(super) fn reactivate(gateway: &mut Gateway, request: &Request, of_agent: bool) -> Outcome {
    let index = find(gateway, request, of_agent)?;
    if gateway.keys.named[index].revoked.take().is_none() {
        return Err(refuse(422, "cannot reactivate an active key"));
    }
    ok(&shown(gateway, &gateway.keys.named[index]))
}

/// By its id if the path is a UUID, else by its name: a key whose name is a UUID is found by its id alone.
fn find(gateway: &Gateway, request: &Request, of_agent: bool) -> Result<usize, Answer> {
    let asked = request.param(0);
    let id = Uuid::parse_str(asked).ok().map(|id| id.to_string());
    let is_it = |key: &Key| id.as_ref().map_or(key.name == asked, |id| key.id == *id);
    gateway.keys.named.iter().position(|key| key.of_agent == of_agent && is_it(key)).ok_or_else(not_found)
}

fn check_name(gateway: &Gateway, name: &str, of_agent: bool, own: Option<usize>) -> Result<(), Answer> {
    rules::database_length(name, NAME_LENGTH).map_err(|_| failed())?;
    let mut keys = gateway.keys.named.iter().enumerate();
    if keys.any(|(index, key)| key.of_agent == of_agent && key.name == name && Some(index) != own) {
        return Err(refuse(409, "a key with this name already exists"));
    }
    Ok(())
}

/// Without duplicates.
fn stored_groups(groups: Vec<String>) -> Result<Vec<String>, Answer> {
    groups.iter().try_for_each(|group| rules::database_length(group, GROUP_LENGTH)).map_err(|_| failed())?;
    Ok(groups.into_iter().collect::<BTreeSet<_>>().into_iter().collect())
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

/// The gateway says no more about what its database refuses here.
fn failed() -> Answer {
    refuse(500, "failed saving the key")
}

fn shown(gateway: &Gateway, key: &Key) -> Value {
    let mut shown = json!({
        "id": key.id, "org_id": gateway.store.org_id, "name": key.name, "masked_key": format!("{}****", &key.text[..8]),
        "status": if key.revoked.is_some() { "revoked" } else { "active" }, "groups": key.groups,
        "created_by": key.created_by, "created_at": key.created_at,
    });
    if let Some((by, at)) = &key.revoked {
        (shown["deactivated_by"], shown["deactivated_at"]) = (json!(by), json!(at));
    }
    if key.used {
        // When is not remembered.
        shown["last_used_at"] = json!(key.created_at);
    }
    shown
}
