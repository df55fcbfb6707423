//! A whole OpenAPI document of the gateway, which `HOOP_OPENAPI` names: nothing in it is new. Each of its operations is one
//! that we use or that `left_out.rs` lists with its reason, and each property of an object that we manage, at any depth,
//! belongs to an attribute or is listed there too. A workflow runs this every week with the newest gateway. Without the
//! variable, the part of the document that the repository keeps (`data/gateway-api.json`) stands for it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Attr, Resource};

use super::gateway::{described, misfits, reviewed, with_recorded};
use super::left_out::{OPERATIONS, PROPERTIES};

const VARIABLE: &str = "HOOP_OPENAPI";

/// The document that the variable names, in the form of `data/gateway-api.json`, and whether it is a whole one.
fn document() -> (Json, bool) {
    let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) else { return (reviewed(), false) };
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{VARIABLE}={} cannot be read: {error}", path.display()));
    let whole: Json = serde_json::from_str(&text).expect("the document is JSON");
    (with_recorded(cut(&whole)), true)
}

/// Operations with the schemas of what they take and return, and all schemas.
fn cut(whole: &Json) -> Json {
    let mut operations = json!({});
    for (path, methods) in whole["paths"].as_object().expect("the document has paths") {
        for (method, operation) in methods.as_object().expect("a path has methods") {
            // Some bodies are of the type `*/*`.
            let content = |of: &Json| of["content"].as_object().and_then(|types| types.values().next()).cloned();
            let schema = |of: &Json| content(of).map_or(Json::Null, |content| content["schema"].clone());
            let responses = operation["responses"].as_object().into_iter().flatten();
            let returned =
                responses.filter(|(status, _)| status.starts_with('2')).map(|(_, of)| schema(of)).find(Json::is_object);
            operations[path][method] =
                json!({ "request": schema(&operation["requestBody"]), "response": returned.unwrap_or_default() });
        }
    }
    json!({ "operations": operations, "schemas": whole["components"]["schemas"] })
}

