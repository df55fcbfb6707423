//! What connections and the roles of a resource have in common: both are connections of the gateway, read from one list,
//! with the same attributes and the same merging PATCH.

use std::collections::BTreeMap;

use super::names::{NAME as NAME_RULE, SECRET_KEY, is_name, is_secret_key};
use super::system::PAGES;
use crate::api::Error;
use crate::hooks::{BoxFuture, JsonObject, Lookup};
use crate::schema::Kind::{List, Map, Set, Str};
use crate::schema::{
    Attr, Codec, Filter, Link, Listing, Rights, Rule, WriteMethod, computed, optional, required, secret,
};
use crate::value::{self, Value};

const ON_OFF: &[Rule] = &[Rule::OneOf(&["enabled", "disabled"])];
const TYPES: &[&str] =
    &["database", "application", "custom", "httpproxy", "command-line", "postgres", "mysql", "mssql", "tcp"];

pub(super) const LIST: Listing =
    Listing::new("hoop_connections", "connections").at("data").filters(FILTERS).paging(PAGES);

/// All of them. The answers also contain what the resource adds to the connection: its env_vars, and its agent if the
/// connection has none.
pub(super) const COMPLETE_ANSWERS: &[WriteMethod] = &[WriteMethod::Post, WriteMethod::Put, WriteMethod::Patch];

pub(super) const ID: Attr = computed("id", Str, "Identifier of the connection, assigned by the gateway.");

pub(super) const NAME: Attr = required("name", Str, "Name of the connection, unique in the organization.")
    .key()
    .replaces()
    .rules(&[Rule::Matches(NAME_RULE, is_name)]);

pub(super) const TYPE: Attr =
    required("type", Str, "Type of the target, usually `database`, `application` or `custom`.")
        .rules(&[Rule::OneOf(TYPES)]);

pub(super) const SUBTYPE: Attr =
    optional("subtype", Str, "Subtype of the target, for example `postgres`, `mysql`, `ssh` or `httpproxy`.")
        .or_empty()
        .rules(&[Rule::Length(0, 64)]);

pub(super) const ACCESS_MODE_RUNBOOKS: Attr = optional(
    "access_mode_runbooks",
    Str,
    "Whether runbooks can run on the connection. If it is not configured, a create sends `enabled`.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_MODE_EXEC: Attr = optional(
    "access_mode_exec",
    Str,
    "Whether one-off commands can run on the connection. If it is not configured, a create sends `enabled`.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_MODE_CONNECT: Attr = optional(
    "access_mode_connect",
    Str,
    "Whether native clients can connect to the target. If it is not configured, a create sends `enabled`.",
)
.or_computed()
.initially(enabled)
.rules(ON_OFF);

pub(super) const ACCESS_SCHEMA: Attr = optional(
    "access_schema",
    Str,
    "Whether users can see the schema of the database. If it is not configured, a create or a change of `type` \
     sends `enabled` for the type `database` and `disabled` for other types.",
)
.or_computed()
.follows(&["type"])
.initially(schema_access)
.rules(ON_OFF);

pub(super) const COMMAND: Attr = optional(
    "command",
    List(&Str),
    "Command that one-off executions run, one argument per element. Defaults to a command that the gateway \
     chooses by `type` and `subtype`.",
)
.or_computed()
.follows(&["type", "subtype"]);

pub(super) const SECRETS: Attr = secret(
    "secrets",
    Map(&Str),
    "Secrets that the agent injects into sessions: `envvar:NAME` is an environment variable, `filesystem:NAME` a \
     file whose path is in the variable `NAME`. A value is plain text or a reference such as `_aws:secret:key` \
     (see the function `secret_reference`). \
     Once this attribute is configured, keys that are neither in `secrets` nor in `secrets_wo` are removed.",
)
.wire("secret")
.codec(Codec::Base64)
.server_defaults(default_secrets)
.stamped_by("secrets_updated_at")
.readable_by(Rights::Admin)
.not_in_list()
.merged()
.rules(&[Rule::UsefulKeys(&[Rule::Matches(SECRET_KEY, is_secret_key)])]);

pub(super) const ATTRIBUTES: Attr = optional(
    "attributes",
    Set(&Str),
    "Names of attributes, which link rules to the connection. The gateway creates attributes that do not exist.",
)
.or_computed()
.linked(Link { table: "hoop_attribute", attribute: "connection_names", own: "name" })
.server_defaults(managed_attributes)
.echoed()
.since("1.53.0")
.not_in_list()
.rules(&[Rule::Each(&[Rule::Length(1, 255)])]);

pub(super) const SECRETS_UPDATED_AT: Attr =
    computed("secrets_updated_at", Str, "Time at which a secret was last replaced.")
        .follows(&["secrets", "type", "subtype"])
        .not_in_list();

static FILTERS: &[Filter] = &[
    Filter::new("agent_id", Str, "Only connections of this agent."),
    Filter::new("type", Str, "Only connections of this type."),
    Filter::new("subtype", Str, "Only connections of this subtype."),
    Filter::new("managed_by", Str, "Only connections that this system manages."),
    Filter::new("name", Str, "Only connections whose name matches this pattern, in which `%` matches any text.")
        .rules(&[]),
    Filter::new(
        "search",
        Str,
        "Only connections that contain this text in the name, type, subtype, resource or status.",
    ),
    Filter::new("resource_name", Str, "Only connections of this resource."),
    Filter::new("attribute", List(&Str), "Only connections with at least one of these attributes."),
    Filter::new(
        "tag_selector",
        Str,
        "Only connections whose tags match this selector, for example `team=payments,stage!=test`.",
    ),
    Filter::new("connection_ids", List(&Str), "Only connections with these identifiers."),
];

fn enabled(_: &value::Object) -> Option<Value> {
    Some(Value::string("enabled"))
}

/// The value that the gateway itself sets for the roles of a resource.
fn schema_access(planned: &value::Object) -> Option<Value> {
    let kind = planned.get("type")?.as_str()?;
    Some(Value::string(if kind == "database" { "enabled" } else { "disabled" }))
}

/// The kind of database whose defaults the gateway applies to the connection: the subtype for the type `database`; the
/// type itself for the types that name a database, whatever their subtype.
fn database(connection: &value::Object) -> &str {
    let text = |name: &str| connection.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "database" => text("subtype"),
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
        // A resource with a slash in its name cannot be read. Sending the connection's own secret does no harm then.
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
