//! Handlers of `/access-requests/rules` (facts §7 and §8): who approves access. A rule is kept as GET shows it.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::listing;
use super::routes::Gateway;
use super::rules;
use super::store::{Store, new_id};

const RULE: Shape = Shape {
    name: "AccessRequestRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        required("access_type", Go::Text),
        required("connection_names", Go::Texts),
        field("attributes", Go::Texts),
        required("approval_required_groups", Go::Texts),
        field("all_groups_must_approve", Go::Flag),
        required("reviewers_groups", Go::Texts),
        required("force_approval_groups", Go::Texts),
        field("skip_review_groups", Go::Texts),
        field("access_max_duration", Go::Whole),
        field("min_approvals", Go::Whole),
    ],
};

const GROUP_LISTS: [&str; 4] =
    ["approval_required_groups", "reviewers_groups", "force_approval_groups", "skip_review_groups"];

/// The newest first.
pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let mut found: Vec<Value> = gateway.store.access_rules.values().cloned().collect();
    found.sort_by_key(|rule| std::cmp::Reverse(rule["created_at"].as_str().unwrap_or_default().to_owned()));
    let number = |name: &str| match request.query(name).filter(|text| !text.is_empty()).map(str::parse::<usize>) {
        Some(Err(_)) => Err(refuse(400, format!("invalid {name} parameter"))),
        given => Ok(given.and_then(Result::ok)),
    };
    listing::unlimited_page(found, number("page")?.unwrap_or(1), number("page_size")?.unwrap_or(0))
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    ok(gateway.store.access_rules.get(request.param(0)).ok_or_else(not_found)?)
}

/// The open-source licence allows one rule, whoever manages it.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = RULE.read(&request.body)?;
    let store = &gateway.store;
    if store.is_limited() && !store.access_rules.is_empty() {
        return Err(refuse(403, "access request rules are limited to 1 in the OSS version"));
    }
    if store.access_rules.values().any(|other| overlaps(other, &body)) {
        return Err(same_targets());
    }
    check(&body)?;
    if store.access_rules.contains_key(&body.text("name")) {
        return Err(refuse(422, "access request rule with the same name already exists"));
    }
    created(&save(gateway, &body, None)?)
}

pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = RULE.read(&request.body)?;
    let stored = gateway.store.access_rules.get(request.param(0)).ok_or_else(not_found)?.clone();
    if !stored["managed_by"].is_null() {
        return put_managed(gateway, &body, stored);
    }
    let others = gateway.store.access_rules.values().filter(|rule| rule["id"] != stored["id"]);
    if others.clone().any(|other| overlaps(other, &body)) {
        return Err(refuse(
            422,
            "an access request rule with the same connection names and access type already exists",
        ));
    }
    check(&body)?;
    if others.clone().any(|other| other["name"] == body.text("name")) {
        return Err(refuse(500, "failed to update access request rule: duplicated key not allowed"));
    }
    ok(&save(gateway, &body, Some(stored))?)
}

/// Of a rule that a protection profile made, only the people change: who approves, and how many.
fn put_managed(gateway: &mut Gateway, body: &Body, mut rule: Value) -> Outcome {
    let attributes = body.texts("attributes").map(rules::distinct);
    let same_attributes = attributes.is_none_or(|given| json!(given) == rule["attributes"]);
    let same = body.text("name") == rule["name"]
        && body.text("access_type") == rule["access_type"]
        && json!(body.whole("access_max_duration")) == rule["access_max_duration"]
        && body.texts("connection_names").is_none_or(|names| names.is_empty())
        && same_attributes;
    if !same {
        return Err(refuse(400, "this rule is managed by Hoop; only approval settings and group lists can be changed"));
    }
    check_approvals(body)?;
    write_approvals(&mut rule, body);
    rule["updated_at"] = json!(gateway.store.now());
    gateway.store.access_rules.insert(body.text("name"), rule.clone());
    ok(&rule)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let name = request.param(0);
    let rule = gateway.store.access_rules.get(name).ok_or_else(not_found)?;
    rules::not_managed(rule, "rule", "deleted")?;
    gateway.store.access_rules.remove(name);
    deleted()
}

