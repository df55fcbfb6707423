//! `hoop_attribute`: a name that connections have in common, and the rules and groups for them.

use super::system::PAGES;
use crate::schema::Kind::{Set, Str};
use crate::schema::{
    Attr, Filter, Link, Listing, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required,
};

pub(super) static ATTRIBUTE: Resource = Resource::new(
    "hoop_attribute",
    "attributes",
    "An attribute: a name that connections have in common. Rules and groups that have it too apply to these connections.",
    ATTRS,
)
.since("1.53.0")
.subcategory("Rules")
.update(Update::PutChanges)
// A PUT answers with empty lists where it keeps the present ones.
.complete_answers(&[WriteMethod::Post])
.managed_by("managed_by")
.readable_by(Rights::Auditor)
.data_source()
.list(Listing::new("hoop_attributes", "attributes").at("data").paging(PAGES).filters(&[Filter::new(
    "search",
    Str,
    "Part of the name, in capital or small letters.",
)]))
.list_shows_all()
.destroy_note("A destroy removes the attribute from everything that has it.");

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the attribute, assigned by the gateway."),
    required(
        "name",
        Str,
        "Name of the attribute. The gateway also creates an attribute when a connection or a rule names it: to avoid that, \
         refer to the `name` of this resource there.",
    )
    .key()
    .renames()
    .always_sent()
    .rules(&[Rule::Length(1, 255)]),
    optional("description", Str, "Description of the attribute.").or_empty().always_sent(),
    optional("connection_names", Set(&Str), "Names of the connections that have the attribute.")
        .or_computed()
        .linked(Link { table: "hoop_connection", attribute: "attributes", own: "name" })
        .refers(),
    optional("access_request_rule_names", Set(&Str), "Names of the access request rules for its connections.")
        .or_computed()
        .linked(Link { table: "hoop_access_request_rule", attribute: "attributes", own: "name" })
        .refers(),
    optional("guardrail_rule_names", Set(&Str), "Names of the guardrail rules for its connections.")
        .or_computed()
        .linked(Link { table: "hoop_guardrail_rule", attribute: "attributes", own: "name" })
        .refers(),
    optional("datamasking_rule_names", Set(&Str), "Names of the data masking rules for its connections.")
        .or_computed()
        .linked(Link { table: "hoop_datamasking_rules", attribute: "attributes", own: "name" })
        .refers(),
    optional(
        "access_control_group_names",
        Set(&Str),
        "Groups that see its connections while the plugin `access_control` is enabled.",
    )
    .or_empty()
    .points_to("hoop_user_group", "name")
    .since("1.58.0")
    .rules(&[Rule::Each(&[Rule::Length(1, 100)])]),
    computed("managed_by", Str, "System that manages the attribute, for example `hoop`; null if users manage it."),
];
