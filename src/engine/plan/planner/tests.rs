//! One test for each rule of a plan. Every plan is also held against Terraform's own rules.

use super::*;
use crate::engine::tests::{THING, check_plan, completes, labels, map, object, text, texts, thing};

fn private(configured: &[&str]) -> PrivateState {
    PrivateState { configured: configured.iter().map(|path| (*path).to_owned()).collect(), ..PrivateState::default() }
}

fn run(config: &Object, prior: Option<&Object>, configured: &[&str], version: Option<&str>) -> Plan {
    let version = version.and_then(Version::parse);
    let private = private(configured);
    let plan = plan(&Inputs {
        resource: &THING,
        config,
        prior,
        private: &private,
        version: version.as_ref(),
        defaults: None,
        first: None,
    });
    assert_eq!(check_plan(THING.attrs, config, prior, &plan.planned), Vec::<String>::new());
    plan
}

/// A state in which the system has filled what is its own.
fn state(given: &[(&str, Value)]) -> Object {
    let mut state = thing(&[
        ("id", text("1")),
        ("mode", text("on")),
        ("access", text("closed")),
        ("stamp", text("s1")),
        ("touched", text("t1")),
        ("token", text("once")),
        ("own_labels", texts(&["auto"])),
    ]);
    state.extend(thing(given).into_iter().filter(|(_, value)| !value.is_null()));
    state
}

/// What an update plans for the attributes that it changes.
fn changes(config: &Object, prior: &Object, configured: &[&str]) -> Vec<(String, Value)> {
    let planned = run(config, Some(prior), configured, None).planned;
    planned.into_iter().filter(|(name, value)| get(prior, name) != value).collect()
}

fn named(name: &str, value: Value) -> (String, Value) {
    (name.to_owned(), value)
}

fn part(given: &[(&str, Value)]) -> Value {
    let nested = THING.attr("lid").and_then(|attr| attr.kind.nested()).expect("nested");
    Value::Object(object(nested, given))
}

#[test]
fn a_create_leaves_open_what_only_the_system_knows() {
    let planned = run(&thing(&[]), None, &[], None).planned;
    for name in ["id", "stamp", "touched", "token", "own_labels", "owner", "command"] {
        assert!(planned[name].is_unknown(), "{name}");
    }
    for name in ["note", "tags", "groups", "labels", "limit", "origin", "secrets", "parts"] {
        assert!(planned[name].is_null(), "{name}");
    }
    assert!(planned["mode"] == text("on") && planned["access"] == text("closed"));
}

#[test]
fn the_same_configuration_changes_nothing() {
    let given = [("tags", map(&[("a", "1")])), ("command", texts(&["sh"])), ("limit", Value::int(3))];
    assert!(changes(&thing(&given), &state(&given), &["command", "limit"]).is_empty());
}

