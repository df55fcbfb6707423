//! What a search finds is what a search through everything would find, at the price of few comparisons.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::engine::tests::{THING, map, object, text, texts};
use crate::schema::Kind::{List, Map, Object as Obj, Set, Str};
use crate::schema::{computed, optional, required};

/// What a search by the terms finds is what a search through all candidates finds. Every test of the engine that
/// comes here with few elements proves it of the terms that it comes with.
pub(crate) fn as_if_all_were_tried(items: &[Value], candidates: &[Value], tests: &[Fits<'_>], found: &[Option<usize>]) {
    if items.len() * candidates.len() > 100 {
        return;
    }
    let mut open: Vec<usize> = (0..candidates.len()).collect();
    let mut expected = vec![None; items.len()];
    for fits in tests {
        for (item, expected) in items.iter().zip(&mut expected).filter(|(_, expected)| expected.is_none()) {
            *expected = open.iter().position(|index| fits(item, &candidates[*index])).map(|place| open.remove(place));
        }
    }
    assert_eq!(found, expected);
}

fn attrs() -> &'static [Attr] {
    THING.attr("lid").and_then(|attr| attr.kind.nested()).expect("nested")
}

fn part(label: usize, size: Option<i64>) -> Value {
    let size = size.map_or(Value::Null, Value::int);
    Value::Object(object(attrs(), &[("label", text(&label.to_string())), ("size", size)]))
}

#[test]
fn each_element_is_compared_with_few_others() {
    const MANY: usize = 5_000;
    let items: Vec<Value> = (0..MANY).map(|label| part(label, None)).collect();
    let candidates: Vec<Value> = (0..MANY).rev().map(|label| part(label, Some(1))).collect();
    let tried = Cell::new(0);
    let fits = |item: &Value, candidate: &Value| {
        tried.set(tried.get() + 1);
        item.as_object().expect("an object")["label"] == candidate.as_object().expect("an object")["label"]
    };
    let found = fitting_pairs(attrs(), &items, &candidates, &[&|_, _| false, &fits]);
    assert!(found.iter().all(Option::is_some));
    assert_eq!(tried.get(), MANY);
}

#[test]
fn what_one_test_has_taken_is_gone_for_others() {
    let items = [part(1, Some(1)), part(1, None), part(1, None), Value::Null, Value::Null];
    let candidates = [part(1, Some(2)), Value::Null, part(1, Some(1))];
    let fits = |item: &Value, candidate: &Value| match (item, candidate) {
        (Value::Object(item), Value::Object(candidate)) => item["size"].is_null() || item["size"] == candidate["size"],
        (item, candidate) => item == candidate,
    };
    let found = fitting_pairs(attrs(), &items, &candidates, &[&fits]);
    assert_eq!(found, [Some(2), Some(0), None, Some(1), None]);
}

/// Elements that can be spelt in every way that means the same.
static ODD: &[Attr] = &[
    required("label", Str, "doc"),
    optional("hint", Str, "doc").or_empty(),
    optional("plain", Str, "doc"),
    optional("words", List(&Str), "doc").or_empty().unordered(),
    optional("tags", Map(&Str), "doc").or_empty(),
    optional("inner", Set(&Obj(THING_OF_ODD)), "doc").or_computed(),
    optional("row", List(&Obj(THING_OF_ODD)), "doc"),
    computed("seen", Str, "doc").data_source_only(),
];
static THING_OF_ODD: &[Attr] = &[optional("hint", Str, "doc").or_empty(), optional("plain", Str, "doc")];

fn odd() -> impl Strategy<Value = Value> {
    let inner = |hint, plain| Value::Object(object(THING_OF_ODD, &[("hint", hint), ("plain", plain)]));
    let few = vec![
        inner(text(""), Value::Null),
        inner(Value::Null, Value::Null),
        inner(Value::Null, text("")),
        inner(text("h"), Value::Null),
    ];
    let some = move || prop::collection::vec(select(few.clone()), 0..3);
    let values = (
        select(vec![text("a"), text("b")]),
        select(vec![Value::Null, text(""), text("h")]),
        select(vec![Value::Null, text("")]),
        select(vec![Value::Null, texts(&[]), texts(&["x", "y"]), texts(&["y", "x"]), texts(&["x", "x"])]),
        select(vec![Value::Null, map(&[]), map(&[("k", "v")])]),
        prop_oneof![Just(Value::Null), some().prop_map(Value::Set)],
        prop_oneof![Just(Value::Null), some().prop_map(Value::List)],
    );
    values.prop_map(|(label, hint, plain, words, tags, inner, row)| {
        let names = ["label", "hint", "plain", "words", "tags", "inner", "row"];
        let values = [label, hint, plain, words, tags, inner, row];
        Value::Object(names.iter().map(|name| (*name).to_owned()).zip(values).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_means_the_same_is_found_however_it_is_spelt(
        items in prop::collection::vec(odd(), 0..6),
        candidates in prop::collection::vec(odd(), 0..6),
    ) {
        same_pairs(ODD, &items, &candidates);
        let others: Vec<Value> = items.iter().rev().map(respelt).collect();
        prop_assert!(same_pairs(ODD, &items, &others).iter().all(Option::is_some));
    }
}

/// Nothing as the other nothing, and lists without order backwards.
fn respelt(value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let entry = |(name, value): (&String, &Value)| {
        let value = match (name.as_str(), value) {
            ("hint", Value::Null) => text(""),
            ("hint", value) if value.is_empty() => Value::Null,
            ("words" | "tags" | "inner", value) if value.is_empty() => Value::Null,
            ("words", Value::List(items)) => Value::List(items.iter().rev().cloned().collect()),
            ("inner", Value::Set(items)) => Value::Set(items.iter().rev().map(respelt).collect()),
            ("row", Value::List(items)) => Value::List(items.iter().map(respelt).collect()),
            (_, value) => value.clone(),
        };
        (name.clone(), value)
    };
    Value::Object(object.iter().map(entry).collect())
}
