//! Which values a plan took from the configuration although the prior state has others. A plan with unknown values stores
//! this in its private state for the final plan, which Terraform requests before the apply: a value that differed from the
//! prior one may be equivalent to it by then, and the final plan must not return to the prior value. Terraform from 1.16 on
//! passes the private state of the first plan to the final one. Paths and indexes only, never a value. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Map, Value as Json};

use crate::engine::values::same::{elements, get};
use crate::engine::values::walk::{beside, objects};
use crate::schema::Attr;
use crate::value::{At, Object, Value};

/// The key in the private state of a plan.
const NAME: &str = "notes";

/// By path, the values that the plan takes from the configuration; for a collection without order with the indexes of the
/// prior elements that it keeps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PlanNotes(BTreeMap<String, BTreeSet<usize>>);

impl PlanNotes {
    /// The notes of a plan.
    pub(crate) fn of(attrs: &'static [Attr], prior: &Object, planned: &Object) -> PlanNotes {
        let mut notes = PlanNotes::default();
        notes.note(attrs, prior, planned, &At::Root);
        notes
    }

    /// The notes in the private state of a plan, if there are any.
    pub(crate) fn parse(private: &[u8]) -> Option<PlanNotes> {
        let is_there = private.windows(NAME.len()).any(|text| text == NAME.as_bytes());
        let stored: Map<String, Json> = is_there.then(|| serde_json::from_slice(private).ok()).flatten()?;
        let entry = |(path, kept): (&String, &Json)| {
            let kept = kept.as_array()?.iter().map(|index| usize::try_from(index.as_u64()?).ok());
            Some((path.clone(), kept.collect::<Option<_>>()?))
        };
        stored.get(NAME)?.as_object()?.iter().map(entry).collect::<Option<_>>().map(PlanNotes)
    }

    /// The private state with these notes.
    pub(crate) fn noted_in(&self, private: &[u8]) -> Vec<u8> {
        let mut stored: Map<String, Json> = serde_json::from_slice(private).unwrap_or_default();
        let entry = |(path, kept): (&String, &BTreeSet<usize>)| (path.clone(), kept.iter().copied().collect());
        stored.insert(NAME.to_owned(), Json::Object(self.0.iter().map(entry).collect()));
        Json::Object(stored).to_string().into_bytes()
    }

    /// The private state without notes: they belong to one plan.
    pub(crate) fn struck_from(private: Vec<u8>) -> Vec<u8> {
        let Ok(mut stored) = serde_json::from_slice::<Map<String, Json>>(&private) else { return private };
        let note = stored.remove(NAME);
        note.map_or(private, |_| Json::Object(stored).to_string().into_bytes())
    }

    /// True when the plan took the configured value at this place.
    pub(crate) fn is_configured(&self, at: &At<'_>) -> bool {
        self.0.contains_key(&*at.exact())
    }

    /// The prior elements of a set that the plan kept, if it took others from the configuration.
    pub(crate) fn kept<'a>(&self, at: &At<'_>, prior: &'a [Value]) -> Option<HashSet<&'a Value>> {
        let kept = self.0.get(&*at.exact())?;
        Some(prior.iter().enumerate().filter(|(index, _)| kept.contains(index)).map(|(_, item)| item).collect())
    }

    fn note(&mut self, attrs: &'static [Attr], prior: &Object, planned: &Object, at: &At<'_>) {
        // A stamp that the plan makes unknown: keys of a write-only map may be added or removed.
        let stamps = attrs.iter().filter_map(|attr| attr.stamp()).filter(|stamp| get(planned, stamp).is_unknown());
        self.0.extend(stamps.map(|stamp| (at.then(stamp).exact().into_owned(), BTreeSet::new())));
        for attr in attrs.iter().filter(|attr| attr.is_managed() && attr.settable()) {
            let (before, after, at) = (get(prior, attr.name), get(planned, attr.name), at.then(attr.name));
            // An unknown value can become anything, and an unchanged one stays as it is.
            if before.is_null() || after.is_unknown() || before == after {
                continue;
            }
            let kept = match (before, after) {
                (Value::Set(items), Value::Set(_)) | (Value::List(items), Value::List(_)) if !attr.is_ordered() => {
                    let after = elements(after);
                    items.iter().enumerate().filter(|(_, item)| after.contains(item)).map(|(index, _)| index).collect()
                }
                _ => BTreeSet::new(),
            };
            self.0.insert(at.exact().into_owned(), kept);
            self.note_inside(attr, before, after, &at);
        }
    }

    /// Nested objects have notes of their own; elements of a set are kept or replaced as a whole.
    fn note_inside(&mut self, attr: &'static Attr, before: &Value, after: &Value, at: &At<'_>) {
        let Some(nested) = attr.kind.nested().filter(|_| attr.is_ordered()) else { return };
        objects(after, at, &mut |after, at| {
            if let Some(before) = beside(before, at).and_then(Value::as_object) {
                self.note(nested, before, after, at);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{PART, THING, object, text, thing};

    fn part(given: &[(&str, Value)]) -> Value {
        Value::Object(object(PART, given))
    }

    #[test]
    fn a_note_comes_back_and_leaves_the_private_state_alone() {
        let notes = PlanNotes([("groups".to_owned(), BTreeSet::new()), ("bag".to_owned(), [0, 2].into())].into());
        let bytes = br#"{"configured":["command"],"stamps":{"secrets":"t"}}"#;
        let noted = notes.noted_in(bytes);
        assert_eq!(PlanNotes::parse(&noted), Some(notes));
        let private = crate::engine::values::private_state::PrivateState::parse(&noted);
        assert_eq!(private, crate::engine::values::private_state::PrivateState::parse(bytes));
        assert_eq!(
            private.map(|private| private.to_bytes()).as_deref(),
            Some(bytes.as_slice()),
            "what is stored in the end holds no note"
        );
        assert_eq!(PlanNotes::struck_from(noted), bytes);
        assert_eq!(PlanNotes::struck_from(b"anything".to_vec()), b"anything");
    }

    #[test]
    fn a_note_of_one_key_is_not_taken_for_another_that_begins_alike() {
        let door = |label: &str| part(&[("label", text(label))]);
        let key = |end: &str| format!("{}{end}", "k".repeat(300));
        let doors = |label: &str| [("doors", Value::Map([(key("a"), door("same")), (key("b"), door(label))].into()))];
        let notes = PlanNotes::of(THING.attrs, &thing(&doors("old")), &thing(&doors("new")));
        let is_configured = |end: &str| notes.is_configured(&At::Root.then("doors").key(&key(end)).then("label"));
        assert!(is_configured("b") && !is_configured("a"));
    }

    #[test]
    fn strange_bytes_are_no_note() {
        for bytes in [&b""[..], b"null", b"{", b"{}", br#"{"notes":3}"#, br#"{"notes":{"a":[-1]}}"#] {
            assert_eq!(PlanNotes::parse(bytes), None);
        }
    }
}
