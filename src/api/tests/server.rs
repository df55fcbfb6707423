//! A scripted server: one act for each request, and the last one for all further requests. It shares no code with the client.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

#[derive(Clone)]
pub(super) enum Act {
    /// These bytes; the connection stays open.
    Send(String),
    /// These bytes, and then the connection ends.
    Break(String),
    /// After a while.
    Later(Duration, String),
    Hang,
}

/// A response with a JSON body.
pub(super) fn json(status: u16, body: &str) -> Act {
    answer(status, &[("content-type", "application/json; charset=utf-8")], body)
}

pub(super) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Act {
    Act::Send(text(status, headers, body))
}

pub(super) fn text(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} Words\r\nserver: box/1.2\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

#[derive(Clone)]
pub(super) struct Server {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    pub(super) async fn start(acts: impl Into<Vec<Act>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server::on(listener, acts, None)
    }

    pub(super) async fn start_secure(acts: impl Into<Vec<Act>>, tls: TlsAcceptor) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server::on(listener, acts, Some(tls))
    }

    pub(super) fn on(listener: TcpListener, acts: impl Into<Vec<Act>>, tls: Option<TlsAcceptor>) -> Server {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let server = Server { url, seen: Arc::default(), connections: Arc::default() };
        tokio::spawn(server.clone().accept(listener, acts.into(), tls));
        server
    }

    /// The requests so far, head and body.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.seen().len()
    }

    pub(super) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    async fn accept(self, listener: TcpListener, acts: Vec<Act>, tls: Option<TlsAcceptor>) {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            *self.connections.lock().unwrap() += 1;
            let (server, acts, tls) = (self.clone(), acts.clone(), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => server.serve(stream, &acts).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            server.serve(stream, &acts).await;
                        }
                    }
                }
            });
        }
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin, acts: &[Act]) {
        while let Some(request) = request(&mut stream).await {
            let turn = {
                let mut seen = self.seen.lock().unwrap();
                seen.push(request);
                seen.len() - 1
            };
            match acts[turn.min(acts.len() - 1)].clone() {
                Act::Send(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                Act::Later(time, text) => {
                    tokio::time::sleep(time).await;
                    let _ = stream.write_all(text.as_bytes()).await;
                }
                Act::Break(text) => {
                    stream.write_all(text.as_bytes()).await.unwrap();
                    return stream.shutdown().await.unwrap_or_default();
                }
                Act::Hang => std::future::pending().await,
            }
        }
    }
}

async fn request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    while !whole(&request) {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => request.extend_from_slice(&chunk[..count]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&request).into_owned())
}

fn whole(request: &[u8]) -> bool {
    let request = String::from_utf8_lossy(request);
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// An address without a listener.
pub(super) fn unused_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
