//! Actions as core runs them: validated, planned, and invoked with a stream of events that ends with exactly one result.

use serde_json::Value as Json;

use super::codec::encode;
use super::pb;
use super::pb::invoke_action::event::{Completed, Progress, Type};
use super::session::{Diagnostics, Session, capabilities};
use super::shape::Shape;

/// What came of an invocation.
#[derive(Clone, Debug)]
pub(crate) struct Invoked {
    pub(crate) progress: Vec<String>,
    pub(crate) diagnostics: Diagnostics,
}

impl Session {
    pub(crate) fn action_shape(&self, name: &str) -> Shape {
        let schema = self.schema.action_schemas.get(name).unwrap_or_else(|| panic!("no action {name}"));
        Shape::of(schema.schema.as_ref().expect("core crashes on an action without a schema"))
    }

    fn action_config(&self, name: &str, config: &Json) -> Option<pb::DynamicValue> {
        Some(encode(config, &self.action_shape(name).ty()))
    }

    /// The configuration may hold unknown values.
    pub(crate) async fn validate_action(&self, name: &str, config: &Json) -> Diagnostics {
        let config = self.action_config(name, config);
        let request = pb::validate_action_config::Request { type_name: name.to_owned(), config };
        let answer = self.client().validate_action_config(request).await.expect("an answer").into_inner();
        self.checked(answer.diagnostics)
    }

    /// The same.
    pub(crate) async fn plan_action(&self, name: &str, config: &Json) -> Diagnostics {
        let (deferred, found) = self.plan_action_as(name, config, false).await;
        assert!(!deferred, "{name}: deferred, which this host does not allow");
        found
    }

    /// Whether it is deferred, and what is said.
    pub(crate) async fn plan_action_as(
        &self,
        name: &str,
        config: &Json,
        deferral_allowed: bool,
    ) -> (bool, Diagnostics) {
        let request = pb::plan_action::Request {
            action_type: name.to_owned(),
            config: self.action_config(name, config),
            client_capabilities: Some(pb::ClientCapabilities { deferral_allowed, ..capabilities() }),
        };
        let answer = self.client().plan_action(request).await.expect("an answer").into_inner();
        (answer.deferred.is_some(), self.checked(answer.diagnostics))
    }

    pub(crate) async fn invoke(&self, name: &str, config: &Json) -> Invoked {
        let request = pb::invoke_action::Request {
            action_type: name.to_owned(),
            config: self.action_config(name, config),
            client_capabilities: Some(capabilities()),
        };
        let mut events = self.client().invoke_action(request).await.expect("a stream").into_inner();
        let (mut progress, mut ends) = (Vec::new(), Vec::new());
        while let Some(event) = events.message().await.expect("no status") {
            assert!(ends.is_empty(), "{name}: an event after the last one");
            match event.r#type.unwrap_or_else(|| panic!("{name}: core crashes on an empty event")) {
                Type::Progress(Progress { message }) => {
                    assert!(!message.trim().is_empty(), "{name}: progress without words");
                    progress.push(message);
                }
                Type::Completed(Completed { diagnostics }) => ends.push(self.checked(diagnostics)),
            }
        }
        let diagnostics = ends.pop().unwrap_or_else(|| panic!("{name}: the stream ended without a result"));
        Invoked { progress, diagnostics }
    }
}
