//! What Terraform's core demands of plans and applied states, told as core tells it. Pure.

use serde_json::{Map, Value as Json};

use super::pb::schema::object::NestingMode;
use super::shape::{Column, Shape, Type, is_unknown, is_wholly_known};

/// `Provider produced invalid plan`: what the plan may not say, given configuration and prior state. All in normal form.
pub(super) fn invalid_plan(shape: &Shape, prior: &Json, config: &Json, planned: &Json) -> Vec<String> {
    let mut found = Vec::new();
    kept_write_only(shape, planned, "", &mut found);
    plan_of_object(shape, prior, config, planned, "", &mut found);
    found
}

fn plan_of_object(shape: &Shape, prior: &Json, config: &Json, planned: &Json, at: &str, found: &mut Vec<String>) {
    if config.is_null() != planned.is_null() {
        let wanted =
            if config.is_null() { "existence but config wants absence" } else { "absence but config wants existence" };
        return found.push(format!("{at}: planned for {wanted}"));
    }
    if is_unknown(planned) && !is_unknown(config) {
        return found.push(format!("{at}: planned unknown for configured value"));
    }
    for (name, column) in &shape.0 {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        // The attributes of an object that is not known are not known.
        let part = |value: &Json| match is_unknown(value) {
            true => value.clone(),
            false => value.get(name).cloned().unwrap_or_default(),
        };
        plan_of_attribute(column, &part(prior), &part(config), &part(planned), &path, found);
    }
}

fn plan_of_attribute(column: &Column, prior: &Json, config: &Json, planned: &Json, at: &str, found: &mut Vec<String>) {
    if column.write_only || planned == config || (planned == prior && !prior.is_null() && !config.is_null()) {
        return;
    }
    if config.is_null() {
        if !column.computed {
            found.push(format!("{at}: planned value {planned} for a non-computed attribute"));
        }
        return;
    }
    match &column.nested {
        Some((nesting, shape)) if !is_unknown(config) => {
            plan_of_nested(*nesting, shape, prior, config, planned, at, found);
        }
        _ => {
            found.push(format!("{at}: planned value {planned} does not match config value {config} nor prior {prior}"))
        }
    }
}

fn plan_of_nested(
    nesting: NestingMode,
    shape: &Shape,
    prior: &Json,
    config: &Json,
    planned: &Json,
    at: &str,
    found: &mut Vec<String>,
) {
    match (nesting, config, planned) {
        (NestingMode::Single, ..) => plan_of_object(shape, prior, config, planned, at, found),
        (NestingMode::List, Json::Array(config), Json::Array(planned)) if config.len() == planned.len() => {
            for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                let prior = prior.get(index).unwrap_or(&Json::Null);
                plan_of_object(shape, prior, config, planned, &format!("{at}[{index}]"), found);
            }
        }
        (NestingMode::Map, Json::Object(config), Json::Object(planned)) if config.keys().eq(planned.keys()) => {
            for (key, config) in config {
                let prior = prior.get(key).unwrap_or(&Json::Null);
                plan_of_object(shape, prior, config, &planned[key], &format!("{at}[{key:?}]"), found);
            }
        }
        // Elements of a set cannot be told apart: only that there are as many, and that each is one.
        (NestingMode::Set, Json::Array(config), Json::Array(planned)) if config.len() == planned.len() => {
            if planned.iter().any(is_unknown) && !config.iter().any(is_unknown) {
                found.push(format!("{at}: planned unknown for configured value"));
            }
        }
        _ => found.push(format!("{at}: count in plan disagrees with count in config")),
    }
}

/// `Provider produced inconsistent result after apply`, or `… final plan`: what `actual` may not be, given the plan
/// that it completes.
pub(super) fn inconsistent(planned: &Json, actual: &Json, ty: &Type) -> Vec<String> {
    let mut found = Vec::new();
    compare(planned, actual, ty, "", &mut found);
    found
}

