//! Handlers of `/integrations/jira`: the integration, of which there is one, and its issue templates (facts §7 and §8).
//! Jira itself is never contacted.

use serde_json::{Value, json};

use super::auth::Role;
use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules::{self, Refusal};
use super::store::{Store, Texts, new_id};

const INTEGRATION: Shape = Shape {
    name: "JiraIntegration",
    fields: &[
        required("url", Go::Text),
        required("user", Go::Text),
        required("api_token", Go::Text),
        field("status", Go::Text),
    ],
};
const TEMPLATE: Shape = Shape {
    name: "JiraIssueTemplateRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        required("project_key", Go::Text),
        required("request_type_id", Go::Text),
        field("issue_transition_name_on_close", Go::Text),
        field("skip_transition_on_nonzero_exit_code", Go::Flag),
        field("mapping_types", Go::AnyMap),
        field("prompt_types", Go::AnyMap),
        field("cmdb_types", Go::AnyMap),
        field("connection_ids", Go::Texts),
    ],
};

/// An integration that was never created is null, not a 404. Only administrators see its token.
pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let mut shown = gateway.store.jira.clone();
    if shown.is_object() && request.caller.role != Role::Admin {
        shown["api_token"] = json!("");
    }
    ok(&shown)
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = INTEGRATION.read(&request.body)?;
    if gateway.store.jira.is_object() {
        return Err(refuse(409, "Jira integration already exists for this organization"));
    }
    // A create stores an absent status as it is, which the database refuses.
    check_status(&body.text("status"))
        .map_err(|text| refuse(500, format!("failed creating Jira integration: {text}")))?;
    let now = gateway.store.now();
    gateway.store.jira = json!({ "id": new_id(), "org_id": gateway.store.org_id, "created_at": now });
    created(&save(gateway, &body))
}

pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = INTEGRATION.read(&request.body)?;
    if !gateway.store.jira.is_object() {
        return Err(refuse(404, "Jira integration not found"));
    }
    let status = body.text("status");
    if !status.is_empty() {
        check_status(&status).map_err(|text| refuse(500, format!("failed updating Jira integration: {text}")))?;
    }
    ok(&save(gateway, &body))
}

fn check_status(status: &str) -> Refusal {
    rules::one_of(status, "jira_integration_status", &["enabled", "disabled"])
}

/// An update keeps a status that is absent, but answers with what was sent.
fn save(gateway: &mut Gateway, body: &Body) -> Value {
    let now = gateway.store.now();
    let stored = &mut gateway.store.jira;
    for name in ["url", "user", "api_token"] {
        stored[name] = json!(body.text(name));
    }
    stored["updated_at"] = json!(now);
    let status = body.text("status");
    if !status.is_empty() {
        stored["status"] = json!(status);
    }
    let mut answer = stored.clone();
    answer["status"] = json!(status);
    answer
}

pub(super) fn list_templates(gateway: &mut Gateway, _: &Request) -> Outcome {
    let store = &gateway.store;
    let mut templates: Vec<Value> = store.jira_templates.keys().filter_map(|id| shown(store, id)).collect();
    templates.sort_by_cached_key(|template| std::cmp::Reverse(template["name"].to_string()));
    ok(&Value::Array(templates))
}

pub(super) fn get_template(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = rules::path_uuid(request, 0, "listing issue templates")?;
    ok(&shown(&gateway.store, &id).ok_or_else(not_found)?)
}

/// A template needs the integration, enabled or not. Its connections are those that name it.
pub(super) fn create_template(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, request)?;
    let store = &gateway.store;
    if store.is_limited() {
        if !store.jira_templates.is_empty() {
            return Err(limited("Jira templates"));
        }
        check_items(&body)?;
    }
    if !store.jira.is_object() {
        return Err(refuse(400, "jira integration is not enabled"));
    }
    let fail = |text: String| refuse(500, format!("failed creating issue templates: {text}"));
    rules::database_length(&body.text("name"), 128).map_err(fail)?;
    check_columns(&body).map_err(fail)?;
    if store.jira_templates.values().any(|template| template["name"] == body.text("name")) {
        return Err(refuse(409, "already exists"));
    }
    let connections = known_connections(store, &body).map_err(fail)?;
    let now = gateway.store.now();
    let about = json!({ "id": new_id(), "name": body.text("name"), "created_at": now });
    ok(&save_template(gateway, &body, about, &connections))
}

/// Everything is replaced but the name, which stays whatever is sent.
pub(super) fn put_template(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, request)?;
    if gateway.store.is_limited() {
        check_items(&body)?;
    }
    let id = rules::path_uuid(request, 0, "updating jira issue templates")?;
    let stored = gateway.store.jira_templates.get(&id).ok_or_else(not_found)?;
    let about = json!({ "id": id, "name": stored["name"], "created_at": stored["created_at"] });
    let fail = |text: String| refuse(500, format!("failed updating jira issue templates: {text}"));
    check_columns(&body).map_err(fail)?;
    let connections = known_connections(&gateway.store, &body).map_err(fail)?;
    ok(&save_template(gateway, &body, about, &connections))
}

