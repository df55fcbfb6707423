//! Handlers of `/connections` (facts §3): the order of checks, what is stored with a connection elsewhere, and the
//! PATCH that saves the merged view. Reading bodies is `connection_body`, JSON is `connection_view`.

use super::auth::{Caller, Role};
use super::connection_body::{CONNECTION, Draft, NOT_IN_OLD, PATCH, check_columns, check_rules, overlay, whole};
use super::connection_view as view;
use super::go_json::{Body, Shape};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules::{self, Refusal};
use super::store::{Connection, DEFAULT_PLUGINS, Resource, Store, TextMap, Texts, new_id};
use super::{attributes, jira, listing};

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let filter = listing::ConnectionFilter::read(request)?;
    let visible = |row: &&Connection| is_visible(&gateway.store, &request.caller, row);
    let paged = listing::is_paged(request);
    let mut items = Vec::new();
    for row in gateway.store.connections.values().filter(visible) {
        if filter.keeps(row)? {
            items.push(view::listed(gateway, row, paged));
        }
    }
    listing::page(request, items, &listing::Style::PLAIN)
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let row = find(gateway, request)?;
    if !is_visible(&gateway.store, &request.caller, &row) {
        return Err(not_found());
    }
    ok(&view::one(gateway, &row, request.caller.role, request.masked))
}

/// Once the plugin `access_control` is enabled, standard users see what is opened to one of their groups, by the plugin
/// or by an attribute (facts §2).
pub(super) fn is_visible(store: &Store, caller: &Caller, row: &Connection) -> bool {
    let opened = || store.plugin_config("access_control", &row.id).cloned().unwrap_or_default();
    caller.role != Role::Standard
        || !store.plugins.contains_key("access_control")
        || opened().iter().any(|group| caller.groups.contains(group))
        || attributes::opens(store, row.attributes.iter(), &caller.groups)
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, &CONNECTION, request)?;
    check_rules(&body)?;
    if gateway.store.find_connection(&body.text("name")).is_some() {
        return Err(refuse(409, "Connection already exists."));
    }
    let row = save(gateway, whole(&body, None), "creating")?;
    created(&view::written(gateway, &row, body.texts("attributes"), request.masked))
}

pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let stored = find(gateway, request)?;
    let body = read(gateway, &CONNECTION, request)?;
    check_rules(&body)?;
    let mut draft = whole(&body, request.masked.then_some(&stored.secret));
    // The name in the body is checked and ignored; it does not name the resource either.
    if body.text("resource_name").is_empty() {
        draft.row.resource_name.clone_from(&stored.name);
    }
    let shown_before = view::merged(&gateway.store, &stored).secret;
    let (id, name, managed_by) = (stored.id, stored.name, stored.managed_by);
    draft.row = Connection { id, name, managed_by, ..draft.row };
    let changed = draft.row.secret != shown_before;
    draft.row.secrets_updated_at = if changed { Some(gateway.store.now()) } else { stored.secrets_updated_at };
    draft.attributes.get_or_insert_default();
    let row = save(gateway, draft, "updating")?;
    ok(&view::written(gateway, &row, body.texts("attributes"), request.masked))
}

pub(super) fn patch(gateway: &mut Gateway, request: &Request) -> Outcome {
    let stored = find(gateway, request)?;
    let body = read(gateway, &PATCH, request)?;
    check_rules(&body)?;
    let mut draft = overlaid(&gateway.store, &stored, &body, request.masked);
    if body.has("secret") {
        draft.row.secrets_updated_at = Some(gateway.store.now());
    }
    let row = save(gateway, draft, "patching")?;
    let shown = body.texts("attributes").unwrap_or_else(|| row.attributes.iter().cloned().collect());
    ok(&view::written(gateway, &row, Some(shown), request.masked))
}

/// A PATCH loads the view that write answers show, with the resource's env_vars and agent, and saves it: they become
/// the connection's own for good, without a stamp of their own (facts §3, "two views").
pub(super) fn overlaid(store: &Store, stored: &Connection, body: &Body, masked: bool) -> Draft {
    let plugin_row = |plugin| store.plugin_config(plugin, &stored.id).cloned().unwrap_or_default();
    let mut draft = Draft {
        reviewers: plugin_row("review"),
        redact_types: plugin_row("dlp"),
        attributes: None,
        row: view::merged(store, stored),
    };
    // Lists that were never given come back as empty ones, and are saved so.
    draft.row.tags.get_or_insert_default();
    draft.row.mandatory_metadata_fields.get_or_insert_default();
    overlay(&mut draft, body, masked.then_some(&stored.secret));
    draft
}

/// By name only, an id is not found. The resource behind it stays.
pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    remove(gateway, request.param(0))
}

pub(super) fn remove(gateway: &mut Gateway, name: &str) -> Outcome {
    let row = gateway.store.connections.get(name).cloned().ok_or_else(not_found)?;
    // The database refuses to lose what a subscription refers to.
    if gateway.store.subscriptions.iter().any(|subscription| subscription["connection_name"] == row.name) {
        return Err(refuse(500, "failed removing connection"));
    }
    gateway.store.connections.remove(&row.name);
    gateway.store.federations.remove(&row.id);
    for plugin in gateway.store.plugins.values_mut() {
        plugin.rows.retain(|plugin_row| plugin_row.connection_id != row.id);
    }
    deleted()
}

