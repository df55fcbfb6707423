//! The RPCs of list resources. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;

use super::backend::{Backend, Table};
use super::convert::{self, diagnostic, diagnostics, dynamic, identity_data};
use super::pb;
use crate::diagnostic::{Diagnostic, quoted};
use crate::engine::{ListRequest, ListResult};
use crate::rpc::{Rpc, Subject};
use crate::schema::{Resource, shown_type};
use crate::value::Value;

/// How many results wait for a slow host before the list waits for it.
const WAITING: usize = 10;

pub(super) async fn validate(
    backend: Arc<Backend>,
    request: pb::validate_list_resource_config::Request,
) -> Result<pb::validate_list_resource_config::Response, Diagnostic> {
    let table = table(&backend, &request.type_name)?;
    let filters = filters(table.resource, request.config.as_ref())?;
    let found = backend.engine.validate_list(table.resource, &filters);
    Ok(pb::validate_list_resource_config::Response { diagnostics: diagnostics(found) })
}

/// The results as they are found. The host may stop receiving them at any time.
pub(super) fn list(backend: &Arc<Backend>, request: pb::list_resource::Request) -> BoxStream<pb::list_resource::Event> {
    match begin(backend, &request) {
        Err(error) => Box::pin(tokio_stream::once(Ok(message(error)))),
        Ok(results) => {
            let backend = backend.clone();
            let event = move |result| event(&backend, &request, result).unwrap_or_else(message);
            Box::pin(ReceiverStream::new(results).map(event).map(Ok))
        }
    }
}

fn begin(
    backend: &Arc<Backend>,
    request: &pb::list_resource::Request,
) -> Result<mpsc::Receiver<ListResult>, Diagnostic> {
    let resource = table(backend, &request.type_name)?.resource;
    let filters = filters(resource, request.config.as_ref())?;
    let (limit, with_objects) = (usize::try_from(request.limit), request.include_resource_object);
    let (sender, results) = mpsc::channel(WAITING);
    let engine = backend.engine.clone();
    Rpc::of("ListResource", Subject::List, &request.type_name).spawn(async move {
        let limit = limit.ok().filter(|limit| *limit > 0);
        engine.list(resource, ListRequest { filters: &filters, limit, with_objects }, sender).await;
    });
    Ok(results)
}

/// An event without an identity contains a message only.
fn event(
    backend: &Backend,
    request: &pb::list_resource::Request,
    result: ListResult,
) -> Result<pb::list_resource::Event, Diagnostic> {
    let table = backend.table(&request.type_name)?;
    if let Some(reason) = result.refused {
        let (noun, name) = (table.resource.noun(), quoted(&result.display_name));
        let detail = format!("No configuration describes it as it is: {reason}");
        return Ok(message(Diagnostic::warning(format!("The {noun} {name} is not listed"), detail)));
    }
    let state = request.include_resource_object.then(|| dynamic(&result.state, &table.state)).transpose()?;
    Ok(pb::list_resource::Event {
        resource_object: state.flatten().filter(|_| result.identity.is_some()),
        identity: identity_data(result.identity.as_ref(), &table.identity)?,
        display_name: result.display_name,
        diagnostic: diagnostics(result.diagnostics),
    })
}

fn message(about: Diagnostic) -> pb::list_resource::Event {
    pb::list_resource::Event { diagnostic: vec![diagnostic(about)], ..Default::default() }
}

fn filters(resource: &'static Resource, config: Option<&pb::DynamicValue>) -> Result<Value, Diagnostic> {
    let views = resource.list_views();
    convert::value(config, &shown_type(views.iter().map(|view| view.attr)))
}

fn table<'a>(backend: &'a Backend, name: &str) -> Result<&'a Table, Diagnostic> {
    let found = backend.table(name).ok().filter(|table| table.resource.is_listable());
    found.ok_or_else(|| backend.engine.unknown("list resource type", name))
}
