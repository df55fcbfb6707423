//! Where an object is: its path, its key in words, its import id, its identity. Pure, told from the table.

use super::same::get;
use crate::diagnostic::quoted;
use crate::schema::Resource;
use crate::value::{Object, Value};

/// What a path template says for this object. `None` when an attribute that it names has no value yet.
pub(super) fn render(template: &str, object: &Object, computed: Option<&str>) -> Option<Vec<String>> {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => Some(segment.to_owned()),
        Some("") => computed.map(str::to_owned),
        Some(name) => get(object, name).as_str().filter(|text| !text.is_empty()).map(str::to_owned),
    };
    template.split('/').map(segment).collect()
}

/// The path of the collection.
pub(super) fn collection_path(resource: &'static Resource) -> Vec<String> {
    resource.collection.split('/').map(str::to_owned).collect()
}

/// The object's own path. `{}` in a template stands for what the table's hook computes from the object.
pub(super) fn object_path(resource: &'static Resource, object: &Object) -> Option<Vec<String>> {
    if let Some(template) = resource.path {
        let computed = resource.hooks.path_part.and_then(|compute| compute(object));
        return render(template, object, computed.as_deref());
    }
    let mut path = collection_path(resource);
    for key in resource.keys() {
        path.push(get(object, key.name).as_str().filter(|text| !text.is_empty())?.to_owned());
    }
    Some(path)
}

/// The key in words, which is also the import id: `a` or `a/b`.
pub(super) fn key_text(resource: &'static Resource, object: &Object) -> String {
    let keys: Vec<&str> = resource.keys().filter_map(|attr| get(object, attr.name).as_str()).collect();
    keys.join("/")
}

/// The object in words: what kind of thing it is, and its key if it has one.
pub(super) fn described(resource: &'static Resource, object: &Object) -> String {
    match key_text(resource, object) {
        key if key.is_empty() => resource.noun(),
        key => format!("{} {}", resource.noun(), quoted(&key)),
    }
}

/// The key attributes that an import id stands for.
pub(super) fn from_import_id(resource: &'static Resource, id: &str) -> Option<Object> {
    let count = resource.keys().count();
    let parts: Vec<&str> = id.splitn(count, '/').collect();
    let complete = parts.len() == count && parts.iter().all(|part| !part.is_empty());
    let key = |(attr, part): (&crate::schema::Attr, &&str)| (attr.name.to_owned(), Value::string(*part));
    complete.then(|| resource.keys().zip(&parts).map(|(attr, part)| key((attr, part))).collect())
}

/// The form of an import id, in words.
pub(super) fn import_form(resource: &'static Resource) -> String {
    let names: Vec<String> = resource.keys().map(|attr| attr.name.to_uppercase()).collect();
    names.join("/")
}

/// What identifies an object: its keys, as import takes them.
pub(super) fn identity(resource: &'static Resource, state: &Object) -> Option<Value> {
    let key = |attr: &'static crate::schema::Attr| {
        let value = get(state, attr.name);
        (value.is_known() && !value.is_null()).then(|| (attr.name.to_owned(), value.clone()))
    };
    resource.keys().map(key).collect::<Option<Object>>().map(Value::Object)
}

/// Terraform keeps no state that cannot be found again: true when every key has a value.
pub(super) fn has_key(resource: &'static Resource, object: &Object) -> bool {
    resource.keys().all(|attr| get(object, attr.name).as_str().is_some_and(|text| !text.is_empty()))
}
