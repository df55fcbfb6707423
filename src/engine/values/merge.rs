//! The JSON of a nested value in the request of an update: the value laid over what the system has there, so that keys that
//! the table does not know survive. Pure.

use serde_json::Value as Json;

use crate::engine::values::body::{encode, find, insert, remove};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Kind};
use crate::value::Value;

/// The JSON of this value. `base`: the JSON that the system has in its place.
pub(crate) fn encode_over(attr: &Attr, value: &Value, base: Option<&Json>) -> Json {
    match base {
        Some(base) => over(attr, &attr.kind, value, base),
        None => encode(attr, value),
    }
}

fn over(attr: &Attr, kind: &Kind, value: &Value, base: &Json) -> Json {
    match (kind, value, base) {
        (Kind::Object(attrs), Value::Object(object), Json::Object(base)) => {
            let mut json = base.clone();
            for attr in attrs.iter().filter(|attr| attr.settable()) {
                let wire = attr.wire_name();
                match get(object, attr.name) {
                    // The system has its own value, or one that is not stored in the state.
                    Value::Unknown => {}
                    Value::Null if attr.is_secret() => {}
                    Value::Null => remove(&mut json, wire),
                    value => insert(&mut json, wire, encode_over(attr, value, find(base, wire))),
                }
            }
            Json::Object(json)
        }
        (Kind::List(Kind::Object(attrs)) | Kind::Set(Kind::Object(attrs)), value, Json::Array(base)) => {
            let items = value.items().unwrap_or_default();
            let object = Kind::Object(attrs);
            let partners = partners(attr, attrs, items, base);
            let each = items.iter().zip(partners).map(|(item, partner)| match partner.and_then(|at| base.get(at)) {
                Some(base) => over(attr, &object, item, base),
                None => over(attr, &object, item, &Json::Object(JsonObject::new())),
            });
            each.collect()
        }
        _ => encode(attr, value),
    }
}

/// For each element the one that it is or was: the element that it does not change, otherwise the one in its place.
fn partners(attr: &Attr, attrs: &'static [Attr], items: &[Value], base: &[Json]) -> Vec<Option<usize>> {
    let known = |json: &Json| -> JsonObject {
        let wires = attrs.iter().filter(|attr| attr.settable()).map(Attr::wire_name);
        wires
            .filter_map(|wire| Some((wire.to_owned(), json.as_object().and_then(|json| find(json, wire))?.clone())))
            .collect()
    };
    let is_empty = |json: &Json| match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    };
    let plain = |json: JsonObject| -> JsonObject { json.into_iter().filter(|(_, value)| !is_empty(value)).collect() };
    let nothing = Json::Object(JsonObject::new());
    let object = Kind::Object(attrs);
    let wanted: Vec<JsonObject> = items.iter().map(|item| plain(known(&over(attr, &object, item, &nothing)))).collect();
    let present: Vec<JsonObject> = base.iter().map(|json| plain(known(json))).collect();
    let mut taken = vec![false; base.len()];
    let mut found: Vec<Option<usize>> = Vec::new();
    for wanted in &wanted {
        let same = present.iter().enumerate().position(|(index, json)| !taken[index] && json == wanted);
        same.into_iter().for_each(|index| taken[index] = true);
        found.push(same);
    }
    for (index, found) in found.iter_mut().enumerate() {
        if found.is_none() && taken.get(index) == Some(&false) {
            taken[index] = true;
            *found = Some(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{optional, required, secret};

    static RULE: &[Attr] = &[
        required("kind", Kind::Str, "doc"),
        optional("note", Kind::Str, "doc").or_empty(),
        optional("inner", Kind::Object(INNER), "doc"),
    ];
    static INNER: &[Attr] = &[optional("a", Kind::Str, "doc"), secret("key", Kind::Str, "doc")];
    static RULES: Attr = optional("rules", Kind::List(&Kind::Object(RULE)), "doc");

    fn rule(given: &[(&str, Value)]) -> Value {
        Value::Object(given.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn keys_that_the_table_does_not_know_survive_and_others_are_as_planned() {
        let base = json!([
            {"kind": "x", "note": "n", "own": 1, "inner": {"a": "1", "key": "k", "own": 2}},
            {"kind": "y", "note": null, "own": 3},
        ]);
        let sent = |items: Vec<Value>| encode_over(&RULES, &Value::List(items), Some(&base));
        let inner = rule(&[("a", Value::Null), ("key", Value::Null)]);
        let x = rule(&[("kind", Value::string("x")), ("note", Value::string("m")), ("inner", inner)]);
        let y = rule(&[("kind", Value::string("y"))]);
        let z = rule(&[("kind", Value::string("z"))]);
        assert_eq!(
            sent(vec![x.clone(), y.clone()]),
            json!([{"kind": "x", "note": "m", "own": 1, "inner": {"key": "k", "own": 2}}, {"kind": "y", "own": 3}]),
            "changed in its place; a secret that is not configured stays"
        );
        assert_eq!(sent(vec![y, z]), json!([{"kind": "y", "own": 3}, {"kind": "z"}]), "one removed, one new");
        assert_eq!(encode_over(&RULES, &Value::List(vec![x]), None), json!([{"kind": "x", "note": "m", "inner": {}}]));
    }
}
