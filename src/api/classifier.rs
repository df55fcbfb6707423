//! What a system's refusals mean, as data that its table supplies. No system's own words belong here.

use std::time::Duration;

use super::Json;

/// How to read one system's answers.
#[derive(Clone, Copy)]
pub struct ErrorClassifier {
    /// What an answer that is not a success says. It is not asked about redirects, pages, or routes that do not exist.
    pub refusal: fn(status: u16, said: ErrorBody<'_>) -> Refusal,
}

/// The body of a refusal, as far as it could be read.
pub enum ErrorBody<'a> {
    /// No body, or one that cannot be read.
    Nothing,
    Json(&'a Json),
    /// Text that is neither JSON nor a page.
    Text(&'a str),
}

/// A refusal, understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: ErrorKind,
    /// The server's own words; may be empty. They are shortened and cleaned before anybody sees them.
    pub message: String,
    /// The field that it is about, where the server says that apart from its words; dotted if it is nested.
    pub field: Option<String>,
    /// How long the server's words ask to wait, where its headers do not.
    pub wait: Option<Duration>,
}

impl Refusal {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Refusal {
        Refusal { kind, message: message.into(), field: None, wait: None }
    }
}

/// What a refusal means for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The credential is missing, wrong or worn out.
    Unauthorised,
    /// The credential is good, but may not do this.
    Forbidden,
    /// The object is not there.
    Gone,
    /// The server does not know the path: it says nothing of an object.
    NoSuchRoute,
    /// An object with this key is there already.
    Taken,
    /// Nothing was done; the same call may succeed later. Repeated whatever the method.
    Busy,
    /// Nothing was done, since something else is at work on the object. Waited for, as long as the operation may last.
    InUse,
    /// No, for good, whatever the status: the same call will fail again.
    Refused,
    /// The same, since what the call names does not exist, or is named by something else.
    Dangling,
    /// The server failed; what it did is not known. Repeated if repeating is safe.
    Failed,
}

impl ErrorKind {
    /// What HTTP itself says about a status, for a classifier that knows no better.
    pub fn of_status(status: u16) -> ErrorKind {
        match status {
            401 => ErrorKind::Unauthorised,
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::Gone,
            409 => ErrorKind::Taken,
            429 => ErrorKind::Busy,
            408 | 500.. => ErrorKind::Failed,
            _ => ErrorKind::Refused,
        }
    }
}
