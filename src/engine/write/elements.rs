//! The elements of a partial set, each written at its own path, one after another. An element that neither the prior
//! state nor the plan names is never written, so that other configurations can manage it.

use std::collections::BTreeMap;

use super::{Write, Written};
use crate::api::{Call, Error, Json, Method};
use crate::diagnostic::Diagnostics;
use crate::engine::read::observe::unknown_paths;
use crate::engine::report::errors::explain_write;
use crate::engine::values::address::render;
use crate::engine::values::body::{decode, find};
use crate::engine::values::change::{Change, create_body};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{element_key, get, same, same_element};
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

type Elements = BTreeMap<String, Value>;

/// The elements of a set by their key. An element without a key does not exist in the system.
fn by_key(attr: &Attr, set: &Value) -> Elements {
    let named = |element: &Value| Some((element_key(attr, element)?.as_str()?.to_owned(), element.clone()));
    set.items().unwrap_or_default().iter().filter_map(named).collect()
}

/// The steps from the existing elements to the wanted ones: each element that differs, `None` for one to delete.
fn steps(attr: &Attr, there: &Elements, wanted: &Elements) -> Vec<(String, Option<Value>)> {
    let nested = attr.kind.nested().unwrap_or_default();
    let is_new =
        |(key, element): &(&String, &Value)| there.get(*key).is_none_or(|old| !same_element(nested, old, element));
    let come = wanted.iter().filter(is_new).map(|(key, element)| (key.clone(), Some(element.clone())));
    let go = there.keys().filter(|key| !wanted.contains_key(*key)).map(|key| (key.clone(), None));
    come.chain(go).collect()
}

/// The request of one step.
fn request(attr: &Attr, path: &str, keys: &Object, key: &str, element: Option<&Value>) -> Option<Call> {
    let nested = attr.kind.nested().unwrap_or_default();
    let mut names = keys.clone();
    names.extend(nested.iter().filter(|attr| attr.is_key()).map(|attr| (attr.name.to_owned(), Value::string(key))));
    let path = render(path, &names, None)?;
    let Some(element) = element else { return Some(Call::new(Method::Delete, path)) };
    // A key that is part of the path is not repeated in the body.
    let inputs = nested.iter().filter(|attr| attr.settable() && !attr.is_key());
    let value = |attr: &Attr| element.as_object().map_or(Value::Null, |element| get(element, attr.name).clone());
    let changes: Vec<Change> = inputs.map(|attr| Change::new(attr, value(attr))).collect();
    Some(Call::new(Method::Put, path).body(Json::Object(create_body(changes.iter()))))
}

/// Whether the answer to the request for an element shows what was sent. It does not show the key as the set does.
fn shows(attr: &Attr, element: &Value, answer: &Json) -> bool {
    let (Json::Object(json), Some(element)) = (answer, element.as_object()) else { return false };
    let inputs = || attr.kind.nested().unwrap_or_default().iter().filter(|attr| attr.settable() && !attr.is_key());
    let is_there = inputs().all(|attr| find(json, attr.wire_name()).is_some());
    let shown = decode(inputs(), json, &mut Diagnostics::new());
    let is_same = |shown: &Object, attr: &Attr| same(attr, get(element, attr.name), get(shown, attr.name), None);
    is_there && shown.is_ok_and(|shown| inputs().all(|attr| is_same(&shown, attr)))
}

/// The elements of a set after they were written.
pub(crate) struct WrittenElements {
    pub(crate) now: Value,
    pub(crate) failure: Option<Error>,
    /// Whether each answer shows the element as it was sent, so that no read has to.
    pub(crate) are_shown: bool,
}

