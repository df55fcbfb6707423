//! The host's end of a connection: a Unix socket, or TCP where the provider listens on nothing else.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

pub(crate) type Stream = Box<dyn Io>;

/// The network that the handshake line names on this system.
pub(crate) const NETWORK: &str = if cfg!(unix) { "unix" } else { "tcp" };

/// Dials the address of a handshake line: `127.0.0.1:10000`, else the path of a socket.
pub(crate) async fn connect(address: &str) -> io::Result<Stream> {
    if let Ok(address) = address.parse::<SocketAddr>() {
        assert!(address.ip().is_loopback(), "{address} can be reached from other machines");
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        return Ok(Box::new(stream));
    }
    #[cfg(unix)]
    return Ok(Box::new(tokio::net::UnixStream::connect(address).await?));
    #[cfg(not(unix))]
    Err(io::Error::other(format!("{address:?} is not the address of a port")))
}
