//! Handlers of `/machineidentities` (facts §7): identities with a credential for each of their connections, those that
//! they share an attribute with included. Whatever is refused is a 400, a name in use aside.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Store, Texts, secret_text};
use super::{attributes, credentials};

const IDENTITY: Shape = Shape {
    name: "MachineIdentity",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field("connection_names", Go::Texts),
        field("attributes", Go::Texts),
    ],
};

/// Subtypes that an identity can use, and the setting of the listener that each needs.
const LISTENERS: &[(&str, Option<&str>)] = &[
    ("postgres", Some("postgres_server_config")),
    ("ssh", Some("ssh_server_config")),
    ("git", Some("ssh_server_config")),
    ("github", Some("ssh_server_config")),
    ("rdp", Some("rdp_server_config")),
    ("httpproxy", Some("http_proxy_server_config")),
    ("grafana", Some("http_proxy_server_config")),
    ("kibana", Some("http_proxy_server_config")),
    ("kubernetes", Some("http_proxy_server_config")),
    ("kubernetes-eks", Some("http_proxy_server_config")),
    ("kubernetes-token", Some("http_proxy_server_config")),
    ("claude-code", Some("http_proxy_server_config")),
    ("aws-ssm", None),
];

#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    id: String,
    pub(super) name: String,
    description: String,
    connection_names: Texts,
    pub(super) attributes: BTreeSet<String>,
    /// The secret of each connection, by its name; one of a connection that is gone is not shown.
    credentials: BTreeMap<String, String>,
    created_at: String,
    updated_at: String,
}

pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&gateway.store.machines.iter().rev().map(shown).collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    ok(&shown(&gateway.store.machines[find(gateway, request.param(0)).ok_or_else(not_found)?]))
}

pub(super) fn credentials(gateway: &mut Gateway, request: &Request) -> Outcome {
    let identity = &gateway.store.machines[find(gateway, request.param(0)).ok_or_else(not_found)?];
    let there = |(connection, _): &(&String, &String)| gateway.store.connections.contains_key(*connection);
    ok(&identity.credentials.iter().filter(there).map(|(name, secret)| credential(gateway, name, secret)).collect())
}

/// The id is a function of the name, so the first name of a renamed identity cannot be used again. Nothing is left of
/// one whose credentials are refused, but all of one whose attributes are.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = IDENTITY.read(&request.body)?;
    let (name, now) = (body.text("name"), gateway.store.now());
    if find(gateway, &name).is_some() {
        return Err(taken());
    }
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}:machines:{name}", gateway.store.org_id).as_bytes());
    let mut identity = Identity { id: id.to_string(), created_at: now.clone(), ..Identity::default() };
    let connections = body.texts("connection_names");
    connections.iter().flatten().try_for_each(|connection| check_connection(gateway, connection))?;
    if gateway.store.machines.iter().any(|other| other.id == identity.id) {
        return Err(failed("duplicated key not allowed"));
    }
    describe(&mut identity, &body, now)?;
    connections.iter().flatten().try_for_each(|connection| provision(gateway, &mut identity, connection))?;
    gateway.store.machines.push(identity);
    let index = gateway.store.machines.len() - 1;
    let new = finish(gateway, index, &body, connections.unwrap_or_default())?;
    created(&answer(gateway, index, &body, "credentials", &new))
}

/// Credentials are made before anything is checked that comes later: those of a refused request stay, and the
/// connection cannot be added again. The answer has no times.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = IDENTITY.read(&request.body)?;
    let index = find(gateway, request.param(0)).ok_or_else(|| failed("resource not found"))?;
    let mut identity = gateway.store.machines[index].clone();
    if find(gateway, &body.text("name")).is_some_and(|other| other != index) {
        return Err(taken());
    }
    let wanted = body.texts("connection_names").unwrap_or_default();
    let mut added: Texts = wanted.clone();
    added.retain(|connection| !identity.connection_names.contains(connection));
    for connection in &added {
        check_connection(gateway, connection)?;
        provision(gateway, &mut identity, connection)?;
        gateway.store.machines[index].credentials.clone_from(&identity.credentials);
    }
    let shared = sharing(&gateway.store, &body.texts("attributes").unwrap_or_default());
    let before = identity.connection_names.clone();
    let stays = |connection: &String| wanted.contains(connection) || !before.contains(connection);
    identity.credentials.retain(|connection, _| stays(connection) || shared.contains(connection));
    describe(&mut identity, &body, gateway.store.now())?;
    gateway.store.machines[index] = identity;
    let new = finish(gateway, index, &body, added)?;
    let mut answer = answer(gateway, index, &body, "new_credentials", &new);
    for time in ["created_at", "updated_at"] {
        answer[time] = json!("0001-01-01T00:00:00Z");
    }
    ok(&answer)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let index = find(gateway, request.param(0)).ok_or_else(not_found)?;
    gateway.store.machines.remove(index);
    ok(&json!({ "message": "machine identity deleted" }))
}

