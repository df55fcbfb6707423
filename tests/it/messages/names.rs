//! A name that is taken: an import is advised where nobody is known to manage the object, and never of what this run has
//! created or the state holds.

use terraform_provider_hoop::schema::Create;

use super::*;
use crate::host::{Diagnostics, Object};
use crate::subject::import_id;

/// Another object of the same name.
fn namesake(subject: &dyn Subject, resource: &'static Resource, config: &Json) -> Json {
    let mut other = subject.minimal(resource.name, "second");
    let names =
        resource.keys().filter(|key| key.settable()).map(|key| key.name).chain(resource.named_by.iter().copied());
    names.for_each(|name| other[name] = config[name].clone());
    other
}

/// What is said of a second object that cannot be beside another.
async fn second(session: &Session, resource: &'static Resource, config: &Json) -> Diagnostics {
    let absent = Object::absent(resource.name);
    let planned = session.plan(&absent, config).await;
    assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
    let applied = session.apply(&absent, &planned).await;
    assert!(applied.object.state.is_null() && applied.diagnostics.errors().count() == 1, "{}", applied.diagnostics);
    applied.diagnostics
}

#[test]
fn only_what_nobody_is_known_to_manage_is_to_be_imported() {
    let mut tried = 0;
    for (make, resource) in types() {
        let is_unique = resource.unique_names || resource.keys().all(|key| key.settable());
        if !is_unique || !matches!(resource.create, Create::Post | Create::PostThenUpdate) {
            continue;
        }
        alone(async {
            let subject = make();
            let session = configured(subject.as_ref()).await;
            let config = subject.minimal(resource.name, "twice");
            let object = session.create(resource.name, &config).await;
            let other = namesake(subject.as_ref(), resource, &config);
            let found = second(&session, resource, &other).await;
            assert!(found.say("It was created by this run"), "{}: {found}", resource.name);
            assert!(!found.say("terraform import"), "{}: {found}", resource.name);

            let later = configured(subject.as_ref()).await;
            let found = second(&later, resource, &other).await;
            assert!(found.say("If Terraform does not manage it yet"), "{}: {found}", resource.name);
            let key = import_id(resource, &object.state);
            let command = format!("terraform import {}.NAME '{key}'", resource.name);
            assert!(found.say(&command) && found.say("create_before_destroy"), "{}: {found}", resource.name);

            let reading = configured(subject.as_ref()).await;
            assert_eq!(reading.read(&object).await.0.state, object.state);
            let found = second(&reading, resource, &other).await;
            assert!(found.say("It is already in Terraform's state"), "{}: {found}", resource.name);
            assert!(!found.say("terraform import"), "{}: {found}", resource.name);

            // What is destroyed is in nobody's way, unless the system keeps its name.
            let destroyed = session.destroy(&object).await;
            assert!(!destroyed.diagnostics.has_errors(), "{}", destroyed.diagnostics);
            match resource.hooks.revoked_name {
                None => drop(session.create(resource.name, &config).await),
                Some(hint) => {
                    let found = second(&session, resource, &config).await;
                    assert!(found.say(hint) && !found.say("terraform import"), "{}: {found}", resource.name);
                }
            }
        });
        tried += 1;
    }
    assert!(tried >= 5, "{tried}");
}

/// Two blocks, one of which is a role inside a resource.
#[test]
fn a_role_and_a_connection_of_one_name_are_told_apart_from_a_foreign_one() {
    alone(async {
        let subject = subjects()[0]();
        let session = configured(subject.as_ref()).await;
        let connection = subject.minimal("hoop_connection", "one-name");
        let mut resource = subject.minimal("hoop_resource", "host");
        let role = json!({"type": "custom", "agent_id": connection["agent_id"]});
        resource["roles"] = json!({ connection["name"].as_str().expect("a name"): role });
        session.create("hoop_resource", &resource).await;
        let table = subject.provider().resource("hoop_connection").expect("a table");
        let found = second(&session, table, &connection).await;
        assert!(found.say("It was created by this run") && !found.say("terraform import"), "{found}");
    });
}

/// To the gateway a repository is its host and path, and the import takes the address that is stored.
#[test]
fn another_spelling_of_a_repository_is_told_by_the_one_that_is_there() {
    alone(async {
        let subject = subjects()[0]();
        let there = "git@git.example.com:team/runbooks.git";
        let (status, _) = subject.ask("POST", "runbooks/configurations", json!({"git_url": there}));
        assert_eq!(status, 201);
        let session = configured(subject.as_ref()).await;
        let config = with(
            &subject.minimal("hoop_runbook_configuration", "runbooks"),
            "git_url",
            json!("https://git.example.com/team/runbooks"),
        );
        let table = subject.provider().resource("hoop_runbook_configuration").expect("a table");
        let found = second(&session, table, &config).await;
        assert!(found.say(&format!("is in use by the runbook configuration {there:?}")), "{found}");
        assert!(found.say(&format!("terraform import hoop_runbook_configuration.NAME '{there}'")), "{found}");
    });
}
