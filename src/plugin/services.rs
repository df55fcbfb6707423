//! go-plugin's own gRPC services, beside the provider's: how a host ends, listens to and checks on a plugin.
//!
//! All streams stay open until the server stops, as the host expects, and end then, so that nothing waits for them.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
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

/// All four services, and what the host tells by calling them.
#[derive(Clone)]
pub(super) struct HostServices {
    host_is_in: CancellationToken,
    stop: CancellationToken,
}

impl HostServices {
    /// Cancels `host_is_in` when a host has settled in for as long as it lives, `stop` when it asks for the end.
    pub(super) fn new(host_is_in: CancellationToken, stop: CancellationToken) -> Self {
        Self { host_is_in, stop }
    }

    fn until_stopped<T, K>(&self, first: Option<T>, kept: K) -> UntilStopped<T, K> {
        UntilStopped { first, _kept: kept, stopped: Box::pin(self.stop.clone().cancelled_owned()) }
    }
}

#[tonic::async_trait]
impl pb::grpc_controller_server::GrpcController for HostServices {
    /// The answer goes out first: the host waits for it without a deadline, then two seconds for the process to end,
    /// and kills it.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        log::debug!("the host asks for the end");
        self.stop.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl pb::grpc_stdio_server::GrpcStdio for HostServices {
    type StreamStdioStream = UntilStopped<StdioData, ()>;

    /// Nothing comes: this plugin writes to its real stderr, which the host reads as well. But the open stream keeps the
    /// host's one connection from ever being idle, and hosts dial again only after that.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        self.host_is_in.cancel();
        Ok(Response::new(self.until_stopped(None, ())))
    }
}

#[tonic::async_trait]
impl pb::grpc_broker_server::GrpcBroker for HostServices {
    type StartStreamStream = UntilStopped<ConnInfo, Streaming<ConnInfo>>;

    /// Brokered connections are for plugins that call their host back; providers never do.
    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(self.until_stopped(None, request.into_inner())))
    }
}

#[tonic::async_trait]
impl health::health_server::Health for HostServices {
    type WatchStream = UntilStopped<HealthCheckResponse, ()>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match health_of(&request.get_ref().service) {
            ServingStatus::ServiceUnknown => Err(Status::not_found("unknown service")),
            status => Ok(Response::new(HealthCheckResponse { status: status.into() })),
        }
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let status = health_of(&request.get_ref().service);
        Ok(Response::new(self.until_stopped(Some(HealthCheckResponse { status: status.into() }), ())))
    }
}

/// go-plugin's Ping asks for `plugin`; the empty name is the whole server.
fn health_of(service: &str) -> ServingStatus {
    match service {
        "" | "plugin" => ServingStatus::Serving,
        _ => ServingStatus::ServiceUnknown,
    }
}

/// A stream of at most one message that ends when the server stops. It holds the request's own stream, since to drop
/// that would reset it.
pub(super) struct UntilStopped<T, K> {
    first: Option<T>,
    _kept: K,
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<T: Unpin, K: Unpin> Stream for UntilStopped<T, K> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.stopped.as_mut().poll(context).map(|()| None),
        }
    }
}
