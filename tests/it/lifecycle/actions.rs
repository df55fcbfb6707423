//! Actions on a Terraform that has them: each example is applied and its action invoked, by hand and by the change of a
//! resource.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::examples::copy;
use crate::emulator::manager::ManagerEmulator;
use crate::emulator::{Emulator, Fault, Script};
use crate::subject::cases::try_each;
use crate::terraform::{Host, Outcome, Terraform};

/// What an example runs against, with what it takes for granted.
enum World {
    Gateway(Emulator),
    Manager(ManagerEmulator),
}

impl World {
    /// The world of an action, and the variables of its example.
    fn of(action: &str) -> (World, Json) {
        if action.starts_with("lerian_") {
            let target = json!({"host": "orders.internal", "port": 5432, "tables": {}});
            let manager = ManagerEmulator::builder().with(|manager| manager.add_target(&target)).start();
            let legacy = json!({"configName": "legacy", "type": "POSTGRESQL", "host": "orders.internal", "port": 5432,
                "databaseName": "app", "userName": "report", "password": "not-for-logs"});
            let product = [("X-Product-Name", "none")];
            let (_, made) = manager.call("POST", "/v1/management/connections", &product, &legacy);
            manager.with(|manager| manager.change_record("legacy", &json!({"productName": null})));
            let needs_it = action == "lerian_reporter_connection_assign";
            return (World::Manager(manager), if needs_it { json!({"connection_id": made["id"]}) } else { json!({}) });
        }
        let emulator = Emulator::start();
        emulator.connect_agent("default");
        let variables = prepare(&emulator, action);
        (World::Gateway(emulator), variables)
    }

    fn requests(&self) -> Vec<String> {
        let requests = match self {
            World::Gateway(emulator) => emulator.requests(),
            World::Manager(manager) => manager.requests(),
        };
        requests.iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }

    fn workspace(&self, host: &Host) -> Terraform {
        match self {
            World::Gateway(emulator) => {
                let mut terraform = Terraform::named("hoop").on(host);
                terraform.env("HOOP_APIURL", emulator.api_url());
                terraform.env("HOOP_APIKEY", emulator.api_key());
                terraform
            }
            World::Manager(manager) => {
                let mut terraform = Terraform::named("lerian").on(host);
                terraform.env("LERIAN_ENDPOINT", manager.url());
                terraform
            }
        }
    }
}

/// What the example of an action takes for granted at the gateway, and the values of its variables.
fn prepare(emulator: &Emulator, action: &str) -> Json {
    let post = |path: &str, body: Json| emulator.call("POST", &format!("/api/{path}"), body).1;
    let connection = |subtype: &str| {
        let mut body =
            json!({"name": "orders-db", "type": "custom", "subtype": subtype, "agent_id": emulator.agent_id()});
        for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
            body[mode] = json!("enabled");
        }
        post("connections", body);
    };
    match action {
        "hoop_api_key_reactivate" => {
            post("api-keys", json!({"name": "deployment", "groups": []}));
            emulator.call("DELETE", "/api/api-keys/deployment", Json::Null);
        }
        "hoop_ai_agent_reactivate" => {
            post("ai-agents", json!({"name": "assistant", "groups": []}));
            emulator.call("DELETE", "/api/ai-agents/assistant", Json::Null);
        }
        "hoop_credential_revoke" => {
            connection("aws-ssm");
            let made = post("connections/orders-db/credentials", json!({"access_duration_seconds": 3600}));
            return json!({"credential_id": made["id"]});
        }
        "hoop_event_replay" => {
            connection("");
            let made = post(
                "event-routing/subscriptions",
                json!({"name": "s", "event_types": ["session.closed"],
                "runbook_repository": "r", "runbook_file": "f", "connection_name": "orders-db", "parameter_mapping": {}}),
            );
            return json!({"dispatch_id": emulator.dispatch(made["id"].as_str().expect("an id"), "failed")});
        }
        "hoop_runbook_exec" => {
            let script = Script { output: "restarted with an-example-token\n".into(), ..Script::default() };
            emulator.add_runbook("github.com/example/runbooks", "workers/restart.runbook.sh", script);
        }
        _ => {}
    }
    json!({})
}

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/actions");
    let mut found: Vec<_> =
        fs::read_dir(root).expect("examples").map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

fn name(example: &Path) -> String {
    example.file_name().and_then(|name| name.to_str()).expect("a name").to_owned()
}

