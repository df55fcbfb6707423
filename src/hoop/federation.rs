//! `hoop_connection_federation`: how the users of a connection become users of a cloud.

use super::connection::CONNECTION;
use super::names::{NAME, is_name};
use super::shared::{CREATED_AT, UPDATED_AT};
use crate::api::Json;
use crate::schema::Kind::{Bool, Int32, Str};
use crate::schema::{
    Attr, Codec, Constant, Create, Resource, Rights, Rule, Update, WriteMethod, computed, optional, required, secret,
};
use crate::value::Value;

pub(super) static FEDERATION: Resource = Resource::new(
    "hoop_connection_federation",
    "connections",
    "The identity federation of a connection: each user gets credentials of a cloud in their own name instead of those \
     that are stored with the connection.",
    ATTRS,
)
.since("1.78.0")
.subcategory("Connections")
.path("connections/{connection_name}/federation")
.create(Create::Upsert(WriteMethod::Put))
.update(Update::MergePut)
.complete_answers(&[WriteMethod::Put])
.readable_by(Rights::Admin)
.data_source()
.parent(&CONNECTION, "connection_name")
.import_note(
    "The gateway never returns `admin_credentials_json`, only whether there are any (`has_admin_credentials`). After \
     an import, the credentials stay as they are until they are configured. Import by what the configuration has in \
     `connection_name`: the name of the connection, or its identifier.",
)
.destroy_note("After a destroy, sessions use the credentials of the connection again.");

static ATTRS: &[Attr] = &[
    required(
        "connection_name",
        Str,
        "Name or identifier of the connection. With the identifier, a connection that is replaced gets its federation \
         again in the same apply.",
    )
    .key()
    .replaces()
    .refers()
    .points_to("hoop_connection", "name")
    .rules(&[Rule::Matches(NAME, is_name)]),
    computed("connection_id", Str, "Identifier of the connection."),
    required(
        "builtin_provider",
        Str,
        "Source of the credentials: `gcp_iam` for a service account per user, `gcp_oauth` for the Google account of \
         the user.",
    )
    .rules(&[Rule::OneOf(&["gcp_iam", "gcp_oauth"])]),
    optional("hook_source", Str, "Kind of the source of credentials. There is only one.")
        .default(Constant::Str("builtin"))
        .rules(&[Rule::OneOf(&["builtin"])]),
    secret(
        "admin_credentials_json",
        Str,
        "Credentials with which the gateway obtains those of the users, as JSON: the key of a service account for \
         `gcp_iam`, the OAuth client for `gcp_oauth`.",
    )
    .not_readable()
    .replaces_on_removal()
    .rules(&[Rule::Matches("JSON", |text| serde_json::from_str::<Json>(text).is_ok())]),
    computed("has_admin_credentials", Bool, "`true` if the gateway has credentials, otherwise null.")
        .follows(&["admin_credentials_json"]),
    optional(
        "identity_source_attribute",
        Str,
        "Property that identifies the user: `$.user.email` or `$.user.id`. Defaults to `$.user.email`.",
    )
    .or_computed()
    .initially(|_| Some(Value::string("$.user.email")))
    .rules(&[Rule::OneOf(&["$.user.email", "$.user.id"])]),
    optional(
        "identity_target_template",
        Str,
        "Name of the user at the cloud. `{user.email}` stands for the part of the e-mail address before the `@`, \
         `{user.id}` for the identifier. Defaults to `{user.email}`.",
    )
    .or_computed()
    .initially(|_| Some(Value::string("{user.email}")))
    .rules(&[Rule::Matches("a text without placeholders other than `{user.email}` and `{user.id}`", is_template)]),
    optional(
        "fallback_policy",
        Str,
        "What happens if there are no credentials for a user: `deny` refuses the session, `static` uses those of the \
         connection. Defaults to `deny`.",
    )
    .or_computed()
    .initially(|_| Some(Value::string("deny")))
    .rules(&[Rule::OneOf(&["deny", "static"])]),
    optional("token_ttl_seconds", Int32, "Lifetime of the credentials of a user in seconds. Defaults to 3600.")
        .or_computed()
        .initially(|_| Some(Value::int(3600)))
        .rules(&[Rule::Range(1, 43_200)]),
    optional("extra_config", Str, "Further settings of the source of credentials, as a JSON object.")
        .or_empty()
        .codec(Codec::Json)
        .rules(&[Rule::Matches("a JSON object", is_object)]),
    CREATED_AT,
    UPDATED_AT,
];

fn is_object(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok_and(|json| json.is_object())
}

fn is_template(text: &str) -> bool {
    let filled = text.replace("{user.email}", "").replace("{user.id}", "");
    !text.is_empty() && filled.split_once('{').is_none_or(|(_, rest)| !rest.contains('}'))
}
