//! `hoop_user`: a user of the gateway. If the gateway manages logins itself, the user is also a login.

use super::names::{EMAIL, is_email};
use crate::schema::Kind::{Bool, List, Str};
use crate::schema::{Attr, Create, Listing, Resource, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static USER: Resource = Resource::new("hoop_user", "users", "A user of the gateway.", ATTRS)
    .subcategory("People and keys")
    .update(Update::MergePut)
    .create(Create::PostThenUpdate)
    // A POST answers with an id and a role that are not those of the user.
    .complete_answers(&[WriteMethod::Put])
    .alternative_keys(&["id"])
    .data_source()
    .list(Listing::new("hoop_users", "users"))
    .list_shows_all();

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the user, assigned by the gateway."),
    required("email", Str, "E-mail address of the user. It is case-sensitive.")
        .key()
        .replaces()
        .rules(&[Rule::Matches(EMAIL, is_email)]),
    required("status", Str, "Status of the user: `active`, or `inactive` if the user cannot log in.")
        .rules(&[Rule::OneOf(&["active", "inactive"])]),
    optional("groups", List(&Str), "Groups of the user. Order does not matter.")
        .or_empty()
        .always_sent()
        .unordered()
        .points_to("hoop_user_group", "name")
        .rules(&[Rule::Each(&[Rule::Length(1, 180)])]),
    optional("name", Str, "Name of the user.").or_computed(),
    optional("slack_id", Str, "Slack identifier of the user.").or_computed(),
    optional("picture", Str, "URL of a picture of the user.").or_computed(),
    computed("role", Str, "Role of the user, which the gateway derives from the groups.").follows(&["groups"]),
    computed("verified", Bool, "Whether the e-mail address is verified.").data_source_only(),
];
