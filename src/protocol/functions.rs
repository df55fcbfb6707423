//! The RPC of functions: decodes the arguments, calls the engine and encodes the result. Errors are texts for one
//! argument, or for the call.

use std::sync::Arc;

use super::answer::Failed;
use super::backend::Backend;
use super::{convert, pb};
use crate::diagnostic::Diagnostic;
use crate::schema::ArgumentError;

type Response = pb::call_function::Response;

pub(super) async fn call(backend: Arc<Backend>, request: pb::call_function::Request) -> Result<Response, Diagnostic> {
    let Some(function) = backend.engine.provider().function(&request.name) else {
        let detail = format!("The provider `{}` has no such function.", backend.engine.provider().name);
        return Err(Diagnostic::error("Unknown function", detail));
    };
    let (expected, sent) = (function.parameters.len(), request.arguments.len());
    if expected != sent {
        return Err(Diagnostic::error(
            "Wrong number of arguments",
            format!("{sent} were passed instead of {expected}."),
        ));
    }
    let mut arguments = Vec::with_capacity(expected);
    for (argument, (parameter, sent)) in function.parameters.iter().zip(&request.arguments).enumerate() {
        match convert::value(Some(sent), &parameter.kind.ty()) {
            Ok(value) => arguments.push(value),
            Err(error) => return Ok(refused(ArgumentError { argument, text: clause(&error.detail) })),
        }
    }
    match backend.engine.call(function, &arguments) {
        Ok(value) => Ok(Response { result: convert::dynamic(&value, &function.returns.ty())?, error: None }),
        Err(error) => Ok(refused(error)),
    }
}

fn refused(error: ArgumentError) -> Response {
    let argument = i64::try_from(error.argument).unwrap_or_default();
    Response { result: None, error: Some(pb::FunctionError { text: error.text, function_argument: Some(argument) }) }
}

/// The host adds a full stop.
fn clause(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

impl Failed for Response {
    fn failed(error: Diagnostic) -> Response {
        let text = clause(&format!("{}: {}", error.summary, error.detail));
        Response { result: None, error: Some(pb::FunctionError { text, function_argument: None }) }
    }
}
