//! The RPCs of actions. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::codegen::BoxStream;

use super::answer;
use super::backend::Backend;
use super::convert::{self, diagnostics};
use super::pb;
use super::pb::invoke_action::Event;
use super::pb::invoke_action::event::{Completed, Progress, Type};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::rpc::{self, Rpc, Subject};
use crate::schema::object_type;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_action_config::Request,
) -> Result<pb::validate_action_config::Response, Diagnostic> {
    let action = backend.engine.action(&request.type_name)?;
    let config = convert::value(request.config.as_ref(), &object_type(action.attrs))?;
    let found = backend.engine.validate_action(action, &config);
    Ok(pb::validate_action_config::Response { diagnostics: diagnostics(found) })
}

pub(super) async fn plan(
    backend: Arc<Backend>,
    request: pb::plan_action::Request,
) -> Result<pb::plan_action::Response, Diagnostic> {
    let action = backend.engine.action(&request.action_type)?;
    let config = convert::value(request.config.as_ref(), &object_type(action.attrs))?;
    let found = backend.engine.plan_action(action, &config).await;
    let deferred = backend.deferred(request.client_capabilities);
    Ok(pb::plan_action::Response { diagnostics: diagnostics(found), deferred })
}

/// The events of one invocation: what happens as it happens, and then how it ended, once, also after a panic. The work is
/// a task of its own, which goes on if the caller is gone.
pub(super) fn invoke(backend: &Arc<Backend>, request: pb::invoke_action::Request) -> BoxStream<Event> {
    let (sender, receiver) = unbounded_channel();
    let backend = backend.clone();
    let rpc = Rpc::of("InvokeAction", Subject::Action, &request.action_type);
    rpc::spawn(async move {
        let reports = sender.clone();
        let found = answer::finished(rpc, async move {
            // Nobody may be listening any more.
            let progress = move |message| drop(reports.send(Type::Progress(Progress { message })));
            run(&backend, &request, &progress).await
        });
        let diagnostics = diagnostics(found.await.unwrap_or_else(|error| vec![error]));
        drop(sender.send(Type::Completed(Completed { diagnostics })));
    });
    Box::pin(UnboundedReceiverStream::new(receiver).map(|event| Ok(Event { r#type: Some(event) })))
}

async fn run(
    backend: &Backend,
    request: &pb::invoke_action::Request,
    progress: &(dyn Fn(String) + Send + Sync),
) -> Result<Diagnostics, Diagnostic> {
    let action = backend.engine.action(&request.action_type)?;
    let config = convert::value(request.config.as_ref(), &object_type(action.attrs))?;
    Ok(backend.engine.invoke(action, &config, progress).await)
}
