//! `hoop_resource`: a host, the connections (roles) to it and the settings that they share. Its roles are objects of
//! their own, written with the table of a connection; only the create sends them together with the resource.

use super::connection_snapshot::SNAPSHOT;
use super::names::{NAME as NAME_RULE, SECRET_KEY, is_name, is_secret_key};
use super::role::{
    ACCESS_MODE_CONNECT, ACCESS_MODE_EXEC, ACCESS_MODE_RUNBOOKS, ACCESS_SCHEMA, ATTRIBUTES, COMMAND, COMPLETE_ANSWERS,
    ID, LIST, NAME, SECRETS, SECRETS_UPDATED_AT, SUBTYPE, TYPE, keep_own_view,
};
use super::system::{ACCESS_CONTROL, PAGES};
use crate::hooks::Hooks;
use crate::schema::Kind::{Map, Object, Str};
use crate::schema::{
    Attr, Children, Codec, Create, Filter, Listing, Resource, Rights, Rule, Update, Verbs, WriteMethod, computed,
    optional, required, secret,
};
use crate::value::{self, Value};

pub(super) static RESOURCE: Resource = Resource::new(
    "hoop_resource",
    "resources",
    "A host and the connections (roles) to it, with the settings that they share.",
    ATTRS,
)
.subcategory("Connections")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.data_source()
.list(Listing::new("hoop_resources", "resources").at("data").filters(FILTERS).paging(PAGES))
.list_shows_all()
.hooks(Hooks { is_untouched: Some(is_of_one_connection), ..Hooks::NONE })
.destroy_note(
    "A destroy removes the roles that this resource manages, and then the resource. If other connections belong \
     to the resource, nothing is removed and the error names them. To move such a connection to another resource \
     and destroy this one, apply the move first.",
)
.import_note(
    "An import takes over every connection of the resource as a role, including those created by others. If `roles` \
     is configured, the next plan removes the roles that it does not name; a destroy removes all roles in the \
     state.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the resource, assigned by the gateway."),
    required("name", Str, "Name of the resource, unique in the organization.")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 128)]),
    required("type", Str, "Type of the target, as for a connection.").replaces().rules(TYPE.rules),
    optional(
        "subtype",
        Str,
        "Subtype of the target, for example `postgres`. If it is not configured, a create sends the name of the type.",
    )
    .or_computed()
    .follows(&["type"])
    .initially(own_type)
    .replaces()
    .rules(&[Rule::Length(0, 64)]),
    // The gateway gives a resource the agent of a connection that is created with its name at the same moment.
    optional("agent_id", Str, "Identifier of the agent for roles that have no agent of their own.")
        .or_computed()
        .refers()
        .points_to("hoop_agent", "id")
        .rules(AGENT_RULE),
    secret(
        "env_vars",
        Map(&Str),
        "Secrets that the agent injects into the sessions of all connections of the resource. The keys have the \
         form of a connection's `secrets`: `envvar:NAME` or `filesystem:NAME`.",
    )
    .codec(Codec::Base64)
    .rules(&[Rule::UsefulKeys(&[Rule::Matches(SECRET_KEY, is_secret_key)])])
    .always_sent()
    .readable_by(Rights::Auditor)
    .not_in_list(),
    optional(
        "roles",
        Map(&Object(ROLE_ATTRS)),
        "Connections of the resource by name. Other attributes of these connections are not managed here; to manage \
         them, use `hoop_connection` with `resource_name`.",
    )
    .or_computed()
    .not_in_list()
    .children(Children { table: &ROLE, link: "resource_name", stand_in: Some(("agent_id", NO_AGENT)) })
    .rules(&[Rule::Keys(&[Rule::Matches(NAME_RULE, is_name)])]),
];

/// A UUID that belongs to no agent: the gateway requires one when a connection is created by itself, but a role may
/// have no agent.
const NO_AGENT: &str = "00000000-0000-0000-0000-000000000000";

const AGENT_RULE: &[Rule] = &[Rule::UuidOrEmpty];

const AGENT_ID: Attr =
    optional("agent_id", Str, "Identifier of the agent of the role. Defaults to the agent of the resource.")
        .or_empty()
        .refers()
        .points_to("hoop_agent", "id")
        .merged()
        .rules(AGENT_RULE);

/// The gateway panics on some roles without secrets.
const ROLE_SECRETS: Attr = SECRETS.always_sent();

static ROLE_ATTRS: &[Attr] = &[TYPE, SUBTYPE, AGENT_ID, COMMAND, ROLE_SECRETS, ATTRIBUTES];

/// A role as a connection, with the attributes that only a create of the connection itself sends.
static ROLE: Resource = Resource::new(
    "hoop_connection",
    "connections",
    "A connection of a resource.",
    &[
        ID,
        NAME,
        required("resource_name", Str, "The resource.").sent_by(Verbs::Whole),
        TYPE,
        SUBTYPE,
        AGENT_ID,
        COMMAND,
        ROLE_SECRETS,
        ATTRIBUTES,
        ACCESS_MODE_RUNBOOKS,
        ACCESS_MODE_EXEC,
        ACCESS_MODE_CONNECT,
        ACCESS_SCHEMA,
        SECRETS_UPDATED_AT,
    ],
)
.create(Create::PostOrAdopt)
.update(Update::PatchOrPut)
.complete_answers(COMPLETE_ANSWERS)
.hidden_by(ACCESS_CONTROL)
.list(LIST)
.snapshot(&SNAPSHOT)
.hooks(Hooks { amend_patch: Some(keep_own_view), ..Hooks::NONE });

static FILTERS: &[Filter] = &[
    Filter::new("name", Str, "Only resources whose name matches this pattern, in which `%` matches any text.")
        .rules(&[]),
    Filter::new("subtype", Str, "Only resources of this subtype."),
    Filter::new("search", Str, "Only resources that contain this text in the name or subtype."),
];

/// The gateway's own default, which older gateways require in the request.
fn own_type(planned: &value::Object) -> Option<Value> {
    planned.get("type").filter(|kind| kind.as_str().is_some()).cloned()
}

/// The gateway makes a resource for each connection that names none: with the name of the connection, and often with its
/// agent.
fn is_of_one_connection(resource: &value::Object) -> bool {
    let text = |object: &value::Object, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let (Some(Value::Map(roles)), Some(name)) = (resource.get("roles"), text(resource, "name")) else { return false };
    let Some(role) = roles.get(&name).and_then(Value::as_object).filter(|_| roles.len() == 1) else { return false };
    text(resource, "agent_id").is_none_or(|agent| agent.is_empty() || Some(agent) == text(role, "agent_id"))
}
