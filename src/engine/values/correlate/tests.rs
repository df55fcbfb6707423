//! What a search finds is what a search through everything would find, at the price of few comparisons.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::engine::tests::{THING, map, object, text, texts};
use crate::engine::values::same::same_pairs;
use crate::schema::Kind::{List, Map, Object as Obj, Set, Str};
use crate::schema::{computed, optional, required};

/// What a search by the terms finds is what a search through all candidates finds. Every test of the engine that
/// comes here with few elements proves it of the terms that it comes with.
pub(crate) fn as_if_all_were_tried(
    items: &[Value],
    candidates: &[Value],
    tests: &[Fits<'_>],
    found: &[Option<&Value>],
) {
    if items.len() * candidates.len() > 100 {
        return;
    }
    let mut open: Vec<&Value> = candidates.iter().collect();
    let mut expected = vec![None; items.len()];
    for fits in tests {
        for (item, expected) in items.iter().zip(&mut expected).filter(|(_, expected)| expected.is_none()) {
            *expected = open.iter().position(|candidate| fits(item, candidate)).map(|index| open.remove(index));
        }
    }
    let same = |(found, expected): (&Option<&Value>, &Option<&Value>)| match (found, expected) {
        (Some(found), Some(expected)) => std::ptr::eq(*found, *expected),
        (found, expected) => found.is_none() && expected.is_none(),
    };
    assert!(found.iter().zip(&expected).all(same), "{found:?} is not {expected:?}");
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
    // What an item leaves out binds nothing.
    let terms = Terms { attrs: attrs(), binds: &|_, value| !value.is_null() };
    let found = pairs(&items, &candidates, &terms, &[&|_, _| false, &fits]);
    assert!(found.iter().all(Option::is_some));
    assert_eq!(tried.get(), MANY);
}

#[test]
fn what_is_taken_by_some_terms_is_gone_for_others() {
    let items = [part(1, Some(1)), part(1, None), part(1, None), Value::Null, Value::Null];
    let candidates = [part(1, Some(2)), Value::Null, part(1, Some(1))];
    let terms = Terms { attrs: attrs(), binds: &|_, value| !value.is_null() };
    let fits = |item: &Value, candidate: &Value| match (item, candidate) {
        (Value::Object(item), Value::Object(candidate)) => item["size"].is_null() || item["size"] == candidate["size"],
        (item, candidate) => item == candidate,
    };
    let found = pairs(&items, &candidates, &terms, &[&fits]);
    let places = found.iter().map(|it| it.and_then(|it| candidates.iter().position(|other| std::ptr::eq(it, other))));
    assert_eq!(places.collect::<Vec<_>>(), [Some(2), Some(0), None, Some(1), None]);
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
