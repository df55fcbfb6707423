//! `hoop_spiffe_mapping`: which agent a workload with a SPIFFE identity is.

use super::shared::{CREATED_AT, UPDATED_AT};
use crate::schema::Kind::{Set, Str};
use crate::schema::{
    Attr, Listing, Reads, Requirement, Resource, Rule, Update, WriteMethod, computed, optional, required,
};

const SPIFFE: &[Rule] =
    &[Rule::Matches("a SPIFFE ID, which begins with `spiffe://`", |id| id.starts_with("spiffe://"))];

pub(super) static MAPPING: Resource = Resource::new(
    "hoop_spiffe_mapping",
    "spiffe-mappings",
    "A SPIFFE mapping: the agent as which a workload with a SPIFFE ID authenticates.",
    ATTRS,
)
.since("1.59.1")
.subcategory("People and keys")
.reads(Reads::Find { path: "spiffe-mappings", at: "", wire: "id", attr: "id", own: None })
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.requires(&[
    Requirement::ExactlyOneOf(&["spiffe_id", "spiffe_prefix"]),
    Requirement::ExactlyOneOf(&["agent_id", "agent_template"]),
])
.data_source()
.list(Listing::new("hoop_spiffe_mappings", "mappings"))
.named_by(&["spiffe_id"])
.shown_as(&["spiffe_id", "spiffe_prefix"])
.destroy_note(
    "The gateway deletes a mapping when it deletes the agent in its `agent_id`. A replaced agent has the same `id`, so the \
     plan does not show that: the plan after it creates the mapping again.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the mapping, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required(
        "trust_domain",
        Str,
        "Trust domain of the identities. The gateway does not compare it with the SPIFFE ID.",
    )
    .rules(&[Rule::Length(1, 4096)]),
    optional("spiffe_id", Str, "SPIFFE ID of the workload.").rules(SPIFFE),
    optional("spiffe_prefix", Str, "Beginning of the SPIFFE IDs of the workloads. The longest prefix wins.")
        .rules(SPIFFE),
    optional("agent_id", Str, "Identifier of the agent.").refers().points_to("hoop_agent", "id").rules(&[Rule::Uuid]),
    optional(
        "agent_template",
        Str,
        "Template of the name of the agent, in which `{{.WorkloadIdentifier}}` is the part of the SPIFFE ID after the \
         prefix and `{{.SPIFFEID}}` all of it.",
    )
    .rules(&[Rule::Length(1, 4096)]),
    optional("groups", Set(&Str), "Groups of the workload.")
        .or_empty()
        .always_sent()
        .points_to("hoop_user_group", "name"),
    CREATED_AT,
    UPDATED_AT,
];
