//! The RPCs of ephemeral resources. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use super::backend::Backend;
use super::convert::{self, diagnostics, dynamic};
use super::pb;
use crate::diagnostic::Diagnostic;
use crate::engine::Opened;
use crate::schema::{Ephemeral, shown_type};
use crate::value::Type;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_ephemeral_resource_config::Request,
) -> Result<pb::validate_ephemeral_resource_config::Response, Diagnostic> {
    let ephemeral = backend.engine.ephemeral(&request.type_name)?;
    let config = convert::value(request.config.as_ref(), &ty(ephemeral))?;
    let found = backend.engine.validate_ephemeral(ephemeral, &config);
    Ok(pb::validate_ephemeral_resource_config::Response { diagnostics: diagnostics(found) })
}

pub(super) async fn open(
    backend: Arc<Backend>,
    request: pb::open_ephemeral_resource::Request,
) -> Result<pb::open_ephemeral_resource::Response, Diagnostic> {
    let (ephemeral, deferred) =
        (backend.engine.ephemeral(&request.type_name)?, backend.deferred(request.client_capabilities));
    if deferred.is_some() {
        return Ok(pb::open_ephemeral_resource::Response { deferred, ..Default::default() });
    }
    let ty = ty(ephemeral);
    let config = convert::value(request.config.as_ref(), &ty)?;
    let Opened { result, private, renew_at, diagnostics: found } = backend.engine.open(ephemeral, &config).await;
    Ok(pb::open_ephemeral_resource::Response {
        result: dynamic(&result, &ty)?,
        private: Some(private),
        renew_at: renew_at.map(Into::into),
        diagnostics: diagnostics(found),
        deferred: None,
    })
}

pub(super) async fn renew(
    backend: Arc<Backend>,
    request: pb::renew_ephemeral_resource::Request,
) -> Result<pb::renew_ephemeral_resource::Response, Diagnostic> {
    let ephemeral = backend.engine.ephemeral(&request.type_name)?;
    let renewed = backend.engine.renew(ephemeral, &request.private.unwrap_or_default()).await;
    Ok(pb::renew_ephemeral_resource::Response {
        private: Some(renewed.private),
        renew_at: renewed.renew_at.map(Into::into),
        diagnostics: diagnostics(renewed.diagnostics),
    })
}

pub(super) async fn close(
    backend: Arc<Backend>,
    request: pb::close_ephemeral_resource::Request,
) -> Result<pb::close_ephemeral_resource::Response, Diagnostic> {
    let ephemeral = backend.engine.ephemeral(&request.type_name)?;
    let found = backend.engine.close(ephemeral, &request.private.unwrap_or_default()).await;
    Ok(pb::close_ephemeral_resource::Response { diagnostics: diagnostics(found) })
}

/// The type of a configuration and of the values.
fn ty(ephemeral: &Ephemeral) -> Type {
    shown_type(ephemeral.attrs.iter())
}
