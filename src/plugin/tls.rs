//! The certificates of go-plugin's AutoMTLS: the plugin's, made for each process, and the host's, the only one accepted.
//!
//! The crypto provider is named at each step: a process-wide default is not for this module to choose.

use std::io;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, ServerConfig};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connection::Connection;
use super::handshake::CLIENT_CERTIFICATE;

/// The server side of TLS for one host.
#[derive(Clone)]
pub(super) struct Tls {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

impl Tls {
    /// For the host with this certificate, in PEM as in the environment.
    ///
    /// # Errors
    /// It is not exactly one certificate, or the plugin's own cannot be made.
    pub(super) fn for_client(pem: &[u8]) -> io::Result<Self> {
        let client = only_certificate(pem)
            .map_err(|reason| io::Error::other(format!("{CLIENT_CERTIFICATE} cannot be used: {reason}")))?;
        let (certificate, key) = own_certificate().map_err(io::Error::other)?;
        let config = server_config(client, certificate.clone(), key).map_err(io::Error::other)?;
        Ok(Self { acceptor: Arc::new(config).into(), certificate })
    }

    /// The plugin's, for the handshake line: the host trusts nothing else.
    pub(super) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// # Errors
    /// The handshake failed; without the host's certificate and its key it always does.
    pub(super) async fn accept(&self, connection: Connection) -> io::Result<TlsStream<Connection>> {
        self.acceptor.accept(connection).await
    }
}

/// The parser's own errors are not passed on: they repeat what was found, which may be anything.
fn only_certificate(pem: &[u8]) -> Result<CertificateDer<'static>, &'static str> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let mut found = found.map_err(|_| "it is not valid PEM")?;
    match (found.pop(), found.is_empty()) {
        (None, _) => Err("it does not contain a certificate"),
        // It is unknown which of them the host will present.
        (Some(_), false) => Err("it contains several certificates"),
        (Some(one), true) => match ParsedCertificate::try_from(&one) {
            Ok(_) => Ok(one),
            Err(_) => Err("it is not an X.509 certificate"),
        },
    }
}

/// P-256, the fastest to generate of those that every host accepts. Hosts dial `localhost` and look for it among the
/// subject's alternative names only.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.self_signed(&key)?;
    Ok((certificate.der().clone(), key.serialize_der().into()))
}

fn server_config(
    client: CertificateDer<'static>,
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
) -> Result<ServerConfig, Error> {
    let provider = Arc::new(crypto());
    let only = OnlyClient { client, algorithms: provider.signature_verification_algorithms };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(Arc::new(only))
        .with_single_cert(vec![certificate], key.into())?;
    // Hosts since grpc-go 1.67 hang up when the server chooses no protocol.
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A host connects once; sessions are never resumed.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Both ends are on one machine, and Go's client accepts what the server chooses: one suite for each version, and the
/// curves that every Go offers, P-256 for those in FIPS mode. Signature algorithms are not reduced: hosts sign with ECDSA
/// over P-521 and SHA-512.
fn crypto() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![
            aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256,
            aws_lc_rs::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        ],
        kx_groups: vec![aws_lc_rs::kx_group::X25519, aws_lc_rs::kx_group::SECP256R1],
        ..aws_lc_rs::default_provider()
    }
}

/// Accepts exactly one certificate. The usual verifier cannot: it rejects a self-signed client certificate with the CA flag,
/// which is what hosts have.
#[derive(Debug)]
struct OnlyClient {
    client: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for OnlyClient {
    /// None: Go's client presents no certificate when a hint does not match its issuer.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.client {
            return Ok(ClientCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    /// A certificate is no secret, so the client must still prove that it has the key.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[path = "tls_tests.rs"]
pub(super) mod tests;
