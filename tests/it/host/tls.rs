//! The host's side of the socket: a certificate as go-plugin makes it, and connections with and without it.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint, Error};

use super::socket::{Stream, connect};

/// P-521, self-signed, a CA, for both uses: go-plugin's template.
pub(crate) struct HostCertificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl HostCertificate {
    pub(crate) fn new() -> Self {
        Self::of("HashiCorp")
    }

    /// With another subject than hosts have.
    pub(crate) fn of(organization: &str) -> Self {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.distinguished_name.push(DnType::OrganizationName, organization);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }

    /// For `PLUGIN_CLIENT_CERT`.
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    #[cfg(unix)]
    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// This certificate with the key of another, which is what somebody can present who has only read it.
    pub(crate) fn with_key_of(&self, other: HostCertificate) -> Self {
        Self { certificate: self.certificate.clone(), key: other.key }
    }

    fn certified(&self) -> CertifiedKey {
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).expect("a key");
        CertifiedKey::new(vec![self.certificate.der().clone()], key)
    }
}

/// Presents a certificate even if the key is another's, which rustls would not do by itself.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Trusts the one certificate of the handshake line, presents `host`'s if there is one, and offers these protocols.
fn config(server: &CertificateDer<'static>, host: Option<&HostCertificate>, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone()).expect("the handshake's certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let mut config = match host {
        None => config.with_no_client_auth(),
        Some(host) => config.with_client_cert_resolver(Arc::new(Always(Arc::new(host.certified())))),
    };
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// A handshake and nothing more. In TLS 1.3 it ends well for a client before the server has looked at its certificate.
pub(crate) async fn shake_hands(
    socket: &str,
    server: &CertificateDer<'static>,
    host: Option<&HostCertificate>,
    protocols: &[&str],
) -> io::Result<TlsStream<Stream>> {
    let stream = connect(socket).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(config(server, host, protocols)).connect(name, stream).await
}

/// A gRPC channel to the plugin, as often as it needs a connection; it insists on HTTP/2 as newer hosts do.
pub(crate) async fn dial(
    socket: &str,
    server: &CertificateDer<'static>,
    host: Option<&HostCertificate>,
) -> Result<Channel, Error> {
    let (socket, config) = (socket.to_owned(), config(server, host, &["h2"]));
    let connector = tower::service_fn(move |_| {
        let (socket, config) = (socket.clone(), config.clone());
        async move {
            let stream = connect(&socket).await?;
            let name = ServerName::try_from("localhost").expect("a name");
            let stream = TlsConnector::from(config).connect(name, stream).await?;
            match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => Ok(TokioIo::new(stream)),
                _ => Err(io::Error::other("the server does not select h2")),
            }
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

/// As a host does whose user has set `TF_DISABLE_PLUGIN_TLS`.
pub(crate) async fn dial_plaintext(socket: &str) -> Result<Channel, Error> {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { connect(&socket).await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connector).await
}
