//! The address of an object by its table: path, key, import ID, identity, and its name in messages. Pure.

use crate::diagnostic::{Diagnostic, quoted};
use crate::engine::values::same::get;
use crate::schema::Resource;
use crate::value::{Object, Value};

/// The path template with the values of this object. `None` if an attribute in it has no value yet.
pub(crate) fn render(template: &str, object: &Object, computed: Option<&str>) -> Option<Vec<String>> {
    let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => Some(segment.to_owned()),
        Some("") => computed.map(str::to_owned),
        Some(name) => get(object, name).as_str().filter(|text| !text.is_empty()).map(str::to_owned),
    };
    template.split('/').map(segment).collect()
}

/// The path of the collection.
pub(crate) fn collection_path(resource: &'static Resource) -> Vec<String> {
    resource.collection.split('/').map(str::to_owned).collect()
}

/// The object's own path. The hook `path_part` of the table computes `{}` in a template.
pub(crate) fn object_path(resource: &'static Resource, object: &Object) -> Option<Vec<String>> {
    if let Some(template) = resource.path {
        let computed = resource.hooks.path_part.and_then(|compute| compute(object));
        return render(template, object, computed.as_deref());
    }
    let mut path = collection_path(resource);
    for key in resource.given_keys() {
        path.push(get(object, key.name).as_str().filter(|text| !text.is_empty())?.to_owned());
    }
    Some(path)
}

/// The key as text, which is also the import ID: `a` or `a/b`.
pub(crate) fn key_text(resource: &'static Resource, object: &Object) -> String {
    let keys: Vec<&str> = resource.keys().filter_map(|attr| get(object, attr.name).as_str()).collect();
    keys.join("/")
}

/// The object in messages: its kind, and its label if it has one.
pub(crate) fn described(resource: &'static Resource, object: &Object) -> String {
    match label(resource, object) {
        label if label.is_empty() || resource.only_id().is_some() => resource.noun(),
        label => format!("{} {}", resource.noun(), quoted(&label)),
    }
}

/// The label of the object in messages: its key, or its names if the key is computed and unknown.
pub(crate) fn label(resource: &'static Resource, object: &Object) -> String {
    let key = key_text(resource, object);
    if key.is_empty() { names_text(resource, object).unwrap_or_default() } else { key }
}

/// The names in the form of an import ID, if the object has all of them.
pub(crate) fn names_text(resource: &'static Resource, object: &Object) -> Option<String> {
    name_texts(resource, object).map(|texts| texts.join("/"))
}

/// The names in an import ID, if the table has names.
pub(crate) fn names_from_import_id(resource: &'static Resource, id: &str) -> Option<Object> {
    parts(id, resource.named_by.len()).filter(|parts| !parts.is_empty()).map(|parts| names(resource, parts))
}

/// The names of an object, if it has all of them.
pub(crate) fn names_of(resource: &'static Resource, object: &Object) -> Option<Object> {
    name_texts(resource, object).map(|texts| names(resource, texts))
}

/// The collection with the names of the object in it, where they are unique.
pub(crate) fn name_path(resource: &'static Resource, object: &Object) -> Option<Vec<String>> {
    let names = name_texts(resource, object).filter(|_| resource.unique_names)?;
    Some(collection_path(resource).into_iter().chain(names.into_iter().map(str::to_owned)).collect())
}

fn name_texts<'a>(resource: &'static Resource, object: &'a Object) -> Option<Vec<&'a str>> {
    let texts: Vec<&str> = resource.named_by.iter().map(|name| get(object, name).as_str()).collect::<Option<_>>()?;
    (!texts.is_empty()).then_some(texts)
}

/// Splits an import ID into this number of parts, none of them empty. The last one may contain slashes.
fn parts(id: &str, count: usize) -> Option<Vec<&str>> {
    let parts: Vec<&str> = id.splitn(count, '/').collect();
    (parts.len() == count && parts.iter().all(|part| !part.is_empty())).then_some(parts)
}

fn names(resource: &'static Resource, texts: Vec<&str>) -> Object {
    resource.named_by.iter().zip(texts).map(|(name, text)| ((*name).to_owned(), Value::string(text))).collect()
}

/// The key attributes in an import ID.
pub(crate) fn from_import_id(resource: &'static Resource, id: &str) -> Option<Object> {
    let parts = parts(id, resource.keys().count())?;
    Some(resource.keys().zip(parts).map(|(attr, part)| (attr.name.to_owned(), Value::string(part))).collect())
}

/// The form of an import ID, for messages.
pub(crate) fn import_form(resource: &'static Resource) -> String {
    if let Some(id) = resource.only_id() {
        return format!("`{id}`");
    }
    let upper = |names: Vec<&str>| names.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>().join("/");
    let key = upper(resource.keys().map(|attr| attr.name).collect());
    match resource.named_by {
        [] => key,
        names => format!("{key} or {}", upper(names.to_vec())),
    }
}

/// The identity of an object: its keys.
pub(crate) fn identity(resource: &'static Resource, state: &Object) -> Option<Value> {
    let key = |attr: &'static crate::schema::Attr| {
        let value = get(state, attr.name);
        (value.is_known() && !value.is_null()).then(|| (attr.name.to_owned(), value.clone()))
    };
    resource.keys().map(key).collect::<Option<Object>>().map(Value::Object)
}

/// True if every key has a value; otherwise the object could not be found again.
pub(crate) fn has_key(resource: &'static Resource, object: &Object) -> bool {
    resource.given_keys().all(|attr| get(object, attr.name).as_str().is_some_and(|text| !text.is_empty()))
}

/// The error for a state without a key: it does not identify an object.
pub(crate) fn keyless(resource: &'static Resource) -> Diagnostic {
    let detail = format!(
        "The state does not contain the key of the {noun}. Remove it from the state (`terraform state rm`) and \
         import the {noun} again.",
        noun = resource.noun()
    );
    Diagnostic::error("The state has no key", detail)
}
