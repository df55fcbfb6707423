//! The provider `hoop`: passes its tables to the engine, and the engine to the plugin server.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::{hoop, plugin, protocol};

const IDENTITY: plugin::Identity = plugin::Identity {
    name: "hoop",
    address: "registry.terraform.io/hoophq/hoop",
    version: env!("CARGO_PKG_VERSION"),
    about: "the Hoop access gateway",
};

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn main() -> ExitCode {
    let environment = plugin::Environment::from_fn(|name| std::env::var_os(name));
    let arguments = std::env::args_os().skip(1);
    plugin::run(&IDENTITY, &environment, arguments, || {
        protocol::service(Arc::new(Engine::new(&hoop::PROVIDER, |name| std::env::var(name).ok())))
    })
}
