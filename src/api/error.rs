//! What came of a call that did not succeed, sorted by what the caller does next. The text names method and path and
//! the server's own words; it never holds a credential, a body, a query or a page. The next step is for callers to add.

use std::fmt;
use std::time::Duration;

use super::{ErrorKind, Method, Redactor};

#[derive(Clone, Debug)]
pub struct Error {
    pub method: Method,
    /// Scheme, host and port of the address that it was sent to.
    pub origin: String,
    /// Encoded, without the query.
    pub path: String,
    pub error: SendError,
    /// How often it was sent or tried.
    pub tries: u32,
    /// The server's own name for the request, for those who read its log.
    pub request_id: Option<String>,
    /// A try before the last one may have acted.
    pub(super) earlier_try_may_have_acted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The host asked us to stop; this call was not begun, or its answer no longer matters.
    Cancelled,
    /// The call cannot be put into a request. Nothing was sent.
    Unsendable { reason: String },
    /// No connection came about. Nothing was sent.
    Unreachable { reason: String },
    /// The two sides do not accept each other's certificates or protocol. Nothing was sent.
    Untrusted { reason: String },
    /// It was sent and no whole answer came.
    Lost { reason: String },
    /// The answer says success, but its body is not what it claims to be.
    Garbled { status: u16, reason: String },
    /// The answer says success, but its body is larger than any that makes sense.
    TooLarge { status: u16 },
    /// Something answers that is not this API: a login page, another program.
    NotTheApi { status: u16 },
    /// The server sends us elsewhere, where the credential must not go. `to` is scheme, host and port.
    Redirected { status: u16, to: String },
    /// The server does not know the path: another version, or another base address.
    NoSuchRoute,
    /// No credential could be had. Nothing was sent. `refused`: the server of credentials said no.
    NoCredential { reason: String, refused: bool },
    /// The API said no. `retry_after`: how long it asked us to wait, if it did; `field`: what it is about, if it said so.
    Refused { status: u16, kind: ErrorKind, message: String, field: Option<String>, retry_after: Option<Duration> },
}

impl Error {
    /// Whether the server may have done what it was asked, in spite of this error.
    pub fn may_have_acted(&self) -> bool {
        self.method.writes() && (self.earlier_try_may_have_acted || self.error.may_have_acted())
    }

    /// What the API's refusal means, if it is one.
    pub fn kind(&self) -> Option<ErrorKind> {
        match self.error {
            SendError::Refused { kind, .. } => Some(kind),
            _ => None,
        }
    }

    pub fn is_gone(&self) -> bool {
        self.kind() == Some(ErrorKind::Gone)
    }

    pub fn is_cancelled(&self) -> bool {
        self.error == SendError::Cancelled
    }

    /// Without a secret in what others said.
    pub(super) fn redacted(mut self, redactor: &Redactor) -> Error {
        match &mut self.error {
            SendError::Unsendable { reason: words }
            | SendError::Unreachable { reason: words }
            | SendError::Untrusted { reason: words }
            | SendError::Lost { reason: words }
            | SendError::Garbled { reason: words, .. }
            | SendError::Redirected { to: words, .. }
            | SendError::NoCredential { reason: words, .. } => *words = redactor.redact(words),
            // The words of a refusal are fit to be shown from the beginning.
            SendError::Refused { .. }
            | SendError::Cancelled
            | SendError::TooLarge { .. }
            | SendError::NotTheApi { .. }
            | SendError::NoSuchRoute => {}
        }
        self.request_id = self.request_id.map(|id| redactor.redact(&id));
        self
    }
}

