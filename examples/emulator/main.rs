//! The emulator of the gateway as a program, for playing with the provider by hand and for replaying traces. Its first
//! line on stdout says where it is and what its keys are; it serves until it is killed. No logic of its own.

#[path = "../../tests/it/emulator/mod.rs"]
mod emulator;

use std::error::Error;
use std::io::Write as _;

use emulator::{Builder, Emulator};
use serde_json::json;

const USAGE: &str = "usage: emulator [--listen ADDRESS:PORT] [--masked-secrets] [--masking] [--version X.Y.Z]";

fn main() -> Result<(), Box<dyn Error>> {
    let emulator = configured(std::env::args().skip(1))?.try_start()?;
    let line = json!({ "hoop": {
        "api_url": emulator.api_url(),
        "api_key": emulator.api_key(),
        "legacy_api_key": emulator.legacy_api_key(),
        "agent_id": emulator.agent_id(),
    }});
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    loop {
        std::thread::park();
    }
}

fn configured(mut arguments: impl Iterator<Item = String>) -> Result<Builder, Box<dyn Error>> {
    let mut builder = Emulator::builder();
    while let Some(argument) = arguments.next() {
        builder = match argument.as_str() {
            "--listen" => builder.listen(arguments.next().ok_or(USAGE)?.parse()?),
            "--version" => builder.version(&arguments.next().ok_or(USAGE)?),
            "--masked-secrets" => builder.masked_secrets(true),
            "--masking" => builder.masking(true),
            _ => return Err(USAGE.into()),
        };
    }
    Ok(builder)
}