fn not_found() -> Answer {
    refuse(404, "not found")
}

fn find(gateway: &Gateway, request: &Request) -> Result<Connection, Answer> {
    gateway.store.find_connection(request.param(0)).cloned().ok_or_else(not_found)
}

fn read(gateway: &Gateway, shape: &Shape, request: &Request) -> Result<Body, Answer> {
    let mut body = shape.read(&request.body)?;
    if gateway.is_old() {
        body.forget(NOT_IN_OLD);
    }
    Ok(body)
}

/// All or nothing, but for the attributes, which are saved afterwards.
pub(super) fn save(gateway: &mut Gateway, mut draft: Draft, doing: &str) -> Result<Connection, Answer> {
    let has_stamps = gateway.release() >= view::STAMPS;
    let store = &mut gateway.store;
    let fail = |text: String| refuse(500, format!("failed {doing} connection: {text}"));
    check_database(store, &mut draft).map_err(fail)?;
    identify(store, &mut draft.row);
    if !has_stamps {
        draft.row.secrets_updated_at = None;
    }
    store_row(store, &draft);
    if let Some(names) = &draft.attributes {
        link_attributes(store, &draft.row.name, names).map_err(fail)?;
    }
    Ok(store.connections[&draft.row.name].clone())
}

/// What the database would refuse, in the order in which the gateway asks it; ids come out normalised.
pub(super) fn check_database(store: &Store, draft: &mut Draft) -> Refusal {
    let step = |name: &'static str| move |text: String| format!("{name}, reason={text}");
    check_resource(store, &draft.row).map_err(step("failed upserting resource"))?;
    check_columns(&mut draft.row).map_err(step("failed saving connections"))?;
    jira::check_reference(store, &mut draft.row.jira_issue_template_id).map_err(step("failed saving connections"))?;
    check_guardrails(store, &mut draft.row.guardrail_rules).map_err(step("failed creating guard rail association"))
}

/// Only a resource that has to be made is checked: an existing one is used as it is, type mismatches included.
fn check_resource(store: &Store, row: &Connection) -> Refusal {
    if store.resources.contains_key(&row.resource_name) {
        return Ok(());
    }
    rules::database_length(&row.resource_name, 128)?;
    rules::database_length(&row.subtype, 64)?;
    rules::database_type(&row.kind)?;
    row.agent_id.as_deref().map_or(Ok(()), |id| rules::database_uuid(id).map(drop))
}

/// One id in two spellings is two rows with one key.
fn check_guardrails(store: &Store, ids: &mut Texts) -> Refusal {
    for given in std::mem::take(ids) {
        let id = rules::database_uuid(&given)?;
        if ids.contains(&id) {
            return Err("duplicated key not allowed".into());
        }
        if !store.guardrails.contains_key(&id) {
            return Err("ERROR: insert or update on table \"guardrail_rules_connections\" violates foreign key \
                        constraint \"guardrail_rules_connections_rule_id_fkey\" (SQLSTATE 23503)"
                .into());
        }
        ids.push(id);
    }
    Ok(())
}

/// A row has the id of the one of its name, if there is one, or a new id. Without a stamp of its own it gets one if its
/// secret is another than that one's and not empty.
fn identify(store: &mut Store, row: &mut Connection) {
    let stored = store.connections.get(&row.name);
    let (id, secret, stamp) = stored.map_or_else(
        || (new_id(), TextMap::new(), None),
        |stored| (stored.id.clone(), stored.secret.clone(), stored.secrets_updated_at.clone()),
    );
    row.id = id;
    if row.secrets_updated_at.is_none() {
        let changed = !row.secret.is_empty() && row.secret != secret;
        row.secrets_updated_at = if changed { Some(store.now()) } else { stamp };
    }
}

fn store_row(store: &mut Store, draft: &Draft) {
    let row = &draft.row;
    let now = store.now();
    store.resources.entry(row.resource_name.clone()).or_insert_with(|| Resource {
        id: new_id(),
        name: row.resource_name.clone(),
        kind: row.kind.clone(),
        subtype: row.subtype.clone(),
        env_vars: Default::default(),
        agent_id: row.agent_id.clone(),
        created_at: now.clone(),
        updated_at: now,
    });
    for (key, value) in &row.connection_tags {
        store.add_tag(key, value);
    }
    for plugin in DEFAULT_PLUGINS {
        store.put_plugin_row(plugin, &row.id, None);
    }
    for (plugin, config) in [("review", &draft.reviewers), ("dlp", &draft.redact_types)] {
        if config.is_empty() {
            store.remove_plugin_row(plugin, &row.id);
        } else {
            store.put_plugin_row(plugin, &row.id, Some(Some(config.clone())));
        }
    }
    let attributes = store.connections.get(&row.name).map(|stored| stored.attributes.clone()).unwrap_or_default();
    store.connections.insert(row.name.clone(), Connection { attributes, ..row.clone() });
}

/// Unknown attributes are created on the fly.
fn link_attributes(store: &mut Store, connection: &str, names: &Texts) -> Refusal {
    names.iter().try_for_each(|name| rules::database_length(name, attributes::NAME_LENGTH))?;
    names.iter().for_each(|name| store.add_attribute(name));
    if let Some(row) = store.connections.get_mut(connection) {
        row.attributes = names.iter().cloned().collect();
    }
    Ok(())
}
