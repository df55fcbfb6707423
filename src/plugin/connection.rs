//! A connection of any kind: Unix or TCP, with TLS or without.

use tokio::io::{AsyncRead, AsyncWrite};
use tonic::transport::server::Connected;

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

pub(super) type Connection = Box<dyn Io>;

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}
