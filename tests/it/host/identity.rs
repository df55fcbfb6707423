//! Identities and what else names an object: import, move, upgrade of stored states, configuration for an object.

use serde_json::Value as Json;

use super::codec::{decode, encode};
use super::pb;
use super::rules::not_storable;
use super::session::{Diagnostics, Object, Session, capabilities};
use super::shape::{is_unknown, is_wholly_known};

impl Session {
    pub(super) fn identity_data(&self, type_name: &str, identity: &Json) -> Option<pb::ResourceIdentityData> {
        let ty = self.identity_type(type_name).filter(|_| !identity.is_null())?;
        Some(pb::ResourceIdentityData { identity_data: Some(encode(identity, &ty)) })
    }

    pub(super) fn decoded_identity(&self, type_name: &str, sent: Option<&pb::ResourceIdentityData>) -> Json {
        let Some(sent) = sent else { return Json::Null };
        let ty = self.identity_type(type_name).unwrap_or_else(|| panic!("{type_name} has no identity schema"));
        let decoded = decode(sent.identity_data.as_ref(), &ty);
        decoded.unwrap_or_else(|error| panic!("{type_name}: Provider produced invalid identity: {error}"))
    }

    /// A create's may be open; an update echoes the prior one.
    pub(super) fn check_planned_identity(&self, prior: &Object, planned: &Json) {
        if !prior.state.is_null() {
            assert!(is_wholly_known(planned), "Provider produced invalid identity: {planned}");
            assert!(prior.identity.is_null() || prior.identity == *planned, "Unexpected Identity Change: {planned}");
        }
    }

    /// Whoever has an identity schema gives an identity with every state.
    pub(super) fn check_stored_identity(&self, object: &Object) {
        let has_schema = self.identities.contains_key(&object.type_name);
        assert_eq!(has_schema, !object.identity.is_null(), "{}: an identity comes with each state", object.type_name);
        let parts = object.identity.as_object().into_iter().flat_map(|identity| identity.values());
        assert!(parts.into_iter().all(|part| !part.is_null() && !is_unknown(part)), "{}", object.identity);
    }

    /// `terraform import`, and the read that follows it.
    pub(crate) async fn import(&self, type_name: &str, id: &str) -> Result<Object, Diagnostics> {
        self.import_by(type_name, id, &Json::Null).await
    }

    /// An `import` block with an identity.
    pub(crate) async fn import_identity(&self, type_name: &str, identity: &Json) -> Result<Object, Diagnostics> {
        self.import_by(type_name, "", identity).await
    }

    async fn import_by(&self, type_name: &str, id: &str, identity: &Json) -> Result<Object, Diagnostics> {
        let request = pb::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(capabilities()),
            identity: self.identity_data(type_name, identity),
        };
        let answer = self.client().import_resource_state(request).await.expect("an answer").into_inner();
        let found = self.checked(answer.diagnostics);
        if found.has_errors() {
            assert!(answer.imported_resources.is_empty(), "an object beside an error");
            return Err(found);
        }
        let [imported] = &answer.imported_resources[..] else { panic!("exactly one object is imported") };
        assert_eq!(imported.type_name, type_name);
        let object = Object {
            type_name: type_name.to_owned(),
            state: self.decoded(type_name, imported.state.as_ref()),
            private: imported.private.clone(),
            identity: self.decoded_identity(type_name, imported.identity.as_ref()),
        };
        assert!(object.state.is_object(), "Import returned null resource");
        let broken = not_storable(self.shape(type_name), &object.state);
        assert!(broken.is_empty(), "{type_name}: imported {broken:#?}");
        self.check_stored_identity(&object);
        let (read, found) = self.read(&object).await;
        match read.state.is_object() {
            true if !found.has_errors() => Ok(read),
            true => Err(found),
            false => Err(Diagnostics::of("Cannot import non-existent remote object")),
        }
    }

    /// A stored state, as the state file has it.
    pub(crate) async fn upgrade(&self, type_name: &str, version: i64, json: &Json) -> Result<Json, Diagnostics> {
        let raw_state = Some(pb::RawState { json: json.to_string().into_bytes(), ..Default::default() });
        let request = pb::upgrade_resource_state::Request { type_name: type_name.to_owned(), version, raw_state };
        let answer = self.client().upgrade_resource_state(request).await.expect("an answer").into_inner();
        let found = self.checked(answer.diagnostics);
        if found.has_errors() {
            return Err(found);
        }
        let state = self.decoded(type_name, answer.upgraded_state.as_ref());
        assert!(state.is_object(), "Terraform takes null for an object that is gone");
        let broken = not_storable(self.shape(type_name), &state);
        assert!(broken.is_empty(), "{type_name}: Invalid resource state upgrade: {broken:#?}");
        Ok(state)
    }

    /// A `moved` block from a type of the provider at this address.
    pub(crate) async fn move_from(
        &self,
        address: &str,
        source: &Object,
        target_type: &str,
    ) -> Result<Object, Diagnostics> {
        let request = pb::move_resource_state::Request {
            source_provider_address: address.to_owned(),
            source_type_name: source.type_name.clone(),
            source_state: Some(pb::RawState { json: source.state.to_string().into_bytes(), ..Default::default() }),
            source_private: source.private.clone(),
            target_type_name: target_type.to_owned(),
            ..Default::default()
        };
        let answer = self.client().move_resource_state(request).await.expect("an answer").into_inner();
        let found = self.checked(answer.diagnostics);
        if found.has_errors() {
            return Err(found);
        }
        let object = Object {
            type_name: target_type.to_owned(),
            state: self.decoded(target_type, answer.target_state.as_ref()),
            private: answer.target_private,
            identity: self.decoded_identity(target_type, answer.target_identity.as_ref()),
        };
        let broken = not_storable(self.shape(target_type), &object.state);
        assert!(broken.is_empty() && object.state.is_object(), "{target_type}: {broken:#?}");
        Ok(object)
    }

    /// A configuration for an object that was found, as core writes it to a file, and what is said to be missing in it.
    pub(crate) async fn generate(&self, type_name: &str, state: &Json) -> (Json, Diagnostics) {
        let state = self.value(type_name, state);
        let request = pb::generate_resource_config::Request { type_name: type_name.to_owned(), state };
        let answer = self.client().generate_resource_config(request).await.expect("an answer").into_inner();
        let found = self.checked(answer.diagnostics);
        assert!(!found.has_errors(), "{found}");
        let mut config = self.decoded(type_name, answer.config.as_ref());
        let block = self.schema.resource_schemas[type_name].block.as_ref().expect("a block");
        for attribute in block.attributes.iter().filter(|attribute| attribute.deprecated) {
            config[&attribute.name] = Json::Null;
        }
        (config, found)
    }
}
