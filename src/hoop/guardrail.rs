//! `hoop_guardrail_rule`: what the gateway blocks in the input and in the output of connections.

use super::shared::rule_attributes;
use crate::schema::Kind::{List, Object, Set, Str};
use crate::schema::{Attr, Link, Listing, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static RULE: Resource = Resource::new(
    "hoop_guardrail_rule",
    "guardrails",
    "A guardrail rule: what the gateway blocks in the input and in the output of connections.",
    ATTRS,
)
.subcategory("Rules")
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.managed_by("managed_by")
.license_limit(
    "The open-source license allows one guardrail rule per gateway, with one input rule and one output rule. Rules that \
     Terraform does not manage count too, and so do those of a protection profile: delete or import the other rule, \
     remove the profile, or use a license.",
)
.readable_by(Rights::Auditor)
.data_source()
.list(Listing::new("hoop_guardrail_rules", "rules"))
.list_shows_all()
.named_by(&["name"])
.unique_names();

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name of the rule.").rules(&[Rule::Length(1, 128)]),
    optional("description", Str, "Description of the rule.").or_empty(),
    optional("input", Object(SIDE), "What is blocked before it is executed."),
    optional("output", Object(SIDE), "What is blocked before it is shown."),
    optional("connection_ids", Set(&Str), "Identifiers of the connections that the rule applies to.")
        .or_computed()
        .linked(Link { table: "hoop_connection", attribute: "guardrail_rules", own: "id" })
        .looked_up("connections")
        .rules(&[Rule::Each(&[Rule::Uuid])]),
    rule_attributes("guardrail_rule_names"),
    computed("managed_by", Str, "System that manages the rule, for example `hoop`; null if users manage it."),
];

/// The rules for one direction.
pub(super) static SIDE: &[Attr] = &[optional("rules", List(&Object(ONE)), "Rules, of which any can block.").or_empty()];

static ONE: &[Attr] = &[
    required("type", Str, "How the rule finds what it blocks: by `words` or by `pattern_regex`.")
        .rules(&[Rule::OneOf(&["deny_words_list", "pattern_match"])]),
    optional("words", List(&Str), "Words that are blocked, for the type `deny_words_list`.").or_empty(),
    optional("pattern_regex", Str, "Regular expression of what is blocked, for the type `pattern_match`.").or_empty(),
    optional("name", Str, "Name of the rule within the guardrail.").or_empty(),
    optional("message", Str, "Message for the user whose input or output is blocked.").or_empty(),
];
