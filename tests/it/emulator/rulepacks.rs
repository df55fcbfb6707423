//! Handlers of `/rulepacks` (facts §7): the packs that every gateway has, and those that somebody adds. Nothing here
//! changes or deletes one, which the provider does not do.

use serde_json::{Value, json};

use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, ok, refuse};
use super::listing::{self, Style};
use super::routes::Gateway;
use super::rules;
use super::store::new_id;

const PACK: Shape = Shape {
    name: "RulepackRequest",
    fields: &[
        required("display_name", Go::Text),
        field("description", Go::Text),
        field("tags", Go::Texts),
        field("guardrail_rules", Go::Things),
    ],
};
const GUARDRAIL: Shape = Shape {
    name: "GuardRailRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field("input", Go::AnyMap),
        field("output", Go::AnyMap),
    ],
};

/// Without its feature flag nothing of this is there.
fn check_flag(gateway: &Gateway) -> Result<(), Answer> {
    match gateway.store.settings.flags().get("experimental.rulepacks") {
        Some(Value::Bool(true)) => Ok(()),
        _ => Err(not_found()),
    }
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    check_flag(gateway)?;
    let name = |pack: &Value| pack["display_name"].as_str().unwrap_or_default().to_owned();
    let search = request.query("search").unwrap_or_default().to_lowercase();
    let mut found: Vec<Value> = gateway.store.rulepacks.clone();
    found.retain(|pack| name(pack).to_lowercase().contains(&search));
    found.sort_by_key(name);
    listing::page(request, found, &Style::PAGED)
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    check_flag(gateway)?;
    let id = rules::database_uuid(request.param(0)).map_err(|_| refuse(400, "invalid rulepack id"))?;
    let pack = gateway.store.rulepacks.iter().find(|pack| pack["id"] == id);
    ok(pack.ok_or_else(not_found)?)
}

/// Its rules carry an attribute of the pack, and stand in no list but this one.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    check_flag(gateway)?;
    let body = PACK.read(&request.body)?;
    let store = &mut gateway.store;
    let (name, now) = (body.text("display_name"), store.now());
    if body.texts("tags").is_none() {
        return Err(refuse(500, "failed creating rulepack: null value in column \"tags\" (SQLSTATE 23502)"));
    }
    if store.rulepacks.iter().any(|pack| pack["display_name"] == name) {
        return Err(refuse(409, "resource already exists"));
    }
    let attribute = format!("rulepack_{}", name.to_lowercase().replace(' ', "_"));
    let rules = body.things("guardrail_rules", &GUARDRAIL)?.unwrap_or_default();
    let rules = rules.iter().map(|rule| {
        json!({
            "id": new_id(), "name": rule.text("name"), "description": rule.text("description"), "managed_by": null,
            "input": rule.any("input"), "output": rule.any("output"), "connection_ids": null,
            "attributes": [attribute], "created_at": now, "updated_at": now,
        })
    });
    let mut pack = json!({
        "id": new_id(), "org_id": store.org_id, "display_name": name, "tags": body.texts("tags"), "is_managed": false,
        "data_masking_rules": [], "guardrail_rules": rules.collect::<Vec<_>>(), "connection_names": [],
        "created_at": now, "updated_at": now,
    });
    if let Some(description) = body.given_text("description") {
        pack["description"] = json!(description);
    }
    store.rulepacks.push(pack.clone());
    created(&pack)
}
