//! What an attribute's value is, what its absence means, how it is written in JSON and which requests and answers hold it:
//! the terms that the builder of an attribute is made of.

use super::attr::Attr;
use super::schema_attribute::object_type;
use crate::value::Type;

/// The kind of an attribute's value.
#[derive(Clone, Copy)]
pub enum Kind {
    Str,
    Bool,
    /// A whole number that the system keeps in 32 bits.
    Int32,
    /// A whole number that the system keeps in 64 bits.
    Int64,
    /// A number that the system keeps in 64 bits of floating point: numbers of the same float are one.
    Float64,
    List(&'static Kind),
    Set(&'static Kind),
    Map(&'static Kind),
    /// Nested attributes, each planned by itself.
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

    /// The whole numbers that the wire carries, both ends included; none for other kinds.
    pub const fn whole_numbers(&self) -> Option<(i64, i64)> {
        match self {
            Kind::Int32 => Some((i32::MIN as i64, i32::MAX as i64)),
            Kind::Int64 => Some((i64::MIN, i64::MAX)),
            _ => None,
        }
    }

    /// True for numbers that are equal when their floats are, and for collections of such.
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

/// What it means that the configuration does not name an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// It is null.
    Null,
    /// What the gateway has is left alone; taking the attribute out of the configuration returns it to the default.
    Computed,
    /// It is empty; what somebody puts there is drift, shown and removed.
    Empty,
}

/// How a value is spelt on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Plain,
    /// Each string, or each value of a map, is base64 of what a person writes.
    Base64,
    /// Sent as text; what is no text in an answer is shown as its JSON.
    Text,
}

/// The requests whose body carries an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verbs {
    Every,
    /// Only a request that sends the whole object: an update of this attribute needs one.
    Whole,
}

/// How far answers show an attribute. Those of writes count where the table says that they show the object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answers {
    /// A write's answer shows what a read shows.
    AsRead,
    /// A write's answer shows what a read shows, and perhaps what a related object adds. One that shows what is planned
    /// shows no addition.
    Merged,
    /// A write's answer shows what was sent, whatever became of it.
    Echoed,
    /// No answer shows it.
    Never,
}

/// Which of the attributes that one entry yields: a `secret` yields three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    Plain,
    WriteOnly,
    Version,
}

/// Which changes of an attribute destroy the object and create another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaces {
    /// Every one.
    Always,
    /// Every one but the first value.
    OnceSet,
    /// Taking the value away: the system cannot.
    OnRemoval,
}
