//! Terraform's values in JSON: stored states and the second form of a `DynamicValue`, read and written by their type.
//! It must not know schemas or RPCs. Reading is as lenient as the host's own reader, since states can come from old
//! providers or from hand-made edits. An error contains the path but not the content.
//!
//! Nesting is bounded by the JSON parser (128 levels).

#[cfg(test)]
mod tests;
#[cfg(test)]
mod write;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::msgpack::DecodeError;
use crate::value::{Number, Object, Step, Type, Value, nfc};

type JsonObject = serde_json::Map<String, Json>;

/// What to do with attributes that the type does not have. Missing ones are null in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// For a stored state, perhaps of another version of the schema: they are ignored.
    Stored,
    /// For a value of the current schema: they are errors.
    Strict,
}

/// Reads one value of this type. Primitives convert as the host converts them: `"5"` is a number where one is
/// expected, and `5` or `true` a string.
pub(crate) fn decode(bytes: &[u8], ty: &Type, mode: Mode) -> Result<Value, DecodeError> {
    let json = serde_json::from_slice(bytes).map_err(|error| {
        // Only the position: the message of the parser may contain the text.
        DecodeError::new(format!("the JSON is not valid at line {}, column {}", error.line(), error.column()))
    })?;
    read(json, ty, mode)
}

fn read(json: Json, ty: &Type, mode: Mode) -> Result<Value, DecodeError> {
    Ok(match (ty, json) {
        (_, Json::Null) => Value::Null,
        (Type::Bool, Json::Bool(flag)) => Value::Bool(flag),
        (Type::Bool, Json::String(text)) if matches!(text.as_str(), "true" | "1") => Value::Bool(true),
        (Type::Bool, Json::String(text)) if matches!(text.as_str(), "false" | "0") => Value::Bool(false),
        (Type::Number, Json::Number(number)) => read_number(&number.to_string())?,
        (Type::Number, Json::String(text)) => read_number(&text)?,
        (Type::String, Json::String(text)) => Value::string(text),
        (Type::String, Json::Number(number)) => Value::String(number.to_string()),
        (Type::String, Json::Bool(flag)) => Value::String(flag.to_string()),
        (Type::List(of), Json::Array(items)) => Value::List(read_list(items, of, mode)?),
        (Type::Set(of), Json::Array(items)) => Value::set(read_list(items, of, mode).map_err(DecodeError::within_set)?),
        (Type::Map(of), Json::Object(items)) => read_map(items, of, mode)?,
        (Type::Object(types), Json::Object(attributes)) => Value::Object(read_object(attributes, types, mode)?),
        (ty, _) => return Err(DecodeError::new(format!("{} is required", name(ty)))),
    })
}

fn read_number(text: &str) -> Result<Value, DecodeError> {
    Number::parse(text).map(Value::Number).map_err(|error| DecodeError::new(error.to_string()))
}

fn read_list(items: Vec<Json>, of: &Type, mode: Mode) -> Result<Vec<Value>, DecodeError> {
    let each = items.into_iter().enumerate();
    each.map(|(index, item)| read(item, of, mode).map_err(|error| error.within(Step::Index(index)))).collect()
}

fn read_map(items: JsonObject, of: &Type, mode: Mode) -> Result<Value, DecodeError> {
    let items = items.into_iter().map(|(key, item)| {
        let key = nfc(key);
        let item = read(item, of, mode).map_err(|error| error.within(Step::Key(key.clone())))?;
        Ok((key, item))
    });
    items.collect::<Result<_, _>>().map(Value::Map)
}

fn read_object(attributes: JsonObject, types: &BTreeMap<String, Type>, mode: Mode) -> Result<Object, DecodeError> {
    let mut found: BTreeMap<String, Json> = attributes.into_iter().map(|(name, json)| (nfc(name), json)).collect();
    let mut object = Object::new();
    for (name, ty) in types {
        let json = found.remove(name).unwrap_or(Json::Null);
        let value = read(json, ty, mode).map_err(|error| error.within(Step::Attribute(name.clone())))?;
        object.insert(name.clone(), value);
    }
    match found.into_keys().next() {
        Some(name) if mode == Mode::Strict => {
            Err(DecodeError::new("the attribute is not expected here").within(Step::Attribute(name)))
        }
        _ => Ok(object),
    }
}

fn name(ty: &Type) -> &'static str {
    match ty {
        Type::String => "a string",
        Type::Number => "a number",
        Type::Bool => "a bool",
        Type::List(_) | Type::Set(_) => "a sequence",
        Type::Map(_) => "a map",
        Type::Object(_) => "an object",
    }
}
