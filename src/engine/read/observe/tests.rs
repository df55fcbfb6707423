//! What a state holds after a read and after a write.

use super::*;
use crate::engine::tests::{THING, labels, map, text, texts, thing};

fn lay(planned: &Object, seen: &Object, sent: &[&str]) -> (Object, Vec<&'static str>) {
    let LaidOver { state, overruled } = lay_over(&THING, planned, seen, sent, &PrivateState::default());
    (state, overruled.iter().map(|it| it.attr.name).collect())
}

fn stamped(stamp: &str) -> PrivateState {
    PrivateState { stamps: [("secrets".to_owned(), stamp.to_owned())].into(), ..PrivateState::default() }
}

#[test]
fn the_users_spelling_stays_and_drift_is_shown() {
    let prior = thing(&[("tags", map(&[])), ("groups", texts(&["a", "b"])), ("command", texts(&[]))]);
    let seen = thing(&[("groups", texts(&["b", "a"])), ("note", text("other"))]);
    let state = observe(&THING, &seen, Some(&prior), &mut PrivateState::default());
    assert!(state["tags"] == map(&[]) && state["groups"] == texts(&["a", "b"]) && state["command"] == texts(&[]));
    assert!(state["note"] == text("other"));
}

#[test]
fn nothing_is_the_empty_value_on_import_and_what_is_shown_once_is_unknown_to_us() {
    let mut seen = thing(&[("groups", texts(&[])), ("token", text("t"))]);
    seen.insert("weather".to_owned(), text("fine"));
    let state = observe(&THING, &seen, None, &mut PrivateState::default());
    assert!(["tags", "secrets"].iter().all(|name| state[*name] == map(&[])) && state["mode"] == text(""));
    assert!(["groups", "command"].iter().all(|name| state[*name] == texts(&[])));
    assert!(["note", "limit", "lid", "token", "secrets_wo_version"].iter().all(|name| state[*name].is_null()));
    assert!(!state.contains_key("weather"));
}

#[test]
fn masked_secrets_keep_what_the_state_knows_until_the_stamp_moves() {
    let prior = thing(&[("secrets", map(&[("A", "1")])), ("stamp", text("s1"))]);
    let masked = Value::Map([("A".to_owned(), Value::Null)].into());
    let seen = |stamp| thing(&[("secrets", masked.clone()), ("stamp", text(stamp))]);
    let mut private = stamped("s1");
    let still = observe(&THING, &seen("s1"), Some(&prior), &mut private);
    assert!(still["secrets"] == prior["secrets"]);
    let moved = observe(&THING, &seen("s2"), Some(&prior), &mut private);
    assert!(moved["secrets"] == masked && private == stamped("s2"));

    let version = thing(&[("secrets_wo_version", Value::string("1"))]);
    let moved = observe(&THING, &seen("s2"), Some(&version), &mut stamped("s1"));
    assert!(moved["secrets_wo_version"].is_null() && moved["secrets"].is_null());
}

#[test]
fn additions_are_left_out_unless_they_are_named_or_differ() {
    let seen = |port| thing(&[("kind", text("db")), ("secrets", map(&[("A", "1"), ("PORT", port)]))]);
    let read = |prior: &Value, port| {
        let prior = thing(&[("kind", text("db")), ("secrets", prior.clone())]);
        observe(&THING, &seen(port), Some(&prior), &mut PrivateState::default())["secrets"].clone()
    };
    let (bare, named) = (map(&[("A", "1")]), map(&[("A", "1"), ("PORT", "1")]));
    assert!(read(&bare, "1") == bare && read(&named, "1") == named);
    assert!(read(&bare, "2") == map(&[("A", "1"), ("PORT", "2")]));
}

#[test]
fn a_masked_addition_is_still_an_addition() {
    let masked = ["A", "PORT"].map(|key| (key.to_owned(), Value::Null));
    let seen = thing(&[("kind", text("db")), ("secrets", Value::Map(masked.into()))]);
    let planned = thing(&[("kind", text("db")), ("secrets", map(&[("A", "1")]))]);
    let (state, overruled) = lay(&planned, &seen, &["secrets"]);
    assert!(overruled.is_empty() && state["secrets"] == planned["secrets"]);
}

#[test]
fn a_sent_value_that_comes_back_otherwise_is_reported_even_as_null() {
    let planned = thing(&[("note", text("x")), ("limit", Value::int(1)), ("labels", labels(&["a"]))]);
    let seen = thing(&[("limit", Value::int(2)), ("labels", labels(&["a"]))]);
    let (state, overruled) = lay(&planned, &seen, &["note", "limit", "labels"]);
    assert_eq!(overruled, ["note", "limit"]);
    assert!(state["note"] == text("x") && state["limit"] == Value::int(1), "the plan stays");
    let (state, overruled) = lay(&planned, &seen, &[]);
    assert!(overruled.is_empty() && state["note"] == text("x"), "what was not sent keeps its plan and drifts later");
}

#[test]
fn what_was_emptied_is_spelt_so_that_an_empty_configuration_is_no_change() {
    let prior = thing(&[("tags", map(&[("a", "1")])), ("groups", texts(&["a"]))]);
    let state = observe(&THING, &thing(&[]), Some(&prior), &mut PrivateState::default());
    assert!(state["tags"] == map(&[]) && state["groups"] == texts(&[]) && state["labels"].is_null());
}

#[test]
fn an_empty_value_hides_the_systems_default_only_where_somebody_wrote_it() {
    let (prior, seen) = (thing(&[("command", texts(&[]))]), thing(&[("command", texts(&["sh"]))]));
    let mut private = PrivateState::default();
    assert!(observe(&THING, &seen, Some(&prior), &mut private)["command"] == texts(&["sh"]));
    private.note_configured(THING.attrs, &prior);
    assert!(observe(&THING, &seen, Some(&prior), &mut private)["command"] == texts(&[]));
}

#[test]
fn a_secret_that_nobody_configured_is_not_shown_once_it_is_there() {
    let (prior, seen) = (thing(&[("secrets", map(&[]))]), thing(&[("secrets", map(&[("A", "1")]))]));
    let mut private = PrivateState::default();
    assert!(observe(&THING, &seen, Some(&prior), &mut private)["secrets"].is_null());
    private.note_configured(THING.attrs, &prior);
    assert!(observe(&THING, &seen, Some(&prior), &mut private)["secrets"] == map(&[("A", "1")]));
}
