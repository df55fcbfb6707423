//! Read-only attributes, nulls and texts that no request can carry, at every depth of the table of the tests.

use super::*;
use crate::engine::tests::{PART, THING, map, object, text, thing};
use crate::schema::{Rule, optional};
use crate::value::{Number, Step};

fn checked(config: &Object) -> Diagnostics {
    resource(&THING, config, Identifiers::Real)
}

fn part(given: &[(&str, Value)]) -> Value {
    let mut part = object(PART, &[("label", text("l"))]);
    part.extend(object(PART, given).into_iter().filter(|(_, value)| !value.is_null()));
    Value::Object(part)
}

/// Each way in which the table nests the same attributes, with the path to an element.
fn nested(element: &Value) -> Vec<(Object, Path)> {
    let at = |name: &str, step: Option<Step>| {
        let path = Path::attribute(name);
        step.map_or(path.clone(), |step| path.and(step))
    };
    let one = || element.clone();
    let key = "k".to_owned();
    vec![
        (thing(&[("lid", one())]), at("lid", None)),
        (thing(&[("parts", Value::List(vec![part(&[]), one()]))]), at("parts", Some(Step::Index(1)))),
        (thing(&[("doors", Value::Map([(key.clone(), one())].into()))]), at("doors", Some(Step::Key(key)))),
        (thing(&[("bag", Value::Set(vec![one()]))]), at("bag", None)),
    ]
}

#[track_caller]
fn assert_one_error(config: &Object, path: &Path, words: &str) {
    let found = checked(config);
    let [error] = found.as_slice() else { panic!("{path}: {found:#?}") };
    assert!(error.is_error() && error.path.as_ref() == Some(path) && error.detail.contains(words), "{error:#?}");
}

#[test]
fn a_configuration_of_what_it_may_hold_is_right() {
    let found = checked(&thing(&[("secrets", map(&[("A", "b")])), ("parts", Value::List(vec![part(&[])]))]));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_only_the_system_gives_is_refused_at_every_depth() {
    for value in [text("x"), Value::Unknown] {
        assert_one_error(&thing(&[("id", value.clone())]), &Path::attribute("id"), "read-only");
        for (config, at) in nested(&part(&[("id", value.clone())])) {
            assert_one_error(&config, &at.then("id"), "read-only");
        }
    }
}

#[test]
fn what_is_required_is_not_null_at_any_depth() {
    for (config, at) in nested(&Value::Object(object(PART, &[]))) {
        assert_one_error(&config, &at.then("label"), "required");
    }
    let open = object(PART, &[("label", Value::Unknown)]);
    nested(&Value::Object(open)).iter().for_each(|(config, _)| assert!(checked(config).is_empty()));
}

#[test]
fn null_is_no_element() {
    // A single nested object may be null: it is an attribute.
    for (config, at) in nested(&Value::Null).into_iter().skip(1) {
        assert_one_error(&config, &at, "must not contain null");
    }
    assert_one_error(
        &thing(&[("secrets", Value::Map([("A".to_owned(), Value::Null)].into()))]),
        &Path::attribute("secrets").key("A"),
        "{ for k, v in … : k => v if v != null }",
    );
}

#[test]
fn a_number_is_what_its_wire_carries() {
    let infinite = |negative: bool| {
        Value::Number(Number::from_f64(if negative { f64::NEG_INFINITY } else { f64::INFINITY }).expect("a number"))
    };
    let number = |text: &str| Value::Number(Number::parse(text).expect("a number"));
    for (name, value, words) in [
        ("limit", number("2147483648"), "between -2147483648 and 2147483647"),
        ("limit", number("1.5"), "a whole number"),
        ("limit", infinite(false), "a whole number"),
        ("score", number("1e309"), "64-bit float"),
        ("score", infinite(true), "64-bit float"),
    ] {
        assert_one_error(&thing(&[(name, value)]), &Path::attribute(name), words);
    }
    for (name, value) in [("limit", number("-2147483648")), ("score", number("1e-999")), ("score", number("1e308"))] {
        assert!(checked(&thing(&[(name, value)])).is_empty(), "{name}");
    }
    for (config, at) in nested(&part(&[("size", number("9223372036854775808"))])) {
        assert_one_error(&config, &at.then("size"), "between -9223372036854775808 and 9223372036854775807");
    }
}

#[test]
fn nul_is_in_no_text_that_is_sent_as_it_is() {
    let nul = text("a\0b");
    assert_one_error(&thing(&[("note", nul.clone())]), &Path::attribute("note"), "NUL");
    for (config, at) in nested(&part(&[("label", nul.clone())])) {
        assert_one_error(&config, &at.then("label"), "NUL");
    }
    assert_one_error(&thing(&[("tags", map(&[("a\0", "b")]))]), &Path::attribute("tags"), "NUL");
    let coded = thing(&[("secrets", Value::Map([("A".to_owned(), nul)].into()))]);
    assert!(checked(&coded).is_empty(), "base64 carries it");
}

#[test]
fn a_key_that_no_path_carries_is_refused() {
    for name in ["", ".", "..", "a/b", "/"] {
        assert_one_error(&thing(&[("name", text(name))]), &Path::attribute("name"), "part of the URL");
    }
    assert!(checked(&thing(&[("name", text("a b.c%"))])).is_empty());
}

#[test]
fn an_identifier_that_a_mocked_provider_invented_is_refused_by_plans_alone() {
    static ATTRS: &[Attr] = &[
        optional("one", Kind::Str, "One.").rules(&[Rule::UuidOrEmpty]),
        optional("many", Kind::Set(&Kind::Str), "Many.").rules(&[Rule::AtMost(1), Rule::Each(&[Rule::Uuid])]),
    ];
    let found = |config: &[(&str, Value)], identifiers| {
        let found = entry(ATTRS.iter().map(View::of), &object(ATTRS, config), identifiers);
        found.iter().filter_map(|error| Some(error.path.as_ref()?.to_string())).collect::<Vec<_>>()
    };
    let config = [("one", text("b8dawbsf")), ("many", Value::set(vec![text("ab3d")]))];
    assert_eq!(found(&config, Identifiers::Mocked), Vec::<String>::new());
    assert_eq!(found(&config, Identifiers::Real), ["one", "many"]);
    let config =
        [("one", text("not-a-uuid")), ("many", Value::set(vec![text("8FFAFD2A-bee0-586d-bac6-ae01a534e23a")]))];
    assert_eq!(found(&config, Identifiers::Mocked), ["one", "many"]);
    let too_many = [("many", Value::set(vec![text("a1b2"), text("c3d4")]))];
    assert_eq!(found(&too_many, Identifiers::Mocked), ["many"]);
}
