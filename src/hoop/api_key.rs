//! `hoop_api_key` and `hoop_ai_agent`: keys of the organization for automation and for AI agents. Both have the same
//! attributes and the same rules.

use super::shared::CREATED_AT;
use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Set, Str};
use crate::schema::{Attr, Listing, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required};

pub(super) static API_KEY: Resource = keys(
    Resource::new("hoop_api_key", "api-keys", "An API key of the organization, for automation.", ATTRS)
        .since("1.59.0")
        .list(Listing::new("hoop_api_keys", "api_keys"))
        .list_shows_all(),
);

pub(super) static AI_AGENT: Resource = keys(
    Resource::new("hoop_ai_agent", "ai-agents", "An AI agent: a client of the gateway with a key of its own.", ATTRS)
        .since("1.89.0")
        .list(Listing::new("hoop_ai_agents", "ai_agents"))
        .list_shows_all(),
);

const fn keys(resource: Resource) -> Resource {
    resource
        .subcategory("People and keys")
        .update(Update::PutChanges)
        .complete_answers(&[WriteMethod::Post, WriteMethod::Put])
        .readable_by(Rights::Admin)
        .hooks(Hooks { absent_when: Some(is_revoked), revoked_name: Some(REVOKED_NAME), ..Hooks::NONE })
        .data_source()
        .named_by(&["name"])
        .unique_names()
        .import_note(
            "The gateway returns the key only when it is created, so `key` is null after an import. To get a key, replace \
             the object (`terraform apply -replace`) and give it another name.",
        )
        .destroy_note(
            "A destroy revokes the key. **Its name cannot be used again**: a replacement needs another name. The plural data \
             source shows it with the status `revoked`. An action (`hoop_api_key_reactivate`, `hoop_ai_agent_reactivate`) makes \
             it valid again.",
        )
}

const REVOKED_NAME: &str = "A revoked key has this name, and the gateway never gives the name of a revoked key to another. \
     Choose another name. Or reactivate the revoked key (with the action `hoop_api_key_reactivate` or \
     `hoop_ai_agent_reactivate`, or in the gateway's web interface) and import it; its key is the old one, which the \
     gateway does not show again.";

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier, assigned by the gateway.").key().rules(&[Rule::Uuid]),
    required("name", Str, "Name, unique also among revoked keys.").rules(&[Rule::Length(1, 255)]),
    optional("groups", Set(&Str), "Groups of the key, which determine its rights.")
        .or_empty()
        .points_to("hoop_user_group", "name")
        .rules(&[Rule::Each(&[Rule::Length(1, 180)])]),
    computed("key", Str, "The key. The gateway returns it only on creation; it is stored in the state.")
        .sensitive()
        .once()
        .not_in_list(),
    computed("masked_key", Str, "The first characters of the key."),
    computed("created_by", Str, "User or key that created it."),
    CREATED_AT,
    computed("status", Str, "`active` or `revoked`.").data_source_only(),
    computed("deactivated_by", Str, "User or key that revoked it; null if it is active.").data_source_only(),
    computed("deactivated_at", Str, "Time at which it was revoked; null if it is active.").data_source_only(),
];

fn is_revoked(key: &JsonObject) -> bool {
    key.get("status").and_then(Json::as_str) == Some("revoked")
}
