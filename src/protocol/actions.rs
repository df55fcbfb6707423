//! The RPCs of actions. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use tonic::codegen::BoxStream;

use super::backend::Backend;
use super::convert::diagnostic;
use super::pb;
use crate::diagnostic::Diagnostic;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_action_config::Request,
) -> Result<pb::validate_action_config::Response, Diagnostic> {
    Err(unknown(&backend, &request.type_name))
}

pub(super) async fn plan(
    backend: Arc<Backend>,
    request: pb::plan_action::Request,
) -> Result<pb::plan_action::Response, Diagnostic> {
    Err(unknown(&backend, &request.action_type))
}

pub(super) fn invoke(
    backend: &Arc<Backend>,
    request: &pb::invoke_action::Request,
) -> BoxStream<pb::invoke_action::Event> {
    use pb::invoke_action::event::{Completed, Type};
    let diagnostics = vec![diagnostic(unknown(backend, &request.action_type))];
    Box::pin(tokio_stream::once(Ok(pb::invoke_action::Event {
        r#type: Some(Type::Completed(Completed { diagnostics })),
    })))
}

fn unknown(backend: &Backend, name: &str) -> Diagnostic {
    let provider = backend.engine.provider().name;
    Diagnostic::error("Unknown action type", format!("The provider `{provider}` has no action type `{name}`."))
}
