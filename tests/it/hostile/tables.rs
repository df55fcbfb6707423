//! What the tests must know of a table: its types, names that its rules accept, and answers that its system would give.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Codec, Kind, Listing, Provider, Reads, Resource, shown_type};
use terraform_provider_hoop::value::{Object, Type, Value};

pub(super) fn provider_type(provider: &Provider) -> Type {
    shown_type(provider.attributes())
}

/// The types of a provider's data sources by name: single ones, then lists.
pub(super) fn data_types(provider: &'static Provider) -> Vec<(&'static str, Type)> {
    let single = provider.readable().filter(|resource| resource.data_source);
    let single = single.map(|resource| (resource.name, shown_type(resource.shown())));
    let lists = provider.readable().filter_map(|resource| Some((resource, resource.list.as_ref()?)));
    single.chain(lists.map(|(resource, list)| (list.name, list_type(resource, list)))).collect()
}

fn list_type(resource: &'static Resource, list: &'static Listing) -> Type {
    let filters = list.filters.iter().map(|filter| (filter.name().to_owned(), filter.attr.kind.ty()));
    let items = (list.items.to_owned(), Type::list(shown_type(resource.shown_in_list())));
    Type::Object(filters.chain([items]).collect())
}

pub(super) fn identity_type(resource: &'static Resource) -> Type {
    Type::Object(resource.keys().map(|key| (key.name.to_owned(), key.kind.ty())).collect())
}

/// The attributes of an object's type.
pub(super) fn attributes(ty: &Type) -> &BTreeMap<String, Type> {
    match ty {
        Type::Object(attributes) => attributes,
        _ => panic!("a table's type is an object"),
    }
}

/// An object of this type whose attributes are all null.
pub(super) fn nothing(ty: &Type) -> Object {
    attributes(ty).keys().map(|name| (name.clone(), Value::Null)).collect()
}

/// A key that no case before had, and that every rule of its attribute accepts.
pub(super) fn fresh_key(attr: &Attr) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let id = format!("00000000-0000-4000-8000-{:012x}", NEXT.fetch_add(1, Ordering::Relaxed));
    let forms = [id.clone(), format!("{id}@example.com"), format!("https://git.example.com/{id}")];
    let accepted = |text: &&String| attr.rules.iter().all(|rule| rule.accepts_text(text));
    forms.iter().find(accepted).unwrap_or_else(|| panic!("teach the tests a form of {}", attr.name)).clone()
}

/// The object with keys of its own.
pub(super) fn with_fresh_keys(resource: &'static Resource, object: &Value) -> Object {
    let mut object = object.as_object().cloned().unwrap_or_default();
    for key in resource.keys() {
        let text = key.fixed_text().map_or_else(|| fresh_key(key), str::to_owned);
        object.insert(key.name.to_owned(), Value::string(text));
    }
    object
}

/// An object as its system would show it.
pub(super) fn shown(resource: &'static Resource, object: &Object) -> Json {
    entries(resource.attrs, object)
}

fn entries(attrs: &[Attr], object: &Object) -> Json {
    let mut json = json!({});
    for attr in attrs {
        let mut place = &mut json;
        for step in attr.wire_name().split('.') {
            if !place.is_object() {
                *place = json!({});
            }
            place = &mut place[step];
        }
        *place = entry(attr, &attr.kind, object.get(attr.name).unwrap_or(&Value::Null));
    }
    json
}

fn entry(attr: &Attr, kind: &Kind, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Bool(flag)) => json!(flag),
        (_, Value::Number(number)) => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
        (_, Value::String(text)) if attr.codec == Codec::Base64 => json!(STANDARD.encode(text)),
        (_, Value::String(text)) => json!(text),
        (Kind::List(of) | Kind::Set(of), Value::List(items) | Value::Set(items)) => {
            items.iter().map(|item| entry(attr, of, item)).collect()
        }
        (Kind::Map(of), Value::Map(items)) => {
            Json::Object(items.iter().map(|(key, item)| (key.clone(), entry(attr, of, item))).collect())
        }
        (Kind::Object(attrs), Value::Object(object)) => entries(attrs, object),
        _ => Json::Null,
    }
}

/// The answer to a read of one object: itself, or a list that holds it where the table says.
pub(super) fn read_answer(resource: &'static Resource, object: Json) -> Json {
    match resource.reads {
        Reads::One | Reads::At(_) => object,
        Reads::Find { at: "", .. } => json!([object]),
        Reads::Find { at, .. } => at.rsplit('.').fold(json!([object]), |inner, step| json!({ step: inner })),
    }
}