/// A workspace with the example of an action, applied.
fn applied(host: &Host, example: &Path) -> (World, Terraform, Outcome) {
    let (world, variables) = World::of(&name(example));
    let terraform = world.workspace(host);
    terraform.remove("versions.tf");
    copy(&terraform, ".", example);
    terraform.file("terraform.tfvars.json", &variables.to_string());
    let outcome = terraform.apply().ok();
    terraform.second_plan_is_empty();
    (world, terraform, outcome)
}

/// The command of the example's comment does the work.
#[test]
fn every_example_of_an_action_lives() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    try_each(
        &examples(),
        |example| name(example),
        |example| {
            let (world, terraform, _) = applied(host, example);
            let text = fs::read_to_string(example.join("action.tf")).expect("an example");
            let command = text.split("-invoke=").nth(1).expect("the example says how it is invoked");
            let address = command.split_whitespace().next().expect("an address");
            let before = world.requests().len();
            let invoked = terraform.invoke(address).ok();
            assert!(invoked.progress().iter().any(|(of, _)| of == address), "{invoked:#?}");
            assert!(!invoked.everything().contains("an-example-token"), "{}", invoked.everything());
            assert!(world.requests().len() > before);
            if let World::Gateway(emulator) = &world {
                let told = emulator
                    .requests()
                    .into_iter()
                    .filter_map(|asked| asked.body)
                    .find(|body| !body["env_vars"].is_null());
                let wanted = (name(example) == "hoop_runbook_exec").then(|| json!("YW4tZXhhbXBsZS10b2tlbg=="));
                assert_eq!(told.map(|body| body["env_vars"]["envvar:NOTIFICATION_TOKEN"].clone()), wanted);
            }
            // What the action changed may be drift, which the example ignores.
            assert!(terraform.plan().ok().changes.is_empty());
            assert_eq!(terraform.destroy().code, 0);
        },
    );
}

fn secret(emulator: &Emulator) -> String {
    let (_, credentials) = emulator.call("GET", "/api/machineidentities/crawler/credentials", Json::Null);
    credentials[0]["secret_key"].as_str().expect("a secret").to_owned()
}

/// A workspace whose next apply rotates a credential; and the secret until then.
fn about_to_rotate(host: &Host) -> (Emulator, Terraform, String) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/actions/hoop_machine_identity_rotate");
    let (World::Gateway(emulator), terraform, first) = applied(host, &example) else { panic!("a gateway") };
    assert!(first.progress().is_empty(), "a create does not trigger it: {first:#?}");
    let text = fs::read_to_string(terraform.path("action.tf")).expect("the example");
    assert!(text.contains("2027-Q1") && text.contains("after_update"));
    terraform.file("action.tf", &text.replace("2027-Q1", "2027-Q2"));
    let before = secret(&emulator);
    (emulator, terraform, before)
}

#[test]
fn a_change_of_a_resource_rotates_a_credential() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    let (emulator, terraform, before) = about_to_rotate(host);
    let outcome = terraform.apply().ok();
    let after = secret(&emulator);
    assert_ne!(after, before);
    let [(address, report)] = &outcome.progress()[..] else { panic!("{outcome:#?}") };
    assert!(address.ends_with("hoop_machine_identity_rotate.crawler") && report.contains("new credential"), "{report}");
    for told in [outcome.everything(), terraform.state_text()] {
        assert!(!told.contains(&after) && !told.contains(&before));
    }
    terraform.second_plan_is_empty();
}

/// The resource has changed, and the error says that the credential may have, too.
#[test]
fn an_action_whose_answer_is_lost_fails_the_apply_and_is_not_repeated() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    let (emulator, terraform, before) = about_to_rotate(host);
    emulator.fault(Fault::lost_answer().on("POST", "/api/machineidentities/crawler/credentials"));
    let outcome = terraform.apply();
    let error = outcome.one_error();
    assert!(error.says("Could not rotate the credential") && error.says("may have been done"), "{error:#?}");
    assert_ne!(secret(&emulator), before);
    let rotations = emulator.requests().iter().filter(|asked| asked.path.ends_with("/rotate")).count();
    assert_eq!(rotations, 1);
    terraform.second_plan_is_empty();
}

/// A mistake of the configuration is an error of the plan.
#[test]
fn a_wrong_configuration_is_found_before_anything_is_done() {
    let Some(host) = Host::terraform((1, 14)) else { return };
    let (world, _) = World::of("hoop_event_subscription_pause");
    let terraform = world.workspace(host);
    terraform
        .write("action \"hoop_event_subscription_pause\" \"a\" {\n  config {\n    id = \"every night!\"\n  }\n}\n");
    let outcome = terraform.validate();
    assert!(outcome.one_error().says("`id` must be a lowercase UUID"), "{outcome:#?}");
}
