//! Which RPC of the host a task works for, so that each line of the log can name it: a reader follows one object from the
//! host's request through all HTTP requests. It contains no value of an attribute but the key of the object, and does not
//! write lines: the logger asks for the fields of the current task.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::task::JoinHandle;
use tokio::task_local;

use crate::diagnostic::{cut, without_userinfo};

task_local! {
    static CURRENT: Arc<Rpc>;
}

/// The names of the fields are those of the Go SDKs: a line of this provider is found like a line of another one.
const REQUEST: &str = "tf_req_id";
const NAME: &str = "tf_rpc";

/// What the type in a request is a type of.
#[derive(Clone, Copy)]
pub enum Subject {
    Resource,
    DataSource,
    Ephemeral,
    List,
    Action,
    Function,
}

impl Subject {
    fn field(self) -> &'static str {
        match self {
            Subject::Resource => "tf_resource_type",
            Subject::DataSource => "tf_data_source_type",
            Subject::Ephemeral => "tf_ephemeral_resource_type",
            Subject::List => "tf_list_resource_type",
            Subject::Action => "tf_action_type",
            Subject::Function => "tf_function",
        }
    }
}

/// One request of the host.
pub struct Rpc {
    number: u64,
    name: &'static str,
    subject: Option<(Subject, String)>,
    operation: OnceLock<&'static str>,
    object: OnceLock<String>,
}

impl Rpc {
    /// A request about the provider itself.
    pub fn of_provider(name: &'static str) -> Arc<Rpc> {
        Rpc::numbered(name, None)
    }

    /// A request about this type.
    pub fn of(name: &'static str, subject: Subject, type_name: &str) -> Arc<Rpc> {
        Rpc::numbered(name, Some((subject, cut(type_name))))
    }

    fn numbered(name: &'static str, subject: Option<(Subject, String)>) -> Arc<Rpc> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        Arc::new(Rpc { number, name, subject, operation: OnceLock::new(), object: OnceLock::new() })
    }

    /// Runs work in a task of its own, whose log lines name this request. The first and the last of them are written here.
    pub fn spawn<T: Send + 'static>(self: Arc<Rpc>, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        in_task(self.clone(), async move {
            log::trace!("{} was received", self.name);
            let begun = Instant::now();
            let done = work.await;
            log::debug!(tf_req_duration_ms = milliseconds(begun); "{} has ended", self.name);
            done
        })
    }

    /// The number of the request, unique among all processes that write to one log.
    fn id(&self) -> String {
        format!("{}-{}", std::process::id(), self.number)
    }

    fn each_field(&self, field: &mut dyn FnMut(&'static str, String)) {
        field(REQUEST, self.id());
        field(NAME, self.name.to_owned());
        if let Some((subject, type_name)) = &self.subject {
            field(subject.field(), type_name.clone());
        }
        if let Some(operation) = self.operation.get() {
            field("operation", (*operation).to_owned());
        }
        if let Some(object) = self.object.get() {
            field("object", object.clone());
        }
    }
}

/// `ApplyResourceChange of example_thing`, for messages.
impl fmt::Display for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            None => f.write_str(self.name),
            Some((_, type_name)) => write!(f, "{} of {type_name}", self.name),
        }
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Passes the fields of the current task's request to this function, if it works for one.
pub fn each_field(mut field: impl FnMut(&'static str, String)) -> bool {
    CURRENT.try_with(|rpc| rpc.each_field(&mut field)).is_ok()
}

/// Runs work in a task of its own, which works for the same request as this one.
pub fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    match CURRENT.try_with(Arc::clone) {
        Ok(current) => in_task(current, work),
        Err(_) => tokio::spawn(work),
    }
}

/// The number of the current task's request.
pub fn id() -> Option<String> {
    if log::max_level() < log::Level::Debug { None } else { CURRENT.try_with(|rpc| rpc.id()).ok() }
}

/// The object that the current task's request is about: the key by which people find it. Only the first one counts, and
/// none if nothing is logged.
pub fn is_about(object: impl FnOnce() -> String) {
    if log::max_level() == log::LevelFilter::Off {
        return;
    }
    let _no_request = CURRENT.try_with(|rpc| {
        let object = cut(&without_userinfo(&object()));
        if !object.is_empty() {
            let _is_known = rpc.object.set(object);
        }
    });
}

/// What the current task's request does, where its name leaves that open.
pub fn does(operation: &'static str) {
    let _no_request = CURRENT.try_with(|rpc| rpc.operation.set(operation));
}

fn in_task<T: Send + 'static>(rpc: Arc<Rpc>, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(CURRENT.scope(rpc, work))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        each_field(|name, value| found.push((name, value)));
        found
    }

    #[tokio::test]
    async fn each_task_names_its_own_request_and_tasks_of_it_the_same() {
        assert!(fields().is_empty() && !each_field(|_, _| {}));
        let work = |rpc: Arc<Rpc>| {
            rpc.spawn(async {
                tokio::task::yield_now().await;
                does("create");
                let own = fields();
                (own, spawn(async { fields() }).await.expect("an inner task"))
            })
        };
        let (one, other) = (Rpc::of("Apply", Subject::Resource, "toy"), Rpc::of_provider("Configure"));
        let (first, second) = (one.id(), other.id());
        assert_ne!(first, second);
        assert_eq!((one.to_string().as_str(), other.to_string().as_str()), ("Apply of toy", "Configure"));
        let (one, other) = tokio::join!(work(one), work(other));
        let ((one, in_one), (other, in_other)) = (one.expect("a task"), other.expect("a task"));
        let names = |names: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            names.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        let apply = [("tf_req_id", first.as_str()), ("tf_rpc", "Apply"), ("tf_resource_type", "toy")];
        assert_eq!(one, [names(&apply), names(&[("operation", "create")])].concat());
        assert_eq!(other, names(&[("tf_req_id", &second), ("tf_rpc", "Configure"), ("operation", "create")]));
        assert_eq!((one, other), (in_one, in_other));
        // A task that is started without one of the functions above names no request rather than a wrong one.
        assert!(fields().is_empty());
    }
}
