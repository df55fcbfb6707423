//! The audit log (facts, "audit" §4): which writes leave an entry, what an entry shows, and how the log is asked for.
//! Two hands write it in the real gateway: a middleware around most writes, and older code in a few handlers.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::auth::Caller;
use super::http::{Answer, Outcome, Request, ok, refuse};
use super::listing::{self, like};
use super::routes::Gateway;
use super::store::{self, new_id};

/// How the log behaves, for tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AuditLog {
    #[default]
    Kept,
    /// Entries are written only when they are flushed, with the time at which they should have been.
    Behind,
    /// Entries are lost, as when the gateway is killed after its answer.
    Lost,
    /// There is none, as before gateway 1.50.1.
    Off,
    /// Nobody may read it.
    Refused,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) mode: AuditLog,
    entries: Vec<Entry>,
    waiting: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    created_at: OffsetDateTime,
    /// As it is shown, but for the payload: JSON text, which takes a fraction of the memory of a tree.
    shown: Map<String, Value>,
    payload: Option<String>,
}

impl Log {
    /// The log of a gateway that was set up before the beginning: making its agent is in it.
    pub(super) fn new(beginning: OffsetDateTime, org_id: &str) -> Self {
        let shown = json!({
            "id": "00000000-0000-0000-0000-000000000001", "org_id": org_id, "actor_subject": "admin", "actor_email": "admin", "actor_name": "Admin",
            "resource_type": "agents", "action": "create", "http_method": "POST", "http_status": 201,
            "http_path": "/api/agents", "client_ip": "127.0.0.1", "outcome": true, "error_message": "",
        });
        let Value::Object(shown) = shown else { unreachable!("an object was written") };
        let created_at = beginning - time::Duration::hours(1);
        Self { entries: vec![Entry { created_at, shown, payload: None }], ..Self::default() }
    }

    /// What happens to an entry. The database takes no NUL, and the entry is lost then.
    fn add(&mut self, entry: Entry) {
        let has_nul = entry.payload.as_ref().is_some_and(|text| text.contains("\\u0000"))
            || entry.shown.values().any(|value| value.as_str().is_some_and(|text| text.contains('\0')));
        match self.mode {
            _ if has_nul => {}
            AuditLog::Lost => {}
            AuditLog::Behind => self.waiting.push(entry),
            AuditLog::Kept | AuditLog::Off | AuditLog::Refused => self.entries.push(entry),
        }
    }

    pub(super) fn flush(&mut self) {
        self.entries.append(&mut self.waiting);
    }

    pub(super) fn prune(&mut self, before: OffsetDateTime) {
        self.entries.retain(|entry| entry.created_at >= before);
    }
}

/// Writes down what a request did, once it is answered. `pattern` is that of its route.
pub(super) fn record(
    gateway: &mut Gateway,
    method: &str,
    pattern: &str,
    path: &str,
    request: &Request,
    answer: &Answer,
) {
    // A handler that panics takes the entry along.
    if method == "GET" || (answer.status == 500 && answer.body.is_empty()) {
        return;
    }
    let refused = message(answer);
    let mut add = |kind: &str, action: &str, status: u16, payload: Option<String>, error: &str| {
        let created_at = gateway.store.clock();
        let Caller { id, name, is_user, .. } = &request.caller;
        let shown = json!({
            "id": new_id(), "org_id": gateway.store.org_id, "actor_subject": id, "actor_email": name,
            "actor_name": if *is_user { "Admin" } else { name }, "resource_type": kind, "action": action,
            "http_method": method, "http_status": status, "http_path": path, "client_ip": "127.0.0.1",
            "outcome": error.is_empty() && status < 400, "error_message": error,
        });
        let Value::Object(shown) = shown else { unreachable!("an object was written") };
        gateway.audit.add(Entry { created_at, shown, payload });
    };
    let was_tried = answer.status < 400 || answer.status >= 500;
    if let Some((kind, action, fields)) = older(method, pattern).filter(|_| was_tried) {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |field: &&str| ((*field).to_owned(), body.get(field).cloned().unwrap_or_else(|| json!("")));
        let payload: Map<String, Value> = fields.iter().map(text).collect();
        let payload = (!payload.is_empty()).then(|| redacted(payload).to_string());
        add(kind, action, 200, payload, refused.split_once(": ").map_or("", |(_, reason)| reason));
    }
    let skipped = ["/health", "/metrics", "/login", "/signup"];
    if by_middleware(pattern) && !skipped.iter().any(|word| path.contains(word)) {
        let action = match method {
            "POST" => "create",
            "DELETE" => "delete",
            _ => "update",
        };
        add(resource_type(path), action, answer.status, payload(&request.body), &refused);
    }
}

