//! An emulated system on a socket. It carries out faults and keeps the log; what to answer is the system's business.
//! It serves from a thread of its own, so that synchronous tests can use it, or in the caller's runtime, for tests whose
//! clock stands still: there it and its client wait for each other and never for the clock.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::fault::{Fault, Faults, Kind};
use super::http::{Answer, Asked};
use super::line::{Line, LineIo};
use super::log::{Log, Logged};

/// What is emulated: all that it remembers, and what it answers.
pub(crate) trait System: Send + Sized + 'static {
    fn answer(&mut self, asked: &Asked) -> Answer;

    /// A request has come in: how long it takes, while others are answered, and what answers it then.
    fn arrive(&mut self, _asked: &Asked, _ticket: u64) -> (Duration, Acting<Self>) {
        (Duration::ZERO, Box::new(Self::answer))
    }

    /// Headers of every answer, scripted ones included.
    fn headers(&self) -> Vec<(String, String)>;
}

/// What answers a request.
pub(crate) type Acting<S> = Box<dyn FnOnce(&mut S, &Asked) -> Answer + Send>;

/// A running system. It stops when it is dropped.
pub(crate) struct Server<S: System> {
    shared: Arc<Shared<S>>,
    address: SocketAddr,
    running: Mutex<Option<Running>>,
}

impl<S: System> Server<S> {
    /// Binds before anything runs, so that the port is known and a failure is the caller's.
    pub(super) fn in_thread(address: SocketAddr, system: impl FnOnce(SocketAddr) -> S) -> io::Result<Self> {
        let (server, socket) = Self::bound(address, system)?;
        *lock(&server.running) = Some(Running::thread(server.shared.clone(), socket)?);
        Ok(server)
    }

    /// In the runtime of the caller, which must be one of one thread.
    pub(super) fn in_runtime(address: SocketAddr, system: impl FnOnce(SocketAddr) -> S) -> io::Result<Self> {
        let (server, socket) = Self::bound(address, system)?;
        *lock(&server.running) = Some(Running::here(server.shared.clone(), socket)?);
        Ok(server)
    }

    fn bound(address: SocketAddr, system: impl FnOnce(SocketAddr) -> S) -> io::Result<(Self, TcpSocket)> {
        let socket = reserve(address)?;
        let address = socket.local_addr()?;
        let shared = Shared {
            system: Mutex::new(system(address)),
            faults: Mutex::default(),
            log: Mutex::default(),
            connections: AtomicUsize::default(),
            address,
        };
        Ok((Self { shared: Arc::new(shared), address, running: Mutex::default() }, socket))
    }

    /// What it remembers, to look at or to change from outside. No request is answered meanwhile.
    pub(super) fn system(&self) -> MutexGuard<'_, S> {
        lock(&self.shared.system)
    }

    /// Everything asked over the network so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Logged> {
        lock(&self.shared.log).entries()
    }

    /// How many connections were accepted so far. Each TLS connection would take one handshake.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn clear_requests(&self) {
        lock(&self.shared.log).clear();
    }

    /// Adds a fault; of several that match, the one that was added first hits.
    pub(crate) fn fault(&self, fault: Fault) {
        lock(&self.shared.faults).add(fault);
    }

    pub(crate) fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// It goes down: open connections end, new ones are refused, what it stores stays.
    pub(crate) fn stop(&self) {
        drop(lock(&self.running).take());
    }

    /// Comes up again on the same address with the same store, faults and log, in a thread.
    ///
    /// # Panics
    /// If the address was taken meanwhile.
    pub(crate) fn restart(&self) {
        let mut running = lock(&self.running);
        drop(running.take());
        let socket = reserve(self.address).expect("the address is still free");
        *running = Some(Running::thread(self.shared.clone(), socket).expect("the server starts again"));
    }
}

/// What outlives a stop of the server.
struct Shared<S> {
    system: Mutex<S>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    connections: AtomicUsize,
    address: SocketAddr,
}

/// A test that failed while it held the lock must not make the others fail with another message.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What serves, until it is dropped.
enum Running {
    Thread { stop: Option<oneshot::Sender<()>>, thread: Option<JoinHandle<()>> },
    Here(tokio::task::JoinHandle<()>),
}