pub(super) fn delete_template(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = rules::path_uuid(request, 0, "removing Jira issue templates")?;
    gateway.store.jira_templates.remove(&id).ok_or_else(not_found)?;
    attach(&mut gateway.store, &id, &Texts::new());
    deleted()
}

/// A template that a connection names must exist.
pub(super) fn check_reference(store: &Store, id: &mut String) -> Refusal {
    if id.is_empty() {
        return Ok(());
    }
    *id = rules::database_uuid(id)?;
    if store.jira_templates.contains_key(id) { Ok(()) } else { Err("violates foreign key constraint".into()) }
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn limited(what: &str) -> Answer {
    refuse(403, format!("{what} are limited to 1 in the Free plan"))
}

fn read(gateway: &Gateway, request: &Request) -> Result<Body, Answer> {
    let mut body = TEMPLATE.read(&request.body)?;
    if gateway.is_old() {
        body.forget(&["skip_transition_on_nonzero_exit_code"]);
    }
    Ok(body)
}

/// What the licence allows: one item of each kind, and of mappings one with a tag of the connection as well.
fn check_items(body: &Body) -> Result<(), Answer> {
    let items =
        |field: &str| body.any_map(field).and_then(|map| map.get("items")?.as_array()).cloned().unwrap_or_default();
    let is_tag =
        |item: &&Value| item["value"].as_str().is_some_and(|text| text.starts_with("session.connection_tags."));
    let mappings = items("mapping_types");
    let tags = mappings.iter().filter(is_tag).count();
    match (tags, mappings.len() - tags, items("prompt_types").len(), items("cmdb_types").len()) {
        (2.., ..) => Err(limited("preset mapping rules")),
        (_, 2.., ..) => Err(limited("custom mapping rules")),
        (_, _, 2.., _) => Err(limited("prompt rules")),
        (.., 2..) => Err(limited("CMDB rules")),
        _ => Ok(()),
    }
}

fn check_columns(body: &Body) -> Refusal {
    let columns =
        [("description", 255), ("project_key", 10), ("request_type_id", 20), ("issue_transition_name_on_close", 50)];
    columns.iter().try_for_each(|(name, limit)| rules::database_length(&body.text(name), *limit))
}

fn known_connections(store: &Store, body: &Body) -> Result<Texts, String> {
    let ids = body.texts("connection_ids").unwrap_or_default();
    let ids: Texts = ids.iter().map(|id| rules::database_uuid(id)).collect::<Result<_, _>>()?;
    match ids.iter().find(|id| !store.has_connection_id(id)) {
        Some(unknown) => Err(format!("the following connections were not found: [{unknown}]")),
        None => Ok(ids),
    }
}

/// The answer shows the connections as they were sent.
fn save_template(gateway: &mut Gateway, body: &Body, mut template: Value, connections: &Texts) -> Value {
    let given = |name: &str| Some(body.text(name)).filter(|text| !text.is_empty());
    for name in ["description", "project_key", "request_type_id"] {
        template[name] = json!(body.text(name));
    }
    let transition = given("issue_transition_name_on_close").unwrap_or_else(|| "done".into());
    template["issue_transition_name_on_close"] = json!(transition);
    if !gateway.is_old() {
        let skips = body.any("skip_transition_on_nonzero_exit_code").cloned().unwrap_or(json!(false));
        template["skip_transition_on_nonzero_exit_code"] = skips;
    }
    for name in ["mapping_types", "prompt_types", "cmdb_types"] {
        template[name] = body.any(name).cloned().unwrap_or_default();
    }
    template["updated_at"] = json!(gateway.store.now());
    let id = template["id"].as_str().unwrap_or_default().to_owned();
    attach(&mut gateway.store, &id, connections);
    gateway.store.jira_templates.insert(id, template.clone());
    template["connection_ids"] = json!(body.texts("connection_ids"));
    template
}

/// A connection has one template: the others let it go.
fn attach(store: &mut Store, template: &str, connections: &Texts) {
    for row in store.connections.values_mut() {
        if connections.contains(&row.id) {
            row.jira_issue_template_id = template.to_owned();
        } else if row.jira_issue_template_id == template {
            row.jira_issue_template_id.clear();
        }
    }
}

fn shown(store: &Store, id: &str) -> Option<Value> {
    let mut shown = store.jira_templates.get(id)?.clone();
    let rows = store.connections.values().filter(|row| row.jira_issue_template_id == id);
    shown["connection_ids"] = rows.map(|row| json!(row.id)).collect();
    Some(shown)
}