/// What a refusal says; empty if it is none.
fn message(answer: &Answer) -> String {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status >= 400);
    body.and_then(|body| Some(body["message"].as_str()?.to_owned())).unwrap_or_default()
}

fn by_middleware(pattern: &str) -> bool {
    match pattern.split_once('/').unwrap_or((pattern, "")) {
        ("users" | "serviceaccounts" | "machineidentities" | "api-keys" | "ai-agents" | "spiffe-mappings", _)
        | ("agents" | "guardrails" | "datamasking-rules" | "feature-flags" | "mcp", _) => true,
        ("connections", rest) => matches!(rest, "" | "{}"),
        ("orgs", rest) => rest != "license",
        ("serverconfig", rest) => matches!(rest, "auth" | "mcp-auth"),
        ("resources", rest) => rest.ends_with("apply"),
        ("event-routing", rest) => {
            matches!(rest, "subscriptions" | "subscriptions/{}" | "dispatches/{}/replay")
        }
        _ => false,
    }
}

/// What the older code writes: type, action, and the fields that it takes from the body.
fn older(method: &str, pattern: &str) -> Option<(&'static str, &'static str, &'static [&'static str])> {
    const ACCOUNT: &[&str] = &["subject", "name", "groups", "status"];
    Some(match (method, pattern) {
        ("POST", "resources") => ("resources", "create", &["name", "type", "subtype", "agent_id"]),
        ("PUT", "resources/{}") => ("resources", "update", &["name", "type", "subtype"]),
        ("DELETE", "resources/{}") => ("resources", "delete", &[]),
        ("POST", "serviceaccounts") => ("service_accounts", "create", ACCOUNT),
        ("PUT", "serviceaccounts/{}") => ("service_accounts", "update", ACCOUNT),
        ("POST", "orgs/keys") => ("org_keys", "create", &[]),
        ("DELETE", "orgs/keys") => ("org_keys", "revoke", &[]),
        ("PUT", "serverconfig/misc") => ("server_config", "update", &["grpc_server_url"]),
        ("PUT", "serverconfig/auth") => ("auth_config", "update", &["auth_method", "provider_name"]),
        ("PUT", "serverconfig/mcp-auth") => ("auth_config", "update", &["enabled", "resource_uri", "client_id"]),
        _ => return None,
    })
}

/// By the first segment that has a name of its own; a segment without one counts only if there is no other.
fn resource_type(path: &str) -> &str {
    let segments: Vec<&str> = path.split('/').skip_while(|segment| *segment != "api").skip(1).collect();
    let named = segments.iter().enumerate().find_map(|(index, segment)| {
        Some(match *segment {
            "users" if segments[index..].contains(&"groups") => "user_groups",
            "serviceaccounts" => "service_accounts",
            "machineidentities" => "machine_identities",
            "serverconfig" => "server_config",
            "api-keys" => "api_keys",
            "spiffe-mappings" => "agent_spiffe_mappings",
            "feature-flags" => "feature_flags",
            same @ ("users" | "connections" | "agents" | "resources" | "guardrails") => same,
            _ => return None,
        })
    });
    named.or(segments.first().copied()).unwrap_or("unknown")
}

/// The body of the request. What is no JSON object is kept as it is.
fn payload(body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let payload = match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => redacted(fields),
        Ok(Value::Null) => return None,
        _ => json!({ "_raw": String::from_utf8_lossy(body) }),
    };
    Some(payload.to_string())
}

