//! The rules of write-only arguments, on the table of the tests. Nothing here asks a system.

use super::*;
use crate::engine::plan::planner::{Inputs, plan};
use crate::engine::tests::{THING, map, text, thing};
use crate::schema::secret;
use crate::value::Path;

fn private(keys: &[&str]) -> PrivateState {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    PrivateState { write_only: [("secrets".to_owned(), keys)].into(), ..PrivateState::default() }
}

fn config(plain: Value, write_only: Value, version: &str) -> Object {
    thing(&[("secrets", plain), ("secrets_wo", write_only), ("secrets_wo_version", text(version))])
}

fn summaries(config: &Object, prior: Option<&Object>, private: &PrivateState) -> Vec<String> {
    let inputs = Inputs { resource: &THING, config, prior, private, version: None, defaults: None };
    plan(&inputs).diagnostics.into_iter().map(|found| found.summary).collect()
}

fn secrets() -> &'static Attr {
    THING.attr("secrets").expect("it is in the table")
}

#[test]
fn a_map_is_divided_between_the_two_and_a_single_value_is_not() {
    let found = |plain, write_only| check(secrets(), &config(plain, write_only, "1"), &At::Root);
    assert!(found(map(&[("A", "1")]), map(&[("B", "2")])).is_none());
    let twice = found(map(&[("A", "1"), ("B", "1")]), map(&[("B", "2")])).expect("an error");
    assert_eq!(twice.path, Some(Path::attribute("secrets_wo").key("B")));
    assert!(!twice.detail.contains('2'), "{}", twice.detail);

    static SINGLE: Attr = secret("word", Kind::Str, "doc");
    let one = |word: Value, write_only: Value| {
        [("word", word), ("word_wo", write_only), ("word_wo_version", text("1"))].map(|(k, v)| (k.to_owned(), v)).into()
    };
    assert!(check(&SINGLE, &one(text("a"), text("b")), &At::Root).is_some());
    assert!(check(&SINGLE, &one(Value::Null, text("b")), &At::Root).is_none());
}

#[test]
fn a_version_that_is_new_needs_a_value() {
    let (nothing, value) = (Value::Null, map(&[("A", "1")]));
    let prior = thing(&[("secrets_wo_version", text("1")), ("owner", text(""))]);
    let private = PrivateState::default();
    let refused = |config: &Object, prior: Option<&Object>| !summaries(config, prior, &private).is_empty();
    assert!(refused(&config(nothing.clone(), nothing.clone(), "1"), None), "a create");
    assert!(refused(&config(nothing.clone(), nothing.clone(), "2"), Some(&prior)), "raised");
    assert!(refused(&config(nothing.clone(), nothing.clone(), "1"), Some(&thing(&[]))), "first set");
    assert!(!refused(&config(nothing.clone(), nothing.clone(), "1"), Some(&prior)), "as it was");
    assert!(!refused(&config(nothing.clone(), Value::Unknown, "2"), Some(&prior)), "not known yet");
    assert!(!refused(&config(nothing, value, "2"), Some(&prior)));
}

#[test]
fn keys_that_come_or_go_are_shown_by_the_time_of_the_change() {
    let prior = thing(&[("secrets_wo_version", text("1")), ("stamp", text("t")), ("touched", text("t"))]);
    let planned = |keys: &[(&str, &str)], private: &PrivateState| {
        let config = config(Value::Null, map(keys), "1");
        let inputs =
            Inputs { resource: &THING, config: &config, prior: Some(&prior), private, version: None, defaults: None };
        plan(&inputs).planned["stamp"].is_unknown()
    };
    assert!(!planned(&[("A", "other")], &private(&["A"])));
    assert!(planned(&[("A", "1"), ("B", "1")], &private(&["A"])));
    assert!(planned(&[("A", "1")], &private(&["A", "B"])));
    assert!(!planned(&[("A", "1")], &PrivateState::default()), "nobody knows what was sent");
}

#[test]
fn what_was_sent_under_this_version_is_carried_and_nothing_else() {
    let prior = thing(&[("secrets_wo_version", text("1"))]);
    let keys = |write_only: Value, version: &str, private: &PrivateState| {
        let found = carried(secrets(), &config(Value::Null, write_only, version), &prior, private);
        found.into_iter().collect::<Vec<_>>()
    };
    let value = map(&[("A", "1"), ("NEW", "1")]);
    assert_eq!(keys(value.clone(), "1", &private(&["A", "GONE"])), ["A"]);
    assert_eq!(keys(Value::Null, "1", &private(&["A", "GONE"])), ["A", "GONE"]);
    assert_eq!(keys(value.clone(), "1", &PrivateState::default()), ["A", "NEW"]);
    assert!(keys(value, "2", &private(&["A"])).is_empty());
}

#[test]
fn what_is_remembered_of_an_object_inside_stays_apart_from_the_outer_ones() {
    let place = |key: &str| Path::attribute("doors").key(key);
    let mut outer = private(&["A"]);
    outer.stamps.insert("secrets".to_owned(), "t".to_owned());
    let mut inner = private(&["B"]);
    inner.stamps.insert("secrets".to_owned(), "u".to_owned());
    outer.put_within(&place("x"), inner.clone());
    outer.put_within(&place("x y"), inner.clone());
    assert_eq!((outer.within(&place("x")), outer.within(&place("z"))), (inner, PrivateState::default()));
    outer.put_within(&place("x"), PrivateState::default());
    assert_eq!((outer.stamps.len(), outer.write_only.len()), (2, 2));
    outer.forget_stamps(&THING);
    assert_eq!(outer.stamps.into_keys().collect::<Vec<_>>(), ["doors[\"x y\"].secrets"]);
}
