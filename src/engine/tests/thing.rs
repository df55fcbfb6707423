//! The table of the tests: at least one attribute for every builder method of the schema.

use crate::schema::Kind::{Float64, Int32, Int64, List, Map, Object as Obj, Set, Str};
use crate::schema::{Attr, Codec, Resource, Update, Verbs, computed, optional, required, schema_attributes, secret};
use crate::value::{Object, Value};

pub(crate) static THING: Resource =
    Resource::new("thing_box", "boxes", "A box.", ATTRS).update(Update::PatchOrPut).managed_by("owner");

static ATTRS: &[Attr] = &[
    computed("id", Str, "doc"),
    required("name", Str, "doc").key().replaces(),
    required("kind", Str, "doc"),
    optional("note", Str, "doc"),
    optional("tags", Map(&Str), "doc").or_empty(),
    optional("groups", List(&Str), "doc").or_empty().unordered(),
    optional("labels", Set(&Str), "doc").or_computed().server_defaults(own_labels).since("1.5.0"),
    optional("command", List(&Str), "doc").or_computed().follows(&["kind"]),
    optional("mode", Str, "doc").or_computed().initially(on),
    optional("access", Str, "doc").or_computed().follows(&["kind"]).initially(access_of_kind),
    optional("limit", Int32, "doc").or_computed().sent_by(Verbs::Whole),
    optional("score", Float64, "doc"),
    optional("scores", List(&Float64), "doc").or_empty().unordered(),
    optional("origin", Str, "doc").or_computed().fixed("Use another box."),
    secret("secrets", Map(&Str), "doc")
        .wire("secret")
        .codec(Codec::Base64)
        .server_defaults(own_secrets)
        .stamped_by("stamp")
        .since("1.2.0"),
    optional("lid", Obj(PART), "doc").replaces_on_removal(),
    optional("parts", List(&Obj(PART)), "doc").or_empty(),
    optional("rows", List(&Obj(PART)), "doc").or_empty().unordered(),
    optional("doors", Map(&Obj(PART)), "doc").or_empty(),
    optional("bag", Set(&Obj(PART)), "doc").or_empty(),
    computed("stamp", Str, "doc").follows(&["secrets"]),
    computed("touched", Str, "doc").volatile(),
    computed("token", Str, "doc").once().sensitive(),
    computed("own_labels", List(&Str), "doc"),
    computed("owner", Str, "doc"),
    computed("weather", Str, "doc").data_source_only(),
];

pub(crate) static PART: &[Attr] = &[
    computed("id", Str, "doc"),
    required("label", Str, "doc"),
    optional("hint", Str, "doc").or_empty(),
    optional("size", Int64, "doc").or_computed().since("1.5.0"),
    optional("weight", Float64, "doc"),
    computed("seen", Str, "doc").follows(&["label"]),
];

fn on(_: &Object) -> Option<Value> {
    Some(text("on"))
}

fn access_of_kind(planned: &Object) -> Option<Value> {
    let kind = planned.get("kind")?.as_str()?;
    Some(text(if kind == "db" { "open" } else { "closed" }))
}

fn own_labels(thing: &Object) -> Value {
    thing.get("own_labels").cloned().unwrap_or(Value::Null)
}

fn own_secrets(thing: &Object) -> Value {
    match thing.get("kind").and_then(Value::as_str) {
        Some("db") => map(&[("PORT", "1")]),
        _ => map(&[]),
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::string(text)
}

pub(crate) fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| text(item)).collect())
}

pub(crate) fn labels(items: &[&str]) -> Value {
    Value::Set(items.iter().map(|item| text(item)).collect())
}

pub(crate) fn map(items: &[(&str, &str)]) -> Value {
    Value::Map(items.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect())
}

/// An object of these attributes, the others null.
pub(crate) fn object(attrs: &'static [Attr], given: &[(&str, Value)]) -> Object {
    let mut object: Object =
        schema_attributes(attrs).map(|attribute| (attribute.name.into_owned(), Value::Null)).collect();
    for (name, value) in given {
        assert!(object.insert((*name).to_owned(), value.clone()).is_some(), "the table has no `{name}`");
    }
    object
}

/// A configuration or state of the table: `name` and `kind` are given unless said otherwise.
pub(crate) fn thing(given: &[(&str, Value)]) -> Object {
    let mut thing = object(THING.attrs, &[("name", text("n")), ("kind", text("web"))]);
    thing.extend(object(THING.attrs, given).into_iter().filter(|(_, value)| !value.is_null()));
    thing
}
