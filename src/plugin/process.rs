//! What ends this process from outside: signals, and the end of the host.
//!
//! SIGHUP is left as it was inherited: under `nohup` it is ignored, and a handler here would undo that.

use std::io;

pub(super) use system::{end_of_debugging, request_to_end};

#[cfg(unix)]
const GONE: &str = "the host is gone";

#[cfg(unix)]
mod system {
    use super::io;
    use tokio::signal::unix::{SignalKind, signal};

    /// Comes when a host's plugin is asked to end, with the word for it. Supervisors ask every process of a tree, the
    /// host among them, so what is under way is still of use to it.
    ///
    /// From now on SIGINT does nothing: a Ctrl-C reaches the whole foreground group, and it is for the host to say what
    /// it means, by calling StopProvider.
    pub(in super::super) fn request_to_end() -> io::Result<impl Future<Output = &'static str>> {
        // tokio keeps its handler for the rest of the process' life.
        drop(signal(SignalKind::interrupt())?);
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            terminate.recv().await;
            "SIGTERM"
        })
    }

    /// Comes when a person has had enough of a provider in debug mode.
    pub(in super::super) fn end_of_debugging() -> io::Result<impl Future<Output = &'static str>> {
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
    use tokio::signal::windows::ctrl_c;

    /// Never comes: Windows has no signal that asks a process to end. Ctrl-C is swallowed as long as this is awaited.
    pub(in super::super) fn request_to_end() -> io::Result<impl Future<Output = &'static str>> {
        let mut interrupt = ctrl_c()?;
        Ok(async move {
            loop {
                interrupt.recv().await;
            }
        })
    }

    /// Comes when a person has had enough of a provider in debug mode.
    pub(in super::super) fn end_of_debugging() -> io::Result<impl Future<Output = &'static str>> {
        let mut interrupt = ctrl_c()?;
        Ok(async move {
            interrupt.recv().await;
            "Ctrl-C"
        })
    }
}

/// A host that is killed cannot say so, but our stdout is its pipe, and Linux reports a pipe without readers at once.
/// Never comes when stdout is no pipe. To be called after the handshake line: it makes stdout non-blocking.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) async fn end_of_host() -> &'static str {
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

/// Elsewhere no event tells it (kqueue has none that differs from a pipe's being writable), but an orphan gets another
/// parent.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
pub(super) async fn end_of_host() -> &'static str {
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    let host = parent_id();
    while parent_id() == host {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    GONE
}

/// Never comes: nothing tells it there.
#[cfg(windows)]
pub(super) async fn end_of_host() -> &'static str {
    std::future::pending().await
}
