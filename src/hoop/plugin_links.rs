//! `hoop_plugin_connection` and `hoop_plugin_config`: the settings of a plugin for one connection, and its credentials.

use super::plugin::{PLUGIN as PLUGINS, connection_config};
use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Map, Str};
use crate::schema::{
    Attr, Codec, Create, Destroy, Filter, Listing, Reads, Resource, Rule, Update, WriteMethod, computed, required,
    secret,
};
use crate::value::{Object, Value};

const PLUGIN: &str = "plugins/{plugin_name}";

pub(super) static CONNECTION: Resource = Resource::new(
    "hoop_plugin_connection",
    "plugins",
    "The settings of a plugin for one connection, for example the groups to which `access_control` grants access.",
    CONNECTION_ATTRS,
)
.subcategory("Integrations")
.path("plugins/{plugin_name}/conn/{connection_id}")
.reads(Reads::Find { path: PLUGIN, at: "connections", wire: "id", attr: "connection_id", own: Some("connection_id") })
.create(Create::Upsert(WriteMethod::Put))
.update(Update::AsCreate)
.complete_answers(&[WriteMethod::Put])
.data_source()
.list(Listing::new("hoop_plugin_connections", "connections").path(PLUGIN).at("connections").filters(&[Filter::new(
    "plugin_name",
    Str,
    "Name of the plugin.",
)]))
.list_shows_all()
.parent(&PLUGINS, "plugin_name")
.shown_as(&["plugin_name", "connection_name"])
.hooks(Hooks { is_made_by_system: Some(is_attached_to_all), ..Hooks::NONE })
.destroy_note(
    "The gateway itself attaches each connection to the plugins `audit`, `editor` and `slack`, with an empty \
     `config`. A create takes over such an entry. After a destroy, the gateway adds it again when the connection \
     is next saved.",
);

static CONNECTION_ATTRS: &[Attr] = &[
    required("plugin_name", Str, "Name of the plugin, which must be enabled (`hoop_plugin`).")
        .key()
        .replaces()
        .points_to("hoop_plugin", "name")
        .rules(&[
            Rule::Length(1, 128),
            Rule::Matches(
                "a plugin other than `review` and `dlp`, which `reviewers` and `redact_types` of the connection \
                 configure",
                |name| !matches!(name, "review" | "dlp"),
            ),
        ]),
    required("connection_id", Str, "Identifier of the connection.")
        .wire("id")
        .key()
        .replaces()
        .refers()
        .points_to("hoop_connection", "id")
        .rules(&[Rule::Uuid]),
    connection_config(),
    computed("connection_name", Str, "Name of the connection.").wire("name").data_source_only(),
];

/// The gateway attaches each connection to these plugins.
fn is_attached_to_all(link: &Object) -> bool {
    let plugin = link.get("plugin_name").and_then(Value::as_str).unwrap_or_default();
    matches!(plugin, "audit" | "editor" | "slack") && link.get("config").is_none_or(Value::is_empty)
}

pub(super) static CONFIG: Resource =
    Resource::new("hoop_plugin_config", "plugins", "The credentials of a plugin.", CONFIG_ATTRS)
        .subcategory("Integrations")
        .path("plugins/{plugin_name}/config")
        .reads(Reads::At(PLUGIN))
        .create(Create::Upsert(WriteMethod::Put))
        .update(Update::AsCreate)
        .complete_answers(&[WriteMethod::Put])
        .destroy(Destroy::reset_or_forget(
            |_| Json::Object(JsonObject::new()),
            "The gateway refused to clear the configuration of this plugin. Terraform no longer manages it.",
        ))
        // A create of the plugin writes the same credentials.
        .lock(PLUGIN)
        .parent(&PLUGINS, "plugin_name")
        .hooks(Hooks { body: Some(credentials), absent_when: Some(is_empty), ..Hooks::NONE });

static CONFIG_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the plugin."),
    required("plugin_name", Str, "Name of the plugin, which must be enabled (`hoop_plugin`).")
        .wire("name")
        .key()
        .replaces()
        .points_to("hoop_plugin", "name")
        .rules(&[Rule::Length(1, 128)]),
    secret("config", Map(&Str), "Credentials by name, for example `SLACK_BOT_TOKEN`.")
        .required_on_create()
        .wire("config.envvars")
        .codec(Codec::Base64)
        .rules(&[
            Rule::Keys(&[Rule::Length(1, 256)]),
            Rule::Each(&[Rule::Matches("1 to 75000 bytes long (the gateway's limit)", is_storable)]),
        ]),
];

/// At most 100,000 characters of base64.
fn is_storable(text: &str) -> bool {
    !text.is_empty() && text.len().div_ceil(3) * 4 <= 100_000
}

/// A write sends the credentials alone, not as an attribute of the plugin.
fn credentials(plugin: JsonObject) -> Json {
    let variables = plugin.get("config").and_then(|config| config.get("envvars"));
    variables.cloned().unwrap_or_else(|| Json::Object(JsonObject::new()))
}

/// A plugin with an empty configuration has none.
fn is_empty(plugin: &JsonObject) -> bool {
    let variables = plugin.get("config").and_then(|config| config.get("envvars")).and_then(|vars| vars.as_object());
    variables.is_none_or(|variables| variables.is_empty())
}
