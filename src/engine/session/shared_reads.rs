//! Reads that share one response: fifty connections of a plugin need one request, not fifty. A response is shared only
//! for a short time, and every write discards the responses from before it, including pending ones.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::api::Error;
use crate::rpc;

/// How long a response is shared. Changes that other clients make in this time are seen by the next refresh.
const LIFE: Duration = Duration::from_secs(3);

/// What took longer to read is shared for so many times as long: otherwise a run over long lists would do little but read
/// them again and again.
const LIVES: u32 = 10;

/// Which responses a read may share.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Any recent one.
    Recent,
    /// Only one that is requested from now on, since a write will be based on it.
    Anew,
}

/// A result for the reads that share it.
type Slot<T, E> = Arc<AsyncMutex<Option<Heard<T, E>>>>;

/// Why something could not be read.
pub(crate) trait Failure: Clone {
    fn is_cancelled(&self) -> bool;
}

impl Failure for Error {
    fn is_cancelled(&self) -> bool {
        Error::is_cancelled(self)
    }
}

/// What was read, by name. The order of the map never leaves the process.
pub(crate) struct SharedReads<T, E> {
    generation: AtomicU64,
    answers: Mutex<BTreeMap<String, Slot<T, E>>>,
}

impl<T, E> Default for SharedReads<T, E> {
    fn default() -> SharedReads<T, E> {
        SharedReads { generation: AtomicU64::default(), answers: Mutex::default() }
    }
}

/// The result of a read, with the times at which it began and ended.
struct Heard<T, E> {
    begun: Instant,
    ended: Instant,
    /// The request of the host in whose course it was read, where the log names one.
    by: Option<String>,
    answer: Result<Arc<T>, E>,
}

impl<T, E> Heard<T, E> {
    fn is_alive(&self) -> bool {
        self.ended.elapsed() < LIFE.max((self.ended - self.begun) * LIVES)
    }

    /// Whether a read that began at this time can use it. A failure is shared by the reads that waited for it, since
    /// each of them would fail again, one after the other.
    fn serves(&self, asked: Instant, freshness: Freshness) -> bool {
        match (freshness, &self.answer) {
            (Freshness::Anew, _) => self.begun >= asked,
            (Freshness::Recent, Ok(_)) => self.is_alive(),
            (Freshness::Recent, Err(_)) => self.ended >= asked,
        }
    }
}

impl<T, E: Failure> SharedReads<T, E> {
    /// Reads once for all that ask for this name at the same time.
    pub(crate) async fn ask(
        &self,
        name: &str,
        freshness: Freshness,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let asked = Instant::now();
        let slot = self.slot(name);
        let mut heard = slot.lock().await;
        if let Some(heard) = heard.as_ref().filter(|heard| heard.serves(asked, freshness)) {
            if let Some(by) = &heard.by {
                log::debug!(shared_with = by.as_str(); "/{name}: what another request has read is used");
            }
            return heard.answer.clone();
        }
        // What nobody can use any more makes room for what is read in its place.
        heard.take_if(|heard| !heard.is_alive());
        let begun = Instant::now();
        let answer = read().await.map(Arc::new);
        // The cancellation of one read does not concern the others.
        if !answer.as_ref().is_err_and(Failure::is_cancelled) {
            *heard = Some(Heard { begun, ended: Instant::now(), by: rpc::id(), answer: answer.clone() });
        }
        answer
    }

    /// Whether there is a recent answer, or one is on its way.
    pub(crate) fn is_there(&self, name: &str) -> bool {
        let slot = self.slot(name);
        // Whoever holds it is reading.
        slot.try_lock()
            .map_or(true, |heard| heard.as_ref().is_some_and(|heard| heard.answer.is_ok() && heard.is_alive()))
    }

    /// The slot for a result. It is shared by the reads between two writes of this process; a read after a write gets
    /// another slot and so a newer result.
    fn slot(&self, name: &str) -> Slot<T, E> {
        let name = format!("{} {name}", self.generation.load(Ordering::SeqCst));
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, slot| is_needed(slot));
        answers.entry(name).or_default().clone()
    }

    /// Discards everything: something is about to change, or has changed.
    pub(crate) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Whether the slot is in use, or its result can still be shared. A result may be large.
