//! The HTTP client: one [`Client::send`] that carries a [`Call`] to a REST API and says what came of it.
//!
//! It knows HTTP and JSON: addresses, TLS, timeouts, what may be tried again and when, what an answer is worth.
//! What one system's refusals mean is data that it is given ([`Dialect`]). It must know nothing of the host's words, of
//! values and schemas, nor of any system by name; and nothing that it prints, logs or returns as an error may show a
//! credential, a body, a query or an answer's page.

mod address;
mod call;
mod client;
mod dialect;
mod error;
mod exchange;
mod failure;
mod limits;
mod patience;
mod proof;
mod readings;
mod retry;
mod secrets;
mod settings;
mod tls;
mod transport;
mod words;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use address::{check_segment, check_url};
pub use call::{Answer, Call, Method, Repeat};
pub use client::Client;
pub use dialect::{Dialect, Meaning, Refusal, Said};
pub use error::{Cause, Error};
pub use patience::Patience;
pub use secrets::Secrets;
pub use settings::{Credential, Credentials, Fetch, Setting, Settings, SettingsError, Token};
pub use tls::{check_certificates, check_identity};
pub use transport::check_proxy;

/// A body. Numbers keep the digits that were sent.
pub type Json = serde_json::Value;
