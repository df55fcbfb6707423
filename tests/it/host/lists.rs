//! `terraform query` as core does it: it takes results until the limit, and drops everything if one comes with an error.

use serde_json::Value as Json;

use super::codec::encode;
use super::pb;
use super::rules::not_storable;
use super::session::{Diagnostics, Session};
use super::shape::{Shape, is_unknown};

/// One result. The object is null where none was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) identity: Json,
    pub(crate) display_name: String,
    pub(crate) object: Json,
}

impl Session {
    pub(crate) async fn validate_list(&self, type_name: &str, filters: &Json) -> Diagnostics {
        let request = pb::validate_list_resource_config::Request {
            type_name: type_name.to_owned(),
            config: self.filters(type_name, filters),
            ..Default::default()
        };
        let answer = self.client().validate_list_resource_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    /// The filters as core sends them: an object even where none is configured.
    fn filters(&self, type_name: &str, filters: &Json) -> Option<pb::DynamicValue> {
        let schema = self.schema.list_resource_schemas.get(type_name);
        let shape = Shape::of(schema.unwrap_or_else(|| panic!("no list resource {type_name}")));
        Some(encode(filters, &shape.ty()))
    }

    /// The results and warnings, or all that is wrong.
    pub(crate) async fn list(
        &self,
        type_name: &str,
        filters: &Json,
        limit: usize,
        with_objects: bool,
    ) -> Result<(Vec<Listed>, Diagnostics), Diagnostics> {
        let validated = self.validate_list(type_name, filters).await;
        if validated.has_errors() {
            return Err(validated);
        }
        let request = pb::list_resource::Request {
            type_name: type_name.to_owned(),
            config: self.filters(type_name, filters),
            include_resource_object: with_objects,
            limit: i64::try_from(limit).expect("a limit"),
        };
        let mut events = self.client().list_resource(request).await.expect("a stream").into_inner();
        let (mut results, mut said) = (Vec::new(), Diagnostics::default());
        while results.len() < limit {
            // A status would be shown as it is.
            let Some(event) = events.message().await.expect("no status") else { break };
            said.0.extend(self.checked(event.diagnostic).0);
            if said.has_errors() {
                return Err(said);
            }
            let Some(identity) = &event.identity else {
                assert!(!said.is_clean(), "{type_name}: missing identity data in ListResource event");
                assert!(event.resource_object.is_none(), "{type_name}: an object without an identity");
                continue;
            };
            let identity = self.decoded_identity(type_name, Some(identity));
            let parts: Vec<&Json> = identity.as_object().expect("an identity").values().collect();
            assert!(!parts.is_empty() && parts.iter().all(|part| !part.is_null() && !is_unknown(part)), "{identity}");
            assert!(!event.display_name.is_empty(), "{identity} has no name");
            assert_eq!(event.resource_object.is_some(), with_objects, "{identity}");
            let object = self.decoded(type_name, event.resource_object.as_ref());
            // Core panics on a null object when it generates configuration.
            assert_eq!(object.is_object(), with_objects, "{identity}");
            let broken = not_storable(self.shape(type_name), &object);
            assert!(!with_objects || broken.is_empty(), "{type_name}: {broken:#?}");
            results.push(Listed { identity, display_name: event.display_name, object });
        }
        Ok((results, said))
    }

    /// What `terraform query` lists without filters.
    ///
    /// # Panics
    /// If there is an error.
    pub(crate) async fn list_all(&self, type_name: &str, with_objects: bool) -> Vec<Listed> {
        let listed = self.list(type_name, &serde_json::json!({}), 1_000, with_objects).await;
        listed.unwrap_or_else(|found| panic!("{type_name}: {found}")).0
    }
}
