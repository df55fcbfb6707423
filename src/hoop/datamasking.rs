//! `hoop_datamasking_rules`: what the gateway masks in the output of connections.

use super::names::{ENTITY, is_entity};
use super::shared::rule_attributes;
use crate::schema::Kind::{Float64, List, Object, Str};
use crate::schema::{Attr, Listing, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static RULES: Resource = Resource::new(
    "hoop_datamasking_rules",
    "datamasking-rules",
    "A data masking rule: what the gateway masks in the output of connections. The gateway requires a DLP provider \
     for it.",
    ATTRS,
)
.subcategory("Rules")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.managed_by("managed_by")
.license_limit(
    "The open-source license allows one data masking rule per gateway, with one entity type or one custom entity type. Rules \
     that Terraform does not manage count too, and so do those of a protection profile: delete or import the other rule, \
     remove the profile, or use a license.",
)
.readable_by(Rights::Auditor)
.data_source()
.list(Listing::new("hoop_datamasking_rules_list", "rules"))
.list_shows_all()
.named_by(&["name"]);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name of the rule.").replaces().rules(&[Rule::Length(1, 128)]),
    optional("description", Str, "Description of the rule.").or_empty().rules(&[Rule::Length(0, 512)]),
    optional("score_threshold", Float64, "Minimum confidence of a finding, from 0 to 1.").rules(&[Rule::Range(0, 1)]),
    optional(
        "connection_ids",
        List(&Str),
        "Identifiers of the connections that the rule applies to. Order does not matter.",
    )
    .or_empty()
    .always_sent()
    .unordered()
    .refers()
    .points_to("hoop_connection", "id")
    .rules(&[Rule::Each(&[Rule::Uuid])]),
    rule_attributes("datamasking_rule_names"),
    optional("supported_entity_types", List(&Object(SUPPORTED)), "Types of data that the DLP provider detects.")
        .or_empty()
        .always_sent(),
    optional("custom_entity_types", List(&Object(CUSTOM)), "Types of data that you define.").or_empty().always_sent(),
    computed(
        "managed_by",
        Str,
        "System that manages the rule, for example `hoop`; null if users manage it. Terraform cannot change a rule \
         that another system manages.",
    ),
];

pub(super) static SUPPORTED: &[Attr] = &[
    required("name", Str, "Name of the type of data.").rules(&[Rule::Matches(ENTITY, is_entity)]),
    required("entity_types", List(&Str), "Entity types of the DLP provider, for example `EMAIL_ADDRESS`.")
        .rules(&[Rule::Each(&[Rule::Matches(ENTITY, is_entity)])]),
];

pub(super) static CUSTOM: &[Attr] = &[
    required("name", Str, "Name of the type of data.").rules(&[Rule::Matches(ENTITY, is_entity)]),
    optional("regex", Str, "Regular expression that the data matches.").or_empty(),
    optional("deny_list", List(&Str), "Words that count as a finding.").or_empty(),
    required("score", Float64, "Confidence of a finding, from 0 to 1.").rules(&[Rule::Range(0, i64::MAX)]),
];
