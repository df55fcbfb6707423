//! Decodes MessagePack. The length in a header is not trusted: memory is allocated only for data that was read.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rmp::Marker;
use rmp::decode as read;

use super::DecodeError;
use crate::value::{Number, Step, Type, Value, nfc};

type Result<T> = std::result::Result<T, DecodeError>;

/// Reads one value of this type.
///
/// # Errors
///
/// If the bytes are no MessagePack, are nested too deeply, contain another type, or go on after the value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(ty)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(DecodeError::new("there are bytes after the value")) }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type) -> Result<Value> {
        match self.peek()? {
            Marker::Null => {
                self.rest = &self.rest[1..];
                return Ok(Value::Null);
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => {
                let extension = read::read_ext_meta(&mut self.rest).map_err(|_| ended())?;
                self.take(extension.size)?;
                return Ok(Value::Unknown);
            }
            _ => {}
        }
        match ty {
            Type::Bool => read::read_bool(&mut self.rest).map(Value::Bool).map_err(|_| required("a bool")),
            Type::Number => self.number(),
            Type::String => Ok(Value::String(nfc(self.text("a string")?.to_owned()))),
            Type::List(of) => self.list(of).map(Value::List),
            Type::Set(of) => self.list(of).map(Value::set).map_err(DecodeError::within_set),
            Type::Map(of) => self.map(of),
            Type::Object(types) => self.object(types),
        }
    }

    fn number(&mut self) -> Result<Value> {
        let refused = |_| required("a number");
        let number = match self.peek()? {
            Marker::U64 => Number::from(read::read_u64(&mut self.rest).map_err(refused)?),
            Marker::F32 => float(read::read_f32(&mut self.rest).map_err(refused)?.into())?,
            Marker::F64 => float(read::read_f64(&mut self.rest).map_err(refused)?)?,
            // Numbers that no width can represent exactly are decimal text.
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Number::parse(self.text("a number")?).map_err(|error| DecodeError::new(error.to_string()))?
            }
            _ => Number::from(read::read_int::<i64, _>(&mut self.rest).map_err(|_| required("a number"))?),
        };
        Ok(Value::Number(number))
    }

    fn list(&mut self, of: &Type) -> Result<Vec<Value>> {
        let length = self.array_length()?;
        let mut items = Vec::new();
        for index in 0..length {
            items.push(self.value(of).map_err(|error| error.within(Step::Index(index)))?);
        }
        Ok(items)
    }

    fn map(&mut self, of: &Type) -> Result<Value> {
        let mut items = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let key = nfc(self.text("a string as key")?.to_owned());
            let item = self.value(of).map_err(|error| error.within(Step::Key(key.clone())))?;
            match items.entry(key) {
                Entry::Vacant(place) => drop(place.insert(item)),
                Entry::Occupied(place) => {
                    return Err(DecodeError::new("the key is there twice").within(Step::Key(place.key().clone())));
                }
            }
        }
        Ok(Value::Map(items))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>) -> Result<Value> {
        let mut attributes: Vec<(&String, Value)> = Vec::with_capacity(types.len());
        // The host sends the attributes in their order, so that the next one is found without a search.
        let mut expected = types.iter();
        for _ in 0..self.map_length()? {
            let name = self.text("a string as key")?;
            let next = expected.next().filter(|(expected, _)| *expected == name);
            let found = next.or_else(|| types.get_key_value(&nfc(name.to_owned())));
            let at = |error: DecodeError| error.within(Step::Attribute(nfc(name.to_owned())));
            let (name, ty) = found.ok_or_else(|| at(DecodeError::new("the attribute is not expected here")))?;
            attributes.push((name, self.value(ty).map_err(at)?));
        }
        attributes.sort_by_key(|(name, _)| *name);
        let refused = |name: &String, what: &str| Err(DecodeError::new(what).within(Step::Attribute(name.clone())));
        if let Some(twice) = attributes.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return refused(twice[0].0, "the attribute is there twice");
        }
        let mut sent = attributes.iter().map(|(name, _)| *name);
        if let Some(missing) = types.keys().find(|name| sent.next() != Some(*name)) {
            return refused(missing, "the attribute is missing");
        }
        Ok(Value::Object(attributes.into_iter().map(|(name, value)| (name.clone(), value)).collect()))
    }

    fn text(&mut self, expected: &str) -> Result<&'a str> {
        let length = read::read_str_len(&mut self.rest).map_err(|_| required(expected))?;
        std::str::from_utf8(self.take(length)?).map_err(|_| DecodeError::new("the text is not UTF-8"))
    }

    fn array_length(&mut self) -> Result<usize> {
        size(read::read_array_len(&mut self.rest).map_err(|_| required("a sequence"))?)
    }

    fn map_length(&mut self) -> Result<usize> {
        size(read::read_map_len(&mut self.rest).map_err(|_| required("a map"))?)
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(size(length)?).ok_or_else(ended)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next marker, without consuming it.
    fn peek(&self) -> Result<Marker> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(ended)
    }
}

fn float(float: f64) -> Result<Number> {
    Number::from_f64(float).map_err(|error| DecodeError::new(error.to_string()))
}

fn size(length: u32) -> Result<usize> {
    usize::try_from(length).map_err(|_| ended())
}

fn ended() -> DecodeError {
    DecodeError::new("the value ends too early")
}

fn required(what: &str) -> DecodeError {
    DecodeError::new(format!("{what} is required"))
}
