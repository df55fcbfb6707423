//! RPC sessions: the real binary, started and asked as Terraform does it, without Terraform. `host` plays the other
//! side and holds every answer to core's rules; the tests here add what the provider promises beyond them.

mod credentials;
mod deferred;
#[cfg(unix)]
mod environment;
mod faults;
mod follow;
mod functions;
mod logs;
mod methods;
mod names;
mod panics;
mod process;
mod questions;
mod schema;
mod schema_rules;
#[cfg(unix)]
mod socket;
mod strangers;
mod table;

use tonic::transport::Channel;

use crate::emulator::Emulator;
use crate::host::Client;
use crate::host::pb::get_provider_schema::Request as SchemaRequest;
use crate::subject::minimal;

/// Whether the provider answers on this channel.
async fn answers(channel: Channel) -> bool {
    let mut client = Client::new(channel).max_decoding_message_size(1 << 30);
    client.get_provider_schema(SchemaRequest {}).await.is_ok()
}

#[cfg(unix)]
fn signal(name: &str, process: u32) {
    let sent = std::process::Command::new("kill").args([name, &process.to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

/// A gateway that can do what every resource type needs.
fn gateway() -> Emulator {
    Emulator::builder().masking(true).start()
}