/// Makes a new secret; the answer is the only one that says so.
pub(super) fn rotate(gateway: &mut Gateway, request: &Request) -> Outcome {
    let failed = |text: String| refuse(400, format!("failed rotating credential: {text}: resource not found"));
    let index = find(gateway, request.param(0)).ok_or_else(|| failed("failed fetching machine identity".into()))?;
    let connection = request.param(1);
    let is_there = gateway.store.connections.contains_key(connection);
    let stored = gateway.store.machines[index].credentials.get_mut(connection).filter(|_| is_there);
    let stored = stored.ok_or_else(|| failed(format!("failed revoking old credential for connection {connection}")))?;
    *stored = secret_text("pg-");
    let secret = stored.clone();
    created(&credential(gateway, connection, &secret))
}

fn find(gateway: &Gateway, name: &str) -> Option<usize> {
    gateway.store.machines.iter().position(|identity| identity.name == name)
}

fn not_found() -> Answer {
    refuse(404, "machine identity not found")
}

fn taken() -> Answer {
    refuse(409, "machine identity with this name already exists")
}

fn failed(text: &str) -> Answer {
    refuse(400, format!("failed saving machine identity: {text}"))
}

fn describe(identity: &mut Identity, body: &Body, now: String) -> Result<(), Answer> {
    let null = "ERROR: null value in column \"connection_names\" violates not-null constraint (SQLSTATE 23502)";
    identity.connection_names = body.texts("connection_names").ok_or_else(|| failed(null))?;
    (identity.name, identity.description) = (body.text("name"), body.text("description"));
    identity.updated_at = now;
    Ok(())
}

/// What the row does not hold: attributes, which are made by being named, and credentials by attributes. Returns the
/// connections with new credentials, beginning with those that have theirs already.
fn finish(gateway: &mut Gateway, index: usize, body: &Body, mut new: Texts) -> Result<Texts, Answer> {
    let names = body.texts("attributes").unwrap_or_default();
    names
        .iter()
        .try_for_each(|name| rules::database_length(name, attributes::NAME_LENGTH))
        .map_err(|text| failed(&text))?;
    names.iter().for_each(|name| gateway.store.add_attribute(name));
    let mut identity = gateway.store.machines[index].clone();
    for connection in sharing(&gateway.store, &names) {
        let fits = check_connection(gateway, &connection).is_ok();
        if fits && provision(gateway, &mut identity, &connection).is_ok() {
            new.push(connection);
        }
    }
    identity.attributes = names.into_iter().collect();
    gateway.store.machines[index] = identity;
    Ok(new)
}

/// The connections with one of these attributes.
fn sharing(store: &Store, attributes: &[String]) -> Texts {
    let rows = store.connections.values();
    let sharing = rows.filter(|row| attributes.iter().any(|name| row.attributes.contains(name)));
    sharing.map(|row| row.name.clone()).collect()
}

fn check_connection(gateway: &Gateway, name: &str) -> Result<(), Answer> {
    let row = gateway.store.find_connection(name);
    let row = row.ok_or_else(|| failed(&format!("connection {name} not found")))?;
    if !LISTENERS.iter().any(|(subtype, _)| *subtype == row.subtype) {
        return Err(failed(&format!("connection {name} has unsupported type {} for machine identities", row.subtype)));
    }
    let [_, _, connect, _] = &row.access;
    if connect != "enabled" {
        return Err(failed(&format!("connection {name} does not have access mode connect enabled")));
    }
    Ok(())
}

fn provision(gateway: &Gateway, identity: &mut Identity, connection: &str) -> Result<(), Answer> {
    let subtype = gateway.store.find_connection(connection).map(|row| row.subtype.as_str()).unwrap_or_default();
    let listener = LISTENERS.iter().find(|(known, _)| *known == subtype).and_then(|(_, listener)| *listener);
    if listener.is_some_and(|listener| !gateway.store.server.listens(listener)) {
        return Err(failed(&format!("listening address is not configured for connection type {subtype}")));
    }
    if identity.credentials.contains_key(connection) {
        return Err(failed("failed creating machine identity credential: duplicated key not allowed"));
    }
    identity.credentials.insert(connection.into(), secret_text(credentials::prefix(subtype)));
    Ok(())
}

fn credential(gateway: &Gateway, name: &str, secret: &str) -> Value {
    let row = &gateway.store.connections[name];
    let mut shown = credentials::access(gateway, secret, row);
    shown["connection_name"] = json!(name);
    (shown["connection_type"], shown["connection_subtype"]) = (json!(row.kind), json!(row.subtype));
    shown["secret_key"] = json!(secret);
    shown
}

fn answer(gateway: &Gateway, index: usize, body: &Body, field: &str, new: &[String]) -> Value {
    let identity = &gateway.store.machines[index];
    let mut answer = shown(identity);
    answer["attributes"] = json!(body.texts("attributes").unwrap_or_default());
    let made = |name: &String| Some(credential(gateway, name, identity.credentials.get(name)?));
    let made: Vec<Value> = new.iter().filter_map(made).collect();
    answer[field] = if made.is_empty() { Value::Null } else { json!(made) };
    answer
}

fn shown(identity: &Identity) -> Value {
    json!({
        "id": identity.id, "name": identity.name, "description": identity.description,
        "connection_names": identity.connection_names, "attributes": identity.attributes,
        "created_at": identity.created_at, "updated_at": identity.updated_at,
    })
}
