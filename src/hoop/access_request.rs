//! `hoop_access_request_rule`: which access needs an approval, and who gives it.

use super::names::{RULE_NAME, is_rule_name};
use super::shared::rule_attributes;
use crate::schema::Kind::{Bool, Int32, Set, Str};
use crate::schema::{
    Attr, Condition, Constant, Listing, Requirement, Resource, Rights, Rule, Update, WriteMethod, computed, optional,
    required,
};

pub(super) static RULE: Resource = Resource::new(
    "hoop_access_request_rule",
    "access-requests/rules",
    "An access request rule: which access needs an approval, and who gives it.",
    ATTRS,
)
.since("1.50.0")
.subcategory("Rules")
.requires(&[
    Requirement::AtLeastOneOf(&["connection_names", "attributes"]),
    Requirement::AtLeastOneOf(&["reviewers_groups"]),
    Requirement::RequiredIf("min_approvals", Condition::IsNot("all_groups_must_approve", &["true"])),
    Requirement::OnlyIf("skip_review_groups", Condition::IsEmpty("approval_required_groups")),
])
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Post, WriteMethod::Put])
.managed_by("managed_by")
.changeable_when_managed(&[
    "approval_required_groups",
    "reviewers_groups",
    "force_approval_groups",
    "skip_review_groups",
    "all_groups_must_approve",
    "min_approvals",
])
.license_limit(
    "The open-source license allows one access request rule per gateway. Rules that Terraform does not manage count too: \
     delete or import the other rule, or use a license.",
)
.readable_by(Rights::Auditor)
.data_source()
.list(Listing::new("hoop_access_request_rules", "rules").at("data"))
.list_shows_all();

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the rule, assigned by the gateway."),
    required("name", Str, "Name of the rule.").key().renames().rules(&[Rule::Matches(RULE_NAME, is_rule_name)]),
    optional("description", Str, "Description of the rule.").or_empty(),
    required(
        "access_type",
        Str,
        "What needs an approval: `jit` for access for a limited time, `command` for each command, `jit_command` for both.",
    )
    .rules(&[Rule::OneOf(&["jit", "command", "jit_command"]), Rule::ValueSince("jit_command", "1.134.0")]),
    optional("connection_names", Set(&Str), "Names of the connections that the rule applies to.")
        .or_empty()
        .points_to("hoop_connection", "name")
        .always_sent(),
    rule_attributes("access_request_rule_names"),
    optional("approval_required_groups", Set(&Str), "Groups whose members need an approval; empty means everybody.")
        .or_empty()
        .points_to("hoop_user_group", "name")
        .always_sent(),
    required("reviewers_groups", Set(&Str), "Groups whose members can approve.").points_to("hoop_user_group", "name"),
    optional("force_approval_groups", Set(&Str), "Groups whose members can approve alone, whatever else is required.")
        .or_empty()
        .points_to("hoop_user_group", "name")
        .always_sent(),
    optional("skip_review_groups", Set(&Str), "Groups whose members need no approval.").or_empty().points_to("hoop_user_group", "name").since("1.134.0"),
    optional("all_groups_must_approve", Bool, "Whether each group of `reviewers_groups` must approve.")
        .default(Constant::Bool(false)),
    optional("min_approvals", Int32, "Number of approvals that are needed.").rules(&[Rule::Range(1, i64::MAX)]),
    optional("access_max_duration", Int32, "Longest duration of an access, in seconds.")
        .rules(&[Rule::Range(1, i64::MAX)]),
    computed(
        "managed_by",
        Str,
        "System that manages the rule, for example `hoop`; null if users manage it. Of a managed rule, only the approvals and \
         the lists of groups can be changed.",
    ),
];