impl SendError {
    /// Of this one try.
    pub(super) fn may_have_acted(&self) -> bool {
        match self {
            SendError::Lost { .. } | SendError::Garbled { .. } | SendError::TooLarge { .. } => true,
            SendError::NotTheApi { status } => (200..300).contains(status) || *status >= 500,
            SendError::Refused { kind: ErrorKind::Busy | ErrorKind::InUse, .. } => false,
            SendError::Refused { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// The address is not what it is about: the API answered in its own words, or nothing was sent.
    fn is_of_the_api(&self) -> bool {
        match self {
            SendError::Refused { .. }
            | SendError::Cancelled
            | SendError::Unsendable { .. }
            | SendError::NoCredential { .. } => true,
            SendError::Unreachable { .. }
            | SendError::Untrusted { .. }
            | SendError::Lost { .. }
            | SendError::Garbled { .. }
            | SendError::TooLarge { .. }
            | SendError::NotTheApi { .. }
            | SendError::Redirected { .. }
            | SendError::NoSuchRoute => false,
        }
    }

    /// The API itself answered, and waiting for another answer is no use.
    pub(super) fn is_useful_answer(&self) -> bool {
        match self {
            SendError::Refused { kind, .. } => !matches!(kind, ErrorKind::Busy | ErrorKind::Failed),
            SendError::NoSuchRoute => true,
            _ => false,
        }
    }

    /// For the log: without the server's words.
    pub(super) fn label(&self) -> String {
        match self {
            SendError::Cancelled => "cancelled".into(),
            SendError::Unsendable { reason } => format!("not sent, {reason}"),
            SendError::NoCredential { refused, .. } => format!("not sent, no credential, refused: {refused}"),
            SendError::Unreachable { reason } => format!("no connection, {reason}"),
            SendError::Untrusted { reason } => format!("no secure connection, {reason}"),
            SendError::Lost { reason } => format!("no answer, {reason}"),
            SendError::Garbled { status, reason } => format!("{status}, unreadable body, {reason}"),
            SendError::TooLarge { status } => format!("{status}, body too large"),
            SendError::NotTheApi { status } => format!("{status}, not the API"),
            SendError::Redirected { status, .. } => format!("{status}, redirect"),
            SendError::NoSuchRoute => "404, no such route".into(),
            SendError::Refused { status, kind, .. } => format!("{status}, {kind:?}"),
        }
    }
}

/// Without the origin where the API itself has answered: everybody knows which one it is.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(if self.error.is_of_the_api() { "" } else { &self.origin }, f)
    }
}

impl Error {
    /// The text with the origin in any case, for what is not sent to the API.
    pub(super) fn with_origin(&self) -> String {
        struct Located<'a>(&'a Error);
        impl fmt::Display for Located<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.tell(&self.0.origin, f)
            }
        }
        Located(self).to_string()
    }

    fn tell(&self, origin: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {origin}{} ", self.method.name(), self.path)?;
        match &self.error {
            SendError::Cancelled => f.write_str("was cancelled.")?,
            SendError::Unsendable { reason } => write!(f, "was not sent: {reason}.")?,
            SendError::NoCredential { reason, .. } => {
                write!(f, "was not sent, since there is no token for it: {reason}.")?
            }
            SendError::Unreachable { reason } => write!(f, "could not connect: {reason}.")?,
            SendError::Untrusted { reason } => write!(f, "could not agree on a secure connection: {reason}.")?,
            SendError::Lost { reason } => write!(f, "got no answer: {reason}.")?,
            SendError::Garbled { status, reason } => {
                write!(f, "was answered with {status} and a body that cannot be read: {reason}.")?;
            }
            SendError::TooLarge { status } => {
                write!(f, "was answered with {status} and a body that is too large to be an answer.")?;
            }
            SendError::NotTheApi { status } => {
                write!(f, "was answered with {status} by something other than the API (a web page or plain text): ")?;
                f.write_str("the API's address is wrong, or a proxy or login page is in front of it.")?;
            }
            SendError::Redirected { status, to } => {
                write!(f, "was answered with {status}, a redirect to {to}, which is not followed with credentials: ")?;
                f.write_str("correct the API's address.")?;
            }
            SendError::NoSuchRoute => f.write_str("was answered with 404: the server does not know this path.")?,
            SendError::Refused { status, message, retry_after, .. } => refused(f, *status, message, *retry_after)?,
        }
        if self.tries > 1 {
            write!(f, " ({} tries)", self.tries)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " The server calls the request {id}."),
            None => Ok(()),
        }
    }
}

fn refused(f: &mut fmt::Formatter<'_>, status: u16, message: &str, wait: Option<Duration>) -> fmt::Result {
    write!(f, "was answered with {status}")?;
    match message.trim_end_matches('.') {
        "" => f.write_str(" and no explanation.")?,
        words => write!(f, ": {words}.")?,
    }
    match wait {
        Some(wait) => write!(f, " The server asks to wait {} s before the next try.", wait.as_secs()),
        None => Ok(()),
    }
}

impl std::error::Error for Error {}
