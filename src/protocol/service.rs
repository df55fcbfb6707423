//! The RPCs. Each one decodes, calls the engine and encodes. Errors are diagnostics: a gRPC status would lose the state
//! of an existing object, so only RPCs for kinds of objects that this provider does not have return one. Decoded values
//! are moved out of their request, since the work may wait for the network.

use std::sync::Arc;

use tonic::{Request, Response, Status, Streaming};

use super::answer::{Answer, answer, not_offered};
use super::convert::{self, diagnostics, dynamic, identity_data, identity_value};
use super::{pb, schema};
use crate::diagnostic::Diagnostic;
use crate::engine::{ApplyRequest, Engine, ImportTarget, Outcome, Stored};
use crate::plugin::MAX_MESSAGE_SIZE;
use crate::value::Value;

/// The tonic service of a provider.
pub fn service(engine: Arc<Engine>) -> pb::provider_server::ProviderServer<impl pb::provider_server::Provider> {
    pb::provider_server::ProviderServer::new(Service { engine })
        .max_decoding_message_size(MAX_MESSAGE_SIZE)
        .max_encoding_message_size(MAX_MESSAGE_SIZE)
}

struct Service {
    engine: Arc<Engine>,
}

type Stream<T> = tokio_stream::Empty<Result<T, Status>>;

