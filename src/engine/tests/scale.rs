//! Objects of 100,000 elements, answered in another order: a plan, an apply and a read of them cost time in proportion.
//! Nothing here is timed: whatever compares each element with each other one would take minutes.

use super::thing::{object, text};
use crate::engine::plan::planner::{Inputs, plan};
use crate::engine::read::observe::{LaidOver, lay_over, observe};
use crate::engine::values::private_state::PrivateState;
use crate::schema::Kind::{Int64, List, Map, Object as Obj, Set, Str};
use crate::schema::{Attr, Resource, computed, optional, required, secret};
use crate::value::{Object, Value};

/// Elements that are text.
const MANY: usize = 100_000;
/// Elements that are objects: each costs some ten times as much in a build without optimization.
const SEVERAL: usize = 20_000;

/// A table with ordered and unordered collections of every kind that the engine distinguishes.
static CROWD: Resource = Resource::new("crowd_room", "rooms", "A room.", ATTRS);

static ATTRS: &[Attr] = &[
    required("name", Str, "doc").key().replaces(),
    optional("words", List(&Str), "doc").or_empty().unordered(),
    optional("labels", Set(&Str), "doc").or_computed().server_defaults(own_labels),
    optional("members", List(&Obj(FRIEND)), "doc").or_empty().unordered(),
    optional("bag", Set(&Obj(MEMBER)), "doc").or_empty(),
    optional("guests", Set(&Obj(GUEST)), "doc").or_computed().partial("rooms/{name}/guests/{who}"),
    optional("rows", List(&Obj(MEMBER)), "doc").or_empty(),
    optional("doors", Map(&Obj(MEMBER)), "doc").or_empty(),
    secret("secrets", Map(&Str), "doc"),
    computed("own_labels", List(&Str), "doc"),
];

static MEMBER: &[Attr] = &[
    computed("id", Str, "doc"),
    required("label", Str, "doc"),
    optional("hint", Str, "doc").or_empty(),
    optional("size", Int64, "doc").or_computed(),
];

static GUEST: &[Attr] = &[required("who", Str, "doc").key(), NOTES];

/// The same where only a partial set has keys.
static FRIEND: &[Attr] = &[required("who", Str, "doc"), NOTES];

const NOTES: Attr = optional("notes", List(&Str), "doc").or_empty().unordered();

fn own_labels(room: &Object) -> Value {
    room.get("own_labels").cloned().unwrap_or(Value::Null)
}

fn words() -> Vec<Value> {
    (0..MANY).map(|index| text(&format!("word {index}"))).collect()
}

fn members() -> Vec<Value> {
    let member = |index| object(MEMBER, &[("label", text(&format!("label {index}")))]);
    (0..SEVERAL).map(member).map(Value::Object).collect()
}

fn guests() -> Vec<Value> {
    let guest = |index| object(GUEST, &[("who", text(&format!("guest {index}")))]);
    (0..SEVERAL).map(guest).map(Value::Object).collect()
}

fn entries(items: Vec<Value>) -> Value {
    Value::Map(items.into_iter().enumerate().map(|(index, item)| (format!("key {index}"), item)).collect())
}

fn backwards(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().rev().cloned().collect()),
        Value::Set(items) => Value::Set(items.iter().rev().cloned().collect()),
        value => value.clone(),
    }
}

/// What the system shows of a plan: its own values where the plan leaves them open, unordered lists reversed.
fn answer(planned: &Object) -> Object {
    let filled = |value: &Value| match value {
        Value::Object(part) => {
            let each = part.iter().map(|(name, value)| {
                let shown = if value.is_unknown() { text("made") } else { value.clone() };
                (name.clone(), shown)
            });
            Value::Object(each.collect())
        }
        value => value.clone(),
    };
    let shown = |attr: &Attr| {
        let value = match &planned[attr.name] {
            Value::List(items) => Value::List(items.iter().map(filled).collect()),
            Value::Set(items) => Value::Set(items.iter().map(filled).collect()),
            Value::Map(items) => Value::Map(items.iter().map(|(key, item)| (key.clone(), filled(item))).collect()),
            Value::Unknown => Value::Null,
            value => value.clone(),
        };
        let value = if !attr.is_ordered() { backwards(&value) } else { value };
        (attr.name.to_owned(), value)
    };
    CROWD.attrs.iter().map(shown).collect()
}

