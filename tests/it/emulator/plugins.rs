//! Handlers of `/plugins` (facts §5): the object with its list of connections, its credentials, and one row of the
//! list by itself. There is no DELETE of a plugin and no GET of its credentials.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, first_value, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Plugin, PluginRow, Store, TextMap, Texts, new_id};

const PLUGIN: Shape = Shape {
    name: "PluginRequest",
    fields: &[required("name", Go::Text), required("connections", Go::Things), field("config", Go::AnyMap)],
};
const ROW: Shape =
    Shape { name: "PluginConnectionRequest", fields: &[field("id", Go::Text), field("config", Go::Texts)] };
const CONFIG: Shape = Shape { name: "PluginConfig", fields: &[field("id", Go::Text), field("envvars", Go::TextMap)] };

/// Rows of these say who reviews a connection and what it masks; the connection's own endpoint writes them.
const OF_THE_CONNECTION: [&str; 2] = ["review", "dlp"];

const SLACK_TOKENS: [&str; 2] = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"];

/// The gateway's language does not mind lines, nor bits that the last letter has too many.
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

const VALUE_LENGTH: usize = 100_000;

/// Only here the credentials are not in clear.
pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    let store = &gateway.store;
    let redacted = |plugin: &Plugin| plugin.envvars.keys().map(|key| (key.clone(), "REDACTED".into())).collect();
    ok(&store.plugins.iter().map(|(name, plugin)| shown(store, name, plugin, &redacted(plugin))).collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    one(gateway, request.param(0))
}

/// A plugin that is there already is a 400, not a 409.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, store) = (PLUGIN.read(&request.body)?, &mut gateway.store);
    let envvars = envvars(body.any("config").unwrap_or(&Value::Null))?;
    let name = body.text("name");
    if store.plugins.contains_key(&name) {
        return Err(refuse(400, "plugin already enabled"));
    }
    no_nulls(&body)?;
    let envvars = checked(envvars)?;
    let fail = |text| refuse(500, format!("failed creating plugin {name}, reason={text}"));
    rules::database_length(&name, 128).map_err(fail)?;
    let (rows, given) = rows(store, &body, fail)?;
    let plugin = Plugin { id: new_id(), rows, envvars };
    let answer = as_given(shown(store, &name, &plugin, &plugin.envvars), given);
    store.plugins.insert(name, plugin);
    created(&answer)
}

/// The body's name decides, the path's is not looked at. The stored credentials stay, and the answer has none.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, store) = (PLUGIN.read(&request.body)?, &mut gateway.store);
    envvars(body.any("config").unwrap_or(&Value::Null))?;
    let name = body.text("name");
    let id = store.plugins.get(&name).ok_or_else(not_found)?.id.clone();
    no_nulls(&body)?;
    let (rows, given) = rows(store, &body, |_| refuse(500, "failed updating plugin"))?;
    let plugin = Plugin { id, rows: rows.clone(), ..Plugin::default() };
    let answer = as_given(shown(store, &name, &plugin, &TextMap::new()), given);
    if let Some(plugin) = store.plugins.get_mut(&name) {
        plugin.rows = rows;
    }
    ok(&answer)
}

/// The body is the bare map, and replaces all keys.
pub(super) fn put_config(gateway: &mut Gateway, request: &Request) -> Outcome {
    let map = first_value(&request.body).map_err(|text| refuse(400, text))?;
    let envvars = envvars(&json!({ "envvars": map }))?;
    let name = request.param(0);
    let plugin = gateway.store.plugins.get_mut(name).ok_or_else(not_found)?;
    let envvars = checked(envvars)?;
    // With both tokens the gateway tries to connect; here that succeeds.
    if name == "slack" && SLACK_TOKENS.iter().any(|token| !envvars.contains_key(*token)) {
        return Err(refuse(400, "failed initializing plugin, reason=missing required slack credentials"));
    }
    plugin.envvars = envvars;
    one(gateway, name)
}

pub(super) fn get_row(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, id) = row_key(request)?;
    one_row(&gateway.store, name, &id)
}

/// An upsert. An absent config is an empty list, a null one is null.
pub(super) fn put_row(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, store) = (ROW.read(&request.body)?, &mut gateway.store);
    if OF_THE_CONNECTION.contains(&request.param(0)) {
        let message = "unable to manage review or dlp plugins, use the connection endpoint instead";
        return Err(refuse(400, message));
    }
    store.plugins.get(request.param(0)).ok_or_else(no_row)?;
    let (name, id) = row_key(request)?;
    check_connection(store, &id).map_err(row_failed)?;
    let config = if body.is_null("config") { None } else { Some(body.texts("config").unwrap_or_default()) };
    store.put_plugin_row(name, &id, Some(config));
    one_row(store, name, &id)
}

