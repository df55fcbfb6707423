//! The provider `lerian`: passes its tables to the engine, and the engine to the plugin server.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::{lerian, plugin, protocol};

const IDENTITY: plugin::Identity = plugin::Identity {
    name: "lerian",
    address: "registry.terraform.io/lerianstudio/lerian",
    version: env!("CARGO_PKG_VERSION"),
    about: "connections of Lerian Reporter",
};

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn main() -> ExitCode {
    let environment = plugin::Environment::from_fn(|name| std::env::var_os(name));
    let arguments = std::env::args_os().skip(1);
    plugin::run(&IDENTITY, &environment, arguments, || {
        protocol::service(Arc::new(Engine::new(&lerian::PROVIDER, |name| std::env::var(name).ok())))
    })
}