fn planned(config: &Object, prior: Option<&Object>) -> Object {
    plan(&Inputs {
        resource: &CROWD,
        config,
        prior,
        private: &PrivateState::default(),
        version: None,
        defaults: None,
        first: None,
    })
    .planned
}

/// Created, answered and read in another order, planned again in another order, and once more without one element.
fn a_life(name: &str, value: &Value) {
    let config = |value: &Value| object(ATTRS, &[("name", text("n")), (name, value.clone())]);
    let created = planned(&config(value), None);
    let LaidOver { state, overruled } =
        lay_over(&CROWD, &created, &answer(&created), &[name], &PrivateState::default());
    assert!(overruled.is_empty(), "{name} came back different");
    let read = observe(&CROWD, &answer(&state), Some(&state), &mut PrivateState::default());
    assert!(read == state, "{name} has drifted");
    let attr = CROWD.attr(name).expect("an attribute");
    let again = if !attr.is_ordered() { backwards(value) } else { value.clone() };
    assert!(planned(&config(&again), Some(&read)) == read, "{name}: the second plan has something to do");
    let fewer = planned(&config(&without_one(&again)), Some(&read));
    assert!(fewer[name] != read[name] && fewer[name].is_known(), "{name}: one element less is a change");
}

fn without_one(value: &Value) -> Value {
    match value.clone() {
        Value::List(mut items) => Value::List(items.drain(1..).collect()),
        Value::Set(mut items) => Value::Set(items.drain(1..).collect()),
        Value::Map(mut items) => {
            items.pop_first();
            Value::Map(items)
        }
        other => other,
    }
}

#[test]
fn text_in_lists_sets_and_maps_costs_time_in_proportion() {
    a_life("words", &Value::List(words()));
    a_life("labels", &Value::Set(words()));
    a_life("secrets", &entries(words()));
}

#[test]
fn objects_in_lists_and_maps_cost_time_in_proportion() {
    a_life("members", &Value::List(guests()));
    a_life("rows", &Value::List(members()));
    a_life("doors", &entries(members()));
}

#[test]
fn objects_in_sets_cost_time_in_proportion() {
    a_life("bag", &Value::Set(members()));
    a_life("guests", &Value::Set(guests()));
}

#[test]
fn what_the_system_adds_is_found_among_as_much() {
    let theirs = Value::List(words().into_iter().rev().collect());
    let ours = Value::Set(vec![text("ours")]);
    let state = object(ATTRS, &[("name", text("n")), ("labels", ours.clone()), ("own_labels", theirs)]);
    let mut seen = state.clone();
    seen.insert("labels".to_owned(), Value::Set(words().into_iter().chain([text("ours")]).collect()));
    let read = observe(&CROWD, &seen, Some(&state), &mut PrivateState::default());
    assert!(read["labels"] == ours, "additions are no drift");
}

#[test]
fn elements_that_are_not_known_yet_fit_none_without_a_search() {
    let open = |index: usize| {
        let label = if index.is_multiple_of(2) { Value::Unknown } else { text(&format!("label {index}")) };
        Value::Object(object(MEMBER, &[("label", label), ("size", Value::int(1))]))
    };
    let prior = object(ATTRS, &[("name", text("n")), ("bag", Value::Set(members()))]);
    let config = object(ATTRS, &[("name", text("n")), ("bag", Value::Set((0..SEVERAL).map(open).collect()))]);
    assert!(!planned(&config, Some(&prior))["bag"].is_known());
}
