//! A configuration for a state: what was imported with it plans empty. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::Engine;
use crate::engine::validate::{self, Identifiers};
use crate::engine::values::address::described;
use crate::engine::values::same::get;
use crate::engine::values::walk::rebuilt;
use crate::schema::{Attr, Resource, Role, schema_attributes};
use crate::value::{At, Object, Path, Step, Value};

impl Engine {
    /// A configuration that plans no change for this state. It contains no secrets, no computed values, and nothing that
    /// the configuration of another type contains: the objects inside this one are objects of their own.
    pub fn generate(&self, resource: &'static Resource, state: &Value) -> Value {
        let Value::Object(state) = state else { return Value::Null };
        let mut config = configured(resource.attrs, state);
        // A value that lacks a secret beside it, or contradicts another one, is left alone.
        for attr in resource.managed().filter(|attr| attr.is_left_alone()) {
            let wrong = errors(resource, &config);
            if !wrong.iter().any(|error| concerns(error, attr)) {
                continue;
            }
            let without = config.clone().into_iter().map(|(name, value)| {
                let value = if name == attr.name { Value::Null } else { value };
                (name, value)
            });
            let without: Object = without.collect();
            if errors(resource, &without).len() < wrong.len() {
                config = without;
            }
        }
        Value::Object(config)
    }

    /// What has to be added to a generated configuration: values that no response contains.
    pub fn incomplete(&self, resource: &'static Resource, config: &Value) -> Diagnostics {
        let Some(config) = config.as_object() else { return Diagnostics::new() };
        let summary = || format!("The generated configuration of the {} is incomplete", described(resource, config));
        let missing = |error: Diagnostic| Diagnostic::warning(summary(), error.detail);
        errors(resource, config).into_iter().map(missing).collect()
    }
}

/// The values of the state that a configuration can have.
fn configured(attrs: &'static [Attr], state: &Object) -> Object {
    let each = schema_attributes(attrs).map(|attribute| {
        let (attr, value) = (attribute.attr, get(state, &attribute.name));
        let is_own = attr.settable() && !attr.is_sensitive() && attr.child_objects().is_none();
        let is_nothing = value.is_empty() && attr.ignores_emptiness();
        let value = match (attribute.role, attr.kind.nested()) {
            (Role::WriteOnly | Role::Version, _) => Value::Null,
            _ if !is_own || is_nothing || attr.element_path().is_some() => Value::Null,
            (Role::Plain, None) => value.clone(),
            (Role::Plain, Some(nested)) => {
                rebuilt(value, &Value::Null, None, &At::Root, &mut |value, _, _| match value {
                    Value::Object(inner) => Value::Object(configured(nested, inner)),
                    other => other.clone(),
                })
            }
        };
        (attribute.name.into_owned(), value)
    });
    each.collect()
}

fn errors(resource: &'static Resource, config: &Object) -> Diagnostics {
    validate::resource(resource, config, Identifiers::Real).into_iter().filter(Diagnostic::is_error).collect()
}

fn concerns(error: &Diagnostic, attr: &Attr) -> bool {
    let first = error.path.as_ref().and_then(|Path(steps)| steps.first());
    matches!(first, Some(Step::Attribute(name)) if name == attr.name)
}
