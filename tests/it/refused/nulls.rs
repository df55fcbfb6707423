//! Null in collections: no system keeps one, and of a null object with write-only attributes Terraform itself crashes
//! unless an error comes first. At every depth of every collection of every entry.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use super::{Entry, assert_refused, each_system, entries, holding, validate};
use crate::figure::figure;
use crate::host::{Column, Object, Shape, Type, path_text, pb, unknown};
use crate::subject::places::places;
use crate::subject::samples::full;

/// The configurations of this type with one null in a collection, each with the place that an error names.
fn nulls(ty: &Type) -> Vec<(Json, String)> {
    let inside = |of: &Type, step: &str, wrap: &dyn Fn(Json) -> Json| {
        let null = (wrap(Json::Null), step.to_owned());
        let deeper = nulls(of).into_iter().map(|(value, path)| (wrap(value), format!("{step}{path}")));
        deeper.chain([null]).collect()
    };
    match ty {
        Type::Str | Type::Num | Type::Bool => Vec::new(),
        Type::List(of) => inside(of, "[0]", &|value| json!([value])),
        Type::Set(of) => inside(of, "", &|value| json!([value])),
        Type::Map(of) => inside(of, "[\"key\"]", &|value| json!({"key": value})),
        Type::Object(attributes) => {
            let attribute = |(name, ty): (&String, &Type)| {
                let name = name.clone();
                nulls(ty).into_iter().map(move |(value, path)| (holding(&name, value), format!(".{name}{path}")))
            };
            attributes.iter().flat_map(attribute).collect()
        }
    }
}

/// Those of the attributes that a user gives.
fn cases(shape: &Shape) -> Vec<(Json, String)> {
    let attribute = |(name, column): (&String, &Column)| {
        let name = name.clone();
        nulls(&column.ty).into_iter().map(move |(value, path)| (holding(&name, value), format!("{name}{path}")))
    };
    shape.settable().flat_map(attribute).collect()
}

#[test]
fn no_collection_takes_null() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        for (entry, shape) in entries(session) {
            for (config, path) in cases(&shape) {
                let found = validate(session, &entry, &config).await;
                assert_refused(&found, &path, "must not contain null", &format!("{entry:?} {config}"));
                counted.set(counted.get() + 1);
            }
        }
        assert!(subject.requests().is_empty(), "validation asks nothing");
    });
    figure("nulls in collections that are refused", counted.get());
    assert!(counted.get() > 30, "{}", counted.get());
}

/// A path without positions: elements of sets have none.
fn positionless(path: &str) -> String {
    let outside = |part: &str| {
        part.split_once(']').filter(|(inside, _)| inside.parse::<usize>().is_ok()).map(|it| it.1.to_owned())
    };
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match outside(part) {
        Some(rest) => text + &rest,
        None => text + "[" + part,
    })
}

/// What was unknown when the configuration was validated is planned, and refused once it is known to be null.
#[test]
fn what_turns_out_to_be_null_is_refused_by_the_plan() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        for (entry, _) in entries(session) {
            let Entry::Resource(name) = &entry else { continue };
            let resource = subject.provider().resource(name).expect("a type");
            let config = full(subject, resource, &subject.minimal(name, "turns-out"));
            for place in places(resource, &config).into_iter().filter(|place| place.is_element) {
                let nobody = Object::absent(name);
                let open = session.plan(&nobody, &place.with(&config, unknown())).await;
                assert!(!open.diagnostics.has_errors(), "{name} {place}: {}", open.diagnostics);
                let known = session.plan(&nobody, &place.with(&config, Json::Null)).await;
                let refused = |error: &pb::Diagnostic| {
                    let at = error.attribute.as_ref().map(path_text).unwrap_or_default();
                    positionless(&at) == positionless(&place.to_string())
                        && error.detail.contains("must not contain null")
                };
                assert!(known.diagnostics.errors().any(refused), "{name} {place}: {}", known.diagnostics);
                counted.set(counted.get() + 1);
            }
        }
    });
    assert!(counted.get() > 20, "{}", counted.get());
}
