//! The gateway on a socket: a thread with a runtime of its own, so that synchronous tests and tests whose clock is
//! paused can use it. It carries out faults and keeps the log; what to answer is `routes::dispatch`'s business.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use axum::body::{Body, to_bytes};
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::auth::Credentials;
use super::fault::{Faults, Kind};
use super::http::Answer;
use super::log::{Log, Logged};
use super::race;
use super::routes::{Gateway, dispatch};

/// What outlives a stop of the server.
pub(super) struct Shared {
    gateway: Mutex<Gateway>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
}

impl Shared {
    pub(super) fn new(gateway: Gateway) -> Self {
        Self { gateway: Mutex::new(gateway), faults: Mutex::default(), log: Mutex::default() }
    }

    pub(super) fn gateway(&self) -> MutexGuard<'_, Gateway> {
        lock(&self.gateway)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }
}

/// A test that failed while it held the lock must not make the others fail with another message.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server that runs until it is dropped.
pub(super) struct Running {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(super) fn start(shared: Arc<Shared>, listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(async {
                // Either ends the block; the runtime is dropped then and takes the open connections with it.
                tokio::select! {
                    _ = stopped => {}
                    _ = serve(shared, listener) => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("emulator".into()).spawn(serve)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has been printed already.
            drop(thread.join());
        }
    }
}

async fn serve(shared: Arc<Shared>, listener: TcpListener) -> io::Result<()> {
    let listener = Lines(tokio::net::TcpListener::from_std(listener)?);
    let app = axum::Router::new().fallback(handle).with_state(shared);
    axum::serve(listener, app.into_make_service_with_connect_info::<Line>()).await
}

async fn handle(State(shared): State<Arc<Shared>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.to_string();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let credentials = credentials(&parts.headers);
    // Facts §1: no limit of the body's size was met.
    let body = to_bytes(body, usize::MAX).await.map(Vec::from).unwrap_or_default();
    let ticket = shared.log().begin(Logged {
        method: method.clone(),
        path: target.clone(),
        auth: credentials.kind(),
        body: serde_json::from_slice(&body).ok(),
        status: None,
    });
    let fault = shared.faults().take(&method, &target);
    let racing = shared.gateway().racing;
    let mut seen = race::Seen::Nothing;
    if let Some(longest) = racing {
        seen = race::look(&shared.gateway(), &method, &target, &body);
        tokio::time::sleep(race::pause(longest, ticket)).await;
    }
    let act = || {
        let answer = |gateway: &mut Gateway| dispatch(gateway, &method, &target, &credentials, body);
        race::act(&mut shared.gateway(), seen, &target, answer)
    };
    let answer = match fault {
        None => act(),
        Some(Kind::Answer(answer)) => answer,
        Some(Kind::Truncate) => {
            let mut answer = act();
            answer.body.truncate(answer.body.len() / 2);
            answer
        }
        Some(Kind::Delay(duration)) => {
            tokio::time::sleep(duration).await;
            act()
        }
        Some(Kind::Hang) => std::future::pending().await,
        Some(Kind::Reset) => return line.cut(),
        Some(Kind::LoseAnswer) => {
            act();
            return line.cut();
        }
    };
    shared.log().answered(ticket, answer.status);
    response(answer, &shared.gateway().version)
}

fn credentials(headers: &HeaderMap) -> Credentials {
    let text = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Credentials { authorization: text("authorization"), api_key: text("api-key") }
}

/// Facts §1: the version is in a header of every answer.
fn response(answer: Answer, version: &str) -> Response {
    let mut response = Response::builder().status(answer.status).header("server", format!("hoopgateway/{version}"));
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap_or_default()
}

/// Accepts connections that can be cut.
struct Lines(tokio::net::TcpListener);

/// The handle that cuts one connection.
#[derive(Clone, Debug, Default)]
struct Line(Arc<AtomicBool>);

impl Line {
    /// From now on nothing can be written; the response given here is never sent.
    fn cut(&self) -> Response {
        self.0.store(true, Ordering::Relaxed);
        Response::default()
    }
}

impl Listener for Lines {
    type Io = LineIo;
    type Addr = Line;

    async fn accept(&mut self) -> (LineIo, Line) {
        let (stream, _) = Listener::accept(&mut self.0).await;
        let line = Line::default();
        (LineIo { stream, line: line.clone() }, line)
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line::default())
    }
}

impl Connected<IncomingStream<'_, Lines>> for Line {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.remote_addr().clone()
    }
}

/// A stream that fails to write, and resets its peer, once it is cut.
struct LineIo {
    stream: TcpStream,
    line: Line,
}

impl AsyncRead for LineIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for LineIo {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.line.0.load(Ordering::Relaxed) {
            self.stream.set_zero_linger()?;
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.line.0.load(Ordering::Relaxed) {
            // An orderly end would come before the reset.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Binds before the thread starts, so that the port is known and a failure is the caller's.
pub(super) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}
