//! Every mistake of a configuration in one validation, as an editor asks for it: a value that breaks a rule at each place that
//! has one, alone and beside values that are not known yet, without a gateway and without credentials.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Rule, whole_range};

use crate::host::{Diagnostics, Session, unknown};
use crate::subject::cases::alone;
use crate::subject::samples::full;
use crate::subject::subjects;

/// Whether a text breaks one of the rules that a validation checks.
fn is_refused(text: &str, rules: &[Rule]) -> bool {
    rules.iter().any(|rule| !rule.accepts_text(text))
}

/// A text that breaks one of these rules; several differ by their number.
fn wrong_text(rules: &[Rule], nth: usize) -> Option<Json> {
    let candidates = [format!("wrong <{nth}>/ \u{7}"), String::new(), format!("{}{nth}", "x".repeat(80_000))];
    candidates.into_iter().find(|text| is_refused(text, rules)).map(Json::from)
}

fn each(rules: &'static [Rule]) -> &'static [Rule] {
    rules.iter().find_map(|rule| if let Rule::Each(rules) = rule { Some(*rules) } else { None }).unwrap_or_default()
}

/// The value with a mistake at each of its places that has a rule, and where the errors point.
fn broken(attr: &'static Attr, value: &Json, path: &str, wrong: &mut BTreeSet<String>) -> Json {
    of_kind(&attr.kind, attr.rules, value, path, (0, wrong))
}

fn of_kind(
    kind: &'static Kind,
    rules: &'static [Rule],
    value: &Json,
    path: &str,
    (nth, wrong): (usize, &mut BTreeSet<String>),
) -> Json {
    let mut refuse = |mistake: Json| {
        wrong.insert(path.to_owned());
        mistake
    };
    match (kind, value) {
        (_, Json::Null) => Json::Null,
        (Kind::Str, _) => wrong_text(rules, nth).map_or_else(|| value.clone(), refuse),
        (Kind::Int32 | Kind::Int64, _) => match whole_range(kind, rules) {
            Some((min, _)) => refuse(json!(i128::from(min) - 1)),
            None => value.clone(),
        },
        (Kind::Float64, _) => match rules.iter().find_map(Rule::range) {
            Some((min, _)) if min > i64::MIN => refuse(json!(min - 1)),
            _ => value.clone(),
        },
        (Kind::List(of), Json::Array(items)) => {
            let item =
                |(index, item)| of_kind(of, each(rules), item, &format!("{path}[{index}]"), (index, &mut *wrong));
            items.iter().enumerate().map(item).collect()
        }
        // Elements of a set have no place of their own.
        (Kind::Set(of), Json::Array(items)) => {
            let item = |(index, item)| of_kind(of, each(rules), item, path, (index, &mut *wrong));
            items.iter().enumerate().map(item).collect()
        }
        (Kind::Map(of), Json::Object(entries)) => {
            let keys = rules.iter().find_map(|rule| if let Rule::Keys(rules) = rule { Some(*rules) } else { None });
            let key = keys.and_then(|keys| wrong_text(keys, nth)).and_then(|key| key.as_str().map(str::to_owned));
            let mut object = serde_json::Map::new();
            for (index, (key, entry)) in entries.iter().enumerate() {
                let path = format!("{path}[{key:?}]");
                object.insert(key.clone(), of_kind(of, each(rules), entry, &path, (index, &mut *wrong)));
            }
            if let (Some(key), Some(entry)) = (key, entries.values().next()) {
                object.insert(key, entry.clone());
                wrong.insert(path.to_owned());
            }
            Json::Object(object)
        }
        (Kind::Object(attrs), Json::Object(_)) => Json::Object(of_attributes(attrs.iter(), value, path, wrong)),
        _ => value.clone(),
    }
}

fn of_attributes(
    attrs: impl Iterator<Item = &'static Attr>,
    object: &Json,
    path: &str,
    wrong: &mut BTreeSet<String>,
) -> serde_json::Map<String, Json> {
    let mut found = object.as_object().cloned().unwrap_or_default();
    for attr in attrs {
        let at = if path.is_empty() { attr.name.to_owned() } else { format!("{path}.{}", attr.name) };
        if let Some(value) = found.get_mut(attr.name).filter(|_| attr.settable()) {
            *value = broken(attr, &value.clone(), &at, wrong);
        }
    }
    found
}

#[track_caller]
fn assert_all(found: &Diagnostics, wrong: &BTreeSet<String>, what: &str) {
    let at: BTreeSet<String> = found.error_paths().into_iter().collect();
    let missing: Vec<&String> = wrong.difference(&at).collect();
    assert!(missing.is_empty(), "{what}: no error at {missing:?}: {found}");
}

/// With an unknown value at every attribute of the configuration that has no mistake.
fn beside_unknowns(resource: &'static Resource, config: &Json, wrong: &BTreeSet<String>) -> Json {
    let mut config = config.clone();
    let is_wrong = |name: &str| {
        wrong
            .iter()
            .any(|path| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
    };
    for attr in resource.managed().filter(|attr| attr.settable() && !is_wrong(attr.name)) {
        config[attr.name] = unknown();
    }
    config
}

#[test]
fn one_validation_shows_every_mistake_of_a_resource() {
    let mut mistakes = 0;
    for make in subjects() {
        alone(async {
            let subject = make();
            let session = Session::inside(subject.provider()).await;
            for resource in subject.provider().resources {
                let name = resource.name;
                let config = full(subject.as_ref(), resource, &subject.minimal(name, "mistakes"));
                let mut wrong = BTreeSet::new();
                let config = Json::Object(of_attributes(resource.managed(), &config, "", &mut wrong));
                assert_all(&session.validate(name, &config).await, &wrong, name);
                let partly = beside_unknowns(resource, &config, &wrong);
                assert_all(&session.validate(name, &partly).await, &wrong, &format!("{name} beside unknown values"));
                mistakes += wrong.len();
            }
            assert!(subject.requests().is_empty(), "validation asks nothing");
        });
    }
    assert!(mistakes > 100, "{mistakes}");
}

/// Data sources, lists, ephemeral resources, actions and the provider block are validated by the same rules.
#[test]
fn and_of_everything_else() {
    let mut mistakes = 0;
    for make in subjects() {
        alone(async {
            let subject = make();
            let (provider, session) = (subject.provider(), Session::inside(subject.provider()).await);
            for resource in provider.readable() {
                let Some(list) = &resource.list else { continue };
                let (mut wrong, mut config) = (BTreeSet::new(), serde_json::Map::new());
                for filter in list.filters {
                    let attr = filter.rules_from(resource);
                    if let Some(mistake) = matches!(attr.kind, Kind::Str).then(|| wrong_text(attr.rules, 0)).flatten() {
                        config.insert(filter.name().to_owned(), mistake);
                        wrong.insert(filter.name().to_owned());
                    }
                }
                let config = Json::Object(config);
                assert_all(&session.validate_data(list.name, &config).await, &wrong, list.name);
                if provider.resources.iter().any(|listed| listed.name == resource.name && listed.is_listable()) {
                    assert_all(&session.validate_list(resource.name, &config).await, &wrong, resource.name);
                }
                mistakes += wrong.len();
            }
            for ephemeral in provider.ephemerals {
                let mut wrong = BTreeSet::new();
                let config = make().ephemeral(ephemeral.name);
                let config = Json::Object(of_attributes(ephemeral.attrs.iter(), &config, "", &mut wrong));
                assert_all(&session.validate_ephemeral(ephemeral.name, &config).await, &wrong, ephemeral.name);
                mistakes += wrong.len();
            }
            for action in provider.actions {
                let mut wrong = BTreeSet::new();
                let config = make().invocation(action.name);
                let config = Json::Object(of_attributes(action.attrs.iter(), &config, "", &mut wrong));
                assert_all(&session.validate_action(action.name, &config).await, &wrong, action.name);
                mistakes += wrong.len();
            }
            let (mut wrong, mut config) = (BTreeSet::new(), serde_json::Map::new());
            for attr in provider.attributes().filter(|attr| !attr.rules.is_empty()) {
                let value = if matches!(attr.kind, Kind::Str) { json!("x") } else { json!(1) };
                config.insert(attr.name.to_owned(), broken(attr, &value, attr.name, &mut wrong));
            }
            assert_all(&session.validate_provider(Json::Object(config)).await, &wrong, provider.name);
            mistakes += wrong.len();
        });
    }
    assert!(mistakes > 20, "{mistakes}");
}
