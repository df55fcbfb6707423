//! `hoop_ai_session_analyzer_rule` and `hoop_ai_session_analyzer_provider`: which sessions an AI model judges, what follows
//! from its verdict, and which model it is.

use super::names::{RULE_NAME, is_rule_name};
use crate::schema::Kind::{Bool, Object, Set, Str};
use crate::schema::{
    Attr, Condition, Constant, Create, Filter, Listing, Requirement, Resource, Rights, Rule, Update, WriteMethod,
    computed, fixed_id, optional, required, secret,
};

const ASKS: &[&str] = &["require_access_request"];

pub(super) static RULE: Resource = Resource::new(
    "hoop_ai_session_analyzer_rule",
    "ai/session-analyzer/rules",
    "A rule of the AI session analyzer: what happens to sessions of which risk.",
    RULE_ATTRS,
)
// Earlier versions have another form of `risk_evaluation`.
.since("1.77.0")
.subcategory("Rules")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.managed_by("managed_by")
.readable_by(Rights::Auditor)
.data_source()
.list(Listing::new("hoop_ai_session_analyzer_rules", "rules").at("data").filters(&[
    Filter::new("connection_name", Str, "Name of a connection that the rules apply to.").wire("connection_names"),
]))
.list_shows_all();

static RULE_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule, assigned by the gateway."),
    required("name", Str, "Name of the rule.").key().replaces().rules(&[Rule::Matches(RULE_NAME, is_rule_name)]),
    optional("description", Str, "Description of the rule.").or_empty(),
    required(
        "connection_names",
        Set(&Str),
        "Names of the connections that the rule applies to. A connection can have one rule only.",
    )
    .points_to("hoop_connection", "name"),
    required("risk_evaluation", Object(RISKS), "What happens at each level of risk."),
    optional("custom_prompt", Str, "Instructions that are added to the prompt for the model.").or_empty(),
    optional("agentic", Bool, "Whether the model can look into the target before its verdict.")
        .default(Constant::Bool(false))
        .since("1.142.0"),
    computed("managed_by", Str, "System that manages the rule, for example `hoop`; null if users manage it."),
];

static RISKS: &[Attr] = &[
    required("low_risk", Object(TIER), "What happens if the risk is low.").requires(TIER_REQUIRES),
    required("medium_risk", Object(TIER), "What happens if the risk is medium.").requires(TIER_REQUIRES),
    required("high_risk", Object(TIER), "What happens if the risk is high.").requires(TIER_REQUIRES),
];

const TIER_REQUIRES: &[Requirement] = &[
    Requirement::RequiredIf("access_request_rule_name", Condition::Is("action", ASKS)),
    Requirement::OnlyIf("access_request_rule_name", Condition::Is("action", ASKS)),
];

static TIER: &[Attr] = &[
    required("action", Str, "What happens: the execution is allowed or blocked, or requires an approval.")
        .rules(&[Rule::OneOf(&["allow_execution", "block_execution", "require_access_request"])]),
    optional("access_request_rule_name", Str, "Name of the access request rule that says who approves.")
        .points_to("hoop_access_request_rule", "name"),
];

const SINGLETON: &str = "ai/session-analyzer/providers";

pub(super) static PROVIDER: Resource = Resource::new(
    "hoop_ai_session_analyzer_provider",
    SINGLETON,
    "The AI model of the session analyzer. A gateway has one.",
    PROVIDER_ATTRS,
)
.since("1.52.0")
.subcategory("Rules")
.path(SINGLETON)
.requires(&[Requirement::RequiredIf("api_url", Condition::Is("model_provider", &["azure-openai", "custom"]))])
.create(Create::Upsert(WriteMethod::Post))
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post])
.readable_by(Rights::Auditor)
.data_source();

static PROVIDER_ATTRS: &[Attr] = &[
    fixed_id("org"),
    required("model_provider", Str, "Provider of the model.").wire("provider").rules(&[Rule::OneOf(&[
        "openai",
        "anthropic",
        "azure-openai",
        "custom",
    ])]),
    required("model", Str, "Name of the model.").rules(&[Rule::Length(1, 255)]),
    optional("api_url", Str, "URL of the provider's API.").or_empty(),
    secret("api_key", Str, "Key for the provider's API."),
];
