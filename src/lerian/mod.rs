//! Lerian Reporter: its tables, one file per object, and what is specific to its HTTP API. This is the registry: to add
//! a resource, add a table file, a `mod` line and a line in `RESOURCES`.

mod actions;
mod connection;
mod ephemeral;
mod queries;
mod rules;
mod system;
mod windows;

use crate::schema::{Attr, Input, Kind, Provider, Query, Resource, Rule, optional};

static RESOURCES: &[&Resource] = &[&connection::CONNECTION];

static QUERIES: &[&Query] = &[&queries::SCHEMA, &queries::TEST];

const PRODUCT: Input = Input { attribute: "product_name", variable: "LERIAN_PRODUCT_NAME" };

/// The provider `lerian`.
pub static PROVIDER: Provider = Provider {
    name: "lerian",
    title: "Lerian",
    doc: "Manages the database connections of Lerian Reporter.",
    system: system::SYSTEM,
    attrs: ATTRS,
    resources: RESOURCES,
    data: &[],
    queries: QUERIES,
    ephemerals: ephemeral::EPHEMERALS,
    actions: actions::ACTIONS,
    functions: &[],
    defaults: &[PRODUCT],
}
.checked();

static ATTRS: &[Attr] = &[
    optional(
        "endpoint",
        Kind::Str,
        "URL of the manager's API, for example `https://reporter.example.com`. Can also be set with the environment \
         variable `LERIAN_ENDPOINT`.",
    ),
    optional(
        "token",
        Kind::Str,
        "Access token for the API, if Access Manager is enabled. Can also be set with the environment variable \
         `LERIAN_TOKEN`. Conflicts with `client_id`.",
    )
    .sensitive(),
    optional(
        "client_id",
        Kind::Str,
        "Client identifier with which the provider requests a token from `auth_url`. Can also be set with the \
         environment variable `LERIAN_CLIENT_ID`.",
    ),
    optional(
        "client_secret",
        Kind::Str,
        "Client secret for `client_id`. Can also be set with the environment variable `LERIAN_CLIENT_SECRET`.",
    )
    .sensitive(),
    optional(
        "auth_url",
        Kind::Str,
        "URL of Access Manager, which issues tokens, for example `https://auth.example.com`. Can also be set with \
         the environment variable `LERIAN_AUTH_URL`.",
    ),
    optional(
        "organization_id",
        Kind::Str,
        "Identifier of the organization. Managers up to 1.2 require it with every request; later versions ignore \
         it. Can also be set with the environment variable `LERIAN_ORGANIZATION_ID`.",
    )
    .rules(&[Rule::Uuid]),
    optional(
        "product_name",
        Kind::Str,
        "Product of connections that do not set `product_name`. Can also be set with the environment variable \
         `LERIAN_PRODUCT_NAME`.",
    )
    .rules(rules::PRODUCT),
];
