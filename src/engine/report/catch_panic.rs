//! A panic during a write: the state keeps what is known to exist, and the error says what is not known. The message of
//! the panic is on stderr and must not be part of a diagnostic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diagnostic::{BUG, Diagnostic};
use crate::engine::report::errors::import_command;
use crate::engine::values::address::{described, label};
use crate::schema::{Resource, System};
use crate::value::Value;

/// Runs the work; `None` if it panics. Shared data is safe to use afterwards: locks are released, and the data behind
/// them is consistent at every step.
pub(crate) async fn catch_panic<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(done)) => Poll::Ready(Some(done)),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// The error for a write that panicked. Terraform keeps its state. For a create that is none, so the error says how to
/// find the object.
pub(crate) fn panicked(system: &System, resource: &'static Resource, prior: &Value, planned: &Value) -> Diagnostic {
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (noun, title) = (resource.noun(), system.title);
    if !prior.is_null() {
        let detail = format!("{BUG} It is unknown whether the {title} has changed the object; the next plan shows it.");
        let what = described(resource, &object(prior));
        let doing = if planned.is_null() { format!("destroy the {what}") } else { format!("update the {what}") };
        return Diagnostic::error(format!("Could not {doing}"), detail);
    }
    let command = import_command(resource, &label(resource, &object(planned)));
    let detail = format!(
        "{BUG} It is unknown whether the {noun} was created. Check the {title}; if the {noun} exists, import \
         it:\n\n  {command}"
    );
    Diagnostic::error(format!("Could not create the {noun}"), detail)
}
