//! From a request body to the row of a connection: shapes, the gateway's rules, defaults (facts §3). It reads the
//! store's types but changes nothing stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::go_json::{Body, Field, Go, Shape, field, printed, required};
use super::http::Answer;
use super::rules::{self, Refusal};
use super::store::{ACCESS, Connection, TextMap, Texts};

/// Fields of a request that only newer gateways know (facts §10).
pub(super) const NOT_IN_OLD: &[&str] = &["attributes", "mandatory_metadata_fields", "mcp_oauth_flow_id"];

pub(super) const CONNECTION: Shape = Shape {
    name: "Connection",
    fields: &[
        required("name", Go::Text),
        required("type", Go::Text),
        required("agent_id", Go::Text),
        required(ACCESS[0], Go::Text),
        required(ACCESS[1], Go::Text),
        required(ACCESS[2], Go::Text),
        required(ACCESS[3], Go::Text),
        COMMAND,
        SUBTYPE,
        SECRET,
        REVIEWERS,
        REDACT_TYPES,
        TAGS,
        CONNECTION_TAGS,
        GUARDRAIL_RULES,
        JIRA,
        METADATA,
        ATTRIBUTES,
        field("mcp_oauth_flow_id", Go::Text),
        field("resource_name", Go::Text),
        field("force_approve_groups", Go::Texts),
        field("access_max_duration", Go::Whole),
        field("min_review_approvals", Go::Whole),
        // Read-only ones are ignored, but only if their type is right.
        field("id", Go::Text),
        field("status", Go::Text),
        field("managed_by", Go::Text),
        field("redact_enabled", Go::Flag),
        field("default_database", Go::Text),
    ],
};

pub(super) const PATCH: Shape = Shape {
    name: "ConnectionPatch",
    fields: &[
        field("type", Go::Text),
        field("agent_id", Go::Text),
        field(ACCESS[0], Go::Text),
        field(ACCESS[1], Go::Text),
        field(ACCESS[2], Go::Text),
        field(ACCESS[3], Go::Text),
        COMMAND,
        SUBTYPE,
        SECRET,
        REVIEWERS,
        REDACT_TYPES,
        TAGS,
        CONNECTION_TAGS,
        GUARDRAIL_RULES,
        JIRA,
        METADATA,
        ATTRIBUTES,
        field("mcp_oauth_flow_id", Go::Text),
    ],
};

/// A role in POST /resources; everything else that a connection has is ignored there (facts §4).
pub(super) const ROLE: Shape = Shape {
    name: "ResourceRequest.Roles",
    fields: &[
        required("name", Go::Text),
        required("type", Go::Text),
        field("agent_id", Go::Text),
        COMMAND,
        SUBTYPE,
        SECRET,
        ATTRIBUTES,
    ],
};

const COMMAND: Field = field("command", Go::Texts);
const SUBTYPE: Field = field("subtype", Go::Text);
const SECRET: Field = field("secret", Go::AnyMap);
const REVIEWERS: Field = field("reviewers", Go::Texts);
const REDACT_TYPES: Field = field("redact_types", Go::Texts);
const TAGS: Field = field("tags", Go::Texts);
const CONNECTION_TAGS: Field = field("connection_tags", Go::TextMap);
const GUARDRAIL_RULES: Field = field("guardrail_rules", Go::Texts);
const JIRA: Field = field("jira_issue_template_id", Go::Text);
const METADATA: Field = field("mandatory_metadata_fields", Go::Texts);
const ATTRIBUTES: Field = field("attributes", Go::Texts);

/// A row that is about to be saved, with what is stored elsewhere: plugin rows and links to attributes.
pub(super) struct Draft {
    pub(super) row: Connection,
    pub(super) reviewers: Texts,
    pub(super) redact_types: Texts,
    /// As the request gave them; `None` leaves the links of a PATCH alone and empties those of a PUT.
    pub(super) attributes: Option<Texts>,
}

/// The 422s, which POST and PUT share; a PATCH has no name to check.
pub(super) fn check_rules(body: &Body) -> Result<(), Answer> {
    if let Some(name) = body.given_text("name") {
        rules::name(&name)?;
    }
    rules::tags(&body.texts("tags").unwrap_or_default())?;
    rules::connection_tags(body.text_map("connection_tags").unwrap_or_default().iter())?;
    rules::min_review_approvals(body.whole("min_review_approvals"))
}

/// The row that a POST or PUT describes; every absent field is reset. `stored` is what a `null` secret keeps where
/// values are masked; without it a null is text like any other value.
pub(super) fn whole(body: &Body, stored: Option<&TextMap>) -> Draft {
    let name = body.text("name");
    let mut row = Connection {
        kind: body.text("type"),
        subtype: body.text("subtype"),
        resource_name: body.given_text("resource_name").filter(|name| !name.is_empty()).unwrap_or_else(|| name.clone()),
        agent_id: body.given_text("agent_id"),
        command: body.texts("command").filter(|command| !command.is_empty()),
        secret: body.any_map("secret").map(|given| secret(given, stored)).unwrap_or_default(),
        tags: body.texts("tags"),
        connection_tags: body.text_map("connection_tags").unwrap_or_default(),
        access: ACCESS.map(|field| body.text(field)),
        guardrail_rules: distinct(body.texts("guardrail_rules").unwrap_or_default()),
        jira_issue_template_id: body.text("jira_issue_template_id"),
        force_approve_groups: body.texts("force_approve_groups"),
        access_max_duration: body.whole("access_max_duration"),
        min_review_approvals: body.whole("min_review_approvals"),
        mandatory_metadata_fields: body.texts("mandatory_metadata_fields"),
        name,
        ..Connection::default()
    };
    set_defaults(&mut row);
    let list = |field: &str| body.texts(field).unwrap_or_default();
    Draft {
        row,
        reviewers: list("reviewers"),
        redact_types: list("redact_types"),
        attributes: body.texts("attributes"),
    }
}

