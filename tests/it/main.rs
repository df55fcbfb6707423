//! The one integration test binary. `emulator` plays the systems and shares no code with the provider; everything
//! else drives the real binary or the real Terraform against it, or reads the tables and the source.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "these rules are for the provider; tests start programs, open sockets and panic"
)]

mod absent;
mod actions;
mod bulk;
mod canary;
mod concurrency;
mod conformance;
mod docs;
mod draw;
mod emulator;
mod ephemeral;
mod figure;
mod host;
mod hostile;
mod keys;
mod left_alone;
mod lifecycle;
mod lists;
mod many;
mod matrix;
mod messages;
mod moves;
mod nothing;
mod outside;
mod overruled;
mod query;
mod refused;
mod release;
mod reporter;
mod rpc;
mod subject;
mod tables;
mod terraform;
mod tidy;
mod twins;
mod unknown;
mod versions;
