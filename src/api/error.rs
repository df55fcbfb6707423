//! Why a call did not succeed, sorted by what the caller does next. The text names method and path and quotes the server's
//! message; it never contains a credential, a body, a query or an HTML page. What to do next is for callers to add.

use std::fmt;
use std::time::Duration;

use super::call::Method;
use super::classifier::ErrorKind;
use super::redactor::Redactor;

/// A call that did not succeed, after all its tries.
#[derive(Clone, Debug)]
pub struct Error {
    pub method: Method,
    /// Scheme, host and port of the address that it was sent to.
    pub origin: String,
    /// Encoded, without the query.
    pub path: String,
    /// What the last try ended in.
    pub cause: SendError,
    /// How often it was sent or tried.
    pub tries: u32,
    /// A try before the last one may have acted.
    pub(super) earlier_try_may_have_acted: bool,
}

/// What a single try ended in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendError {
    /// The operation was canceled; this call was not begun, or its response no longer matters.
    Cancelled,
    /// The call cannot be put into a request. Nothing was sent.
    Unsendable { reason: String },
    /// No connection could be made. Nothing was sent.
    Unreachable { reason: String },
    /// One side does not accept the other's certificate or TLS version. Nothing was sent.
    Untrusted { reason: String },
    /// It was sent, and no complete response was received.
    NoResponse { reason: String },
    /// The status is a success, but the body is not what it claims to be.
    BadBody { status: u16, reason: String },
    /// The status is a success, but the body is larger than any that makes sense.
    BodyTooLarge { status: u16 },
    /// The response is not from this API, but from a login page or another program.
    NotTheApi { status: u16 },
    /// A redirect to where the credential must not go. `to` is scheme, host and port.
    Redirected { status: u16, to: String },
    /// The server does not know the path: another version, or another base address.
    NoSuchRoute,
    /// No token could be obtained. Nothing was sent. `refused`: the token endpoint rejected the client.
    NoCredential { reason: String, refused: bool },
    /// The API returned an error.
    Refused {
        status: u16,
        kind: ErrorKind,
        message: String,
        /// The field of the request that it is about, if the server named one.
        field: Option<String>,
        /// How long to wait before another try, if the server specified it.
        retry_after: Option<Duration>,
        /// The server's name for the request, with which it can be found in the server's log.
        request_id: Option<String>,
    },
}

impl Error {
    /// Whether the server may have executed the request in spite of this error.
    pub fn may_have_acted(&self) -> bool {
        self.method.writes() && (self.earlier_try_may_have_acted || self.cause.may_have_acted())
    }

    /// What the API's error response means, if it is one.
    pub fn kind(&self) -> Option<ErrorKind> {
        match self.cause {
            SendError::Refused { kind, .. } => Some(kind),
            _ => None,
        }
    }

    pub fn is_not_found(&self) -> bool {
        self.kind() == Some(ErrorKind::NotFound)
    }

    pub fn is_cancelled(&self) -> bool {
        self.cause == SendError::Cancelled
    }

    /// Without secrets in texts of libraries and servers.
    pub(super) fn redacted(mut self, redactor: &Redactor) -> Error {
        match &mut self.cause {
            SendError::Unsendable { reason: text }
            | SendError::Unreachable { reason: text }
            | SendError::Untrusted { reason: text }
            | SendError::NoResponse { reason: text }
            | SendError::BadBody { reason: text, .. }
            | SendError::Redirected { to: text, .. }
            | SendError::NoCredential { reason: text, .. } => *text = redactor.redact(text),
            // What it quotes was redacted when it was read.
            SendError::Refused { .. }
            | SendError::Cancelled
            | SendError::BodyTooLarge { .. }
            | SendError::NotTheApi { .. }
            | SendError::NoSuchRoute => {}
        }
        self
    }

    /// The text with the origin in any case, for what is not sent to the API.
    pub(super) fn with_origin(&self) -> String {
        self.text(&self.origin)
    }

    fn text(&self, origin: &str) -> String {
        let mut text = format!("{} {origin}{} {}.", self.method.name(), self.path, self.cause);
        if self.tries > 1 {
            text.push_str(&format!(" ({} tries)", self.tries));
        }
        if let SendError::Refused { request_id: Some(id), .. } = &self.cause {
            text.push_str(&format!(" Request ID: {id}."));
        }
        text
    }
}

/// Without the origin if the API itself has responded, because the address cannot be wrong then.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(if self.cause.may_be_the_address() { &self.origin } else { "" }))
    }
}

