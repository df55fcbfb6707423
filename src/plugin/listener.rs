//! The socket that the host dials: a Unix socket, or TCP on the loopback address where there is none.
//!
//! It binds and accepts; which connections come through is for `incoming` to decide.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::address::Address;
use super::connection::Connection;
use super::environment::Environment;
#[cfg(unix)]
use super::unix;

/// Dropping it closes the socket and removes its file; accepted connections stay open.
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
    /// # Errors
    /// What the operating system reports, such as too many open files.
    pub(super) async fn accept(&self) -> io::Result<Connection> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Otherwise small responses wait for the host's delayed acknowledgement, up to 50 ms each.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }
}

/// Listens. Must be called inside the runtime.
///
/// # Errors
/// No directory will do for a Unix socket, and no port that the host allows is free.
pub(super) fn bind(env: &Environment) -> io::Result<Listener> {
    #[cfg(unix)]
    if let Some((socket, address)) = unix::bind(env) {
        return Ok(Listener { socket: Socket::Unix(socket), address });
    }
    let (socket, address) = bind_tcp(ports(env)?)?;
    Ok(Listener { socket: Socket::Tcp(socket), address: Address::tcp(address) })
}

/// The ports that the host allows; any if a limit is missing, as in go-plugin.
pub(super) fn ports(env: &Environment) -> io::Result<std::ops::RangeInclusive<u16>> {
    let port = |name: &str| match env.text(name) {
        Some(value) => value
            .parse()
            .map_err(|_| io::Error::other(format!("{name} is not a port number: {}", Environment::shown(&value)))),
        None => Ok(0),
    };
    Ok(port("PLUGIN_MIN_PORT")?..=port("PLUGIN_MAX_PORT")?)
}

fn bind_tcp(ports: std::ops::RangeInclusive<u16>) -> io::Result<(TcpListener, SocketAddr)> {
    let mut last = io::Error::other(format!("no free port between {} and {}", ports.start(), ports.end()));
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
        // Another process may take the next port meanwhile; what matters is that it is not the taken one.
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
    #[expect(clippy::reversed_empty_ranges, reason = "limits in the wrong order")]
    async fn a_range_without_ports_is_an_error() {
        assert!(bind_tcp(2..=1).is_err());
    }
}
