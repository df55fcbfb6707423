//! Certificates: which servers are trusted, and which client certificate is presented. The crypto library is named here
//! and nowhere else in the client. Key material is never part of an error.

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::settings::{Setting, Settings, SettingsError};

/// TLS settings, checked.
pub(super) struct Tls {
    extra_roots: Vec<reqwest::Certificate>,
    identity: Option<reqwest::Identity>,
    insecure: bool,
}

impl Tls {
    /// # Errors
    /// Certificates or a key that cannot be used.
    pub(super) fn new(settings: &Settings) -> Result<Tls, SettingsError> {
        let extra_roots = match &settings.ca_certificates {
            Some(pem) => roots(pem).map_err(|reason| SettingsError::new(Setting::CaCertificates, reason))?,
            None => Vec::new(),
        };
        let identity = match &settings.client_certificate {
            Some((chain, key)) => Some(
                identity(chain, key.expose())
                    .map_err(|reason| SettingsError::new(Setting::ClientCertificate, reason))?,
            ),
            None => None,
        };
        Ok(Tls { extra_roots, identity, insecure: settings.insecure })
    }

    /// `secure`: whether TLS will be used at all. Loading the system's roots takes longer than all the rest.
    pub(super) fn apply(&self, mut builder: reqwest::ClientBuilder, secure: bool) -> reqwest::ClientBuilder {
        // The HTTP library uses the process' default provider. An error means that there is one already, which will do.
        let _ = CryptoProvider::install_default(aws_lc_rs::default_provider());
        if !secure {
            return builder.tls_certs_only([]);
        }
        // What the system trusts includes SSL_CERT_FILE and SSL_CERT_DIR, where the system has them.
        builder = builder.tls_certs_merge(self.extra_roots.iter().cloned());
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.clone());
        }
        builder.tls_danger_accept_invalid_certs(self.insecure)
    }
}

/// Checks that the text contains PEM certificates that can be trusted.
///
/// # Errors
/// A clause that follows the name of the setting.
pub fn check_certificates(pem: &str) -> Result<(), String> {
    roots(pem).map(drop)
}

/// Checks that a client certificate can be presented with this key.
///
/// # Errors
/// A clause that follows the name of the certificate's setting.
pub fn check_identity(chain: &str, key: &str) -> Result<(), String> {
    identity(chain, key).map(drop)
}

fn roots(pem: &str) -> Result<Vec<reqwest::Certificate>, String> {
    let mut store = RootCertStore::empty();
    let mut roots = Vec::new();
    for certificate in certificates(pem)? {
        let root = reqwest::Certificate::from_der(&certificate);
        store.add(certificate).map_err(|_| "contains a certificate that cannot be read")?;
        roots.push(root.map_err(|_| "contains a certificate that cannot be read")?);
    }
    Ok(roots)
}

/// Checked here and not when the first connection is made, so that the error names the setting.
fn identity(chain: &str, key: &str) -> Result<reqwest::Identity, String> {
    let certificates = certificates(chain)?;
    let parsed = PrivateKeyDer::from_pem_slice(text(key).map_err(|reason| format!("comes with a key that {reason}"))?)
        .map_err(|_| "comes with a key that is not an unencrypted PEM private key")?;
    CertifiedKey::from_der(certificates, parsed, &aws_lc_rs::default_provider())
        .map_err(|_| "and its key do not belong together, or are of a kind that is not supported")?;
    reqwest::Identity::from_pem(format!("{key}\n{chain}").as_bytes())
        .map_err(|_| "and its key cannot be used together".into())
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(text(pem)?).collect::<Result<_, _>>().map_err(|_| "is not valid PEM")?;
    if certificates.is_empty() { Err("does not contain a PEM certificate".into()) } else { Ok(certificates) }
}

/// Editors on Windows can put a byte order mark before the first line, and parsers of PEM then skip what begins there: of two
/// certificates one would be missing without a word.
fn text(pem: &str) -> Result<&[u8], &'static str> {
    if pem.contains('\u{feff}') {
        return Err("contains a byte order mark: save it as UTF-8 without one");
    }
    Ok(pem.as_bytes())
}
