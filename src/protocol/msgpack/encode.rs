//! Encodes values as MessagePack, numbers in the form that the host reads without loss. The same value always becomes
//! the same bytes.

use std::collections::BTreeMap;

use rmp::encode::{self as write, ByteBuf};

use super::{EncodeError, UNKNOWN};
use crate::value::{Number, Object, Step, Type, Value};

type Result<T> = std::result::Result<T, EncodeError>;

/// Writes a value of this type.
///
/// # Errors
///
/// If the value has another type, an object lacks an attribute, the nesting is too deep, or a part is too large.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>> {
    let mut writer = Writer { out: ByteBuf::new() };
    writer.value(value, ty)?;
    Ok(writer.out.into_vec())
}

struct Writer {
    /// A buffer whose writes cannot fail, as its type shows.
    out: ByteBuf,
}

impl Writer {
    fn value(&mut self, value: &Value, ty: &Type) -> Result<()> {
        match (value, ty) {
            (Value::Null, _) => {
                let Ok(()) = write::write_nil(&mut self.out);
                Ok(())
            }
            (Value::Unknown, _) => {
                self.out.as_mut_vec().extend(UNKNOWN);
                Ok(())
            }
            (Value::Bool(flag), Type::Bool) => {
                let Ok(()) = write::write_bool(&mut self.out, *flag);
                Ok(())
            }
            (Value::Number(number), Type::Number) => self.number(number),
            (Value::String(text), Type::String) => self.text(text),
            (Value::List(items), Type::List(of)) => self.list(items, of),
            (Value::Set(items), Type::Set(of)) => self.list(items, of).map_err(EncodeError::within_set),
            (Value::Map(items), Type::Map(of)) => self.map(items, of),
            (Value::Object(attributes), Type::Object(types)) => self.object(attributes, types),
            _ => Err(EncodeError::new("the value does not have the type of its attribute")),
        }
    }

    /// Whole numbers as integers, others as floats, both only if exact; otherwise as decimal text.
    fn number(&mut self, number: &Number) -> Result<()> {
        if let Some(whole) = number.as_i64() {
            let Ok(_) = write::write_sint(&mut self.out, whole);
            return Ok(());
        }
        // Whole numbers that do not fit an i64 are sent as text, as the host does.
        let float = if number.is_whole() { None } else { number.as_f64_exact() };
        match float {
            Some(float) => {
                let Ok(()) = write::write_f64(&mut self.out, float);
                Ok(())
            }
            None => self.text(&number.to_string()),
        }
    }

    fn list(&mut self, items: &[Value], of: &Type) -> Result<()> {
        self.array_length(items.len())?;
        let mut each = items.iter().enumerate();
        each.try_for_each(|(index, item)| self.value(item, of).map_err(|error| error.within(Step::Index(index))))
    }

    fn map(&mut self, items: &BTreeMap<String, Value>, of: &Type) -> Result<()> {
        self.map_length(items.len())?;
        for (key, item) in items {
            self.text(key)?;
            self.value(item, of).map_err(|error| error.within(Step::Key(key.clone())))?;
        }
        Ok(())
    }

    fn object(&mut self, attributes: &Object, types: &BTreeMap<String, Type>) -> Result<()> {
        self.map_length(types.len())?;
        let mut each = attributes.iter().zip(types);
        // Both are sorted, so the names are compared one by one.
        if attributes.len() != types.len() || each.any(|((name, _), (expected, _))| name != expected) {
            check_names(attributes, types)?;
        }
        for ((name, value), ty) in attributes.iter().zip(types.values()) {
            self.text(name)?;
            self.value(value, ty).map_err(|error| error.within(Step::Attribute(name.clone())))?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let Ok(_) = write::write_str_len(&mut self.out, size(text.len())?);
        self.out.as_mut_vec().extend(text.as_bytes());
        Ok(())
    }

    fn array_length(&mut self, length: usize) -> Result<()> {
        let Ok(_) = write::write_array_len(&mut self.out, size(length)?);
        Ok(())
    }

    fn map_length(&mut self, length: usize) -> Result<()> {
        let Ok(_) = write::write_map_len(&mut self.out, size(length)?);
        Ok(())
    }
}

/// An object has exactly the attributes of its type; the error names the first that is missing or too many.
pub(in crate::protocol) fn check_names(attributes: &Object, types: &BTreeMap<String, Type>) -> Result<()> {
    let fault = |name: &String, what: &str| Err(EncodeError::new(what).within(Step::Attribute(name.clone())));
    if let Some(name) = types.keys().find(|name| !attributes.contains_key(*name)) {
        return fault(name, "the attribute is missing");
    }
    match attributes.keys().find(|name| !types.contains_key(*name)) {
        Some(name) => fault(name, "the attribute is not expected here"),
        None => Ok(()),
    }
}

fn size(length: usize) -> Result<u32> {
    u32::try_from(length).map_err(|_| EncodeError::new("the value is too large to be sent"))
}
