//! The values that Terraform and the gateway exchange, as a tree. It knows no wire format, no schema and no system. Its
//! `Debug` shows the structure of a value but never its content: any leaf may be a secret.

mod at;
mod number;
mod path;
mod set;
mod types;

pub use at::At;
pub use number::{Number, NumberError};
pub use path::{Path, Step};
use set::same_elements;
pub use set::{Open, hash_of};
pub use types::Type;

use std::collections::BTreeMap;
use std::fmt;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The attributes of an object by name. Ordered, since the order may reach Terraform.
pub type Object = BTreeMap<String, Value>;

/// A value, null and unknown possible at every depth. No table has tuples or values of an open type.
///
/// Equality is Terraform's: numbers by value, sets without order. Strings are NFC; [`Value::string`] makes them so.
#[derive(Clone)]
pub enum Value {
    /// Not known until apply. Refinements are dropped when decoding: an unrefined unknown is always valid.
    Unknown,
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Value>),
    Set(Vec<Value>),
    Map(BTreeMap<String, Value>),
    Object(Object),
}

impl Value {
    /// A string in normalization form C, as Terraform compares strings.
    pub fn string(text: impl Into<String>) -> Value {
        Value::String(nfc(text.into()))
    }

    pub fn int(number: i64) -> Value {
        Value::Number(Number::from(number))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown)
    }

    /// True for a known value without parts.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Value::Bool(_) | Value::Number(_) | Value::String(_))
    }

    /// True when no part of the value is unknown.
    pub fn is_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(items) | Value::Set(items) => items.iter().all(Value::is_known),
            Value::Map(items) | Value::Object(items) => items.values().all(Value::is_known),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// True for null, `""`, `[]` and `{}`, between which the gateway does not distinguish.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::List(items) | Value::Set(items) => items.is_empty(),
            Value::Map(items) => items.is_empty(),
            _ => false,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    pub fn into_object(self) -> Option<Object> {
        match self {
            Value::Object(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The elements of a list or set.
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) | Value::Set(items) => Some(items),
            _ => None,
        }
    }

    /// Replaces every unknown part by null, which a state must contain if a value could not be read.
    #[must_use]
    pub fn unknown_to_null(self) -> Value {
        let each = |items: Vec<Value>| items.into_iter().map(Value::unknown_to_null).collect();
        let entries = |items: BTreeMap<String, Value>| {
            items.into_iter().map(|(key, item)| (key, item.unknown_to_null())).collect()
        };
        match self {
            Value::Unknown => Value::Null,
            Value::List(items) => Value::List(each(items)),
            Value::Set(items) => Value::Set(each(items)),
            Value::Map(items) => Value::Map(entries(items)),
            Value::Object(items) => Value::Object(entries(items)),
            leaf => leaf,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Unknown, Value::Unknown) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Set(a), Value::Set(b)) => same_elements(a, b),
            (Value::Map(a), Value::Map(b)) | (Value::Object(a), Value::Object(b)) => a == b,
            _ => false,
        }
    }
}

/// Text in normalization form C, without a copy if it already is.
pub fn nfc(text: String) -> String {
    // Most text is ASCII, and this check is much faster than the tables.
    if text.is_ascii() {
        return text;
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        _ => text.nfc().collect(),
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown => f.write_str("Unknown"),
            Value::Null => f.write_str("Null"),
            Value::Bool(_) => f.write_str("Bool"),
            Value::Number(_) => f.write_str("Number"),
            Value::String(_) => f.write_str("String"),
            Value::List(items) => f.debug_tuple("List").field(&items.len()).finish(),
            Value::Set(items) => f.debug_tuple("Set").field(&items.len()).finish(),
            Value::Map(items) => f.debug_tuple("Map").field(&items.len()).finish(),
            Value::Object(items) => f.debug_tuple("Object").field(&items.keys()).finish(),
        }
    }
}
