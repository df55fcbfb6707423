//! `hoop_connection`: a target that users reach through the gateway, with its secrets, access modes and rules.

use super::connection_snapshot::SNAPSHOT;
use super::names::{
    NEW_NAME, RESOURCE, TAG_KEY, TAG_VALUE, is_name, is_new_name, is_resource, is_tag_key, is_tag_value,
};
use super::role::{
    ACCESS_MODE_CONNECT, ACCESS_MODE_EXEC, ACCESS_MODE_RUNBOOKS, ACCESS_SCHEMA, ATTRIBUTES, COMMAND, COMPLETE_ANSWERS,
    ID, LIST, NAME, SECRETS, SECRETS_UPDATED_AT, SUBTYPE, TYPE, keep_own_view,
};
use super::system::ACCESS_CONTROL;
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::hooks::Hooks;
use crate::schema::Kind::{Bool, Int32, List, Map, Object, Set, Str};
use crate::schema::{Attr, Link, Resource, Rights, Rule, Update, Verbs, computed, optional, required};
use crate::value::{self, Path, Value};

pub(super) static CONNECTION: Resource = Resource::new(
    "hoop_connection",
    "connections",
    "A connection: a database, server or application that users access through the gateway.",
    ATTRS,
)
.subcategory("Connections")
.update(Update::PatchOrPut)
.complete_answers(COMPLETE_ANSWERS)
.alternative_keys(&["id"])
.managed_by("managed_by")
.hidden_by(ACCESS_CONTROL)
.data_source()
.list(LIST)
.snapshot(&SNAPSHOT)
.hooks(Hooks { validate: Some(validate), amend_patch: Some(keep_own_view), in_use: Some(IN_USE), ..Hooks::NONE })
.destroy_note(
    "When a connection is destroyed, the gateway keeps the resource (`resource_name`) that it belonged to. It does not \
     destroy a connection that an event subscription names: to replace such a connection, for example to rename it, add \
     `create_before_destroy` to it first.",
);

const IN_USE: &str = "The gateway does not destroy a connection that a `hoop_event_subscription` names. Destroy the \
     subscription first. If this run replaces the connection, replace the subscription in the same run (`terraform apply \
     -replace`, or `replace_triggered_by` in its `lifecycle`), or add `create_before_destroy` to the connection before it is \
     replaced.";