fn compare(planned: &Json, actual: &Json, ty: &Type, at: &str, found: &mut Vec<String>) {
    // What is equal is consistent, and that need not be looked for element by element.
    if is_unknown(planned) || planned == actual {
        return;
    }
    match (planned, actual, ty) {
        (Json::Null, ..) | (_, Json::Null, _) => found.push(format!("{at}: was {planned}, but now {actual}")),
        (Json::Object(planned), Json::Object(actual), Type::Object(attributes)) => {
            for (name, ty) in attributes {
                compare(&planned[name], &actual[name], ty, &format!("{at}.{name}"), found);
            }
        }
        (Json::Object(planned), Json::Object(actual), Type::Map(of)) => compare_maps(planned, actual, of, at, found),
        (Json::Array(planned), Json::Array(actual), Type::List(of)) if planned.len() == actual.len() => {
            for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                compare(planned, actual, of, &format!("{at}[{index}]"), found);
            }
        }
        (Json::Array(planned), Json::Array(actual), Type::Set(of)) if planned.len() >= actual.len() => {
            let fits = |planned: &Json, actual: &Json| inconsistent(planned, actual, of).is_empty();
            if let Some(lost) = planned.iter().find(|planned| !actual.iter().any(|actual| fits(planned, actual))) {
                found.push(format!("{at}: planned set element {lost} does not correlate with any element in actual"));
            } else if let Some(new) = actual.iter().find(|actual| !planned.iter().any(|planned| fits(planned, actual)))
            {
                found.push(format!("{at}: actual set element {new} does not correlate with any element in plan"));
            }
        }
        (planned, actual, _) => found.push(format!("{at}: was {planned}, but now {actual}")),
    }
}

fn compare_maps(planned: &Map<String, Json>, actual: &Map<String, Json>, of: &Type, at: &str, found: &mut Vec<String>) {
    if !planned.keys().eq(actual.keys()) {
        return found.push(format!("{at}: the keys were {:?}, but now {:?}", keys(planned), keys(actual)));
    }
    for (key, planned) in planned {
        compare(planned, &actual[key], of, &format!("{at}[{key:?}]"), found);
    }
}

fn keys(map: &Map<String, Json>) -> Vec<&String> {
    map.keys().collect()
}

/// What may not be stored at all: unknown parts and write-only values.
pub(super) fn not_storable(shape: &Shape, state: &Json) -> Vec<String> {
    let mut found = Vec::new();
    if !is_wholly_known(state) {
        found.push(format!("is not wholly known: {state}"));
    }
    kept_write_only(shape, state, "", &mut found);
    found
}

/// An object that is not known as a whole has write-only values that are not known, which are values too.
fn kept_write_only(shape: &Shape, object: &Json, at: &str, found: &mut Vec<String>) {
    for (name, column) in &shape.0 {
        let value = if is_unknown(object) { object } else { &object[name.as_str()] };
        let path = format!("{at}.{name}");
        if column.write_only && !value.is_null() {
            found.push(format!("{path}: returned a value for the write-only attribute"));
        }
        let Some((nesting, shape)) = &column.nested else { continue };
        match (nesting, value) {
            (NestingMode::List | NestingMode::Set, Json::Array(items)) => {
                items.iter().for_each(|item| kept_write_only(shape, item, &path, found));
            }
            (NestingMode::Map, Json::Object(items)) => {
                items.values().for_each(|item| kept_write_only(shape, item, &path, found));
            }
            (NestingMode::Single, item) if !is_unknown(item) => kept_write_only(shape, item, &path, found),
            _ => {}
        }
    }
}

