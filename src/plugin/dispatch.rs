//! Which service answers a request: the first part of its path says so.
//!
//! tonic's own router would do the same and bring an HTTP framework along for it.

use std::convert::Infallible;
use std::task::{Context, Poll};

use tokio_util::task::TaskTracker;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::NamedService;

use super::ProviderService;
use super::services::HostServices;
use super::services::health::health_server::HealthServer;
use super::services::pb::grpc_broker_server::GrpcBrokerServer;
use super::services::pb::grpc_controller_server::GrpcControllerServer;
use super::services::pb::grpc_stdio_server::GrpcStdioServer;

type Controller = GrpcControllerServer<HostServices>;
type Stdio = GrpcStdioServer<HostServices>;
type Broker = GrpcBrokerServer<HostServices>;
type Health = HealthServer<HostServices>;

/// The provider's service and go-plugin's own.
#[derive(Clone)]
pub(super) struct Dispatch<S> {
    provider: S,
    under_way: TaskTracker,
    controller: Controller,
    stdio: Stdio,
    broker: Broker,
    health: Health,
}

impl<S: ProviderService> Dispatch<S> {
    /// What the provider is asked is counted in `under_way` until it is answered.
    pub(super) fn new(provider: S, under_way: TaskTracker, host: HostServices) -> Self {
        Self {
            provider,
            under_way,
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
            name if name == S::NAME => Box::pin(self.under_way.track_future(self.provider.call(request))),
            Controller::NAME => self.controller.call(request),
            Stdio::NAME => self.stdio.call(request),
            Broker::NAME => self.broker.call(request),
            Health::NAME => self.health.call(request),
            // A host takes this for a service that an optional part of it is not.
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
    use crate::plugin::services::health::health_check_response::ServingStatus;
    use crate::plugin::services::health::{HealthCheckRequest, health_client::HealthClient};
    use crate::plugin::services::pb::grpc_broker_client::GrpcBrokerClient;
    use crate::plugin::services::pb::grpc_controller_client::GrpcControllerClient;
    use crate::plugin::services::pb::grpc_stdio_client::GrpcStdioClient;
    use crate::plugin::services::pb::{ConnInfo, Empty};

    /// Stands in for the provider: its trailer says that it was asked.
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
        let (host_is_in, stop) = (CancellationToken::new(), CancellationToken::new());
        (Dispatch::new(Toy, TaskTracker::new(), HostServices::new(host_is_in, stop.clone())), stop)
    }

    async fn status_of(path: &'static str) -> Code {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let response = server().0.call(request).await.expect("an answer");
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
        let said = tokio_stream::pending::<ConnInfo>();
        let mut broker = GrpcBrokerClient::new(server.clone()).start_stream(said).await.expect("a stream").into_inner();
        let watched = HealthCheckRequest { service: "plugin".to_owned() };
        let mut health = HealthClient::new(server.clone()).watch(watched).await.expect("a stream").into_inner();
        assert_eq!(health.next().await.expect("one").expect("a status").status(), ServingStatus::Serving);

        assert!(!stop.is_cancelled());
        GrpcControllerClient::new(server).shutdown(Empty {}).await.expect("an answer");
        assert!(stop.is_cancelled());
        assert!(stdio.next().await.is_none());
        assert!(broker.next().await.is_none());
        assert!(health.next().await.is_none());
    }

    #[tokio::test]
    async fn health() {
        let mut client = HealthClient::new(server().0);
        let mut check = async |service: &str| {
            client.check(HealthCheckRequest { service: service.to_owned() }).await.map(|r| r.into_inner())
        };
        for service in ["", "plugin"] {
            assert_eq!(check(service).await.expect("an answer").status(), ServingStatus::Serving);
        }
        assert_eq!(check("other").await.expect_err("unknown").code(), Code::NotFound);
    }
}
