//! Being a go-plugin child process: what every Terraform provider does around its own service, and nothing of any
//! provider's own.
//!
//! Terraform starts the binary, passes a cookie, a client certificate and its wishes in the environment, reads one line
//! from stdout and dials the address in it. From then on everything is gRPC on that socket, until the host calls
//! `Shutdown`.
//!
//! - `cli`: what can be asked on the command line, and what a person is told who starts the binary by hand.
//! - `handshake`: cookie, handshake line, reattach configuration: the words between host and plugin.
//! - `listener`, `unix`: the socket. `tls`: certificates. `admission`: who is let in. `connection`: from accepted socket
//!   to gRPC connection.
//! - `services`, `dispatch`, `server`: go-plugin's own services beside the provider's, and how long they are served.
//! - `process`: signals and the end of the host. `log`, `panic`: what goes to stderr, and how the host reads it.
//!
//! What it must not do: print anything but the line to stdout, read stdin (that is the user's terminal), read the
//! process' environment (the caller passes [`Environment`]), or know what the service says.

mod admission;
mod cli;
mod connection;
mod dispatch;
mod environment;
mod handshake;
#[cfg(test)]
#[cfg(unix)]
mod hostile_tests;
mod listener;
mod log;
mod panic;
mod process;
mod server;
mod services;
mod tls;
#[cfg(unix)]
mod unix;

use std::convert::Infallible;
use std::ffi::OsString;
use std::future::pending;
use std::io::{self, Write};
use std::process::ExitCode;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;

pub use environment::Environment;

/// The largest message to accept; the caller sets it on its service, since tonic's own limit is 4 MiB. Go's servers
/// take as much, and a host sends whatever a user's state holds.
pub const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// Who this provider is, to its host and to a person.
pub struct Identity {
    /// The provider's type: what follows `terraform-provider-` in the binary's name, and `TF_LOG_PROVIDER_` in
    /// capitals.
    pub name: &'static str,
    /// The address in the registry, with its host: `registry.example.com/namespace/name`.
    pub address: &'static str,
    /// The release, without a `v`.
    pub version: &'static str,
    /// What it manages, in half a sentence.
    pub about: &'static str,
}

/// A gRPC server that can be offered beside go-plugin's own: what tonic generates for the provider's protocol.
pub trait ProviderService:
    Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible, Future: Send + 'static>
    + NamedService
    + Clone
    + Send
    + 'static
{
}

impl<S> ProviderService for S where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible, Future: Send + 'static>
        + NamedService
        + Clone
        + Send
        + 'static
{
}

/// Runs to the end of the process' life; what it returns is the process' status.
///
/// `args` are the arguments after the binary's own name. `service` is called once, inside the runtime and after the
/// handshake line is out, so that the host need not wait for it; it is not called at all where nothing is served.
pub fn run<S: ProviderService>(
    identity: &Identity,
    env: &Environment,
    args: impl IntoIterator<Item = OsString>,
    service: impl FnOnce() -> S,
) -> ExitCode {
    // What is not UTF-8 is no argument that there is; as text it can be named in the error.
    let args = args.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    let done = match cli::Mode::parse(args) {
        Ok(cli::Mode::Version) => print(&cli::version(identity)),
        Ok(cli::Mode::Help) => print(&cli::help(identity)),
        Ok(cli::Mode::Debug) => in_runtime(identity, env, serve_debugger(identity, env, service)),
        Ok(cli::Mode::Plugin) if handshake::is_from_host(env) => in_runtime(identity, env, serve_host(env, service)),
        Ok(cli::Mode::Plugin) => Err(io::Error::other(cli::started_by_hand(identity))),
        Err(argument) => Err(io::Error::other(cli::unknown(identity, &argument))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done about a stderr that is gone, and a panic here would hide the reason.
            let _ = writeln!(io::stderr(), "{}", error.to_string().trim_end());
            ExitCode::FAILURE
        }
    }
}

/// Serves the host that started this process, and tells it where.
async fn serve_host<S: ProviderService>(env: &Environment, service: impl FnOnce() -> S) -> io::Result<()> {
    let asked = process::request_to_end()?;
    // Whatever the variable holds, it asks for TLS: what cannot be read is an error, never a server without it.
    let client = env.os(handshake::CLIENT_CERTIFICATE);
    let tls = client.map(|pem| tls::Tls::for_client(pem.as_encoded_bytes())).transpose()?;
    let listener = listener::bind(env)?;
    print(&handshake::line(listener.address(), tls.as_ref().map(tls::Tls::certificate)))?;
    let host_is_in = CancellationToken::new();
    let incoming = connection::incoming(listener, tls, host_is_in.clone());
    server::serve(service(), incoming, host_is_in, asked, process::end_of_host()).await;
    Ok(())
}

/// Serves whatever host is told to attach: for a person with a debugger, without TLS as the Go SDKs do it.
async fn serve_debugger<S: ProviderService>(
    identity: &Identity,
    env: &Environment,
    service: impl FnOnce() -> S,
) -> io::Result<()> {
    let end = process::end_of_debugging()?;
    let listener = listener::bind(env)?;
    print(&cli::attach(identity, &handshake::reattach(identity.address, listener.address(), std::process::id())))?;
    let host_is_in = CancellationToken::new();
    let incoming = connection::incoming(listener, None, host_is_in.clone());
    // Whoever debugs has perhaps stopped in the middle of a request: no end waits for it.
    server::serve(service(), incoming, host_is_in, pending(), end).await;
    Ok(())
}

fn in_runtime(identity: &Identity, env: &Environment, serving: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    log::install(log::level(identity.name, env));
    panic::install();
    let runtime = runtime()?;
    let served = runtime.block_on(serving);
    // Not dropped: that would wait for blocking work, such as a name lookup that nobody needs any more.
    runtime.shutdown_background();
    // go-plugin takes a plain line for an error when it begins like this.
    served.map_err(|error| io::Error::new(error.kind(), format!("[ERROR] cannot start the provider: {error}")))
}

/// One thread is enough: handlers wait for the network, and a second thread showed no gain when it was measured.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn print(text: &str) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the handshake, or output that was requested on the command line")]
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
