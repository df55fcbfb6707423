//! Each secret of each table, nested ones too, in every form that a configuration has for it: write-only alone, a map divided
//! between both forms, a value that is left out until it is needed, and neither. What the system holds is looked at after
//! each step, where it can be seen; no write-only value is in the state, and the second plan is empty.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Codec, Kind, Resource, Role};

use crate::figure::at_least;
use crate::host::{Object, Session};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::places::{Place, Step, places};
use crate::subject::samples::{full, values};
use crate::subject::{Subject, configured, types};

#[test]
fn every_secret_lives_in_each_of_its_forms() {
    let steps =
        try_each(&types(), |(_, resource)| resource.name.to_owned(), |(make, resource)| alone(lived(*make, resource)))
            .into_iter()
            .sum();
    at_least(50, "applies of secrets in each of their forms", steps);
}

/// The secrets of one type, one after another.
async fn lived(make: Make, resource: &'static Resource) -> usize {
    let subject = make();
    let session = configured(subject.as_ref()).await;
    let config = |name: &str| {
        let minimal = subject.minimal(resource.name, name);
        full(subject.as_ref(), resource, &minimal)
    };
    let mut applies = 0;
    for index in 0..places(resource, &config("counted")).len() {
        let config = config(&format!("twins-{index}"));
        let place = &places(resource, &config)[index];
        // What is fixed has one life, and what is nested in a set or list has no address of its own.
        let is_whole = place.role == Role::Plain && !place.is_element;
        if is_whole && place.attr.is_secret() && !place.attr.is_fixed() {
            let secret = Secret { subject: subject.as_ref(), resource, place, config: &config };
            applies += secret.live(&session).await;
        }
    }
    applies
}

struct Secret<'a> {
    subject: &'a dyn Subject,
    resource: &'static Resource,
    place: &'a Place,
    config: &'a Json,
}

/// What the configuration says of the secret: plain, write-only, version.
type Forms = [Json; 3];