impl Write<'_> {
    /// Writes the elements that differ, until all are as wanted or one request fails.
    pub(crate) async fn write_elements(&self, keys: &Object, there: &Value, wanted: &Value) -> WrittenElements {
        let mut written = WrittenElements { now: there.clone(), failure: None, are_shown: true };
        let Some((attr, path)) = self.resource.partial() else { return written };
        let (mut now, wanted) = (by_key(attr, there), by_key(attr, wanted));
        for (key, element) in steps(attr, &now, &wanted) {
            let Some(call) = request(attr, path, keys, &key, element.as_ref()) else { continue };
            let _lock = self.session.hold(&call.path).await;
            match (self.send(call).await, element) {
                (Ok(answer), Some(element)) => {
                    written.are_shown &= shows(attr, &element, &answer.body);
                    now.insert(key, element);
                }
                (Ok(_), None) => drop(now.remove(&key)),
                (Err(error), None) if error.is_not_found() => drop(now.remove(&key)),
                (Err(error), element) => {
                    // It may have been created in spite of the error.
                    if let Some(element) = element.filter(|_| error.may_have_acted()) {
                        now.entry(key).or_insert(element);
                    }
                    written.failure = Some(error);
                    break;
                }
            }
        }
        written.now = Value::Set(now.into_values().collect());
        written
    }

    /// Updates the elements from the prior state to the plan. When one fails, the ones before it stay as planned and
    /// the state says so.
    pub(crate) async fn update_elements(&self, attr: &Attr, prior: &Object, mut private: PrivateState) -> Written {
        let (before, wanted) = (get(prior, attr.name), get(self.planned, attr.name));
        let WrittenElements { now, failure, are_shown } = self.write_elements(prior, before, wanted).await;
        let Some(error) = failure else {
            // The whole object, with the elements of others, may be a long answer. Nothing but the elements was written.
            if are_shown && unknown_paths(self.planned).is_empty() {
                let (state, private) = (Some(self.planned.clone()), self.noted(private, &[]));
                return Written { state, private, diagnostics: Diagnostics::new() };
            }
            return self.read_back(prior, private).await;
        };
        let doing = format!("update the {}", self.named(prior));
        let diagnostic = explain_write(self.session.system, self.resource, self.planned, &doing, &error);
        let diagnostic = diagnostic.at(Path::attribute(attr.name));
        let mut half_way = prior.clone();
        if by_key(attr, &now) == by_key(attr, before) {
            if !error.may_have_acted() {
                return Written::failed(Some(half_way), private, diagnostic);
            }
        } else {
            half_way.insert(attr.name.to_owned(), now);
            private.note_configured(self.resource.attrs, self.config);
        }
        self.after_failure(&half_way, private, diagnostic).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Kind::{List, Object as Obj, Set, Str};
    use crate::schema::{optional, required};

    static ROW: &[Attr] = &[
        required("row", Str, "doc").wire("id").key(),
        optional("words", List(&Str), "doc").or_empty().always_sent().unordered(),
    ];
    static ROWS: Attr = optional("rows", Set(&Obj(ROW)), "doc").or_computed().partial("tables/{name}/rows/{row}");

    fn rows(given: &[(&str, Option<&[&str]>)]) -> Elements {
        let words = |words: &[&str]| Value::List(words.iter().map(|word| Value::string(*word)).collect());
        let row = |(row, given): &(&str, Option<&[&str]>)| {
            let words = given.map_or(Value::Null, words);
            Value::Object([("row".to_owned(), Value::string(*row)), ("words".to_owned(), words)].into())
        };
        by_key(&ROWS, &Value::Set(given.iter().map(row).collect()))
    }

    #[test]
    fn only_what_differs_is_written() {
        let there = rows(&[("a", Some(&["x", "y"])), ("b", None), ("c", Some(&["x"])), ("d", Some(&["x"]))]);
        let wanted = rows(&[("a", Some(&["y", "x"])), ("b", Some(&[])), ("c", None), ("e", None)]);
        let found: Vec<_> = steps(&ROWS, &there, &wanted).into_iter().map(|(key, it)| (key, it.is_some())).collect();
        assert_eq!(found, [("c".to_owned(), true), ("e".to_owned(), true), ("d".to_owned(), false)]);
        assert!(steps(&ROWS, &there, &there).is_empty());
    }

    #[test]
    fn an_element_is_named_by_its_path_and_says_even_that_it_is_empty() {
        let keys: Object = [("name".to_owned(), Value::string("t"))].into();
        let sent = |words| {
            let (_, element) = rows(&[("a", words)]).pop_first().expect("a row");
            let call = request(&ROWS, "tables/{name}/rows/{row}", &keys, "a", Some(&element)).expect("a request");
            assert_eq!((call.method, call.path.join("/").as_str()), (Method::Put, "tables/t/rows/a"));
            call.body.expect("a body").to_string()
        };
        assert_eq!(sent(Some(&["x"])), r#"{"words":["x"]}"#);
        assert_eq!((sent(Some(&[])), sent(None)), (r#"{"words":[]}"#.to_owned(), r#"{"words":[]}"#.to_owned()));
        let gone = request(&ROWS, "tables/{name}/rows/{row}", &keys, "a", None).expect("a request");
        assert!((gone.method, gone.body) == (Method::Delete, None));
        assert!(request(&ROWS, "tables/{other}/rows/{row}", &keys, "a", None).is_none());
    }
}
