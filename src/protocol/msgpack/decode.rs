//! Decodes MessagePack. The length in a header is not trusted: memory is allocated only for data that was read.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::decode as read;

use super::{DecodeError, MAX_DEPTH, parse_type_json};
use crate::value::{Number, Object, Step, Type, Value, nfc};

type Result<T> = std::result::Result<T, DecodeError>;

/// Reads one value of this type.
///
/// # Errors
///
/// If the bytes are no MessagePack, are nested too deeply, contain another type, or go on after the value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value> {
    let mut reader = Reader { rest: bytes, depth: 0 };
    let value = reader.value(ty)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(DecodeError::new("there are bytes after the value")) }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// How many collections are open.
    depth: usize,
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
            Type::List(of) => self.nested(|reader| reader.list(of)).map(Value::List),
            Type::Set(of) => self.nested(|reader| reader.list(of)).map(Value::set).map_err(DecodeError::within_set),
            Type::Tuple(types) => self.nested(|reader| reader.tuple(types)),
            Type::Map(of) => self.nested(|reader| reader.map(of)),
            Type::Object(types) => self.nested(|reader| reader.object(types)),
            Type::Dynamic => self.nested(Reader::dynamic),
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

    fn tuple(&mut self, types: &[Type]) -> Result<Value> {
        if self.array_length()? != types.len() {
            return Err(DecodeError::new(format!("a tuple of {} elements is required", types.len())));
        }
        let each = types.iter().enumerate();
        let items = each.map(|(index, ty)| self.value(ty).map_err(|error| error.within(Step::Index(index))));
        items.collect::<Result<_>>().map(Value::Tuple)
    }

    fn map(&mut self, of: &Type) -> Result<Value> {
        let mut items = BTreeMap::new();
        for _ in 0..self.map_length()? {
            let key = self.key()?;
            let item = self.value(of).map_err(|error| error.within(Step::Key(key.clone())))?;
            if items.insert(key.clone(), item).is_some() {
                return Err(DecodeError::new("the key is there twice").within(Step::Key(key)));
            }
        }
        Ok(Value::Map(items))
    }

    fn object(&mut self, types: &BTreeMap<String, Type>) -> Result<Value> {
        let mut attributes = Object::new();
        for _ in 0..self.map_length()? {
            let name = self.key()?;
            let at = |error: DecodeError| error.within(Step::Attribute(name.clone()));
            let ty = types.get(&name).ok_or_else(|| at(DecodeError::new("the attribute is not expected here")))?;
            let value = self.value(ty).map_err(at)?;
            if attributes.insert(name.clone(), value).is_some() {
                return Err(at(DecodeError::new("the attribute is there twice")));
            }
        }
        match types.keys().find(|name| !attributes.contains_key(*name)) {
            Some(name) => Err(DecodeError::new("the attribute is missing").within(Step::Attribute(name.clone()))),
            None => Ok(Value::Object(attributes)),
        }
    }

    /// A value that contains its type.
    fn dynamic(&mut self) -> Result<Value> {
        let refused = || required("a value with its type");
        if self.array_length().map_err(|_| refused())? != 2 {
            return Err(refused());
        }
        // The host writes the type as bytes and accepts text too; so does this provider.
        let length = match self.peek()? {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => read::read_bin_len(&mut self.rest).map_err(|_| ended())?,
            _ => read::read_str_len(&mut self.rest).map_err(|_| refused())?,
        };
        let ty = parse_type_json(self.take(length)?)?;
        let value = self.value(&ty)?;
        Ok(Value::Dynamic(Box::new((ty, value))))
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(DecodeError::new("the value is nested too deeply"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn key(&mut self) -> Result<String> {
        Ok(nfc(self.text("a string as key")?.to_owned()))
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
