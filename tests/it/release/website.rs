//! A website of files over https on this machine, with a certificate of its own. It serves from a thread until it is
//! dropped.

use std::convert::Infallible;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

pub(super) struct Website {
    port: u16,
    shared: Arc<Shared>,
    certificates: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    files: PathBuf,
    requests: Mutex<Vec<String>>,
}

impl Website {
    /// Serves the files of this directory.
    pub(super) fn start(files: &Path) -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let certificates = TempDir::new().expect("a directory");
        fs::write(certificates.path().join("pem"), certificate.pem()).expect("a file");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .expect("a certificate with its key");
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared { files: files.to_owned(), requests: Mutex::default() });
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, acceptor, shared.clone());
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    () = serving => {}
                }
            });
        });
        Self { port, shared, certificates, stop: Some(stop), thread: Some(thread) }
    }

    /// Host and port.
    pub(super) fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    pub(super) fn address(&self) -> String {
        format!("https://{}", self.host())
    }

    /// The file with the certificate, for `SSL_CERT_FILE`.
    pub(super) fn certificate(&self) -> PathBuf {
        self.certificates.path().join("pem")
    }

    /// The paths that were asked for.
    pub(super) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().expect("no request panics").clone()
    }
}

impl Drop for Website {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has been printed already.
            drop(thread.join());
        }
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let (acceptor, shared) = (acceptor.clone(), shared.clone());
        tokio::spawn(async move {
            // A client that does not trust the certificate goes away; the test says so.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(move |request| {
                let shared = shared.clone();
                async move { Ok::<_, Infallible>(answer(&shared, &request)) }
            });
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

fn answer(shared: &Shared, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    shared.requests.lock().expect("no request panics").push(path.to_owned());
    let file = shared.files.join(path.trim_start_matches('/'));
    let (status, body) = match fs::read(&file) {
        Ok(body) => (StatusCode::OK, body),
        Err(_) => (StatusCode::NOT_FOUND, Vec::new()),
    };
    // Clients insist on the type of what they parse, and the documents of a registry have no suffix.
    let is_package = file.extension().is_some_and(|extension| extension == "zip");
    let kind = if is_package { "application/zip" } else { "application/json" };
    let response = Response::builder().status(status).header("content-type", kind);
    response.body(Full::new(body.into())).expect("a response")
}
