//! From an error of the HTTP library to a cause: did the request leave, and is it worth another try? Its own texts hold
//! addresses, so only the innermost reason is passed on.

use std::error::Error as StdError;
use std::io;

use rustls::AlertDescription::{
    AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked, CertificateUnknown,
    DecryptError, HandshakeFailure, UnknownCA, UnsupportedCertificate,
};
use rustls::{CertificateError, Error as TlsError};

use super::error::Cause;
use super::words::plain;

/// The connection pool could not be built, so there is nothing to send with.
pub(super) fn of_building(error: &reqwest::Error) -> Cause {
    Cause::Unsendable { reason: format!("no secure connections can be made here ({})", innermost(error)) }
}

/// No head of an answer came.
pub(super) fn of_sending(error: &reqwest::Error) -> Cause {
    if let Some(tls) = tls_error(error)
        && (error.is_connect() || refuses_certificate(tls))
    {
        return Cause::Untrusted { reason: explain(tls) };
    }
    if error.is_connect() {
        let reason = if error.is_timeout() { "nobody accepted it in time".into() } else { innermost(error) };
        return Cause::Unreachable { reason };
    }
    if error.is_builder() {
        return Cause::Unsendable { reason: innermost(error) };
    }
    Cause::Lost { reason: format!("the connection broke ({})", innermost(error)) }
}

/// What an error that wraps others is about.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let last = chain(error).last().map_or_else(String::new, ToString::to_string);
    plain(&last)
}

fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    chain(error).find_map(|inner| inner.downcast_ref())
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| deeper(*error))
}

/// An IO error's `source` skips the very error that it wraps.
fn deeper<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// With TLS 1.3 a server says what it thinks of our certificate only after we have begun to send; it then has read
/// nothing.
fn refuses_certificate(error: &TlsError) -> bool {
    let TlsError::AlertReceived(alert) = error else { return false };
    [
        AccessDenied,
        BadCertificate,
        CertificateExpired,
        CertificateRequired,
        CertificateRevoked,
        CertificateUnknown,
        DecryptError,
        HandshakeFailure,
        UnknownCA,
        UnsupportedCertificate,
    ]
    .contains(alert)
}

fn explain(error: &TlsError) -> String {
    use CertificateError as Bad;
    match error {
        TlsError::InvalidCertificate(Bad::UnknownIssuer | Bad::BadSignature) => {
            "the server's certificate is signed by an authority that is not trusted here".into()
        }
        TlsError::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            "the server's certificate has expired".into()
        }
        TlsError::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "the server's certificate is for another host name".into()
        }
        TlsError::InvalidMessage(_) => "the server does not speak TLS on this port".into(),
        TlsError::AlertReceived(CertificateRequired) => "the server asks for a client certificate".into(),
        other => plain(&other.to_string()),
    }
}
