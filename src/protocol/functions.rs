//! The RPCs of functions. Each one decodes, calls the engine and encodes.

use std::sync::Arc;

use super::backend::Backend;
use super::pb;

pub(super) async fn call(backend: Arc<Backend>, request: pb::call_function::Request) -> pb::call_function::Response {
    let known = backend.engine.provider().function(&request.name).is_some();
    let text = if known { "not implemented" } else { "unknown function" };
    let error = pb::FunctionError { text: text.to_owned(), function_argument: None };
    pb::call_function::Response { result: None, error: Some(error) }
}
