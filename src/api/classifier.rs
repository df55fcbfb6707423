//! What the error responses of one system mean, as data that its table supplies. No system's own terms belong here.

use std::time::Duration;

use super::call::Json;

/// What a response of one system that is not a success means. It is not called for redirects, HTML pages, or routes that
/// do not exist.
pub type ErrorClassifier = fn(status: u16, body: ErrorBody<'_>) -> Refusal;

/// The body of an error response, as far as it can be read.
pub enum ErrorBody<'a> {
    /// There is none, or it cannot be read.
    Empty,
    Json(&'a Json),
    /// Text that is neither JSON nor HTML.
    Text(&'a str),
}

/// An error response, classified.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: ErrorKind,
    /// The server's own message; may be empty. It is cleaned, redacted and shortened before it is shown.
    pub message: String,
    /// The field of the request that it is about, where the server names one apart from the message; dotted if nested.
    pub field: Option<String>,
    /// How long the message asks to wait; a `Retry-After` header takes precedence.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Refusal {
        Refusal { kind, message: message.into(), field: None, retry_after: None }
    }
}

/// What an error response means for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The credential is missing, wrong or expired.
    Unauthorized,
    /// The credential is valid, but does not allow this.
    Forbidden,
    /// The object does not exist.
    NotFound,
    /// The server does not know the path, which says nothing about an object.
    NoSuchRoute,
    /// An object with this key exists already.
    AlreadyExists,
    /// Nothing was done; the same call may succeed later. Repeated whatever the method.
    Busy,
    /// Nothing was done, because something else is using the object. Repeated for as long as the operation may wait.
    InUse,
    /// The same call would fail again, whatever the status says.
    Rejected,
    /// The same, because the license of the system does not allow it.
    LicenseLimit,
    /// The same, because the call refers to an object that does not exist, or is itself referred to.
    UnknownReference,
    /// The server failed, and it is not known what it did. Repeated if that is safe.
    ServerError,
}

impl ErrorKind {
    /// The server has refused the call, and would refuse it again.
    pub fn is_final_refusal(self) -> bool {
        matches!(self, ErrorKind::Rejected | ErrorKind::LicenseLimit | ErrorKind::UnknownReference)
    }

    /// What the status alone means, for a classifier that knows no better.
    pub fn of_status(status: u16) -> ErrorKind {
        match status {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::NotFound,
            409 => ErrorKind::AlreadyExists,
            429 => ErrorKind::Busy,
            408 | 500.. => ErrorKind::ServerError,
            _ => ErrorKind::Rejected,
        }
    }
}
