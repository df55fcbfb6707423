//! What a plan spells as the configuration does although the prior state has it otherwise. A plan with unknown parts
//! notes it in its private bytes, for the plan that Terraform makes again before the apply: what was a difference then
//! may have become another notes of the prior value, and that must not be kept any more. Paths and positions only,
//! never a value. Pure.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Map, Value as Json};

use crate::engine::values::same::{elements, get};
use crate::engine::values::walk::{beside, objects};
use crate::schema::Attr;
use crate::value::{At, Object, Value};

/// Its place in the private bytes of a plan, beside what the provider remembers of the object.
const NAME: &str = "notes";

/// By path, what the plan takes from the configuration; of what has no order, the positions of the prior
/// elements that it keeps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PlanNotes(BTreeMap<String, BTreeSet<usize>>);

impl PlanNotes {
    /// What the plan says otherwise than the prior state.
    pub(crate) fn of(attrs: &'static [Attr], prior: &Object, planned: &Object) -> PlanNotes {
        let mut notes = PlanNotes::default();
        notes.note(attrs, prior, planned, &At::Root);
        notes
    }

    /// The note in the private bytes of a plan, if there is one.
    pub(crate) fn parse(private: &[u8]) -> Option<PlanNotes> {
        let is_there = private.windows(NAME.len()).any(|text| text == NAME.as_bytes());
        let stored: Map<String, Json> = is_there.then(|| serde_json::from_slice(private).ok()).flatten()?;
        let entry = |(path, kept): (&String, &Json)| {
            let kept = kept.as_array()?.iter().map(|index| usize::try_from(index.as_u64()?).ok());
            Some((path.clone(), kept.collect::<Option<_>>()?))
        };
        stored.get(NAME)?.as_object()?.iter().map(entry).collect::<Option<_>>().map(PlanNotes)
    }

    /// The bytes with this note in them.
    pub(crate) fn noted_in(&self, private: &[u8]) -> Vec<u8> {
        let mut stored: Map<String, Json> = serde_json::from_slice(private).unwrap_or_default();
        let entry = |(path, kept): (&String, &BTreeSet<usize>)| (path.clone(), kept.iter().copied().collect());
        stored.insert(NAME.to_owned(), Json::Object(self.0.iter().map(entry).collect()));
        Json::Object(stored).to_string().into_bytes()
    }

    /// The bytes without a note: it is one plan's, and of no use to what comes after.
    pub(crate) fn struck_from(private: Vec<u8>) -> Vec<u8> {
        let Ok(mut stored) = serde_json::from_slice::<Map<String, Json>>(&private) else { return private };
        let note = stored.remove(NAME);
        note.map_or(private, |_| Json::Object(stored).to_string().into_bytes())
    }

    /// True when the plan took the configuration's own words there.
    pub(crate) fn is_configured(&self, at: &At<'_>) -> bool {
        self.0.contains_key(&*at.exact())
    }

    /// The prior elements that the plan kept of a set, where it took the others from the configuration.
    pub(crate) fn kept<'a>(&self, at: &At<'_>, prior: &'a [Value]) -> Option<HashSet<&'a Value>> {
        let kept = self.0.get(&*at.exact())?;
        Some(prior.iter().enumerate().filter(|(index, _)| kept.contains(index)).map(|(_, item)| item).collect())
    }

    fn note(&mut self, attrs: &'static [Attr], prior: &Object, planned: &Object, at: &At<'_>) {
        // A time of change that the plan leaves open: write-only keys may come or go.
        let stamps = attrs.iter().filter_map(|attr| attr.stamp()).filter(|stamp| get(planned, stamp).is_unknown());
        self.0.extend(stamps.map(|stamp| (at.then(stamp).exact().into_owned(), BTreeSet::new())));
        for attr in attrs.iter().filter(|attr| attr.is_managed() && attr.settable()) {
            let (before, after, at) = (get(prior, attr.name), get(planned, attr.name), at.then(attr.name));
            // What is wholly open may become anything, and what is as before is spelt as before.
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

    /// Nested objects are spelt each by itself; elements of a set are kept or taken as a whole.
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
