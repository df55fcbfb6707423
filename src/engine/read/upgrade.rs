//! States that today's provider did not write: other providers of the same types, other versions, hands. Pure.

use crate::diagnostic::Diagnostic;
use crate::engine::values::address::identity;
use crate::engine::values::private_state::PrivateState;
use crate::engine::{Engine, Stored};
use crate::schema::{Attr, Resource, Role, SchemaAttribute, schema_attributes};
use crate::value::{Object, Value};

/// Completes a state that was decoded by today's table. Version 0 is the only one so far, and the official provider
/// writes a subset of it, so there is nothing to convert; write-only values never survive. A state that is not `whole`,
/// since it lacks an attribute of today's table, is not this provider's: nothing is spelt as an import spells it.
fn upgrade(resource: &'static Resource, state: Value, whole: bool) -> Value {
    let Value::Object(mut state) = state else { return state };
    for attr in resource.managed().filter(|attr| attr.secret) {
        state.insert(attr.write_only_name(), Value::Null);
    }
    Value::Object(if whole { state } else { with_empty_values(resource.attrs, state) })
}

/// The object with nothing spelt, at every depth, as where no plan of this provider has chosen a notes.
pub(crate) fn with_empty_values(attrs: &'static [Attr], mut object: Object) -> Object {
    for attr in attrs.iter().filter(|attr| attr.managed && attr.settable()) {
        let value = match (object.remove(attr.name).unwrap_or(Value::Null), attr.kind.nested()) {
            (Value::Null, _) => attr.empty_value(),
            (value, None) => value,
            (value, Some(nested)) => spell_nothing_in(nested, value),
        };
        object.insert(attr.name.to_owned(), value);
    }
    object
}

fn spell_nothing_in(nested: &'static [Attr], value: Value) -> Value {
    let inner = |value| spell_nothing_in(nested, value);
    match value {
        Value::Object(object) => Value::Object(with_empty_values(nested, object)),
        Value::List(items) => Value::List(items.into_iter().map(inner).collect()),
        Value::Set(items) => Value::set(items.into_iter().map(inner).collect()),
        Value::Map(entries) => Value::Map(entries.into_iter().map(|(key, item)| (key, inner(item))).collect()),
        other => other,
    }
}

impl Engine {
    /// The state of an older schema, or of a hand-edited file, in today's. The protocol has decoded it by today's
    /// table already: what the table lacks is gone, what it adds is null. `whole`: it named every attribute of the table.
    pub fn upgrade(&self, resource: &'static Resource, state: Value, whole: bool) -> Value {
        upgrade(resource, state, whole)
    }

    /// Whether a `moved` block may bring an object from there: a provider of the same name and types, in whatever
    /// registry or namespace.
    ///
    /// # Errors
    /// A diagnostic that says what could be moved.
    pub fn may_move(&self, address: &str, type_name: &str, to: &'static Resource) -> Result<(), Diagnostic> {
        let provider = address.rsplit('/').next().unwrap_or(address);
        if provider == self.provider.name && type_name == to.name {
            return Ok(());
        }
        let detail = format!(
            "A `{}` can be moved from the same type of another provider called `{}`, not from `{type_name}` of \
             `{address}`. Remove it there and import it here.",
            to.name, self.provider.name
        );
        Err(Diagnostic::error("The object cannot be moved", detail))
    }

    /// The object as this provider stores it. `whole` as for an upgrade. What the source remembers is taken over if it is
    /// this provider under another address; else what was configured there is told by what is stored.
    pub fn moved(&self, resource: &'static Resource, state: Value, private: &[u8], whole: bool) -> Stored {
        let state = upgrade(resource, state, whole && PrivateState::is_ours(private));
        let mut private = PrivateState::of(resource, state.as_object(), private);
        let identity = state.as_object().and_then(|state| {
            // A private that knows its object goes on telling it from others.
            if private.keys.is_empty() {
                private.note_keys(resource, state);
            }
            identity(resource, state)
        });
        Stored { state, private: private.to_bytes(), identity }
    }

    /// A configuration that plans to no change for this state: what only the system gives is left out.
    pub fn generate(&self, resource: &'static Resource, state: Value) -> Value {
        let Value::Object(state) = state else { return state };
        let value = |column: SchemaAttribute| {
            let keep = column.role == Role::Plain && column.attr.settable();
            let value = state
                .get(column.name.as_ref())
                .filter(|value| keep && !(value.is_empty() && column.attr.ignores_emptiness()));
            (column.name.into_owned(), value.cloned().unwrap_or(Value::Null))
        };
        Value::Object(schema_attributes(resource.attrs).map(value).collect())
    }
}
