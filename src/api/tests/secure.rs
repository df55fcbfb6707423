//! TLS: who is trusted, who is not, and what the errors say.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::server::{Server, json};
use super::*;
use crate::api::{Error, SendError};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority, name: &str, clients: Option<&Authority>) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = match clients {
        None => builder.unwrap().with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.unwrap().with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    TlsAcceptor::from(Arc::new(builder.with_single_cert(vec![certificate.der().clone()], key).unwrap()))
}

async fn server(authority: &Authority) -> Server {
    Server::start_secure([json(200, "1")], acceptor(authority, "127.0.0.1", None)).await
}

fn trusting(url: &str, authority: &Authority) -> Settings {
    Settings { ca_certificates: Some(authority.pem()), ..settings(url) }
}

async fn call(settings: Settings) -> Result<(), Error> {
    Client::new(settings).unwrap().send(post(), &budget()).await.map(|_| ())
}

fn assert_untrusted(error: &Error, part: &str) {
    assert!(matches!(error.cause, SendError::Untrusted { .. }), "{error}");
    assert!(error.to_string().contains(part), "{error}");
    assert_eq!((error.tries, error.may_have_acted()), (1, false));
}

#[tokio::test(start_paused = true)]
async fn a_ca_of_the_settings_is_trusted() {
    let authority = authority();
    let server = server(&authority).await;
    call(trusting(&server.url, &authority)).await.unwrap();
    assert!(server.seen()[0].contains(KEY));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_ca_is_refused_at_once_and_gets_no_request() {
    let server = server(&authority()).await;
    for settings in [trusting(&server.url, &authority()), settings(&server.url)] {
        assert_untrusted(&call(settings).await.unwrap_err(), "CA that is not trusted here");
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn insecure_trusts_every_certificate() {
    let server = server(&authority()).await;
    call(Settings { insecure: true, ..settings(&server.url) }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_certificate_for_another_host_is_refused() {
    let authority = authority();
    let server = Server::start_secure([json(200, "1")], acceptor(&authority, "other.example", None)).await;
    assert_untrusted(&call(trusting(&server.url, &authority)).await.unwrap_err(), "another host name");
}

#[tokio::test(start_paused = true)]
async fn a_client_certificate_is_presented_and_its_absence_is_explained() {
    let (authority, clients) = (authority(), authority());
    let tls = acceptor(&authority, "127.0.0.1", Some(&clients));
    let server = Server::start_secure([json(200, "1")], tls).await;

    let error = call(trusting(&server.url, &authority)).await.unwrap_err();
    assert_untrusted(&error, "requires a client certificate");

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let pem = params.signed_by(&key, &clients).unwrap().pem();
    let settings = || trusting(&server.url, &authority);
    let with = |key: String| Settings { client_certificate: Some((pem.clone(), Secret::new(key))), ..settings() };
    call(with(key.serialize_pem())).await.unwrap();

    let other = Client::new(with(KeyPair::generate().unwrap().serialize_pem())).err().unwrap();
    assert_eq!(other.setting, Setting::ClientCertificate);
    assert!(other.to_string().contains("do not belong together"), "{other}");
    let canary = Client::new(with("canary".into())).err().unwrap();
    assert!(!format!("{canary} {canary:?}").contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn line_ends_of_windows_are_accepted_and_a_byte_order_mark_is_named() {
    let (authority, clients) = (authority(), authority());
    let server = Server::start_secure([json(200, "1")], acceptor(&authority, "127.0.0.1", Some(&clients))).await;
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().signed_by(&key, &clients).unwrap();
    let windows = |pem: &str| pem.replace('\n', "\r\n");
    let settings = |roots: String, chain: String, key: String| Settings {
        ca_certificates: Some(roots),
        client_certificate: Some((chain, Secret::new(key))),
        ..settings(&server.url)
    };
    let [roots, chain, key] = [authority.pem(), certificate.pem(), key.serialize_pem()];
    call(settings(windows(&roots), windows(&chain), windows(&key))).await.unwrap();

    let marked = |pem: &str| format!("\u{feff}{pem}");
    // Of these two, the parser would find one.
    let two = format!("{}{}", marked(&clients.pem()), roots);
    for (roots, chain, key, setting) in [
        (&two, &chain, &key, Setting::CaCertificates),
        (&roots, &marked(&chain), &key, Setting::ClientCertificate),
        (&roots, &chain, &marked(&key), Setting::ClientCertificate),
    ] {
        let error = Client::new(settings(roots.clone(), chain.clone(), key.clone())).err().unwrap();
        assert_eq!(error.setting, setting);
        assert!(error.to_string().contains("contains a byte order mark"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_tls_cannot_have_acted() {
    let server = Server::start([json(400, "{}")]).await;
    let url = server.url.replace("http:", "https:");
    let error = call(Settings { insecure: true, ..settings(&url) }).await.unwrap_err();
    assert!(!error.may_have_acted(), "{error}");
}

/// Windows and macOS have a store instead, as for programs written in Go.
#[cfg(not(any(windows, target_vendor = "apple")))]
#[test]
fn cas_of_the_environment_are_trusted() {
    let file = std::env::temp_dir().join(format!("api-test-roots-{}.pem", std::process::id()));
    let path = file.to_string_lossy().into_owned();
    let variables = [("SSL_CERT_FILE", path.as_str()), ("API_TEST_ROOTS", path.as_str())];
    if !alone("secure::cas_of_the_environment_are_trusted", &variables) {
        let _ = std::fs::remove_file(file);
        return;
    }
    let authority = authority();
    std::fs::write(std::env::var_os("API_TEST_ROOTS").unwrap(), authority.pem()).unwrap();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let server = server(&authority).await;
        call(settings(&server.url)).await.unwrap();
    });
}
