//! A table-driven Terraform provider for API gateways: each resource is a table, which one engine interprets.
//!
//! - [`value`], [`diagnostic`], [`secret`]: plain data types that everything else uses.
//! - [`schema`], [`hooks`]: the types of the tables, and what tables can override.
//! - [`engine`]: plans and applies Terraform's requests by the tables.
//! - [`api`]: the HTTP client.
//! - [`protocol`]: tfplugin6; [`plugin`]: the process that Terraform starts, as go-plugin expects it.
//! - [`rpc`]: which request of the host a task works for, for the log.
//! - [`export`]: the command that writes the configuration of what exists.
//! - [`hoop`], [`lerian`]: the tables of the systems, one folder each.
//!
//! Which module may import which is in docs/ARCHITECTURE.md; a test checks it.
#![forbid(unsafe_code)]

pub mod api;
pub mod diagnostic;
pub mod engine;
pub mod export;
pub mod hooks;
pub mod hoop;
pub mod lerian;
pub mod plugin;
pub mod protocol;
pub mod rpc;
pub mod schema;
pub mod secret;
pub mod value;
