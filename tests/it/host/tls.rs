//! The host's side of the socket: a certificate as go-plugin makes it, and connections with and without it.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint, Error};

/// P-521, self-signed, a CA, for both uses: go-plugin's template.
pub(crate) struct HostCertificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl HostCertificate {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.distinguished_name.push(DnType::OrganizationName, "HashiCorp");
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
}

/// Trusts the one certificate of the handshake line, presents `host`'s if there is one, and insists on HTTP/2 as
/// newer hosts do.
fn config(server: &CertificateDer<'static>, host: Option<&HostCertificate>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone()).expect("the handshake's certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let mut config = match host {
        None => config.with_no_client_auth(),
        Some(host) => {
            let key = PrivateKeyDer::Pkcs8(host.key.serialize_der().into());
            config.with_client_auth_cert(vec![host.certificate.der().clone()], key).expect("certificate and key")
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// A gRPC channel to the plugin, as often as it needs a connection.
pub(crate) async fn dial(
    socket: &str,
    server: &CertificateDer<'static>,
    host: Option<&HostCertificate>,
) -> Result<Channel, Error> {
    let (socket, config) = (socket.to_owned(), config(server, host));
    let connect = tower::service_fn(move |_| {
        let (socket, config) = (socket.clone(), config.clone());
        async move {
            let stream = UnixStream::connect(socket).await?;
            let name = ServerName::try_from("localhost").expect("a name");
            let stream = TlsConnector::from(config).connect(name, stream).await?;
            match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => Ok(TokioIo::new(stream)),
                _ => Err(io::Error::other("the server does not select h2")),
            }
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connect).await
}

/// As a host does whose user has set `TF_DISABLE_PLUGIN_TLS`.
pub(crate) async fn dial_plaintext(socket: &str) -> Result<Channel, Error> {
    let socket = socket.to_owned();
    let connect = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { UnixStream::connect(socket).await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connect).await
}
