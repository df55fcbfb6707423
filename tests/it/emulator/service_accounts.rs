//! Handlers of `/serviceaccounts` (facts §7). There is no way to delete one, or to ask for one alone.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::users::GROUP_LENGTH;

const SERVICE_ACCOUNT: Shape = Shape {
    name: "ServiceAccount",
    fields: &[
        required("subject", Go::Text),
        field("name", Go::Text),
        required("status", Go::Text),
        field("groups", Go::Texts),
    ],
};

const LENGTH: usize = 255;

/// Nothing is `null`, not an empty list.
pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    let accounts = &gateway.store.service_accounts;
    ok(&if accounts.is_empty() { Value::Null } else { accounts.values().cloned().collect() })
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(request)?;
    let subject = body.text("subject");
    if gateway.store.service_accounts.contains_key(&subject) {
        return Err(refuse(409, "resource already exists"));
    }
    rules::database_length(&subject, LENGTH).map_err(failed)?;
    let account = account(gateway, &body, &subject)?;
    let answer = echoed(&account, &body);
    gateway.store.service_accounts.insert(subject, account);
    created(&answer)
}

/// The answer repeats the request, also where something else stays: the subject never changes, and an empty name
/// keeps the one that is there.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(request)?;
    let stored = gateway.store.service_accounts.get(request.param(0));
    let name = stored.ok_or_else(|| refuse(404, "resource not found"))?["name"].clone();
    let mut account = account(gateway, &body, request.param(0))?;
    let answer = echoed(&account, &body);
    if account["name"] == "" {
        account["name"] = name;
    }
    gateway.store.service_accounts.insert(request.param(0).to_owned(), account);
    ok(&answer)
}

fn read(request: &Request) -> Result<Body, Answer> {
    let body = SERVICE_ACCOUNT.read(&request.body)?;
    match body.text("status").as_str() {
        "active" | "inactive" => Ok(body),
        other => Err(refuse(422, format!("wrong status value {other:?}"))),
    }
}

fn failed(text: String) -> Answer {
    refuse(500, format!("failed saving service account: {text}"))
}

/// Its id is a function of the subject alone.
fn account(gateway: &Gateway, body: &Body, subject: &str) -> Result<Value, Answer> {
    rules::database_length(&body.text("name"), LENGTH).map_err(failed)?;
    let groups: BTreeSet<String> = body.texts("groups").unwrap_or_default().into_iter().collect();
    groups.iter().try_for_each(|group| rules::database_length(group, GROUP_LENGTH)).map_err(failed)?;
    Ok(json!({
        "id": Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("serviceaccounts/{subject}").as_bytes()).to_string(),
        "org_id": gateway.store.org_id, "subject": subject, "name": body.text("name"),
        "status": body.text("status"), "groups": groups,
    }))
}

fn echoed(account: &Value, body: &Body) -> Value {
    let mut echoed = account.clone();
    (echoed["subject"], echoed["groups"]) = (json!(body.text("subject")), json!(body.texts("groups")));
    echoed
}
