//! How hundreds of connections are read at once: which lists show what of a connection, and what the audit log says of
//! its secrets. The gateway's own list shows no secrets and leaves out some limits.

use super::system::PAGES;
use crate::api::Json;
use crate::hooks::{JsonObject, Logged};
use crate::schema::{ChangeLog, Rest, Rights, Snapshot};

/// The gateway logs no write whose path contains one of these.
const UNLOGGED: &[&str] = &["/health", "/metrics", "/login", "/signup"];

pub(super) static SNAPSHOT: Snapshot = Snapshot {
    // Since then the roles of resources show when the secrets of a connection were updated.
    since: "1.113.0",
    readable_by: Rights::Auditor,
    least_reads: 5,
    objects: "connections",
    id: "id",
    rest: Rest {
        path: "resources",
        at: "data",
        paging: PAGES,
        inside: "roles",
        shows: &[
            "force_approve_groups",
            "access_max_duration",
            "min_review_approvals",
            "mandatory_metadata_fields",
            "jira_issue_template_id",
            "secrets_updated_at",
        ],
        both: &[
            "name",
            "type",
            "subtype",
            "resource_name",
            "command",
            "access_mode_runbooks",
            "access_mode_exec",
            "access_mode_connect",
            "access_schema",
            "managed_by",
        ],
    },
    log: ChangeLog {
        path: "audit/logs",
        at: "data",
        paging: PAGES,
        from: "created_after",
        until: "created_before",
        time: "created_at",
        queries: &[
            &[("resource_type", "connections"), ("action", "update")],
            &[("http_path", "/mcp")],
            &[("http_path", "/apply")],
        ],
        unlogged: UNLOGGED,
        change,
    },
    complete,
    alone,
};

/// A read shows the attributes of the connection together with those that the gateway itself attached.
fn complete(entry: &mut JsonObject) {
    let names = |name: &str| entry.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut all = names("attributes");
    all.extend(names("managed_attributes"));
    entry.insert("attributes".to_owned(), Json::Array(all));
}

/// The agent of a managed connection changes its secrets without a trace. An update can copy the variables of the resource
/// into the secrets of the connection, and these keep their time.
fn alone(connection: &JsonObject, resource: &JsonObject) -> bool {
    let is_managed = connection.get("managed_by").is_some_and(|by| !by.is_null());
    let has_variables = resource.get("env_vars").and_then(Json::as_object).is_some_and(|vars| !vars.is_empty());
    // Plans of a resource with such a name are not logged either.
    let name = resource.get("name").and_then(Json::as_str).unwrap_or_default();
    is_managed || has_variables || UNLOGGED.iter().any(|word| name.starts_with(&word[1..]))
}

/// An update by the API may leave the time of the secrets as it is, a change by a tool of the MCP server always does, and so
/// does the execution of a plan that gives roles new passwords.
fn change(entry: &JsonObject) -> Logged {
    let text = |name: &str| entry.get(name).and_then(Json::as_str).unwrap_or_default();
    let status = entry.get("http_status").and_then(Json::as_i64).unwrap_or_default();
    // An error of the server may come after the change.
    if (400..500).contains(&status) {
        return Logged::Nothing;
    }
    let path = text("http_path");
    if let Some((_, name)) = path.rsplit_once("/connections/") {
        return if name.contains('/') { Logged::Nothing } else { Logged::Update(name.to_owned()) };
    }
    if path.ends_with("/mcp") && text("http_method") == "POST" {
        return called(entry.get("request_payload_redacted"));
    }
    let is_apply = path.contains("/resources/") && path.ends_with("apply");
    if is_apply { Logged::Everything } else { Logged::Nothing }
}

/// What a request to the MCP server has changed. Of one in another form it cannot be told.
fn called(payload: Option<&Json>) -> Logged {
    let text = |place: &str| payload.and_then(|payload| payload.pointer(place)).and_then(Json::as_str);
    match (text("/method"), text("/params/name"), text("/params/arguments/name")) {
        (None, ..) | (Some("tools/call"), None, _) => Logged::Everything,
        (Some("tools/call"), Some("connections_update" | "connections_create" | "connections_delete"), name) => {
            name.map_or(Logged::Everything, |name| Logged::Change(name.to_owned()))
        }
        _ => Logged::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn logged(method: &str, path: &str, status: i64, payload: &Json) -> String {
        let entry = json!({
            "http_method": method, "http_path": path, "http_status": status, "request_payload_redacted": payload,
        });
        match change(entry.as_object().expect("an object")) {
            Logged::Nothing => String::new(),
            Logged::Update(name) => format!("update {name}"),
            Logged::Change(name) => format!("change {name}"),
            Logged::Everything => "everything".to_owned(),
        }
    }

    #[test]
    fn an_entry_says_which_connection_may_have_other_secrets() {
        let null = &Json::Null;
        let tool = |name: &str, arguments: Json| json!({ "method": "tools/call", "params": { "name": name, "arguments": arguments } });
        let mcp = |payload: &Json| logged("POST", "/api/mcp", 200, payload);
        for (found, wanted) in [
            (logged("PUT", "/api/connections/orders", 200, null), "update orders"),
            (logged("PATCH", "/base/api/connections/orders", 500, null), "update orders"),
            (logged("PATCH", "/api/connections/orders", 404, null), ""),
            (logged("POST", "/api/connections", 201, null), ""),
            (logged("PUT", "/api/connections/orders/credentials", 200, null), ""),
            (logged("POST", "/api/resources/db/apply", 200, null), "everything"),
            (logged("POST", "/api/resources/apply", 200, null), "everything"),
            (logged("POST", "/api/rulepacks/r/apply", 200, null), ""),
            (mcp(&tool("connections_update", json!({ "name": "orders" }))), "change orders"),
            (mcp(&tool("connections_update", json!({}))), "everything"),
            (mcp(&tool("connections_list", json!({}))), ""),
            (mcp(&json!({ "method": "initialize" })), ""),
            (mcp(&json!({ "_raw": "[]" })), "everything"),
            (mcp(null), "everything"),
            (logged("DELETE", "/api/mcp", 200, null), ""),
        ] {
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn managed_attributes_are_attributes_too() {
        let mut entry = JsonObject::new();
        complete(&mut entry);
        assert_eq!(entry["attributes"], json!([]));
        entry.insert("attributes".to_owned(), json!(["a"]));
        entry.insert("managed_attributes".to_owned(), json!(["b"]));
        complete(&mut entry);
        assert_eq!(entry["attributes"], json!(["a", "b"]));
    }
}