impl std::error::Error for Error {}

/// A clause that follows method and path.
impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::Cancelled => f.write_str("was canceled"),
            SendError::Unsendable { reason } => write!(f, "was not sent: {reason}"),
            SendError::NoCredential { reason, .. } => {
                write!(f, "was not sent because no token could be obtained: {reason}")
            }
            SendError::Unreachable { reason } => write!(f, "failed to connect: {reason}"),
            SendError::Untrusted { reason } => write!(f, "failed to establish a TLS connection: {reason}"),
            SendError::NoResponse { reason } => write!(f, "got no response: {reason}"),
            SendError::BadBody { status, reason } => {
                write!(f, "returned {status} with a body that cannot be read: {reason}")
            }
            SendError::BodyTooLarge { status } => write!(f, "returned {status} with a body that is too large"),
            SendError::NotTheApi { status } => write!(
                f,
                "returned {status} from something other than the API (a web page or plain text): the API's address is \
                 wrong, or a proxy or login page is in front of it"
            ),
            SendError::Redirected { status, to } => write!(
                f,
                "returned {status}, a redirect to {to}, which is not followed because of the credentials: correct the \
                 API's address"
            ),
            SendError::NoSuchRoute => f.write_str("returned 404: the server does not know this path"),
            SendError::Refused { status, message, retry_after, .. } => {
                write!(f, "returned {status}")?;
                match message.trim_end_matches('.') {
                    "" => f.write_str(" without a message")?,
                    message => write!(f, ": {message}")?,
                }
                match retry_after {
                    Some(wait) => write!(f, ". It can be retried after {} s", wait.as_secs()),
                    None => Ok(()),
                }
            }
        }
    }
}

impl SendError {
    /// The operation's budget was used up by its earlier calls, or by those of others.
    pub(super) fn server_silent() -> SendError {
        SendError::Unreachable { reason: "the server has not responded to any request for too long".into() }
    }

    /// Whether this try may have acted.
    pub(super) fn may_have_acted(&self) -> bool {
        match self {
            SendError::NoResponse { .. } | SendError::BadBody { .. } | SendError::BodyTooLarge { .. } => true,
            SendError::NotTheApi { status } => (200..300).contains(status) || *status >= 500,
            SendError::Refused { kind: ErrorKind::Busy | ErrorKind::InUse, .. } => false,
            SendError::Refused { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// How long to wait before another try, if the server specified it.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            SendError::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the address may be wrong: there was a try, and the API did not respond.
    fn may_be_the_address(&self) -> bool {
        match self {
            SendError::Refused { .. }
            | SendError::Cancelled
            | SendError::Unsendable { .. }
            | SendError::NoCredential { .. } => false,
            SendError::Unreachable { .. }
            | SendError::Untrusted { .. }
            | SendError::NoResponse { .. }
            | SendError::BadBody { .. }
            | SendError::BodyTooLarge { .. }
            | SendError::NotTheApi { .. }
            | SendError::Redirected { .. }
            | SendError::NoSuchRoute => true,
        }
    }

    /// The API itself responded, and there is no other response to wait for.
    pub(super) fn is_useful_response(&self) -> bool {
        match self {
            SendError::Refused { kind, .. } => !matches!(kind, ErrorKind::Busy | ErrorKind::ServerError),
            SendError::NoSuchRoute => true,
            _ => false,
        }
    }

    /// For the log: without the server's message.
    pub(super) fn label(&self) -> String {
        match self {
            SendError::Cancelled => "canceled".into(),
            SendError::Unsendable { reason } => format!("not sent, {reason}"),
            SendError::NoCredential { refused: true, .. } => "not sent, the client was refused a token".into(),
            SendError::NoCredential { refused: false, .. } => "not sent, no token".into(),
            SendError::Unreachable { reason } => format!("no connection, {reason}"),
            SendError::Untrusted { reason } => format!("no TLS connection, {reason}"),
            SendError::NoResponse { reason } => format!("no response, {reason}"),
            SendError::BadBody { status, reason } => format!("{status}, unreadable body, {reason}"),
            SendError::BodyTooLarge { status } => format!("{status}, body too large"),
            SendError::NotTheApi { status } => format!("{status}, not the API"),
            SendError::Redirected { status, .. } => format!("{status}, redirect"),
            SendError::NoSuchRoute => "404, no such route".into(),
            SendError::Refused { status, kind, .. } => format!("{status}, {kind:?}"),
        }
    }
}
