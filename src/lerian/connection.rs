//! `lerian_reporter_connection`: a database that reports are made from.

use super::rules::{HOST, NAME, PRODUCT, WORDS, modes};
use super::windows::windows;
use crate::diagnostic::{Diagnostic, Diagnostics, with_article};
use crate::hooks::{First, Hooks, JsonObject};
use crate::schema::Kind::{Int64, Map, Object, Str};
use crate::schema::{
    Attr, Codec, DataSource, Filter, Paging, Resource, Rule, TIMEOUTS, Update, computed, optional, required, secret,
};
use crate::value::{self, Path, Value};

pub(super) static CONNECTION: Resource = Resource::new(
    "lerian_reporter_connection",
    "v1/management/connections",
    "A connection of Reporter: a database that reports are made from.",
    ATTRS,
)
.update(Update::Patch)
.lock("v1/management/connections/{config_name}")
.data_source()
.list(
    DataSource::new("lerian_reporter_connections", "connections")
        .at("items")
        .filters(FILTERS)
        .paging(Paging::Pages { number: "page", size: "limit", most: 100, total: "total" })
        .parts(windows),
)
.named_by(&["product_name", "config_name"])
.unique_names()
.hooks(Hooks { validate: Some(validate), first: Some(assign), unmanageable: Some(internal), ..Hooks::NONE })
.import_note(
    "The manager shows neither the password nor the certificates and the key of `ssl`: after an import the next apply \
     sends `ssl` once, if it is configured. The password is sent when `password` is configured or `password_wo_version` \
     raised. A connection from before there were products is imported by its identifier; giving it a `product_name` \
     assigns it.",
);

static ATTRS: &[Attr] = &[
    computed("id", Str, "Identifier given by the manager.").key().rules(&[Rule::Uuid]),
    optional("product_name", Str, "Product that the connection belongs to; by default that of the provider block.")
        .wire("productName")
        .or_computed()
        .default_from("product_name")
        .header("X-Product-Name")
        .replaces_once_set()
        .rules(PRODUCT),
    required("config_name", Str, "Name of the connection, which no other has, of whatever product.")
        .wire("configName")
        .rules(NAME),
    required("type", Str, "Kind of database.").rules(&[Rule::OneOf(&[
        "ORACLE",
        "SQL_SERVER",
        "POSTGRESQL",
        "MONGODB",
        "MYSQL",
    ])]),
    required("host", Str, "Host of the database.").rules(HOST),
    required("port", Int64, "Port of the database.").rules(&[Rule::Range(1, 65535)]),
    required("database_name", Str, "Name of the database.").wire("databaseName").rules(WORDS),
    required("user_name", Str, "User of the database.").wire("userName").rules(WORDS),
    secret("password", Str, "Password of the user. The manager never shows it.")
        .required_on_create()
        .not_readable()
        .rules(&[Rule::Length(1, usize::MAX)]),
    optional("schema", Str, "Schema of the database, for example `public`.").or_empty(),
    optional("ssl", Object(SSL), "How the manager speaks TLS with the database. A change sends all of it.")
        .replaces_on_removal(),
    optional(
        "metadata",
        Map(&Str),
        "Notes on the connection, replaced as a whole. What others put there and is no text is shown as JSON.",
    )
    .or_empty()
    .codec(Codec::Text),
    computed("created_at", Str, "When it was created.").wire("createdAt"),
    computed("updated_at", Str, "When it was last changed.").wire("updatedAt").volatile(),
    TIMEOUTS,
];

static SSL: &[Attr] = &[
    required("mode", Str, "Mode of TLS; which there are depends on `type`.").rules(&[Rule::Length(1, 32)]),
    required("ca", Str, "Certificates of the authorities to trust, in PEM. The manager wants it for every mode.")
        .not_readable()
        .rules(&[Rule::Length(1, usize::MAX)]),
    optional("cert", Str, "Certificate that the manager presents, in PEM.").not_readable(),
    secret("key", Str, "Private key of `cert`, in PEM.").not_readable(),
];

static FILTERS: &[Filter] = &[
    Filter::new("product_name", Str, "Only connections of this product.").header("X-Product-Name"),
    Filter::new("type", Str, "Only connections of this kind of database."),
    // The manager's own filter compares texts only: it misses a number or a word such as true that others stored.
    Filter::new("metadata", Map(&Str), "Only connections with these notes, compared with them as they are shown.")
        .compared_here(),
];

/// A connection from before there were products has none, and cannot be changed until it has.
fn assign(prior: &value::Object, planned: &value::Object) -> Option<First> {
    let text = |object: &value::Object| object.get("product_name").and_then(Value::as_str).map(str::to_owned);
    let product = text(planned).filter(|_| text(prior).is_none())?;
    Some(First { below: "assign", header: ("X-Product-Name", product), attribute: "product_name" })
}

/// What the operator configured in the manager's own environment has no product and no time.
fn internal(connection: &JsonObject) -> Option<&'static str> {
    let text = |name: &str| connection.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let is_internal = text("productName").is_empty() && text("createdAt").starts_with("0001-01-01");
    is_internal.then_some(
        "It is configured in the manager's own environment, and the manager refuses to change or delete it. The data \
         source `lerian_reporter_connection` shows it.",
    )
}

fn validate(config: &value::Object) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(wrong_mode(config));
    found.extend(long_notes(config));
    found
}

/// The manager tells a mode that the type does not know from a good one; so can the plan.
fn wrong_mode(config: &value::Object) -> Option<Diagnostic> {
    let database = config.get("type").and_then(Value::as_str)?;
    let mode = config.get("ssl").and_then(Value::as_object)?.get("mode").and_then(Value::as_str)?;
    let known = modes(database)?;
    if known.contains(&mode) {
        return None;
    }
    let words: Vec<String> = known.iter().map(|mode| format!("`{mode}`")).collect();
    let detail = format!("`ssl.mode` of {} must be one of {}, not {mode:?}.", with_article(database), words.join(", "));
    Some(Diagnostic::error("Invalid value for `mode`", detail).at(Path::attribute("ssl").then("mode")))
}

/// The documented limits, which the manager does not enforce.
fn long_notes(config: &value::Object) -> Option<Diagnostic> {
    const KEY: usize = 100;
    const VALUE: usize = 2000;
    let Some(Value::Map(notes)) = config.get("metadata") else { return None };
    let is_long = |text: &str, most: usize| text.chars().count() > most;
    let long = notes
        .iter()
        .find(|(key, value)| is_long(key, KEY) || value.as_str().is_some_and(|text| is_long(text, VALUE)))?;
    let detail = format!(
        "Reporter documents keys of at most {KEY} and values of at most {VALUE} characters. The manager takes this one \
         today; a newer one may not."
    );
    let key: String = long.0.chars().take(KEY).collect();
    Some(Diagnostic::warning("A note is longer than documented", detail).at(Path::attribute("metadata").key(&key)))
}
