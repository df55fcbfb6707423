//! An ephemeral resource as core uses it: validated, opened, renewed and closed, with core's checks on what is opened.

use std::time::{Duration, SystemTime};

use serde_json::Value as Json;

use super::codec::{decode, encode};
use super::pb;
use super::rules::invalid_plan;
use super::session::{Diagnostics, Session};
use super::shape::{Shape, is_wholly_known, normal};

/// What was opened or renewed. The result is null after an error, and after a renewal.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) result: Json,
    pub(crate) private: Vec<u8>,
    pub(crate) renew_at: Option<SystemTime>,
    pub(crate) diagnostics: Diagnostics,
}

impl Session {
    fn ephemeral_shape(&self, type_name: &str) -> Shape {
        let schema = self.schema.ephemeral_resource_schemas.get(type_name);
        Shape::of(schema.unwrap_or_else(|| panic!("no ephemeral resource {type_name}")))
    }

    /// The attributes that a configuration can have.
    pub(crate) fn ephemeral_arguments(&self, type_name: &str) -> Vec<String> {
        self.ephemeral_shape(type_name).settable().map(|(name, _)| name.clone()).collect()
    }

    pub(crate) async fn validate_ephemeral(&self, type_name: &str, config: &Json) -> Diagnostics {
        let config = Some(encode(config, &self.ephemeral_shape(type_name).ty()));
        let request = pb::validate_ephemeral_resource_config::Request { type_name: type_name.to_owned(), config };
        let answer = self.client().validate_ephemeral_resource_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    /// Core opens only what it has validated, and only what is wholly known.
    pub(crate) async fn open(&self, type_name: &str, config: &Json) -> Opened {
        let diagnostics = self.validate_ephemeral(type_name, config).await;
        if diagnostics.has_errors() {
            return Opened { result: Json::Null, private: Vec::new(), renew_at: None, diagnostics };
        }
        let (opened, deferred) = self.open_as(type_name, config, false).await;
        assert!(!deferred, "Provider deferred changes when Terraform did not allow deferrals");
        opened
    }

    /// The request by itself, from a host that allows deferrals or does not; and whether it was deferred.
    pub(crate) async fn open_as(&self, type_name: &str, config: &Json, deferral_allowed: bool) -> (Opened, bool) {
        let shape = self.ephemeral_shape(type_name);
        let ty = shape.ty();
        let config = normal(config, &ty);
        assert!(is_wholly_known(&config), "core does not open {type_name} then");
        let request = pb::open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(&config, &ty)),
            client_capabilities: Some(pb::ClientCapabilities { deferral_allowed, ..Default::default() }),
        };
        let answer = self.client().open_ephemeral_resource(request).await.expect("an answer").into_inner();
        let result = decode(answer.result.as_ref(), &ty).unwrap_or_else(|error| panic!("{type_name}: {error}"));
        let diagnostics = self.checked(answer.diagnostics);
        let deferred = answer.deferred.is_some();
        if deferred {
            assert!(!diagnostics.has_errors() && result.is_null(), "{type_name}: {diagnostics}");
            assert_eq!(answer.deferred.map(|it| it.reason()), Some(pb::deferred::Reason::ProviderConfigUnknown));
        } else if !diagnostics.has_errors() {
            let broken = invalid_plan(&shape, &Json::Null, &config, &result);
            assert!(
                broken.is_empty(),
                "Provider produced invalid ephemeral resource instance: {type_name}: {broken:#?}"
            );
            assert!(is_wholly_known(&result), "{type_name}: what is opened is known");
        }
        let opened = Opened {
            result,
            private: answer.private.unwrap_or_default(),
            renew_at: answer.renew_at.map(time),
            diagnostics,
        };
        assert!(
            opened.renew_at.is_none_or(|time| time > SystemTime::now()),
            "{type_name}: core would renew without end"
        );
        (opened, deferred)
    }

    pub(crate) async fn renew(&self, type_name: &str, private: &[u8]) -> Opened {
        let private = Some(private.to_vec());
        let request = pb::renew_ephemeral_resource::Request { type_name: type_name.to_owned(), private };
        let answer = self.client().renew_ephemeral_resource(request).await.expect("an answer").into_inner();
        let diagnostics = self.checked(answer.diagnostics);
        let renew_at = answer.renew_at.map(time);
        Opened { result: Json::Null, private: answer.private.unwrap_or_default(), renew_at, diagnostics }
    }

    /// `private` is that of the open: core keeps no other.
    pub(crate) async fn close(&self, type_name: &str, private: &[u8]) -> Diagnostics {
        let private = Some(private.to_vec());
        let request = pb::close_ephemeral_resource::Request { type_name: type_name.to_owned(), private };
        let answer = self.client().close_ephemeral_resource(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }
}

fn time(sent: prost_types::Timestamp) -> SystemTime {
    let seconds = u64::try_from(sent.seconds).expect("a time after 1970");
    SystemTime::UNIX_EPOCH + Duration::new(seconds, u32::try_from(sent.nanos).expect("nanoseconds"))
}
