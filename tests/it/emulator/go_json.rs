//! Request bodies read the way the gateway's language reads them (facts §1): keys match whatever their case, unknown
//! ones are ignored, `null` is absent, only the first JSON value counts. A body is described by a `Shape`; no handler
//! looks at raw JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::http::{Answer, refuse};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Go {
    Text,
    Flag,
    Whole,
    Number,
    Texts,
    TextMap,
    /// `map[string]interface{}`: values of any type, nulls kept.
    AnyMap,
    /// A list of objects whose own shape is checked by the handler.
    Things,
}

impl Go {
    fn type_name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Flag => "bool",
            Self::Whole => "int",
            Self::Number => "float64",
            Self::Texts => "[]string",
            Self::TextMap => "map[string]string",
            Self::AnyMap => "map[string]interface {}",
            Self::Things => "[]object",
        }
    }
}

pub(super) struct Field {
    name: &'static str,
    kind: Go,
    required: bool,
}

pub(super) const fn field(name: &'static str, kind: Go) -> Field {
    Field { name, kind, required: false }
}

pub(super) const fn required(name: &'static str, kind: Go) -> Field {
    Field { name, kind, required: true }
}

/// A request type of the gateway: its name as error messages spell it, and its fields.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// A decoded body: known fields only, under their own names. A null is as good as absent, but for `is_null`.
#[derive(Debug, Default)]
pub(super) struct Body(Map<String, Value>);

impl Shape {
    /// Decodes and checks a body; every refusal is a 400.
    pub(super) fn read(&self, raw: &[u8]) -> Result<Body, Answer> {
        let value = first_value(raw).map_err(|message| refuse(400, message))?;
        self.read_value(&value).map_err(|message| refuse(400, message))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.fields.iter().map(|field| field.name)
    }

    pub(super) fn read_value(&self, value: &Value) -> Result<Body, String> {
        let empty = Map::new();
        let object = match value {
            Value::Object(object) => object,
            Value::Null => &empty,
            other => {
                return Err(format!(
                    "json: cannot unmarshal {} into Go value of type openapi.{}",
                    kind(other),
                    self.name
                ));
            }
        };
        let mut body = Map::new();
        for (key, value) in object {
            let Some(field) = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(key)) else { continue };
            let value = if value.is_null() { Value::Null } else { self.convert(field, value)? };
            body.insert(field.name.into(), value);
        }
        self.require(&body)?;
        Ok(Body(body))
    }

    /// All missing fields are reported at once. Empty text counts as missing, an empty list or map does not.
    fn require(&self, body: &Map<String, Value>) -> Result<(), String> {
        let missing = |field: &&Field| {
            field.required
                && body.get(field.name).is_none_or(|value| value.is_null() || value == "" || value.as_i64() == Some(0))
        };
        let messages: Vec<String> = self.fields.iter().filter(missing).map(|field| self.missing(field.name)).collect();
        if messages.is_empty() { Ok(()) } else { Err(messages.join("\n")) }
    }

    fn missing(&self, field: &str) -> String {
        let name = camel_case(field);
        format!("Key: '{}.{name}' Error:Field validation for '{name}' failed on the 'required' tag", self.name)
    }

    fn convert(&self, field: &Field, value: &Value) -> Result<Value, String> {
        let clash = |found: &str, wanted: &str| {
            Err(format!(
                "json: cannot unmarshal {found} into Go struct field {}.{} of type {wanted}",
                self.name, field.name
            ))
        };
        // A null element is the zero value of its type.
        let text = |value: &Value| match value {
            Value::String(_) => Ok(value.clone()),
            Value::Null => Ok(Value::from("")),
            other => clash(kind(other), "string"),
        };
        match (field.kind, value) {
            (Go::Text, Value::String(_)) | (Go::Flag, Value::Bool(_)) | (Go::Things, Value::Array(_)) => {
                Ok(value.clone())
            }
            (Go::AnyMap, Value::Object(_)) => Ok(untyped(value)),
            (Go::Number, Value::Number(number)) => match number.as_f64().filter(|float| float.is_finite()) {
                Some(float) => Ok(Value::from(float)),
                None => clash(&format!("number {number}"), "float64"),
            },
            (Go::Whole, Value::Number(number)) if number.as_i64().is_some() => Ok(value.clone()),
            (Go::Whole, Value::Number(number)) => clash(&format!("number {number}"), "int"),
            (Go::Texts, Value::Array(items)) => items.iter().map(text).collect(),
            (Go::TextMap, Value::Object(entries)) => {
                let pairs = entries.iter().map(|(key, value)| Ok((key.clone(), text(value)?)));
                pairs.collect::<Result<Map<_, _>, String>>().map(Value::Object)
            }
            (wanted, found) => clash(kind(found), wanted.type_name()),
        }
    }
}

impl Body {
    pub(super) fn has(&self, field: &str) -> bool {
        self.any(field).is_some()
    }