/// The rule for a connection, by its name or one of its attributes.
pub(super) fn of_connection<'a>(
    store: &'a Store,
    connection: &str,
    attributes: &[&String],
    access_type: &str,
) -> Option<&'a Value> {
    let has =
        |rule: &Value, list: &str, name: &str| rule[list].as_array().is_some_and(|all| all.contains(&json!(name)));
    store.access_rules.values().find(|rule| {
        let tagged = attributes.iter().any(|name| has(rule, "attributes", name));
        (tagged || has(rule, "connection_names", connection)) && same_type(rule, access_type)
    })
}

fn not_found() -> Answer {
    refuse(404, "access request rule not found")
}

fn same_targets() -> Answer {
    refuse(422, "an access request rule with the same connection names and access type already exists")
}

/// `jit_command` is both of the others.
fn same_type(rule: &Value, access_type: &str) -> bool {
    let both = "jit_command";
    rule["access_type"] == access_type || rule["access_type"] == both || access_type == both
}

fn overlaps(other: &Value, body: &Body) -> bool {
    let shares = |list: &str| {
        let given = body.texts(list).unwrap_or_default();
        other[list].as_array().is_some_and(|all| all.iter().any(|name| given.iter().any(|given| name == given)))
    };
    same_type(other, &body.text("access_type")) && (shares("connection_names") || shares("attributes"))
}

fn check(body: &Body) -> Result<(), Answer> {
    rules::name(&body.text("name"))?;
    let is_empty = |list: &str| body.texts(list).is_none_or(|names| names.is_empty());
    if is_empty("connection_names") && is_empty("attributes") {
        return Err(refuse(422, "either connection_names or attributes must have at least 1 entry"));
    }
    if !["jit", "command", "jit_command"].contains(&body.text("access_type").as_str()) {
        return Err(refuse(422, "access_type must be one of 'jit', 'command' or 'jit_command'"));
    }
    check_approvals(body)
}

fn check_approvals(body: &Body) -> Result<(), Answer> {
    let is_empty = |list: &str| body.texts(list).is_none_or(|names| names.is_empty());
    if is_empty("reviewers_groups") {
        return Err(refuse(422, "reviewers_groups must have at least 1 entry"));
    }
    if !body.flag("all_groups_must_approve") && body.whole("min_approvals").is_none_or(|count| count < 1) {
        return Err(refuse(422, "min_approvals must be at least 1 when all_groups_must_approve is false"));
    }
    if !is_empty("skip_review_groups") && !is_empty("approval_required_groups") {
        return Err(refuse(422, "skip_review_groups can only be set when approval_required_groups is empty"));
    }
    Ok(())
}

fn write_approvals(rule: &mut Value, body: &Body) {
    for list in GROUP_LISTS {
        rule[list] = json!(body.texts(list));
    }
    rule["all_groups_must_approve"] = json!(body.flag("all_groups_must_approve"));
    rule["min_approvals"] = json!(body.whole("min_approvals"));
}

/// The answer shows the attributes that were sent; unknown ones are made on the fly.
fn save(gateway: &mut Gateway, body: &Body, stored: Option<Value>) -> Result<Value, Answer> {
    let store = &mut gateway.store;
    for number in ["access_max_duration", "min_approvals"] {
        rules::database_int4(body.whole(number))
            .map_err(|text| refuse(500, format!("failed to save access request rule: {text}")))?;
    }
    let (now, sent) = (store.now(), body.texts("attributes").unwrap_or_default());
    let stored = stored.unwrap_or_else(|| json!({ "id": new_id(), "created_at": now, "managed_by": null }));
    let mut rule = json!({
        "id": stored["id"], "name": body.text("name"), "description": body.given_text("description"),
        "access_type": body.text("access_type"), "connection_names": body.texts("connection_names"),
        "access_max_duration": body.whole("access_max_duration"), "managed_by": stored["managed_by"],
        "created_at": stored["created_at"], "updated_at": now, "attributes": store.add_attributes(&sent),
    });
    write_approvals(&mut rule, body);
    store.access_rules.retain(|_, other| other["id"] != stored["id"]);
    store.access_rules.insert(body.text("name"), rule.clone());
    rule["attributes"] = json!(sent);
    Ok(rule)
}
