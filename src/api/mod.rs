//! The HTTP client: one [`Client::send`] that carries a [`Call`] to a REST API and returns the response or an error.
//!
//! It is about HTTP and JSON: addresses, TLS, timeouts, what may be tried again and when, what a response means. What the
//! error responses of one system mean is data that it is given ([`ErrorClassifier`]). It must not depend on the host, on
//! values and schemas, nor on any system; and nothing that it logs or returns as an error may contain a credential, a body, a
//! query or an HTML page.
//!
//! - `client`: a call from start to end. `progress`: what happened to it so far. `exchange`: a single try. `retry`: whether
//!   there is another.
//! - `budget`, `limits`: how long an operation keeps asking, and how many requests run at once.
//! - `auth`: the header that authenticates requests. `address`, `tls`, `transport`: URLs, certificates, connections.
//! - `classifier`, `error`, `connection_error`: why a call did not succeed.
//! - `redactor`, `secret_index`, `decodings`, `text`: a server's text without secrets and fit to be shown.
//! - `call`, `settings`: what callers pass in.
//!
//! No two of these files need each other, directly or through others.

mod address;
mod auth;
mod budget;
mod call;
mod classifier;
mod client;
mod connection_error;
mod decodings;
mod error;
mod exchange;
mod limits;
mod progress;
mod redactor;
mod retry;
mod secret_index;
mod settings;
mod text;
mod tls;
mod transport;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test of the environment runs the test binary once more")]
mod tests;

pub use address::{check_segment, check_url};
pub use budget::Budget;
pub use call::{Answer, Call, FromBody, Json, JsonText, Method, Repeat};
pub use classifier::{ErrorBody, ErrorClassifier, ErrorKind, Refusal};
pub use client::Client;
pub use error::{Error, SendError};
pub use redactor::Redactor;
pub use settings::{Credential, Credentials, Setting, Settings, SettingsError, Token, TokenEndpoint};
pub use tls::{check_certificates, check_identity};
pub use transport::check_proxy;
