//! A writer for the property tests of the reader. The provider sends MessagePack only and writes no JSON values itself.

use serde_json::{Value as Json, json};

use super::super::msgpack::{EncodeError, check_names};
use crate::value::{Step, Type, Value};

/// Writes a known value of this type. Every attribute of an object must be present.
pub(super) fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, EncodeError> {
    Ok(write(value, ty)?.to_string().into_bytes())
}

fn write(value: &Value, ty: &Type) -> Result<Json, EncodeError> {
    Ok(match (value, ty) {
        (Value::Null, _) => Json::Null,
        (Value::Unknown, _) => return Err(EncodeError::new("the value is not known")),
        (Value::Bool(flag), Type::Bool) => json!(flag),
        (Value::Number(number), Type::Number) => {
            let number: Option<serde_json::Number> = serde_json::from_str(&number.to_string()).ok();
            Json::Number(number.ok_or_else(|| EncodeError::new("JSON has no infinite numbers"))?)
        }
        (Value::String(text), Type::String) => json!(text),
        (Value::List(items), Type::List(of)) => write_list(items, of)?,
        (Value::Set(items), Type::Set(of)) => write_list(items, of).map_err(EncodeError::within_set)?,
        (Value::Map(items), Type::Map(of)) => {
            let items = items.iter().map(|(key, item)| {
                let item = write(item, of).map_err(|error| error.within(Step::Key(key.clone())))?;
                Ok((key.clone(), item))
            });
            Json::Object(items.collect::<Result<_, _>>()?)
        }
        (Value::Object(attributes), Type::Object(types)) => {
            check_names(attributes, types)?;
            let attributes = attributes.iter().zip(types.values()).map(|((name, value), ty)| {
                let value = write(value, ty).map_err(|error| error.within(Step::Attribute(name.clone())))?;
                Ok((name.clone(), value))
            });
            Json::Object(attributes.collect::<Result<_, _>>()?)
        }
        _ => return Err(EncodeError::new("the value does not have the type of its attribute")),
    })
}

fn write_list(items: &[Value], of: &Type) -> Result<Json, EncodeError> {
    let each = items.iter().enumerate();
    let items = each.map(|(index, item)| write(item, of).map_err(|error| error.within(Step::Index(index))));
    items.collect::<Result<_, _>>().map(Json::Array)
}
