//! Each optional attribute of each table, nested ones too: absent, empty, given, absent again. After each apply a refresh
//! finds nothing, the second plan is empty, and the system holds everything else as it was. What is absent and what is
//! null are one thing on the wire.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, Resource, Role};

use crate::figure::at_least;
use crate::host::{Action, Object, Session};
use crate::subject::cases::{alone, try_each};
use crate::subject::places::{Place, Step, places};
use crate::subject::samples::{full, values};
use crate::subject::{Extent, Subject, configured, may_be_refused};

/// Fields that tell when an object was last written, where no table names them.
const WRITTEN_AT: &[&str] = &["updated_at", "updatedAt"];

struct World {
    subject: Box<dyn Subject>,
    session: Session,
    resource: &'static Resource,
    full: bool,
}

#[test]
fn each_optional_attribute_comes_and_goes_alone() {
    let applies = try_each(&Extent::all(), Extent::to_string, |extent| alone(tried(extent))).into_iter().sum();
    at_least(500, "applies of attributes that come and go", applies);
}

/// All optional attributes of one type, one after another: alone, or among all the others. Returns how many applies there
/// were.
async fn tried(extent: &Extent) -> usize {
    let subject = (extent.make)();
    let session = configured(subject.as_ref()).await;
    let world = World { subject, session, resource: extent.resource, full: extent.full };
    let mut applies = 0;
    for index in 0..places(extent.resource, &world.config("counted")).len() {
        for hidden in [false, true] {
            let config = world.config(&format!("subject-{index}-{hidden}"));
            let place = &places(extent.resource, &config)[index];
            if place.may_be_null() && place.role == Role::Plain && (place.attr.is_secret() || !hidden) {
                let steps = if hidden { world.secret_steps(place, &config) } else { world.steps(place, &config) };
                applies += world.walk(place, steps).await;
            }
        }
    }
    applies
}

impl World {
    fn config(&self, name: &str) -> Json {
        let minimal = self.subject.minimal(self.resource.name, name);
        if self.full { full(self.subject.as_ref(), self.resource, &minimal) } else { minimal }
    }

    fn steps(&self, place: &Place, config: &Json) -> Vec<Json> {
        let values = values(self.subject.as_ref(), self.resource, place, config, !self.full);
        let empty = match place.attr.kind {
            Kind::Str => json!(""),
            Kind::List(_) | Kind::Set(_) => json!([]),
            Kind::Map(_) => json!({}),
            Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Float64 | Kind::Object(_) => Json::Null,
        };
        let (absent, empty) = (place.with(config, Json::Null), place.with(config, empty));
        let mut steps = vec![absent.clone(), empty.clone()];
        for value in values.into_iter().take(2) {
            steps.extend([place.with(config, value), absent.clone()]);
        }
        steps.pop();
        steps.extend([empty, absent]);
        steps
    }

    /// A secret in and out of the state, rotated, and taken out from either.
    fn secret_steps(&self, place: &Place, config: &Json) -> Vec<Json> {
        let values = values(self.subject.as_ref(), self.resource, place, config, !self.full);
        let [one, other, ..] = &values[..] else { panic!("{place} has no two values") };
        let with = |plain: &Json, hidden: &Json, version: Json| {
            let twin = |name: String| {
                let mut path = place.path.clone();
                *path.last_mut().expect("a path") = Step::Name(name);
                Place { path, ..place.clone() }
            };
            let config = place.with(config, plain.clone());
            let config = twin(place.attr.write_only_name()).with(&config, hidden.clone());
            twin(place.attr.version_name()).with(&config, version)
        };
        let absent = || with(&Json::Null, &Json::Null, Json::Null);
        vec![
            absent(),
            with(&Json::Null, one, json!(1)),
            with(&Json::Null, other, json!(2)),
            with(one, &Json::Null, Json::Null),
            with(&Json::Null, other, json!(1)),
            absent(),
        ]
    }

    /// Applies one configuration after another, those left out that are refused.
    async fn walk(&self, place: &Place, steps: Vec<Json>) -> usize {
        let (mut object, mut before) = (Object::absent(self.resource.name), Json::Null);
        let mut applies = 0;
        for config in steps {
            if self.session.validate(self.resource.name, &config).await.has_errors() {
                continue;
            }
            let planned = self.session.plan(&object, &config).await;
            if planned.diagnostics.has_errors() {
                let paths = planned.diagnostics.error_paths();
                let refused = paths.iter().all(|path| may_be_refused(self.resource, path));
                assert!(refused, "{place}: {}", planned.diagnostics);
                continue;
            }
            object = self.session.converge_quietly(&object, &config).await;
            let now = self.subject.shown(self.resource, &object.state);
            if planned.action == Action::Update {
                let changed = self.strangers(place, &before, &now);
                assert!(changed.is_empty(), "{place} with {config}: also {changed:?} changed\n{before}\n{now}");
            }
            before = now;
            applies += 1;
        }
        let gone = self.session.destroy(&object).await;
        assert!(!gone.diagnostics.has_errors(), "{place}: {}", gone.diagnostics);
        applies
    }

    /// The fields of the system's object that changed without being what changed, what follows it, or what only the
    /// system gives.
    fn strangers(&self, place: &Place, before: &Json, now: &Json) -> Vec<String> {
        let names: Vec<&str> = place.path.iter().filter_map(Step::name).collect();
        let top = self.resource.attr(names[0]).expect("an attribute");
        let mut found = differences(&before["object"], &now["object"], &moving(self.resource, names[0]));
        if let Some(of) = top.child_objects() {
            let empty = Map::new();
            for (key, now) in now["children"].as_object().unwrap_or(&empty) {
                let is_this = place.path.get(1) == Some(&Step::Key(key.clone()));
                match (&before["children"][key], names.get(1)) {
                    (before, _) if before.is_null() => {}
                    (_, None) => {}
                    (before, Some(name)) if is_this => found.extend(differences(before, now, &moving(of.table, name))),
                    (before, _) => found.extend(differences(before, now, &BTreeSet::new())),
                }
            }
        }
        found
    }
}

/// The fields that may change with this attribute.
fn moving(resource: &'static Resource, name: &str) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::from([name]);
    loop {
        let follows = |attr: &&Attr| attr.followed().iter().any(|it| names.contains(it));
        let followers: Vec<_> = resource.attrs.iter().filter(follows).map(|attr| attr.name).collect();
        let count = names.len();
        names.extend(followers);
        if names.len() == count {
            break;
        }
    }
    let moves = |attr: &&Attr| !attr.settable() || names.contains(attr.name);
    let field = |wire: &'static str| wire.split('.').next().unwrap_or(wire);
    resource.attrs.iter().filter(moves).map(|attr| field(attr.wire_name())).collect()
}

/// The fields that differ, but for these. Nothing has many spellings.
fn differences(before: &Json, now: &Json, but: &BTreeSet<&str>) -> Vec<String> {
    let is_nothing = |value: &Json| {
        value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty) || *value == json!({})
    };
    let same = |one: &Json, other: &Json| one == other || (is_nothing(one) && is_nothing(other));
    let names = [before, now].into_iter().filter_map(Json::as_object).flat_map(Map::keys).collect::<BTreeSet<_>>();
    let differs = |name: &&&String| {
        !WRITTEN_AT.contains(&name.as_str()) && !but.contains(name.as_str()) && !same(&before[**name], &now[**name])
    };
    names.iter().filter(differs).map(|name| (*name).clone()).collect()
}