/// By exact names, through objects and not through lists.
fn redacted(fields: Map<String, Value>) -> Value {
    const SECRETS: &[&str] = &[
        "password",
        "hashed_password",
        "client_secret",
        "secret",
        "secrets",
        "api_key",
        "token",
        "key",
        "env",
        "envs",
        "rollout_api_key",
        "hosts_key",
    ];
    let entry = |(key, value): (String, Value)| {
        let value = match value {
            _ if SECRETS.contains(&key.as_str()) => json!("[REDACTED]"),
            Value::Object(inner) => redacted(inner),
            other => other,
        };
        (key, value)
    };
    fields.into_iter().map(entry).collect()
}

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    match gateway.audit.mode {
        AuditLog::Off => return Err(Answer::no_route()),
        AuditLog::Refused => return Err(refuse(403, "access denied")),
        AuditLog::Kept | AuditLog::Behind | AuditLog::Lost => {}
    }
    let given = |name| request.query(name).filter(|text| !text.is_empty());
    let (page, size) = listing::page_of(request)?;
    let status = given("http_status").map(|text| text.parse::<i64>()).transpose();
    let status = status.map_err(|_| refuse(400, "http_status must be a valid integer"))?.filter(|status| *status > 0);
    let outcome = given("outcome").map(|text| match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(refuse(400, "outcome must be true or false")),
    });
    let outcome = outcome.transpose()?;
    let time = |name| given(name).map(|text| moment(text).ok_or_else(not_listed)).transpose();
    let (after, before) = (time("created_after")?, time("created_before")?);
    let exact = ["resource_type", "action", "http_method"].map(|name| (name, given(name)));
    let partial = ["actor_subject", "actor_email", "http_path", "client_ip"];
    let partial = partial.map(|name| (name, given(name).map(|text| format!("%{}%", text.to_lowercase()))));
    let mut found = Vec::new();
    // The newest first; of the same time, the last one written.
    for entry in gateway.audit.entries.iter().rev() {
        let text = |name: &str| entry.shown.get(name).and_then(Value::as_str).unwrap_or_default();
        let mut kept = after.is_none_or(|after| entry.created_at >= after)
            && before.is_none_or(|before| entry.created_at <= before)
            && status.is_none_or(|status| entry.shown["http_status"] == status)
            && outcome.is_none_or(|outcome| entry.shown["outcome"] == outcome)
            && exact.iter().all(|(name, wanted)| wanted.is_none_or(|wanted| text(name) == wanted));
        for (name, wanted) in &partial {
            if let Some(wanted) = wanted.as_ref().filter(|_| kept) {
                kept = like(&text(name).to_lowercase(), wanted)?;
            }
        }
        if kept {
            found.push(entry);
        }
    }
    found.sort_by_key(|entry| std::cmp::Reverse(entry.created_at));
    let total = found.len();
    let data = found.into_iter().skip((page - 1).saturating_mul(size)).take(size);
    let data: Vec<Value> = data.map(shown).collect();
    ok(&json!({ "pages": { "total": total, "page": page, "size": size }, "data": data }))
}

fn not_listed() -> Answer {
    refuse(500, "failed listing security audit logs")
}

fn shown(entry: &Entry) -> Value {
    let mut shown = entry.shown.clone();
    let payload = entry.payload.as_ref().and_then(|text| serde_json::from_str(text).ok());
    shown.insert("created_at".into(), store::in_micros(entry.created_at).into());
    shown.insert("request_payload_redacted".into(), payload.unwrap_or_default());
    Value::Object(shown)
}

/// What the database reads as a time: a date, or a date with a time, in UTC unless it gives a zone. It keeps
/// microseconds and rounds what is finer.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let spellings = [text.to_owned(), format!("{text}Z"), format!("{text}T00:00:00Z")];
    let time = spellings.iter().find_map(|text| OffsetDateTime::parse(text, &Rfc3339).ok())?;
    let below = time.nanosecond() % 1_000;
    let whole = time - time::Duration::nanoseconds(i64::from(below));
    Some(if below >= 500 { whole + time::Duration::MICROSECOND } else { whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_database_reads_them() {
        let read = |text| moment(text).map(store::in_micros);
        for (text, wanted) in [
            ("2026-01-02", "2026-01-02T00:00:00Z"),
            ("2026-01-02T03:04:05", "2026-01-02T03:04:05Z"),
            ("2026-01-02T03:04:05.0000015Z", "2026-01-02T03:04:05.000002Z"),
            ("2026-01-02T03:04:05.0000014Z", "2026-01-02T03:04:05.000001Z"),
            ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(read("2026-01-02T03:04:05 00:00"), None, "a plus that was not escaped");
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn types_are_derived_from_paths() {
        for (path, wanted) in [
            ("/api/users/a@b", "users"),
            ("/api/users/groups/g", "user_groups"),
            ("/api/orgs/hide-role-info", "orgs"),
            ("/api/serverconfig/mcp-auth", "server_config"),
            ("/api/datamasking-rules/x", "datamasking-rules"),
            ("/api/mcp", "mcp"),
        ] {
            assert_eq!(resource_type(path), wanted, "{path}");
        }
    }

    #[test]
    fn secrets_are_redacted_by_exact_names_and_not_inside_lists() {
        let body = json!({ "secret": { "a": "b" }, "Secret": 1, "in": { "token": "t" }, "list": [{ "key": "k" }] });
        let shown: Value = serde_json::from_str(&payload(body.to_string().as_bytes()).expect("a body")).expect("JSON");
        let wanted = json!({ "secret": "[REDACTED]", "Secret": 1, "in": { "token": "[REDACTED]" },
            "list": [{ "key": "k" }] });
        assert_eq!(shown, wanted);
        assert_eq!(payload(b"[1]").as_deref(), Some(r#"{"_raw":"[1]"}"#));
    }
}
