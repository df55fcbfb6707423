//! Handlers of `/runbooks/configurations` and `/runbooks/rules` (facts §7). The first is one object with a list of
//! repositories, whose entries have routes of their own. No repository is ever fetched, so there are no files.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Store, new_id};

const TEXTS: [&str; 6] = ["git_user", "git_password", "ssh_key", "ssh_user", "ssh_keypass", "ssh_known_hosts"];

const CONFIGURATION: Shape =
    Shape { name: "RunbookConfigurationRequest", fields: &[required("repositories", Go::Things)] };
/// Entries of the list need not even have a URL.
const ENTRY: Shape = Shape {
    name: "RunbookRepository",
    fields: &[
        field("git_url", Go::Text),
        field(TEXTS[0], Go::Text),
        field(TEXTS[1], Go::Text),
        field(TEXTS[2], Go::Text),
        field(TEXTS[3], Go::Text),
        field(TEXTS[4], Go::Text),
        field(TEXTS[5], Go::Text),
        field("git_hook_ttl", Go::Whole),
    ],
};
const GIT_URL: Shape = Shape { name: "RunbookRepository", fields: &[required("git_url", Go::Text)] };
const RULE: Shape = Shape {
    name: "RunbookRuleRequest",
    fields: &[
        required("name", Go::Text),
        required("runbooks", Go::Things),
        required("connections", Go::Texts),
        required("user_groups", Go::Texts),
        field("description", Go::Text),
    ],
};
const RUNBOOK: Shape =
    Shape { name: "RunbookRuleFile", fields: &[field("repository", Go::Text), field("name", Go::Text)] };

/// Repositories by their URL, exactly as it was written.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    id: String,
    entries: BTreeMap<String, Value>,
    created_at: String,
    updated_at: String,
}

impl Configuration {
    /// With the public demo repository, as every gateway begins.
    pub(super) fn fresh(now: String) -> Self {
        let url = "https://github.com/hoophq/demo-runbooks";
        let entries = BTreeMap::from([(url.into(), entry(&Body::default(), url))]);
        Self { id: new_id(), entries, created_at: now.clone(), updated_at: now }
    }

    pub(super) fn has(&self, repository: &str) -> bool {
        self.entries.values().any(|entry| entry["repository"] == repository)
    }

    fn shown(&self, store: &Store) -> Value {
        json!({
            "id": self.id, "org_id": store.org_id, "repositories": self.entries.values().collect::<Vec<_>>(),
            "created_at": self.created_at, "updated_at": self.updated_at,
        })
    }
}

pub(super) fn configuration(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&gateway.store.runbooks.shown(&gateway.store))
}

/// Replaces the whole list. Two spellings of one repository are refused.
pub(super) fn put_configuration(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = CONFIGURATION.read(&request.body)?;
    let mut entries = BTreeMap::new();
    for body in body.things("repositories", &ENTRY)?.unwrap_or_default() {
        let url = body.text("git_url");
        let entry = checked(&body, &url)?;
        if is_there(&entries, &entry) {
            return Err(refuse(400, "duplicate git repository URLs are not allowed"));
        }
        entries.insert(url, entry);
    }
    change(gateway, |stored| *stored = entries);
    configuration(gateway, request)
}

pub(super) fn create_entry(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (url, entry) = read_entry(request)?;
    if is_there(&gateway.store.runbooks.entries, &entry) {
        return Err(refuse(409, "resource already exists"));
    }
    change(gateway, |entries| entries.insert(url, entry.clone()));
    created(&entry)
}

pub(super) fn put_entry(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (url, entry) = read_entry(request)?;
    if entry_id(&url) != request.param(0) {
        return Err(refuse(400, "git url in the path and body do not match"));
    }
    gateway.store.runbooks.entries.get(&url).ok_or_else(not_found)?;
    change(gateway, |entries| entries.insert(url, entry.clone()));
    ok(&entry)
}

pub(super) fn delete_entry(gateway: &mut Gateway, request: &Request) -> Outcome {
    let mut urls = gateway.store.runbooks.entries.keys();
    let url = urls.find(|url| entry_id(url) == request.param(0)).cloned().ok_or_else(not_found)?;
    change(gateway, |entries| entries.remove(&url));
    deleted()
}

fn change<T>(gateway: &mut Gateway, act: impl FnOnce(&mut BTreeMap<String, Value>) -> T) {
    act(&mut gateway.store.runbooks.entries);
    gateway.store.runbooks.updated_at = gateway.store.now();
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

/// The id of an entry is a function of its URL alone.
fn entry_id(url: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, url.as_bytes()).to_string()
}

