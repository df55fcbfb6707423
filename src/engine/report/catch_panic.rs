//! A panic in the middle of a write: what is known to exist is kept, and what is not known is said. The report of the
//! panic itself is on stderr by then, and nothing of its message belongs in a diagnostic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diagnostic::Diagnostic;
use crate::engine::report::errors::import_command;
use crate::engine::values::address::{described, label};
use crate::schema::{Resource, System};
use crate::value::Value;

/// The text for a bug of the provider.
pub(crate) const BUG: &str =
    "This is a bug in the provider. Please report it with the lines after `panic:` in the log.";

/// `None` when the work panics. What it shares with others is safe to use after that: locks end with it, and what they
/// guard is whole at every step.
pub(crate) async fn catch_panic<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(done)) => Poll::Ready(Some(done)),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// The error for a write that panicked. Terraform keeps the state that it has, which is none for a create: then the
/// object may be known to nobody, unless this tells how to find it.
pub(crate) fn panicked(system: &System, resource: &'static Resource, prior: &Value, planned: &Value) -> Diagnostic {
    let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (noun, title) = (resource.noun(), system.title);
    if !prior.is_null() {
        let doing = if planned.is_null() { "destroy" } else { "update" };
        let detail = format!("{BUG} It is unknown whether the {title} has changed the object; the next plan shows it.");
        let what = described(resource, &object(prior));
        return Diagnostic::error(format!("Could not {doing} the {what}"), detail);
    }
    let command = import_command(resource, &label(resource, &object(planned)));
    let detail = format!(
        "{BUG} It is unknown whether the {noun} was created. Check the {title}; if the {noun} exists, import \
         it:\n\n  {command}"
    );
    Diagnostic::error(format!("Could not create the {noun}"), detail)
}