/// Allowed for `review` and `dlp` too.
pub(super) fn delete_row(gateway: &mut Gateway, request: &Request) -> Outcome {
    gateway.store.plugins.get(request.param(0)).ok_or_else(no_row)?;
    let (name, id) = row_key(request)?;
    if gateway.store.remove_plugin_row(name, &id) { deleted() } else { Err(no_row()) }
}

fn not_found() -> Answer {
    refuse(404, "plugin not found")
}

fn no_row() -> Answer {
    refuse(404, "either the plugin or the connection does not exist")
}

fn row_failed(text: String) -> Answer {
    refuse(500, format!("failed updating plugin connection: {text}"))
}

/// Plugin and connection of the path; the latter by id only.
fn row_key(request: &Request) -> Result<(&str, String), Answer> {
    Ok((request.param(0), rules::path_uuid(request, 1, "updating plugin connection")?))
}

fn check_connection(store: &Store, id: &str) -> rules::Refusal {
    if store.has_connection_id(id) {
        return Ok(());
    }
    Err("violates foreign key constraint \"plugin_connections_connection_id_fkey\" (SQLSTATE 23503)".into())
}

fn no_nulls(body: &Body) -> Result<(), Answer> {
    let items = body.any("connections").and_then(Value::as_array);
    if items.is_some_and(|items| items.iter().any(Value::is_null)) { Err(Answer::panicked()) } else { Ok(()) }
}

/// The rows that a body lists: connections by id, of which a repeated one keeps its first entry; in two spellings it
/// is two rows with one key. With them come the ids as they were spelled.
fn rows(store: &mut Store, body: &Body, fail: impl Fn(String) -> Answer) -> Result<(Vec<PluginRow>, Texts), Answer> {
    let (mut rows, mut seen): (Vec<PluginRow>, Texts) = (Vec::new(), Texts::new());
    for entry in body.things("connections", &ROW)?.unwrap_or_default() {
        let given = entry.text("id");
        if seen.contains(&given) {
            continue;
        }
        let connection_id = rules::database_uuid(&given).map_err(&fail)?;
        check_connection(store, &connection_id).map_err(&fail)?;
        if rows.iter().any(|row| row.connection_id == connection_id) {
            return Err(fail("duplicated key not allowed".into()));
        }
        seen.push(given);
        let config = entry.texts("config");
        rows.push(PluginRow { id: new_id(), connection_id, config, updated_at: store.now() });
    }
    Ok((rows, seen))
}

/// What is stored in small letters is answered as it was sent.
fn as_given(mut answer: Value, given: Texts) -> Value {
    for (row, id) in answer["connections"].as_array_mut().into_iter().flatten().zip(given) {
        row["id"] = id.into();
    }
    answer
}

fn envvars(config: &Value) -> Result<TextMap, Answer> {
    let config = CONFIG.read_value(config).map_err(|message| refuse(400, message))?;
    Ok(config.text_map("envvars").unwrap_or_default())
}

fn checked(envvars: TextMap) -> Result<TextMap, Answer> {
    for (key, value) in &envvars {
        if key.is_empty() {
            return Err(refuse(422, "missing config key"));
        }
        if value.is_empty() {
            return Err(refuse(422, format!("missing config val for key={key}")));
        }
        if value.len() > VALUE_LENGTH {
            return Err(refuse(422, format!("max size (0.1MB) reached for key {key}")));
        }
        BASE64
            .decode(value.replace(['\r', '\n'], ""))
            .map_err(|error| refuse(422, format!("failed decoding key '{key}', err={error}")))?;
    }
    Ok(envvars)
}

fn one(gateway: &Gateway, name: &str) -> Outcome {
    let plugin = gateway.store.plugins.get(name).ok_or_else(not_found)?;
    ok(&shown(&gateway.store, name, plugin, &plugin.envvars))
}

fn shown(store: &Store, name: &str, plugin: &Plugin, envvars: &TextMap) -> Value {
    let rows = plugin.rows.iter().filter_map(|row| {
        let connection = store.find_connection(&row.connection_id)?;
        Some(json!({ "id": row.connection_id, "name": connection.name, "config": row.config }))
    });
    let config = if envvars.is_empty() { Value::Null } else { json!({ "id": plugin.id, "envvars": envvars }) };
    json!({
        "id": plugin.id, "name": name, "connections": rows.collect::<Vec<_>>(), "config": config, "source": null,
        "priority": 0,
    })
}

fn one_row(store: &Store, name: &str, connection_id: &str) -> Outcome {
    let (plugin, row) = store.plugins.get(name).zip(store.plugin_row(name, connection_id)).ok_or_else(no_row)?;
    ok(&json!({
        "id": row.id, "plugin_id": plugin.id, "connection_id": row.connection_id, "config": row.config,
        "updated_at": row.updated_at,
    }))
}