fn is_there(entries: &BTreeMap<String, Value>, entry: &Value) -> bool {
    entries.values().any(|stored| stored["repository"] == entry["repository"])
}

/// What is wrong with the body of one entry is a 422.
fn read_entry(request: &Request) -> Result<(String, Value), Answer> {
    let read = |shape: &Shape| shape.read(&request.body).map_err(|refusal| Answer { status: 422, ..refusal });
    let url = read(&GIT_URL)?.text("git_url");
    repository(&url)?;
    let entry = checked(&read(&ENTRY)?, &url)?;
    Ok((url, entry))
}

fn checked(body: &Body, url: &str) -> Result<Value, Answer> {
    let key = body.text("ssh_key");
    if !key.is_empty() && !key.contains("-----BEGIN ") {
        return Err(refuse(422, "failed creating runbook config, reason=failed parsing SSH key file"));
    }
    Ok(entry(body, url))
}

fn entry(body: &Body, url: &str) -> Value {
    // The whole list takes what is no URL, as a path without a host.
    let repository = repository(url).unwrap_or_else(|_| format!("/{url}"));
    let mut entry = json!({ "repository": repository, "git_url": url });
    for name in TEXTS {
        entry[name] = json!(body.text(name));
    }
    entry["git_hook_ttl"] = json!(body.whole("git_hook_ttl").unwrap_or_default());
    entry
}

/// Host and path, whatever the scheme, the user, the port and the ending.
fn repository(url: &str) -> Result<String, Answer> {
    let refused = || refuse(422, "invalid git url, reason=invalid URL format");
    let known = |scheme: &str| ["http", "https", "git", "ssh"].contains(&scheme.to_lowercase().as_str());
    let (authority, path) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let rest = rest.split(['?', '#']).next().filter(|_| known(scheme)).ok_or_else(refused)?;
            rest.split_once('/').unwrap_or((rest, ""))
        }
        None => url.split_once(':').filter(|(authority, _)| authority.contains('@')).ok_or_else(refused)?,
    };
    let address = authority.rsplit('@').next().unwrap_or_default();
    let host = match address.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => address.split(':').next(),
    };
    let host = host.filter(|host| !host.is_empty() && !host.contains(char::is_whitespace)).ok_or_else(refused)?;
    let path = percent_encoding::percent_decode_str(path).decode_utf8().map_err(|_| refused())?;
    Ok(format!("{host}/{}", path.strip_suffix(".git").unwrap_or(&path).trim_matches('/')))
}

pub(super) fn list_rules(gateway: &mut Gateway, _: &Request) -> Outcome {
    let mut rules: Vec<Value> = gateway.store.runbook_rules.values().cloned().collect();
    // Two may have one name, so that the order tells them apart.
    rules.sort_by_cached_key(|rule| rule["created_at"].as_str().map(str::to_owned));
    ok(&rules.into_iter().collect())
}

pub(super) fn get_rule(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = rule_id(request)?;
    ok(gateway.store.runbook_rules.get(&id).ok_or_else(no_rule)?)
}

/// Names may repeat, and nothing that a rule names is looked up.
pub(super) fn create_rule(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = RULE.read(&request.body)?;
    let now = gateway.store.now();
    created(&save_rule(gateway, &body, new_id(), json!(now))?)
}

pub(super) fn put_rule(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, id) = (RULE.read(&request.body)?, rule_id(request)?);
    let created_at = gateway.store.runbook_rules.get(&id).ok_or_else(no_rule)?["created_at"].clone();
    ok(&save_rule(gateway, &body, id, created_at)?)
}

pub(super) fn delete_rule(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = rule_id(request)?;
    gateway.store.runbook_rules.remove(&id).ok_or_else(no_rule)?;
    deleted()
}

fn no_rule() -> Answer {
    refuse(404, "runbook rule not found")
}

fn rule_id(request: &Request) -> Result<String, Answer> {
    rules::path_uuid(request, 0, "fetching runbook rule")
}

fn save_rule(gateway: &mut Gateway, body: &Body, id: String, created_at: Value) -> Result<Value, Answer> {
    let file = |file: Body| json!({ "repository": file.text("repository"), "name": file.text("name") });
    let runbooks: Vec<Value> = body.things("runbooks", &RUNBOOK)?.unwrap_or_default().into_iter().map(file).collect();
    let rule = json!({
        "id": id, "org_id": gateway.store.org_id, "name": body.text("name"), "description": body.text("description"),
        "runbooks": runbooks, "connections": body.texts("connections"), "user_groups": body.texts("user_groups"),
        "created_at": created_at, "updated_at": gateway.store.now(),
    });
    gateway.store.runbook_rules.insert(id, rule.clone());
    Ok(rule)
}
