//! A listener's address as the handshake names it.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Dropping it removes the socket file.
pub(super) struct Address {
    network: &'static str,
    text: String,
    file: Option<PathBuf>,
}

impl Address {
    #[cfg(unix)]
    pub(super) fn unix(path: &str) -> Self {
        Self { network: "unix", text: path.to_owned(), file: Some(path.into()) }
    }

    pub(super) fn tcp(address: SocketAddr) -> Self {
        Self { network: "tcp", text: address.to_string(), file: None }
    }

    #[cfg(test)]
    pub(super) fn of_test(network: &'static str, text: &str) -> Self {
        Self { network, text: text.to_owned(), file: None }
    }

    /// go-plugin knows `unix` and `tcp`.
    pub(super) fn network(&self) -> &'static str {
        self.network
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl Drop for Address {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // It may have been removed already.
            let _ = std::fs::remove_file(file);
        }
    }
}