/// The row that a role describes: all access enabled, its agent its own or none.
pub(super) fn role(body: &Body, resource: &str) -> Draft {
    let mut draft = whole(body, None);
    let row = &mut draft.row;
    row.resource_name = resource.to_owned();
    row.agent_id = row.agent_id.take().filter(|id| !id.is_empty());
    row.access = ["enabled", "enabled", "enabled", default_access_schema(&row.kind)].map(str::to_owned);
    draft
}

/// Lays what a PATCH gives over a draft of what is stored. Maps and lists are replaced, not merged; no defaults.
pub(super) fn overlay(draft: &mut Draft, body: &Body, stored: Option<&TextMap>) {
    fn put<T>(place: &mut T, given: Option<T>) {
        if let Some(value) = given {
            *place = value;
        }
    }
    let row = &mut draft.row;
    put(&mut row.kind, body.given_text("type"));
    put(&mut row.subtype, body.given_text("subtype"));
    put(&mut row.agent_id, body.given_text("agent_id").map(|id| Some(id).filter(|id| !id.is_empty())));
    put(&mut row.command, body.texts("command").map(Some));
    put(&mut row.secret, body.any_map("secret").map(|given| secret(given, stored)));
    put(&mut row.tags, body.texts("tags").map(Some));
    put(&mut row.connection_tags, body.text_map("connection_tags"));
    put(&mut row.guardrail_rules, body.texts("guardrail_rules").map(distinct));
    put(&mut row.jira_issue_template_id, body.given_text("jira_issue_template_id"));
    put(&mut row.mandatory_metadata_fields, body.texts("mandatory_metadata_fields").map(Some));
    for (place, field) in row.access.iter_mut().zip(ACCESS) {
        put(place, body.given_text(field));
    }
    if row.access[3].is_empty() {
        row.access[3] = default_access_schema(&row.kind).into();
    }
    put(&mut draft.reviewers, body.texts("reviewers"));
    put(&mut draft.redact_types, body.texts("redact_types"));
    draft.attributes = body.texts("attributes");
}

fn default_access_schema(kind: &str) -> &'static str {
    if kind == "database" { "enabled" } else { "disabled" }
}

/// Values become text. Where secrets are masked, `null` keeps the stored value, of an unknown key the empty text.
fn secret(given: &Map<String, Value>, stored: Option<&TextMap>) -> TextMap {
    let text = |key: &String, value: &Value| match (value, stored) {
        (Value::Null, Some(stored)) => stored.get(key).cloned().unwrap_or_default(),
        _ => printed(value),
    };
    given.iter().map(|(key, value)| (key.clone(), text(key, value))).collect()
}

fn distinct(items: Texts) -> Texts {
    let mut kept = Texts::new();
    for item in items {
        if !item.is_empty() && !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// Some types name a database themselves, and then the subtype decides nothing.
pub(super) fn database<'a>(kind: &'a str, subtype: &'a str) -> &'a str {
    match kind {
        "database" => subtype,
        "postgres" | "mysql" | "mssql" => kind,
        _ => "",
    }
}

/// Defaults by type and subtype, exact spelling; POST and PUT, never PATCH.
fn set_defaults(row: &mut Connection) {
    let mongo_parts = row.secret.get("envvar:CONNECTION_STRING").is_some_and(String::is_empty);
    let (command, secrets): (&str, &[(&str, &str)]) = match database(&row.kind, &row.subtype) {
        "postgres" => ("psql -v ON_ERROR_STOP=1 -A -F\t -P pager=off -h $HOST -U $USER --port=$PORT $DB", &[]),
        "mysql" => ("mysql -h$HOST -u$USER --port=$PORT -D$DB", &[]),
        "mssql" => (
            "sqlcmd --exit-on-error --trim-spaces -s\t -r -S$HOST:$PORT -U$USER -d$DB -i/dev/stdin",
            &[("INSECURE", "false")],
        ),
        "oracledb" => ("sqlplus -s $USER/$PASS@$HOST:$PORT/$SID", &[]),
        "mongodb" if mongo_parts => {
            ("mongo --quiet mongodb://$USER:$PASS@$HOST:$PORT/?$OPTIONS", &[("OPTIONS", "tls=true"), ("PORT", "27017")])
        }
        "mongodb" => ("mongo --quiet $CONNECTION_STRING", &[]),
        _ => return,
    };
    row.command.get_or_insert_with(|| command.split(' ').map(str::to_owned).collect());
    for (key, value) in secrets {
        row.secret.entry(format!("envvar:{key}")).or_insert_with(|| STANDARD.encode(value));
    }
}

/// What the database checks of the row alone; ids come out normalised.
pub(super) fn check_columns(row: &mut Connection) -> Refusal {
    rules::database_length(&row.name, 254)?;
    rules::database_length(&row.subtype, 64)?;
    rules::database_type(&row.kind)?;
    row.access.iter().try_for_each(|value| rules::database_access(value))?;
    if let Some(id) = &mut row.agent_id {
        *id = rules::database_uuid(id)?;
    }
    rules::database_int4(row.access_max_duration)?;
    rules::database_int4(row.min_review_approvals)?;
    row.connection_tags.values().try_for_each(|value| rules::database_length(value, 255))
}
