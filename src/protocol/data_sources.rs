//! The RPCs of data sources. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use super::backend::Backend;
use super::convert::{self, diagnostics, dynamic};
use super::{pb, schema};
use crate::diagnostic::Diagnostic;
use crate::value::Type;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_data_resource_config::Request,
) -> Result<pb::validate_data_resource_config::Response, Diagnostic> {
    let ty = data_type(&backend, &request.type_name)?;
    let config = convert::value(request.config.as_ref(), &ty)?;
    let found = backend.engine.validate_data(&request.type_name, &config);
    Ok(pb::validate_data_resource_config::Response { diagnostics: diagnostics(found) })
}

pub(super) async fn read(
    backend: Arc<Backend>,
    request: pb::read_data_source::Request,
) -> Result<pb::read_data_source::Response, Diagnostic> {
    let ty = data_type(&backend, &request.type_name)?;
    let deferred = backend.deferred(request.client_capabilities);
    if deferred.is_some() {
        return Ok(pb::read_data_source::Response { deferred, ..Default::default() });
    }
    let config = convert::value(request.config.as_ref(), &ty)?;
    let (state, found) = backend.engine.read_data(&request.type_name, &config).await;
    Ok(pb::read_data_source::Response { state: dynamic(&state, &ty)?, diagnostics: diagnostics(found), deferred: None })
}

fn data_type(backend: &Backend, name: &str) -> Result<Type, Diagnostic> {
    schema::data_type(backend.engine.provider(), name)
        .ok_or_else(|| Diagnostic::error("Unknown data source", format!("This provider has no data source `{name}`.")))
}
