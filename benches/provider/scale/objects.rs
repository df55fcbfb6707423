//! The objects of a large organization: how many of which type, and their configurations.

use serde_json::{Value as Json, json};

/// What the objects of a set need.
pub(crate) struct Around {
    pub(crate) agent: String,
    /// The ids of the connections; empty as long as there are none.
    pub(crate) connections: Vec<String>,
}

/// How many objects of a type there are among forty, and the configuration of the `number`th.
pub(crate) type Kind = (&'static str, usize, fn(&Around, usize) -> Json);

pub(crate) const CONNECTION: &str = "hoop_connection";
/// Needs the connections.
pub(crate) const ROW: &str = "hoop_plugin_connection";
/// The plugin of the rows.
pub(crate) const PLUGIN: &str = "access_control";

pub(crate) const PAIRS: &[Kind] = &[(CONNECTION, 20, connection), (ROW, 20, row)];

pub(crate) const MIXED: &[Kind] = &[
    (CONNECTION, 16, connection),
    (ROW, 8, row),
    ("hoop_user", 2, user),
    ("hoop_user_group", 2, |_, number| json!({ "name": format!("group-{number}") })),
    ("hoop_guardrail_rule", 2, guardrail),
    ("hoop_datamasking_rules", 2, masking),
    ("hoop_access_request_rule", 2, access_rule),
    ("hoop_attribute", 2, attribute),
    ("hoop_runbook_rule", 2, runbook_rule),
    ("hoop_agent", 1, |_, number| json!({ "name": format!("agent-{number}") })),
    ("hoop_resource", 1, resource),
];

/// Types and subtypes of connections, with names of their secrets.
const SUBTYPES: &[(&str, &str, &[&str])] = &[
    ("database", "postgres", &["HOST", "PORT", "USER", "PASS", "DB", "SSLMODE"]),
    ("database", "mysql", &["HOST", "PORT", "USER", "PASS", "DB"]),
    ("database", "mssql", &["HOST", "PORT", "USER", "PASS", "DB", "INSECURE"]),
    ("database", "mongodb", &["CONNECTION_STRING"]),
    ("application", "ssh", &["HOST", "USER", "PASS"]),
    ("application", "tcp", &["HOST", "PORT"]),
    ("custom", "aws-ssm", &["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
    ("custom", "", &["TOKEN", "ENDPOINT"]),
];

fn connection(around: &Around, number: usize) -> Json {
    let (kind, subtype, keys) = SUBTYPES[number % SUBTYPES.len()];
    let secret = |key: &&str| {
        let value = match *key {
            "PORT" => (10_000 + number % 50_000).to_string(),
            "CONNECTION_STRING" => format!("mongodb://app:secret-{number}@db-{number}.example.com/app"),
            key => format!("{key}-of-{number}.example.com"),
        };
        (format!("envvar:{key}"), json!(value))
    };
    let mut config = json!({
        "name": format!("connection-{number}"),
        "type": kind,
        "agent_id": around.agent,
        "secrets": keys.iter().map(secret).collect::<serde_json::Map<_, _>>(),
        "tags": { "environment": "production", "team": format!("team-{}", number % 40) },
        "access_mode_connect": "disabled",
    });
    if !subtype.is_empty() {
        config["subtype"] = json!(subtype);
    }
    if subtype.is_empty() || number.is_multiple_of(3) {
        config["command"] = json!(["bash", "-c", "exec client"]);
    }
    if number.is_multiple_of(4) {
        (config["reviewers"], config["min_review_approvals"]) = (json!(["dba", "sre"]), json!(1));
    }
    if number.is_multiple_of(5) {
        config["mandatory_metadata_fields"] = json!(["ticket", "reason"]);
    }
    config
}

fn row(around: &Around, number: usize) -> Json {
    json!({
        "plugin_name": PLUGIN,
        "connection_id": around.connections[number],
        "config": [format!("group-{}", number % 40)],
    })
}

fn user(_: &Around, number: usize) -> Json {
    json!({
        "email": format!("user-{number}@example.com"),
        "name": format!("User {number}"),
        "status": "active",
        "groups": ["engineering", format!("team-{}", number % 40)],
    })
}

fn guardrail(_: &Around, number: usize) -> Json {
    let rule = json!({ "type": "deny_words_list", "words": ["TRUNCATE", format!("word-{number}")], "message": "Ask." });
    json!({
        "name": format!("guardrail-{number}"),
        "description": "Nobody empties a table.",
        "input": { "rules": [rule] },
    })
}

fn masking(_: &Around, number: usize) -> Json {
    json!({
        "name": format!("masking-{number}"),
        "description": "Personal data",
        "score_threshold": 0.6,
        "supported_entity_types": [{ "name": "PII", "entity_types": ["EMAIL_ADDRESS", "PHONE_NUMBER"] }],
    })
}

fn access_rule(_: &Around, number: usize) -> Json {
    json!({
        "name": format!("approval-{number}"),
        "access_type": "jit",
        "connection_names": [format!("only-{number}")],
        "approval_required_groups": ["developers"],
        "reviewers_groups": ["dba"],
        "min_approvals": 1,
        "access_max_duration": 3600,
    })
}

fn attribute(_: &Around, number: usize) -> Json {
    json!({ "name": format!("attribute-{number}"), "description": "Connections with payment data" })
}

fn runbook_rule(_: &Around, number: usize) -> Json {
    let runbook = json!({ "name": "restart.runbook.sql", "repository": "git.example.com/team/runbooks" });
    json!({
        "name": format!("runbooks-{number}"),
        "description": "Operators may restart workers",
        "connections": [format!("only-{number}")],
        "user_groups": ["operators"],
        "runbooks": [runbook],
    })
}

fn resource(around: &Around, number: usize) -> Json {
    json!({
        "name": format!("resource-{number}"),
        "type": "database",
        "subtype": "postgres",
        "agent_id": around.agent,
        "env_vars": { "envvar:HOST": format!("db-{number}.example.com"), "envvar:PORT": "5432" },
    })
}
