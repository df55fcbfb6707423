//! Handlers of `/event-routing` (facts §7): subscriptions, which run a runbook on an event, and the catalog of events. An
//! event happens when a script says so.

use serde_json::{Value, json};

use super::catalogs;
use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::new_id;

const SUBSCRIPTION: Shape = Shape {
    name: "EventSubscriptionRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        required("event_types", Go::Texts),
        required("runbook_repository", Go::Text),
        required("runbook_file", Go::Text),
        required("connection_name", Go::Text),
        required("parameter_mapping", Go::TextMap),
        field("status", Go::Text),
    ],
};

/// A category that has no events is null.
pub(super) fn catalog(_: &mut Gateway, request: &Request) -> Outcome {
    let wanted = request.query("category").unwrap_or_default();
    let is_of = |event: &&Value| {
        wanted.is_empty() || event["category"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(wanted))
    };
    let events: Vec<Value> = catalogs::events().iter().filter(is_of).cloned().collect();
    ok(&if events.is_empty() { Value::Null } else { Value::Array(events) })
}

pub(super) fn catalog_entry(_: &mut Gateway, request: &Request) -> Outcome {
    ok(catalogs::event(request.param(0)).ok_or_else(|| refuse(404, "event type not found"))?)
}

/// The newest first.
pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let status = request.query("status").unwrap_or_default();
    let found = gateway.store.subscriptions.iter().rev();
    ok(&found.filter(|subscription| status.is_empty() || subscription["status"] == status).cloned().collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let found = find(gateway, request, "getting")?;
    ok(&gateway.store.subscriptions[found])
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, connection) = read(gateway, request)?;
    if named(gateway, &body.text("name")).is_some() {
        return Err(refuse(409, "subscription with this name already exists"));
    }
    // Every other status is active.
    let status = if body.text("status") == "paused" { "paused" } else { "active" };
    let now = gateway.store.now();
    let about = json!({
        "id": new_id(), "status": status, "created_by_email": request.caller.name, "created_at": now, "updated_at": now,
    });
    let subscription = with(about, &body, &connection);
    gateway.store.subscriptions.push(subscription.clone());
    created(&subscription)
}

/// Replaces all but the status. A name that is taken fails in the database.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, connection) = read(gateway, request)?;
    let found = find(gateway, request, "updating")?;
    if named(gateway, &body.text("name")).is_some_and(|other| other != found) {
        return Err(refuse(500, "failed updating event subscription: duplicated key not allowed"));
    }
    let now = gateway.store.now();
    let stored = &mut gateway.store.subscriptions[found];
    *stored = with(stored.take(), &body, &connection);
    stored["updated_at"] = json!(now);
    ok(stored)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let found = find(gateway, request, "deleting")?;
    gateway.store.subscriptions.remove(found);
    deleted()
}

pub(super) fn pause(gateway: &mut Gateway, request: &Request) -> Outcome {
    set_status(gateway, request, "paused")
}

pub(super) fn resume(gateway: &mut Gateway, request: &Request) -> Outcome {
    set_status(gateway, request, "active")
}

fn set_status(gateway: &mut Gateway, request: &Request, status: &str) -> Outcome {
    let found = find(gateway, request, "pausing")?;
    let now = gateway.store.now();
    let stored = &mut gateway.store.subscriptions[found];
    (stored["status"], stored["updated_at"]) = (json!(status), json!(now));
    ok(&json!({ "status": status }))
}

/// The newest first.
pub(super) fn dispatches(gateway: &mut Gateway, request: &Request) -> Outcome {
    let of = rules::path_uuid(request, 0, "listing dispatches")?;
    let dispatches = gateway.store.dispatches.iter().rev();
    let items: Vec<&Value> = dispatches.filter(|dispatch| dispatch["subscription_id"] == of).collect();
    ok(&json!({ "items": items, "total": items.len(), "page": 1, "limit": 50 }))
}

