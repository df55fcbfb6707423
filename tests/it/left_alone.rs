//! What is left alone where nobody configures it, over every attribute of every table that says so: a change made
//! elsewhere is seen by a refresh, and no plan takes it back. The pages and the guide are made from the same word.

use std::fmt;

use terraform_provider_hoop::schema::{Attr, Resource};

use crate::figure::figure;
use crate::host::Action;
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::samples::sample;
use crate::subject::{configured, import_id, types};

struct Case {
    make: Make,
    resource: &'static Resource,
    attr: &'static Attr,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.resource.name, self.attr.name)
    }
}

/// Somebody else can change it in place, in an object that this configuration does not name it in.
fn can_change(attr: &Attr) -> bool {
    attr.is_left_alone() && attr.replaces_on().is_none() && !attr.is_fixed() && !attr.is_client_only()
}

impl Case {
    /// Says whether there was a value to change it to.
    async fn run(&self) -> bool {
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let (name, attr) = (self.resource.name, self.attr);
        let mut config = subject.minimal(name, "left-alone");
        // The least configuration of a type may name it for the sake of other tests.
        config.as_object_mut().expect("a configuration").remove(attr.name);
        let object = session.create(name, &config).await;
        // Somebody else's workspace, which names it.
        let id = import_id(self.resource, &object.state);
        let theirs = session.import(name, &id).await.unwrap_or_else(|found| panic!("{found}"));
        let mut changed = None;
        for nth in 0..3 {
            let mut config = config.clone();
            config[attr.name] = sample(subject.as_ref(), self.resource, attr, nth);
            let planned = session.plan(&theirs, &config).await;
            if planned.action == Action::Update && planned.state[attr.name] != theirs.state[attr.name] {
                assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
                let applied = session.apply(&theirs, &planned).await;
                assert!(!applied.diagnostics.has_errors(), "{}", applied.diagnostics);
                changed = Some(applied.object.state[attr.name].clone());
                break;
            }
        }
        let Some(changed) = changed else {
            assert!(subject.not_sampled(name, attr.name).is_some(), "no value changes it");
            return false;
        };
        let (read, found) = session.read(&object).await;
        assert!(!found.has_errors(), "{found}");
        let hidden = attr.is_secret() || attr.element_path().is_some() || attr.child_objects().is_some();
        let expected = if hidden { &object.state[attr.name] } else { &changed };
        assert_eq!(&read.state[attr.name], expected, "what a refresh shows");
        let planned = session.plan(&read, &config).await;
        assert_eq!(planned.action, Action::NoOp, "{}\nfrom {}\n{}", planned.state, read.state, planned.diagnostics);
        true
    }
}

#[test]
fn a_change_made_elsewhere_is_shown_by_a_refresh_and_left_alone_by_a_plan() {
    let mut cases = Vec::new();
    for (make, resource) in types() {
        let attrs = resource.managed().filter(|attr| can_change(attr));
        cases.extend(attrs.map(|attr| Case { make, resource, attr }));
    }
    let changed = try_each(&cases, Case::to_string, |case| alone(case.run()));
    figure("attributes that are left alone", changed.iter().filter(|changed| **changed).count());
    assert!(cases.len() > 20, "{}", cases.len());
}

/// The words on the pages are those of the table, and no hand-written ones contradict them.
#[test]
fn each_description_says_what_is_left_alone() {
    for (_, resource) in types() {
        for attr in resource.managed() {
            let says = |text: &str| {
                text.contains("outside Terraform are left alone.")
                    || text.contains("outside Terraform are left alone, and only an import stores")
            };
            assert_eq!(says(&attr.description()), attr.is_left_alone(), "{}.{}", resource.name, attr.name);
            let contradicts = ["nless configured", "is kept", "left alone"].iter().any(|it| attr.doc.contains(it));
            assert!(!(attr.is_left_alone() && contradicts), "{}.{}: {}", resource.name, attr.name, attr.doc);
        }
    }
}