impl Secret<'_> {
    async fn live(&self, session: &Session) -> usize {
        let mut values = values(self.subject, self.resource, self.place, self.config, false).into_iter();
        let (one, other) = (values.next().expect("a value"), values.next().expect("another"));
        // Under the same keys: others would be another matter.
        let other = match (one.as_object(), other.as_object()) {
            (Some(one), Some(other)) => json!(revalued(one, other)),
            _ => other,
        };
        let nothing = Json::Null;
        let alone = |value: &Json, version: &str| [Json::Null, value.clone(), json!(version)];
        let mut steps: Vec<(Forms, Json)> = vec![
            (alone(&one, "1"), one.clone()),
            // Under the same version the value may be another, or absent: what is there stays.
            (alone(&other, "1"), one.clone()),
            (alone(&nothing, "1"), one.clone()),
            (alone(&other, "2"), other.clone()),
        ];
        if let (Kind::Map(_), Some(entries), Some(changed)) = (self.place.attr.kind, one.as_object(), other.as_object())
        {
            let (first, second) = halves(entries);
            let both = |plain: &Map<_, _>, write_only: Option<&Map<_, _>>, version: &str| {
                [json!(plain), json!(write_only), json!(version)]
            };
            let is = |plain: &Map<String, Json>, write_only: &Map<String, Json>| {
                json!(plain.clone().into_iter().chain(write_only.clone()).collect::<Map<_, _>>())
            };
            let (moved, rotated) = (revalued(&first, changed), revalued(&second, changed));
            steps.extend([
                (both(&first, Some(&second), "3"), is(&first, &second)),
                (both(&moved, Some(&rotated), "3"), is(&moved, &second)),
                (both(&first, None, "3"), is(&first, &second)),
                (both(&first, Some(&rotated), "4"), is(&first, &rotated)),
                ([json!(first), Json::Null, Json::Null], json!(first)),
            ]);
        }
        let mut object = Object::absent(self.resource.name);
        let mut applies = 0;
        for (forms, held) in &steps {
            let config = self.with(forms);
            object = session.converge_quietly(&object, &config).await;
            self.holds(&object.state, held);
            if let Some(value) =
                forms[1].as_object().map(|map| json!(map)).or_else(|| forms[1].as_str().map(|s| json!(s)))
            {
                self.is_nowhere(&object.state, &value, &forms[0]);
            }
            applies += 1;
        }
        // A version that is new and has no value asks for what nobody can send.
        let refused = session.plan(&object, &self.with(&[Json::Null, Json::Null, json!("5")])).await;
        assert!(refused.diagnostics.error_paths().iter().any(|path| path.ends_with("_wo_version")), "{}", self.place);
        let gone = session.destroy(&object).await;
        assert!(!gone.diagnostics.has_errors(), "{}: {}", self.place, gone.diagnostics);
        applies
    }

    fn with(&self, [plain, write_only, version]: &Forms) -> Json {
        let twin = |name: String| {
            let mut path = self.place.path.clone();
            *path.last_mut().expect("a path") = Step::Name(name);
            Place { path, ..self.place.clone() }
        };
        let config = self.place.with(self.config, plain.clone());
        let config = twin(self.place.attr.write_only_name()).with(&config, write_only.clone());
        twin(self.place.attr.version_name()).with(&config, version.clone())
    }

    /// The system has these values, as far as it shows them.
    fn holds(&self, state: &Json, wanted: &Json) {
        if !self.place.attr.is_readable() {
            return;
        }
        let shown = self.subject.shown(self.resource, state);
        let found = match &self.place.path[..] {
            [_] => &shown["object"],
            [Step::Name(outer), _] => &shown["object"][outer.as_str()],
            [_, Step::Key(key), _] => &shown["children"][key],
            other => panic!("{}: teach this test where {} steps lead", self.place, other.len()),
        };
        let found = self.place.attr.wire_name().split('.').fold(found, |at, step| &at[step]);
        let found = match (found, self.place.attr.codec) {
            (Json::Object(entries), Codec::Base64) => {
                json!(entries.iter().map(|(key, text)| (key.clone(), clear(text))).collect::<Map<_, _>>())
            }
            (Json::String(_), Codec::Base64) => clear(found),
            (found, _) => found.clone(),
        };
        assert_eq!(found, *wanted, "{}", self.place);
    }

    /// No write-only value that the plain form does not have too is in the state.
    fn is_nowhere(&self, state: &Json, write_only: &Json, plain: &Json) {
        let texts = |value: &Json| match value {
            Json::Object(entries) => {
                entries.values().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
            }
            value => vec![value.as_str().unwrap_or_default().to_owned()],
        };
        let plain = texts(plain);
        let stored = self.place.value(state).cloned().unwrap_or_default();
        for text in texts(write_only).iter().filter(|text| !plain.contains(text)) {
            assert!(!texts(&stored).contains(text), "{}: a write-only value is in the state", self.place);
        }
    }
}

fn clear(text: &Json) -> Json {
    let bytes = STANDARD.decode(text.as_str().unwrap_or_default()).expect("base64");
    json!(String::from_utf8(bytes).expect("text"))
}

/// These keys, with values of another map: each another one than before.
fn revalued(keys: &Map<String, Json>, values: &Map<String, Json>) -> Map<String, Json> {
    let other = |(key, old): (&String, &Json)| {
        let new = values.values().find(|new| *new != old).expect("a map has two values that differ");
        (key.clone(), new.clone())
    };
    keys.iter().map(other).collect()
}

/// One key and the others.
fn halves(entries: &Map<String, Json>) -> (Map<String, Json>, Map<String, Json>) {
    let first: Vec<String> = entries.keys().take(1).cloned().collect();
    let of = |is_first: bool| {
        let kept = entries.iter().filter(|(key, _)| first.contains(key) == is_first);
        kept.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    (of(true), of(false))
}
