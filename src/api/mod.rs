//! The HTTP client: one [`Client::send`] that carries a [`Call`] to a REST API and says what came of it.
//!
//! It knows HTTP and JSON: addresses, TLS, timeouts, what may be tried again and when, what an answer is worth.
//! What one system's refusals mean is data that it is given ([`ErrorClassifier`]). It must know nothing of the host's words, of
//! values and schemas, nor of any system by name; and nothing that it prints, logs or returns as an error may show a
//! credential, a body, a query or an answer's page.

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
mod redactor;
mod retry;
mod settings;
mod text;
mod tls;
mod transport;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use address::{check_segment, check_url};
pub use budget::Budget;
pub use call::{Answer, Call, Method, Repeat};
pub use classifier::{ErrorBody, ErrorClassifier, ErrorKind, Refusal};
pub use client::Client;
pub use error::{Error, SendError};
pub use redactor::Redactor;
pub use settings::{Credential, Credentials, Fetch, Setting, Settings, SettingsError, Token};
pub use tls::{check_certificates, check_identity};
pub use transport::check_proxy;

/// A body. Numbers keep the digits that were sent.
pub type Json = serde_json::Value;