#[tonic::async_trait]
impl pb::provider_server::Provider for Service {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        let schemas = schema::provider(self.engine.provider());
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
        Ok(Response::new(schema::provider(self.engine.provider())))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        let identity_schemas = schema::identities(self.engine.provider());
        Ok(Response::new(pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
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
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer("ConfigureProvider".to_owned(), async move {
            let config = convert::value(request.config.as_ref(), &schema::provider_type(engine.provider()))?;
            engine.configure(&config, &request.terraform_version);
            Ok(pb::configure_provider::Response::default())
        })
        .await
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        log::debug!("the host requested a stop");
        self.engine.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("ValidateResourceConfig of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let config = convert::value(request.config.as_ref(), &resource.ty())?;
            let write_only = request.client_capabilities.is_some_and(|host| host.write_only_attributes_allowed);
            let found = engine.validate_resource(resource, &config, write_only);
            Ok(pb::validate_resource_config::Response { diagnostics: diagnostics(found) })
        })
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("UpgradeResourceState of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let ty = resource.ty();
            let stored = convert::raw_state(request.raw_state.as_ref(), &ty)?;
            let whole = convert::names_all(request.raw_state.as_ref(), &ty);
            let upgraded = engine.upgrade(resource, stored, whole);
            Ok(pb::upgrade_resource_state::Response {
                upgraded_state: dynamic(&upgraded, &ty)?,
                diagnostics: Vec::new(),
            })
        })
        .await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("UpgradeResourceIdentity of {}", request.type_name), async move {
            // The identity has only one version: the stored one has it, or there is none.
            let resource = engine.resource(&request.type_name)?;
            let stored = convert::raw_state(request.raw_identity.as_ref(), &convert::identity_type(resource))?;
            Ok(pb::upgrade_resource_identity::Response {
                upgraded_identity: identity_data(Some(&stored), resource)?,
                diagnostics: Vec::new(),
            })
        })
        .await
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let (engine, mut request) = (self.engine.clone(), request.into_inner());
        answer(format!("ReadResource of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let ty = resource.ty();
            let identity = request.current_identity.as_ref();
            let stored =
                convert::stored(resource, &ty, request.current_state.take().as_ref(), request.private, identity)?;
            let Outcome { stored, diagnostics: found, .. } = engine.read(resource, stored).await;
            Ok(pb::read_resource::Response {
                new_state: dynamic(&stored.state, &ty)?,
                diagnostics: diagnostics(found),
                private: stored.private,
                deferred: None,
                new_identity: identity_data(stored.identity.as_ref(), resource)?,
            })
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let (engine, mut request) = (self.engine.clone(), request.into_inner());
        answer(format!("PlanResourceChange of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let ty = resource.ty();
            let identity = request.prior_identity.as_ref();
            let prior =
                convert::stored(resource, &ty, request.prior_state.take().as_ref(), request.prior_private, identity)?;
            // For a destroy the proposed state is null; the configuration may be present or not.
            let destroys = convert::is_null(request.proposed_new_state.take().as_ref());
            let config = if destroys { Value::Null } else { convert::value(request.config.take().as_ref(), &ty)? };
            let outcome = engine.plan(resource, prior, &config, &request.planned_private).await;
            Ok(pb::plan_resource_change::Response {
                planned_state: dynamic(&outcome.stored.state, &ty)?,
                requires_replace: outcome.replaces.iter().map(convert::path).collect(),
                planned_private: outcome.stored.private,
                diagnostics: diagnostics(outcome.diagnostics),
                legacy_type_system: false,
                deferred: None,
                planned_identity: identity_data(outcome.stored.identity.as_ref(), resource)?,
            })
        })
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let (engine, mut request) = (self.engine.clone(), request.into_inner());
        answer(format!("ApplyResourceChange of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let ty = resource.ty();
            let wanted = ApplyRequest {
                prior: convert::value(request.prior_state.take().as_ref(), &ty)?,
                planned: convert::value(request.planned_state.take().as_ref(), &ty)?,
                config: convert::value(request.config.take().as_ref(), &ty)?,
                private: request.planned_private,
                identity: identity_value(request.planned_identity.as_ref(), resource)?,
            };
            let Outcome { stored, diagnostics: found, .. } = engine.apply(resource, wanted).await;
            Ok(pb::apply_resource_change::Response {
                new_state: dynamic(&stored.state, &ty)?,
                private: stored.private,
                diagnostics: diagnostics(found),
                legacy_type_system: false,
                new_identity: identity_data(stored.identity.as_ref(), resource)?,
            })
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("ImportResourceState of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let target = match identity_value(request.identity.as_ref(), resource)? {
                Some(identity) => ImportTarget::Identity(identity),
                None => ImportTarget::Id(request.id),
            };
            let Outcome { stored, diagnostics: found, .. } = engine.import(resource, target).await;
            let mut response =
                pb::import_resource_state::Response { diagnostics: diagnostics(found), ..Default::default() };
            if !stored.state.is_null() {
                response.imported_resources.push(pb::import_resource_state::ImportedResource {
                    type_name: request.type_name,
                    state: dynamic(&stored.state, &resource.ty())?,
                    private: stored.private,
                    identity: identity_data(stored.identity.as_ref(), resource)?,
                });
            }
            Ok(response)
        })
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("MoveResourceState to {}", request.target_type_name), async move {
            let resource = engine.resource(&request.target_type_name)?;
            let ty = resource.ty();
            engine.may_move(&request.source_provider_address, &request.source_type_name, resource)?;
            let source = convert::raw_state(request.source_state.as_ref(), &ty)?;
            let whole = convert::names_all(request.source_state.as_ref(), &ty);
            let Stored { state, private, identity } = engine.moved(resource, source, &request.source_private, whole);
            Ok(pb::move_resource_state::Response {
                target_state: dynamic(&state, &ty)?,
                diagnostics: Vec::new(),
                target_private: private,
                target_identity: identity_data(identity.as_ref(), resource)?,
            })
        })
        .await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Answer<pb::generate_resource_config::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("GenerateResourceConfig of {}", request.type_name), async move {
            let resource = engine.resource(&request.type_name)?;
            let ty = resource.ty();
            let config = engine.generate(resource, convert::value(request.state.as_ref(), &ty)?);
            Ok(pb::generate_resource_config::Response { config: dynamic(&config, &ty)?, diagnostics: Vec::new() })
        })
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("ValidateDataResourceConfig of {}", request.type_name), async move {
            let ty =
                schema::data_type(engine.provider(), &request.type_name).ok_or_else(|| unknown(&request.type_name))?;
            let config = convert::value(request.config.as_ref(), &ty)?;
            let found = engine.validate_data(&request.type_name, &config);
            Ok(pb::validate_data_resource_config::Response { diagnostics: diagnostics(found) })
        })
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        let (engine, request) = (self.engine.clone(), request.into_inner());
        answer(format!("ReadDataSource of {}", request.type_name), async move {
            let ty =
                schema::data_type(engine.provider(), &request.type_name).ok_or_else(|| unknown(&request.type_name))?;
            let config = convert::value(request.config.as_ref(), &ty)?;
            let (state, found) = engine.read_data(&request.type_name, &config).await;
            Ok(pb::read_data_source::Response {
                state: dynamic(&state, &ty)?,
                diagnostics: diagnostics(found),
                deferred: None,
            })
        })
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

fn unknown(name: &str) -> Diagnostic {
    Diagnostic::error("Unknown data source", format!("This provider has no data source `{name}`."))
}
