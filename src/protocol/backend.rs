//! What every RPC needs: the engine, and the types that the values of each resource are decoded and encoded with. A type
//! is made from its table once, on first use.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::pb;
use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::schema::Resource;
use crate::value::Type;

pub(super) struct Backend {
    pub(super) engine: Arc<Engine>,
    tables: BTreeMap<&'static str, OnceLock<Table>>,
    /// Whether the host's word for deferrals cannot be taken.
    refuses_deferrals: AtomicBool,
}

/// These versions of OpenTofu say that they allow deferrals and report each as an error of the provider.
const REFUSING_DEFERRALS: &[&str] = &["1.11.0", "1.11.1", "1.11.2", "1.11.3"];

/// A resource with its types on the wire.
pub(super) struct Table {
    pub(super) resource: &'static Resource,
    pub(super) state: Type,
    /// The type of a resource's identity, as an import accepts it.
    pub(super) identity: Type,
}

impl Backend {
    pub(super) fn new(engine: Arc<Engine>) -> Backend {
        let tables = engine.provider().resources.iter().map(|resource| (resource.name, OnceLock::new())).collect();
        Backend { engine, tables, refuses_deferrals: AtomicBool::default() }
    }

    /// The version of the host, from the request that configures the provider.
    pub(super) fn configured_by(&self, version: &str) {
        self.refuses_deferrals.store(REFUSING_DEFERRALS.contains(&version), Ordering::Relaxed);
    }

    /// What a response contains in place of a result, if the host allows that and a setting of the provider is unknown.
    /// Hosts report a deferral that they do not allow as an error of the provider.
    pub(super) fn deferred(&self, host: Option<pb::ClientCapabilities>) -> Option<pb::Deferred> {
        let allowed = host.is_some_and(|host| host.deferral_allowed) && !self.refuses_deferrals.load(Ordering::Relaxed);
        let reason = pb::deferred::Reason::ProviderConfigUnknown.into();
        (allowed && self.engine.is_config_unknown()).then_some(pb::Deferred { reason })
    }

    /// # Errors
    /// A diagnostic, when the provider has no resource type of this name.
    pub(super) fn table(&self, name: &str) -> Result<&Table, Diagnostic> {
        let resource = self.engine.resource(name)?;
        let table = || Table {
            resource,
            state: resource.ty(),
            identity: Type::Object(resource.keys().map(|key| (key.name.to_owned(), key.kind.ty())).collect()),
        };
        let made = self.tables.get(resource.name).unwrap_or_else(|| unreachable!("each resource has a place"));
        Ok(made.get_or_init(table))
    }
}
