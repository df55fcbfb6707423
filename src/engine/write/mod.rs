//! An apply: one write from start to state. `run` reads from top to bottom; the other files are its steps. An object that
//! exists is in the answer or named in the error, whatever fails.

pub(crate) mod adopt;
pub(crate) mod answer;
pub(crate) mod children;
pub(crate) mod create;
pub(crate) mod create_failed;
pub(crate) mod destroy;
mod differences;
pub(crate) mod elements;
pub(crate) mod name_conflict;
pub(crate) mod over;
pub(crate) mod recover;
pub(crate) mod references;
pub(crate) mod run;
pub(crate) mod settle;
pub(crate) mod update;

use crate::api::{Answer, Budget, Call, Error, Method};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::session::Session;
use crate::engine::values::address::described;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::{Resource, TIMEOUTS, WriteMethod, duration};
use crate::value::{Object, Value};

/// What Terraform asks an apply for.
pub struct ApplyRequest {
    pub prior: Value,
    pub planned: Value,
    pub config: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
}

/// What an apply does.
enum Operation<'a> {
    Create { planned: &'a Object },
    Update { prior: &'a Object, planned: &'a Object },
    Destroy { prior: &'a Object },
}

impl<'a> Operation<'a> {
    fn of(request: &'a ApplyRequest) -> Operation<'a> {
        static NOTHING: Object = Object::new();
        match (request.prior.as_object(), request.planned.as_object()) {
            (None, Some(planned)) => Operation::Create { planned },
            (Some(prior), Some(planned)) => Operation::Update { prior, planned },
            (prior, None) => Operation::Destroy { prior: prior.unwrap_or(&NOTHING) },
        }
    }

    /// The planned object; for a destroy the object that goes.
    fn object(&self) -> &'a Object {
        match self {
            Operation::Create { planned } | Operation::Update { planned, .. } => planned,
            Operation::Destroy { prior } => prior,
        }
    }

    /// Completes "Could not …".
    fn describe(&self, resource: &'static Resource) -> String {
        match self {
            Operation::Create { planned } => format!("create the {}", described(resource, planned)),
            Operation::Update { prior, .. } => format!("update the {}", described(resource, prior)),
            Operation::Destroy { prior } => format!("destroy the {}", described(resource, prior)),
        }
    }

    /// The budget, with the time that `timeouts` gives to this operation.
    fn budget(&self, resource: &'static Resource, budget: Budget) -> Budget {
        if resource.attr(TIMEOUTS.name).is_none() {
            return budget;
        }
        let timeouts = get(self.object(), TIMEOUTS.name).as_object();
        budget.with_in_use_timeout(duration(timeouts.and_then(|timeouts| get(timeouts, self.name()).as_str())))
    }

    /// Its name in `timeouts` and in the log.
    fn name(&self) -> &'static str {
        match self {
            Operation::Create { .. } => "create",
            Operation::Update { .. } => "update",
            Operation::Destroy { .. } => "delete",
        }
    }
}

fn http(method: WriteMethod) -> Method {
    match method {
        WriteMethod::Post => Method::Post,
        WriteMethod::Put => Method::Put,
        WriteMethod::Patch => Method::Patch,
    }
}

/// One write under way.
#[derive(Clone, Copy)]
pub(crate) struct Write<'a> {
    pub(crate) resource: &'static Resource,
    pub(crate) session: &'a Session,
    pub(crate) budget: &'a Budget,
    pub(crate) config: &'a Object,
    pub(crate) planned: &'a Object,
    /// The object that this one is configured inside, if it is a child: its table and its key.
    pub(crate) parent: Option<(&'static Resource, &'a str)>,
    /// True when Terraform creates this object, or the one that it is configured inside: an error would taint it.
    pub(crate) creating: bool,
}

/// Result of a write: the state that is true now, if the object exists.
pub(crate) struct Written {
    pub(crate) state: Option<Object>,
    pub(crate) private: PrivateState,
    pub(crate) diagnostics: Diagnostics,
}

impl Written {
    /// A write that failed and left this state.
    pub(crate) fn failed(state: Option<Object>, private: PrivateState, error: Diagnostic) -> Written {
        Written { state, private, diagnostics: vec![error] }
    }
}

impl Write<'_> {
    /// Sends a write.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.session.write(call, self.budget).await
    }
}
