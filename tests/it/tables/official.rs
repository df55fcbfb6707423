//! Our schema against the official provider's: same types, nothing newly required, nothing less sensitive, nothing that
//! could be set no longer settable. That is what lets its configurations and states be taken as they are.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Attr, Kind};

fn official() -> Json {
    let text = include_str!("../data/official-provider-schema.json");
    let document: Json = serde_json::from_str(text).expect("the schema is JSON");
    document["provider_schemas"]["registry.terraform.io/hoophq/hoop"].clone()
}

fn type_json(kind: &Kind) -> Json {
    match kind {
        Kind::Str => json!("string"),
        Kind::Bool => json!("bool"),
        Kind::Int32 | Kind::Int64 | Kind::Float64 => json!("number"),
        Kind::List(of) => json!(["list", type_json(of)]),
        Kind::Set(of) => json!(["set", type_json(of)]),
        Kind::Map(of) => json!(["map", type_json(of)]),
        Kind::Object(_) => Json::Null,
    }
}

fn nesting(kind: &Kind) -> &'static str {
    match kind {
        Kind::List(_) => "list",
        Kind::Set(_) => "set",
        Kind::Map(_) => "map",
        _ => "single",
    }
}

/// What the official attributes have and ours break, each with its path.
fn broken(theirs: &Json, ours: &[&'static Attr], at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, theirs) in theirs.as_object().into_iter().flatten() {
        let path = format!("{at}.{name}");
        let Some(attr) = ours.iter().find(|attr| attr.name == name) else {
            found.push(format!("{path} is missing"));
            continue;
        };
        let flag = |flag: &str| theirs[flag].as_bool().unwrap_or(false);
        if attr.is_required() && !flag("required") {
            found.push(format!("{path} is newly required"));
        }
        if !attr.settable() && (flag("required") || flag("optional")) {
            found.push(format!("{path} cannot be set any more"));
        }
        if !attr.is_sensitive() && flag("sensitive") {
            found.push(format!("{path} is less sensitive"));
        }
        match (theirs.get("nested_type"), attr.kind.nested()) {
            (None, None) if theirs["type"] == type_json(&attr.kind) => {}
            (Some(nested), Some(attrs)) if nested["nesting_mode"] == nesting(&attr.kind) => {
                let attrs: Vec<&'static Attr> = attrs.iter().collect();
                found.extend(broken(&nested["attributes"], &attrs, &path));
            }
            _ => found.push(format!("{path} has another type")),
        }
    }
    found
}

#[test]
fn configurations_of_the_official_provider_still_fit() {
    let official = official();
    let types = official["resource_schemas"].as_object().expect("types");
    assert_eq!(types.len(), 7, "all types of the official provider");
    let mut found = Vec::new();
    for (name, theirs) in types {
        let Some(resource) = PROVIDER.resource(name) else {
            found.push(format!("{name} is missing"));
            continue;
        };
        assert_eq!(theirs["version"], 0, "{name}: states carry the version");
        let ours: Vec<&'static Attr> = resource.managed().collect();
        found.extend(broken(&theirs["block"]["attributes"], &ours, name));
    }
    let ours: Vec<&'static Attr> = PROVIDER.attributes().collect();
    found.extend(broken(&official["provider"]["block"]["attributes"], &ours, "provider"));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn each_kind_of_break_is_found() {
    let resource = PROVIDER.resource("hoop_connection").expect("a type");
    let ours: Vec<&'static Attr> = resource.managed().collect();
    for (theirs, what) in [
        (json!({"gone": {"type": "string", "optional": true}}), "missing"),
        (json!({"name": {"type": "string", "optional": true}}), "newly required"),
        (json!({"id": {"type": "string", "optional": true}}), "cannot be set"),
        (json!({"name": {"type": "string", "required": true, "sensitive": true}}), "less sensitive"),
        (json!({"name": {"type": "number", "required": true}}), "another type"),
    ] {
        let found = broken(&theirs, &ours, "x");
        assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
    }
}
