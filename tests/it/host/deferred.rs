//! What may be deferred, asked by a host that allows that or does not.

use serde_json::Value as Json;

use super::codec::{decode, encode};
use super::pb;
use super::rules::proposed;
use super::session::{Diagnostics, Object, Session};
use super::shape::normal;

/// An answer of an RPC that may be deferred.
pub(crate) struct Deferrable {
    pub(crate) deferred: bool,
    /// The state, the plan or the data.
    pub(crate) value: Json,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Json,
    pub(crate) diagnostics: Diagnostics,
}

fn capabilities(deferral_allowed: bool) -> Option<pb::ClientCapabilities> {
    Some(pb::ClientCapabilities { deferral_allowed, ..super::session::capabilities() })
}

/// Core knows only reasons that it can name.
fn is_deferred(sent: Option<pb::Deferred>) -> bool {
    sent.map(|sent| assert_eq!(sent.reason(), pb::deferred::Reason::ProviderConfigUnknown)).is_some()
}

impl Session {
    pub(crate) async fn read_as(&self, object: &Object, deferral_allowed: bool) -> Deferrable {
        let name = &object.type_name;
        let request = pb::read_resource::Request {
            type_name: name.clone(),
            current_state: self.value(name, &object.state),
            private: object.private.clone(),
            client_capabilities: capabilities(deferral_allowed),
            current_identity: self.identity_data(name, &object.identity),
            ..Default::default()
        };
        let answer = self.client().read_resource(request).await.expect("an answer").into_inner();
        Deferrable {
            deferred: is_deferred(answer.deferred),
            value: self.decoded(name, answer.new_state.as_ref()),
            private: answer.private,
            identity: self.decoded_identity(name, answer.new_identity.as_ref()),
            diagnostics: self.checked(answer.diagnostics),
        }
    }

    /// A null configuration is a destroy.
    pub(crate) async fn plan_as(&self, prior: &Object, config: &Json, deferral_allowed: bool) -> Deferrable {
        let name = &prior.type_name;
        let config = normal(config, self.ty(name));
        let wanted = if config.is_null() { Json::Null } else { proposed(self.shape(name), &prior.state, &config) };
        let request = pb::plan_resource_change::Request {
            type_name: name.clone(),
            prior_state: self.value(name, &prior.state),
            proposed_new_state: self.value(name, &wanted),
            config: self.value(name, &config),
            prior_private: prior.private.clone(),
            client_capabilities: capabilities(deferral_allowed),
            prior_identity: self.identity_data(name, &prior.identity),
            ..Default::default()
        };
        let answer = self.client().plan_resource_change(request).await.expect("an answer").into_inner();
        Deferrable {
            deferred: is_deferred(answer.deferred),
            value: self.decoded(name, answer.planned_state.as_ref()),
            private: answer.planned_private,
            identity: self.decoded_identity(name, answer.planned_identity.as_ref()),
            diagnostics: self.checked(answer.diagnostics),
        }
    }

    /// A deferred import may have no object: core makes one up.
    pub(crate) async fn import_as(&self, type_name: &str, id: &str, deferral_allowed: bool) -> Deferrable {
        let request = pb::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: capabilities(deferral_allowed),
            ..Default::default()
        };
        let answer = self.client().import_resource_state(request).await.expect("an answer").into_inner();
        let imported = answer.imported_resources.first();
        Deferrable {
            deferred: is_deferred(answer.deferred),
            value: imported.map_or(Json::Null, |it| self.decoded(type_name, it.state.as_ref())),
            private: imported.map(|it| it.private.clone()).unwrap_or_default(),
            identity: Json::Null,
            diagnostics: self.checked(answer.diagnostics),
        }
    }

    pub(crate) async fn read_data_as(&self, type_name: &str, config: &Json, deferral_allowed: bool) -> Deferrable {
        let ty = self.data_shape(type_name).ty();
        let request = pb::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(config, &ty)),
            client_capabilities: capabilities(deferral_allowed),
            ..Default::default()
        };
        let answer = self.client().read_data_source(request).await.expect("an answer").into_inner();
        Deferrable {
            deferred: is_deferred(answer.deferred),
            value: decode(answer.state.as_ref(), &ty).expect("a value of the type"),
            private: Vec::new(),
            identity: Json::Null,
            diagnostics: self.checked(answer.diagnostics),
        }
    }
}
