//! The gRPC service: which function answers which RPC. Errors are diagnostics: a gRPC status would lose the state of an
//! existing object, so only RPCs for kinds of objects that this provider does not have return one: those that are not listed here.

use std::sync::Arc;

use tonic::codegen::BoxStream;
use tonic::{Request, Response};

use super::answer::{Answer, answer};
use super::backend::Backend;
use super::convert::{self, diagnostics};
use super::{actions, data_sources, ephemeral, functions, lists, pb, resources, schema};
use crate::engine::Engine;
use crate::plugin::MAX_MESSAGE_SIZE;
use crate::rpc::{Rpc, Subject};

/// The tonic service of a provider.
pub fn service(engine: Arc<Engine>) -> pb::provider_server::ProviderServer<impl pb::provider_server::Provider> {
    pb::provider_server::ProviderServer::new(Service { backend: Arc::new(Backend::new(engine)) })
        .max_decoding_message_size(MAX_MESSAGE_SIZE)
        .max_encoding_message_size(MAX_MESSAGE_SIZE)
}

struct Service {
    backend: Arc<Backend>,
}

#[tonic::async_trait]
impl pb::provider_server::Provider for Service {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        let schemas = schema::provider(self.backend.engine.provider());
        let resource = |type_name| pb::get_metadata::ResourceMetadata { type_name };
        let data_source = |type_name| pb::get_metadata::DataSourceMetadata { type_name };
        let function = |name| pb::get_metadata::FunctionMetadata { name };
        let ephemeral = |type_name| pb::get_metadata::EphemeralMetadata { type_name };
        let list = |type_name| pb::get_metadata::ListResourceMetadata { type_name };
        let action = |type_name| pb::get_metadata::ActionMetadata { type_name };
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(schema::capabilities()),
            resources: schemas.resource_schemas.into_keys().map(resource).collect(),
            data_sources: schemas.data_source_schemas.into_keys().map(data_source).collect(),
            functions: schemas.functions.into_keys().map(function).collect(),
            ephemeral_resources: schemas.ephemeral_resource_schemas.into_keys().map(ephemeral).collect(),
            list_resources: schemas.list_resource_schemas.into_keys().map(list).collect(),
            actions: schemas.action_schemas.into_keys().map(action).collect(),
            ..Default::default()
        }))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        Ok(Response::new(schema::provider(self.backend.engine.provider())))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        let identity_schemas = schema::identities(self.backend.engine.provider());
        Ok(Response::new(pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let (engine, request) = (self.backend.engine.clone(), request.into_inner());
        answer(Rpc::of_provider("ValidateProviderConfig"), async move {
            let config = convert::value(request.config.as_ref(), &schema::provider_type(engine.provider()))?;
            let found = engine.validate_provider(&config);
            Ok(pb::validate_provider_config::Response { diagnostics: diagnostics(found) })
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let (engine, request) = (self.backend.engine.clone(), request.into_inner());
        self.backend.configured_by(&request.terraform_version);
        answer(Rpc::of_provider("ConfigureProvider"), async move {
            let config = convert::value(request.config.as_ref(), &schema::provider_type(engine.provider()))?;
            engine.configure(&config, &request.terraform_version);
            Ok(pb::configure_provider::Response::default())
        })
        .await
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        log::debug!("the host requested a stop");
        self.backend.engine.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ValidateResourceConfig", Subject::Resource, &request.type_name);
        answer(rpc, resources::validate(self.backend.clone(), request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("UpgradeResourceState", Subject::Resource, &request.type_name);
        answer(rpc, resources::upgrade(self.backend.clone(), request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("UpgradeResourceIdentity", Subject::Resource, &request.type_name);
        answer(rpc, resources::upgrade_identity(self.backend.clone(), request)).await
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ReadResource", Subject::Resource, &request.type_name);
        answer(rpc, resources::read(self.backend.clone(), request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("PlanResourceChange", Subject::Resource, &request.type_name);
        answer(rpc, resources::plan(self.backend.clone(), request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ApplyResourceChange", Subject::Resource, &request.type_name);
        answer(rpc, resources::apply(self.backend.clone(), request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ImportResourceState", Subject::Resource, &request.type_name);
        answer(rpc, resources::import(self.backend.clone(), request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("MoveResourceState", Subject::Resource, &request.target_type_name);
        answer(rpc, resources::move_state(self.backend.clone(), request)).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Answer<pb::generate_resource_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("GenerateResourceConfig", Subject::Resource, &request.type_name);
        answer(rpc, resources::generate(self.backend.clone(), request)).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ValidateDataResourceConfig", Subject::DataSource, &request.type_name);
        answer(rpc, data_sources::validate(self.backend.clone(), request)).await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ReadDataSource", Subject::DataSource, &request.type_name);
        answer(rpc, data_sources::read(self.backend.clone(), request)).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Answer<pb::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ValidateEphemeralResourceConfig", Subject::Ephemeral, &request.type_name);
        answer(rpc, ephemeral::validate(self.backend.clone(), request)).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Answer<pb::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("OpenEphemeralResource", Subject::Ephemeral, &request.type_name);
        answer(rpc, ephemeral::open(self.backend.clone(), request)).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Answer<pb::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("RenewEphemeralResource", Subject::Ephemeral, &request.type_name);
        answer(rpc, ephemeral::renew(self.backend.clone(), request)).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Answer<pb::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("CloseEphemeralResource", Subject::Ephemeral, &request.type_name);
        answer(rpc, ephemeral::close(self.backend.clone(), request)).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Answer<pb::validate_list_resource_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ValidateListResourceConfig", Subject::List, &request.type_name);
        answer(rpc, lists::validate(self.backend.clone(), request)).await
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Answer<BoxStream<pb::list_resource::Event>> {
        Ok(Response::new(lists::list(&self.backend, request.into_inner())))
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Answer<pb::validate_action_config::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("ValidateActionConfig", Subject::Action, &request.type_name);
        answer(rpc, actions::validate(self.backend.clone(), request)).await
    }

    async fn plan_action(&self, request: Request<pb::plan_action::Request>) -> Answer<pb::plan_action::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("PlanAction", Subject::Action, &request.action_type);
        answer(rpc, actions::plan(self.backend.clone(), request)).await
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Answer<BoxStream<pb::invoke_action::Event>> {
        Ok(Response::new(actions::invoke(&self.backend, request.into_inner())))
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        let functions = schema::provider(self.backend.engine.provider()).functions;
        Ok(Response::new(pb::get_functions::Response { functions, diagnostics: Vec::new() }))
    }

    async fn call_function(&self, request: Request<pb::call_function::Request>) -> Answer<pb::call_function::Response> {
        let request = request.into_inner();
        let rpc = Rpc::of("CallFunction", Subject::Function, &request.name);
        answer(rpc, functions::call(self.backend.clone(), request)).await
    }
}
