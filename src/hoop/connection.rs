//! `hoop_connection`: a target that users reach through the gateway, with its secrets, access modes and rules.

use std::collections::BTreeMap;

use super::names::{
    NAME as NAME_RULE, RESOURCE, SECRET_KEY, TAG_KEY, TAG_VALUE, is_name, is_resource, is_secret_key, is_tag_key,
    is_tag_value,
};
use super::system::{ACCESS_CONTROL, PAGES};
use crate::api::Error;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hooks::{BoxFuture, Hooks, JsonObject, Lookup};
use crate::schema::Kind::{Bool, Int32, List, Map, Object, Set, Str};
use crate::schema::{
    Attr, Codec, DataSource, Filter, Resource, Rights, Rule, Update, Verbs, WriteMethod, computed, optional, required,
    secret,
};
use crate::value::{self, Path, Value};

const ON_OFF: &[Rule] = &[Rule::OneOf(&["enabled", "disabled"])];
const TYPES: &[&str] =
    &["database", "application", "custom", "httpproxy", "command-line", "postgres", "mysql", "mssql", "tcp"];

pub(super) static CONNECTION: Resource = Resource::new(
    "hoop_connection",
    "connections",
    "A target that users reach through the gateway: a database, a server, an application.",
    ATTRS,
)
.update(Update::PatchOrPut)
.shown_by(SHOWN_BY)
.also_found_by(&["id"])
.managed_by("managed_by")
.hiding(ACCESS_CONTROL)
.data_source()
.list(LIST)
.hooks(Hooks { validate: Some(validate), amend_patch: Some(keep_own_view), ..Hooks::NONE })
.destroy_note(
    "The gateway keeps the resource (`resource_name`) that a connection belonged to when the connection is destroyed.",
);

pub(super) const LIST: DataSource =
    DataSource::new("hoop_connections", "connections").at("data").filters(FILTERS).paging(PAGES);

/// All of them, with what the resource adds to the connection: its env_vars, and its agent where there is none.
pub(super) const SHOWN_BY: &[WriteMethod] = &[WriteMethod::Post, WriteMethod::Put, WriteMethod::Patch];

static ATTRS: &[Attr] = &[
    ID,
    NAME,
    TYPE,
    SUBTYPE,
    required("agent_id", Str, "Identifier of the agent that reaches the target.")
        .merged()
        .refers()
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
    optional("reviewers", List(&Str), "Groups that approve an execution. Their order means nothing.")
        .or_empty()
        .unordered(),
    optional("redact_types", List(&Str), "Kinds of data that are masked in the output. Their order means nothing.")
        .or_empty()
        .unordered()
        .deprecated("Use data masking rules instead."),
    optional(
        "guardrail_rules",
        List(&Str),
        "Identifiers of the guardrail rules that apply. Their order means nothing.",
    )
    .or_computed()
    .stored_if_configured()
    .unordered()
    .refers()
    .rules(&[Rule::Each(&[Rule::Uuid])]),
    optional("jira_issue_template_id", Str, "Identifier of the Jira template for sessions on it.")
        .or_computed()
        .stored_if_configured()
        .not_in_list()
        .refers()
        .rules(&[Rule::Matches("a uuid with lower-case letters, or empty", |text| {
            text.is_empty() || Rule::Uuid.accepts_text(text)
        })]),
    ATTRIBUTES,
    optional("mandatory_metadata_fields", Set(&Str), "Metadata that each session must give.")
        .or_computed()
        .since("1.51.0")
        .not_in_list(),
    optional(
        "resource_name",
        Str,
        "Resource that it belongs to, created when unknown; by default one of its own name.",
    )
    .or_computed()
    .follows(&["name"])
    .sent_by(Verbs::Whole)
    .rules(&[Rule::Matches(RESOURCE, is_resource)]),
    optional("force_approve_groups", Set(&Str), "Groups whose single approval is enough.")
        .or_computed()
        .sent_by(Verbs::Whole)
        .not_in_list(),
    optional("access_max_duration", Int32, "Longest access in seconds.")
        .or_computed()
        .sent_by(Verbs::Whole)
        .not_in_list(),
    optional("min_review_approvals", Int32, "How many approvals an execution needs.")
        .or_computed()
        .sent_by(Verbs::Whole)
        .not_in_list()
        .rules(&[Rule::Range(1, i64::MAX)]),
    computed("redact_enabled", Bool, "Whether `redact_types` has an effect.").follows(&["redact_types"]),
    computed(
        "managed_by",
        Str,
        "Who manages the connection, when that is not the user: such a connection cannot be changed.",
    ),
    computed("managed_attributes", List(&Str), "Attributes that the gateway itself attached."),
    SECRETS_UPDATED_AT,
    computed("default_database", Str, "Database that the secrets name.")
        .sensitive()
        .shown_to(Rights::Admin)
        .data_source_only()
        .not_in_list(),
    computed("status", Str, "`online` while the agent is connected, else `offline`.").data_source_only(),
    computed("jit_access_duration_sec", Int32, "Duration of access in seconds that a rule fixes.")
        .data_source_only()
        .not_in_list(),
    computed("effective_features", Object(FEATURES), "Which features act on the connection.")
        .data_source_only()
        .not_in_list(),
];

