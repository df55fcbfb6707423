//! The provider `lerian`: passes its tables to the engine, and the engine to the plugin server or to the command.

use std::process::ExitCode;
use std::sync::Arc;

use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::{export, lerian, plugin, protocol};

const IDENTITY: plugin::Identity = plugin::Identity {
    name: "lerian",
    address: "registry.terraform.io/lerianstudio/lerian",
    commands: &[("export", "write the configuration of what exists; see `export --help`")],
    build: plugin::Build::THIS,
    about: "connections of Lerian Reporter",
};

const ORIGIN: export::Origin = export::Origin { address: IDENTITY.address, version: IDENTITY.build.version };

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn main() -> ExitCode {
    let environment = plugin::Environment::from_fn(|name| std::env::var_os(name));
    let engine = || Engine::new(&lerian::PROVIDER, |name| std::env::var(name).ok());
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|argument| argument == "export").is_some() {
        return export::run(&ORIGIN, &engine(), arguments);
    }
    plugin::run(&IDENTITY, &environment, arguments, || {
        let engine = Arc::new(engine());
        (protocol::service(engine.clone()), async move { engine.end().await })
    })
}