    pub(super) fn any(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// Given, as null.
    pub(super) fn is_null(&self, field: &str) -> bool {
        self.0.get(field).is_some_and(Value::is_null)
    }

    /// The objects of a list, each read by a shape of its own; any refusal is a 400.
    pub(super) fn things(&self, field: &str, shape: &Shape) -> Result<Option<Vec<Self>>, Answer> {
        let read = |item| shape.read_value(item).map_err(|message| refuse(400, message));
        self.any(field).and_then(Value::as_array).map(|items| items.iter().map(read).collect()).transpose()
    }

    pub(super) fn given_text(&self, field: &str) -> Option<String> {
        self.0.get(field)?.as_str().map(str::to_owned)
    }

    pub(super) fn text(&self, field: &str) -> String {
        self.given_text(field).unwrap_or_default()
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        self.0.get(field).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn whole(&self, field: &str) -> Option<i64> {
        self.0.get(field)?.as_i64()
    }

    pub(super) fn number(&self, field: &str) -> Option<f64> {
        self.0.get(field)?.as_f64()
    }

    pub(super) fn texts(&self, field: &str) -> Option<Vec<String>> {
        let items = self.0.get(field)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    }

    pub(super) fn text_map(&self, field: &str) -> Option<BTreeMap<String, String>> {
        let entries = self.0.get(field)?.as_object()?;
        Some(entries.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect())
    }

    pub(super) fn any_map(&self, field: &str) -> Option<&Map<String, Value>> {
        self.0.get(field)?.as_object()
    }

    /// An old gateway does not know some fields: for it they are unknown keys.
    pub(super) fn forget(&mut self, fields: &[&str]) {
        self.0.retain(|name, _| !fields.contains(&name.as_str()));
    }
}

pub(super) fn first_value(raw: &[u8]) -> Result<Value, String> {
    match serde_json::Deserializer::from_slice(raw).into_iter().next() {
        None => Err("EOF".into()),
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) if error.is_eof() => Err("unexpected EOF".into()),
        Some(Err(error)) => Err(format!("invalid character in JSON: {error}")),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn camel_case(snake: &str) -> String {
    let words = snake.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}

/// A value that was read without a type and is written again: its numbers have become floats.
fn untyped(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e18 => Value::from(float as i64),
            float => float.map_or(Value::Null, Value::from),
        },
        Value::Array(items) => items.iter().map(untyped).collect(),
        Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), untyped(value))).collect(),
        other => other.clone(),
    }
}

/// What Go's `%v` prints, which is how the gateway turns the values of a secret into text (facts §3).
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".into(),
        Value::String(text) => text.clone(),
        Value::Number(number) => printed_number(number.as_f64().unwrap_or_default()),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(" ")),
        Value::Object(entries) => {
            let sorted: BTreeMap<_, _> = entries.iter().collect();
            let pairs: Vec<String> = sorted.iter().map(|(key, value)| format!("{key}:{}", printed(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

/// JSON numbers are float64 in Go; `%v` takes the exponent form below 1e-4 and from 1e6 up, with two digits at least.
fn printed_number(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if number != 0.0 && !(-4..6).contains(&exponent) => {
            format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SHAPE: Shape = Shape {
        name: "Thing",
        fields: &[
            required("agent_id", Go::Text),
            field("tags", Go::Texts),
            field("limit", Go::Whole),
            field("part", Go::Number),
        ],
    };

    fn message(raw: &str) -> String {
        let answer = SHAPE.read(raw.as_bytes()).expect_err("the body is wrong");
        let body: Value = serde_json::from_slice(&answer.body).expect("refusals are JSON");
        body["message"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn keys_match_in_any_case_and_unknown_or_null_ones_are_absent() {
        let body = SHAPE.read(br#"{"AGENT_ID":"x","other":1,"tags":null,"Limit":2} trailing"#).expect("a good body");
        assert_eq!((body.text("agent_id"), body.has("tags"), body.whole("limit")), ("x".into(), false, Some(2)));
    }

    #[test]
    fn messages_are_the_gateways() {
        assert_eq!(message(""), "EOF");
        assert_eq!(message("{"), "unexpected EOF");
        assert_eq!(message("[]"), "json: cannot unmarshal array into Go value of type openapi.Thing");
        assert_eq!(
            message("null"),
            "Key: 'Thing.AgentId' Error:Field validation for 'AgentId' failed on the 'required' tag"
        );
        assert_eq!(
            message(r#"{"agent_id":"x","limit":1.5}"#),
            "json: cannot unmarshal number 1.5 into Go struct field Thing.limit of type int"
        );
        assert_eq!(
            message(r#"{"agent_id":"x","part":1e+400}"#),
            "json: cannot unmarshal number 1e+400 into Go struct field Thing.part of type float64"
        );
        let body = SHAPE.read(br#"{"agent_id":"x","part":0.33333333333333333333}"#).expect("a good body");
        assert_eq!(body.any("part").map(Value::to_string).as_deref(), Some("0.3333333333333333"));
        assert_eq!(
            message(r#"{"agent_id":"x","tags":[1]}"#),
            "json: cannot unmarshal number into Go struct field Thing.tags of type string"
        );
    }

    #[test]
    fn values_are_printed_as_go_prints_them() {
        let cases = [
            (json!(5432), "5432"),
            (json!(999_999), "999999"),
            (json!(123_456_789), "1.23456789e+08"),
            (json!(0.00001), "1e-05"),
            (json!(true), "true"),
            (json!(null), "<nil>"),
            (json!({"b": [1, null, "x"], "a": 1.5}), "map[a:1.5 b:[1 <nil> x]]"),
        ];
        for (value, text) in cases {
            assert_eq!(printed(&value), text);
        }
    }
}
