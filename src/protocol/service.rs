//! The gRPC service: which function answers which RPC. Errors are diagnostics: a gRPC status would lose the state of an
//! existing object, so only RPCs for kinds of objects that this provider does not have return one.

use std::sync::Arc;

use tonic::{Request, Response, Status, Streaming};

use super::answer::{Answer, answer, not_offered};
use super::backend::Backend;
use super::convert::{self, diagnostics};
use super::{data_sources, pb, resources, schema};
use crate::engine::Engine;
use crate::plugin::MAX_MESSAGE_SIZE;

/// The tonic service of a provider.
pub fn service(engine: Arc<Engine>) -> pb::provider_server::ProviderServer<impl pb::provider_server::Provider> {
    pb::provider_server::ProviderServer::new(Service { backend: Arc::new(Backend::new(engine)) })
        .max_decoding_message_size(MAX_MESSAGE_SIZE)
        .max_encoding_message_size(MAX_MESSAGE_SIZE)
}

struct Service {
    backend: Arc<Backend>,
}

type Stream<T> = tokio_stream::Empty<Result<T, Status>>;

#[tonic::async_trait]
impl pb::provider_server::Provider for Service {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        let schemas = schema::provider(self.backend.engine.provider());
        let resource = |type_name| pb::get_metadata::ResourceMetadata { type_name };
        let data_source = |type_name| pb::get_metadata::DataSourceMetadata { type_name };
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(schema::capabilities()),
            resources: schemas.resource_schemas.into_keys().map(resource).collect(),
            data_sources: schemas.data_source_schemas.into_keys().map(data_source).collect(),
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
        answer("ValidateProviderConfig".to_owned(), async move {
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
        answer("ConfigureProvider".to_owned(), async move {
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
        answer(
            format!("ValidateResourceConfig of {}", request.type_name),
            resources::validate(self.backend.clone(), request),
        )
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let request = request.into_inner();
        answer(
            format!("UpgradeResourceState of {}", request.type_name),
            resources::upgrade(self.backend.clone(), request),
        )
        .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        answer(
            format!("UpgradeResourceIdentity of {}", request.type_name),
            resources::upgrade_identity(self.backend.clone(), request),
        )
        .await
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        answer(format!("ReadResource of {}", request.type_name), resources::read(self.backend.clone(), request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.into_inner();
        answer(format!("PlanResourceChange of {}", request.type_name), resources::plan(self.backend.clone(), request))
            .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let request = request.into_inner();
        answer(format!("ApplyResourceChange of {}", request.type_name), resources::apply(self.backend.clone(), request))
            .await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        let request = request.into_inner();
        answer(
            format!("ImportResourceState of {}", request.type_name),
            resources::import(self.backend.clone(), request),
        )
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        let request = request.into_inner();
        answer(
            format!("MoveResourceState to {}", request.target_type_name),
            resources::move_state(self.backend.clone(), request),
        )
        .await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Answer<pb::generate_resource_config::Response> {
        let request = request.into_inner();
        answer(
            format!("GenerateResourceConfig of {}", request.type_name),
            resources::generate(self.backend.clone(), request),
        )
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let request = request.into_inner();
        answer(
            format!("ValidateDataResourceConfig of {}", request.type_name),
            data_sources::validate(self.backend.clone(), request),
        )
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        let request = request.into_inner();
        answer(format!("ReadDataSource of {}", request.type_name), data_sources::read(self.backend.clone(), request))
            .await
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        Ok(Response::new(pb::get_functions::Response::default()))
    }

    async fn validate_ephemeral_resource_config(
        &self,
        _: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Answer<pb::validate_ephemeral_resource_config::Response> {
        not_offered("ephemeral resources")
    }

    async fn open_ephemeral_resource(
        &self,
        _: Request<pb::open_ephemeral_resource::Request>,
    ) -> Answer<pb::open_ephemeral_resource::Response> {
        not_offered("ephemeral resources")
    }

    async fn renew_ephemeral_resource(
        &self,
        _: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Answer<pb::renew_ephemeral_resource::Response> {
        not_offered("ephemeral resources")
    }

    async fn close_ephemeral_resource(
        &self,
        _: Request<pb::close_ephemeral_resource::Request>,
    ) -> Answer<pb::close_ephemeral_resource::Response> {
        not_offered("ephemeral resources")
    }

    async fn call_function(&self, _: Request<pb::call_function::Request>) -> Answer<pb::call_function::Response> {
        not_offered("functions")
    }

    async fn validate_list_resource_config(
        &self,
        _: Request<pb::validate_list_resource_config::Request>,
    ) -> Answer<pb::validate_list_resource_config::Response> {
        not_offered("list resources")
    }

    type ListResourceStream = Stream<pb::list_resource::Event>;

    async fn list_resource(&self, _: Request<pb::list_resource::Request>) -> Answer<Self::ListResourceStream> {
        not_offered("list resources")
    }

    async fn validate_action_config(
        &self,
        _: Request<pb::validate_action_config::Request>,
    ) -> Answer<pb::validate_action_config::Response> {
        not_offered("actions")
    }

    async fn plan_action(&self, _: Request<pb::plan_action::Request>) -> Answer<pb::plan_action::Response> {
        not_offered("actions")
    }

    type InvokeActionStream = Stream<pb::invoke_action::Event>;

    async fn invoke_action(&self, _: Request<pb::invoke_action::Request>) -> Answer<Self::InvokeActionStream> {
        not_offered("actions")
    }

    async fn validate_state_store_config(
        &self,
        _: Request<pb::validate_state_store::Request>,
    ) -> Answer<pb::validate_state_store::Response> {
        not_offered("state stores")
    }

    async fn configure_state_store(
        &self,
        _: Request<pb::configure_state_store::Request>,
    ) -> Answer<pb::configure_state_store::Response> {
        not_offered("state stores")
    }

    type ReadStateBytesStream = Stream<pb::read_state_bytes::Response>;

    async fn read_state_bytes(&self, _: Request<pb::read_state_bytes::Request>) -> Answer<Self::ReadStateBytesStream> {
        not_offered("state stores")
    }

    async fn write_state_bytes(
        &self,
        _: Request<Streaming<pb::write_state_bytes::RequestChunk>>,
    ) -> Answer<pb::write_state_bytes::Response> {
        not_offered("state stores")
    }

    async fn lock_state(&self, _: Request<pb::lock_state::Request>) -> Answer<pb::lock_state::Response> {
        not_offered("state stores")
    }

    async fn unlock_state(&self, _: Request<pb::unlock_state::Request>) -> Answer<pb::unlock_state::Response> {
        not_offered("state stores")
    }

    async fn get_states(&self, _: Request<pb::get_states::Request>) -> Answer<pb::get_states::Response> {
        not_offered("state stores")
    }

    async fn delete_state(&self, _: Request<pb::delete_state::Request>) -> Answer<pb::delete_state::Response> {
        not_offered("state stores")
    }
}
