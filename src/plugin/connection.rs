//! From a listening socket to connections that gRPC may use.
//!
//! Accepts, and nothing that a stranger does keeps it from that; who is let in is `admission`'s, and what is said on a
//! connection is `server`'s.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::yield_now;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::codegen::tokio_stream::Stream;
use tonic::transport::server::Connected;

use super::admission::{ROOM, Refusals, UnderWay, admit};
use super::listener::Listener;
use super::tls::Tls;

/// How long to rest when accepting fails, which is when the process is out of file descriptors or memory.
const REST: Duration = Duration::from_millis(100);

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection of any kind: Unix or TCP, with TLS or without.
pub(super) type Connection = Box<dyn Io>;

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

/// Connections that have come through their handshake, in the form tonic takes them.
pub(super) struct Incoming(mpsc::Receiver<Connection>);

impl Stream for Incoming {
    type Item = Result<Connection, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|connection| connection.map(Ok))
    }
}

/// Accepts from now on, until the result is dropped. With TLS the door is shut for good, and the socket file gone, as
/// soon as `host_is_in`. Without it everybody who can reach the socket is let in at any time: nothing tells which of
/// them is the host.
pub(super) fn incoming(listener: Listener, tls: Option<Tls>, host_is_in: CancellationToken) -> Incoming {
    let shut = if tls.is_some() { host_is_in } else { CancellationToken::new() };
    let (admitted, incoming) = mpsc::channel(ROOM);
    tokio::spawn(async move {
        tokio::select! {
            never = accept(listener, tls, admitted.clone()) => match never {},
            () = shut.cancelled() => log::debug!("the host is in: nobody else can connect"),
            () = admitted.closed() => {}
        }
        // tonic would take the end of the stream for the end of serving.
        admitted.closed().await;
    });
    Incoming(incoming)
}

async fn accept(listener: Listener, tls: Option<Tls>, admitted: mpsc::Sender<Connection>) -> Infallible {
    let refusals = Arc::new(Refusals::default());
    let mut under_way = UnderWay::default();
    loop {
        match listener.accept().await {
            Ok(connection) => {
                let handshake = enter(connection, tls.clone(), admitted.clone(), refusals.clone());
                if under_way.begin(handshake) {
                    refusals.report(&"others came while it was silent");
                    // Whoever gave way is gone, descriptor and all, before the next one is accepted.
                    yield_now().await;
                }
            }
            Err(error) => {
                refusals.report(&format_args!("cannot accept: {error}"));
                sleep(REST).await;
            }
        }
    }
}

async fn enter(connection: Connection, tls: Option<Tls>, admitted: mpsc::Sender<Connection>, refusals: Arc<Refusals>) {
    match admit(connection, tls).await {
        // It is of no use to anybody when the server has ended meanwhile.
        Ok(connection) => _ = admitted.send(connection).await,
        Err(error) => refusals.report(&error),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::io::AsyncReadExt;
    use tokio::net::UnixStream;
    use tonic::codegen::tokio_stream::StreamExt;

    use super::*;
    use crate::plugin::Environment;
    use crate::plugin::listener;
    use crate::plugin::tls::tests::{Client, connect};

    fn bound() -> (Listener, String) {
        let listener = listener::bind(&Environment::of([])).expect("a socket");
        let path = listener.address().text().to_owned();
        (listener, path)
    }

    #[expect(clippy::disallowed_methods, reason = "the test is the host")]
    async fn dial(path: &str) -> UnixStream {
        UnixStream::connect(path).await.expect("a connection")
    }

    #[tokio::test]
    async fn silent_strangers_keep_nobody_waiting_and_make_room() {
        let host = Client::new();
        let tls = Tls::for_client(host.pem().as_bytes()).expect("a certificate");
        let (listener, path) = bound();
        let config = host.config(&tls);
        let mut incoming = incoming(listener, Some(tls), CancellationToken::new());

        let mut oldest = dial(&path).await;
        let mut strangers = Vec::new();
        for _ in 0..ROOM {
            strangers.push(dial(&path).await);
        }
        assert_eq!(oldest.read(&mut [0]).await.expect("an end"), 0);
        let (connected, admitted) = tokio::join!(connect(dial(&path).await, config), incoming.next());
        assert!(connected.is_ok() && admitted.is_some());
    }

    #[tokio::test]
    async fn the_door_is_shut_behind_a_host_with_a_certificate() {
        let host = Client::new();
        let tls = Tls::for_client(host.pem().as_bytes()).expect("a certificate");
        let (listener, path) = bound();
        let host_is_in = CancellationToken::new();
        let config = host.config(&tls);
        let mut incoming = incoming(listener, Some(tls), host_is_in.clone());
        let (connected, admitted) = tokio::join!(connect(dial(&path).await, config), incoming.next());
        let mut admitted = admitted.expect("let in").expect("a connection");
        assert!(connected.is_ok() && Path::new(&path).exists());

        let waits_outside = dial(&path).await;
        host_is_in.cancel();
        while Path::new(&path).exists() {
            yield_now().await;
        }
        drop(waits_outside);
        let mut said = [0; 4];
        admitted.read_exact(&mut said).await.expect("the host's connection stays");
        assert_eq!(&said, b"ping");
        // The stream of connections has not ended, or serving would.
        tokio::select! {
            biased;
            next = incoming.next() => panic!("{}", if next.is_some() { "another" } else { "the end" }),
            () = yield_now() => {}
        }
    }

    #[tokio::test]
    async fn without_tls_the_door_stays_open() {
        let (listener, path) = bound();
        let host_is_in = CancellationToken::new();
        host_is_in.cancel();
        let mut incoming = incoming(listener, None, host_is_in);
        for _ in 0..2 {
            let mut stream = dial(&path).await;
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("sent");
            assert!(incoming.next().await.is_some());
        }
        drop(incoming);
        while Path::new(&path).exists() {
            yield_now().await;
        }
    }
}
