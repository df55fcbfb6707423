//! `hoop_agent`: the process that connects the gateway to targets. The gateway cannot update an agent.

use super::names::{NEW_NAME, is_new_name};
use crate::schema::Kind::Str;
use crate::schema::{Attr, Filter, Listing, Resource, Rule, computed, optional, required};
use crate::value::{Object, Value};

pub(super) static AGENT: Resource = Resource::new(
    "hoop_agent",
    "agents",
    "An agent: the process that runs close to the targets and connects the gateway to them.",
    ATTRS,
)
.subcategory("Connections")
.alternative_keys(&["id"])
.data_source()
.list(Listing::new("hoop_agents", "agents").filters(FILTERS))
.list_shows_all()
.import_note(
    "The gateway returns the token only when the agent is created, so `token` is null after an import. To get a \
     token, replace the agent (`terraform apply -replace`): the new agent has the same `id` and a new token.",
)
.destroy_note(
    "Connections keep the `id` of a destroyed agent. An agent that is created again under the same name gets the \
     same `id`.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the agent, which the gateway derives from the name."),
    required("name", Str, "Name of the agent, unique in the organization.")
        .key()
        .replaces()
        .rules(&[Rule::Matches(NEW_NAME, is_new_name)]),
    optional(
        "mode",
        Str,
        "Mode of the agent: `standard` (the default) if it runs as its own process, `embedded` if it runs inside \
         an application.",
    )
    .or_computed()
    .initially(standard)
    .replaces()
    .rules(&[Rule::OneOf(&["standard", "embedded"])]),
    computed(
        "token",
        Str,
        "Token that the agent authenticates with. The gateway returns it only on creation; it is \
         stored in the state.",
    )
    .sensitive()
    .once()
    .not_in_list(),
    computed("status", Str, "Status of the agent: `CONNECTED` or `DISCONNECTED`.").data_source_only(),
    computed("hostname", Str, "Host that the agent runs on.").data_source_only(),
    computed("version", Str, "Version of the agent.").data_source_only(),
    computed("platform", Str, "Platform that the agent runs on.").data_source_only(),
];

static FILTERS: &[Filter] =
    &[Filter::new("status", Str, "Only agents with this status.")
        .rules(&[Rule::OneOf(&["CONNECTED", "DISCONNECTED"])])];

fn standard(_: &Object) -> Option<Value> {
    Some(Value::string("standard"))
}