fn operations(api: &Json) -> impl Iterator<Item = (&str, &str, &Json)> {
    let paths = api["operations"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn is_left_out(path: &str, method: &str) -> bool {
    OPERATIONS.iter().any(|(methods, pattern, _)| {
        let same_path = pattern.strip_suffix("/*").map_or(path == *pattern, |under| {
            path.strip_prefix(under).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        same_path && (*methods == "*" || methods.split(' ').any(|one| one == method))
    })
}

/// The names of the schemas in this one.
fn references(schema: &Json) -> BTreeSet<&str> {
    match schema {
        Json::Object(members) => {
            members.iter().flat_map(|(name, value)| match value {
                Json::String(place) if name == "$ref" => BTreeSet::from([place.as_str()]),
                value => references(value),
            })
        }
        .collect(),
        Json::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

/// What differs between the operations of a document and those that we use.
fn changed_operations(api: &Json, used: &Json) -> Vec<String> {
    let mut found = Vec::new();
    for (path, method, operation) in operations(api) {
        match used["operations"].get(path).and_then(|methods| methods.get(method)) {
            None if is_left_out(path, method) => {}
            None => found.push(format!("{method} {path}: a new operation")),
            Some(known) => {
                let differs =
                    |part: &str| known[part].is_object() && references(&known[part]) != references(&operation[part]);
                let parts = ["request", "response"].into_iter().filter(|part| differs(part));
                found.extend(parts.map(|part| format!("{method} {path}: the {part} has another schema")));
            }
        }
    }
    let gone = operations(used).filter(|(path, method, _)| api["operations"][path].get(method).is_none());
    found.extend(gone.map(|(path, method, _)| format!("{method} {path}: it is no longer there")));
    found
}

/// The schema itself if this is a reference to one, or the elements of one.
fn resolved<'a>(api: &'a Json, schema: &'a Json) -> &'a Json {
    let inner = [&schema["items"], &schema["additionalProperties"], &schema["allOf"][0]];
    match schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        Some(name) => resolved(api, &api["schemas"][name]),
        None => inner.into_iter().find(|inner| inner.is_object()).map_or(schema, |inner| resolved(api, inner)),
    }
}

/// An attribute with the rest of its name on the wire.
type Named = (&'static str, &'static Attr);

fn attributes(attrs: &'static [Attr]) -> Vec<Named> {
    attrs.iter().map(|attr| (attr.wire_name(), attr)).collect()
}

/// The properties of a schema that belong to no attribute, as paths. Those of an object with attributes are looked into.
fn unnamed(api: &Json, schema: &Json, attrs: &[Named], path: &str, found: &mut BTreeSet<String>) {
    for (name, property) in resolved(api, schema)["properties"].as_object().into_iter().flatten() {
        let at = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let inside = attrs.iter().filter_map(|(wire, attr)| Some((wire.strip_prefix(name)?.strip_prefix('.')?, *attr)));
        let same = attrs.iter().filter(|(wire, _)| wire == name);
        let nested = same.clone().filter_map(|(_, attr)| attr.kind.nested()).flat_map(attributes);
        let inner: Vec<Named> = inside.chain(nested).collect();
        if !inner.is_empty() {
            unnamed(api, property, &inner, &at, found);
        } else if same.count() == 0 {
            found.insert(at);
        }
    }
}

fn unnamed_of(api: &Json, resource: &Resource) -> BTreeSet<String> {
    let object = described(resource);
    let mut found = BTreeSet::new();
    for name in object.written.iter().chain(object.shown) {
        let schema = &api["schemas"][format!("openapi.{name}")];
        if schema.is_object() {
            unnamed(api, schema, &attributes(resource.attrs), "", &mut found);
        } else {
            found.insert(format!("(there is no schema {name})"));
        }
    }
    found
}

/// The name of each type, with its properties that no attribute has.
fn all_unnamed(api: &Json) -> Vec<(&'static str, BTreeSet<String>)> {
    PROVIDER.resources.iter().map(|resource| (resource.name, unnamed_of(api, resource))).collect()
}

fn explains(out: &str, at: &str) -> bool {
    out == at || (out == "*" && !at.contains('.'))
}

/// The properties of all objects that nothing explains.
fn new_properties(api: &Json) -> Vec<String> {
    let found = all_unnamed(api).into_iter().flat_map(|(name, found)| {
        let explained =
            move |at: &str| PROPERTIES.iter().any(|(of, out, _)| [name, "*"].contains(of) && explains(out, at));
        found.into_iter().filter(move |at| !explained(at)).map(move |at| format!("{name}: {at}"))
    });
    found.collect()
}

#[test]
fn nothing_in_the_document_is_new() {
    let (api, is_whole) = document();
    let mut found = new_properties(&api);
    found.extend(misfits(&api));
    if is_whole {
        found.extend(changed_operations(&api, &reviewed()));
    }
    assert!(
        found.is_empty(),
        "the gateway's API has changed:\n{}\nGive each of them an attribute or an operation, or list it in \
         tests/it/tables/left_out.rs with its reason, and bring tests/it/data/gateway-api.json up to date.",
        found.join("\n")
    );
}

#[test]
fn reasons_are_about_what_is_left_out() {
    let api = reviewed();
    let unnamed = all_unnamed(&api);
    let stale = PROPERTIES.iter().filter(|(of, out, _)| {
        let types = unnamed.iter().filter(|(name, _)| [*name, "*"].contains(of));
        let left_out = types.flat_map(|(_, found)| found).any(|at| explains(out, at));
        !left_out && !PROVIDER.resources.iter().any(|table| [table.name, "*"].contains(of) && is_only_read(table, out))
    });
    let stale: Vec<String> = stale.map(|(of, out, reason)| format!("{of}: {out} ({reason})")).collect();
    assert!(stale.is_empty(), "these are not left out, or do not exist:\n{}", stale.join("\n"));
    let used = reviewed();
    let twice: Vec<_> = operations(&used).filter(|(path, method, _)| is_left_out(path, method)).collect();
    assert!(twice.is_empty(), "used, and listed as left out: {twice:?}");
}

/// Whether a property, which a write may carry, belongs to an attribute that is only read.
fn is_only_read(resource: &Resource, name: &str) -> bool {
    let mut of = resource.attrs.iter().filter(|attr| attr.wire_name().split('.').next() == Some(name)).peekable();
    of.peek().is_some() && !of.any(Attr::settable)
}

#[test]
fn what_is_new_is_found() {
    let mut api = reviewed();
    api["schemas"]["openapi.Connection"]["properties"]["color"] = json!({ "type": "string" });
    let nested = api["schemas"]["openapi.ResourceRequest"]["properties"]["roles"]["items"]["$ref"].as_str();
    let nested = nested.and_then(|place| place.rsplit('/').next()).expect("roles have a schema").to_owned();
    api["schemas"][nested]["properties"]["shape"] = json!({ "type": "string" });
    // A role of a resource is shown as a connection.
    assert_eq!(
        new_properties(&api),
        ["hoop_connection: color", "hoop_resource: roles.color", "hoop_resource: roles.shape"]
    );

    let used = reviewed();
    let mut api = reviewed();
    api["operations"]["/connections"]["patch"] = json!({});
    api["operations"]["/sessions/{id}/color"]["get"] = json!({});
    api["operations"]["/colors"]["get"] = json!({});
    api["operations"]["/agents"]["post"]["request"]["$ref"] = json!("#/components/schemas/openapi.Color");
    api["operations"]["/guardrails/{id}"].as_object_mut().expect("methods").remove("delete");
    let expected = [
        "post /agents: the request has another schema",
        "get /colors: a new operation",
        "patch /connections: a new operation",
        "delete /guardrails/{id}: it is no longer there",
    ];
    assert_eq!(changed_operations(&api, &used), expected);
}

#[test]
fn a_document_is_cut_to_operations_and_schemas() {
    let reference = json!({ "$ref": "#/components/schemas/openapi.A" });
    let body = json!({ "content": { "application/json": { "schema": reference } } });
    let whole = json!({
        "paths": { "/as": { "post": { "requestBody": body, "responses": { "201": body, "400": {} } }, "delete": {} } },
        "components": { "schemas": { "openapi.A": {} } },
    });
    let cut = cut(&whole);
    assert_eq!(cut["operations"]["/as"]["post"], json!({ "request": reference, "response": reference }));
    assert_eq!(cut["operations"]["/as"]["delete"], json!({ "request": null, "response": null }));
    assert!(cut["schemas"]["openapi.A"].is_object());
}