/// Core's ProposedNew: the configuration, and for what it leaves to the provider the prior value. Inside nested objects
/// core does the same, which is left out: the provider reads no more of a proposal than whether it is null.
pub(super) fn proposed(shape: &Shape, prior: &Json, config: &Json) -> Json {
    let attribute = |(name, column): (&String, &Column)| {
        let value = match &config[name] {
            _ if column.write_only => Json::Null,
            Json::Null if column.computed && prior.is_object() => prior[name].clone(),
            configured => configured.clone(),
        };
        (name.clone(), value)
    };
    Json::Object(shape.0.iter().map(attribute).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::host::unknown;

    fn column(presence: &str, ty: &str) -> Column {
        Column {
            required: presence == "required",
            optional: presence.contains("optional"),
            computed: presence.contains("computed"),
            write_only: presence.contains("write-only"),
            ty: Type::parse(ty.as_bytes()).expect("a type"),
            nested: None,
        }
    }

    fn shape() -> Shape {
        let columns = [
            ("plain", column("optional", r#""string""#)),
            ("given", column("optional computed", r#""string""#)),
            ("hidden", column("optional write-only", r#""string""#)),
            (
                "inner",
                Column {
                    nested: Some((
                        NestingMode::Single,
                        Shape([("x".to_owned(), column("optional", r#""string""#))].into()),
                    )),
                    ..column("optional", r#"["object",{"x":"string"}]"#)
                },
            ),
        ];
        Shape(columns.map(|(name, column)| (name.to_owned(), column)).into())
    }

    #[test]
    fn plans_that_core_refuses() {
        let full = |plain: Json, given: Json, hidden: Json, inner: Json| json!({"plain": plain, "given": given, "hidden": hidden, "inner": inner});
        let null = || Json::Null;
        let config = full(json!("a"), null(), json!("s"), null());
        let prior = full(json!("b"), json!("old"), null(), null());
        for (planned, complaint) in [
            (full(json!("a"), unknown(), null(), null()), None),
            (full(json!("b"), json!("anything"), null(), null()), None),
            (full(json!("c"), null(), null(), null()), Some("plain: planned value")),
            (full(unknown(), null(), null(), null()), Some("plain: planned value")),
            (full(json!("a"), null(), json!("s"), null()), Some(".hidden: returned a value for the write-only")),
            (full(json!("a"), null(), null(), json!({"x": null})), Some("inner: planned value")),
            (null(), Some(": planned for absence")),
        ] {
            let found = invalid_plan(&shape(), &prior, &config, &planned);
            assert_eq!(
                found.first().map(String::as_str).unwrap_or("").find(complaint.unwrap_or("")),
                Some(0),
                "{found:?}"
            );
            assert_eq!(found.is_empty(), complaint.is_none(), "{planned}: {found:?}");
        }
        let config = full(json!("a"), null(), null(), json!({"x": "y"}));
        let planned = full(json!("a"), null(), null(), unknown());
        assert_eq!(invalid_plan(&shape(), &null(), &config, &planned), ["inner: planned unknown for configured value"]);
    }

    #[test]
    fn an_object_that_is_not_known_has_unknown_attributes_and_none_of_them_may_be_write_only() {
        let columns =
            [("x", column("optional", r#""string""#)), ("hidden", column("optional write-only", r#""string""#))];
        let inner = Shape(columns.map(|(name, column)| (name.to_owned(), column)).into());
        let ty = r#"["map",["object",{"x":"string","hidden":"string"}]]"#;
        let map = Column { nested: Some((NestingMode::Map, inner)), ..column("optional", ty) };
        let shape = Shape([("m".to_owned(), map)].into());
        let broken = |planned: Json| {
            let config = json!({"m": {"a": unknown(), "b": {"x": "1", "hidden": null}}});
            invalid_plan(&shape, &Json::Null, &config, &json!({"m": {"a": planned, "b": {"x": "1", "hidden": null}}}))
        };
        assert_eq!(broken(json!({"x": unknown(), "hidden": null})), Vec::<String>::new());
        assert!(broken(unknown())[0].starts_with(".m.hidden: returned a value for the write-only attribute"));
        assert!(broken(json!({"x": "1", "hidden": null}))[0].starts_with("m[\"a\"].x: planned value"));
    }

    #[test]
    fn results_that_do_not_complete_their_plan() {
        let ty = Type::parse(br#"["object",{"s":["set","string"],"m":["map","string"],"l":["list","number"]}]"#);
        let ty = ty.expect("a type");
        let planned = json!({"s": ["a", unknown()], "m": {"k": unknown()}, "l": [1]});
        for (actual, fits) in [
            (json!({"s": ["a", "b"], "m": {"k": "v"}, "l": [1]}), true),
            (json!({"s": ["a"], "m": {"k": "v"}, "l": [1]}), true),
            (json!({"s": ["b", "c"], "m": {"k": "v"}, "l": [1]}), false),
            (json!({"s": ["a", "b", "c"], "m": {"k": "v"}, "l": [1]}), false),
            (json!({"s": ["a", "b"], "m": {}, "l": [1]}), false),
            (json!({"s": ["a", "b"], "m": {"k": "v"}, "l": [1, 2]}), false),
            (json!({"s": ["a", "b"], "m": {"k": "v"}, "l": null}), false),
        ] {
            assert_eq!(inconsistent(&planned, &actual, &ty).is_empty(), fits, "{actual}");
        }
        let ty = Type::parse(br#"["set",["object",{"k":"string","v":"string"}]]"#).expect("a type");
        let item = |k: &str, v: Json| json!({"k": k, "v": v});
        let planned = json!([item("a", unknown()), item("a", json!("w"))]);
        assert!(inconsistent(&planned, &json!([item("a", json!("v")), item("a", json!("w"))]), &ty).is_empty());
        let strange = inconsistent(&planned, &json!([item("a", json!("w")), item("b", json!("w"))]), &ty);
        assert!(strange[0].contains("actual set element"), "{strange:?}");
    }

    #[test]
    fn states_that_cannot_be_stored() {
        let state = |given: Json, hidden: Json| json!({"plain": null, "given": given, "hidden": hidden, "inner": null});
        assert!(not_storable(&shape(), &state(json!("x"), Json::Null)).is_empty());
        assert_eq!(not_storable(&shape(), &state(unknown(), json!("s"))).len(), 2);
    }
}
