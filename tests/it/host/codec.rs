//! Values as Terraform puts them on the wire: msgpack by the schema's types. Strict about what comes back.

use rmpv::Value as Packed;
use serde_json::{Map, Value as Json};

use super::shape::{Type, is_unknown, normal, unknown};
use super::{decimal, pb};

pub(crate) fn encode(value: &Json, ty: &Type) -> pb::DynamicValue {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, &pack(&normal(value, ty), ty)).expect("memory takes everything");
    pb::DynamicValue { msgpack, json: Vec::new() }
}

fn pack(value: &Json, ty: &Type) -> Packed {
    match (value, ty) {
        (Json::Null, _) => Packed::Nil,
        // Terraform's plain unknown: a one-byte extension of type 0.
        (value, _) if is_unknown(value) => Packed::Ext(0, vec![0]),
        (Json::String(text), _) => Packed::from(text.as_str()),
        (Json::Bool(flag), _) => Packed::from(*flag),
        (Json::Number(number), _) => match (number.as_i64(), decimal::exact_float(&number.to_string())) {
            (Some(whole), _) => Packed::from(whole),
            (None, Some(float)) => Packed::from(float),
            (None, None) => Packed::from(decimal::plain(&number.to_string())),
        },
        (Json::Array(items), Type::List(of) | Type::Set(of)) => {
            Packed::Array(items.iter().map(|item| pack(item, of)).collect())
        }
        (Json::Object(entries), ty) => {
            let of = |name: &String| match ty {
                Type::Object(attributes) => &attributes[name],
                Type::Map(of) => of,
                other => panic!("an object where the schema has {other:?}"),
            };
            let entry = |(name, item): (&String, &Json)| (Packed::from(name.as_str()), pack(item, of(name)));
            Packed::Map(entries.iter().map(entry).collect())
        }
        (value, ty) => panic!("{value} is no {ty:?}"),
    }
}

/// What the provider sent, or why Terraform would not take it. A missing value is null.
pub(super) fn decode(sent: Option<&pb::DynamicValue>, ty: &Type) -> Result<Json, String> {
    let Some(sent) = sent.filter(|sent| !(sent.msgpack.is_empty() && sent.json.is_empty())) else {
        return Ok(Json::Null);
    };
    if sent.msgpack.is_empty() {
        return Err("JSON, which cannot carry unknown values".to_owned());
    }
    let mut rest = sent.msgpack.as_slice();
    let packed = rmpv::decode::read_value(&mut rest).map_err(|error| format!("no msgpack: {error}"))?;
    if !rest.is_empty() {
        return Err(format!("{} bytes after the value", rest.len()));
    }
    Ok(normal(&unpack(&packed, ty, "")?, ty))
}

fn unpack(packed: &Packed, ty: &Type, at: &str) -> Result<Json, String> {
    let misfit = || format!("{at}: {packed} is no {ty:?}");
    match (packed, ty) {
        (Packed::Nil, _) => Ok(Json::Null),
        (Packed::Ext(..), _) => Ok(unknown()),
        (Packed::String(text), Type::Str) => text.as_str().map(Json::from).ok_or_else(misfit),
        (Packed::Boolean(flag), Type::Bool) => Ok(Json::from(*flag)),
        (Packed::Integer(number), Type::Num) => number.as_i64().map(Json::from).ok_or_else(misfit),
        (Packed::F64(number), Type::Num) => Ok(Json::from(*number)),
        // What no float holds exactly comes as decimal text.
        (Packed::String(text), Type::Num) => text
            .as_str()
            .and_then(|text| serde_json::from_str::<Json>(text).ok())
            .filter(Json::is_number)
            .ok_or_else(misfit),
        (Packed::Array(items), Type::List(of) | Type::Set(of)) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| unpack(item, of, &format!("{at}[{index}]"))).collect()
        }
        (Packed::Map(entries), Type::Map(_) | Type::Object(_)) => unpack_entries(entries, ty, at),
        _ => Err(misfit()),
    }
}

fn unpack_entries(entries: &[(Packed, Packed)], ty: &Type, at: &str) -> Result<Json, String> {
    let mut object = Map::new();
    for (name, item) in entries {
        let name = name.as_str().ok_or_else(|| format!("{at}: the key {name} is no text"))?;
        let of = match ty {
            Type::Object(attributes) => attributes.get(name).ok_or_else(|| format!("{at}: unsupported {name:?}"))?,
            Type::Map(of) => of,
            other => return Err(format!("{at}: entries of {other:?}")),
        };
        if object.insert(name.to_owned(), unpack(item, of, &format!("{at}.{name}"))?).is_some() {
            return Err(format!("{at}.{name} comes twice"));
        }
    }
    match ty {
        Type::Object(attributes) if attributes.len() != object.len() => {
            Err(format!("{at}: an object with {} attributes is required, not {}", attributes.len(), object.len()))
        }
        _ => Ok(Json::Object(object)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_and_nothing_else_is_taken() {
        let ty = Type::parse(br#"["object",{"a":"string","n":"number","s":["set","string"]}]"#).expect("a type");
        let value = json!({"a": unknown(), "n": 1.5, "s": ["b", "a", "b"]});
        assert_eq!(decode(Some(&encode(&value, &ty)), &ty), Ok(json!({"a": unknown(), "n": 1.5, "s": ["a", "b"]})));
        let other = Type::parse(br#"["object",{"a":"string","n":"number"}]"#).expect("a type");
        let short = encode(&json!({"a": "x", "n": 1}), &other);
        assert!(decode(Some(&short), &ty).is_err_and(|error| error.contains("3 attributes")));
        assert!(decode(Some(&encode(&value, &ty)), &other).is_err_and(|error| error.contains("unsupported")));
        let long = pb::DynamicValue { msgpack: vec![0xc0, 0xc0], json: Vec::new() };
        assert!(decode(Some(&long), &ty).is_err());
    }
}
