//! The emulators of the gateway and of the manager as a program, to try the providers by hand and to replay traces. Its
//! first line on stdout contains their URLs and keys; it runs until it is killed. It contains no logic of its own.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "these rules are for the provider")]

#[path = "../../tests/it/emulator/mod.rs"]
mod emulator;

use std::error::Error;
use std::io::Write as _;

use emulator::manager::{self, ManagerEmulator};
use emulator::{Builder, Emulator};
use serde_json::json;

const USAGE: &str = "usage: emulator [--listen ADDRESS:PORT] [--masked-secrets] [--masking] [--delays]
  [--version X.Y.Z]
  [--lerian-listen ADDRESS:PORT] [--lerian-now TIME] [--lerian-guard] [--lerian-problem-json] [--lerian-token]
  [--lerian-organization] [--lerian-test-limit N] [--lerian-job-refusals N] [--lerian-record JSON]
  [--lerian-internal JSON] [--lerian-target JSON]";

fn main() -> Result<(), Box<dyn Error>> {
    let (gateway, manager) = configured(std::env::args().skip(1))?;
    let (gateway, manager) = (gateway.try_start()?, manager.try_start()?);
    let (client_id, client_secret) = manager.client();
    let line = json!({
        "hoop": {
            "api_url": gateway.api_url(),
            "api_key": gateway.api_key(),
            "legacy_api_key": gateway.legacy_api_key(),
            "agent_id": gateway.agent_id(),
        },
        "lerian": {
            "url": manager.url(),
            "auth_url": manager.auth_url(),
            "client_id": client_id,
            "client_secret": client_secret,
        },
    });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    loop {
        std::thread::park();
    }
}

fn configured(mut arguments: impl Iterator<Item = String>) -> Result<(Builder, manager::Builder), Box<dyn Error>> {
    let (mut hoop, mut lerian) = (Emulator::builder(), ManagerEmulator::builder());
    // One database, so that a connection test can succeed.
    lerian.manager.add_target(&json!({
        "host": "127.0.0.1", "port": 5479, "password": "dummy-pg", "tables": { "orders": ["id", "note", "total"] },
    }));
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match argument.as_str() {
            "--listen" => hoop = hoop.listen(value()?.parse()?),
            "--version" => hoop = hoop.version(&value()?),
            "--masked-secrets" => hoop = hoop.masked_secrets(true),
            "--delays" => hoop = hoop.delayed(true),
            "--masking" => hoop = hoop.masking(true),
            "--lerian-listen" => lerian = lerian.listen(value()?.parse()?),
            "--lerian-now" => lerian.manager.set_now(&value()?),
            "--lerian-guard" => lerian.manager.host_guard = true,
            "--lerian-problem-json" => lerian.manager.problem_json = true,
            "--lerian-token" => lerian.manager.requires_token = true,
            "--lerian-organization" => lerian.manager.requires_organization = true,
            "--lerian-test-limit" => lerian.manager.set_test_limit(value()?.parse()?),
            "--lerian-job-refusals" => lerian.manager.set_job_refusals(value()?.parse()?),
            "--lerian-record" => lerian.manager.add_record(serde_json::from_str(&value()?)?),
            "--lerian-internal" => lerian.manager.add_internal(&serde_json::from_str(&value()?)?),
            "--lerian-target" => lerian.manager.add_target(&serde_json::from_str(&value()?)?),
            _ => return Err(USAGE.into()),
        }
    }
    Ok((hoop, lerian))
}
