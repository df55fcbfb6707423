//! The provider's service in this process: the same RPCs over an in-memory pipe, without a process, TLS and sockets. For
//! tests whose clock stands still, and for providers that no binary has. What only a process shows is `process`'s.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use terraform_provider_hoop::engine::Engine;
use terraform_provider_hoop::protocol;
use terraform_provider_hoop::schema::Provider;
use tokio::io::duplex;
use tonic::transport::{Channel, Endpoint, Server};

/// Enough for the largest message of these tests, so that neither side waits for the other to read.
const PIPE: usize = 8 << 20;

/// A channel to a provider with an empty environment.
pub(crate) async fn channel(provider: &'static Provider) -> Channel {
    let service = protocol::service(Arc::new(Engine::new(provider, |_| None)));
    let (ours, theirs) = duplex(PIPE);
    let incoming = tokio_stream::once(Ok::<_, std::io::Error>(theirs));
    tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
    let mut ours = Some(TokioIo::new(ours));
    // There is one pipe: a second connection would mean that the first broke.
    let connect = tower::service_fn(move |_| {
        let pipe = ours.take().ok_or_else(|| std::io::Error::other("the pipe broke"));
        async move { pipe }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connect).await.expect("a channel")
}
