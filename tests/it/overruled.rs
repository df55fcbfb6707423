//! A system that makes something else of a value than what was sent, for each attribute of each table. A create leaves an
//! object that is used on, with a warning and what was planned, and the next refresh shows the difference; an update
//! fails, with what is shown.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Create, Resource};

use crate::emulator::Fault;
use crate::figure::figure;
use crate::host::{Action, Object};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::samples::{full, sample};
use crate::subject::{Subject, configured, subjects};

struct Case {
    make: Make,
    resource: &'static Resource,
    attr: &'static Attr,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for make in subjects() {
        let subject_of = || make();
        alone(async {
            let subject = subject_of();
            for resource in subject.provider().resources {
                let config = config(subject.as_ref(), resource, "listed");
                let shown = |attr: &&Attr| {
                    attr.is_readable() && !attr.is_client_only() && attr.child_objects().is_none() && !attr.is_key()
                };
                let given = resource.managed().filter(|attr| attr.settable() && !config[attr.name].is_null());
                cases.extend(given.filter(shown).map(|attr| Case { make, resource, attr }));
            }
        });
    }
    cases
}

/// With every attribute that a create may be given, and nothing empty.
fn config(subject: &dyn Subject, resource: &'static Resource, name: &str) -> Json {
    let mut config = full(subject, resource, &subject.minimal(resource.name, name));
    for attr in resource.managed().filter(|attr| attr.settable()) {
        if config[attr.name] == json!([]) {
            config[attr.name] = sample(subject, resource, attr, 0);
        }
    }
    config
}

/// Something else of the same shape. What is empty stays so: there is nothing to overrule.
fn another(value: &Json) -> Json {
    match value {
        Json::String(text) if !text.is_empty() => json!("b3ZlcnJ1bGVk"),
        Json::Number(number) => json!(number.as_f64().map(|number| number + 1.0)),
        Json::Bool(flag) => json!(!flag),
        Json::Array(items) if !items.is_empty() => json!([]),
        Json::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), another(value))).collect(),
        other => other.clone(),
    }
}

/// Every object in the answer with something else at this place.
fn overruled(body: Json, wire: &'static str) -> Json {
    match body {
        Json::Array(items) => items.into_iter().map(|item| overruled(item, wire)).collect(),
        Json::Object(fields) => {
            let (first, rest) = wire.split_once('.').map_or((wire, None), |(first, rest)| (first, Some(rest)));
            let change = |(name, value): (String, Json)| {
                let value = match rest {
                    _ if name != first => overruled(value, wire),
                    Some(rest) => overruled(value, rest),
                    None => another(&value),
                };
                (name, value)
            };
            Json::Object(fields.into_iter().map(change).collect())
        }
        leaf => leaf,
    }
}

impl Case {
    fn name(&self) -> String {
        format!("{}.{}", self.resource.name, self.attr.name)
    }

    async fn create(&self) {
        let (resource, attr) = (self.resource, self.attr);
        // Of settings that always exist a create sends what differs from what they seem to be.
        if resource.create == Create::Over {
            return;
        }
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let config = config(subject.as_ref(), resource, "subject");
        let absent = Object::absent(resource.name);
        let planned = session.plan(&absent, &config).await;
        assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
        subject.fault(Fault::garbled(|body| overruled(body, attr.wire_name())).forever());
        let applied = session.apply(&absent, &planned).await;
        assert!(!applied.tainted && !applied.diagnostics.has_errors(), "{}", applied.diagnostics);
        let words = format!("did not accept `{}`", attr.name);
        assert!(applied.diagnostics.warnings().any(|it| it.summary.contains(&words)), "{}", applied.diagnostics);
        assert_eq!(applied.object.state[attr.name], planned.state[attr.name], "the state holds what was planned");
        let (read, found) = session.read(&applied.object).await;
        assert!(!found.has_errors(), "{found}");
        let again = session.plan(&read, &config).await;
        let refused = attr.is_fixed() && again.diagnostics.has_errors();
        assert!(refused || again.action != Action::NoOp, "the difference is not shown");
    }

    async fn update(&self) {
        let (resource, attr) = (self.resource, self.attr);
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let mut config = config(subject.as_ref(), resource, "subject");
        let object = session.create(resource.name, &config).await;
        let other = (0..3).map(|nth| sample(subject.as_ref(), resource, attr, nth)).find(|it| *it != config[attr.name]);
        // Of some there is only one to be had.
        let Some(other) = other else { return };
        config[attr.name] = other;
        let planned = session.plan(&object, &config).await;
        if planned.action != Action::Update {
            return;
        }
        subject.fault(Fault::garbled(|body| overruled(body, attr.wire_name())).forever());
        let applied = session.apply(&object, &planned).await;
        assert_eq!(applied.diagnostics.error_paths(), [attr.name], "{}", applied.diagnostics);
        let (read, found) = session.read(&applied.object).await;
        assert!(!found.has_errors(), "{found}");
        assert_eq!(read.state[attr.name], applied.object.state[attr.name], "the state holds what is shown");
    }
}

#[test]
fn what_a_create_overrules_is_a_warning_and_taints_nothing() {
    let cases = cases();
    try_each(&cases, Case::name, |case| alone(case.create()));
    figure("attributes that a create overrules", cases.len());
    let mut types = BTreeMap::new();
    cases.iter().for_each(|case| *types.entry(case.resource.name).or_insert(0) += 1);
    assert!(types.len() > 9 && cases.len() > 50, "{types:?}");
}

#[test]
fn what_an_update_overrules_is_an_error_with_what_is_shown() {
    let stays = |case: &&Case| {
        let can = !case.attr.is_fixed() && case.attr.replaces_on().is_none() && case.attr.element_path().is_none();
        can && (case.attr.is_required() || !case.attr.is_secret())
    };
    let cases: Vec<Case> = cases().into_iter().filter(|case| stays(&case)).collect();
    try_each(&cases, Case::name, |case| alone(case.update()));
    assert!(cases.len() > 30, "{}", cases.len());
}
