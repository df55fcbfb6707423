//! The floor that the benchmarks compare the provider with: the same process, TLS and gRPC, one empty schema, and
//! neither engine nor HTTP client. It plans whatever is proposed, so that a plan costs what its transport costs.
//!
//! `cargo bench` builds and starts it (benches/provider.rs); Terraform has no use for it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::process::ExitCode;
use std::task::{Context, Poll};

use terraform_provider_hoop::plugin;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

#[allow(warnings, reason = "generated")]
mod pb {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

const IDENTITY: plugin::Identity = plugin::Identity {
    name: "floor",
    address: "registry.example.com/benchmark/floor",
    version: env!("CARGO_PKG_VERSION"),
    commands: &[],
    about: "what no provider can be quicker than",
};

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn main() -> ExitCode {
    let environment = plugin::Environment::from_fn(|name| std::env::var_os(name));
    plugin::run(&IDENTITY, &environment, std::env::args_os().skip(1), || (Floor, ready(())))
}

/// The two RPCs that are measured.
#[derive(Clone)]
struct Floor;

impl NamedService for Floor {
    const NAME: &'static str = "tfplugin6.Provider";
}

impl Service<http::Request<Body>> for Floor {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let answer = match request.uri().path() {
                "/tfplugin6.Provider/GetProviderSchema" => {
                    Grpc::new(ProstCodec::default()).unary(Schema, request).await
                }
                "/tfplugin6.Provider/PlanResourceChange" => Grpc::new(ProstCodec::default()).unary(Plan, request).await,
                _ => Status::unimplemented("not measured").into_http(),
            };
            Ok(answer)
        })
    }
}

type Answer<T> = Ready<Result<Response<T>, Status>>;

struct Schema;

impl UnaryService<pb::get_provider_schema::Request> for Schema {
    type Response = pb::get_provider_schema::Response;
    type Future = Answer<Self::Response>;

    fn call(&mut self, _: Request<pb::get_provider_schema::Request>) -> Self::Future {
        let block = Some(pb::schema::Block::default());
        let provider = Some(pb::Schema { version: 0, block });
        ready(Ok(Response::new(pb::get_provider_schema::Response { provider, ..Default::default() })))
    }
}

struct Plan;

impl UnaryService<pb::plan_resource_change::Request> for Plan {
    type Response = pb::plan_resource_change::Response;
    type Future = Answer<Self::Response>;

    fn call(&mut self, request: Request<pb::plan_resource_change::Request>) -> Self::Future {
        let planned_state = request.into_inner().proposed_new_state;
        ready(Ok(Response::new(pb::plan_resource_change::Response { planned_state, ..Default::default() })))
    }
}
