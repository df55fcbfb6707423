//! The RPCs of managed resources. Each one decodes, calls the engine and encodes. Decoded values are moved out of their
//! request, since the work may wait for the network.

use std::sync::Arc;

use super::backend::Backend;
use super::convert::{self, diagnostics, dynamic, identity_data, identity_value};
use super::pb;
use crate::diagnostic::Diagnostic;
use crate::engine::{ApplyRequest, ImportTarget, Outcome, Stored};
use crate::value::Value;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_resource_config::Request,
) -> Result<pb::validate_resource_config::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let config = convert::value(request.config.as_ref(), &table.state)?;
    let write_only = request.client_capabilities.is_some_and(|host| host.write_only_attributes_allowed);
    let found = backend.engine.validate_resource(table.resource, &config, write_only);
    Ok(pb::validate_resource_config::Response { diagnostics: diagnostics(found) })
}

pub(super) async fn upgrade(
    backend: Arc<Backend>,
    request: pb::upgrade_resource_state::Request,
) -> Result<pb::upgrade_resource_state::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let stored = convert::raw_state(request.raw_state.as_ref(), &table.state)?;
    let whole = convert::names_all(request.raw_state.as_ref(), &table.state);
    let upgraded = backend.engine.upgrade(table.resource, stored, whole);
    Ok(pb::upgrade_resource_state::Response {
        upgraded_state: dynamic(&upgraded, &table.state)?,
        diagnostics: Vec::new(),
    })
}

pub(super) async fn upgrade_identity(
    backend: Arc<Backend>,
    request: pb::upgrade_resource_identity::Request,
) -> Result<pb::upgrade_resource_identity::Response, Diagnostic> {
    // The identity has had one version: what is stored is either that or nothing.
    let table = backend.table(&request.type_name)?;
    let stored = convert::raw_state(request.raw_identity.as_ref(), &table.identity)?;
    Ok(pb::upgrade_resource_identity::Response {
        upgraded_identity: identity_data(Some(&stored), &table.identity)?,
        diagnostics: Vec::new(),
    })
}

pub(super) async fn read(
    backend: Arc<Backend>,
    mut request: pb::read_resource::Request,
) -> Result<pb::read_resource::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let identity = request.current_identity.as_ref();
    let stored = convert::stored(table, request.current_state.take().as_ref(), request.private, identity)?;
    let deferred = backend.deferred(request.client_capabilities);
    let Outcome { stored, diagnostics: found, .. } = backend.engine.read(table.resource, stored).await;
    Ok(pb::read_resource::Response {
        new_state: dynamic(&stored.state, &table.state)?,
        diagnostics: diagnostics(found),
        private: stored.private,
        deferred,
        new_identity: identity_data(stored.identity.as_ref(), &table.identity)?,
    })
}

pub(super) async fn plan(
    backend: Arc<Backend>,
    mut request: pb::plan_resource_change::Request,
) -> Result<pb::plan_resource_change::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let identity = request.prior_identity.as_ref();
    let prior = convert::stored(table, request.prior_state.take().as_ref(), request.prior_private, identity)?;
    // A destroy has a null proposal; its configuration may be there or not.
    let destroys = convert::is_null(request.proposed_new_state.take().as_ref());
    let config = if destroys { Value::Null } else { convert::value(request.config.take().as_ref(), &table.state)? };
    let deferred = backend.deferred(request.client_capabilities);
    let outcome = backend.engine.plan(table.resource, prior, &config, &request.planned_private).await;
    Ok(pb::plan_resource_change::Response {
        planned_state: dynamic(&outcome.stored.state, &table.state)?,
        requires_replace: outcome.replaces.iter().map(convert::path).collect(),
        planned_private: outcome.stored.private,
        diagnostics: diagnostics(outcome.diagnostics),
        legacy_type_system: false,
        deferred,
        planned_identity: identity_data(outcome.stored.identity.as_ref(), &table.identity)?,
    })
}

pub(super) async fn apply(
    backend: Arc<Backend>,
    mut request: pb::apply_resource_change::Request,
) -> Result<pb::apply_resource_change::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let wanted = ApplyRequest {
        prior: convert::value(request.prior_state.take().as_ref(), &table.state)?,
        planned: convert::value(request.planned_state.take().as_ref(), &table.state)?,
        config: convert::value(request.config.take().as_ref(), &table.state)?,
        private: request.planned_private,
        identity: identity_value(request.planned_identity.as_ref(), &table.identity)?,
    };
    let Outcome { stored, diagnostics: found, .. } = backend.engine.apply(table.resource, wanted).await;
    Ok(pb::apply_resource_change::Response {
        new_state: dynamic(&stored.state, &table.state)?,
        private: stored.private,
        diagnostics: diagnostics(found),
        legacy_type_system: false,
        new_identity: identity_data(stored.identity.as_ref(), &table.identity)?,
    })
}

pub(super) async fn import(
    backend: Arc<Backend>,
    request: pb::import_resource_state::Request,
) -> Result<pb::import_resource_state::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let deferred = backend.deferred(request.client_capabilities);
    if deferred.is_some() {
        return Ok(pb::import_resource_state::Response { deferred, ..Default::default() });
    }
    let target = match identity_value(request.identity.as_ref(), &table.identity)? {
        Some(identity) => ImportTarget::Identity(identity),
        None => ImportTarget::Id(request.id),
    };
    let Outcome { stored, diagnostics: found, .. } = backend.engine.import(table.resource, target).await;
    let mut response = pb::import_resource_state::Response { diagnostics: diagnostics(found), ..Default::default() };
    if !stored.state.is_null() {
        response.imported_resources.push(pb::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: dynamic(&stored.state, &table.state)?,
            private: stored.private,
            identity: identity_data(stored.identity.as_ref(), &table.identity)?,
        });
    }
    Ok(response)
}

pub(super) async fn move_state(
    backend: Arc<Backend>,
    request: pb::move_resource_state::Request,
) -> Result<pb::move_resource_state::Response, Diagnostic> {
    let table = backend.table(&request.target_type_name)?;
    backend.engine.may_move(&request.source_provider_address, &request.source_type_name, table.resource)?;
    let source = convert::raw_state(request.source_state.as_ref(), &table.state)?;
    let whole = convert::names_all(request.source_state.as_ref(), &table.state);
    let Stored { state, private, identity } =
        backend.engine.moved(table.resource, source, &request.source_private, whole);
    Ok(pb::move_resource_state::Response {
        target_state: dynamic(&state, &table.state)?,
        diagnostics: Vec::new(),
        target_private: private,
        target_identity: identity_data(identity.as_ref(), &table.identity)?,
    })
}

pub(super) async fn generate(
    backend: Arc<Backend>,
    request: pb::generate_resource_config::Request,
) -> Result<pb::generate_resource_config::Response, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    let config = backend.engine.generate(table.resource, &convert::value(request.state.as_ref(), &table.state)?);
    let found = backend.engine.incomplete(table.resource, &config);
    Ok(pb::generate_resource_config::Response {
        config: dynamic(&config, &table.state)?,
        diagnostics: diagnostics(found),
    })
}
