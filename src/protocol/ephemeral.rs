//! The RPCs of ephemeral resources. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use super::backend::Backend;
use super::pb;
use crate::diagnostic::Diagnostic;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_ephemeral_resource_config::Request,
) -> Result<pb::validate_ephemeral_resource_config::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

pub(super) async fn open(
    backend: Arc<Backend>,
    request: pb::open_ephemeral_resource::Request,
) -> Result<pb::open_ephemeral_resource::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

pub(super) async fn renew(
    backend: Arc<Backend>,
    request: pb::renew_ephemeral_resource::Request,
) -> Result<pb::renew_ephemeral_resource::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

pub(super) async fn close(
    backend: Arc<Backend>,
    request: pb::close_ephemeral_resource::Request,
) -> Result<pb::close_ephemeral_resource::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

fn unknown(backend: &Backend, name: &str) -> Diagnostic {
    let provider = backend.engine.provider().name;
    let detail = format!("The provider `{provider}` has no ephemeral resource type `{name}`.");
    Diagnostic::error("Unknown ephemeral resource type", detail)
}
