//! From a listening socket to connections that gRPC may use: with TLS only those of the host.
//!
//! It accepts for as long as the host may dial, and nothing that another process does delays the host. The host's
//! certificate is for `tls` to check.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, yield_now};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::codegen::tokio_stream::Stream;

use super::connection::Connection;
use super::listener::Listener;
use super::tls::Tls;

/// A host needs a few milliseconds; this is for one that gets little processor time.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many handshakes may run at once. It leaves most of the smallest usual limit of open files (256) to the provider's own
/// requests.
const MOST_HANDSHAKES: usize = 64;

/// How long to pause when accepting fails, which is when the process is out of file descriptors or memory.
const PAUSE: Duration = Duration::from_millis(100);

/// Connections that have completed their handshake, in the form that tonic takes.
pub(super) struct Incoming(mpsc::Receiver<Connection>);

impl Stream for Incoming {
    type Item = Result<Connection, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|connection| connection.map(Ok))
    }
}

/// Accepts from now on, until the result is dropped. With TLS it stops for good, and the socket file is removed, as soon as
/// `host_is_in`. Without TLS every process that can open the socket may connect at any time: nothing identifies the
/// host.
pub(super) fn incoming(listener: Listener, tls: Option<Tls>, host_is_in: CancellationToken) -> Incoming {
    let closed = if tls.is_some() { host_is_in } else { CancellationToken::new() };
    let (admitted, incoming) = mpsc::channel(MOST_HANDSHAKES);
    tokio::spawn(async move {
        tokio::select! {
            never = accept(listener, tls, admitted.clone()) => match never {},
            () = closed.cancelled() => log::debug!("the host has connected; no further connections are accepted"),
            () = admitted.closed() => {}
        }
        // tonic would stop serving at the end of the stream.
        admitted.closed().await;
    });
    Incoming(incoming)
}

async fn accept(listener: Listener, tls: Option<Tls>, admitted: mpsc::Sender<Connection>) -> Infallible {
    let mut handshakes: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let connection = match listener.accept().await {
            Ok(connection) => connection,
            Err(error) => {
                log::warn!("cannot accept a connection: {error}");
                sleep(PAUSE).await;
                continue;
            }
        };
        handshakes.retain(|handshake| !handshake.is_finished());
        // The oldest makes room, and not the newest: the host is done long before it is the oldest.
        if handshakes.len() == MOST_HANDSHAKES
            && let Some(oldest) = handshakes.pop_front()
        {
            oldest.abort();
            // Its file descriptor is closed before another connection is accepted.
            yield_now().await;
        }
        handshakes.push_back(tokio::spawn(admit(connection, tls.clone(), admitted.clone())).abort_handle());
    }
}

async fn admit(connection: Connection, tls: Option<Tls>, admitted: mpsc::Sender<Connection>) {
    let connection = match tls {
        None => connection,
        Some(tls) => match timeout(HANDSHAKE_TIMEOUT, tls.accept(connection)).await {
            Ok(Ok(stream)) => Box::new(stream),
            Ok(Err(error)) => return log::debug!("refused a connection: {error}"),
            Err(_) => return log::debug!("refused a connection: no TLS handshake in time"),
        },
    };
    // Fails if the server has ended meanwhile.
    let _ = admitted.send(connection).await;
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::path::Path;

    use tokio::io::AsyncReadExt;
    use tokio::net::UnixStream;
    use tonic::codegen::tokio_stream::StreamExt;

    use super::*;
    use crate::plugin::environment::Environment;
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
    async fn silent_connections_delay_nobody_and_make_room() {
        let host = Client::new();
        let tls = Tls::for_client(host.pem().as_bytes()).expect("a certificate");
        let (listener, path) = bound();
        let config = host.config(&tls);
        let mut incoming = incoming(listener, Some(tls), CancellationToken::new());

        let mut oldest = dial(&path).await;
        let mut others = Vec::new();
        for _ in 0..MOST_HANDSHAKES {
            others.push(dial(&path).await);
        }
        assert_eq!(oldest.read(&mut [0]).await.expect("an end"), 0);
        let (connected, admitted) = tokio::join!(connect(dial(&path).await, config), incoming.next());
        assert!(connected.is_ok() && admitted.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_handshake_is_closed_in_time() {
        let tls = Tls::for_client(Client::new().pem().as_bytes()).expect("a certificate");
        let (mut silent, other) = tokio::io::duplex(1 << 10);
        let (admitted, mut incoming) = mpsc::channel(1);
        let begun = tokio::time::Instant::now();
        admit(Box::new(other), Some(tls), admitted).await;
        assert_eq!(begun.elapsed(), HANDSHAKE_TIMEOUT);
        assert_eq!(silent.read(&mut [0]).await.expect("an end"), 0);
        assert!(incoming.recv().await.is_none());
    }

    #[tokio::test]
    async fn nobody_else_can_connect_when_a_host_with_a_certificate_is_in() {
        let host = Client::new();
        let tls = Tls::for_client(host.pem().as_bytes()).expect("a certificate");
        let (listener, path) = bound();
        let host_is_in = CancellationToken::new();
        let config = host.config(&tls);
        let mut incoming = incoming(listener, Some(tls), host_is_in.clone());
        let (connected, admitted) = tokio::join!(connect(dial(&path).await, config), incoming.next());
        let mut admitted = admitted.expect("admitted").expect("a connection");
        assert!(connected.is_ok() && Path::new(&path).exists());

        let waiting = dial(&path).await;
        host_is_in.cancel();
        while Path::new(&path).exists() {
            yield_now().await;
        }
        drop(waiting);
        let mut received = [0; 4];
        admitted.read_exact(&mut received).await.expect("the host's connection stays");
        assert_eq!(&received, b"ping");
        // The stream of connections has not ended, or serving would.
        tokio::select! {
            biased;
            next = incoming.next() => panic!("{}", if next.is_some() { "another" } else { "the end" }),
            () = yield_now() => {}
        }
    }

    #[tokio::test]
    async fn without_tls_anybody_can_connect_at_any_time() {
        let (listener, path) = bound();
        let host_is_in = CancellationToken::new();
        host_is_in.cancel();
        let mut incoming = incoming(listener, None, host_is_in);
        for _ in 0..2 {
            let _stream = dial(&path).await;
            assert!(incoming.next().await.is_some());
        }
        drop(incoming);
        while Path::new(&path).exists() {
            yield_now().await;
        }
    }
}
