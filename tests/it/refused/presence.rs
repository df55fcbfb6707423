//! Who gives an attribute: what only the system gives is not configured, known or not, and what every configuration gives
//! is not null. Terraform checks neither in nested attributes, and the former nowhere.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use super::{Entry, assert_refused, each_system, entries, holding, validate};
use crate::figure::figure;
use crate::host::{Column, Object, Shape, Type, unknown};

/// One place of a schema, in a configuration that fills it and as little else as can be.
struct Case {
    config: Json,
    /// As an error names it: a place in a set is the set.
    path: String,
}

/// Some value of a type.
fn some(ty: &Type) -> Json {
    match ty {
        Type::Str => json!("x"),
        Type::Num => json!(1),
        Type::Bool => json!(true),
        Type::List(of) | Type::Set(of) => json!([some(of)]),
        Type::Map(of) => json!({"k": some(of)}),
        Type::Object(attributes) => attributes.iter().map(|(name, ty)| (name.clone(), some(ty))).collect(),
    }
}

/// The places at whatever depth that `wanted` picks, each filled with what it gives for it.
fn cases(shape: &Shape, wanted: &dyn Fn(&Column, bool) -> Vec<Json>, nested: bool) -> Vec<Case> {
    let mut found = Vec::new();
    for (name, column) in &shape.0 {
        let fill = |value| Case { config: holding(name, value), path: name.clone() };
        found.extend(wanted(column, nested).into_iter().map(fill));
        let Some((_, inner)) = column.nested.as_ref().filter(|_| column.required || column.optional) else { continue };
        for case in cases(inner, wanted, true) {
            let (config, path) = match column.ty {
                Type::List(_) => (json!([case.config]), format!("{name}[0].{}", case.path)),
                Type::Map(_) => (json!({"key": case.config}), format!("{name}[\"key\"].{}", case.path)),
                Type::Set(_) => (json!([case.config]), format!("{name}.{}", case.path)),
                _ => (case.config, format!("{name}.{}", case.path)),
            };
            found.push(Case { config: holding(name, config), path });
        }
    }
    found
}

#[test]
fn what_only_the_system_gives_cannot_be_configured() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        let read_only = |column: &Column, _: bool| match column.required || column.optional {
            true => Vec::new(),
            false => vec![some(&column.ty), unknown()],
        };
        for (entry, shape) in entries(session) {
            for case in cases(&shape, &read_only, false) {
                let found = validate(session, &entry, &case.config).await;
                assert_refused(&found, &case.path, "is read-only", &format!("{entry:?} {}", case.config));
                counted.set(counted.get() + 1);
            }
        }
        assert!(subject.requests().is_empty(), "validation asks nothing");
    });
    figure("read-only attributes that are refused", counted.get());
    assert!(counted.get() > 200, "{}", counted.get());
}

#[test]
fn what_is_read_only_is_refused_by_a_read_and_a_plan_too() {
    each_system(async |subject, session| {
        for (entry, shape) in entries(session) {
            let read_only = shape.0.iter().find(|(_, column)| !column.required && !column.optional);
            let Some((attribute, column)) = read_only else { continue };
            let what = format!("{entry:?} {attribute}");
            let found = match &entry {
                Entry::Provider => continue,
                Entry::Data(name) => session.read_data(name, &holding(attribute, some(&column.ty))).await.1,
                Entry::Resource(name) => {
                    let mut config = subject.minimal(name, "read-only");
                    config[attribute] = unknown();
                    session.plan(&Object::absent(name), &config).await.diagnostics
                }
            };
            assert_refused(&found, attribute, "is read-only", &what);
        }
    });
}

#[test]
fn what_every_configuration_gives_cannot_be_null() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        let missing = |column: &Column, _: bool| if column.required { vec![Json::Null] } else { Vec::new() };
        for (entry, shape) in entries(session) {
            for case in cases(&shape, &missing, false) {
                let found = validate(session, &entry, &case.config).await;
                assert_refused(&found, &case.path, "is missing", &format!("{entry:?} {}", case.config));
                counted.set(counted.get() + 1);
            }
        }
        assert!(subject.requests().is_empty(), "validation asks nothing");
    });
    assert!(counted.get() > 30, "{}", counted.get());
}
