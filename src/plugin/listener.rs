//! Where the host dials: a Unix socket, or TCP on the loopback address where there is none.
//!
//! Binds and accepts; what is spoken on a connection, and who may speak, is `connection`'s and `tls`'.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::Environment;
use super::connection::Connection;

/// Dropping it ends the listening and removes the socket file; connections that were accepted stay.
pub(super) struct Listener {
    socket: Socket,
    address: Address,
}

enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    pub(super) async fn accept(&self) -> io::Result<Connection> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Else small answers wait for the host's delayed acknowledgement, up to 50 ms each.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }
}

/// A listener's address as the handshake names it. Dropping it removes the socket file.
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

    fn tcp(address: SocketAddr) -> Self {
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
            // Somebody may have removed it before us.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Listens. Must be called inside the runtime.
pub(super) fn bind(env: &Environment) -> io::Result<Listener> {
    #[cfg(unix)]
    if let Some((socket, address)) = super::unix::bind(env)? {
        return Ok(Listener { socket: Socket::Unix(socket), address });
    }
    let (socket, address) = bind_tcp(ports(env)?)?;
    Ok(Listener { socket: Socket::Tcp(socket), address: Address::tcp(address) })
}

/// The ports that the host allows; go-plugin takes any port where a limit is missing.
pub(super) fn ports(env: &Environment) -> io::Result<std::ops::RangeInclusive<u16>> {
    let port = |name: &str| match env.text(name) {
        Some(value) => {
            value.parse().map_err(|_| io::Error::other(format!("{name} is no port: {}", Environment::shown(&value))))
        }
        None => Ok(0),
    };
    Ok(port("PLUGIN_MIN_PORT")?..=port("PLUGIN_MAX_PORT")?)
}

fn bind_tcp(ports: std::ops::RangeInclusive<u16>) -> io::Result<(TcpListener, SocketAddr)> {
    let mut last = io::Error::other(format!("no port between {} and {}", ports.start(), ports.end()));
    for port in ports {
        match std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                let address = listener.local_addr()?;
                return Ok((TcpListener::from_std(listener)?, address));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_limits() {
        let limits = |min, max| ports(&Environment::of([("PLUGIN_MIN_PORT", min), ("PLUGIN_MAX_PORT", max)]));
        assert_eq!(limits("10000", "25000").ok(), Some(10000..=25000));
        assert_eq!(limits("", "").ok(), Some(0..=0));
        assert!(limits("ten", "25000").is_err());
        assert!(limits("1", "70000").is_err());
    }

    #[tokio::test]
    async fn tcp_takes_the_first_free_port() {
        let (_taken, first) = bind_tcp(0..=0).expect("a free port");
        assert!(bind_tcp(first.port()..=first.port()).is_err());
        // Somebody else may take the next port meanwhile; that it is not the taken one is what matters.
        let (_, second) = bind_tcp(first.port()..=u16::MAX).or_else(|_| bind_tcp(0..=0)).expect("a free port");
        assert_ne!(first, second);
        assert!(second.ip().is_loopback());
    }

    #[tokio::test]
    async fn tcp_connections_are_accepted() {
        let (socket, address) = bind_tcp(0..=0).expect("a free port");
        let listener = Listener { socket: Socket::Tcp(socket), address: Address::tcp(address) };
        #[expect(clippy::disallowed_methods, reason = "the test is the host")]
        let dial = tokio::net::TcpStream::connect(listener.address().text());
        let (dialled, accepted) = tokio::join!(dial, listener.accept());
        assert!(dialled.is_ok() && accepted.is_ok());
        assert_eq!(listener.address().network(), "tcp");
    }

    #[tokio::test]
    #[expect(clippy::reversed_empty_ranges, reason = "what a host that mixes its limits up asks for")]
    async fn a_range_without_ports_is_an_error() {
        assert!(bind_tcp(2..=1).is_err());
    }
}
