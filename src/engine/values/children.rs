//! Children: objects that are configured inside another, as a map by name. Converts between objects of their own table
//! and entries of the map. Pure.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::engine::values::same::get;
use crate::schema::{Attr, Children, schema_attributes};
use crate::value::{Object, Path, Value};

/// The entries of such a map, by name.
pub(crate) type Entries = BTreeMap<String, Value>;

/// The entries that an object of the parent's table has.
pub(crate) fn entries(object: &Object, attr: &Attr) -> Entries {
    match get(object, attr.name) {
        Value::Map(children) => children.clone(),
        _ => Entries::new(),
    }
}

/// The attributes of one entry; none where there is no such entry.
pub(crate) fn entry(children: &Entries, name: &str) -> Object {
    children.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// A child as an object of its own table: with its name, and the name of its parent.
pub(crate) fn to_object(of: &Children, name: &str, parent: &str, child: &Object) -> Object {
    let mut object = child.clone();
    for key in of.table.keys() {
        object.insert(key.name.to_owned(), Value::string(name));
    }
    object.insert(of.link.to_owned(), Value::string(parent));
    object
}

/// A child as planned and as configured, both as objects of its own table.
pub(crate) fn to_objects(of: &Children, name: &str, parent: &str, child: &Value, config: &Entries) -> (Object, Object) {
    let planned = child.as_object().cloned().unwrap_or_default();
    (to_object(of, name, parent, &planned), to_object(of, name, parent, &entry(config, name)))
}

/// A child as an entry of its parent's map.
pub(crate) fn to_entry(attr: &'static Attr, object: &Object) -> Value {
    let nested = attr.kind.nested().unwrap_or_default();
    let attributes = schema_attributes(nested);
    Value::Object(
        attributes.map(|attribute| (attribute.name.to_string(), get(object, &attribute.name).clone())).collect(),
    )
}

/// The path of a child in its parent.
pub(crate) fn child_path(attr: &Attr, name: &str) -> Path {
    Path::attribute(attr.name).key(name)
}

pub(crate) fn within(found: Diagnostic, attr: &Attr, name: &str) -> Diagnostic {
    let mut path = child_path(attr, name);
    path.0.extend(found.path.clone().unwrap_or_default().0);
    found.at(path)
}
