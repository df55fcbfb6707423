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
        generated(resource, state, Inside::LeftOut)
    }

    /// The same with the objects inside this one, which are then no objects of their own.
    pub fn generate_with_children(&self, resource: &'static Resource, state: &Value) -> Value {
        generated(resource, state, Inside::Configured)
    }

    /// Warnings about what has to be added to a generated configuration.
    pub fn incomplete(&self, resource: &'static Resource, config: &Value) -> Diagnostics {
        let redacted = |text: &str| self.redactor.redact(text);
        config.as_object().map_or_else(Diagnostics::new, |config| incomplete(resource, config, &redacted))
    }
}

/// What becomes of the objects inside another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    LeftOut,
    Configured,
}

fn generated(resource: &'static Resource, state: &Value, inside: Inside) -> Value {
    let Value::Object(state) = state else { return Value::Null };
    let mut config = configured(resource.attrs, state, inside);
    // A value that lacks a secret beside it, or contradicts another one, is left alone.
    for attr in resource.managed().filter(|attr| attr.is_left_alone()) {
        let wrong = errors(resource, &config);
        if !wrong.iter().any(|error| concerns(error, attr)) {
            continue;
        }
        let mut without = config.clone();
        without.insert(attr.name.to_owned(), Value::Null);
        if errors(resource, &without).len() < wrong.len() {
            config = without;
        }
    }
    Value::Object(config)
}

/// An error can contain a value of the system, and in it a secret.
fn incomplete(resource: &'static Resource, config: &Object, redacted: &dyn Fn(&str) -> String) -> Diagnostics {
    let summary = || format!("A configuration of the {} needs more than can be read", described(resource, config));
    let missing = |error: Diagnostic| Diagnostic::warning(redacted(&summary()), redacted(&error.detail));
    errors(resource, config).into_iter().map(missing).collect()
}

/// The same warnings for an object that is listed with its state.
pub(super) fn missing_in(resource: &'static Resource, state: &Value, redacted: &dyn Fn(&str) -> String) -> Diagnostics {
    match generated(resource, state, Inside::LeftOut) {
        Value::Object(config) => incomplete(resource, &config, redacted),
        _ => Diagnostics::new(),
    }
}

/// The values of the state that a configuration can have.
fn configured(attrs: &'static [Attr], state: &Object, inside: Inside) -> Object {
    let each = schema_attributes(attrs).map(|attribute| {
        let (attr, value) = (attribute.attr, get(state, &attribute.name));
        let is_other = attr.child_objects().is_some() && inside == Inside::LeftOut;
        let is_own = attr.settable() && !attr.is_sensitive() && !is_other;
        let is_nothing = value.is_empty() && attr.ignores_emptiness();
        let value = match (attribute.role, attr.kind.nested()) {
            (Role::WriteOnly | Role::Version, _) => Value::Null,
            _ if !is_own || is_nothing || attr.element_path().is_some() => Value::Null,
            (Role::Plain, None) => value.clone(),
            (Role::Plain, Some(nested)) => {
                rebuilt(value, &Value::Null, None, &At::Root, &mut |value, _, _| match value {
                    Value::Object(object) => Value::Object(configured(nested, object, inside)),
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
