//! `hoop_service_account`: a client of the identity provider that can use the gateway's API. The gateway never deletes
//! one.

use serde_json::json;

use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Set, Str};
use crate::schema::{
    Attr, Constant, Create, Destroy, Listing, Reads, Resource, Rule, Update, WriteMethod, computed, optional, required,
};

pub(super) static SERVICE_ACCOUNT: Resource = Resource::new(
    "hoop_service_account",
    "serviceaccounts",
    "A service account: a client of the identity provider that can use the gateway's API with its own tokens.",
    ATTRS,
)
.subcategory("People and keys")
.reads(Reads::Find { path: "serviceaccounts", at: "", wire: "subject", attr: "subject", own: None })
.create(Create::PostOrAdopt)
.update(Update::MergePut)
// A PUT answers with the subject and the name that were sent, but stores only a name that is not empty.
.complete_answers(&[WriteMethod::Post])
.destroy(Destroy::deactivate(deactivated))
.hooks(Hooks { abandoned: Some(is_deactivated), ..Hooks::NONE })
.data_source()
.list(Listing::new("hoop_service_accounts", "service_accounts"))
.shown_as(&["name", "subject"])
.destroy_note(
    "The gateway cannot delete service accounts: a destroyed one stays, inactive and without groups. A create with the \
     same `subject` activates it again.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the service account, which the gateway derives from the subject."),
    required("subject", Str, "Subject of the tokens of the service account, in most cases its client ID.")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 255)]),
    optional("name", Str, "Name of the service account. The gateway can change a name, but not remove it.")
        .or_computed()
        .kept_when_removed()
        .rules(&[Rule::Length(1, 255)]),
    optional("status", Str, "Status of the service account: `active`, or `inactive` if its tokens are refused.")
        .default(Constant::Str("active"))
        .rules(&[Rule::OneOf(&["active", "inactive"])]),
    optional("groups", Set(&Str), "Groups of the service account.")
        .or_empty()
        .always_sent()
        .points_to("hoop_user_group", "name")
        .rules(&[Rule::Each(&[Rule::Length(1, 180)])]),
];

fn deactivated(account: &JsonObject) -> Json {
    let name = account.get("name").cloned().unwrap_or_default();
    json!({"subject": account.get("subject"), "name": name, "status": "inactive", "groups": []})
}

fn is_deactivated(account: &JsonObject) -> bool {
    let has_groups = account.get("groups").and_then(Json::as_array).is_some_and(|groups| !groups.is_empty());
    account.get("status").and_then(Json::as_str) == Some("inactive") && !has_groups
}
