//! Handlers of `/resources` (facts §4): by name only, one env_vars map, no PATCH.

use serde_json::{Value, json};

use super::auth::Role;
use super::connection_body::{self, Draft};
use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::listing::{self, Style, any_like, like};
use super::routes::Gateway;
use super::rules;
use super::store::{Resource, new_id};
use super::{connection_view, connections};

const RESOURCE: Shape = Shape {
    name: "ResourceRequest",
    fields: &[
        required("name", Go::Text),
        required("type", Go::Text),
        required("env_vars", Go::TextMap),
        field("subtype", Go::Text),
        field("agent_id", Go::Text),
        field("roles", Go::Things),
    ],
};

/// Old gateways require a subtype (facts §10).
const OLD_RESOURCE: Shape = Shape { name: "ResourceRequest", fields: &[required("subtype", Go::Text)] };

/// Facts §1: without parameters a plain array, silently cut at 50.
const STYLE: Style = Style { always_paged: false, plain_limit: 50, empty_is_null: true };
const OLD_STYLE: Style = Style { always_paged: true, ..STYLE };

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let given = |name| request.query(name).filter(|text| !text.is_empty());
    let search = given("search").map(|text| format!("%{text}%"));
    let keeps = |resource: &Resource| {
        let searched = [&resource.name, &resource.subtype, &resource.kind];
        Ok::<_, Answer>(
            any_like(&searched, search.as_deref().unwrap_or("%"))?
                && like(&resource.name, given("name").unwrap_or("%"))?
                && like(&resource.subtype, given("subtype").unwrap_or("%"))?,
        )
    };
    let store = &gateway.store;
    // Its connections decide who sees a resource here; each is shown all of them.
    let visible = |resource: &&Resource| {
        let sees = |row| connections::is_visible(store, &request.caller, row);
        request.caller.role != Role::Standard
            || !store.plugins.contains_key("access_control")
            || store.connections_of(&resource.name).any(sees)
    };
    let mut kept = Vec::new();
    for resource in store.resources.values().filter(visible) {
        if keeps(resource)? {
            kept.push(resource);
        }
    }
    let with_roles = |resource: &Resource| {
        let mut item = shown(resource, request.caller.role);
        let roles = store.connections_of(&resource.name);
        let roles: Vec<Value> = roles.map(|row| connection_view::role(gateway, row, request.masked)).collect();
        if !roles.is_empty() {
            item["roles"] = Value::Array(roles);
        }
        item
    };
    listing::page_of_rows(request, kept, with_roles, if gateway.is_old() { &OLD_STYLE } else { &STYLE })
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let resource = gateway.store.resources.get(request.param(0)).ok_or_else(not_found)?;
    ok(&shown(resource, request.caller.role))
}

/// One transaction: with a role that cannot be, nothing is created. The answer does not show the roles.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, request)?;
    let roles = body.things("roles", &connection_body::ROLE)?.unwrap_or_default();
    if gateway.store.resources.contains_key(&body.text("name")) {
        return Err(refuse(409, "resource name already exists"));
    }
    let now = gateway.store.now();
    let resource = from_body(&body, new_id(), now.clone(), now, "creating")?;
    let mut drafts = Vec::new();
    for role in &roles {
        drafts.push(role_draft(gateway, role, &resource.name)?);
    }
    let answer = shown(&resource, Role::Admin);
    gateway.store.resources.insert(resource.name.clone(), resource);
    for draft in drafts {
        connections::save(gateway, draft, "creating")?;
    }
    created(&answer)
}

/// Names of roles are not validated, only whether they are taken.
fn role_draft(gateway: &Gateway, role: &Body, resource: &str) -> Result<Draft, Answer> {
    let name = role.text("name");
    if gateway.store.connections.contains_key(&name) {
        return Err(refuse(409, format!("connection with the same name, {name}")));
    }
    // The default secret of mssql is written into the map of the request, which must be there.
    if connection_body::database(&role.text("type"), &role.text("subtype")) == "mssql" && !role.has("secret") {
        return Err(Answer::panicked());
    }
    let mut draft = connection_body::role(role, resource);
    connections::check_database(&gateway.store, &mut draft)
        .map_err(|text| refuse(500, format!("failed creating resource: {text}")))?;
    Ok(draft)
}

/// Another name renames, and the connections follow.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, request)?;
    let now = gateway.store.now();
    let store = &mut gateway.store;
    let stored = store.resources.get(request.param(0)).ok_or_else(not_found)?;
    let resource = from_body(&body, stored.id.clone(), stored.created_at.clone(), now, "updating")?;
    let old_name = stored.name.clone();
    let same_type = (&resource.kind, &resource.subtype) == (&stored.kind, &stored.subtype);
    if !same_type && store.connections_of(&old_name).next().is_some() {
        return Err(refuse(403, "cannot change resource type or subtype with existing connections"));
    }
    if resource.name != old_name && store.resources.contains_key(&resource.name) {
        return Err(refuse(500, "failed updating resource: duplicated key not allowed"));
    }
    store.resources.remove(&old_name);
    for row in store.connections.values_mut().filter(|row| row.resource_name == old_name) {
        row.resource_name.clone_from(&resource.name);
    }
    let answer = shown(&resource, Role::Admin);
    store.resources.insert(resource.name.clone(), resource);
    ok(&answer)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let name = request.param(0);
    if gateway.store.connections_of(name).next().is_some() {
        return Err(refuse(403, "cannot delete resource with existing connections"));
    }
    gateway.store.resources.remove(name).ok_or_else(not_found)?;
    deleted()
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn read(gateway: &Gateway, request: &Request) -> Result<Body, Answer> {
    if gateway.is_old() {
        OLD_RESOURCE.read(&request.body)?;
    }
    RESOURCE.read(&request.body)
}

fn from_body(body: &Body, id: String, created_at: String, updated_at: String, doing: &str) -> Result<Resource, Answer> {
    let kind = body.text("type");
    let mut resource = Resource {
        id,
        name: body.text("name"),
        subtype: body.given_text("subtype").filter(|subtype| !subtype.is_empty()).unwrap_or_else(|| kind.clone()),
        kind,
        env_vars: body.text_map("env_vars").unwrap_or_default(),
        agent_id: body.given_text("agent_id").filter(|id| !id.is_empty()),
        created_at,
        updated_at,
    };
    check_columns(&mut resource).map_err(|text| refuse(500, format!("failed {doing} resource: {text}")))?;
    Ok(resource)
}

fn check_columns(resource: &mut Resource) -> rules::Refusal {
    rules::database_length(&resource.name, 128)?;
    rules::database_length(&resource.subtype, 64)?;
    rules::database_type(&resource.kind)?;
    if let Some(id) = &mut resource.agent_id {
        *id = rules::database_uuid(id)?;
    }
    Ok(())
}

/// Environment variables are clear text, but not for standard users (facts §2).
fn shown(resource: &Resource, role: Role) -> Value {
    let env_vars = if role == Role::Standard { json!({}) } else { json!(resource.env_vars) };
    json!({
        "id": resource.id, "name": resource.name, "type": resource.kind, "subtype": resource.subtype,
        "env_vars": env_vars, "agent_id": resource.agent_id.as_deref().unwrap_or_default(),
        "created_at": resource.created_at, "updated_at": resource.updated_at,
    })
}
