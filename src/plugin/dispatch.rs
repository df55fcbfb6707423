//! Passes each request to the service that the first segment of its path names.
//!
//! tonic's own router does the same, but depends on an HTTP framework.

use std::convert::Infallible;
use std::task::{Context, Poll};

use tokio_util::task::TaskTracker;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::NamedService;

use super::services::HostServices;
use super::services::health::health_server::HealthServer;
use super::services::pb::grpc_broker_server::GrpcBrokerServer;
use super::services::pb::grpc_controller_server::GrpcControllerServer;
use super::services::pb::grpc_stdio_server::GrpcStdioServer;

type Controller = GrpcControllerServer<HostServices>;
type Stdio = GrpcStdioServer<HostServices>;
type Broker = GrpcBrokerServer<HostServices>;
type Health = HealthServer<HostServices>;

/// A gRPC server that can be offered beside go-plugin's own: what tonic generates for the provider's protocol.
pub trait ProviderService:
    Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + NamedService
    + Clone
    + Send
    + 'static
{
}

impl<S> ProviderService for S where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
        + NamedService
        + Clone
        + Send
        + 'static
{
}

/// The provider's service and go-plugin's own.
#[derive(Clone)]
pub(super) struct Dispatch<S> {
    provider: S,
    pending: TaskTracker,
    controller: Controller,
    stdio: Stdio,
    broker: Broker,
    health: Health,
}

impl<S: ProviderService> Dispatch<S> {
    /// Requests to the provider are counted in `pending` until there is a response.
    pub(super) fn new(provider: S, pending: TaskTracker, host: HostServices) -> Self {
        Self {
            provider,
            pending,
            controller: Controller::new(host.clone()),
            stdio: Stdio::new(host.clone()),
            broker: Broker::new(host.clone()),
            health: Health::new(host),
        }
    }
}

impl<S: ProviderService> Service<Request<Body>> for Dispatch<S> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The generated services are always ready; the provider's may be wrapped in something that is not.
        self.provider.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        match service_of(request.uri().path()) {
            name if name == S::NAME => Box::pin(self.pending.track_future(self.provider.call(request))),
            Controller::NAME => self.controller.call(request),
            Stdio::NAME => self.stdio.call(request),
            Broker::NAME => self.broker.call(request),
            Health::NAME => self.health.call(request),
            // Hosts accept that for optional services.
            _ => Box::pin(async { Ok(Status::unimplemented("unknown service").into_http()) }),
        }
    }
}

/// `plugin.GRPCStdio` of `/plugin.GRPCStdio/StreamStdio`.
fn service_of(path: &str) -> &str {
    path.strip_prefix('/').and_then(|path| path.split_once('/')).map_or("", |(service, _)| service)
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;
    use tonic::Code;
    use tonic::codegen::tokio_stream::{self, StreamExt};

    use super::*;
    use crate::plugin::services::Host;
    use crate::plugin::services::pb::grpc_broker_client::GrpcBrokerClient;
    use crate::plugin::services::pb::grpc_controller_client::GrpcControllerClient;
    use crate::plugin::services::pb::grpc_stdio_client::GrpcStdioClient;
    use crate::plugin::services::pb::{ConnInfo, Empty};

    /// Stands in for the provider: its status says that it was called.
    #[derive(Clone)]
    struct Toy;

    impl NamedService for Toy {
        const NAME: &'static str = "toy.Provider";
    }

    impl Service<Request<Body>> for Toy {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = BoxFuture<Self::Response, Infallible>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            Box::pin(async { Ok(Status::already_exists("toy").into_http()) })
        }
    }

    fn server() -> (Dispatch<Toy>, CancellationToken) {
        let stop = CancellationToken::new();
        (Dispatch::new(Toy, TaskTracker::new(), HostServices::new(Host::default(), stop.clone())), stop)
    }

    async fn status_of(path: &'static str) -> Code {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let response = server().0.call(request).await.expect("a response");
        Status::from_header_map(response.headers()).expect("a status").code()
    }

    #[tokio::test]
    async fn paths() {
        assert_eq!(status_of("/toy.Provider/Anything").await, Code::AlreadyExists);
        for path in ["/toy.Provider2/Anything", "/toy.Provider", "/plugin.GRPCController/Other", "/", "//"] {
            assert_eq!(status_of(path).await, Code::Unimplemented, "{path}");
        }
    }

    #[tokio::test]
    async fn shutdown_answers_and_ends_every_stream() {
        let (server, stop) = server();
        let mut stdio = GrpcStdioClient::new(server.clone()).stream_stdio(()).await.expect("a stream").into_inner();
        let sent = tokio_stream::pending::<ConnInfo>();
        let mut broker = GrpcBrokerClient::new(server.clone()).start_stream(sent).await.expect("a stream").into_inner();

        assert!(!stop.is_cancelled());
        GrpcControllerClient::new(server).shutdown(Empty {}).await.expect("a response");
        assert!(stop.is_cancelled());
        assert!(stdio.next().await.is_none());
        assert!(broker.next().await.is_none());
    }
}
