//! Values for attributes, made from their kinds and rules, so that a test can set every attribute of every table. What
//! no rule tells is asked of the subject; an attribute that neither can give a value for fails the test that needs one.

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Rule};

use super::Subject;
use super::places::Place;

/// Texts that some rule may accept; the first that all rules accept is taken. Those with a number come in several.
fn candidates(nth: usize) -> Vec<String> {
    vec![
        format!("sample-{nth}"),
        format!("00000000-0000-4000-8000-{nth:012}"),
        format!("SAMPLE_{nth}"),
        format!("sample-{nth}.example.com"),
        format!("sample-{nth}@example.com"),
        format!("envvar:SAMPLE_{nth}"),
        format!("spiffe://example.com/sample-{nth}"),
        format!("https://git.example.com/sample-{nth}"),
        format!("{}", nth + 1),
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\nsample-{nth}\n-----END OPENSSH PRIVATE KEY-----\n"),
    ]
}

/// A value for this attribute of the table, the `nth` of several that differ where the rules allow it.
///
/// # Panics
/// If there is none: the subject has to know a value then, or why there is none.
pub(crate) fn sample(subject: &dyn Subject, resource: &'static Resource, attr: &'static Attr, nth: usize) -> Json {
    value(subject, resource.name, attr, attr.name, nth)
        .unwrap_or_else(|| panic!("no sample fits {}.{}: teach tests/it/subject", resource.name, attr.name))
}

fn value(subject: &dyn Subject, type_name: &str, attr: &'static Attr, path: &str, nth: usize) -> Option<Json> {
    if subject.not_sampled(type_name, path).is_some() {
        return Some(Json::Null);
    }
    subject.reference(type_name, path, nth).or_else(|| of_kind(subject, type_name, &attr.kind, attr.rules, path, nth))
}

fn of_kind(
    subject: &dyn Subject,
    type_name: &str,
    kind: &'static Kind,
    rules: &[Rule],
    path: &str,
    nth: usize,
) -> Option<Json> {
    let each = || rules.iter().find_map(|rule| if let Rule::Each(rules) = rule { Some(*rules) } else { None });
    let keys = || {
        rules
            .iter()
            .find_map(|rule| if let Rule::Keys(rules) | Rule::UsefulKeys(rules) = rule { Some(*rules) } else { None })
    };
    let inner = |of, nth| of_kind(subject, type_name, of, each().unwrap_or_default(), path, nth);
    Some(match kind {
        Kind::Str => json!(text(rules, nth)?),
        Kind::Bool => json!(nth.is_multiple_of(2)),
        Kind::Int32 | Kind::Int64 | Kind::Float64 => number(rules, nth),
        Kind::List(of) | Kind::Set(of) => json!([inner(of, nth)?, inner(of, nth + 1)?]),
        Kind::Map(of) => {
            let entry = |nth| Some((text(keys().unwrap_or_default(), nth)?, inner(of, nth)?));
            Json::Object([entry(nth)?, entry(nth + 1)?].into_iter().collect())
        }
        Kind::Object(attrs) => object(subject, type_name, attrs, path, nth)?,
    })
}

/// An object with every attribute that can be set.
fn object(subject: &dyn Subject, type_name: &str, attrs: &'static [Attr], path: &str, nth: usize) -> Option<Json> {
    let settable = attrs.iter().filter(|attr| attr.settable());
    let pair = |attr: &'static Attr| {
        let inner = value(subject, type_name, attr, &format!("{path}.{}", attr.name), nth)?;
        Some((attr.name.to_owned(), inner))
    };
    settable.map(pair).collect::<Option<Map<_, _>>>().map(Json::Object)
}

fn text(rules: &[Rule], nth: usize) -> Option<String> {
    if let Some(words) = rules.iter().find_map(|rule| if let Rule::OneOf(words) = rule { Some(words) } else { None }) {
        return Some(words[nth % words.len()].to_owned());
    }
    candidates(nth).into_iter().find(|text| rules.iter().all(|rule| rule.accepts_text(text)))
}

fn number(rules: &[Rule], nth: usize) -> Json {
    let range = rules.iter().find_map(|rule| if let Rule::Range(min, max) = rule { Some((*min, *max)) } else { None });
    let (min, max) = range.unwrap_or((1, i64::MAX));
    json!((min.max(0) + nth as i64).min(max))
}

/// The configuration with a value for every attribute that a create may be given.
pub(crate) fn full(subject: &dyn Subject, resource: &'static Resource, config: &Json) -> Json {
    let mut config = config.clone();
    let left_out = subject.left_out(resource.name);
    for attr in resource.managed().filter(|attr| attr.settable() && !left_out.contains(&attr.name)) {
        if config[attr.name].is_null() {
            config[attr.name] = sample(subject, resource, attr, 0);
        }
    }
    config
}

/// Values for this place that differ from each other and from what the configuration has there, as other objects would
/// have them. `all`: also of attributes that an object which has all the others cannot have too.
pub(crate) fn values(
    subject: &dyn Subject,
    resource: &'static Resource,
    place: &Place,
    config: &Json,
    all: bool,
) -> Vec<Json> {
    let left_out = subject.left_out(resource.name);
    let another = |nth| {
        let settable = resource.managed().filter(|attr| attr.settable() && (all || !left_out.contains(&attr.name)));
        settable.map(|attr| (attr.name.to_owned(), sample(subject, resource, attr, nth))).collect()
    };
    let mut likely = vec![subject.minimal(resource.name, "another")];
    likely.extend((0..4).map(another).map(Json::Object));
    let mut found = vec![Json::Null, place.value(config).cloned().unwrap_or_default()];
    for value in likely.iter().filter_map(|config| place.like(config)) {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found.split_off(2)
}
