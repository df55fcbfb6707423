//! One case: a fresh system, one operation, one fault, and then the question what is true. After the fault everything
//! must come right again by what a user would do: plan, apply, import what the error named.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Destroy, Reads, Resource};

use super::trial::{Hit, Trial, shape};
use super::truth::{self, readable};
use super::verbs::{Verb, changed};
use crate::host::{Action, Applied, Object};
use crate::subject::cases::Make;
use crate::subject::lookup;
use crate::subject::samples::full;

struct World<'a> {
    trial: Trial<'a>,
    resource: &'static Resource,
}

/// Runs the verb and demands what must hold. Returns the requests that the operation made.
///
/// # Panics
/// With what does not hold.
pub(super) async fn run(make: Make, type_name: &str, verb: &Verb, hit: Option<&Hit>) -> Vec<String> {
    let trial = Trial::new(make, hit).await;
    let provider = trial.subject.provider();
    let Some(resource) = provider.resource(type_name) else { return question(&trial, type_name).await };
    let minimal = trial.subject.minimal(type_name, "subject");
    let world = World { trial, resource };
    let subject = world.trial.subject.as_ref();
    match verb {
        Verb::FirstPlan => world.first_plan(&minimal).await,
        Verb::Create => world.create(&minimal).await,
        Verb::CreateFull => world.create(&full(subject, resource, &minimal)).await,
        Verb::Update(name) => world.update(&minimal, changed(subject, resource, &minimal, name)).await,
        Verb::Delete => world.delete(&full(subject, resource, &minimal)).await,
        Verb::Read => world.read(&minimal).await,
        Verb::Import => world.import(&minimal).await,
        Verb::Data | Verb::List => world.data(&minimal, verb).await,
        Verb::Query => world.query(&minimal).await,
    }
}

/// A data source that is no resource's.
async fn question(trial: &Trial<'_>, name: &str) -> Vec<String> {
    shown(trial, name, &trial.subject.question(name)).await
}

/// Reads the data source with and without the fault.
async fn shown(trial: &Trial<'_>, name: &str, config: &Json) -> Vec<String> {
    let (wanted, found) = trial.session.read_data(name, config).await;
    assert!(found.is_clean(), "{found}");
    let ((state, found), asked) = trial.under(trial.session.read_data(name, config)).await;
    trial.judge(&found);
    // A question names no object: whatever is answered is what was asked for.
    let is_open = trial.subject.provider().queries.iter().any(|query| query.name == name);
    let may_differ = is_open && trial.hit.is_some_and(|hit| hit.misery.name == "another object");
    // Null is an empty list.
    let may_differ = may_differ || trial.was_told_null();
    assert!(state.is_null() || state == wanted || may_differ, "{name} under a fault shows something else\n{state}");
    shape(&asked)
}

