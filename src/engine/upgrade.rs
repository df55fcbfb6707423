//! States that today's provider did not write: other providers of the same types, other versions, hands. Pure.

use super::memory::Memory;
use super::place::identity;
use super::{Engine, Stored};
use crate::diagnostic::Diagnostic;
use crate::schema::{Column, Resource, Role, columns};
use crate::value::Value;

/// Completes a state that was decoded by today's table. Version 0 is the only one so far, and the official provider
/// writes a subset of it, so there is nothing to convert; write-only values never survive.
pub(super) fn upgrade(resource: &'static Resource, state: Value) -> Value {
    let Value::Object(mut state) = state else { return state };
    for attr in resource.managed().filter(|attr| attr.secret) {
        state.insert(attr.write_only_name(), Value::Null);
    }
    Value::Object(state)
}

impl Engine {
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

    /// The object as this provider stores it. Nothing is remembered of what was configured there.
    pub fn moved(&self, resource: &'static Resource, state: Value) -> Stored {
        let state = upgrade(resource, state);
        let mut memory = Memory::default();
        let identity = state.as_object().and_then(|state| {
            memory.note_keys(resource, state);
            identity(resource, state)
        });
        Stored { state, private: memory.to_bytes(), identity }
    }

    /// A configuration that plans to no change for this state: what only the system gives is left out.
    pub fn generate(&self, resource: &'static Resource, state: Value) -> Value {
        let Value::Object(state) = state else { return state };
        let value = |column: Column| {
            let keep = column.role == Role::Plain && column.attr.settable();
            let value = state
                .get(column.name.as_ref())
                .filter(|value| keep && !(value.is_empty() && column.attr.ignores_emptiness()));
            (column.name.into_owned(), value.cloned().unwrap_or(Value::Null))
        };
        Value::Object(columns(resource.attrs).map(value).collect())
    }
}
