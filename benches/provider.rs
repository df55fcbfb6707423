//! What Terraform's users wait and pay for: start, first schema, plans, memory, size; beside them the floor, which has
//! the same transport and nothing else. `cargo bench` runs everything, `cargo bench -- plans` one part. Targets and
//! figures are explained in docs/PERFORMANCE.md.
//!
//! Figures depend on the machine, so a missed target is told and fails nothing, but for one: a handshake line that
//! takes several times its target has lost a build setting, and that ends with an error.
#![allow(clippy::print_stdout, reason = "figures are for a person who reads them")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "these rules are for the provider")]

#[path = "provider/build.rs"]
mod build;
#[path = "../tests/it/emulator/mod.rs"]
mod emulator;
#[path = "provider/figures.rs"]
mod figures;
#[allow(dead_code, unused_imports, reason = "the tests' host, of which this program uses a part")]
#[path = "../tests/it/host/mod.rs"]
mod host;
#[path = "provider/inside.rs"]
mod inside;
#[path = "provider/objects.rs"]
mod objects;
#[path = "provider/plans.rs"]
mod plans;
#[path = "provider/scale/mod.rs"]
mod scale;
#[path = "provider/start.rs"]
mod start;

use std::process::ExitCode;

use figures::Report;

fn main() -> ExitCode {
    // `cargo test` may run this too, without the flag: then nothing is measured.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let asked = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| part.contains(wanted.as_str()));

    // One thread, as the provider has: waking a second one would cost more than the work.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let floor = ["size", "start", "plans", "scale"].iter().any(|part| asked(part)).then(build::programs);
    let mut report = Report::begin();
    if let Some(floor) = &floor {
        if asked("size") {
            build::size(&mut report, floor);
        }
        if asked("start") {
            runtime.block_on(start::measure(&mut report, floor));
        }
        if asked("plans") {
            runtime.block_on(plans::measure(&mut report, floor));
        }
        if asked("scale") {
            runtime.block_on(scale::measure(&mut report, floor));
        }
    }
    if asked("inside") {
        runtime.block_on(inside::engine(&mut report));
        inside::msgpack(&mut report);
    }
    report.end()
}
