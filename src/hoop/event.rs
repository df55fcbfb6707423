//! `hoop_event_subscription`: runs a runbook when something happens at the gateway; and the events that can happen.

use super::shared::{CREATED_AT, SOME_TEXT, UPDATED_AT};
use uuid::Uuid;

use crate::hooks::{AttributeCall, Hooks};
use crate::schema::Kind::{Bool, List, Map, Object, Set, Str};
use crate::schema::{
    Attr, Codec, Constant, Filter, Listing, Requirement, Resource, Rule, Update, WriteMethod, computed, optional,
    required,
};
use crate::value::{self, Value};

pub(super) static SUBSCRIPTION: Resource = Resource::new(
    "hoop_event_subscription",
    "event-routing/subscriptions",
    "An event subscription: runs a runbook on a connection when an event happens at the gateway.",
    SUBSCRIPTION_ATTRS,
)
.since("1.75.0")
.subcategory("Integrations")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.hooks(Hooks { before_update: Some(pause_or_resume), ..Hooks::NONE })
.requires(&[Requirement::AtLeastOneOf(&["event_types"])])
.data_source()
.list(Listing::new("hoop_event_subscriptions", "subscriptions").filters(&[Filter::new(
    "status",
    Str,
    "Only subscriptions with this status.",
)]))
.list_shows_all()
.named_by(&["name"])
.unique_names();

static SUBSCRIPTION_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the subscription, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name of the subscription, unique in the organization.").rules(SOME_TEXT),
    optional("description", Str, "Description of the subscription.").or_empty(),
    required(
        "event_types",
        Set(&Str),
        "Events that run the runbook. The data source `hoop_event_types` describes them.",
    )
    .rules(&[Rule::Each(&[Rule::OneOf(EVENTS)])]),
    required(
        "runbook_repository",
        Str,
        "Repository of the runbook, as in the attribute `repository` of `hoop_runbook_configuration`.",
    )
    .points_to("hoop_runbook_configuration", "repository")
    .rules(SOME_TEXT),
    required("runbook_file", Str, "Path of the runbook in the repository.").rules(SOME_TEXT),
    required(
        "connection_name",
        Str,
        "Name of the connection on which the runbook runs. The gateway does not delete a connection that a \
         subscription names.",
    )
    .looked_up("connections")
    .points_to("hoop_connection", "name")
    .rules(&[Rule::Length(1, 128), Rule::Matches("the name of a connection, not its identifier", is_no_identifier)]),
    optional(
        "parameter_mapping",
        Map(&Str),
        "Parameters of the runbook. Each value is `$.` and the name of a field that all events in `event_types` have, \
         for example `$.session_id`.",
    )
    .or_empty()
    .always_sent()
    .rules(&[Rule::Each(&[Rule::Matches("`$.` and the name of a field", is_field)])]),
    optional("status", Str, "Status of the subscription: `active`, or `paused` if events are ignored.")
        .default(Constant::Str("active"))
        .rules(&[Rule::OneOf(&["active", "paused"])]),
    computed("created_by_email", Str, "User or key that created the subscription, with whose rights the runbook runs."),
    CREATED_AT,
    UPDATED_AT,
];

const EVENTS: &[&str] = &[
    "access.jit_approved",
    "access.jit_denied",
    "alert.data_masked",
    "alert.sensitive_data_detected",
    "session.anomaly_detected",
    "session.closed",
    "session.guardrail_violation",
    "session.pci_scope_entered",
    "session.started",
];

/// The gateway stores the name if it is given the identifier.
fn is_no_identifier(text: &str) -> bool {
    Uuid::parse_str(text).is_err()
}

fn is_field(text: &str) -> bool {
    text.strip_prefix("$.").is_some_and(|field| !field.is_empty() && !field.starts_with('['))
}

/// A PUT ignores the status.
fn pause_or_resume(prior: &value::Object, planned: &value::Object) -> Option<AttributeCall> {
    let status = |object: &value::Object| object.get("status").and_then(Value::as_str).map(str::to_owned);
    let wanted = status(planned).filter(|wanted| status(prior).as_ref() != Some(wanted))?;
    Some(AttributeCall { below: if wanted == "paused" { "pause" } else { "resume" }, attribute: "status" })
}

pub(super) static TYPE: Resource = Resource::new(
    "hoop_event_type",
    "event-routing/catalog",
    "An event that can happen at the gateway, and its fields.",
    TYPE_ATTRS,
)
.since("1.75.0")
.subcategory("Integrations")
.data_source()
.list(
    Listing::new("hoop_event_types", "event_types").filters(&[Filter::new(
        "category",
        Str,
        "Only events of this category.",
    )
    .rules(&[Rule::OneOf(&["Access", "Alert", "Session"])])]),
);

static TYPE_ATTRS: &[Attr] = &[
    computed("name", Str, "Name of the event, for example `session.closed`.").key(),
    computed("category", Str, "Category of the event."),
    computed("description", Str, "When the event happens."),
    computed("schema", List(&Object(FIELD)), "Fields of the event, which `parameter_mapping` can refer to."),
    computed("sample_payload", Str, "An example of the event, as JSON.").codec(Codec::Text),
];

static FIELD: &[Attr] = &[
    computed("name", Str, "Name of the field."),
    computed("type", Str, "Type of the field."),
    computed("required", Bool, "Whether every event has a value of the field."),
];
