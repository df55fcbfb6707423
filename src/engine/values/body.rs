//! Converts values to and from the JSON of requests and responses by the table: names in JSON, codecs, empty forms.
//! Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Codec, Kind};
use crate::value::{At, Number, Object, Path, Step, Value, nfc};

/// A response that does not match the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodeError {
    pub(crate) path: Path,
    pub(crate) expected: &'static str,
}

/// Decodes an object from a response. Missing keys are null; keys that the table does not have are ignored. The
/// diagnostics are warnings about values that are not encoded as the gateway's own clients encode them.
pub(crate) fn decode<'a>(
    attrs: impl Iterator<Item = &'a Attr>,
    json: &JsonObject,
    warnings: &mut Diagnostics,
) -> Result<Object, DecodeError> {
    decode_object(attrs, json, &At::Root, warnings)
}

fn decode_object<'a>(
    attrs: impl Iterator<Item = &'a Attr>,
    json: &JsonObject,
    at: &At<'_>,
    warnings: &mut Diagnostics,
) -> Result<Object, DecodeError> {
    let mut object = Object::new();
    for attr in attrs {
        let value = match find(json, attr.wire_name()).filter(|_| attr.fixed_text().is_none()) {
            Some(found) => decode_value(attr, &attr.kind, found, &at.then(attr.name), warnings)?,
            None => attr.fixed_text().map_or(Value::Null, Value::string),
        };
        object.insert(attr.name.to_owned(), value);
    }
    Ok(object)
}

/// The value at its name in JSON, which may be nested.
pub(crate) fn find<'a>(json: &'a JsonObject, wire: &str) -> Option<&'a Json> {
    let mut steps = wire.split('.');
    let first = json.get(steps.next()?)?;
    steps.try_fold(first, |at, step| at.get(step))
}

fn decode_value(
    attr: &Attr,
    kind: &Kind,
    json: &Json,
    at: &At<'_>,
    warnings: &mut Diagnostics,
) -> Result<Value, DecodeError> {
    let error = |expected| DecodeError { path: at.path(), expected };
    Ok(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Str, json) if attr.codec == Codec::Json => Value::string(json.to_string()),
        (Kind::Str, Json::String(text)) => decode_text(attr, text, at, warnings),
        (Kind::Str, other) if attr.codec == Codec::Text => Value::string(other.to_string()),
        (Kind::Bool, Json::Bool(flag)) => Value::Bool(*flag),
        (Kind::Int32 | Kind::Int64 | Kind::Float64, Json::Number(number)) => {
            Value::Number(Number::parse(&number.to_string()).map_err(|_| error("a number"))?)
        }
        (Kind::List(of) | Kind::Set(of), Json::Array(items)) => {
            let items = items.iter().enumerate();
            let decoded: Result<_, _> =
                items.map(|(index, item)| decode_value(attr, of, item, &at.index(index), warnings)).collect();
            if matches!(kind, Kind::Set(_)) { Value::set(decoded?) } else { Value::List(decoded?) }
        }
        (Kind::Map(of), Json::Object(entries)) => {
            let entries = entries.iter();
            let decode = |(key, item): (&String, _)| {
                Ok((nfc(key.clone()), decode_value(attr, of, item, &at.key(key), warnings)?))
            };
            Value::Map(entries.map(decode).collect::<Result<_, _>>()?)
        }
        (Kind::Object(attrs), Json::Object(inner)) => Value::Object(decode_object(attrs.iter(), inner, at, warnings)?),
        (Kind::Str, _) => return Err(error("a string")),
        (Kind::Bool, _) => return Err(error("true or false")),
        (Kind::Int32 | Kind::Int64 | Kind::Float64, _) => return Err(error("a number")),
        (Kind::List(_) | Kind::Set(_), _) => return Err(error("a list")),
        (Kind::Map(_) | Kind::Object(_), _) => return Err(error("an object")),
    })
}

