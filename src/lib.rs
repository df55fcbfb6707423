//! A Terraform provider for API gateways, table-driven: a resource is data, one engine gives it meaning.
//!
//! - [`value`], [`diagnostic`], [`secret`]: plain data that everything else speaks in.
//! - [`schema`], [`hooks`]: the tables and what they may override.
//! - [`engine`]: what Terraform's requests mean, told from the tables.
//! - [`api`]: the HTTP client.
//! - [`protocol`]: tfplugin6; [`plugin`]: being a child process of Terraform.
//! - [`hoop`], [`lerian`]: the tables of the systems, one folder each.
//!
//! Who may import whom is in docs/ARCHITECTURE.md, and a test holds the source to it.
#![forbid(unsafe_code)]

pub mod api;
pub mod diagnostic;
pub mod engine;
pub mod hooks;
pub mod hoop;
pub mod lerian;
pub mod plugin;
pub mod protocol;
pub mod schema;
pub mod secret;
pub mod value;
