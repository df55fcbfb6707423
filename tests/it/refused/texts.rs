//! Texts that no request carries: in a path those that would lead elsewhere, everywhere the NUL character. In
//! configurations, in what is looked up, in what is imported.

use std::cell::Cell;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Codec, Reads, Resource, Role};

use super::{Entry, assert_refused, each_system, entries, holding, validate};
use crate::figure::figure;
use crate::host::{Shape, Type};
use crate::subject::places::places;
use crate::subject::samples::full;

/// What would address another object, or none.
const ASTRAY: &[&str] = &["", ".", "..", "a/b", "/", "../a"];

/// Whether a template names the attribute.
fn is_named(template: Option<&str>, attribute: &str) -> bool {
    template.is_some_and(|template| template.split('/').any(|part| part == format!("{{{attribute}}}")))
}

/// Whether the attribute is a part of a path of this table.
fn in_path(resource: &Resource, attribute: &str) -> bool {
    let read = match resource.reads {
        Reads::One => None,
        Reads::At(path) | Reads::Find { path, .. } => Some(path),
    };
    let own = resource.path.is_none() && resource.keys().any(|key| key.name == attribute);
    own || [resource.path, read, resource.lock].into_iter().any(|template| is_named(template, attribute))
}

#[test]
fn what_no_path_carries_is_refused_in_configurations_imports_and_look_ups() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        for resource in subject.provider().resources {
            let minimal = subject.minimal(resource.name, "astray");
            subject.clear_requests();
            for text in ASTRAY {
                for attr in resource.managed().filter(|attr| attr.settable() && in_path(resource, attr.name)) {
                    let mut config = minimal.clone();
                    config[attr.name] = json!(text);
                    let entry = Entry::Resource(resource.name.to_owned());
                    let found = validate(session, &entry, &config).await;
                    assert_refused(&found, attr.name, "must", &format!("{} {config}", resource.name));
                    counted.set(counted.get() + 1);
                }
                for key in resource.given_keys().filter(|key| in_path(resource, key.name)) {
                    let of = |other: &str| {
                        if other == key.name {
                            (*text).to_owned()
                        } else {
                            "00000000-0000-4000-8000-000000000001".to_owned()
                        }
                    };
                    let keys: Vec<String> = resource.keys().map(|other| of(other.name)).collect();
                    let imported = session.import(resource.name, &keys.join("/")).await;
                    assert!(imported.is_err(), "{} {keys:?}", resource.name);
                    let identity: Json =
                        resource.keys().map(|other| (other.name.to_owned(), json!(of(other.name)))).collect();
                    assert!(
                        session.import_identity(resource.name, &identity).await.is_err(),
                        "{} {identity}",
                        resource.name
                    );
                    if resource.data_source {
                        let (_, found) = session.read_data(resource.name, &identity).await;
                        assert_refused(&found, key.name, "must", &format!("{} {identity}", resource.name));
                    }
                }
                for other in resource.alternative_keys.iter().filter(|_| resource.data_source) {
                    let (_, found) = session.read_data(resource.name, &holding(other, json!(text))).await;
                    assert_refused(&found, other, "must", &format!("{} by {other} {text:?}", resource.name));
                }
                let list = resource.list.as_ref();
                for filter in
                    list.iter().flat_map(|list| list.filters.iter().filter(|it| is_named(list.path, it.name())))
                {
                    let name = list.expect("a list").name;
                    let (_, found) = session.read_data(name, &holding(filter.name(), json!(text))).await;
                    assert_refused(&found, filter.name(), "must", &format!("{name} {text:?}"));
                }
            }
            let sent = subject.requests();
            // A name of several parts may be looked for in a list.
            assert!(sent.iter().all(|request| request.method == "GET" && !resource.named_by.is_empty()), "{sent:?}");
        }
    });
    assert!(counted.get() > 30, "{}", counted.get());
}

