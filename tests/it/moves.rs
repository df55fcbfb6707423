//! `moved` blocks over every table: what was configured where an object comes from is told by what is stored there, or by
//! what this provider remembers of it under another address. What is taken out of the configuration afterwards is taken
//! from the system.

use std::fmt;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Replaces, Resource};

use crate::figure::figure;
use crate::host::{Action, Object};
use crate::subject::cases::{Make, alone, try_each};
use crate::subject::samples::full;
use crate::subject::{configured, types};

/// One attribute that other providers store only where it is configured, and whether the source is this provider.
struct Case {
    make: Make,
    resource: &'static Resource,
    attr: &'static Attr,
    ours: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.ours { "this provider" } else { "another provider" };
        write!(f, "{}.{} from {from}", self.resource.name, self.attr.name)
    }
}

fn is_told(attr: &Attr) -> bool {
    let can_go = !attr.is_required_on_create() && !attr.is_fixed();
    attr.is_stored_if_configured() && can_go
}

fn is_nothing(value: &Json) -> bool {
    value.is_null() || *value == json!("") || *value == json!([]) || *value == json!({})
}

impl Case {
    async fn run(&self) {
        let subject = (self.make)();
        let session = configured(subject.as_ref()).await;
        let name = self.resource.name;
        let mut config = full(subject.as_ref(), self.resource, &subject.minimal(name, "moved"));
        if config[self.attr.name].is_null() {
            assert!(subject.not_sampled(name, self.attr.name).is_some(), "there is a value to be taken out");
            return;
        }
        let object = session.create(name, &config).await;
        let private = if self.ours { object.private.clone() } else { br#"{".framework":"e30="}"#.to_vec() };
        let source = Object { private, ..object.clone() };
        let address = format!("registry.example.com/somebody/{}", subject.provider().name);
        let moved = session.move_from(&address, &source, name).await.unwrap_or_else(|found| panic!("{found}"));
        assert!(!self.ours || moved.private == object.private, "what this provider remembers goes along");
        assert_eq!(session.plan(&moved, &config).await.action, Action::NoOp);

        config[self.attr.name] = Json::Null;
        let planned = session.plan(&moved, &config).await;
        let replaced = self.attr.replaces_on() == Some(Replaces::OnRemoval);
        let expected = if replaced { Action::Replace } else { Action::Update };
        assert_eq!(planned.action, expected, "{}", planned.diagnostics);
        let object = session.converge(&moved, &config).await;
        assert!(is_nothing(&object.state[self.attr.name]), "it is gone");
        let wire = self.attr.wire_name().split('.').fold(String::new(), |path, name| format!("{path}/{name}"));
        let shown = subject.shown(self.resource, &object.state);
        let now = shown["object"].pointer(&wire).unwrap_or(&Json::Null);
        assert!(is_nothing(now), "the system has it still: {now}");
    }
}

#[test]
fn what_is_taken_out_after_a_move_is_taken_from_the_system() {
    let mut cases = Vec::new();
    for (make, resource) in types() {
        for attr in resource.managed().filter(|attr| is_told(attr)) {
            cases.extend([false, true].map(|ours| Case { make, resource, attr, ours }));
        }
    }
    try_each(&cases, Case::to_string, |case| alone(case.run()));
    figure("attributes that are taken out after a move", cases.len());
    assert!(cases.len() >= 12, "{}", cases.len());
}
