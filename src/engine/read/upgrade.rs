//! States that this version of the provider did not write: of older versions, of other providers with the same types,
//! edited by hand. Pure.

use crate::diagnostic::Diagnostic;
use crate::engine::values::address::identity;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::walk::rebuilt;
use crate::engine::{Engine, Stored};
use crate::schema::{Attr, Resource};
use crate::value::{At, Object, Value};

/// Completes a state that was decoded with the current table. There is only version 0, and the official provider
/// writes a subset of it, so nothing is converted. Write-only values are removed. A state that is not `whole` lacks
/// an attribute of the table, so that another provider wrote it: its nulls become the empty values of an import.
fn upgrade(resource: &'static Resource, state: Value, whole: bool) -> Value {
    let Value::Object(mut state) = state else { return state };
    for attr in resource.managed().filter(|attr| attr.is_secret()) {
        state.insert(attr.write_only_name(), Value::Null);
    }
    Value::Object(if whole { state } else { with_empty_values(resource.attrs, state) })
}

/// The object with nulls replaced by the empty values that an import stores, at every depth.
pub(crate) fn with_empty_values(attrs: &'static [Attr], mut object: Object) -> Object {
    for attr in attrs.iter().filter(|attr| attr.is_managed() && attr.settable()) {
        let value = match (object.remove(attr.name).unwrap_or(Value::Null), attr.kind.nested()) {
            (Value::Null, _) => attr.empty_value(),
            (value, None) => value,
            (value, Some(nested)) => spell_nothing_in(nested, &value),
        };
        object.insert(attr.name.to_owned(), value);
    }
    object
}

fn spell_nothing_in(nested: &'static [Attr], value: &Value) -> Value {
    rebuilt(value, &Value::Null, None, &At::Root, &mut |value, _, _| match value {
        Value::Object(object) => Value::Object(with_empty_values(nested, object.clone())),
        other => other.clone(),
    })
}

impl Engine {
    /// The state of an older schema, or of a hand-edited file, in the current one. The protocol has decoded it with
    /// the current table: attributes that the table lacks are dropped, new ones are null. `whole`: it has every
    /// attribute of the table.
    pub fn upgrade(&self, resource: &'static Resource, state: Value, whole: bool) -> Value {
        upgrade(resource, state, whole)
    }

    /// Whether a `moved` block may move an object from there: from a provider of the same name and type, in any
    /// registry or namespace.
    ///
    /// # Errors
    /// A diagnostic with what can be moved.
    pub fn may_move(&self, address: &str, type_name: &str, to: &'static Resource) -> Result<(), Diagnostic> {
        let provider = address.rsplit('/').next().unwrap_or(address);
        if provider == self.provider.name && type_name == to.name {
            return Ok(());
        }
        let detail = format!(
            "A `{}` can be moved only from the same type of another provider named `{}`, not from `{type_name}` \
             of `{address}`. Remove it there and import it here.",
            to.name, self.provider.name
        );
        Err(Diagnostic::error("The object cannot be moved", detail))
    }

    /// The moved object. `whole` as for an upgrade. The private state is kept if this provider wrote it under another
    /// address; otherwise what was configured is derived from the stored values.
    pub fn moved(&self, resource: &'static Resource, state: Value, private: &[u8], whole: bool) -> Stored {
        let state = upgrade(resource, state, whole && PrivateState::is_ours(private));
        let mut private = PrivateState::of(resource, state.as_object(), private);
        let identity = state.as_object().and_then(|state| {
            // Private state that already identifies its object keeps doing so.
            if private.keys.is_empty() {
                private.note_keys(resource, state);
            }
            identity(resource, state)
        });
        Stored { state, private: private.to_bytes(), identity }
    }
}