impl World<'_> {
    fn absent(&self) -> Object {
        Object::absent(self.resource.name)
    }

    fn count(&self, config: &Json) -> usize {
        self.trial.subject.count(self.resource, config)
    }

    /// How many there are that only the second configuration describes: a change may be one of the name.
    fn count_else(&self, before: &Json, config: &Json) -> usize {
        let is_at_a_path = self.resource.path.is_some_and(|path| path.contains('{'));
        if self.resource.only_id().is_some() || is_at_a_path {
            return 0;
        }
        let renamed = self
            .resource
            .managed()
            .any(|attr| attr.is_required() && before[attr.name].is_string() && before[attr.name] != config[attr.name]);
        if renamed { self.count(config) } else { 0 }
    }

    async fn first_plan(&self, config: &Json) -> Vec<String> {
        let (absent, before) = (self.absent(), self.count(config));
        let (planned, asked) = self.trial.under(self.trial.session.plan(&absent, config)).await;
        self.trial.judge(&planned.diagnostics);
        assert_eq!(self.count(config), before, "a plan makes nothing");
        shape(&asked)
    }

    async fn create(&self, config: &Json) -> Vec<String> {
        let (absent, before) = (self.absent(), self.count(config));
        let planned = self.trial.session.plan(&absent, config).await;
        assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
        let (applied, asked) = self.trial.under(self.trial.session.apply(&absent, &planned)).await;
        self.trial.judge_create(self.resource, &applied.diagnostics);
        truth::nothing_twice(self.resource, &asked);
        let there = self.count(config);
        assert!(there <= 1, "{there} objects were made\n{}", applied.diagnostics);
        let known = !applied.object.state.is_null();
        assert!(!known || there == 1, "the state holds an object that does not exist\n{}", applied.diagnostics);
        assert!(known || applied.diagnostics.has_errors(), "nothing, and no error");
        let object = match (known, there - before.min(there)) {
            (false, 1) => self.found_again(&applied).await,
            _ => applied.object.clone(),
        };
        let object = if applied.tainted { self.gone(&object, config).await } else { object };
        let object = self.trial.session.converge(&object, config).await;
        assert_eq!(self.count(config), 1, "after the next apply");
        self.gone(&object, config).await;
        shape(&asked)
    }

    /// Imports what the error says may be there.
    async fn found_again(&self, applied: &Applied) -> Object {
        let key = truth::import_key(self.resource.name, &applied.diagnostics);
        let key = key.unwrap_or_else(|| panic!("an object that nobody is told of\n{}", applied.diagnostics));
        let imported = self.trial.session.import(self.resource.name, &key).await;
        imported.unwrap_or_else(|found| panic!("the error's import command fails: {found}"))
    }

    /// `changes`: configurations of which the first that is no default of the system's is taken.
    async fn update(&self, before: &Json, changes: Vec<Json>) -> Vec<String> {
        let object = self.trial.session.create(self.resource.name, before).await;
        let mut planned = None;
        for config in changes {
            let plan = self.trial.session.plan(&object, &config).await;
            assert!(!plan.diagnostics.has_errors(), "{}", plan.diagnostics);
            if plan.action == Action::Update {
                planned = Some((config, plan));
                break;
            }
        }
        let (config, planned) =
            planned.unwrap_or_else(|| panic!("{}: none of the values is a change of {before}", self.resource.name));
        let config = &config;
        let (applied, asked) = self.trial.under(self.trial.session.apply(&object, &planned)).await;
        self.trial.judge(&applied.diagnostics);
        truth::nothing_twice(self.resource, &asked);
        let there = self.count(before) + self.count_else(before, config);
        assert_eq!(there, 1, "an update makes and removes nothing");
        assert!(!applied.object.state.is_null(), "an update forgets nothing");
        let (read, found) = self.trial.session.read(&applied.object).await;
        assert!(found.is_clean(), "{found}");
        if applied.diagnostics.has_errors() && !self.trial.is_lasting() && !self.trial.was_told_gone() {
            assert_eq!(read.state, applied.object.state, "the state is not what is true\n{}", applied.diagnostics);
        }
        let again = self.trial.session.plan(&read, config).await;
        let expected: &[Action] =
            if applied.diagnostics.has_errors() { &[Action::Update, Action::NoOp] } else { &[Action::NoOp] };
        assert!(expected.contains(&again.action), "{:?}\n{}\n{}", again.action, again.diagnostics, applied.diagnostics);
        self.trial.session.converge(&read, config).await;
        shape(&asked)
    }

    async fn delete(&self, config: &Json) -> Vec<String> {
        let object = self.trial.session.create(self.resource.name, config).await;
        let planned = self.trial.session.plan_destroy(&object).await;
        let (applied, asked) = self.trial.under(self.trial.session.apply(&object, &planned)).await;
        readable(&applied.diagnostics);
        assert!(self.trial.hit.is_some() || !applied.diagnostics.has_errors(), "{}", applied.diagnostics);
        let goes = matches!(self.resource.destroy, Destroy::Delete);
        if applied.diagnostics.has_errors() {
            assert!(!applied.object.state.is_null(), "a failed destroy forgets nothing");
            let (read, found) = self.trial.session.read(&applied.object).await;
            assert!(found.is_clean(), "{found}");
            assert!(!goes || read.state.is_null() == (self.count(config) == 0), "the refresh tells the truth");
            // What the system says is gone is no longer looked for, and stands in the way of its parent.
            if !read.state.is_null() && !self.trial.was_told_gone() {
                self.gone(&read, config).await;
            }
        }
        assert!(!goes || self.trial.was_told_gone() || self.count(config) == 0, "gone from the state alone");
        shape(&asked)
    }

    /// Destroys it without any fault.
    async fn gone(&self, object: &Object, config: &Json) -> Object {
        let destroyed = self.trial.session.destroy(object).await;
        assert!(!destroyed.diagnostics.has_errors(), "{}", destroyed.diagnostics);
        assert!(!matches!(self.resource.destroy, Destroy::Delete) || self.count(config) == 0, "it is still there");
        self.absent()
    }

    async fn read(&self, config: &Json) -> Vec<String> {
        let object = self.trial.session.create(self.resource.name, config).await;
        let ((read, found), asked) = self.trial.under(self.trial.session.read(&object)).await;
        self.trial.judge(&found);
        // Null is an empty list, or an object where the table says so.
        let is_list = matches!(self.resource.reads, Reads::Find { at: "", .. });
        let means_gone = is_list || self.resource.hooks.absent_when.is_some_and(|absent| absent(&Default::default()));
        let told_null = means_gone && self.trial.was_told_null();
        let told_gone = read.state.is_null() && (told_null || self.trial.was_told_gone());
        assert!(read == object || told_gone, "a read under a fault changed the state\n{found}\n{}", read.state);
        shape(&asked)
    }

    async fn import(&self, config: &Json) -> Vec<String> {
        let object = self.trial.session.create(self.resource.name, config).await;
        let wanted = self.trial.session.import_identity(self.resource.name, &object.identity).await.expect("an object");
        let (imported, asked) =
            self.trial.under(self.trial.session.import_identity(self.resource.name, &object.identity)).await;
        match imported {
            Ok(imported) => assert_eq!(imported, wanted, "an import under a fault shows something else"),
            Err(found) => self.trial.judge(&found),
        }
        shape(&asked)
    }

    async fn data(&self, config: &Json, verb: &Verb) -> Vec<String> {
        let object = self.trial.session.create(self.resource.name, config).await;
        let (name, query) = match (verb, &self.resource.list) {
            (Verb::List, Some(list)) => {
                let needed = list.required().map(|name| (name.to_owned(), config[name].clone()));
                (list.name, Json::Object(needed.collect()))
            }
            _ => (self.resource.name, lookup(self.resource, &object.identity)),
        };
        shown(&self.trial, name, &query).await
    }

    async fn query(&self, config: &Json) -> Vec<String> {
        let name = self.resource.name;
        self.trial.session.create(name, config).await;
        let filters = json!({});
        let list = || self.trial.session.list(name, &filters, 100, true);
        let (wanted, _) = list().await.unwrap_or_else(|found| panic!("without a fault: {found}"));
        let (listed, asked) = self.trial.under(list()).await;
        match listed {
            // What is missing is named, or the system said that it is gone.
            Ok((listed, found)) => {
                readable(&found);
                assert!(
                    listed.iter().all(|it| wanted.contains(it)),
                    "a list under a fault shows something else: {listed:?}"
                );
                let told = !found.is_clean() || self.trial.was_told_gone() || self.trial.was_told_null();
                assert!(told || listed == wanted, "a list under a fault lacks something: {listed:?}");
            }
            Err(found) => self.trial.judge(&found),
        }
        shape(&asked)
    }
}
