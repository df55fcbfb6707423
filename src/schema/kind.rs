//! The simple properties of an attribute: the kind of its value, the meaning of its absence, its form in JSON, the requests
//! and responses that contain it.

use std::fmt;

use super::attr::Attr;
use super::schema_attribute::object_type;
use crate::value::{Number, Type, Value};

/// The kind of an attribute's value.
#[derive(Clone, Copy)]
pub enum Kind {
    Str,
    Bool,
    /// A whole number that the system stores in 32 bits.
    Int32,
    /// A whole number that the system stores in 64 bits.
    Int64,
    /// A number that the system stores as a 64-bit float: numbers with the same float are equal.
    Float64,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
    /// Nested attributes. Each is planned separately.
    Object(&'static [Attr]),
}

impl Kind {
    /// The Terraform type of a value of this kind.
    pub fn ty(&self) -> Type {
        match self {
            Kind::Str => Type::String,
            Kind::Bool => Type::Bool,
            Kind::Int32 | Kind::Int64 | Kind::Float64 => Type::Number,
            Kind::List(of) => Type::list(of.ty()),
            Kind::Set(of) => Type::set(of.ty()),
            Kind::Map(of) => Type::map(of.ty()),
            Kind::Object(attrs) => object_type(attrs),
        }
    }

    /// The smallest and the largest whole number that JSON can contain; none for other kinds.
    pub const fn whole_numbers(&self) -> Option<(i64, i64)> {
        match self {
            Kind::Int32 => Some((i32::MIN as i64, i32::MAX as i64)),
            Kind::Int64 => Some((i64::MIN, i64::MAX)),
            _ => None,
        }
    }

    /// True for numbers that are equal when their floats are equal, and for collections of them.
    pub fn is_floating(&self) -> bool {
        match self {
            Kind::Float64 => true,
            Kind::List(of) | Kind::Set(of) | Kind::Map(of) => of.is_floating(),
            Kind::Str | Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Object(_) => false,
        }
    }

    /// The nested attributes, when the kind is an object or a collection of objects.
    pub const fn nested(&self) -> Option<&'static [Attr]> {
        match self {
            Kind::Object(attrs) => Some(attrs),
            Kind::List(of) | Kind::Set(of) | Kind::Map(of) => match of {
                Kind::Object(attrs) => Some(attrs),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The meaning of an attribute that is not configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// It is null.
    Null,
    /// The value at the system is left alone. An attribute that is removed from the configuration returns to its default.
    Computed,
    /// It is empty: another value at the system is drift, and an apply removes it.
    Empty,
    /// It is a constant: another value at the system is drift, and an apply changes it back.
    Constant,
}

/// A value of a table: the default of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Constant {
    Str(&'static str),
    Bool(bool),
    Int(i64),
}

impl Constant {
    pub fn value(self) -> Value {
        match self {
            Constant::Str(text) => Value::string(text),
            Constant::Bool(flag) => Value::Bool(flag),
            Constant::Int(number) => Value::Number(Number::from(number)),
        }
    }
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Str(text) => f.write_str(text),
            Constant::Bool(flag) => flag.fmt(f),
            Constant::Int(number) => number.fmt(f),
        }
    }
}

/// The form of a value in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Plain,
    /// Each string, or each value of a map, is the base64 encoding of the configured text.
    Base64,
    /// It is sent as a string. A value in a response that is not a string is shown as its JSON.
    Text,
    /// The configured text is JSON, and its value is sent. Texts with the same value are equal.
    Json,
}

/// The requests whose body contains an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verbs {
    Every,
    /// Only requests with the whole object: an update of this attribute needs one.
    Whole,
}

/// Which responses show the value of an attribute. The responses of writes count only if the table lists them as complete
/// (`complete_answers`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answers {
    /// The response of a write shows what a read shows.
    AsRead,
    /// The response of a write shows what a read shows, perhaps together with what a related object adds. If it equals the
    /// planned value, nothing is added.
    Merged,
    /// The response of a write repeats what was sent, even if the system stored another value.
    Echoed,
    /// No response shows it.
    Never,
}

/// Which schema attribute of an entry: a `secret` has three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Plain,
    WriteOnly,
    Version,
}

/// Which changes of an attribute destroy the object and create another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaces {
    /// Every change.
    Always,
    /// Every change but the first value.
    OnceSet,
    /// Removing the value: the system cannot do that in place.
    OnRemoval,
}
