//! A configuration for a state: what was imported with it plans empty. Pure.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::Engine;
use crate::engine::validate::{self, Identifiers};
use crate::engine::values::address::{described, key_text};
use crate::engine::values::children::{entry, to_object};
use crate::engine::values::same::get;
use crate::engine::values::walk::rebuilt;
use crate::schema::{Attr, Resource, Role, schema_attributes};
use crate::value::{At, Object, Path, Step, Value};

impl Engine {
    /// A configuration that plans no change for this state. It contains no secrets, no computed values, and nothing that
    /// the configuration of another type contains: the objects inside this one are objects of their own, unless one of them
    /// can only be configured here.
    pub fn generate(&self, resource: &'static Resource, state: &Value) -> Value {
        let inside = if self.has_dependents(resource, state) { Inside::Configured } else { Inside::LeftOut };
        generated(resource, state, inside)
    }

    /// Whether no configuration of its own describes one of the objects inside this one.
    fn has_dependents(&self, resource: &'static Resource, state: &Value) -> bool {
        let (Some((attr, of)), Some(state)) = (resource.children(), state.as_object()) else { return false };
        let (Some(own), Value::Map(children)) = (self.provider.resource(of.table.name), get(state, attr.name)) else {
            return false;
        };
        let parent = key_text(resource, state);
        let object = |name: &String| Value::Object(to_object(of, name, &parent, &entry(children, name)));
        children.keys().any(|name| describes(own, &object(name), &str::to_owned).is_err())
    }

    /// The same with the objects inside this one, which are then no objects of their own.
    pub fn generate_with_children(&self, resource: &'static Resource, state: &Value) -> Value {
        generated(resource, state, Inside::Configured)
    }

    /// Warnings about what has to be added to a generated configuration.
    pub fn incomplete(&self, resource: &'static Resource, config: &Value) -> Diagnostics {
        let Some(config) = config.as_object() else { return Diagnostics::new() };
        incomplete(resource, config, errors(resource, config), &|text| self.redactor.redact(text))
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
    // What the system added by itself is no difference if it is left out, and may go by itself.
    for attr in resource.managed() {
        if let (Some(added), Some(value)) = (attr.added_by_server(state), config.get_mut(attr.name)) {
            remove(value, &added);
            if value.is_empty() && attr.ignores_emptiness() {
                *value = Value::Null;
            }
        }
    }
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

/// Whether a configuration describes an object with this state: the warnings about what has to be added to it.
///
/// # Errors
/// Why none does, whatever is added: the rules do not accept a value that was read.
pub(super) fn describes(
    resource: &'static Resource,
    state: &Value,
    redacted: &dyn Fn(&str) -> String,
) -> Result<Diagnostics, String> {
    let Value::Object(config) = generated(resource, state, Inside::LeftOut) else { return Ok(Diagnostics::new()) };
    let is_of_read_value = |error: &&Diagnostic| {
        let attr = error.path.as_ref().and_then(|path| attr_at(resource.attrs, &path.0));
        attr.is_none_or(|attr| attr.is_readable() && !attr.is_sensitive())
    };
    let wrong = errors(resource, &config);
    match wrong.iter().find(is_of_read_value) {
        Some(error) => Err(redacted(&error.detail)),
        None => Ok(incomplete(resource, &config, wrong, redacted)),
    }
}

/// What has to be added to a configuration with these errors. An error can contain a value of the system, and in it a
/// secret.
fn incomplete(
    resource: &'static Resource,
    config: &Object,
    wrong: Diagnostics,
    redacted: &dyn Fn(&str) -> String,
) -> Diagnostics {
    let summary = || format!("A configuration of the {} needs more than can be read", described(resource, config));
    let missing = |error: Diagnostic| Diagnostic::warning(redacted(&summary()), redacted(&error.detail));
    wrong.into_iter().map(missing).collect()
}

/// The attribute at a position.
fn attr_at(attrs: &'static [Attr], path: &[Step]) -> Option<&'static Attr> {
    let (first, rest) = path.split_first()?;
    let Step::Attribute(name) = first else { return attr_at(attrs, rest) };
    let attr = attrs.iter().find(|attr| attr.name == name)?;
    let inner = attr.kind.nested().and_then(|nested| attr_at(nested, rest));
    inner.or(Some(attr))
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

/// Removes these elements or entries.
fn remove(value: &mut Value, added: &Value) {
    match (value, added) {
        (Value::Set(items) | Value::List(items), Value::Set(added) | Value::List(added)) => {
            items.retain(|item| !added.contains(item));
        }
        (Value::Map(entries), Value::Map(added)) => {
            entries.retain(|key, value| added.get(key) != Some(value));
        }
        _ => {}
    }
}

fn errors(resource: &'static Resource, config: &Object) -> Diagnostics {
    validate::resource(resource, config, Identifiers::Real).into_iter().filter(Diagnostic::is_error).collect()
}

fn concerns(error: &Diagnostic, attr: &Attr) -> bool {
    let first = error.path.as_ref().and_then(|Path(steps)| steps.first());
    matches!(first, Some(Step::Attribute(name)) if name == attr.name)
}