/// The configurations of a type with a NUL in one of its texts or keys, each with the place that an error names.
fn nuls(ty: &Type) -> Vec<(Json, String)> {
    match ty {
        Type::Str => vec![(json!("a\u{0}b"), String::new())],
        Type::Num | Type::Bool => Vec::new(),
        Type::List(of) => nuls(of).into_iter().map(|(value, path)| (json!([value]), format!("[0]{path}"))).collect(),
        Type::Set(of) => nuls(of).into_iter().map(|(value, path)| (json!([value]), path)).collect(),
        Type::Map(of) => {
            let inside = nuls(of).into_iter().map(|(value, path)| (json!({"key": value}), format!("[\"key\"]{path}")));
            inside.chain([(json!({"k\u{0}": Json::Null}), String::new())]).collect()
        }
        Type::Object(attributes) => {
            let attribute = |(name, ty): (&String, &Type)| {
                let name = name.clone();
                nuls(ty).into_iter().map(move |(value, path)| (holding(&name, value), format!(".{name}{path}")))
            };
            attributes.iter().flat_map(attribute).collect()
        }
    }
}

/// Base64 carries it, and so it is no error in what the table sends so.
fn is_coded(attr: &Attr) -> bool {
    attr.codec == Codec::Base64
}

/// It can be configured with none of its parts.
fn is_computed(attr: &Attr) -> bool {
    !attr.settable()
}

/// Whether the attribute at this path, or one that it is inside of, has the property.
fn has(resource: Option<&Resource>, path: &str, property: fn(&Attr) -> bool) -> bool {
    let names = || path.split(['.', '[']).filter(|part| !part.ends_with(']'));
    let Some(mut attrs) = resource.map(|resource| resource.attrs) else { return false };
    for name in names() {
        let plain = name.strip_suffix("_wo").unwrap_or(name);
        let Some(attr) = attrs.iter().find(|attr| attr.name == plain) else { return false };
        if property(attr) {
            return true;
        }
        attrs = attr.kind.nested().unwrap_or_default();
    }
    false
}

#[test]
fn nul_is_in_no_text_of_any_entry() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        for (entry, shape) in entries(session) {
            let resource = match &entry {
                Entry::Resource(name) => subject.provider().resource(name),
                Entry::Provider | Entry::Data(_) => None,
            };
            for (config, path) in texts(&shape) {
                let found = validate(session, &entry, &config).await;
                let is_key = config.to_string().contains("k\\u0000");
                // A version is Terraform's own and never sent.
                let any = |property| has(resource, &path, property);
                if path.ends_with("_wo_version") || (!is_key && any(is_coded)) || any(is_computed) {
                    continue;
                }
                assert_refused(&found, &path, "must", &format!("{entry:?} {config}"));
                counted.set(counted.get() + 1);
            }
        }
        assert!(subject.requests().is_empty(), "validation asks nothing");
    });
    figure("texts with NUL that are refused", counted.get());
    assert!(counted.get() > 80, "{}", counted.get());
}

fn texts(shape: &Shape) -> Vec<(Json, String)> {
    let attribute = |(name, column): (&String, &crate::host::Column)| {
        let name = name.clone();
        nuls(&column.ty).into_iter().map(move |(value, path)| (holding(&name, value), format!("{name}{path}")))
    };
    shape.settable().flat_map(attribute).collect()
}

/// What base64 carries really comes to rest.
#[test]
fn a_coded_text_may_hold_nul() {
    let counted = Cell::new(0);
    each_system(async |subject, session| {
        for resource in subject.provider().resources {
            let name = format!("coded-{}", counted.get());
            let config = full(subject, resource, &subject.minimal(resource.name, &name));
            let coded = |place: &&crate::subject::places::Place| {
                place.role == Role::Plain && place.is_element && place.attr.codec == Codec::Base64
            };
            let Some(place) = places(resource, &config).iter().find(coded).cloned() else { continue };
            let object = session.create(resource.name, &place.with(&config, json!("a\u{0}b"))).await;
            assert!(!session.destroy(&object).await.diagnostics.has_errors());
            counted.set(counted.get() + 1);
        }
    });
    assert!(counted.get() > 2, "{}", counted.get());
}
