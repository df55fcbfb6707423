//! From an accepted socket to a connection that gRPC may use.
//!
//! A handshake runs in a task of its own and for a limited time: who connects and says nothing, or the wrong thing,
//! keeps nobody waiting. What is said on a connection is `server`'s.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tonic::codegen::tokio_stream::Stream;
use tonic::transport::server::Connected;

use super::listener::Listener;
use super::tls::Tls;

/// A host needs a few milliseconds; this is for one that is starved.
const HANDSHAKE: Duration = Duration::from_secs(10);

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

/// Accepts from now on, until the result is dropped. Without TLS everybody who can reach the socket is let in.
pub(super) fn incoming(listener: Listener, tls: Option<Tls>) -> Incoming {
    let (admitted, incoming) = mpsc::channel(1);
    tokio::spawn(accept(listener, tls, admitted));
    Incoming(incoming)
}

async fn accept(listener: Listener, tls: Option<Tls>, admitted: mpsc::Sender<Connection>) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(connection) => {
                    tokio::spawn(admit(connection, tls.clone(), admitted.clone()));
                }
                Err(error) => {
                    log::warn!("cannot accept a connection: {error}");
                    sleep(REST).await;
                }
            },
            () = admitted.closed() => return,
        }
    }
}

async fn admit(connection: Connection, tls: Option<Tls>, admitted: mpsc::Sender<Connection>) {
    let connection = match tls {
        Some(tls) => secured(connection, &tls).await,
        None => Ok(connection),
    };
    match connection {
        // It is of no use to anybody when the server has ended meanwhile.
        Ok(connection) => _ = admitted.send(connection).await,
        Err(error) => log::warn!("refused a connection: {error}"),
    }
}

async fn secured(connection: Connection, tls: &Tls) -> io::Result<Connection> {
    match timeout(HANDSHAKE, tls.accept(connection)).await {
        Ok(secured) => Ok(Box::new(secured?)),
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "no handshake in time")),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, duplex};
    use tokio::time::Instant;
    use tonic::codegen::tokio_stream::StreamExt;

    use super::*;
    use crate::plugin::Environment;
    use crate::plugin::listener;
    use crate::plugin::tls::tests::{Client, connect};

    #[cfg(unix)]
    #[tokio::test]
    async fn a_silent_stranger_keeps_nobody_waiting() {
        let host = Client::new();
        let tls = Tls::for_client(&host.pem()).expect("a certificate");
        let (listener, address) = listener::bind(&Environment::of([])).expect("a socket");
        let config = host.config(&tls);
        let mut incoming = incoming(listener, Some(tls));
        let dial = || tokio::net::UnixStream::connect(address.text());

        let _silent = dial().await.expect("a connection");
        let ours = dial().await.expect("a connection");
        let (connected, admitted) = tokio::join!(connect(ours, config), timeout(HANDSHAKE / 2, incoming.next()));
        assert!(connected.is_ok() && admitted.is_ok_and(|admitted| admitted.is_some()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stranger_is_sent_away() {
        let tls = Tls::for_client(&Client::new().pem()).expect("a certificate");
        let (admitted, mut incoming) = mpsc::channel(1);
        let (mut silent, other) = duplex(1 << 16);
        let before = Instant::now();
        admit(Box::new(other), Some(tls), admitted).await;
        assert_eq!(before.elapsed(), HANDSHAKE);
        assert!(incoming.recv().await.is_none());
        assert_eq!(silent.read(&mut [0]).await.expect("an end"), 0);
    }
}