fn decode_text(attr: &Attr, text: &str, at: &At<'_>, warnings: &mut Diagnostics) -> Value {
    if attr.codec != Codec::Base64 {
        return Value::string(text);
    }
    match STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(plain) => Value::string(plain),
        None => {
            let detail = format!(
                "The value stored at `{at}` is not base64-encoded text, so this provider did not write it. It is \
                 shown as it is stored; configuring the value repairs it."
            );
            warnings.push(Diagnostic::warning("A stored value is not base64-encoded", detail).at(at.path()));
            Value::string(text)
        }
    }
}

/// Encodes a value for a request. Null becomes the empty form of its kind; unknown values are never sent.
pub(crate) fn encode(attr: &Attr, value: &Value) -> Json {
    encode_kind(attr, &attr.kind, value)
}

fn encode_kind(attr: &Attr, kind: &Kind, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Null | Value::Unknown) if attr.codec == Codec::Json => Json::Null,
        (_, Value::Null | Value::Unknown) => empty_form(kind),
        (_, Value::String(text)) if attr.codec == Codec::Json => serde_json::from_str(text).unwrap_or(Json::Null),
        (_, Value::String(text)) if attr.codec == Codec::Base64 => Json::String(STANDARD.encode(text)),
        (_, Value::String(text)) => Json::String(text.clone()),
        (_, Value::Bool(flag)) => Json::Bool(*flag),
        (Kind::Float64, Value::Number(number)) => encode_number(&number.as_float()),
        (_, Value::Number(number)) => encode_number(number),
        (Kind::List(of) | Kind::Set(of), value) => {
            value.items().into_iter().flatten().map(|item| encode_kind(attr, of, item)).collect()
        }
        (Kind::Map(of), Value::Map(entries)) => {
            Json::Object(entries.iter().map(|(key, item)| (key.clone(), encode_kind(attr, of, item))).collect())
        }
        (Kind::Object(attrs), Value::Object(object)) => {
            let mut json = JsonObject::new();
            for attr in attrs.iter().filter(|attr| attr.settable()) {
                match get(object, attr.name) {
                    Value::Null | Value::Unknown => {}
                    value => insert(&mut json, attr.wire_name(), encode(attr, value)),
                }
            }
            Json::Object(json)
        }
        _ => Json::Null,
    }
}

fn encode_number(number: &Number) -> Json {
    serde_json::from_str(&number.to_string()).unwrap_or(Json::Null)
}

pub(crate) fn empty_form(kind: &Kind) -> Json {
    match kind {
        Kind::Str => Json::String(String::new()),
        Kind::List(_) | Kind::Set(_) => Json::Array(Vec::new()),
        Kind::Map(_) => Json::Object(JsonObject::new()),
        Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 | Kind::Object(_) => Json::Null,
    }
}

/// Inserts a value at its name in JSON, which may be nested (`config.envvars`).
pub(crate) fn insert(json: &mut JsonObject, wire: &str, value: Json) {
    match wire.split_once('.') {
        None => drop(json.insert(wire.to_owned(), value)),
        Some((outer, rest)) => {
            let inner = json.entry(outer).or_insert_with(|| Json::Object(JsonObject::new()));
            if !inner.is_object() {
                *inner = Json::Object(JsonObject::new());
            }
            if let Json::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// The value at its place, which may be nested.
pub(crate) fn find_mut<'a>(json: &'a mut JsonObject, wire: &str) -> Option<&'a mut Json> {
    let mut steps = wire.split('.');
    let first = json.get_mut(steps.next()?)?;
    steps.try_fold(first, |at, step| at.get_mut(step))
}

pub(crate) fn remove(json: &mut JsonObject, wire: &str) {
    match wire.split_once('.') {
        None => drop(json.remove(wire)),
        Some((outer, rest)) => {
            if let Some(Json::Object(inner)) = json.get_mut(outer) {
                remove(inner, rest);
            }
        }
    }
}

impl DecodeError {
    /// There is no list at this dotted name of the response.
    pub(crate) fn no_list(at: &str) -> DecodeError {
        let steps = at.split('.').filter(|step| !step.is_empty());
        DecodeError { path: Path(steps.map(|step| Step::Attribute(step.to_owned())).collect()), expected: "a list" }
    }

    pub(crate) fn no_object() -> DecodeError {
        DecodeError { path: Path::root(), expected: "an object" }
    }
}
