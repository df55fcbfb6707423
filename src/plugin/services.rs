//! go-plugin's own gRPC services beside the provider's: how a host ends, listens to and checks on a plugin.
//!
//! All streams stay open until the server stops, as hosts expect, and end then, so that nothing waits for them.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::codegen::BoxStream;
use tonic::codegen::tokio_stream::Stream;
use tonic::{Request, Response, Status, Streaming};

use health::health_check_response::ServingStatus;
use health::{HealthCheckRequest, HealthCheckResponse};
use pb::{ConnInfo, Empty, StdioData};

#[allow(warnings, reason = "generated")]
pub(super) mod pb {
    tonic::include_proto!("plugin");
}

#[allow(warnings, reason = "generated")]
pub(super) mod health {
    tonic::include_proto!("grpc.health.v1");
}

/// What is known of the host from its connection.
#[derive(Clone, Default)]
pub(super) struct Host {
    /// Canceled when it has connected for good.
    pub(super) is_in: CancellationToken,
    /// Canceled when a host that was in has lost its connection without having called `Shutdown`.
    pub(super) is_gone: CancellationToken,
}

/// All four services, and what the host signals by calling them.
#[derive(Clone)]
pub(super) struct HostServices {
    host: Host,
    stop: CancellationToken,
}

impl HostServices {
    /// Cancels `stop` when the host calls `Shutdown`.
    pub(super) fn new(host: Host, stop: CancellationToken) -> Self {
        Self { host, stop }
    }

    fn until_stopped<T, K>(&self, kept: K) -> UntilStopped<T, K> {
        let stopped = Box::pin(self.stop.clone().cancelled_owned());
        UntilStopped { _kept: kept, stopped, _message: PhantomData }
    }
}

#[tonic::async_trait]
impl pb::grpc_controller_server::GrpcController for HostServices {
    /// The response is sent first: the host waits for it without a deadline, then two seconds for the process to end, and
    /// kills it.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        log::debug!("the host calls Shutdown");
        self.stop.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl pb::grpc_stdio_server::GrpcStdio for HostServices {
    /// It stays empty: this plugin writes to its real stderr, which the host reads as well. But while the stream is open, the
    /// host's one connection is never idle, and a host only dials again after that.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        self.host.is_in.cancel();
        let open = Open { is_gone: self.host.is_gone.clone(), stop: self.stop.clone() };
        Ok(Response::new(Box::pin(self.until_stopped(open))))
    }
}

#[tonic::async_trait]
impl pb::grpc_broker_server::GrpcBroker for HostServices {
    /// Brokered connections are for plugins that call their host back; providers never do.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(Box::pin(self.until_stopped(request.into_inner()))))
    }
}

#[tonic::async_trait]
impl health::health_server::Health for HostServices {
    /// go-plugin's Ping asks for `plugin`; the empty name is the whole server.
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match request.get_ref().service.as_str() {
            "" | "plugin" => Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() })),
            _ => Err(Status::not_found("unknown service")),
        }
    }
}

/// The host's open connection. gRPC drops it with the stream that holds it.
struct Open {
    is_gone: CancellationToken,
    stop: CancellationToken,
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.stop.is_cancelled() {
            self.is_gone.cancel();
        }
    }
}

/// A stream without messages that ends when the server stops. It holds the request's own stream, since to drop that would
/// reset it.
pub(super) struct UntilStopped<T, K> {
    _kept: K,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    _message: PhantomData<T>,
}

impl<T: Unpin, K: Unpin> Stream for UntilStopped<T, K> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stopped.as_mut().poll(context).map(|()| None)
    }
}