fn is_needed<T, E>(slot: &mut Slot<T, E>) -> bool {
    Arc::get_mut(slot).is_none_or(|slot| slot.get_mut().as_ref().is_some_and(Heard::is_alive))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::api::{Answer, Budget, Call, Client, ErrorBody, ErrorKind, JsonText, Refusal, SendError, Settings};

    /// A client of a server that answers with this status and the number of the request.
    async fn counting(status: u16) -> Arc<Client> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            for count in 1.. {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.expect("a request"));
                }
                let text = format!("HTTP/1.1 {status} Words\r\nconnection: close\r\ncontent-length: 1\r\n\r\n{count}");
                stream.write_all(text.as_bytes()).await.expect("an answer");
            }
        });
        let mut settings = Settings::new(url, "test", classify);
        settings.max_retries = 0;
        Arc::new(Client::new(settings).expect("a client"))
    }

    /// The server's message is the number.
    fn classify(status: u16, body: ErrorBody<'_>) -> Refusal {
        let message = if let ErrorBody::Text(text) = body { text.to_owned() } else { String::new() };
        Refusal::new(ErrorKind::of_status(status), message)
    }

    async fn sent(client: &Client) -> Result<JsonText, Error> {
        let budget = Budget::new(CancellationToken::new());
        client.send_for(Call::get(["it"]), &budget).await.map(|answer: Answer<JsonText>| answer.body)
    }

    struct Readers {
        client: Arc<Client>,
        reads: Arc<SharedReads<JsonText, Error>>,
        asking: JoinSet<Result<Arc<JsonText>, Error>>,
    }

    impl Readers {
        async fn of(status: u16) -> Readers {
            Readers { client: counting(status).await, reads: Arc::default(), asking: JoinSet::new() }
        }

        /// Starts reads; when this returns, all have begun and none has completed.
        async fn ask(&mut self, count: usize, freshness: Freshness) {
            for _ in 0..count {
                let (client, reads) = (self.client.clone(), self.reads.clone());
                self.asking.spawn(async move { reads.ask("it", freshness, async || sent(&client).await).await });
            }
            tokio::task::yield_now().await;
        }

        /// The numbers of the requests whose responses or failures they got.
        async fn served(&mut self) -> Vec<String> {
            let mut served = Vec::new();
            while let Some(answer) = self.asking.join_next().await {
                served.push(match answer.expect("no panic") {
                    Ok(number) => number.as_str().to_owned(),
                    Err(Error { cause: SendError::Refused { message, .. }, .. }) => message,
                    Err(other) => panic!("{other}"),
                });
            }
            served.sort_unstable();
            served
        }
    }

    use Freshness::{Anew, Recent};

    #[tokio::test]
    async fn one_answer_serves_all_who_ask_at_the_same_time_and_for_a_moment() {
        let mut readers = Readers::of(200).await;
        readers.ask(50, Recent).await;
        assert_eq!(readers.served().await, ["1"; 50]);
        readers.ask(50, Recent).await;
        assert_eq!(readers.served().await, ["1"; 50]);
    }

    /// Otherwise fifty reads would fail one after the other while the server is down.
    #[tokio::test]
    async fn one_failure_serves_all_who_waited_for_it_and_nobody_later() {
        let mut readers = Readers::of(503).await;
        readers.ask(50, Recent).await;
        assert_eq!(readers.served().await, ["1"; 50]);
        readers.ask(50, Recent).await;
        assert_eq!(readers.served().await, ["2"; 50]);
    }

    /// Reads that began before a write may share an older response.
    #[tokio::test]
    async fn an_answer_that_a_write_overtook_serves_only_those_who_asked_before() {
        let mut readers = Readers::of(200).await;
        readers.ask(20, Recent).await;
        readers.reads.forget();
        readers.ask(20, Recent).await;
        assert_eq!(readers.served().await, [["1"; 20], ["2"; 20]].concat());
    }

    #[tokio::test]
    async fn an_answer_that_serves_nobody_any_more_is_dropped_by_the_next_question() {
        let mut readers = Readers::of(200).await;
        let held = |readers: &Readers| readers.reads.answers.lock().expect("the answers").len();
        readers.ask(3, Recent).await;
        readers.served().await;
        let (client, reads) = (readers.client.clone(), readers.reads.clone());
        let other = async |name: &'static str| {
            reads.ask(name, Recent, async || sent(&client).await).await.expect("an answer");
        };
        other("other").await;
        assert_eq!(held(&readers), 2);
        tokio::time::pause();
        tokio::time::advance(LIFE).await;
        tokio::time::resume();
        other("third").await;
        assert_eq!(held(&readers), 1);
    }

    /// Otherwise a run over long lists would read them again and again.
    #[tokio::test(start_paused = true)]
    async fn what_took_long_to_read_is_shared_for_longer() {
        let reads: SharedReads<u32, Error> = SharedReads::default();
        let count = std::cell::Cell::new(0);
        let slowly = async || {
            tokio::time::sleep(LIFE).await;
            count.set(count.get() + 1);
            Ok(count.get())
        };
        assert_eq!(reads.ask("it", Recent, slowly).await.ok().as_deref(), Some(&1));
        tokio::time::advance(LIFE * LIVES - Duration::from_millis(1)).await;
        assert!(reads.is_there("it"));
        assert_eq!(reads.ask("it", Recent, slowly).await.ok().as_deref(), Some(&1));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!reads.is_there("it"));
        assert_eq!(reads.ask("it", Recent, slowly).await.ok().as_deref(), Some(&2));
    }

    #[tokio::test]
    async fn what_is_about_to_be_written_over_is_asked_for_anew() {
        let mut readers = Readers::of(200).await;
        readers.ask(1, Recent).await;
        assert_eq!(readers.served().await, ["1"]);
        // The first request is sent before the others begin; the second is shared by them.
        readers.ask(20, Anew).await;
        assert_eq!(readers.served().await, [["2"; 1].as_slice(), &["3"; 19]].concat());
    }
}
