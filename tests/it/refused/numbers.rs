//! Numbers at the edges of what each wire carries, and fractions that no float is: refused in words, or kept exactly as
//! they are written while the system keeps its float of them.

use std::cell::Cell;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Role, Rule, whole_range};

use super::{Entry, assert_refused, each_system, holding, validate};
use crate::figure::figure;
use crate::host::{Action, Object, Session};
use crate::subject::Subject;
use crate::subject::places::{Place, places};
use crate::subject::samples::sample;

fn number(text: &str) -> Json {
    serde_json::from_str(text).expect("a number")
}

/// The number at the end of a kind, if it is one or a collection of some.
fn leaf(kind: &Kind) -> Option<&Kind> {
    match kind {
        Kind::Int32 | Kind::Int64 | Kind::Float64 => Some(kind),
        Kind::List(of) | Kind::Set(of) | Kind::Map(of) => leaf(of),
        Kind::Str | Kind::Bool | Kind::Object(_) => None,
    }
}

/// Numbers that a value of this attribute may be, and numbers that it may not be.
fn edges(attr: &Attr, kind: &Kind) -> (Vec<Json>, Vec<Json>) {
    if let Some((min, max)) = whole_range(kind, attr.rules) {
        let beyond = [i128::from(min) - 1, i128::from(max) + 1].map(|beyond| number(&beyond.to_string()));
        let (near, far) = (number("1.5"), number("1e400"));
        return (vec![json!(max), json!(min)], [beyond.to_vec(), vec![near, far]].concat());
    }
    let (low, high) = attr.rules.iter().find_map(Rule::range).unwrap_or((i64::MIN, i64::MAX));
    let mut good = vec![
        // Terraform's own 1/3, and 1 - 0.1 with what a calculation leaves behind it.
        number(&format!("0.{}", "3".repeat(154))),
        number(&format!("0.9{}1", "0".repeat(150))),
        number("0.12345678901234567890"),
        number("0.1"),
        number("1e-400"),
        number("4.9e-324"),
        // Beyond the range by less than a float tells.
        number(&format!("{high}.{}1", "0".repeat(40))),
        json!(low),
    ];
    let mut bad = vec![number("1e400"), number("-1e400")];
    match high {
        i64::MAX => good.push(number("1.7976931348623157e308")),
        _ => bad.push(number(&format!("{high}.00001"))),
    }
    if low > i64::MIN {
        bad.push(number(&format!("{}", low - 1)));
    }
    (good, bad)
}

/// The places of numbers in the configuration with this attribute.
fn numbers(resource: &'static Resource, config: &Json) -> Vec<Place> {
    let is_number = |place: &Place| {
        let inmost = place.value(config).is_some_and(Json::is_number);
        place.role == Role::Plain && inmost && leaf(&place.attr.kind).is_some()
    };
    places(resource, config).into_iter().filter(is_number).collect()
}

/// A place comes to rest with each number, one after the other, and after an import that tells the system's float.
async fn comes_to_rest(subject: &dyn Subject, session: &Session, name: &str, configs: &[Json]) {
    let mut object = Object::absent(name);
    for config in configs {
        object = session.converge_quietly(&object, config).await;
        let resource = subject.provider().resource(name).expect("a type");
        let keys: Vec<&str> = resource.keys().filter_map(|key| object.state[key.name].as_str()).collect();
        let imported = session.import(name, &keys.join("/")).await.expect("an import");
        let (imported, _) = session.read(&imported).await;
        let planned = session.plan(&imported, config).await;
        // Other attributes may be hidden or be told by their configuration alone; the number is in neither.
        let moved = |state: &Json| {
            numbers(resource, config).iter().any(|place| place.value(&imported.state) != place.value(state))
        };
        assert!(planned.action != Action::Replace && !moved(&planned.state), "{name} with {config}: {}", planned.state);
    }
    let gone = session.destroy(&object).await;
    assert!(!gone.diagnostics.has_errors(), "{name}: {}", gone.diagnostics);
}

#[test]
fn numbers_are_refused_or_come_to_rest() {
    let (rests, refusals) = (Cell::new(0), Cell::new(0));
    each_system(async |subject, session| {
        for resource in subject.provider().resources {
            for attr in resource.managed().filter(|attr| attr.settable()) {
                let mut config = subject.minimal(resource.name, &format!("edges-{}", attr.name.replace('_', "-")));
                if config[attr.name].is_null() {
                    config[attr.name] = sample(subject, resource, attr, 0);
                }
                let inside = numbers(resource, &config).into_iter();
                for place in inside.filter(|place| place.path[0].name() == Some(attr.name)) {
                    let kind = leaf(&place.attr.kind).expect("a number");
                    let (good, bad) = edges(place.attr, kind);
                    for wrong in &bad {
                        let entry = Entry::Resource(resource.name.to_owned());
                        let found = validate(session, &entry, &place.with(&config, wrong.clone())).await;
                        assert_refused(
                            &found,
                            &place.to_string(),
                            "must be",
                            &format!("{} {place} {wrong}", resource.name),
                        );
                    }
                    let configs: Vec<Json> = good.iter().map(|good| place.with(&config, good.clone())).collect();
                    comes_to_rest(subject, session, resource.name, &configs).await;
                    rests.set(rests.get() + good.len());
                    refusals.set(refusals.get() + bad.len());
                }
            }
        }
    });
    figure("numbers at edges that come to rest", rests.get());
    assert!(rests.get() > 20 && refusals.get() > 20, "{} {}", rests.get(), refusals.get());
}

#[test]
fn settings_and_filters_have_ranges_too() {
    each_system(async |subject, session| {
        let settings = subject.provider().attributes().map(|attr| (Entry::Provider, attr));
        let lists =
            subject.provider().resources.iter().filter_map(|resource| Some((*resource, resource.list.as_ref()?)));
        let filters = lists.flat_map(|(resource, list)| {
            list.filters.iter().map(|filter| (Entry::Data(list.name.to_owned()), filter.rules_from(resource)))
        });
        for (entry, attr) in settings.chain(filters) {
            let Some(kind) = leaf(&attr.kind) else {
                continue;
            };
            let (good, bad) = edges(attr, kind);
            for wrong in bad {
                let found = validate(session, &entry, &holding(attr.name, wrong.clone())).await;
                assert_refused(&found, attr.name, "must be", &format!("{entry:?} {wrong}"));
            }
            for right in good {
                let found = validate(session, &entry, &holding(attr.name, right.clone())).await;
                assert!(!found.error_paths().contains(&attr.name.to_owned()), "{entry:?} {right}: {found}");
            }
        }
    });
}
