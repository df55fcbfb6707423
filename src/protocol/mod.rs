//! tfplugin6, the protocol between Terraform and a provider: each RPC is decoded, passed to the engine, and its result
//! encoded. The engine implements the RPCs; the generated types are private to this module.

mod actions;
mod answer;
mod backend;
mod convert;
mod data_sources;
mod ephemeral;
mod functions;
mod json;
mod lists;
mod msgpack;
mod resources;
mod schema;
mod service;

#[allow(warnings, reason = "generated")]
mod pb {
    tonic::include_proto!("tfplugin6");
}

pub use service::service;

/// The codecs, for benchmarks.
pub mod codec {
    pub use super::msgpack::{decode, encode};
}
