//! Two workspaces that know nothing of each other, two real Terraforms at the same moment: what is not theirs alone is
//! shared row by row, and of one name there is one object.

use std::collections::BTreeMap;
use std::thread;

use super::*;
use crate::terraform::{Config, Gateway, Outcome, Plan, Terraform, control, reference};

/// A workspace whose provider block says this too.
fn workspace(gateway: &Gateway, provider: &str) -> Terraform {
    let terraform = Terraform::new(gateway);
    terraform.file("provider.tf", &format!("provider \"hoop\" {{\n  {provider}\n}}\n"));
    terraform
}

/// Both at the same moment.
fn both<T: Send>(workspaces: &[Terraform; 2], act: impl Fn(&Terraform) -> T + Sync) -> [T; 2] {
    thread::scope(|scope| {
        let act = &act;
        let running = workspaces.each_ref().map(|workspace| scope.spawn(move || act(workspace)));
        running.map(|one| one.join().expect("no panic"))
    })
}

fn apply(terraform: &Terraform) -> Outcome {
    terraform.run(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve", "-parallelism=50"])
}

const OWN: usize = 8;

/// What one workspace has: connections and a resource of its own; rows of two plugins that the other has rows of too, in
/// one of them as parts of the plugin; and both enable both plugins.
fn config(emulator: &Emulator, own: &str, mark: &str, rows_by_themselves: bool) -> Config {
    let mut config = Config::default();
    let id = |index: usize| reference(&format!("hoop_connection.c{index}.id"));
    for index in 0..OWN {
        let name = format!("tf-{own}-{index}");
        config.set("hoop_connection", &format!("c{index}"), connection(emulator, &name, mark));
    }
    config.set("hoop_resource", "host", resource(&format!("tf-{own}-host"), mark));
    let parts = |count: usize| -> Vec<Json> {
        (0..count).map(|index| json!({ "connection_id": id(index), "config": [mark] })).collect()
    };
    config.set("hoop_plugin", "shared", json!({ "name": "webhooks", "connections": parts(OWN) }));
    let mut access = json!({ "name": "access_control" });
    if rows_by_themselves {
        for index in 0..OWN {
            let plugin = reference("hoop_plugin.access.name");
            let row = json!({ "plugin_name": plugin, "connection_id": id(index), "config": [mark] });
            config.set("hoop_plugin_connection", &format!("r{index}"), row);
        }
    } else {
        access["connections"] = json!(parts(OWN));
    }
    config.set("hoop_plugin", "access", access);
    config
}

/// The marks of both plugins' rows, by the name of the connection, must be these.
#[track_caller]
fn assert_rows(emulator: &Emulator, wanted: &[(&str, &str)]) {
    for plugin in ["webhooks", "access_control"] {
        let plugin = shown(emulator, &format!("/api/plugins/{plugin}"));
        let rows = plugin["connections"].as_array().expect("rows");
        let found: BTreeMap<_, _> = rows.iter().map(|row| (row["name"].as_str(), row["config"][0].as_str())).collect();
        let names: Vec<(String, &str)> = wanted
            .iter()
            .flat_map(|(own, mark)| (0..OWN).map(move |index| (format!("tf-{own}-{index}"), *mark)))
            .collect();
        let told = names.iter().map(|(name, mark)| (Some(name.as_str()), Some(*mark))).collect();
        assert_eq!(found, told, "{}", plugin["name"]);
    }
}

#[test]
fn two_workspaces_at_once_share_plugins_and_lose_nothing() {
    let Some(gateway) = control(racing) else { return };
    let emulator = gateway.emulator();
    // One of them waits for each answer before it asks anything else.
    let workspaces = [workspace(&gateway, "max_concurrent_requests = 1"), workspace(&gateway, "max_retries = 0")];
    let configure = |[left, right]: [&str; 2]| {
        workspaces[0].configure(&config(emulator, "left", left, false));
        workspaces[1].configure(&config(emulator, "right", right, true));
    };
    for marks in [["one", "one"], ["two", "two"]] {
        configure(marks);
        both(&workspaces, apply).into_iter().for_each(|outcome| drop(outcome.ok()));
        assert_rows(emulator, &[("left", marks[0]), ("right", marks[1])]);
        let plans = both(&workspaces, Terraform::plan).map(Plan::ok);
        assert!(plans.iter().all(Plan::is_empty), "one sees what the other did: {plans:#?}");
    }
    let made = |request: &crate::emulator::Logged| request.method == "POST" && request.status == Some(201);
    let made: Vec<String> = emulator.requests().into_iter().filter(made).map(|request| request.path).collect();
    for (path, count) in [("/api/connections", 2 * OWN), ("/api/resources", 2), ("/api/plugins", 2)] {
        assert_eq!(made.iter().filter(|made| *made == path).count(), count, "POST {path}");
    }

    // One goes while the other changes everything.
    configure(["two", "three"]);
    let leaves = workspaces[0].path("");
    let last =
        |workspace: &Terraform| if workspace.path("") == leaves { workspace.destroy() } else { apply(workspace) };
    both(&workspaces, last).into_iter().for_each(|outcome| drop(outcome.ok()));
    assert_rows(emulator, &[("right", "three")]);
    assert!(names(emulator, "connections").iter().all(|name| name.starts_with("tf-right-")));
    workspaces[1].second_plan_is_empty();
}

#[test]
fn of_two_workspaces_that_make_the_same_object_one_does_and_the_other_is_told_how_to_import() {
    let Some(gateway) = control(racing) else { return };
    let emulator = gateway.emulator();
    let workspaces = [workspace(&gateway, "max_retries = 0"), workspace(&gateway, "max_retries = 0")];
    let same = [
        ("hoop_connection", connection(emulator, "tf-same", "one"), "/api/connections"),
        ("hoop_agent", json!({ "name": "tf-same" }), "/api/agents"),
        ("hoop_resource", resource("tf-same-host", "one"), "/api/resources"),
        ("hoop_user", json!({ "email": "same@example.com", "status": "active" }), "/api/users"),
        (
            "hoop_runbook_configuration",
            json!({ "git_url": "https://example.com/same.git" }),
            "/api/runbooks/configurations",
        ),
    ];
    let mut config = Config::default();
    for (kind, attributes, _) in &same {
        config.set(kind, "it", attributes.clone());
    }
    workspaces.iter().for_each(|workspace| workspace.configure(&config));
    let outcomes = both(&workspaces, apply);
    let requests = emulator.requests();
    for (kind, _, path) in &same {
        let made = requests.iter().filter(|it| it.method == "POST" && it.path == *path && it.status == Some(201));
        assert_eq!(made.count(), 1, "POST {path}");
        let address = format!("{kind}.it");
        let has = workspaces.each_ref().map(|it| it.state().iter().any(|(held, _)| *held == address));
        assert!(has[0] != has[1], "{kind} is in {has:?} of the states");
        let loser = &outcomes[usize::from(has[0])];
        let told: Vec<_> = loser.errors().filter(|error| error.address.as_ref() == Some(&address)).collect();
        assert!(told.len() == 1 && told[0].says(&format!("terraform import {kind}.NAME")), "{told:#?}");
    }
    assert_eq!(outcomes.iter().flat_map(Outcome::errors).count(), same.len());
}
