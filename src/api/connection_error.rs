//! From an error of the HTTP library to a [`SendError`]: was the request sent, and what was the reason? The library's own
//! texts contain addresses, so only the innermost reason is passed on.

use std::error::Error as StdError;
use std::io;

use rustls::AlertDescription::{
    AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked, CertificateUnknown,
    DecryptError, HandshakeFailure, UnknownCA, UnsupportedCertificate,
};
use rustls::{CertificateError, Error as TlsError};

use super::error::SendError;
use super::text::plain;

/// The connection pool could not be built.
pub(super) fn of_building(error: &reqwest::Error) -> SendError {
    SendError::Unsendable { reason: format!("no TLS connections can be made on this machine ({})", innermost(error)) }
}

/// No status line came.
pub(super) fn of_sending(error: &reqwest::Error) -> SendError {
    if let Some(tls) = tls_error(error)
        && (error.is_connect() || refuses_certificate(tls))
    {
        return SendError::Untrusted { reason: explain(tls) };
    }
    if error.is_connect() {
        let reason = if error.is_timeout() { "timed out".into() } else { innermost(error) };
        return SendError::Unreachable { reason };
    }
    if error.is_builder() {
        return SendError::Unsendable { reason: innermost(error) };
    }
    SendError::NoResponse { reason: format!("the connection was lost ({})", innermost(error)) }
}

/// The innermost of the errors that this one wraps.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let last = chain(error).last().map_or_else(String::new, ToString::to_string);
    match last.as_str() {
        "tunnel error: unsuccessful" => "the proxy refuses the connection".to_owned(),
        "tunnel error: proxy authorization required" => "the proxy requires a user name and a password".to_owned(),
        last => plain(last),
    }
}

fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    chain(error).find_map(|inner| inner.downcast_ref())
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| deeper(*error))
}

/// The `source` of an I/O error skips the error that it wraps.
fn deeper<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// With TLS 1.3 a server rejects the client's certificate only after the client has begun to send; it then has read nothing.
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

/// What is wrong with the TLS connection, in terms that a user can act on. The library only gives names of its variants.
fn explain(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(error) => format!("the server's certificate {}", of_certificate(error)),
        TlsError::InvalidMessage(_) => "the server does not use TLS on this port".into(),
        TlsError::AlertReceived(CertificateRequired) => "the server requires a client certificate".into(),
        TlsError::AlertReceived(UnknownCA) => {
            "the server does not trust the CA that signed the client certificate".into()
        }
        TlsError::AlertReceived(alert) => {
            format!("the server sent the TLS alert \"{}\"", spaced(&format!("{alert:?}")))
        }
        TlsError::PeerIncompatible(reason) => format!(
            "the server and this provider share no TLS version or cipher suite ({}); TLS 1.2 or 1.3 is required",
            spaced(&format!("{reason:?}"))
        ),
        TlsError::PeerMisbehaved(reason) => {
            format!("the server violates the TLS protocol ({})", spaced(&format!("{reason:?}")))
        }
        other => plain(&other.to_string()),
    }
}

/// What is wrong with a certificate, as a clause that follows it.
fn of_certificate(error: &CertificateError) -> String {
    use CertificateError as Bad;
    match error {
        Bad::UnknownIssuer | Bad::BadSignature => "is signed by a CA that is not trusted here".into(),
        Bad::Expired | Bad::ExpiredContext { .. } => "has expired".into(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "is not valid yet, or the clock of this machine is wrong".into()
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => "is for another host name".into(),
        Bad::Revoked => "has been revoked".into(),
        Bad::BadEncoding => "cannot be read".into(),
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => "is not valid for a server".into(),
        // Other errors of the library that checks certificates are known by the names of their variants only.
        other => match spaced(&name_of(other)).as_str() {
            "unsupported cert version" => {
                "is not an X.509 certificate of version 3 (a self-signed one is if it has a subjectAltName)".into()
            }
            "ca used as end entity" => {
                "is that of a CA; the server needs a certificate of its own, signed by that CA".into()
            }
            name => format!("is not accepted ({name})"),
        },
    }
}

/// The name of the variant, of the innermost error where one wraps another.
fn name_of(error: &CertificateError) -> String {
    let text = match error {
        CertificateError::Other(other) => format!("{:?}", other.0),
        error => format!("{error:?}"),
    };
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    text[..end].to_owned()
}

/// `unsupported cert version` from `UnsupportedCertVersion`.
fn spaced(name: &str) -> String {
    let mut text = String::new();
    let mut letters = name.chars().peekable();
    let mut before = None::<char>;
    while let Some(letter) = letters.next() {
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || letters.peek().is_some_and(char::is_ascii_lowercase)
            });
        text.extend(begins.then_some(' '));
        text.push(letter.to_ascii_lowercase());
        before = Some(letter);
    }
    plain(&text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    /// Errors as the library that checks certificates names them.
    #[derive(Debug)]
    enum Found {
        UnsupportedCertVersion,
        CaUsedAsEndEntity,
        RequiredEkuNotFoundContext,
    }

    impl std::fmt::Display for Found {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }

    impl StdError for Found {}

    #[test]
    fn names_of_variants_are_spelled_out() {
        let other = |found: Found| TlsError::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(found))));
        for (error, part) in [
            (other(Found::UnsupportedCertVersion), "of version 3"),
            (other(Found::CaUsedAsEndEntity), "that of a CA"),
            (other(Found::RequiredEkuNotFoundContext), "is not accepted (required eku not found context)"),
            (TlsError::InvalidCertificate(CertificateError::NotValidYet), "not valid yet"),
            (
                TlsError::InvalidCertificate(CertificateError::UnhandledCriticalExtension),
                "unhandled critical extension",
            ),
            (TlsError::AlertReceived(HandshakeFailure), "TLS alert \"handshake failure\""),
            (
                TlsError::PeerIncompatible(rustls::PeerIncompatible::NoCipherSuitesInCommon),
                "no cipher suites in common",
            ),
        ] {
            let text = explain(&error);
            assert!(text.contains(part), "{text}");
            let is_variant =
                |word: &str| word.chars().skip(1).any(char::is_lowercase) && word[1..].contains(char::is_uppercase);
            assert!(
                !text.split(' ').any(|word| is_variant(word.trim_matches(['(', ')'])) && word != "subjectAltName)"),
                "{text}"
            );
        }
        assert_eq!(spaced("ServerNameMustContainOneHostName"), "server name must contain one host name");
        assert_eq!(spaced("UnknownCA"), "unknown ca");
    }
}