pub(super) fn dispatch(gateway: &mut Gateway, request: &Request) -> Outcome {
    ok(find_dispatch(gateway, request)?)
}

/// Each replay is a new dispatch, however often it is asked for.
pub(super) fn replay(gateway: &mut Gateway, request: &Request) -> Outcome {
    let original = find_dispatch(gateway, request)?.clone();
    let status = original["status"].as_str().unwrap_or_default();
    if ["pending", "processing"].contains(&status) {
        return Err(refuse(409, format!("cannot replay a dispatch that is {status}")));
    }
    let subscription = original["subscription_id"].as_str().unwrap_or_default();
    let id = add_dispatch(gateway, subscription, "pending", Some(&original["id"]));
    created(&json!({ "id": id, "status": "pending", "replayed_from": original["id"] }))
}

pub(super) fn add_dispatch(gateway: &mut Gateway, subscription: &str, status: &str, from: Option<&Value>) -> String {
    let (id, now) = (new_id(), gateway.store.now());
    gateway.store.dispatches.push(json!({
        "id": id, "subscription_id": subscription, "event_type": "access.jit_approved", "status": status, "attempt": 1,
        "replayed_from": from, "occurred_at": now, "created_at": now,
    }));
    id
}

fn find_dispatch<'a>(gateway: &'a Gateway, request: &Request) -> Result<&'a Value, Answer> {
    let id = rules::path_uuid(request, 0, "getting dispatch")?;
    let found = gateway.store.dispatches.iter().find(|dispatch| dispatch["id"] == id);
    found.ok_or_else(|| refuse(404, "resource not found"))
}

/// Where the subscription of this request is.
fn find(gateway: &Gateway, request: &Request, doing: &str) -> Result<usize, Answer> {
    let id = rules::path_uuid(request, 0, &format!("{doing} event subscription"))?;
    let found = gateway.store.subscriptions.iter().position(|subscription| subscription["id"] == id);
    found.ok_or_else(|| refuse(404, "resource not found"))
}

fn named(gateway: &Gateway, name: &str) -> Option<usize> {
    gateway.store.subscriptions.iter().position(|subscription| subscription["name"] == name)
}

/// The body, and the name of its connection, which the body may call by its id. A connection that is not there is not
/// looked out for: the handler panics.
fn read(gateway: &Gateway, request: &Request) -> Result<(Body, String), Answer> {
    let body = SUBSCRIPTION.read(&request.body)?;
    let events = body.texts("event_types").unwrap_or_default();
    if events.is_empty() {
        return Err(refuse(400, "Field validation for 'EventTypes' failed on the 'min' tag"));
    }
    let entry = |name: &String| catalogs::event(name).ok_or_else(|| refuse(400, format!("unknown event type: {name}")));
    let events: Vec<&Value> = events.iter().map(entry).collect::<Result<_, _>>()?;
    for (parameter, path) in body.text_map("parameter_mapping").unwrap_or_default() {
        let root = path.strip_prefix("$.").map(|rest| rest.split('[').next().unwrap_or_default());
        let has = |event: &&Value| {
            event["schema"].as_array().into_iter().flatten().any(|field| field["name"] == *root.unwrap_or_default())
        };
        if !events.iter().all(has) {
            return Err(refuse(400, format!("parameter {parameter:?} references no field of every event: {path:?}")));
        }
    }
    let connection = gateway.store.find_connection(&body.text("connection_name")).ok_or_else(Answer::panicked)?;
    Ok((body, connection.name.clone()))
}

fn with(mut subscription: Value, body: &Body, connection: &str) -> Value {
    for name in ["name", "description", "runbook_repository", "runbook_file"] {
        subscription[name] = json!(body.text(name));
    }
    subscription["event_types"] = json!(body.texts("event_types"));
    subscription["parameter_mapping"] = json!(body.text_map("parameter_mapping"));
    subscription["connection_name"] = json!(connection);
    subscription
}
