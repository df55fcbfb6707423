//! `hoop_user_group`: a group of users, service accounts and keys. To the gateway, it is only a name.

use crate::schema::Kind::Str;
use crate::schema::{Attr, Listing, Reads, Resource, Rule, WriteMethod, required};

pub(super) static GROUP: Resource = Resource::new(
    "hoop_user_group",
    "users/groups",
    "A group of users, service accounts and keys. The gateway also creates a group when something refers to it, so most \
     groups do not need this resource: it is for groups that must exist before they have members.",
    ATTRS,
)
.subcategory("People and keys")
.reads(Reads::Find { path: "users/groups", at: "", wire: "name", attr: "name", own: None })
.complete_answers(&[WriteMethod::Post])
.data_source()
.list(Listing::new("hoop_user_groups", "groups"))
.destroy_note(
    "The gateway removes a destroyed group from each user, service account, API key and AI agent that has it. Where \
     these configure the group themselves, their next plan shows that and adds it again.",
);

static ATTRS: &[Attr] = &[required("name", Str, "Name of the group.").key().replaces().rules(&[
    Rule::Length(1, 180),
    Rule::Matches("a group other than `admin`, which always exists", |name| name != "admin"),
])];
