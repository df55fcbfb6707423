//! `hoop_plugin`: a plugin of the gateway, enabled, with its connections. The gateway can neither disable a plugin nor
//! change its credentials here. A PUT of the plugin would replace the connections of everybody, so each is written by
//! itself.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hooks::Hooks;
use crate::schema::Kind::{List, Map, Object, Set, Str};
use crate::schema::{
    Attr, Codec, Create, DataSource, Destroy, Resource, Rule, WriteMethod, computed, optional, required, secret,
};
use crate::value::{self, Path, Value};

pub(super) static PLUGIN: Resource = Resource::new(
    "hoop_plugin",
    "plugins",
    "A plugin of the gateway, enabled, with its connections.",
    ATTRS,
)
.create(Create::PostOrAdopt)
.shown_by(&[WriteMethod::Post])
.destroy(Destroy::Detach)
.data_source()
.list(DataSource::new("hoop_plugins", "plugins"))
.hooks(Hooks { validate: Some(validate), ..Hooks::NONE })
.destroy_note(
    "The gateway cannot disable a plugin: a destroy detaches the connections that are managed here; the plugin, \
             its credentials and its other connections stay.",
)
.import_note(
    "An import takes every connection of the plugin, whoever attached it: the plan shows those that `connections` does \
     not name as removed, and a destroy detaches all that the state holds. To take over some of them, create the \
     resource with these instead: what is there already as it is configured is adopted.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier given by the gateway."),
    required("name", Str, "Name of the plugin. One that is enabled already is adopted when that overwrites nothing.")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 128)]),
    optional(
        "connections",
        Set(&Object(CONNECTION)),
        "Connections of the plugin. Only those that are named are managed, not those of other workspaces and not those \
         that the gateway attaches by itself. Not to be used together with `hoop_plugin_connection` for the same \
         connection.",
    )
    .or_computed()
    .always_sent()
    .partial("plugins/{name}/conn/{connection_id}"),
    secret("config", Map(&Str), "Credentials of a plugin that is enabled here, by name.")
        .wire("config.envvars")
        .codec(Codec::Base64)
        .not_in_list()
        .fixed("Use `hoop_plugin_config`, which changes the credentials of an enabled plugin.")
        .rules(&[Rule::Each(&[Rule::Length(1, 75_000)])]),
];

static CONNECTION: &[Attr] = &[
    required("connection_id", Str, "Identifier of the connection.").wire("id").key().refers().rules(&[Rule::Uuid]),
    optional("config", List(&Str), "What the plugin is told of it. Its order means nothing.")
        .or_empty()
        .always_sent()
        .unordered(),
];

/// Two plugins are views of their connections' own attributes.
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
    let detail = format!("The connections of `{name}` are those with `{attribute}`: set that on `hoop_connection`.");
    vec![Diagnostic::error(format!("`{name}` takes no connections"), detail).at(Path::attribute("connections"))]
}
