//! tfplugin6, the protocol that Terraform speaks to a provider: each RPC is decoded, handed to the engine, encoded.
//! What an RPC means is the engine's; the generated types stay in here.

mod answer;
mod convert;
mod json;
mod msgpack;
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
