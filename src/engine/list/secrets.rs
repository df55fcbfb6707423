//! An object without its secrets, for results that are printed. Pure.

use crate::engine::values::same::get;
use crate::engine::values::walk::rebuilt;
use crate::schema::{Attr, Role, schema_attributes};
use crate::value::{At, Object, Value};

/// The object with null in place of each sensitive value, at every depth.
pub(super) fn without_secrets(attrs: &'static [Attr], object: &Object) -> Object {
    let each = schema_attributes(attrs).map(|attribute| {
        let value = get(object, &attribute.name);
        let value = match (attribute.role, attribute.attr.kind.nested()) {
            (Role::Plain, _) if attribute.attr.is_sensitive() => Value::Null,
            (Role::Plain, Some(nested)) => {
                rebuilt(value, &Value::Null, None, &At::Root, &mut |value, _, _| match value {
                    Value::Object(inner) => Value::Object(without_secrets(nested, inner)),
                    other => other.clone(),
                })
            }
            _ => value.clone(),
        };
        (attribute.name.into_owned(), value)
    });
    each.collect()
}
