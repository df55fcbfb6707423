//! `hoop_plugin_connection` and `hoop_plugin_config`: what a plugin knows of one connection, and its credentials.

use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{List, Map, Str};
use crate::schema::{
    Attr, Codec, Create, DataSource, Destroy, Filter, Reads, Resource, Rule, Update, WriteMethod, computed, optional,
    required, secret,
};

const PLUGIN: &str = "plugins/{plugin_name}";

pub(super) static CONNECTION: Resource = Resource::new(
    "hoop_plugin_connection",
    "plugins",
    "The setting of a plugin for one connection, for example the groups that `access_control` lets through.",
    CONNECTION_ATTRS,
)
.path("plugins/{plugin_name}/conn/{connection_id}")
.reads(Reads::Find { path: PLUGIN, at: "connections", wire: "id", attr: "connection_id", own: Some("connection_id") })
.create(Create::Put)
.update(Update::Put)
.shown_by(&[WriteMethod::Put])
.data_source()
.list(DataSource::new("hoop_plugin_connections", "connections").path(PLUGIN).at("connections").filters(&[Filter::new(
    "plugin_name",
    Str,
    "Name of the plugin.",
)]))
.destroy_note(
    "The gateway attaches each connection to the plugins `audit`, `editor` and `slack` by itself, with an empty \
     `config`: such an entry is taken over by a create, and comes back when the connection is saved after a destroy.",
);

static CONNECTION_ATTRS: &[Attr] = &[
    required("plugin_name", Str, "Name of the plugin, which must be enabled (`hoop_plugin`).").key().replaces().rules(
        &[
            Rule::Length(1, 128),
            Rule::Matches(
                "a plugin other than `review` and `dlp`, which are a connection's `reviewers` and `redact_types`",
                |name| !matches!(name, "review" | "dlp"),
            ),
        ],
    ),
    required("connection_id", Str, "Identifier of the connection.")
        .wire("id")
        .key()
        .replaces()
        .refers()
        .rules(&[Rule::Uuid]),
    optional("config", List(&Str), "What the plugin is told of the connection. Its order means nothing.")
        .or_empty()
        .always_sent()
        .unordered(),
];

pub(super) static CONFIG: Resource =
    Resource::new("hoop_plugin_config", "plugins", "The credentials of a plugin.", CONFIG_ATTRS)
        .path("plugins/{plugin_name}/config")
        .reads(Reads::At(PLUGIN))
        .create(Create::Put)
        .update(Update::Put)
        .shown_by(&[WriteMethod::Put])
        .destroy(Destroy::Empty {
            refused: "The gateway does not let go of this plugin's configuration. It is no longer managed here.",
        })
        // The credentials that a create of the plugin sends are the same.
        .lock(PLUGIN)
        .bare_body("config")
        .hooks(Hooks { absent_when: Some(is_empty), ..Hooks::NONE });

static CONFIG_ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the plugin."),
    required("plugin_name", Str, "Name of the plugin, which must be enabled (`hoop_plugin`).")
        .wire("name")
        .key()
        .replaces()
        .rules(&[Rule::Length(1, 128)]),
    secret("config", Map(&Str), "The credentials by name.")
        .required_on_create()
        .wire("config.envvars")
        .codec(Codec::Base64)
        .rules(&[
            Rule::Keys(&[Rule::Length(1, 256)]),
            Rule::Each(&[Rule::Matches("1 to 75000 bytes long, which is what the gateway stores", is_storable)]),
        ]),
];

/// At most 100,000 characters of base64.
fn is_storable(text: &str) -> bool {
    !text.is_empty() && text.len().div_ceil(3) * 4 <= 100_000
}

/// An empty configuration is none.
fn is_empty(plugin: &JsonObject) -> bool {
    let variables = plugin.get("config").and_then(|config| config.get("envvars")).and_then(|vars| vars.as_object());
    variables.is_none_or(|variables| variables.is_empty())
}
