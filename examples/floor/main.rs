//! The floor that the benchmarks compare the provider with: the same process, TLS and gRPC, one empty schema, and
//! neither engine nor HTTP client. It reads and plans whatever it is given, so that both cost what their transport costs.
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
    about: "what no provider can be quicker than",
    commands: &[],
    build: plugin::Build::THIS,
};

#[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
fn main() -> ExitCode {
    let environment = plugin::Environment::from_fn(|name| std::env::var_os(name));
    plugin::run(&IDENTITY, &environment, std::env::args_os().skip(1), || (Floor, ready(())))
}

/// The RPCs that are measured.
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
                "/tfplugin6.Provider/GetProviderSchema" => unary(schema, request).await,
                "/tfplugin6.Provider/ConfigureProvider" => unary(configure, request).await,
                "/tfplugin6.Provider/UpgradeResourceState" => unary(upgrade, request).await,
                "/tfplugin6.Provider/ValidateResourceConfig" => unary(validate, request).await,
                "/tfplugin6.Provider/ReadResource" => unary(read, request).await,
                "/tfplugin6.Provider/PlanResourceChange" => unary(plan, request).await,
                _ => Status::unimplemented("not measured").into_http(),
            };
            Ok(answer)
        })
    }
}

/// What one RPC answers.
struct Answer<Q, A>(fn(Q) -> A);

impl<Q, A> UnaryService<Q> for Answer<Q, A> {
    type Response = A;
    type Future = Ready<Result<Response<A>, Status>>;

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        ready(Ok(Response::new(self.0(request.into_inner()))))
    }
}

async fn unary<Q, A>(answer: fn(Q) -> A, request: http::Request<Body>) -> http::Response<Body>
where
    Q: prost::Message + Default + 'static,
    A: prost::Message + Default + 'static,
{
    Grpc::new(ProstCodec::default()).unary(Answer(answer), request).await
}

fn schema(_: pb::get_provider_schema::Request) -> pb::get_provider_schema::Response {
    let block = Some(pb::schema::Block::default());
    let provider = Some(pb::Schema { version: 0, block });
    pb::get_provider_schema::Response { provider, ..Default::default() }
}

fn configure(_: pb::configure_provider::Request) -> pb::configure_provider::Response {
    Default::default()
}

fn validate(_: pb::validate_resource_config::Request) -> pb::validate_resource_config::Response {
    Default::default()
}

/// The stored JSON, which Terraform accepts for a state without unknown values.
fn upgrade(request: pb::upgrade_resource_state::Request) -> pb::upgrade_resource_state::Response {
    let json = request.raw_state.map(|raw| raw.json).unwrap_or_default();
    let upgraded_state = Some(pb::DynamicValue { msgpack: Vec::new(), json });
    pb::upgrade_resource_state::Response { upgraded_state, ..Default::default() }
}

fn read(request: pb::read_resource::Request) -> pb::read_resource::Response {
    pb::read_resource::Response {
        new_state: request.current_state,
        private: request.private,
        new_identity: request.current_identity,
        ..Default::default()
    }
}

fn plan(request: pb::plan_resource_change::Request) -> pb::plan_resource_change::Response {
    pb::plan_resource_change::Response {
        planned_state: request.proposed_new_state,
        planned_private: request.prior_private,
        planned_identity: request.prior_identity,
        ..Default::default()
    }
}
