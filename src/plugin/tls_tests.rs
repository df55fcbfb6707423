//! The TLS handshake with clients that have certificates like go-plugin's, right and wrong ones, in TLS 1.2 and 1.3.

use rcgen::{BasicConstraints, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, PKCS_ECDSA_P521_SHA512};
use rustls::client::{ClientConfig, ResolvesClientCert};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_rustls::TlsConnector;

use super::*;
use crate::plugin::connection::Io;

/// A host: certificate, key, and what it offers.
pub(in crate::plugin) struct Client {
    certificate: rcgen::Certificate,
    /// None: the client presents no certificate.
    key: Option<KeyPair>,
    version: &'static SupportedProtocolVersion,
    protocols: Vec<Vec<u8>>,
}

impl Client {
    /// As go-plugin makes its own: P-521, a CA, for both uses.
    pub(in crate::plugin) fn new() -> Self {
        let key = p521();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.distinguished_name.push(DnType::OrganizationName, "HashiCorp");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key: Some(key), version: &TLS13, protocols: vec![b"h2".to_vec()] }
    }

    pub(in crate::plugin) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Trusts the certificate of the handshake line, as hosts do.
    pub(in crate::plugin) fn config(self, server: &Tls) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(server.certificate().clone()).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[self.version])
            .expect("versions")
            .with_root_certificates(roots);
        let mut config = match self.key {
            Some(key) => {
                let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
                let key = aws_lc_rs::sign::any_supported_type(&key).expect("a key");
                let certified = CertifiedKey::new(vec![self.certificate.der().clone()], key);
                config.with_client_cert_resolver(Arc::new(Always(Arc::new(certified))))
            }
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = self.protocols;
        config
    }
}

fn p521() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key")
}

/// Presents a certificate even when the key is another's, which rustls would not do by itself.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        assert!(schemes.contains(&SignatureScheme::ECDSA_NISTP521_SHA512), "a host would present nothing");
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A complete handshake: in TLS 1.3 the client learns that it was rejected only when it reads.
pub(in crate::plugin) async fn connect(stream: impl Io, config: ClientConfig) -> io::Result<()> {
    let name = "localhost".try_into().expect("a name");
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(b"ping").await
}

/// The first four bytes that a client sends, or why the server refused it.
async fn meet(server: &Tls, client: Client) -> Result<[u8; 4], String> {
    let (ours, theirs) = duplex(1 << 16);
    let accepted = async {
        let mut stream = server.accept(Box::new(theirs)).await.map_err(|error| error.to_string())?;
        let mut received = [0; 4];
        stream.read_exact(&mut received).await.map_err(|error| error.to_string())?;
        Ok(received)
    };
    let (accepted, _) = tokio::join!(accepted, connect(ours, client.config(server)));
    accepted
}

fn server_for(client: &Client) -> Tls {
    Tls::for_client(client.pem().as_bytes()).expect("a server")
}

#[tokio::test]
async fn the_host_is_accepted_with_both_versions() {
    for version in [&TLS13, &TLS12] {
        let client = Client { version, ..Client::new() };
        assert_eq!(meet(&server_for(&client), client).await, Ok(*b"ping"));
    }
}

#[tokio::test]
async fn every_other_client_is_refused() {
    let host = Client::new();
    let server = server_for(&host);
    let copy = || Client { certificate: host.certificate.clone(), ..Client::new() };
    for version in [&TLS13, &TLS12] {
        for (why, client) in [
            ("ApplicationVerificationFailure", Client { version, ..Client::new() }),
            ("sent no certificates", Client { version, key: None, ..Client::new() }),
            // The host's own certificate, which is public, with another key.
            ("BadSignature", Client { version, ..copy() }),
        ] {
            let refused = meet(&server, client).await.expect_err(why);
            assert!(refused.contains(why), "{refused}");
        }
    }
}

#[tokio::test]
async fn another_protocol_than_http2_is_refused() {
    let client = Client { protocols: vec![b"http/1.1".to_vec()], ..Client::new() };
    let refused = meet(&server_for(&client), client).await.expect_err("refused");
    assert!(refused.contains("protocol"), "{refused}");
}

#[test]
fn what_is_not_one_certificate_is_an_error_and_not_a_server_without_tls() {
    let one = Client::new().pem();
    let key = p521().serialize_pem();
    for (pem, why) in [
        (String::new(), "does not contain a certificate"),
        ("certificate".to_owned(), "does not contain a certificate"),
        (key.clone(), "does not contain a certificate"),
        (one.repeat(2), "several certificates"),
        (one[..one.len() / 2].to_owned(), "not valid PEM"),
        ("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_owned(), "not valid PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(), "not an X.509 certificate"),
    ] {
        let error = Tls::for_client(pem.as_bytes()).err().expect(why).to_string();
        assert!(error.contains(why), "{pem:?}: {error}");
    }
    for around in [format!("text before\n{one}text after"), format!("{key}{one}"), one.replace('\n', "\r\n")] {
        assert!(Tls::for_client(around.as_bytes()).is_ok(), "{around}");
    }
}
