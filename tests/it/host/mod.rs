//! Terraform's part, played by the tests: starts the real binary as go-plugin does, dials it with mutual TLS, speaks
//! tfplugin6, and holds every answer to the rules that Terraform's core enforces.
//!
//! It has a codec and types of its own, read from the schema that it is sent: sharing the provider's would hide its
//! bugs.

mod actions;
mod codec;
mod decimal;
mod deferred;
mod ephemeral;
mod functions;
mod identity;
mod inside;
mod lifecycle;
mod lists;
mod process;
mod rules;
mod session;
mod shape;
mod socket;
mod tls;

#[allow(warnings, reason = "generated")]
pub(crate) mod pb {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

#[allow(warnings, reason = "generated")]
pub(crate) mod plugin {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}

#[allow(warnings, reason = "generated")]
pub(crate) mod health {
    include!(concat!(env!("OUT_DIR"), "/grpc.health.v1.rs"));
}

#[allow(unused_imports, reason = "the benchmarks use a part of it")]
pub(crate) use actions::Invoked;
#[allow(unused_imports, reason = "only the benchmarks use it")]
pub(crate) use codec::encode;
pub(crate) use functions::FunctionError;
pub(crate) use lifecycle::{AT_ONCE, Action, Applied, Planned};
pub(crate) use lists::Listed;
#[allow(unused_imports, reason = "the benchmarks use a part of it")]
pub(crate) use process::{Launch, Process};
pub(crate) use session::{Client, Diagnostics, Object, Session, path_text, settings};
pub(crate) use shape::{Column, Shape, Type, unknown};
#[allow(unused_imports, reason = "the benchmarks use a part of it")]
pub(crate) use socket::{NETWORK, Stream, connect};
pub(crate) use tls::{HostCertificate, dial, dial_plaintext, shake_hands};
