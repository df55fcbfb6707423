//! Lerian Reporter: its tables, one file per object, and what is its own about HTTP. This is the registry: adding a
//! resource is a table file, a `mod` line and a line in `RESOURCES`.

mod connection;
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
    doc: "Manages the connections of Lerian Reporter: the databases that reports are made from.",
    system: system::SYSTEM,
    attrs: ATTRS,
    resources: RESOURCES,
    queries: QUERIES,
    defaults: &[PRODUCT],
}
.checked();

static ATTRS: &[Attr] = &[
    optional(
        "endpoint",
        Kind::Str,
        "Address of the manager's API, for example `https://reporter.example.com`. Also read from `LERIAN_ENDPOINT`.",
    ),
    optional(
        "token",
        Kind::Str,
        "Token of the API, where Access Manager is on. Also read from `LERIAN_TOKEN`. Not together with `client_id`.",
    )
    .sensitive(),
    optional(
        "client_id",
        Kind::Str,
        "Client that a token is got for, with `client_secret` from `auth_url`. Also read from `LERIAN_CLIENT_ID`.",
    ),
    optional("client_secret", Kind::Str, "Secret of `client_id`. Also read from `LERIAN_CLIENT_SECRET`.").sensitive(),
    optional(
        "auth_url",
        Kind::Str,
        "Address of Access Manager, which gives tokens, for example `https://auth.example.com`. Also read from \
         `LERIAN_AUTH_URL`.",
    ),
    optional(
        "organization_id",
        Kind::Str,
        "Organization, which managers up to 1.2 want with every request; newer ones ignore it. Also read from \
         `LERIAN_ORGANIZATION_ID`.",
    )
    .rules(&[Rule::Uuid]),
    optional("product_name", Kind::Str, "Product of connections that name none. Also read from `LERIAN_PRODUCT_NAME`.")
        .rules(rules::PRODUCT),
];
