//! RPC sessions: the real binary, started and asked as Terraform does it, without Terraform. `host` plays the other
//! side and holds every answer to core's rules; the tests here add what the provider promises beyond them.

mod credentials;
mod faults;
mod logs;
mod methods;
mod names;
mod process;
mod questions;
mod schema;
mod schema_rules;
mod table;

use crate::emulator::Emulator;
use crate::subject::minimal;

/// A gateway that can do what every resource type needs.
fn gateway() -> Emulator {
    Emulator::builder().masking(true).start()
}
