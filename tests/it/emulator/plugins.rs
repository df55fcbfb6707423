//! Handlers of `/plugins` (facts §5), as far as connections need them: the list and one.

use serde_json::{Value, json};

use super::http::{Outcome, Request, ok, refuse};
use super::routes::Gateway;
use super::store::{Plugin, Store};

pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    let store = &gateway.store;
    ok(&store.plugins.iter().map(|(name, plugin)| shown(store, name, plugin)).collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, store) = (request.param(0), &gateway.store);
    let plugin = store.plugins.get(name).ok_or_else(|| refuse(404, "plugin not found"))?;
    ok(&shown(store, name, plugin))
}

fn shown(store: &Store, name: &str, plugin: &Plugin) -> Value {
    let rows = plugin.rows.iter().filter_map(|row| {
        let connection = store.find_connection(&row.connection_id)?;
        Some(json!({ "id": row.connection_id, "name": connection.name, "config": row.config }))
    });
    json!({
        "id": plugin.id, "name": name, "connections": rows.collect::<Vec<_>>(), "config": null, "source": null,
        "priority": 0,
    })
}
