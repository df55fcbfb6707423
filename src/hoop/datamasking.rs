//! `hoop_datamasking_rules`: what is masked in the output of connections.

use super::names::{ENTITY, is_entity};
use crate::schema::Kind::{Float64, List, Object, Set, Str};
use crate::schema::{Attr, DataSource, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static RULES: Resource = Resource::new(
    "hoop_datamasking_rules",
    "datamasking-rules",
    "What is masked in the output of connections. The gateway needs a DLP provider for it.",
    ATTRS,
)
.update(Update::MergePut)
// A PUT answers with whatever name was sent.
.shown_by(&[WriteMethod::Post])
.managed_by("managed_by")
.readable_by(Rights::Auditor)
.data_source()
.list(DataSource::new("hoop_datamasking_rules_list", "rules"))
.named_by(&["name"]);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier given by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name of the rule.").replaces().rules(&[Rule::Length(1, 128)]),
    optional("description", Str, "What the rule is for.").or_empty().rules(&[Rule::Length(0, 512)]),
    optional("score_threshold", Float64, "Least confidence of a finding, from 0 to 1.").rules(&[Rule::Range(0, 1)]),
    optional("connection_ids", List(&Str), "Identifiers of the connections. Their order means nothing.")
        .or_empty()
        .always_sent()
        .unordered()
        .refers()
        .rules(&[Rule::Each(&[Rule::Uuid])]),
    optional("attributes", Set(&Str), "Names of attributes whose connections are masked too.")
        .or_computed()
        .echoed()
        .since("1.53.0"),
    optional("supported_entity_types", List(&Object(SUPPORTED)), "Kinds of data that the provider finds.")
        .or_empty()
        .always_sent(),
    optional("custom_entity_types", List(&Object(CUSTOM)), "Kinds of data of your own.").or_empty().always_sent(),
    computed("managed_by", Str, "Who manages the rule, when that is not the user: such a rule cannot be changed."),
];

static SUPPORTED: &[Attr] = &[
    required("name", Str, "Name of the kind.").rules(&[Rule::Matches(ENTITY, is_entity)]),
    required("entity_types", List(&Str), "Names that the DLP provider gives to it, for example `EMAIL_ADDRESS`.")
        .rules(&[Rule::Each(&[Rule::Matches(ENTITY, is_entity)])]),
];

static CUSTOM: &[Attr] = &[
    required("name", Str, "Name of the kind.").rules(&[Rule::Matches(ENTITY, is_entity)]),
    optional("regex", Str, "What it looks like, as a regular expression.").or_empty(),
    optional("deny_list", List(&Str), "Words that count as a finding.").or_empty(),
    required("score", Float64, "Confidence of a finding, from 0 to 1.").rules(&[Rule::Range(0, i64::MAX)]),
];
