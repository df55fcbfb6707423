//! Types and attributes as the provider's schema tells them, and what a value is to the tests: JSON, with a marker for
//! what is not known.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::pb::schema::object::NestingMode;
use super::{decimal, pb};

/// The marker of an unknown value.
const UNKNOWN: &str = "__unknown";

pub(crate) fn unknown() -> Json {
    json!({ UNKNOWN: true })
}

pub(crate) fn is_unknown(value: &Json) -> bool {
    value.get(UNKNOWN).is_some()
}

/// True when no part of it is unknown.
pub(super) fn is_wholly_known(value: &Json) -> bool {
    !is_unknown(value)
        && match value {
            Json::Array(items) => items.iter().all(is_wholly_known),
            Json::Object(entries) => entries.values().all(is_wholly_known),
            _ => true,
        }
}

/// A type as the schema's JSON writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Str,
    Num,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(BTreeMap<String, Type>),
}

impl Type {
    pub(crate) fn parse(json: &[u8]) -> Result<Type, String> {
        let json: Json = serde_json::from_slice(json).map_err(|error| format!("the type is no JSON: {error}"))?;
        Type::of(&json)
    }

    fn of(json: &Json) -> Result<Type, String> {
        let strange = || format!("{json} is no type that these tests know");
        if let Some(name) = json.as_str() {
            return match name {
                "string" => Ok(Type::Str),
                "number" => Ok(Type::Num),
                "bool" => Ok(Type::Bool),
                _ => Err(strange()),
            };
        }
        let Some([Json::String(kind), of]) = json.as_array().map(Vec::as_slice) else { return Err(strange()) };
        match (kind.as_str(), of) {
            ("list", of) => Ok(Type::List(Box::new(Type::of(of)?))),
            ("set", of) => Ok(Type::Set(Box::new(Type::of(of)?))),
            ("map", of) => Ok(Type::Map(Box::new(Type::of(of)?))),
            ("object", Json::Object(attributes)) => {
                let attributes = attributes.iter().map(|(name, of)| Ok((name.clone(), Type::of(of)?)));
                Ok(Type::Object(attributes.collect::<Result<_, String>>()?))
            }
            _ => Err(strange()),
        }
    }
}

/// The attributes of one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape(pub(crate) BTreeMap<String, Column>);

/// One attribute.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) write_only: bool,
    pub(crate) ty: Type,
    /// The attributes of a nested object, which core checks one by one, and how the objects are held.
    pub(crate) nested: Option<(NestingMode, Shape)>,
}

impl Shape {
    /// # Panics
    /// If the schema is not one that core would load.
    pub(crate) fn of(schema: &pb::Schema) -> Shape {
        let block = schema.block.as_ref().expect("a schema has a block");
        assert!(block.block_types.is_empty(), "the tests' host knows no nested blocks yet: teach it");
        Shape::of_attributes(&block.attributes)
    }

    fn of_attributes(attributes: &[pb::schema::Attribute]) -> Shape {
        Shape(attributes.iter().map(|attribute| (attribute.name.clone(), Column::of(attribute))).collect())
    }

    pub(crate) fn ty(&self) -> Type {
        Type::Object(self.0.iter().map(|(name, column)| (name.clone(), column.ty.clone())).collect())
    }

    /// The names of the attributes that a configuration may set.
    pub(crate) fn settable(&self) -> impl Iterator<Item = (&String, &Column)> {
        self.0.iter().filter(|(_, column)| column.required || column.optional)
    }
}

impl Column {
    fn of(attribute: &pb::schema::Attribute) -> Column {
        let nested =
            attribute.nested_type.as_ref().map(|object| (object.nesting(), Shape::of_attributes(&object.attributes)));
        let ty = match &nested {
            None => Type::parse(&attribute.r#type).unwrap_or_else(|error| panic!("{}: {error}", attribute.name)),
            Some((nesting, shape)) => {
                let one = Box::new(shape.ty());
                match nesting {
                    NestingMode::List => Type::List(one),
                    NestingMode::Set => Type::Set(one),
                    NestingMode::Map => Type::Map(one),
                    NestingMode::Single | NestingMode::Invalid => *one,
                }
            }
        };
        Column {
            required: attribute.required,
            optional: attribute.optional,
            computed: attribute.computed,
            write_only: attribute.write_only,
            ty,
            nested,
        }
    }
}

/// The value in the one form that can be compared: missing attributes null, sets sorted and without doubles (what is not
/// known yet may become different and is none), numbers written one way.
pub(super) fn normal(value: &Json, ty: &Type) -> Json {
    match (value, ty) {
        (value, _) if value.is_null() || is_unknown(value) => value.clone(),
        (Json::Object(entries), Type::Object(attributes)) => {
            if let Some(stranger) = entries.keys().find(|name| !attributes.contains_key(*name)) {
                panic!("there is no attribute {stranger:?}");
            }
            let attribute =
                |(name, ty): (&String, &Type)| (name.clone(), normal(entries.get(name).unwrap_or(&Json::Null), ty));
            Json::Object(attributes.iter().map(attribute).collect())
        }
        (Json::Object(entries), Type::Map(of)) => {
            Json::Object(entries.iter().map(|(key, item)| (key.clone(), normal(item, of))).collect::<Map<_, _>>())
        }
        (Json::Array(items), Type::List(of)) => items.iter().map(|item| normal(item, of)).collect(),
        (Json::Array(items), Type::Set(of)) => {
            let mut items: Vec<Json> = items.iter().map(|item| normal(item, of)).collect();
            items.sort_by_cached_key(Json::to_string);
            items.dedup_by(|one, other| one == other && is_wholly_known(one));
            Json::Array(items)
        }
        (Json::Number(number), Type::Num) => decimal::normal(&number.to_string()),
        // As Terraform converts what a configuration says.
        (Json::Number(number), Type::Str) => Json::from(number.to_string()),
        (Json::String(_), Type::Str) | (Json::Bool(_), Type::Bool) => value.clone(),
        (value, ty) => panic!("{value} is no {ty:?}"),
    }
}
