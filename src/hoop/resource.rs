//! `hoop_resource`: a host behind several connections, with what they share. Its roles are connections of their own,
//! written by the connection's verbs; only the create sends them together with the resource.

use super::connection::{
    ACCESS_MODE_CONNECT, ACCESS_MODE_EXEC, ACCESS_MODE_RUNBOOKS, ACCESS_SCHEMA, ATTRIBUTES, COMMAND, ID, LIST, NAME,
    SECRETS, SECRETS_UPDATED_AT, SHOWN_BY, SUBTYPE, TYPE, keep_own_view,
};
use super::names::{NAME as NAME_RULE, SECRET_KEY, is_name, is_secret_key};
use super::system::{ACCESS_CONTROL, PAGES};
use crate::hooks::Hooks;
use crate::schema::Kind::{Map, Object, Str};
use crate::schema::{
    Attr, Children, Codec, Create, DataSource, Filter, Resource, Rights, Rule, Update, Verbs, WriteMethod, computed,
    optional, required, secret,
};
use crate::value::{self, Value};

pub(super) static RESOURCE: Resource = Resource::new(
    "hoop_resource",
    "resources",
    "A host behind several connections: what they share, and the connections (roles) themselves.",
    ATTRS,
)
.update(Update::MergePut)
.shown_by(&[WriteMethod::Post, WriteMethod::Put])
.data_source()
.list(DataSource::new("hoop_resources", "resources").at("data").filters(FILTERS).paging(PAGES))
.destroy_note(
    "A destroy removes the roles that are managed here and then the resource. While other connections belong to it, \
     nothing is removed; the error names them. To move such a connection to another resource and destroy this one, \
     apply the move first.",
)
.import_note(
    "An import takes every connection of the resource for a role, whoever made it: the plan shows what becomes of those \
     that `roles` does not name, and a destroy removes all that the state holds.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier given by the gateway."),
    required("name", Str, "Name of the resource, unique in the organization.")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 128)]),
    required("type", Str, "Kind of target, as of a connection.").replaces().rules(TYPE.rules),
    optional(
        "subtype",
        Str,
        "What the target is, for example `postgres`. If it is not configured, a create sends the type's own name.",
    )
    .or_computed()
    .follows(&["type"])
    .initially(own_type)
    .replaces()
    .rules(&[Rule::Length(0, 64)]),
    // The gateway gives a resource the agent of a connection that is created with its name at the same moment.
    optional("agent_id", Str, "Identifier of the agent that reaches the host for roles without one of their own.")
        .or_computed()
        .refers()
        .rules(AGENT_RULE),
    secret(
        "env_vars",
        Map(&Str),
        "What the agent injects into every connection of the resource, with keys as those of a connection's `secrets`: \
         `envvar:NAME` or `filesystem:NAME`.",
    )
    .codec(Codec::Base64)
    .rules(&[Rule::UsefulKeys(&[Rule::Matches(SECRET_KEY, is_secret_key)])])
    .always_sent()
    .shown_to(Rights::Auditor)
    .not_in_list(),
    optional(
        "roles",
        Map(&Object(ROLE_ATTRS)),
        "Connections of this resource by name. Other fields of them are not managed here: use \
         `hoop_connection` with `resource_name` to set those.",
    )
    .or_computed()
    .not_in_list()
    .children(Children { table: &ROLE, link: "resource_name", stand_in: Some(("agent_id", NO_AGENT)) })
    .rules(&[Rule::Keys(&[Rule::Matches(NAME_RULE, is_name)])]),
];

/// A uuid that is no agent's: the gateway demands one from a connection of its own, and a role may have none.
const NO_AGENT: &str = "00000000-0000-0000-0000-000000000000";

const AGENT_RULE: &[Rule] = &[Rule::Matches("a uuid with lower-case letters, or empty", |text| {
    text.is_empty() || Rule::Uuid.accepts_text(text)
})];

const AGENT_ID: Attr =
    optional("agent_id", Str, "Identifier of the role's own agent; the resource's is used without one.")
        .or_empty()
        .refers()
        .merged()
        .rules(AGENT_RULE);

/// The gateway panics on some roles without secrets.
const ROLE_SECRETS: Attr = SECRETS.always_sent();

static ROLE_ATTRS: &[Attr] = &[TYPE, SUBTYPE, AGENT_ID, COMMAND, ROLE_SECRETS, ATTRIBUTES];

/// A role as the connection that it is, with what only a create of its own says.
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
.shown_by(SHOWN_BY)
.hiding(ACCESS_CONTROL)
.list(LIST)
.hooks(Hooks { amend_patch: Some(keep_own_view), ..Hooks::NONE });

static FILTERS: &[Filter] = &[
    Filter::new("name", Str, "Only resources whose name fits this pattern (`%` stands for any text).").rules(&[]),
    Filter::new("subtype", Str, "Only resources of this subtype."),
    Filter::new("search", Str, "Only resources with this text in name or subtype."),
];

/// The gateway's own default; older ones demand it.
fn own_type(planned: &value::Object) -> Option<Value> {
    planned.get("type").filter(|kind| kind.as_str().is_some()).cloned()
}
