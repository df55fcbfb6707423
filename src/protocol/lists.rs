//! The RPCs of list resources. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use tonic::codegen::BoxStream;

use super::backend::Backend;
use super::convert::diagnostic;
use super::pb;
use crate::diagnostic::Diagnostic;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_list_resource_config::Request,
) -> Result<pb::validate_list_resource_config::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

pub(super) fn list(
    backend: &Arc<Backend>,
    request: &pb::list_resource::Request,
) -> BoxStream<pb::list_resource::Event> {
    let diagnostic = vec![diagnostic(unknown(backend, &request.type_name))];
    Box::pin(tokio_stream::once(Ok(pb::list_resource::Event { diagnostic, ..Default::default() })))
}

fn unknown(backend: &Backend, name: &str) -> Diagnostic {
    let provider = backend.engine.provider().name;
    Diagnostic::error(
        "Unknown list resource type",
        format!("The provider `{provider}` has no list resource type `{name}`."),
    )
}
