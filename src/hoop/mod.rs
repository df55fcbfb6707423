//! The Hoop gateway: its tables, one file per object, and what is specific to its HTTP API. This is the registry: to
//! add a resource, add a table file, a `mod` line and a line in `RESOURCES`.

mod access_request;
mod actions;
mod agent;
mod agent_token;
mod api_key;
mod attribute;
mod connection;
mod connection_snapshot;
mod datamasking;
mod ephemeral;
mod event;
mod feature_flag;
mod federation;
mod functions;
mod git_url;
mod go_url;
mod guardrail;
mod jira;
mod lists;
mod machine_identity;
mod names;
mod org_agent_key;
mod organization;
mod plugin;
mod plugin_links;
mod queries;
mod resource;
mod role;
mod rulepack;
mod runbook;
mod server_config;
mod service_account;
mod session_analyzer;
mod shared;
mod spiffe_mapping;
mod system;
mod user;
mod user_group;

use crate::schema::{Attr, Kind, Provider, Query, Resource, Rule, optional};

static RESOURCES: &[&Resource] = &[
    &connection::CONNECTION,
    &agent::AGENT,
    &resource::RESOURCE,
    &org_agent_key::KEY,
    &user::USER,
    &user_group::GROUP,
    &service_account::SERVICE_ACCOUNT,
    &api_key::API_KEY,
    &api_key::AI_AGENT,
    &machine_identity::IDENTITY,
    &spiffe_mapping::MAPPING,
    &plugin::PLUGIN,
    &plugin_links::CONNECTION,
    &plugin_links::CONFIG,
    &datamasking::RULES,
    &runbook::CONFIGURATION,
    &runbook::RULE,
    &guardrail::RULE,
    &access_request::RULE,
    &attribute::ATTRIBUTE,
    &session_analyzer::RULE,
    &session_analyzer::PROVIDER,
    &federation::FEDERATION,
    &jira::INTEGRATION,
    &jira::TEMPLATE,
    &event::SUBSCRIPTION,
    &feature_flag::FEATURE_FLAG,
    &server_config::MISC,
    &server_config::LOGIN,
    &server_config::MCP,
    &organization::ANALYTICS,
    &organization::HIDE_ROLE_INFO,
    &organization::PROTECTION_PROFILE,
    &organization::LICENSE,
];

/// Objects that are only read.
static DATA: &[&Resource] = &[&rulepack::RULEPACK, &event::TYPE, &lists::TAG, &lists::MCP_SERVER, &lists::ROLE];

static QUERIES: &[&Query] = &[&queries::SERVER, &queries::USER, &queries::ANALYZER_PROMPT];

/// The provider `hoop`.
pub static PROVIDER: Provider = Provider {
    name: "hoop",
    title: "Hoop",
    doc: "Manages a Hoop gateway: connections, people and keys, rules, integrations and settings.",
    system: system::SYSTEM,
    attrs: ATTRS,
    resources: RESOURCES,
    data: DATA,
    defaults: &[],
    queries: QUERIES,
    ephemerals: ephemeral::EPHEMERALS,
    actions: actions::ACTIONS,
    functions: functions::FUNCTIONS,
}
.checked();

static ATTRS: &[Attr] = &[
    optional(
        "api_url",
        Kind::Str,
        "URL of the gateway's API, for example `https://hoop.example.com/api`. Can also be set with the environment \
         variable `HOOP_APIURL`.",
    ),
    optional(
        "api_key",
        Kind::Str,
        "API key: an organization key (`hpk_…`), a legacy key (`xapi-…`) or the token of a user or service account. \
         Can also be set with the environment variable `HOOP_APIKEY`.",
    )
    .sensitive(),
    optional(
        "auth_scheme",
        Kind::Str,
        "Header that carries the key: `bearer` for `Authorization`, `api_key` for `Api-Key`. The default, `auto`, \
         chooses by the form of the key.",
    )
    .rules(&[Rule::OneOf(&["auto", "bearer", "api_key"])]),
    optional(
        "refresh",
        Kind::Str,
        "How the objects of the state are read. `auto`, the default, reads many objects of a type at once from lists where \
         that shows the same; `each` reads each object by itself. Lists show no secrets of connections: `auto` takes those \
         for unchanged if neither the time of their last update nor the gateway's audit log shows a change, and reads \
         connections one by one where that log cannot be read. Thus it misses a change of secrets that was made directly \
         in the gateway's database, or undone by restoring that database. It also misses one that the gateway's MCP server \
         or a resource plan has made, if the entry in the audit log is missing because the gateway was killed at that \
         moment, is not written yet, or has an earlier time because a clock was set back. Every other change is found; \
         use `each` after a restore or a crash of the gateway, or to check all secrets.",
    )
    .rules(&[Rule::OneOf(&["auto", "each"])]),
];
