//! Children: objects that are configured inside another, as a map by name. Converts between objects of their own table
//! and entries of the map. Pure.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::engine::values::same::get;
use crate::schema::{Attr, Children, schema_attributes};
use crate::value::{Object, Path, Value};

pub(crate) type Family = BTreeMap<String, Value>;

pub(crate) fn family(object: &Object, attr: &Attr) -> Family {
    match get(object, attr.name) {
        Value::Map(children) => children.clone(),
        _ => Family::new(),
    }
}

pub(crate) fn member(children: &Family, name: &str) -> Object {
    children.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// A child as an object of its own table: with its name, and the name of its parent.
pub(crate) fn whole(of: &Children, name: &str, parent: &str, child: &Object) -> Object {
    let mut object = child.clone();
    for key in of.table.keys() {
        object.insert(key.name.to_owned(), Value::string(name));
    }
    object.insert(of.link.to_owned(), Value::string(parent));
    object
}

/// A child as planned and as configured, both as objects of its own table.
pub(crate) fn wholes(of: &Children, name: &str, parent: &str, child: &Value, config: &Family) -> (Object, Object) {
    let planned = child.as_object().cloned().unwrap_or_default();
    (whole(of, name, parent, &planned), whole(of, name, parent, &member(config, name)))
}

/// A child as an entry of its parent's map.
pub(crate) fn part(attr: &'static Attr, object: &Object) -> Value {
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
