//! `hoop_rulepack`: sets of guardrail and masking rules that come with the gateway. They are only read: the gateway cannot
//! delete one that a user has made.

use super::datamasking::{CUSTOM, SUPPORTED};
use super::guardrail::SIDE;
use super::system::PAGES;
use crate::schema::Kind::{Bool, Float64, List, Object, Set, Str};
use crate::schema::{Attr, Filter, Listing, Resource, Rights, Rule, computed};

pub(super) static RULEPACK: Resource = Resource::new(
    "hoop_rulepack",
    "rulepacks",
    "A rule pack: guardrail and masking rules that belong together. The gateway hides rule packs unless its feature flag \
     `experimental.rulepacks` is on.",
    ATTRS,
)
.since("1.79.0")
.subcategory("Rules")
.readable_by(Rights::Admin)
.data_source()
.list(Listing::new("hoop_rulepacks", "rulepacks").at("data").paging(PAGES).filters(&[Filter::new(
    "search",
    Str,
    "Part of `display_name`, in capital or small letters.",
)]))
.named_by(&["display_name"])
.unique_names();

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule pack.").key().rules(&[Rule::Uuid]),
    computed("display_name", Str, "Name of the rule pack."),
    computed("description", Str, "Description of the rule pack."),
    computed("version", Str, "Version of the rule pack."),
    computed("tags", Set(&Str), "Tags of the rule pack."),
    computed("is_managed", Bool, "Whether the rule pack comes with the gateway."),
    computed("connection_names", Set(&Str), "Names of the connections that the rule pack is applied to."),
    computed("guardrail_rules", List(&Object(GUARDRAIL)), "Guardrail rules of the rule pack."),
    computed("data_masking_rules", List(&Object(MASKING)), "Data masking rules of the rule pack."),
];

static GUARDRAIL: &[Attr] = &[
    computed("id", Str, "Identifier of the rule."),
    computed("name", Str, "Name of the rule."),
    computed("description", Str, "Description of the rule."),
    computed("input", Object(SIDE), "What is blocked before it is executed."),
    computed("output", Object(SIDE), "What is blocked before it is shown."),
];

static MASKING: &[Attr] = &[
    computed("id", Str, "Identifier of the rule."),
    computed("name", Str, "Name of the rule."),
    computed("description", Str, "Description of the rule."),
    computed("score_threshold", Float64, "Minimum confidence of a finding."),
    computed("supported_entity_types", List(&Object(SUPPORTED)), "Types of data that the DLP provider detects."),
    computed("custom_entity_types", List(&Object(CUSTOM)), "Types of data that the rule pack defines."),
];
