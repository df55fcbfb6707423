//! What ends this process from outside: signals, and the end of the host process.
//!
//! SIGHUP is left as it was inherited: under `nohup` it is ignored, and a handler here would undo that.

use std::io;

use tokio_util::sync::CancellationToken;

pub(super) use system::{interrupt, terminate};

const GONE: &str = "the host is gone";

#[cfg(unix)]
mod system {
    use super::io;
    use tokio::signal::unix::{SignalKind, signal};

    /// Completes with the name of the signal that requests the end of a host's plugin. Supervisors send it to every process of a
    /// tree, the host included, so pending requests are still of use to the host.
    ///
    /// From now on SIGINT does nothing: Ctrl-C reaches the whole foreground group, and the host decides what it means, by
    /// calling StopProvider.
    pub(in super::super) fn terminate() -> io::Result<impl Future<Output = &'static str>> {
        // tokio keeps its handler for the rest of the process' life.
        drop(signal(SignalKind::interrupt())?);
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            terminate.recv().await;
            "SIGTERM"
        })
    }

    /// Completes when a person ends a provider in debug mode.
    pub(in super::super) fn interrupt() -> io::Result<impl Future<Output = &'static str>> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
            }
        })
    }
}

#[cfg(windows)]
mod system {
    use super::io;
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

    /// Completes with the name of the event that ends every process of the console, the host included: its window is closed,
    /// or the system shuts down. Windows kills after five seconds; pending requests have that long.
    ///
    /// Ctrl-C and Ctrl-Break do nothing while this exists: every process of the console gets them, and the host decides what
    /// they mean, by calling StopProvider. Hosts take both for an interrupt.
    pub(in super::super) fn terminate() -> io::Result<impl Future<Output = &'static str>> {
        let (mut interrupt, mut stop) = (ctrl_c()?, ctrl_break()?);
        let (mut close, mut shutdown) = (ctrl_close()?, ctrl_shutdown()?);
        Ok(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = stop.recv() => {}
                    _ = close.recv() => return "CTRL_CLOSE_EVENT",
                    _ = shutdown.recv() => return "CTRL_SHUTDOWN_EVENT",
                }
            }
        })
    }

    /// Completes when a person ends a provider in debug mode.
    pub(in super::super) fn interrupt() -> io::Result<impl Future<Output = &'static str>> {
        let (mut interrupt, mut stop) = (ctrl_c()?, ctrl_break()?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => "Ctrl-C",
                _ = stop.recv() => "Ctrl-Break",
            }
        })
    }
}

/// Completes when the host is gone, whether it has connected or not: a killed host cannot call `Shutdown`. Here, stdout is
/// a pipe to it, and Linux reports a pipe without a reader at once. Never completes if stdout is not a pipe. To be called
/// after the handshake line: it makes stdout non-blocking.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) async fn end_of_host(_: CancellationToken) -> &'static str {
    use std::os::fd::AsFd;
    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    #[expect(clippy::disallowed_methods, reason = "nothing is written to it")]
    let stdout = io::stdout().as_fd().try_clone_to_owned().and_then(Sender::from_owned_fd);
    if let Ok(stdout) = stdout {
        while let Ok(ready) = stdout.ready(Interest::ERROR).await {
            if ready.is_error() {
                return GONE;
            }
        }
    }
    std::future::pending().await
}

/// Elsewhere no event shows it (with kqueue it looks like a writable pipe), but an orphan gets another parent.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub(super) async fn end_of_host(_: CancellationToken) -> &'static str {
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    let host = parent_id();
    while parent_id() == host {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    GONE
}

/// Nothing shows it on Windows, but a host that lives connects at once. Never completes when it has: from then on, the end
/// of its connection counts.
#[cfg(windows)]
pub(super) async fn end_of_host(host_is_in: CancellationToken) -> &'static str {
    use std::time::Duration;

    /// Hosts wait a minute for the handshake line; this is for one that is stopped in a debugger.
    const CONNECT: Duration = Duration::from_secs(300);

    match tokio::time::timeout(CONNECT, host_is_in.cancelled()).await {
        Ok(()) => std::future::pending().await,
        Err(_) => GONE,
    }
}
