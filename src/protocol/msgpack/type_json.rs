//! Type constraints as JSON, in schemas and dynamic values. Capsule types and optional attributes do not occur between
//! a host and a provider.

use serde_json::{Value as Json, json};

use super::DecodeError;
use crate::value::{Type, nfc};

/// The JSON of a type: `"string"`, `["list","string"]`, `["object",{"name":"string"}]`. Attributes are sorted.
pub(crate) fn type_json(ty: &Type) -> Vec<u8> {
    to_json(ty).to_string().into_bytes()
}

/// Reads the JSON of a type. Its depth is bounded by the JSON parser (128 levels).
pub(crate) fn parse_type_json(bytes: &[u8]) -> Result<Type, DecodeError> {
    serde_json::from_slice(bytes).ok().and_then(from_json).ok_or_else(|| DecodeError::new("a known type is required"))
}

pub(in crate::protocol) fn to_json(ty: &Type) -> Json {
    match ty {
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::Dynamic => json!("dynamic"),
        Type::List(of) => json!(["list", to_json(of)]),
        Type::Set(of) => json!(["set", to_json(of)]),
        Type::Map(of) => json!(["map", to_json(of)]),
        Type::Tuple(types) => json!(["tuple", types.iter().map(to_json).collect::<Vec<_>>()]),
        Type::Object(types) => {
            let types: serde_json::Map<_, _> = types.iter().map(|(name, ty)| (name.clone(), to_json(ty))).collect();
            json!(["object", types])
        }
    }
}

pub(in crate::protocol) fn from_json(json: Json) -> Option<Type> {
    let parts = match json {
        Json::String(name) => return primitive(&name),
        Json::Array(parts) => parts,
        _ => return None,
    };
    let [Json::String(kind), of] = <[Json; 2]>::try_from(parts).ok()? else { return None };
    Some(match (kind.as_str(), of) {
        ("list", of) => Type::list(from_json(of)?),
        ("set", of) => Type::set(from_json(of)?),
        ("map", of) => Type::map(from_json(of)?),
        ("tuple", Json::Array(types)) => Type::Tuple(types.into_iter().map(from_json).collect::<Option<_>>()?),
        ("object", Json::Object(types)) => {
            let types = types.into_iter().map(|(name, ty)| Some((nfc(name), from_json(ty)?)));
            Type::Object(types.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn primitive(name: &str) -> Option<Type> {
    Some(match name {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "dynamic" => Type::Dynamic,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::strategies::any_type;
    use super::*;

    #[test]
    fn types_have_their_json() {
        let attributes = [("b".to_owned(), Type::list(Type::Number)), ("a".to_owned(), Type::String)];
        for (json, ty) in [
            (r#""dynamic""#, Type::Dynamic),
            (r#"["map",["set","bool"]]"#, Type::map(Type::set(Type::Bool))),
            (r#"["tuple",["string","number"]]"#, Type::Tuple(vec![Type::String, Type::Number])),
            (r#"["object",{"a":"string","b":["list","number"]}]"#, Type::Object(attributes.into())),
        ] {
            assert_eq!(type_json(&ty), json.as_bytes());
            assert_eq!(parse_type_json(json.as_bytes()), Ok(ty));
        }
        for json in ["", "5", "[]", r#""map""#, r#"["map"]"#, r#"["list","string",1]"#, r#"["object",["string"]]"#] {
            assert!(parse_type_json(json.as_bytes()).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn types_survive_their_json(ty in any_type()) {
            prop_assert_eq!(parse_type_json(&type_json(&ty)), Ok(ty));
        }
    }
}