// What the roles of a resource share with connections.

pub(super) const ID: Attr = computed("id", Str, "Identifier given by the gateway.");

pub(super) const NAME: Attr = required("name", Str, "Name of the connection, unique in the organization.")
    .key()
    .replaces()
    .rules(&[Rule::Matches(NAME_RULE, is_name)]);

pub(super) const TYPE: Attr =
    required("type", Str, "Kind of target. `database`, `application` and `custom` are the usual ones.")
        .rules(&[Rule::OneOf(TYPES)]);

pub(super) const SUBTYPE: Attr =
    optional("subtype", Str, "What the target is, for example `postgres`, `mysql`, `ssh` or `httpproxy`.")
        .or_empty()
        .rules(&[Rule::Length(0, 64)]);

pub(super) const ACCESS_MODE_RUNBOOKS: Attr = optional(
    "access_mode_runbooks",
    Str,
    "Whether runbooks may run on it. A create sends `enabled` if it is not configured.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_MODE_EXEC: Attr = optional(
    "access_mode_exec",
    Str,
    "Whether one-off commands may run on it. A create sends `enabled` if it is not configured.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_MODE_CONNECT: Attr = optional(
    "access_mode_connect",
    Str,
    "Whether native clients may connect to it. A create sends `enabled` if it is not configured.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_SCHEMA: Attr = optional(
    "access_schema",
    Str,
    "Whether the schema of a database is shown. If it is not configured, a create and a change of `type` send `enabled` \
         for the type `database` and `disabled` for the others.",
)
.or_computed()
.follows(&["type"])
.initially(schema_access)
.rules(ON_OFF);

pub(super) const COMMAND: Attr = optional(
    "command",
    List(&Str),
    "Command of one-off executions, one argument per element. If it is not configured, the gateway chooses it by type \
         and subtype.",
)
.or_computed()
.follows(&["type", "subtype"]);

pub(super) const SECRETS: Attr = secret(
    "secrets",
    Map(&Str),
    "What the agent injects: `envvar:NAME` is an environment variable, `filesystem:NAME` a file whose path is in \
         the variable. Values are plain text or a reference such as `_aws:secret:key`. Once it is configured, keys \
         that are configured nowhere are removed.",
)
.wire("secret")
.codec(Codec::Base64)
.server_defaults(default_secrets)
.stamped_by("secrets_updated_at")
.shown_to(Rights::Admin)
.not_in_list()
.merged()
.rules(&[Rule::UsefulKeys(&[Rule::Matches(SECRET_KEY, is_secret_key)])]);

pub(super) const ATTRIBUTES: Attr =
    optional("attributes", Set(&Str), "Names of attributes that tie rules to the connection; created when unknown.")
        .or_computed()
        .server_defaults(managed_attributes)
        .echoed()
        .since("1.53.0")
        .not_in_list()
        .rules(&[Rule::Each(&[Rule::Length(1, 255)])]);

pub(super) const SECRETS_UPDATED_AT: Attr = computed("secrets_updated_at", Str, "When a secret was last replaced.")
    .follows(&["secrets", "type", "subtype"])
    .not_in_list();

static FEATURES: &[Attr] = &[
    computed("guardrails", Bool, "A guardrail rule applies."),
    computed("data_masking", Bool, "A data masking rule applies."),
    computed("ai_session_analyzer", Bool, "A rule of the session analyzer applies."),
    computed("jira_templates", Bool, "A Jira template applies."),
    computed("mandatory_metadata", Bool, "Sessions must give metadata."),
    computed(
        "access_request",
        Object(&[
            computed("command", Bool, "Commands need an approval."),
            computed("jit", Bool, "Access needs an approval."),
            computed("legacy_reviewers", Bool, "`reviewers` approve."),
        ]),
        "Which approvals are asked for.",
    ),
];

