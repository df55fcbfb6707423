//! A go-plugin server process: what every Terraform provider does around its own service, and nothing that differs between
//! providers.
//!
//! Terraform starts the binary, passes a cookie, a client certificate and settings in the environment, reads one line from
//! stdout and dials the address in it. From then on everything is gRPC on that socket, until the host calls `Shutdown`.
//!
//! - `cli`: the command line, and the texts for a person who starts the binary by hand.
//! - `handshake`: cookie, handshake line, reattach configuration. `environment`: the variables that the host passes.
//! - `listener`, `unix`, `address`: the socket. `tls`: certificates. `incoming`, `connection`: from the socket to
//!   connections that gRPC may use.
//! - `services`, `dispatch`, `server`: go-plugin's own services beside the provider's, and how long they are served.
//! - `process`: signals and the end of the host. `log`, `panic`: what goes to stderr, in the form that the host reads.
//!
//! What it must not do: print anything but the line to stdout, read stdin (that is the user's terminal), read the
//! process' environment (the caller passes [`Environment`]), or know what the service does. No two of its files need each
//! other, directly or through others.

mod address;
mod cli;
mod connection;
mod dispatch;
mod environment;
mod handshake;
#[cfg(test)]
#[cfg(unix)]
mod hostile_tests;
mod incoming;
mod listener;
mod log;
mod panic;
mod process;
mod server;
mod services;
mod tls;
#[cfg(unix)]
mod unix;

use std::ffi::OsString;
use std::future::pending;
use std::io::{self, Write};
use std::process::ExitCode;

use services::Host;
use tokio::runtime::Runtime;

pub use cli::{Build, Identity};
pub use dispatch::ProviderService;
pub use environment::Environment;

/// The largest message to accept; the caller sets it on its service, since tonic's own limit is 4 MiB. It is that of Go's
/// servers, and a host sends whatever is in a user's state.
pub const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// Runs until the process should end; returns its exit code.
///
/// `args` are the arguments after the binary's own name. `service` is called once, inside the runtime and after the
/// handshake line was printed, so that the host does not wait for it; it is not called if nothing is served. It also
/// returns what remains to be done when the host has ended it, for which there is little time.
pub fn run<S: ProviderService, E: Future<Output = ()>>(
    identity: &Identity,
    env: &Environment,
    args: impl IntoIterator<Item = OsString>,
    service: impl FnOnce() -> (S, E),
) -> ExitCode {
    // An argument that is not UTF-8 is unknown; as text it can be named in the error.
    let args = args.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    let done = match cli::Mode::parse(args) {
        Ok(cli::Mode::Version) => print(&cli::version(identity)),
        Ok(cli::Mode::Help) => print(&cli::help(identity)),
        Ok(cli::Mode::Debug) => in_runtime(identity, env, serve_debugger(identity, env, service)),
        Ok(cli::Mode::Plugin) if handshake::is_from_host(env) => {
            in_runtime(identity, env, serve_host(identity, env, service))
        }
        Ok(cli::Mode::Plugin) => Err(io::Error::other(cli::started_by_hand(identity))),
        Err(argument) => Err(io::Error::other(cli::unknown(identity, &argument))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is closed, nothing can be done, and a panic here would hide the reason.
            let _ = writeln!(io::stderr(), "{}", error.to_string().trim_end());
            ExitCode::FAILURE
        }
    }
}

/// Serves the host that started this process, and prints the handshake line for it.
async fn serve_host<S: ProviderService, E: Future<Output = ()>>(
    identity: &Identity,
    env: &Environment,
    service: impl FnOnce() -> (S, E),
) -> io::Result<()> {
    let terminate = process::terminate()?;
    // If the variable is set, the host wants TLS: an invalid value is an error, never a server without TLS.
    let client = env.os(handshake::CLIENT_CERTIFICATE);
    let tls = client.map(|pem| tls::Tls::for_client(pem.as_encoded_bytes())).transpose()?;
    let listener = listener::bind(env)?;
    print(&handshake::line(listener.address(), tls.as_ref().map(tls::Tls::certificate)))?;
    ::log::debug!("{}", cli::version_line(identity));
    let (host, has_certificate) = (Host::default(), tls.is_some());
    let incoming = incoming::incoming(listener, tls, host.is_in.clone());
    let Host { is_in, is_gone } = host.clone();
    let gone = async move {
        tokio::select! {
            reason = process::end_of_host(is_in) => reason,
            // Nobody can connect any more. Without a certificate, others may.
            () = is_gone.cancelled(), if has_certificate => "the host has closed its connection",
        }
    };
    let (service, end) = service();
    server::serve(service, incoming, host, terminate, gone).await;
    server::finish_within_grace(end).await;
    Ok(())
}

/// Serves every host that attaches: for a person with a debugger, and without TLS as in the Go SDKs.
async fn serve_debugger<S: ProviderService, E: Future<Output = ()>>(
    identity: &Identity,
    env: &Environment,
    service: impl FnOnce() -> (S, E),
) -> io::Result<()> {
    let interrupt = process::interrupt()?;
    let listener = listener::bind(env)?;
    print(&cli::attach(identity, &handshake::reattach(identity.address, listener.address(), std::process::id())))?;
    let host = Host::default();
    let incoming = incoming::incoming(listener, None, host.is_in.clone());
    // The debugger may have stopped the process in the middle of a request, so the end does not wait for any.
    let (service, end) = service();
    server::serve(service, incoming, host, pending(), interrupt).await;
    server::finish_within_grace(end).await;
    Ok(())
}

fn in_runtime(identity: &Identity, env: &Environment, serving: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    log::install(log::level(identity.name, env), identity.address);
    panic::install(format!(
        "This is a bug. Please report it at {} with these lines:\n{}",
        identity.build.issues,
        cli::version_line(identity)
    ));
    let runtime = runtime()?;
    let served = runtime.block_on(serving);
    // Not dropped: that would wait for blocking work, such as a DNS lookup that is not needed any more.
    runtime.shutdown_background();
    // go-plugin logs a plain line that begins like this as an error.
    served.map_err(|error| io::Error::new(error.kind(), format!("[ERROR] cannot start the provider: {error}")))
}

/// One thread is enough: handlers wait for the network, and measurements showed no gain from a second thread.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn print(text: &str) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the handshake, or output that was requested on the command line")]
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
