//! `hoop_plugin`: a plugin of the gateway and its connections. The gateway cannot disable a plugin, and this object
//! cannot change its credentials. A PUT of the plugin would replace all its connections, including those of other
//! workspaces, so each connection is written by a request of its own.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hooks::Hooks;
use crate::schema::Kind::{List, Map, Object, Set, Str};
use crate::schema::{
    Attr, Codec, Create, Destroy, Listing, Resource, Rule, WriteMethod, computed, optional, required, secret,
};
use crate::value::{self, Path, Value};

pub(super) static PLUGIN: Resource = Resource::new(
    "hoop_plugin",
    "plugins",
    "A plugin of the gateway, which this resource enables, and its connections.",
    ATTRS,
)
.subcategory("Integrations")
.create(Create::PostOrAdopt)
.complete_answers(&[WriteMethod::Post])
.destroy(Destroy::Detach)
.data_source()
.list(Listing::new("hoop_plugins", "plugins"))
.hooks(Hooks { validate: Some(validate), is_untouched: Some(is_enabled_at_first), ..Hooks::NONE })
.destroy_note(
    "The gateway cannot disable a plugin. A destroy detaches the connections that this resource manages; the \
     plugin, its credentials and its other connections remain.",
)
.import_note(
    "An import takes over every connection of the plugin, including those attached by others. If `connections` is \
     configured, the next plan removes the connections that it does not name; a destroy detaches all connections in \
     the state. To manage only some of the connections, create the resource instead of importing it: existing \
     connections whose settings match the configuration are adopted.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the plugin, assigned by the gateway."),
    required(
        "name",
        Str,
        "Name of the plugin. A plugin that is already enabled is adopted if this overwrites nothing.",
    )
    .key()
    .replaces()
    .rules(&[Rule::Length(1, 128)]),
    optional(
        "connections",
        Set(&Object(CONNECTION)),
        "Connections of the plugin. Only the connections that are configured here are managed; those attached by \
         other workspaces or by the gateway itself are not. Do not manage the same connection with \
         `hoop_plugin_connection` too.",
    )
    .or_computed()
    .always_sent()
    .partial("plugins/{name}/conn/{connection_id}"),
    secret("config", Map(&Str), "Credentials of the plugin by name, sent when this resource enables it.")
        .wire("config.envvars")
        .codec(Codec::Base64)
        .not_in_list()
        .fixed("Use `hoop_plugin_config`, which changes the credentials of an enabled plugin.")
        .rules(&[Rule::Each(&[Rule::Length(1, 75_000)])]),
];

static CONNECTION: &[Attr] = &[
    required("connection_id", Str, "Identifier of the connection.")
        .wire("id")
        .key()
        .refers()
        .points_to("hoop_connection", "id")
        .rules(&[Rule::Uuid]),
    connection_config(),
];

/// The settings of a plugin for one connection, wherever they are configured.
pub(super) const fn connection_config() -> Attr {
    optional(
        "config",
        List(&Str),
        "Settings of the plugin for the connection: the groups that get access for `access_control`, the channels for \
         `slack`. Order does not matter.",
    )
    .or_empty()
    .always_sent()
    .unordered()
}

/// The connections of these two plugins are set by attributes of the connections.
fn validate(config: &value::Object) -> Diagnostics {
    let name = config.get("name").and_then(Value::as_str).unwrap_or_default();
    let attribute = match name {
        "review" => "reviewers",
        "dlp" => "redact_types",
        _ => return Diagnostics::new(),
    };
    if config.get("connections").is_none_or(Value::is_null) {
        return Diagnostics::new();
    }
    let detail = format!(
        "The gateway attaches `{name}` to the connections that have `{attribute}`. Set `{attribute}` of \
         `hoop_connection` instead."
    );
    vec![
        Diagnostic::error(format!("`connections` cannot be set for the plugin `{name}`"), detail)
            .at(Path::attribute("connections")),
    ]
}

/// Every organization has these plugins. Their connections and credentials are objects of other types.
fn is_enabled_at_first(plugin: &value::Object) -> bool {
    let name = plugin.get("name").and_then(Value::as_str).unwrap_or_default();
    matches!(name, "audit" | "dlp" | "editor" | "review" | "slack")
}