static FILTERS: &[Filter] = &[
    Filter::new("agent_id", Str, "Only connections of this agent."),
    Filter::new("type", Str, "Only connections of this type."),
    Filter::new("subtype", Str, "Only connections of this subtype."),
    Filter::new("managed_by", Str, "Only connections that this one manages."),
    Filter::new("name", Str, "Only connections whose name fits this pattern (`%` stands for any text).").rules(&[]),
    Filter::new("search", Str, "Only connections with this text in name, type, subtype, resource or status."),
    Filter::new("resource_name", Str, "Only connections of this resource."),
    Filter::new("attribute", List(&Str), "Only connections with one of these attributes."),
    Filter::new("tag_selector", Str, "Only connections with these tags: `key=value,key!=value`."),
    Filter::new("connection_ids", List(&Str), "Only connections with these identifiers."),
];

fn enabled(_: &value::Object) -> Option<Value> {
    Some(Value::string("enabled"))
}

/// What the gateway itself chooses for the roles of a resource.
fn schema_access(planned: &value::Object) -> Option<Value> {
    let kind = planned.get("type")?.as_str()?;
    Some(Value::string(if kind == "database" { "enabled" } else { "disabled" }))
}

/// The database that the gateway takes the connection for: its subtype decides for the type `database`; the types that
/// name a database themselves are it, whatever their subtype.
fn database(connection: &value::Object) -> &str {
    let word = |name: &str| connection.get(name).and_then(Value::as_str).unwrap_or_default();
    match word("type") {
        "database" => word("subtype"),
        kind @ ("postgres" | "mysql" | "mssql") => kind,
        _ => "",
    }
}

/// The keys that the gateway adds to the secrets of some databases, with the values that it gives them.
fn default_secrets(connection: &value::Object) -> Value {
    let defaults: &[(&str, &str)] = match database(connection) {
        "mssql" => &[("envvar:INSECURE", "false")],
        "mongodb" => &[("envvar:OPTIONS", "tls=true"), ("envvar:PORT", "27017")],
        _ => &[],
    };
    let entry = |(key, text): &(&str, &str)| ((*key).to_owned(), Value::string(*text));
    Value::Map(defaults.iter().map(entry).collect::<BTreeMap<_, _>>())
}

/// Attributes that the gateway attached by itself: they come and go with a protection profile.
fn managed_attributes(connection: &value::Object) -> Value {
    connection.get("managed_attributes").cloned().unwrap_or(Value::Null)
}

/// A long name needs a shorter resource name: the resource takes the connection's own otherwise.
fn validate(config: &value::Object) -> Diagnostics {
    let long = |name: &str| config.get(name).and_then(Value::as_str).is_some_and(|text| text.chars().count() > 128);
    let own_resource = config.get("resource_name").is_none_or(Value::is_empty);
    if !(long("name") && own_resource) {
        return Diagnostics::new();
    }
    let detail = "A name of more than 128 characters needs a `resource_name` of at most 128: without one the gateway \
                  gives the resource the connection's name, which is too long for it.";
    vec![Diagnostic::error("The name needs a `resource_name`", detail).at(Path::attribute("resource_name"))]
}

/// A PATCH works on the connection as merged with its resource and saves the merged view: without these two the
/// resource's agent and env_vars would become the connection's own.
pub(super) fn keep_own_view<'a>(
    gateway: &'a dyn Lookup,
    current: &'a JsonObject,
    patch: &'a mut JsonObject,
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        let own = |name: &str| current.get(name).filter(|value| !value.is_null()).cloned();
        if let (false, Some(agent)) = (patch.contains_key("agent_id"), own("agent_id")) {
            patch.insert("agent_id".to_owned(), agent);
        }
        let resource = own("resource_name").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        if patch.contains_key("secret") || resource.is_empty() {
            return Ok(());
        }
        // A slash makes a resource unreachable: then nobody knows, and the connection's own secret does no harm.
        let env_vars = match resource.contains('/') {
            true => Some(true),
            false => gateway.get(&["resources", &resource]).await?.and_then(|resource| {
                resource.get("env_vars").and_then(|vars| vars.as_object().map(|vars| !vars.is_empty()))
            }),
        };
        if env_vars == Some(true)
            && let Some(secret) = own("secret")
        {
            patch.insert("secret".to_owned(), secret);
        }
        Ok(())
    })
}