#[test]
fn a_change_moves_what_follows_and_what_every_write_moves() {
    let prior = state(&[("command", texts(&["psql"]))]);
    let changed = changes(&thing(&[("kind", text("db"))]), &prior, &[]);
    let expected = [
        named("access", text("open")),
        named("command", Value::Unknown),
        named("kind", text("db")),
        named("touched", Value::Unknown),
    ];
    assert!(changed == expected, "{:?}", changed.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn what_is_configured_follows_nothing() {
    let given = [("command", texts(&["sh"])), ("access", text("closed"))];
    let config = thing(&[("kind", text("db")), given[0].clone(), given[1].clone()]);
    let changed = changes(&config, &state(&given), &["command", "access"]);
    assert!(changed == [named("kind", text("db")), named("touched", Value::Unknown)]);
}

#[test]
fn a_follower_of_something_unknown_is_open() {
    let changed = changes(&thing(&[("kind", Value::Unknown)]), &state(&[("command", texts(&["psql"]))]), &[]);
    assert!(changed.contains(&named("access", Value::Unknown)) && changed.contains(&named("command", Value::Unknown)));
}

#[test]
fn absent_means_null_or_left_alone_or_empty() {
    let prior = state(&[("note", text("x")), ("limit", Value::int(3)), ("tags", map(&[("a", "1")]))]);
    let changed = changes(&thing(&[]), &prior, &[]);
    let expected = [named("note", Value::Null), named("tags", Value::Null), named("touched", Value::Unknown)];
    assert!(changed == expected, "{:?}", changed.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn taken_out_of_the_configuration_it_returns_to_the_default() {
    let prior = state(&[("limit", Value::int(3)), ("command", texts(&["sh"])), ("mode", text("off"))]);
    let changed = changes(&thing(&[]), &prior, &["limit", "command", "mode"]);
    let expected = [
        named("command", Value::Unknown),
        named("limit", Value::Null),
        named("mode", text("on")),
        named("touched", Value::Unknown),
    ];
    assert!(changed == expected, "{:?}", changed.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn an_empty_value_of_a_follower_asks_for_the_default_only() {
    let empty = thing(&[("command", texts(&[]))]);
    assert!(changes(&empty, &state(&[("command", texts(&["psql"]))]), &[]).is_empty());
    let taken_back = changes(&empty, &state(&[("command", texts(&["sh"]))]), &["command"]);
    assert!(taken_back.contains(&named("command", texts(&[]))));
}

#[test]
fn spelling_and_order_are_no_difference() {
    let prior = state(&[("groups", texts(&["a", "b"])), ("tags", map(&[])), ("labels", labels(&["x", "y"]))]);
    let config = thing(&[("groups", texts(&["b", "a"])), ("labels", labels(&["y", "x"]))]);
    assert!(changes(&config, &prior, &["labels"]).is_empty());
    assert!(!changes(&thing(&[("groups", texts(&["b", "b"]))]), &prior, &[]).is_empty());
}

#[test]
fn what_the_system_adds_is_no_difference() {
    let prior = state(&[
        ("kind", text("db")),
        ("access", text("open")),
        ("secrets", map(&[("A", "1"), ("PORT", "1")])),
        ("labels", labels(&["a", "auto"])),
    ]);
    let config = |secrets| thing(&[("kind", text("db")), ("secrets", secrets), ("labels", labels(&["a"]))]);
    assert!(changes(&config(map(&[("A", "1")])), &prior, &["secrets", "labels"]).is_empty());
    let other = changes(&config(map(&[("A", "1"), ("PORT", "2")])), &prior, &["secrets", "labels"]);
    assert!(other.contains(&named("stamp", Value::Unknown)));
}

#[test]
fn unknown_values_are_passed_on_at_every_depth() {
    let config = thing(&[
        ("note", Value::Unknown),
        ("groups", Value::List(vec![text("a"), Value::Unknown])),
        ("tags", Value::Map([("a".to_owned(), Value::Unknown)].into())),
        ("parts", Value::List(vec![part(&[("label", Value::Unknown)])])),
        ("bag", Value::Set(vec![part(&[("label", text("l")), ("hint", Value::Unknown)])])),
        ("lid", Value::Unknown),
        ("secrets", Value::Unknown),
    ]);
    let planned = run(&config, None, &[], None).planned;
    for name in ["note", "groups", "tags", "lid", "secrets"] {
        assert!(planned[name] == config[name], "{name}");
    }
    run(
        &config,
        Some(&state(&[("parts", Value::List(vec![part(&[("label", text("l")), ("id", text("p"))])]))])),
        &[],
        None,
    );
}

#[test]
fn write_only_values_never_reach_a_plan_and_their_version_moves_the_stamp() {
    let write_only =
        |version: u8| thing(&[("secrets_wo", map(&[("A", "1")])), ("secrets_wo_version", text(&version.to_string()))]);
    let prior = state(&[("secrets_wo_version", Value::string("1"))]);
    assert!(changes(&write_only(1), &prior, &[]).is_empty());
    let changed = changes(&write_only(2), &prior, &[]);
    let moved: Vec<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(moved, ["secrets_wo_version", "stamp", "touched"]);
    let from_the_other = changes(&write_only(1), &state(&[("secrets", map(&[("A", "1")]))]), &["secrets"]);
    assert!(from_the_other.contains(&named("secrets", Value::Null)));
}

#[test]
fn a_write_only_argument_that_may_turn_out_null_leaves_the_other_open() {
    let config = |write_only| thing(&[("secrets_wo", write_only), ("secrets_wo_version", Value::string("1"))]);
    let prior = state(&[("secrets", map(&[("A", "1")]))]);
    let planned = |write_only| run(&config(write_only), Some(&prior), &[], None).planned["secrets"].clone();
    assert!(planned(Value::Unknown).is_unknown() && planned(Value::Null) == prior["secrets"]);
}

#[test]
fn a_replacing_change_is_named_and_no_other() {
    let renamed = run(&thing(&[("name", text("m"))]), Some(&state(&[])), &[], None);
    assert_eq!(renamed.replaces, [Path::attribute("name")]);
    let open = run(&thing(&[("name", Value::Unknown)]), Some(&state(&[])), &[], None);
    assert_eq!(open.replaces, [Path::attribute("name")]);
    let noted = run(&thing(&[("note", text("x"))]), Some(&state(&[])), &[], None);
    assert!(noted.replaces.is_empty());
}

#[test]
fn fixed_is_refused_when_it_changes_and_stays_when_it_is_left_out() {
    let prior = state(&[("origin", text("here"))]);
    let refused = run(&thing(&[("origin", text("there"))]), Some(&prior), &["origin"], None).diagnostics;
    assert_eq!(refused.iter().map(|it| it.path.clone()).collect::<Vec<_>>(), [Some(Path::attribute("origin"))]);
    assert!(refused[0].detail.contains("Use another box."));
    let open = run(&thing(&[("origin", Value::Unknown)]), Some(&prior), &["origin"], None);
    assert!(open.diagnostics.is_empty(), "what is unknown is refused when it is known");
    assert!(changes(&thing(&[]), &prior, &["origin"]).is_empty(), "leaving it out changes nothing");
}

#[test]
fn a_managed_object_refuses_changes_but_not_another_spelling() {
    let prior = state(&[("owner", text("somebody"))]);
    let refused = run(&thing(&[("note", text("x"))]), Some(&prior), &[], None).diagnostics;
    assert_eq!(refused.iter().map(|it| it.path.clone()).collect::<Vec<_>>(), [Some(Path::attribute("note"))]);
    let respelt = run(&thing(&[("tags", map(&[]))]), Some(&prior), &[], None).diagnostics;
    assert!(respelt.is_empty());
    let open = run(&thing(&[("note", Value::Unknown)]), Some(&prior), &[], None).diagnostics;
    assert!(open.is_empty(), "what is unknown may turn out to be no change");
}

#[test]
fn what_the_version_does_not_know_is_refused_wherever_it_stands() {
    let sized = || part(&[("label", text("l")), ("size", Value::int(1))]);
    let config = thing(&[
        ("labels", labels(&["a"])),
        ("secrets_wo", map(&[("A", "1")])),
        ("doors", Value::Map([("x".to_owned(), sized())].into())),
        ("parts", Value::List(vec![sized()])),
        ("bag", Value::Set(vec![sized()])),
    ]);
    let paths = |version| {
        let refused = run(&config, None, &[], Some(version)).diagnostics;
        refused.into_iter().filter_map(|it| it.path.map(|path| path.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(paths("1.0.0"), ["labels", "secrets_wo", "parts[0].size", "doors[\"x\"].size", "bag.size"]);
    assert_eq!(paths("1.4.9"), ["labels", "parts[0].size", "doors[\"x\"].size", "bag.size"]);
    assert!(paths("1.5.0").is_empty());
    assert!(run(&thing(&[("labels", Value::Unknown)]), None, &[], Some("1.0.0")).diagnostics.is_empty());
}

#[test]
fn computed_parts_of_nested_objects_stay_until_what_they_follow_moves() {
    let whole = |label: &str| part(&[("label", text(label)), ("id", text("p")), ("seen", text("s"))]);
    let wanted = |label: &str| part(&[("label", text(label))]);
    let entry = |value| Value::Map([("x".to_owned(), value)].into());
    type Form = (&'static str, fn(Value) -> Value);
    let forms: [Form; 2] = [("lid", |value| value), ("parts", |value| Value::List(vec![value]))];
    for (name, form) in forms {
        assert!(changes(&thing(&[(name, form(wanted("a")))]), &state(&[(name, form(whole("a")))]), &[]).is_empty());
    }
    let prior = state(&[("doors", entry(whole("a")))]);
    assert!(changes(&thing(&[("doors", entry(wanted("a")))]), &prior, &[]).is_empty());
    let moved = part(&[("label", text("b")), ("id", text("p")), ("seen", Value::Unknown)]);
    assert!(changes(&thing(&[("doors", entry(wanted("b")))]), &prior, &[]).contains(&named("doors", entry(moved))));
}

#[test]
fn elements_of_a_set_are_known_by_what_is_configured() {
    let whole = |label: &str, id: &str, size| {
        part(&[("label", text(label)), ("id", text(id)), ("seen", text("s")), ("size", size)])
    };
    let prior = state(&[("bag", Value::Set(vec![whole("a", "1", Value::int(9)), whole("b", "2", Value::Null)]))]);
    let wanted = |label: &str| part(&[("label", text(label))]);
    assert!(changes(&thing(&[("bag", Value::Set(vec![wanted("b"), wanted("a")]))]), &prior, &[]).is_empty());

    let planned = run(&thing(&[("bag", Value::Set(vec![wanted("c"), wanted("b")]))]), Some(&prior), &[], None).planned;
    let new = part(&[("label", text("c")), ("id", Value::Unknown), ("seen", Value::Unknown)]);
    assert!(planned["bag"] == Value::Set(vec![new, whole("b", "2", Value::Null)]));
}

#[test]
fn a_state_of_another_table_plans_no_change_for_what_is_not_of_this_one() {
    let mut prior = state(&[]);
    prior.insert("weather".to_owned(), text("fine"));
    prior.insert("gone".to_owned(), text("x"));
    assert!(changes(&thing(&[]), &prior, &[]).is_empty());
}

/// The plan of an update with the note of the first one.
fn noted(config: &Object, prior: &Object, configured: &[&str], first: Option<&PlanNotes>) -> Plan {
    let (prior, private) = (Some(prior), private(configured));
    plan(&Inputs { resource: &THING, config, prior, private: &private, version: None, defaults: None, first })
}

/// The plan that a host makes again with the note of the first one.
fn again(config: &Object, prior: &Object, first: &Object) -> Object {
    let plan = noted(config, prior, &["secrets"], Some(&PlanNotes::of(THING.attrs, prior, first)));
    assert_eq!(check_plan(THING.attrs, config, Some(prior), &plan.planned), Vec::<String>::new());
    plan.planned
}

#[test]
fn what_turns_out_to_be_another_spelling_stays_as_the_first_plan_spelt_it() {
    let open_map = |value| Value::Map([("A".to_owned(), value)].into());
    let given = [("kind", text("db")), ("groups", texts(&["b", "a"])), ("secrets", map(&[("A", "1"), ("PORT", "1")]))];
    let mut prior = state(&given);
    prior.insert("access".to_owned(), text("open"));
    type Case = (&'static str, Value, Value);
    let cases: [Case; 2] = [
        ("groups", Value::List(vec![text("a"), Value::Unknown]), texts(&["a", "b"])),
        ("secrets", open_map(Value::Unknown), open_map(text("1"))),
    ];
    for (name, open, known) in cases {
        let config = |value: Value| {
            let mut config = thing(&given);
            config.insert(name.to_owned(), value);
            config
        };
        let first = run(&config(open), Some(&prior), &["secrets"], None).planned;
        let last = again(&config(known.clone()), &prior, &first);
        let open = last.iter().filter(|(name, value)| !completes(&first[*name], value)).map(|(name, _)| name);
        assert_eq!(open.collect::<Vec<_>>(), Vec::<&String>::new());
        assert!(last[name] == known, "{name}");
        assert!(changes(&config(known), &prior, &["secrets"]).is_empty(), "{name}: known at once, it is no change");
    }
}

#[test]
fn a_removal_that_replaces_is_refused_when_it_was_not_planned() {
    let prior = state(&[("lid", part(&[("label", text("l"))]))]);
    let diagnostics = |first| noted(&thing(&[]), &prior, &[], first).diagnostics;
    assert!(diagnostics(None).is_empty());
    let refused = diagnostics(Some(&PlanNotes::default()));
    let paths: Vec<_> = refused.into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [Some(Path::attribute("lid"))]);
}

#[test]
fn elements_of_an_unordered_list_are_known_by_what_is_configured() {
    let row = |label: &str, id: &str| part(&[("label", text(label)), ("id", text(id)), ("seen", text(id))]);
    let rows = |rows: &[Value]| [("rows", Value::List(rows.to_vec()))];
    let prior = state(&rows(&[row("a", "1"), row("b", "2")]));
    let wanted = ["c", "b", "a"].map(|label| part(&[("label", text(label))]));
    let planned = run(&thing(&rows(&wanted)), Some(&prior), &[], None).planned;
    let ids: Vec<&Value> =
        planned["rows"].items().expect("a list").iter().map(|row| get(row.as_object().expect("a row"), "id")).collect();
    assert!(*ids[0] == Value::Unknown && *ids[1] == text("2") && *ids[2] == text("1"));
}
