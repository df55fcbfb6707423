//! Who is let in, and what strangers may cost: whoever connects has to show at once who they are, few may be about it
//! at a time, and the log says little of those who fail.
//!
//! It decides about a connection before gRPC sees it; which certificate is the host's is `tls`' to know.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, Cursor, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, join, split};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::connection::Connection;
use super::tls::Tls;

/// A host needs a few milliseconds; this is for one that is starved.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many may be shaking hands at once. It leaves most of the smallest usual limit of file descriptors (256) to the
/// provider's own requests.
pub(super) const ROOM: usize = 64;

/// How HTTP/2 begins.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The connection as gRPC may use it, once the other side has shown that it is a host: with TLS by its certificate,
/// without by speaking HTTP/2 at all.
pub(super) async fn admit(connection: Connection, tls: Option<Tls>) -> io::Result<Connection> {
    let shown = async {
        match tls {
            Some(tls) => Ok(Box::new(tls.accept(connection).await?) as Connection),
            None => begun(connection).await,
        }
    };
    let late = || io::Error::new(ErrorKind::TimedOut, "no handshake in time");
    timeout(HANDSHAKE, shown).await.unwrap_or_else(|_| Err(late()))
}

/// Waits for HTTP/2's first words, and gives them back with the connection: gRPC wants to read them itself.
async fn begun(mut connection: Connection) -> io::Result<Connection> {
    let mut said = [0; PREFACE.len()];
    let mut length = 0;
    while length < PREFACE.len() {
        let more = connection.read(&mut said[length..]).await?;
        if more == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        length += more;
        if said[..length] != PREFACE[..length] {
            return Err(io::Error::new(ErrorKind::InvalidData, "it does not speak HTTP/2"));
        }
    }
    let (read, write) = split(connection);
    Ok(Box::new(join(Cursor::new(PREFACE).chain(read), write)))
}

/// The handshakes under way, the oldest first.
#[derive(Default)]
pub(super) struct UnderWay(VecDeque<AbortHandle>);

impl UnderWay {
    /// Begins one. When there is no room, the oldest gives way and this is true: a host is done long before it is the
    /// oldest, whoever else comes.
    pub(super) fn begin(&mut self, handshake: impl Future<Output = ()> + Send + 'static) -> bool {
        self.0.retain(|task| !task.is_finished());
        let oldest = if self.0.len() < ROOM { None } else { self.0.pop_front() };
        if let Some(oldest) = &oldest {
            oldest.abort();
        }
        self.0.push_back(tokio::spawn(handshake).abort_handle());
        oldest.is_some()
    }
}

/// Reports what comes of strangers: the first cases one by one, then ever fewer, so that nobody can fill the log.
#[derive(Default)]
pub(super) struct Refusals(AtomicU64);

impl Refusals {
    const EACH: u64 = 8;

    pub(super) fn report(&self, why: &dyn Display) {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        if count <= Self::EACH || count.is_power_of_two() {
            log::warn!("refused a connection ({count} so far): {why}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncWriteExt, duplex};
    use tokio::time::Instant;

    use super::*;
    use crate::plugin::tls::tests::Client;

    fn connection() -> (tokio::io::DuplexStream, Connection) {
        let (ours, theirs) = duplex(1 << 16);
        (ours, Box::new(theirs))
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_sent_away() {
        for tls in [Some(Tls::for_client(Client::new().pem().as_bytes()).expect("a certificate")), None] {
            let (mut silent, other) = connection();
            let before = Instant::now();
            let refused = admit(other, tls).await.err().expect("refused");
            assert_eq!((refused.kind(), before.elapsed()), (ErrorKind::TimedOut, HANDSHAKE));
            assert_eq!(silent.read(&mut [0]).await.expect("an end"), 0);
        }
    }

    #[tokio::test]
    async fn without_tls_http2_is_let_in_and_loses_nothing() {
        let (mut host, other) = connection();
        let (first, rest) = PREFACE.split_at(5);
        let said = async {
            host.write_all(first).await.expect("sent");
            tokio::task::yield_now().await;
            host.write_all(&[rest, b"more"].concat()).await.expect("sent");
        };
        let (admitted, ()) = tokio::join!(admit(other, None), said);
        let Ok(mut admitted) = admitted else { panic!("refused") };
        let mut read = [0; PREFACE.len() + 4];
        admitted.read_exact(&mut read).await.expect("all that was said");
        assert_eq!(read, *b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore");
        admitted.write_all(b"answer").await.expect("sent");
        let mut heard = [0; 6];
        host.read_exact(&mut heard).await.expect("an answer");
        assert_eq!(&heard, b"answer");
    }

    #[tokio::test]
    async fn without_tls_everything_else_is_refused_as_soon_as_it_shows() {
        for said in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.1", b"\0"] {
            let (mut stranger, other) = connection();
            stranger.write_all(said).await.expect("sent");
            assert_eq!(admit(other, None).await.err().expect("refused").kind(), ErrorKind::InvalidData, "{said:?}");
        }
        let (stranger, other) = connection();
        drop(stranger);
        assert_eq!(admit(other, None).await.err().expect("refused").kind(), ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn the_oldest_gives_way_and_those_that_are_done_take_no_room() {
        /// Says when the handshake that holds it is over.
        struct Held(Arc<AtomicU64>);
        impl Drop for Held {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let over = Arc::new(AtomicU64::new(0));
        let mut under_way = UnderWay::default();
        for _ in 0..ROOM {
            assert!(!under_way.begin(async {}));
        }
        while under_way.0.iter().any(|task| !task.is_finished()) {
            tokio::task::yield_now().await;
        }
        for index in 0..2 * ROOM {
            let held = Held(over.clone());
            let full = under_way.begin(async move {
                let _held = held;
                std::future::pending().await
            });
            assert_eq!(full, index >= ROOM, "{index}");
        }
        assert!(under_way.0.len() == ROOM && under_way.0.iter().all(|task| !task.is_finished()));
        while over.load(Ordering::Relaxed) < ROOM as u64 {
            tokio::task::yield_now().await;
        }
    }
}
