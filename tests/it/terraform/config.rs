//! Configurations as data, in Terraform's JSON syntax: what a test wants to vary is a value, not text.

use serde_json::{Map, Value as Json, json};

/// The resources of a configuration.
#[derive(Clone, Default)]
pub(crate) struct Config(Map<String, Json>);

/// An expression that refers to another object.
pub(crate) fn reference(expression: &str) -> Json {
    Json::String(format!("${{{expression}}}"))
}

impl Config {
    /// Adds or replaces a resource.
    pub(crate) fn set(&mut self, kind: &str, label: &str, attributes: Json) {
        let of_kind = self.0.entry(kind).or_insert_with(|| json!({}));
        of_kind[label] = attributes;
    }

    /// The attributes of a resource that was set.
    pub(crate) fn get(&mut self, kind: &str, label: &str) -> &mut Map<String, Json> {
        self.0[kind][label].as_object_mut().expect("the resource was set")
    }

    pub(super) fn to_json(&self) -> String {
        json!({ "resource": self.0 }).to_string()
    }
}
