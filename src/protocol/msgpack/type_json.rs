//! Type constraints as the JSON that schemas carry. No capsule types and no optional attributes: those have no place
//! between a host and a provider.

use serde_json::{Value as Json, json};

use crate::value::Type;

/// The JSON of a type: `"string"`, `["list","string"]`, `["object",{"name":"string"}]`. Attributes are sorted.
pub(crate) fn type_json(ty: &Type) -> Vec<u8> {
    to_json(ty).to_string().into_bytes()
}

fn to_json(ty: &Type) -> Json {
    match ty {
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::List(of) => json!(["list", to_json(of)]),
        Type::Set(of) => json!(["set", to_json(of)]),
        Type::Map(of) => json!(["map", to_json(of)]),
        Type::Object(types) => {
            let types: serde_json::Map<_, _> = types.iter().map(|(name, ty)| (name.clone(), to_json(ty))).collect();
            json!(["object", types])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_json() {
        let attributes = [("b".to_owned(), Type::list(Type::Number)), ("a".to_owned(), Type::String)];
        for (json, ty) in [
            (r#"["map",["set","bool"]]"#, Type::map(Type::set(Type::Bool))),
            (r#"["object",{"a":"string","b":["list","number"]}]"#, Type::Object(attributes.into())),
        ] {
            assert_eq!(type_json(&ty), json.as_bytes());
        }
    }
}
