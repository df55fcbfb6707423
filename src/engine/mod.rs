//! The engine: answers Terraform's requests from the tables. Plain values go in and come out; it knows no system by name
//! and nothing of Terraform's wire format.
//!
//! The folders are the phases of a request. Each one imports only from those above it; a test fails on a circle.
//!
//! - `values`: what follows from values and tables alone: comparison, pairing, JSON, addresses, private state.
//! - `validate`: a configuration against its table. `Engine::validate_resource`, `validate_data`, `validate_provider`, `call`.
//! - `report`: diagnostics for errors and panics, and the redaction of secrets.
//! - `session`: the provider's configuration, the credential check, the rights of the key, locks, shared reads.
//! - `plan`: what an apply will do. `Engine::plan`.
//! - `read`: everything that asks and changes nothing. `Engine::read`, `import`, `read_data`, `upgrade`, `moved`.
//! - `write`: an apply, from its request to the state after it. `Engine::apply`.
//! - `list`: the objects that can be imported, and configurations for them. `Engine::list`, `generate`.
//! - `ephemeral`: values that are requested for one run. `Engine::open`, `renew`, `close`.
//! - `action`: work that a configuration or a user starts. `Engine::invoke`.

mod action;
mod ephemeral;
mod list;
mod plan;
mod read;
mod report;
mod session;
mod validate;
mod values;
mod write;

#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

pub use self::ephemeral::Opened;
pub use self::list::{ListRequest, ListResult};
pub use self::read::import::ImportTarget;
pub use self::write::ApplyRequest;

use tokio_util::sync::CancellationToken;

use self::ephemeral::Leases;
use self::session::access::Access;
use crate::api::{Budget, Redactor};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Action, ArgumentError, Function, Provider, Resource};
use crate::value::{Object, Path, Value};

/// Reads an environment variable. Only `session::settings` calls it.
pub type Environment = fn(&str) -> Option<String>;

/// A running provider. One per process; every method may be called at any time and concurrently.
pub struct Engine {
    provider: &'static Provider,
    environment: Environment,
    access: RwLock<Arc<Access>>,
    /// Cancels the operations since the latest configuration.
    stop: RwLock<CancellationToken>,
    /// The secrets that this process has seen.
    redactor: Redactor,
    leases: Leases,
}

/// An object as Terraform stores it. `state` is null when there is none.
#[derive(Clone)]
pub struct Stored {
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
}

/// The answer to an operation on one object.
pub struct Outcome {
    pub stored: Stored,
    /// Paths whose change makes Terraform replace the object. Only a plan has any.
    pub replaces: Vec<Path>,
    pub diagnostics: Diagnostics,
}

impl Outcome {
    fn new(stored: Stored, diagnostics: Diagnostics) -> Outcome {
        Outcome { stored, replaces: Vec::new(), diagnostics }
    }
}

impl Engine {
    pub fn new(provider: &'static Provider, environment: Environment) -> Engine {
        Engine {
            provider,
            environment,
            access: RwLock::default(),
            stop: RwLock::default(),
            redactor: Redactor::default(),
            leases: Leases::default(),
        }
    }

    pub fn provider(&self) -> &'static Provider {
        self.provider
    }

    /// The table of a resource type.
    ///
    /// # Errors
    /// A diagnostic, when the provider has no such type.
    pub fn resource(&self, name: &str) -> Result<&'static Resource, Diagnostic> {
        self.provider.resource(name).ok_or_else(|| self.unknown("resource type", name))
    }

    /// The error for a name that is not in the schema. `kind` is what it would name.
    pub fn unknown(&self, kind: &str, name: &str) -> Diagnostic {
        let detail = format!("The provider `{}` has no {kind} `{name}`.", self.provider.name);
        Diagnostic::error(format!("Unknown {kind}"), detail)
    }

    /// The table of an action.
    ///
    /// # Errors
    /// A diagnostic, when the provider has no such action.
    pub fn action(&self, name: &str) -> Result<&'static Action, Diagnostic> {
        self.provider.action(name).ok_or_else(|| self.unknown("action type", name))
    }

    /// Cancels waits, retries and requests that have not begun. A write that was sent is still read back and answered.
    pub fn stop(&self) {
        self.stopping().cancel();
    }

    pub fn validate_provider(&self, config: &Value) -> Diagnostics {
        config.as_object().map_or_else(Diagnostics::new, |config| session::configure::validate(self.provider, config))
    }

    /// Takes the provider's configuration. Never fails: the first operation that needs the system reports what is missing
    /// or wrong, so that a provider block that is not used does no harm.
    pub fn configure(&self, config: &Value, terraform: &str) {
        let empty = Object::new();
        let config = config.as_object().unwrap_or(&empty);
        // With `--debug` one process serves several runs: a stop ends one of them.
        let mut stop = self.stop.write().unwrap_or_else(PoisonError::into_inner);
        if stop.is_cancelled() {
            *stop = CancellationToken::new();
        }
        drop(stop);
        let access = session::configure::access(self.provider, config, self.environment, terraform, &self.redactor);
        *self.access.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(access);
    }

    /// Whether a setting of the provider is unknown, so that no request is possible yet.
    pub fn is_config_unknown(&self) -> bool {
        self.access().is_unknown()
    }

    /// Checks the credentials before anything else is requested.
    ///
    /// # Errors
    /// Why the system cannot be used.
    pub async fn ready(&self) -> Result<(), Diagnostic> {
        self.access().demand(&self.budget()).await.map(|_| ())
    }

    fn stopping(&self) -> CancellationToken {
        self.stop.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// For one operation.
    fn budget(&self) -> Budget {
        Budget::new(self.stopping())
    }

    fn access(&self) -> Arc<Access> {
        self.access.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls a function, with one argument for each of its parameters. Needs no configuration.
    ///
    /// # Errors
    /// When an argument has no result.
    pub fn call(&self, function: &Function, arguments: &[Value]) -> Result<Value, ArgumentError> {
        validate::arguments::check(function, arguments)?;
        (function.call)(arguments)
    }

    /// Checks a resource's configuration without any request. `write_only_allowed` is whether the host keeps
    /// write-only values out of its state.
    pub fn validate_resource(
        &self,
        resource: &'static Resource,
        config: &Value,
        write_only_allowed: bool,
    ) -> Diagnostics {
        let Some(config) = config.as_object() else { return Diagnostics::new() };
        report::redaction::add_from_config(&self.redactor, resource.attrs, config);
        let mut found = validate::resource(resource, config, validate::Identifiers::Mocked);
        if !write_only_allowed {
            found.extend(validate::write_only_refused(resource, config));
        }
        found
    }
}
