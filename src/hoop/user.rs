//! `hoop_user`: a person who uses the gateway; where the gateway keeps the logins itself, a login too.

use super::names::{EMAIL, is_email};
use crate::schema::Kind::{Bool, List, Str};
use crate::schema::{Attr, DataSource, Resource, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static USER: Resource = Resource::new("hoop_user", "users", "A person who uses the gateway.", ATTRS)
    .update(Update::MergePut)
    .settles()
    // A POST answers with another id and role.
    .shown_by(&[WriteMethod::Put])
    .also_found_by(&["id"])
    .data_source()
    .list(DataSource::new("hoop_users", "users"));

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier given by the gateway."),
    required("email", Str, "E-mail address; upper and lower case are not the same.")
        .key()
        .replaces()
        .rules(&[Rule::Matches(EMAIL, is_email)]),
    required("status", Str, "`active`, or `inactive` for somebody who may not log in.")
        .rules(&[Rule::OneOf(&["active", "inactive"])]),
    optional("groups", List(&Str), "Groups of the user. Their order means nothing.")
        .or_empty()
        .always_sent()
        .unordered()
        .rules(&[Rule::Each(&[Rule::Length(1, 180)])]),
    optional("name", Str, "Name of the person.").or_computed(),
    optional("slack_id", Str, "Identifier of the person in Slack.").or_computed(),
    optional("picture", Str, "Address of a picture.").or_computed(),
    computed("role", Str, "Role that follows from the groups.").follows(&["groups"]),
    computed("verified", Bool, "Whether the address is verified.").data_source_only(),
];
