//! `hoop_agent`: the process that reaches targets on the gateway's behalf. The gateway cannot change one.

use super::names::{NAME, is_name};
use crate::schema::Kind::Str;
use crate::schema::{Attr, DataSource, Filter, Resource, Rule, computed, optional, required};
use crate::value::{Object, Value};

pub(super) static AGENT: Resource = Resource::new(
    "hoop_agent",
    "agents",
    "An agent: the process that runs beside targets and reaches them on the gateway's behalf.",
    ATTRS,
)
.also_found_by(&["id"])
.data_source()
.list(DataSource::new("hoop_agents", "agents").filters(FILTERS))
.import_note(
    "The gateway shows the token once, when the agent is created: after an import `token` is null. To have one, \
     replace the agent (`terraform apply -replace`), which gives a new token under the same `id`.",
)
.destroy_note(
    "Connections that use a destroyed agent keep its `id`; an agent created again under the same name has the same.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier, made by the gateway from the name."),
    required("name", Str, "Name of the agent, unique in the organization.")
        .key()
        .replaces()
        .rules(&[Rule::Matches(NAME, is_name)]),
    optional(
        "mode",
        Str,
        "`standard` for a process of its own (the default), `embedded` for one inside an application.",
    )
    .or_computed()
    .initially(standard)
    .replaces()
    .rules(&[Rule::OneOf(&["standard", "embedded"])]),
    computed("token", Str, "Token that the agent starts with; shown by the gateway once and kept in the state.")
        .sensitive()
        .once()
        .not_in_list(),
    computed("status", Str, "`CONNECTED` or `DISCONNECTED`.").data_source_only(),
    computed("hostname", Str, "Host that the agent runs on.").data_source_only(),
    computed("version", Str, "Version of the agent.").data_source_only(),
    computed("platform", Str, "Platform that the agent runs on.").data_source_only(),
];

static FILTERS: &[Filter] =
    &[Filter::new("status", Str, "Only agents in this state.").rules(&[Rule::OneOf(&["CONNECTED", "DISCONNECTED"])])];

fn standard(_: &Object) -> Option<Value> {
    Some(Value::string("standard"))
}
