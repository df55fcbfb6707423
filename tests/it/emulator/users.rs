//! Handlers of `/users` and `/users/groups` (facts §7) under local authentication, where the id of a user is the
//! e-mail. Users are kept as they are shown, but for the role, which follows from the groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::auth::Role;
use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Store, Texts, new_id};

const USER: Shape = Shape {
    name: "User",
    fields: &[
        required("email", Go::Text),
        field("name", Go::Text),
        field("status", Go::Text),
        field("role", Go::Text),
        field("slack_id", Go::Text),
        field("picture", Go::Text),
        field("password", Go::Text),
        field("groups", Go::Texts),
    ],
};
const GROUP: Shape = Shape { name: "UserGroup", fields: &[required("name", Go::Text)] };

const STATUSES: [&str; 3] = ["active", "inactive", "invited"];

pub(super) const GROUP_LENGTH: usize = 180;

/// The password hash takes no more.
const PASSWORD_LENGTH: usize = 72;

/// The one user of a fresh gateway.
pub(super) fn admin() -> Value {
    json!({
        "id": "admin@example.test", "name": "Admin", "email": "admin@example.test", "status": "active",
        "verified": true, "slack_id": "", "picture": "", "groups": ["admin"],
    })
}

pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&gateway.store.users.values().rev().map(shown).collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    ok(&shown(gateway.store.users.get(request.param(0)).ok_or_else(|| unknown(request))?))
}

/// The status that was sent is not kept. The answer echoes the request, password included, under an id that no other
/// answer shows.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = USER.read(&request.body)?;
    let (email, password) = (body.text("email"), body.given_text("password"));
    if !email.split_once('@').is_some_and(|(person, domain)| !person.is_empty() && !domain.is_empty()) {
        return Err(refuse(422, "invalid email"));
    }
    if gateway.store.users.contains_key(&email) {
        return Err(refuse(409, format!("user already exists with email {email}")));
    }
    if password.as_ref().is_some_and(|password| password.len() > PASSWORD_LENGTH) {
        return Err(refuse(500, "Failed to hash password"));
    }
    let user = user(&body, &email, "active")?;
    let mut answer = user.clone();
    answer["id"] = json!(new_id());
    answer["role"] = json!(body.text("role"));
    answer["groups"] = json!(body.texts("groups"));
    if let Some(password) = password {
        answer["password"] = json!(password);
        gateway.keys.passwords.insert(email.clone(), password);
    }
    gateway.store.users.insert(email, user);
    created(&answer)
}

/// An e-mail is required and ignored; a status is not required and its absence fails. What is absent is cleared.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = USER.read(&request.body)?;
    let stored = gateway.store.users.get_mut(request.param(0)).ok_or_else(|| unknown(request))?;
    if !STATUSES.contains(&body.text("status").as_str()) {
        return Err(failed());
    }
    *stored = user(&body, request.param(0), &body.text("status"))?;
    let mut answer = shown(stored);
    answer["groups"] = json!(body.texts("groups"));
    ok(&answer)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    gateway.store.users.remove(request.param(0)).ok_or_else(|| unknown(request))?;
    deleted()
}

pub(super) fn list_groups(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!(all_groups(gateway)))
}

pub(super) fn create_group(gateway: &mut Gateway, request: &Request) -> Outcome {
    let name = GROUP.read(&request.body)?.text("name");
    if all_groups(gateway).contains(&name) {
        return Err(refuse(409, format!("group {name} already exists")));
    }
    rules::database_length(&name, GROUP_LENGTH).map_err(|_| refuse(500, "failed creating group"))?;
    let answer = json!({ "name": name });
    gateway.store.groups.insert(name);
    created(&answer)
}

/// Takes the group from everybody who is in it.
pub(super) fn delete_group(gateway: &mut Gateway, request: &Request) -> Outcome {
    let name = request.param(0);
    if name == Role::Admin.group() {
        return Err(refuse(422, "cannot delete admin group admin"));
    }
    if !all_groups(gateway).contains(name) {
        return Err(refuse(404, format!("group {name} not found")));
    }
    gateway.store.groups.remove(name);
    let Store { users, service_accounts, .. } = &mut gateway.store;
    for member in users.values_mut().chain(service_accounts.values_mut()) {
        let kept: Vec<String> = groups(member).into_iter().filter(|group| group != name).collect();
        member["groups"] = json!(kept);
    }
    for key in &mut gateway.keys.named {
        key.groups.retain(|group| group != name);
    }
    deleted()
}

fn unknown(request: &Request) -> Answer {
    refuse(404, format!("user {} not found", request.param(0)))
}

fn failed() -> Answer {
    refuse(500, "failed updating user and user groups")
}

fn user(body: &Body, email: &str, status: &str) -> Result<Value, Answer> {
    let groups: BTreeSet<String> = body.texts("groups").unwrap_or_default().into_iter().collect();
    groups.iter().try_for_each(|group| rules::database_length(group, GROUP_LENGTH)).map_err(|_| failed())?;
    Ok(json!({
        "id": email, "name": body.text("name"), "email": email, "status": status, "verified": true,
        "slack_id": body.text("slack_id"), "picture": body.text("picture"), "groups": groups,
    }))
}

fn shown(user: &Value) -> Value {
    let mut shown = user.clone();
    // An auditor is shown as a standard user.
    let is_admin = Role::of(&groups(user)) == Role::Admin;
    shown["role"] = json!(if is_admin { Role::Admin } else { Role::Standard }.name());
    shown
}

fn groups(member: &Value) -> Texts {
    member["groups"].as_array().into_iter().flatten().filter_map(|group| group.as_str().map(str::to_owned)).collect()
}

/// Revoked keys keep their groups; those of SPIFFE mappings do not count.
fn all_groups(gateway: &Gateway) -> BTreeSet<String> {
    let store = &gateway.store;
    let members = store.users.values().chain(store.service_accounts.values()).flat_map(groups);
    let of_keys = gateway.keys.named.iter().flat_map(|key| key.groups.iter().cloned());
    members.chain(of_keys).chain(store.groups.iter().cloned()).collect()
}
