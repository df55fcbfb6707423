//! A workspace with one object, whose attributes change from apply to apply. It knows nothing of what is tested with it.

use serde_json::{Value as Json, json};

use super::{connection, minimal, with_agent};
use crate::terraform::{Config, Gateway, Terraform};

/// One object of a type, labelled `it` and named `tf-it`, in a workspace of its own.
pub(super) struct One {
    pub(super) terraform: Terraform,
    config: Config,
    type_name: &'static str,
}

impl One {
    /// A connection that is not yet applied.
    pub(super) fn connection(gateway: &Gateway, more: &Json) -> Self {
        let mut config = with_agent(gateway);
        connection(&mut config, "it", minimal("tf-it"));
        Self { terraform: Terraform::new(gateway), config, type_name: "hoop_connection" }.with(more)
    }

    /// The same of a resource.
    pub(super) fn resource(gateway: &Gateway, more: &Json) -> Self {
        let mut config = with_agent(gateway);
        config.set("hoop_resource", "it", json!({ "name": "tf-it", "type": "custom" }));
        Self { terraform: Terraform::new(gateway), config, type_name: "hoop_resource" }.with(more)
    }

    /// Sets attributes; null takes one out.
    pub(super) fn with(mut self, attributes: &Json) -> Self {
        let object = self.config.get(self.type_name, "it");
        object.extend(attributes.as_object().expect("an object").clone());
        self.terraform.configure(&self.config);
        self
    }

    #[track_caller]
    pub(super) fn apply(self) -> Self {
        self.terraform.apply().ok();
        self.terraform.second_plan_is_empty();
        self
    }

    pub(super) fn state(&self) -> Json {
        self.terraform.object(&format!("{}.it", self.type_name))
    }
}
