//! `lerian_reporter_connection`: a database from which Reporter creates reports.

use super::rules::{HOST, NAME, PRODUCT, TRIMMED, modes};
use super::windows::windows;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hooks::{AttributeCall, Hooks, JsonObject};
use crate::schema::Kind::{Int64, Map, Object, Str};
use crate::schema::{
    Attr, Codec, Filter, Listing, Paging, Resource, Rule, TIMEOUTS, Update, computed, optional, required, secret,
};
use crate::value::{self, Path, Value};

pub(super) static CONNECTION: Resource = Resource::new(
    "lerian_reporter_connection",
    "v1/management/connections",
    "A connection of Reporter: a database from which it creates reports.",
    ATTRS,
)
.update(Update::Patch)
.lock("v1/management/connections/{config_name}")
.data_source()
.list(
    Listing::new("lerian_reporter_connections", "connections")
        .at("items")
        .filters(FILTERS)
        .paging(Paging::Pages { number: "page", size: "limit", most: 100, total: "total" })
        .parts(windows),
)
.named_by(&["product_name", "config_name"])
.unique_names()
.hooks(Hooks { validate: Some(validate), before_update: Some(assign), unmanageable: Some(internal), ..Hooks::NONE })
.import_note(
    "The manager returns neither the password nor the certificates and the key of `ssl`. After an import, the \
     next apply sends `ssl` once if it is configured. It sends the password if `password` is configured or \
     `password_wo_version` changes. A connection that was created before the manager had products is imported by \
     its identifier; setting `product_name` assigns it to a product.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier of the connection, assigned by the manager.").key().rules(&[Rule::Uuid]),
    optional(
        "product_name",
        Str,
        "Product that the connection belongs to. Defaults to `product_name` of the provider.",
    )
    .wire("productName")
    .or_computed()
    .default_from("product_name")
    .header("X-Product-Name")
    .replaces_once_set()
    .rules(PRODUCT),
    required("config_name", Str, "Name of the connection, unique across all products.").wire("configName").rules(NAME),
    required("type", Str, "Type of the database.").rules(&[Rule::OneOf(&[
        "ORACLE",
        "SQL_SERVER",
        "POSTGRESQL",
        "MONGODB",
        "MYSQL",
    ])]),
    required("host", Str, "Host of the database.").rules(HOST),
    required("port", Int64, "Port of the database.").rules(&[Rule::Range(1, 65535)]),
    required("database_name", Str, "Name of the database.").wire("databaseName").rules(TRIMMED),
    required("user_name", Str, "User name for the database.").wire("userName").rules(TRIMMED),
    secret("password", Str, "Password for the database. The manager never returns it.")
        .required_on_create()
        .not_readable()
        .rules(&[Rule::Length(1, usize::MAX)]),
    optional("schema", Str, "Schema of the database, for example `public`.").or_empty(),
    optional("ssl", Object(SSL), "TLS settings for connecting to the database. A change sends all of them.")
        .replaces_on_removal(),
    optional(
        "metadata",
        Map(&Str),
        "Metadata of the connection, replaced as a whole. A value that was set outside Terraform and is not a \
         string is shown as JSON.",
    )
    .or_empty()
    .codec(Codec::Text),
    computed("created_at", Str, "Time at which the connection was created.").wire("createdAt"),
    computed("updated_at", Str, "Time at which the connection was last changed.").wire("updatedAt").volatile(),
    TIMEOUTS,
];

static SSL: &[Attr] = &[
    required("mode", Str, "TLS mode. The valid modes depend on `type`.").rules(&[Rule::Length(1, 32)]),
    required("ca", Str, "CA certificates to trust, in PEM format. The manager requires them for every mode.")
        .not_readable()
        .rules(&[Rule::Length(1, usize::MAX)]),
    optional("cert", Str, "Client certificate that the manager presents, in PEM format.").not_readable(),
    secret("key", Str, "Private key of `cert`, in PEM format.").not_readable(),
];

static FILTERS: &[Filter] = &[
    Filter::new("product_name", Str, "Only connections of this product.").header("X-Product-Name"),
    Filter::new("type", Str, "Only connections to this type of database."),
    // The manager's own filter compares strings only: it misses a number or a boolean that others stored.
    Filter::new(
        "metadata",
        Map(&Str),
        "Only connections with these metadata entries. Values are compared in the form \
         in which this data source shows them.",
    )
    .client_side(),
];

/// A connection that was created before the manager had products has none, and cannot be changed until it has one.
fn assign(prior: &value::Object, planned: &value::Object) -> Option<AttributeCall> {
    let has_product = |object: &value::Object| object.get("product_name").is_some_and(|name| name.as_str().is_some());
    let is_assigned = !has_product(prior) && has_product(planned);
    is_assigned.then_some(AttributeCall { below: "assign", attribute: "product_name" })
}

/// A connection from the environment of the manager has no product and no time of creation.
fn internal(connection: &JsonObject) -> Option<&'static str> {
    let text = |name: &str| connection.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let is_internal = text("productName").is_empty() && text("createdAt").starts_with("0001-01-01");
    is_internal.then_some(
        "It is configured in the environment of the manager, which refuses to change or delete it. Use the data \
         source `lerian_reporter_connection` to read it.",
    )
}

fn validate(config: &value::Object) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(wrong_mode(config));
    found.extend(long_metadata(config));
    found
}

/// The manager refuses a mode that the type does not support; so does the plan.
fn wrong_mode(config: &value::Object) -> Option<Diagnostic> {
    let database = config.get("type").and_then(Value::as_str)?;
    let mode = config.get("ssl").and_then(Value::as_object)?.get("mode").and_then(Value::as_str)?;
    let known = modes(database)?;
    if known.contains(&mode) {
        return None;
    }
    let valid: Vec<String> = known.iter().map(|mode| format!("`{mode}`")).collect();
    let detail = format!("For the type `{database}`, `ssl.mode` must be one of {}, not {mode:?}.", valid.join(", "));
    Some(Diagnostic::error("Invalid value for `mode`", detail).at(Path::attribute("ssl").then("mode")))
}

/// The documented limits, which the manager does not enforce.
fn long_metadata(config: &value::Object) -> Option<Diagnostic> {
    const KEY: usize = 100;
    const VALUE: usize = 2000;
    let Some(Value::Map(metadata)) = config.get("metadata") else { return None };
    let is_long = |text: &str, most: usize| text.chars().count() > most;
    let long = metadata
        .iter()
        .find(|(key, value)| is_long(key, KEY) || value.as_str().is_some_and(|text| is_long(text, VALUE)))?;
    let detail = format!(
        "Reporter documents a limit of {KEY} characters for keys and {VALUE} for values. The manager accepts this \
         entry today; a later version may refuse it."
    );
    let key: String = long.0.chars().take(KEY).collect();
    Some(
        Diagnostic::warning("Metadata entry longer than the documented limit", detail)
            .at(Path::attribute("metadata").key(&key)),
    )
}