impl Running {
    fn thread<S: System>(shared: Arc<Shared<S>>, socket: TcpSocket) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Before the thread runs: whoever starts a server may connect at once.
        let listener = {
            let _inside = runtime.enter();
            socket.listen(BACKLOG)?
        };
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(async {
                // Either ends the block; the runtime is dropped then and takes the open connections with it.
                tokio::select! {
                    _ = stopped => {}
                    () = serve(shared, listener) => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("emulator".into()).spawn(serve)?;
        Ok(Self::Thread { stop: Some(stop), thread: Some(thread) })
    }

    fn here<S: System>(shared: Arc<Shared<S>>, socket: TcpSocket) -> io::Result<Self> {
        Ok(Self::Here(tokio::spawn(serve(shared, socket.listen(BACKLOG)?))))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        match self {
            Self::Thread { stop, thread } => {
                drop(stop.take());
                if let Some(thread) = thread.take() {
                    // A panic in the thread has been printed already.
                    drop(thread.join());
                }
            }
            Self::Here(task) => task.abort(),
        }
    }
}

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// An address that nobody else can have, without listening on it. Two of ours may hold it at once, for which Windows needs no
/// second option.
fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Serves for ever. Dropped, it takes the listener and all connections along.
async fn serve<S: System>(shared: Arc<Shared<S>>, mut listener: TcpListener) {
    let (down, mut goes_down) = mpsc::channel::<Duration>(1);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                shared.connections.fetch_add(1, Ordering::SeqCst);
                connections.spawn(connection(shared.clone(), stream, down.clone()));
            }
            Some(time) = goes_down.recv() => {
                // Bound and not listening: nobody can connect, and nobody else can have the port meanwhile.
                let reserved = reserve(shared.address).expect("the address is ours");
                drop(listener);
                connections.shutdown().await;
                tokio::time::sleep(time).await;
                listener = reserved.listen(BACKLOG).expect("the address is still ours");
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection<S: System>(shared: Arc<Shared<S>>, stream: TcpStream, down: mpsc::Sender<Duration>) {
    let line = Line::default();
    let service = service_fn(|request| {
        let (shared, line, down) = (shared.clone(), line.clone(), down.clone());
        async move { Ok::<_, Infallible>(handle(&shared, &line, &down, request).await) }
    });
    let io = TokioIo::new(LineIo::new(stream, line.clone()));
    // A connection that is cut, or whose peer goes away, ends with an error that nobody needs.
    drop(http1::Builder::new().serve_connection(io, service).await);
}

type Response = hyper::Response<Full<Bytes>>;

async fn handle<S: System>(
    shared: &Arc<Shared<S>>,
    line: &Line,
    down: &mpsc::Sender<Duration>,
    request: hyper::Request<Incoming>,
) -> Response {
    let (parts, body) = request.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let asked = Asked {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        // No limit of the body's size was met.
        body: body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default(),
    };
    let ticket = lock(&shared.log).begin(Logged::of(&asked));
    let fault = lock(&shared.faults).take(&asked.method, &asked.target);
    let (pause, acting) = lock(&shared.system).arrive(&asked, ticket);
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
    let answer = match fault {
        None => act(shared, ticket, &asked, acting),
        Some(Kind::Answer(answer)) => answer,
        Some(Kind::Echo(answer)) => answer(&asked.body),
        Some(Kind::ActAndAnswer(answer)) => {
            act(shared, ticket, &asked, acting);
            answer
        }
        Some(Kind::Change(change)) => change(act(shared, ticket, &asked, acting)),
        Some(Kind::Delay(duration)) => {
            tokio::time::sleep(duration).await;
            act(shared, ticket, &asked, acting)
        }
        Some(Kind::Late(duration)) => {
            let shared = shared.clone();
            let late = tokio::spawn(async move {
                tokio::time::sleep(duration).await;
                act(&shared, ticket, &asked, acting)
            });
            late.await.unwrap_or_else(|_| Answer::empty(500))
        }
        Some(Kind::Hang) => std::future::pending().await,
        Some(Kind::ActAndHang) => {
            act(shared, ticket, &asked, acting);
            std::future::pending().await
        }
        Some(Kind::Hold(gate)) => {
            gate.pass().await;
            act(shared, ticket, &asked, acting)
        }
        Some(Kind::ActAndHold(gate)) => {
            let answer = act(shared, ticket, &asked, acting);
            gate.pass().await;
            answer
        }
        Some(Kind::Reset) => {
            line.cut();
            return Response::default();
        }
        Some(Kind::LoseAnswer) => {
            act(shared, ticket, &asked, acting);
            line.cut();
            return Response::default();
        }
        Some(Kind::Down(time)) => {
            // The loop that listens ends this connection too, and the client sees a reset.
            line.cut();
            let _ = down.send(time).await;
            std::future::pending().await
        }
    };
    lock(&shared.log).answered(ticket, answer.status);
    response(answer, &lock(&shared.system).headers())
}

fn act<S: System>(shared: &Shared<S>, ticket: u64, asked: &Asked, acting: Acting<S>) -> Answer {
    let answer = acting(&mut lock(&shared.system), asked);
    lock(&shared.log).acted(ticket, answer.status);
    answer
}

fn response(answer: Answer, headers: &[(String, String)]) -> Response {
    let mut response = hyper::Response::builder().status(answer.status);
    for (name, value) in headers.iter().chain(&answer.headers) {
        response = response.header(name, value);
    }
    response.body(Full::from(answer.body)).unwrap_or_default()
}