static ATTRS: &[Attr] = &[
    ID,
    NAME,
    TYPE,
    SUBTYPE,
    required("agent_id", Str, "Identifier of the agent that connects to the target.")
        .merged()
        .refers()
        .points_to("hoop_agent", "id")
        .rules(&[Rule::Uuid]),
    ACCESS_MODE_RUNBOOKS,
    ACCESS_MODE_EXEC,
    ACCESS_MODE_CONNECT,
    ACCESS_SCHEMA,
    COMMAND,
    SECRETS,
    optional("tags", Map(&Str), "Tags of the connection.").wire("connection_tags").or_empty().rules(&[
        Rule::AtMost(10),
        Rule::Keys(&[Rule::Matches(TAG_KEY, is_tag_key)]),
        Rule::Each(&[Rule::Matches(TAG_VALUE, is_tag_value)]),
    ]),
    optional("reviewers", List(&Str), "Groups that review executions. Order does not matter.")
        .or_empty()
        .unordered()
        .points_to("hoop_user_group", "name"),
    optional("redact_types", List(&Str), "Types of data that are masked in the output. Order does not matter.")
        .or_empty()
        .unordered()
        .deprecated("Use data masking rules instead."),
    optional(
        "guardrail_rules",
        List(&Str),
        "Identifiers of the guardrail rules that apply to the connection. Order does not matter.",
    )
    .or_computed()
    .stored_if_configured()
    .unordered()
    .refers()
    .linked(Link { table: "hoop_guardrail_rule", attribute: "connection_ids", own: "id" })
    .rules(&[Rule::Each(&[Rule::Uuid])]),
    optional("jira_issue_template_id", Str, "Identifier of the Jira issue template for sessions of the connection.")
        .or_computed()
        .stored_if_configured()
        .not_in_list()
        .refers()
        .linked(Link { table: "hoop_jira_issue_template", attribute: "connection_ids", own: "id" })
        .rules(&[Rule::UuidOrEmpty]),
    ATTRIBUTES,
    optional("mandatory_metadata_fields", Set(&Str), "Metadata fields that every session must provide.")
        .or_computed()
        .since("1.51.0")
        .not_in_list(),
    optional(
        "resource_name",
        Str,
        "Name of the resource that the connection belongs to. The gateway creates the resource if it does not \
         exist. Defaults to the name of the connection.",
    )
    .or_computed()
    .follows(&["name"])
    .points_to("hoop_resource", "name")
    .sent_by(Verbs::Whole)
    .rules(&[Rule::Matches(RESOURCE, is_resource)]),
    optional("force_approve_groups", Set(&Str), "Groups of which a single approval is sufficient.")
        .or_computed()
        .points_to("hoop_user_group", "name")
        .sent_by(Verbs::Whole)
        .not_in_list(),
    optional("access_max_duration", Int32, "Maximum duration of an access in seconds.")
        .or_computed()
        .sent_by(Verbs::Whole)
        .not_in_list(),
    optional("min_review_approvals", Int32, "Minimum number of approvals that an execution requires.")
        .or_computed()
        .sent_by(Verbs::Whole)
        .not_in_list()
        .rules(&[Rule::Range(1, i64::MAX)]),
    computed("redact_enabled", Bool, "Whether masking by `redact_types` is enabled.").follows(&["redact_types"]),
    computed(
        "managed_by",
        Str,
        "System that manages the connection; null if users manage it. Terraform cannot change a connection that \
         another system manages.",
    ),
    computed("managed_attributes", List(&Str), "Attributes that the gateway itself attached to the connection."),
    SECRETS_UPDATED_AT,
    computed("default_database", Str, "Name of the database, taken from the secret `envvar:DB`.")
        .sensitive()
        .readable_by(Rights::Admin)
        .data_source_only()
        .not_in_list(),
    computed("status", Str, "Status of the connection: `online` if its agent is connected, otherwise `offline`.")
        .data_source_only(),
    computed("jit_access_duration_sec", Int32, "Duration of an access in seconds, if an access request rule fixes it.")
        .data_source_only()
        .not_in_list(),
    computed("effective_features", Object(FEATURES), "Features that are in effect on the connection.")
        .data_source_only()
        .not_in_list(),
];

static FEATURES: &[Attr] = &[
    computed("guardrails", Bool, "Whether a guardrail rule applies."),
    computed("data_masking", Bool, "Whether a data masking rule applies."),
    computed("ai_session_analyzer", Bool, "Whether a session analyzer rule applies."),
    computed("jira_templates", Bool, "Whether a Jira issue template applies."),
    computed("mandatory_metadata", Bool, "Whether sessions must provide metadata."),
    computed(
        "access_request",
        Object(&[
            computed("command", Bool, "Whether commands require approval."),
            computed("jit", Bool, "Whether access requires approval."),
            computed("legacy_reviewers", Bool, "Whether the groups in `reviewers` review executions."),
        ]),
        "Approvals that are required.",
    ),
];

fn validate(config: &value::Object) -> Diagnostics {
    name_of_a_new_one(config).into_iter().chain(resource_name(config)).collect()
}

/// Only a warning: the web application can have created a connection with such a name.
fn name_of_a_new_one(config: &value::Object) -> Option<Diagnostic> {
    let name = config.get("name").and_then(Value::as_str).filter(|name| is_name(name) && !is_new_name(name))?;
    let detail = format!(
        "The gateway does not create a connection with the name {}: a new name must be {NEW_NAME}. A connection that \
         exists can have it.",
        quoted(name)
    );
    Some(Diagnostic::warning("`name` is refused for a new connection", detail).at(Path::attribute("name")))
}

/// A long name needs a shorter resource name, since the resource gets the name of the connection otherwise.
fn resource_name(config: &value::Object) -> Option<Diagnostic> {
    let long = |name: &str| config.get(name).and_then(Value::as_str).is_some_and(|text| text.chars().count() > 128);
    let own_resource = config.get("resource_name").is_none_or(Value::is_empty);
    if !(long("name") && own_resource) {
        return None;
    }
    let detail = "`resource_name` defaults to the name of the connection, and the gateway accepts at most 128 \
         characters in it. Set `resource_name` to a shorter name.";
    let summary = "Missing `resource_name` for a name of more than 128 characters";
    Some(Diagnostic::error(summary, detail).at(Path::attribute("resource_name")))
}
