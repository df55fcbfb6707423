//! From another provider of the same types and back: its state, its configurations and its imports mean the same here.

use serde_json::{Map, Value as Json, json};

use super::roles::made_by_others;
use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Diagnostic, Feature, Gateway, Terraform, control};

const SCHEMA: &str = include_str!("../data/official-provider-schema.json");
const OURS: &str = "registry.terraform.io/hoophq/hoop";
const OTHER: &str = "registry.terraform.io/other/hoop";

/// What only the gateway gives, and what differs when an object is made anew.
const GIVEN: &[&str] = &["id", "repository"];
const IDS: &[&str] = &["id", "connection_id", "connection_ids"];

#[track_caller]
fn call(emulator: &Emulator, method: &str, path: &str, body: &Json) -> Json {
    let (status, answer) = emulator.call(method, &format!("/api/{path}"), body.clone());
    assert!(matches!(status, 200 | 201), "{method} {path}: {status} {answer}");
    answer
}

/// One object of each type that the official provider has: the attributes as it stores them, and the import id.
struct Official {
    kind: &'static str,
    attributes: Json,
    import_id: String,
}

fn gateway_with_masking() -> Option<Gateway> {
    control(|| Emulator::builder().masking(true).start())
}

fn connection(emulator: &Emulator) -> Official {
    let body = json!({
        "name": "tf-pg", "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(), "command": null,
        "secret": { "envvar:HOST": "ZGI=", "envvar:PASS": "cA==" }, "access_mode_runbooks": "enabled",
        "access_mode_exec": "disabled", "access_mode_connect": "enabled", "access_schema": "enabled",
        "connection_tags": { "env": "dev" }, "reviewers": ["sre", "dba"], "redact_types": [],
    });
    let made = call(emulator, "POST", "connections", &body);
    let attributes = json!({
        "id": made["id"], "name": "tf-pg", "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(),
        "command": null, "secrets": { "envvar:HOST": "db", "envvar:PASS": "p" }, "access_mode_runbooks": "enabled",
        "access_mode_exec": "disabled", "access_mode_connect": "enabled", "access_schema": "enabled",
        "tags": { "env": "dev" }, "reviewers": ["sre", "dba"], "redact_types": [], "guardrail_rules": null,
        "jira_issue_template_id": null,
    });
    Official { kind: "hoop_connection", attributes, import_id: "tf-pg".to_owned() }
}

fn masking(emulator: &Emulator, connection: &Json) -> Official {
    let mut attributes = json!({
        "name": "tf-masking", "description": "Order numbers", "score_threshold": 0.6, "connection_ids": [connection],
        "supported_entity_types": [],
        "custom_entity_types": [{ "name": "ORDER", "regex": "O-[0-9]+", "deny_list": ["O-1"], "score": 0.5 }],
    });
    attributes["id"] = call(emulator, "POST", "datamasking-rules", &attributes)["id"].clone();
    let import_id = attributes["id"].as_str().expect("an id").to_owned();
    Official { kind: "hoop_datamasking_rules", attributes, import_id }
}

fn plugins(emulator: &Emulator, connection: &Json) -> [Official; 2] {
    let id = connection.as_str().expect("an id");
    let made = call(emulator, "POST", "plugins", &json!({ "name": "webhooks", "connections": [] }));
    call(emulator, "PUT", "plugins/webhooks/config", &json!({ "TOKEN": "dA==" }));
    call(emulator, "PUT", &format!("plugins/slack/conn/{id}"), &json!({ "config": ["C2", "C1"] }));
    let config = json!({ "id": made["id"], "plugin_name": "webhooks", "config": { "TOKEN": "t" } });
    let row = json!({ "plugin_name": "slack", "connection_id": id, "config": ["C2", "C1"] });
    [
        Official { kind: "hoop_plugin_config", attributes: config, import_id: "webhooks".to_owned() },
        Official { kind: "hoop_plugin_connection", attributes: row, import_id: format!("slack/{id}") },
    ]
}

fn runbooks(emulator: &Emulator) -> [Official; 2] {
    let url = "https://git.example.com/team/runbooks";
    let mut repository = json!({ "git_url": url, "git_user": "bot", "git_password": "p", "git_hook_ttl": 60,
        "ssh_user": "", "ssh_key": "", "ssh_keypass": "", "ssh_known_hosts": "" });
    let made = call(emulator, "POST", "runbooks/configurations", &repository);
    repository["repository"] = made["repository"].clone();
    let mut rule = json!({ "name": "tf-rule", "description": "words", "connections": ["tf-pg"],
        "user_groups": ["sre", "dba"], "runbooks": [{ "name": "a.sql", "repository": made["repository"] }] });
    rule["id"] = call(emulator, "POST", "runbooks/rules", &rule)["id"].clone();
    let id = rule["id"].as_str().expect("an id").to_owned();
    [
        Official { kind: "hoop_runbook_configuration", attributes: repository, import_id: url.to_owned() },
        Official { kind: "hoop_runbook_rule", attributes: rule, import_id: id },
    ]
}

fn user(emulator: &Emulator) -> Official {
    let mut attributes = json!({ "email": "ada@example.com", "status": "active", "groups": ["sre", "dba"] });
    call(emulator, "POST", "users", &attributes);
    attributes["id"] = call(emulator, "GET", "users/ada@example.com", &Json::Null)["id"].clone();
    Official { kind: "hoop_user", attributes, import_id: "ada@example.com".to_owned() }
}

fn everything(emulator: &Emulator) -> Vec<Official> {
    let connection = connection(emulator);
    let id = connection.attributes["id"].clone();
    let [config, row] = plugins(emulator, &id);
    let [repository, rule] = runbooks(emulator);
    vec![connection, masking(emulator, &id), config, row, repository, rule, user(emulator)]
}

/// The state as the official provider would have written it, under this address and with this label.
fn state(objects: &[Official], provider: &str, label: &str) -> Json {
    let resource = |object: &Official| {
        json!({ "mode": "managed", "type": object.kind, "name": label, "provider": format!("provider[{provider:?}]"),
            "instances": [{ "schema_version": 0, "attributes": object.attributes }] })
    };
    json!({ "version": 4, "terraform_version": "1.11.4", "serial": 1, "check_results": null, "outputs": {},
        "lineage": "e6056f2f-e484-60b2-645d-60852f7870ea",
        "resources": objects.iter().map(resource).collect::<Vec<_>>() })
}

/// The configuration in the official style: every attribute is given, but what the gateway gives. What refers to the
/// connection does so by expressions, so that all of it can be made anew.
fn configuration(objects: &[Official]) -> Json {
    let mut resources = Map::new();
    for object in objects {
        let mut attributes = object.attributes.as_object().expect("an object").clone();
        attributes.retain(|name, value| !GIVEN.contains(&name.as_str()) && !value.is_null());
        let id = "${hoop_connection.it.id}";
        for (name, reference) in [("connection_id", json!(id)), ("connection_ids", json!([id]))] {
            if let Some(value) = attributes.get_mut(name) {
                *value = reference;
            }
        }
        resources.insert(object.kind.to_owned(), json!({ "it": attributes }));
    }
    json!({ "resource": resources })
}

/// Whether a value of a state fits a type of a schema.
fn fits(value: &Json, attribute: &Json) -> bool {
    let each = |fit: &dyn Fn(&Json) -> bool| value.as_array().is_some_and(|items| items.iter().all(fit));
    if let Some(nested) = attribute.get("nested_type") {
        return nested["nesting_mode"] == "list" && each(&|item| fits_all(item, &nested["attributes"]));
    }
    match (&attribute["type"], value) {
        (_, Json::Null) => true,
        (Json::String(kind), value) => match kind.as_str() {
            "string" => value.is_string(),
            "number" => value.is_number(),
            kind => panic!("the official schema has {kind}"),
        },
        (Json::Array(kind), value) if kind[1] == "string" => match kind[0].as_str() {
            Some("list") => each(&Json::is_string),
            Some("map") => value.as_object().is_some_and(|map| map.values().all(Json::is_string)),
            kind => panic!("the official schema has {kind:?}"),
        },
        (kind, _) => panic!("the official schema has {kind}"),
    }
}

fn fits_all(object: &Json, attributes: &Json) -> bool {
    let attributes = attributes.as_object().expect("attributes");
    attributes.iter().all(|(name, attribute)| object.get(name).is_some_and(|value| fits(value, attribute)))
}

/// The stored instance of a type, as the state file has it.
fn stored(terraform: &Terraform, kind: &str) -> Json {
    let state: Json = serde_json::from_str(&terraform.state_text()).expect("the state is JSON");
    let found = state["resources"].as_array().into_iter().flatten().find(|it| it["type"] == kind);
    found.unwrap_or_else(|| panic!("{kind} is not in the state"))["instances"][0].clone()
}

fn replace_provider(terraform: &Terraform, from: &str, to: &str) {
    terraform.run(&["state", "replace-provider", "-auto-approve", "-lock=false", from, to]).ok();
    assert!(!terraform.state_text().contains(from), "{from} is left in the state");
}

#[test]
fn a_state_of_all_official_types_plans_empty_and_can_go_back() {
    let Some(gateway) = gateway_with_masking() else { return };
    let objects = everything(gateway.emulator());
    let official: Json = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let official = &official["provider_schemas"][OURS]["resource_schemas"];
    let kinds: Vec<_> = official.as_object().expect("types").keys().collect();
    assert!(kinds.iter().all(|kind| objects.iter().any(|object| object.kind == kind.as_str())), "{kinds:?}");
    for object in &objects {
        assert!(fits_all(&object.attributes, &official[object.kind]["block"]["attributes"]), "{}", object.kind);
    }

    let terraform = Terraform::new(&gateway);
    terraform.set_state(&state(&objects, OTHER, "it"));
    terraform.file("main.tf.json", &configuration(&objects).to_string());
    replace_provider(&terraform, OTHER, OURS);
    let plan = terraform.plan().ok();
    assert!(plan.outcome.code == 0 && plan.changes.is_empty(), "{plan:#?}");

    // Made anew by this provider, each has what the official one would have stored.
    terraform.destroy().ok();
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    replace_provider(&terraform, OURS, OTHER);
    for object in &objects {
        let instance = stored(&terraform, object.kind);
        let now = &instance["attributes"];
        assert_eq!(instance["schema_version"], 0, "{}", object.kind);
        assert!(fits_all(now, &official[object.kind]["block"]["attributes"]), "{}: {now}", object.kind);
        for (name, before) in object.attributes.as_object().expect("an object") {
            assert!(before.is_null() || IDS.contains(&name.as_str()) || now[name] == *before, "{name}: {now}");
        }
    }
}

/// How a state of the official provider becomes this one's: as it is, or by `moved` blocks from another address.
fn takes_over(terraform: &Terraform, objects: &[Official], moved: bool) {
    let (provider, label) = if moved { (OTHER, "before") } else { (OURS, "it") };
    terraform.set_state(&state(objects, provider, label));
    if moved {
        let block = |object: &Official| json!({ "from": format!("{}.before", object.kind), "to": format!("{}.it", object.kind) });
        let blocks = objects.iter().map(block).collect::<Vec<_>>();
        terraform.file("moved.tf.json", &json!({ "moved": blocks }).to_string());
    }
}

/// The official provider empties what is taken out of a configuration, and so does this one with its states.
#[test]
fn what_is_taken_out_after_the_move_is_taken_from_the_gateway() {
    let Some(()) = Feature::MOVED_BLOCKS.supported() else { return };
    for (moved, refresh) in
        [(false, "-refresh=true"), (false, "-refresh=false"), (true, "-refresh=true"), (true, "-refresh=false")]
    {
        let Some(gateway) = gateway_with_masking() else { return };
        let emulator = gateway.emulator();
        let mut objects = everything(emulator);
        let (_, rule) = emulator.call("POST", "/api/guardrails", json!({ "name": "no-drop" }));
        super::change_outside(emulator, "tf-pg", "guardrail_rules", &json!([rule["id"]]));
        objects[0].attributes["guardrail_rules"] = json!([rule["id"]]);
        let terraform = Terraform::new(&gateway);
        takes_over(&terraform, &objects, moved);
        terraform.file("main.tf.json", &configuration(&objects).to_string());
        let plan = terraform.plan().ok();
        assert!(plan.changes.iter().all(|change| change.is(&["no-op"])), "{plan:#?}");

        // No gateway without a licence has a template, so only the request can tell.
        let jira = refresh == "-refresh=false";
        if jira {
            objects[0].attributes["jira_issue_template_id"] = json!("00000000-0000-4000-8000-000000000001");
            takes_over(&terraform, &objects, moved);
        }
        let mut taken = Vec::new();
        for object in &mut objects {
            for name in ["secrets", "guardrail_rules", "git_password", "jira_issue_template_id"] {
                let given = object.attributes.get_mut(name).filter(|value| !value.is_null());
                taken.extend(given.map(|value| (object.kind, name, value.take())));
            }
        }
        assert_eq!(taken.len(), 3 + usize::from(jira));
        terraform.file("main.tf.json", &configuration(&objects).to_string());
        emulator.clear_requests();
        terraform.run(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve", refresh]).ok();
        if jira {
            let written = emulator.requests().into_iter().filter(|it| it.path == "/api/connections/tf-pg");
            let said = |body: &Json| body["jira_issue_template_id"] == "";
            assert!(written.into_iter().any(|it| it.body.as_ref().is_some_and(said)));
        }
        assert!(terraform.plan().ok().changes.is_empty());
        for (kind, name, _) in taken {
            let now = &stored(&terraform, kind)["attributes"][name];
            let is_nothing = now.is_null() || *now == json!([]) || *now == json!({}) || *now == "";
            assert!(is_nothing, "{kind}.{name}: {now}");
        }
        let now = shown(emulator, "tf-pg");
        let rules = now["guardrail_rules"].as_array().is_none_or(Vec::is_empty);
        assert!(now["secret"] == json!({}) && rules, "{moved} {refresh}: {now}");
    }
}

/// One object of each type that only this provider has, as import blocks.
fn more_imports(emulator: &Emulator) -> Vec<(&'static str, String)> {
    let role = |name: &str| json!({ "name": name, "type": "database", "subtype": "postgres", "secret": { "envvar:A": "YQ==" } });
    let host = json!({ "name": "tf-host", "type": "database", "subtype": "postgres", "env_vars": { "HOST": "ZGI=" },
        "agent_id": emulator.agent_id(), "roles": [role("tf-ro"), role("tf-rw")] });
    call(emulator, "POST", "resources", &host);
    let id = made_by_others(emulator, "tf-other", "tf-other")["id"].clone();
    let body = json!({ "name": "access_control", "connections": [{ "id": id, "config": ["dba"] }],
        "config": { "envvars": { "K": "dg==" } } });
    call(emulator, "POST", "plugins", &body);
    let more = [("hoop_agent", "default"), ("hoop_resource", "tf-host"), ("hoop_plugin", "access_control")];
    more.map(|(kind, id)| (kind, id.to_owned())).to_vec()
}

#[test]
fn a_configuration_made_from_imports_plans_empty() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = gateway_with_masking() else { return };
    let emulator = gateway.emulator();
    let objects = everything(emulator);
    let mut imports: Vec<_> = objects.iter().map(|object| (object.kind, object.import_id.clone())).collect();
    imports.extend(more_imports(emulator));
    let terraform = Terraform::new(&gateway);
    let block = |(kind, id): &(&str, String)| format!("import {{\n  to = {kind}.it\n  id = {id:?}\n}}\n");
    terraform.file("imports.tf", &imports.iter().map(block).collect::<String>());
    let before = (shown(emulator, "tf-pg"), shown(emulator, "tf-ro"));

    // Terraform writes sensitive values down as null, which means: whatever the gateway has.
    terraform.run(&["plan", "-json", "-input=false", "-lock=false", "-generate-config-out=made.tf"]).ok();
    let made = std::fs::read_to_string(terraform.path("made.tf")).expect("a configuration was made");
    assert_eq!(terraform.validate().ok().warnings().count(), 0);
    let plan = terraform.plan().ok();
    let loud: Vec<_> = plan.changes.iter().filter(|change| !change.is(&["no-op"])).collect();
    assert!(loud.is_empty() && plan.changes.len() == imports.len(), "{loud:#?}\n{made}");
    gateway.take_writes();
    terraform.apply_saved().ok();
    assert_eq!(gateway.take_writes(), Vec::<String>::new());
    terraform.second_plan_is_empty();
    assert_eq!((shown(emulator, "tf-pg"), shown(emulator, "tf-ro")), before);
}

#[test]
fn a_bad_import_id_is_told_which_form_is_wanted() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let Some(gateway) = gateway_with_masking() else { return };
    let terraform = Terraform::new(&gateway);
    let nobody = "00000000-0000-4000-8000-000000000001";
    let cases = [
        ("hoop_connection", "nope-nope".to_owned(), "must have the form NAME (or its `id`)"),
        ("hoop_agent", "nope".to_owned(), "must have the form NAME (or its `id`)"),
        ("hoop_resource", "not/one".to_owned(), "must not contain a slash"),
        ("hoop_plugin", "nope".to_owned(), "must have the form NAME"),
        // It is enabled, but has no credentials.
        ("hoop_plugin_config", "slack".to_owned(), "must have the form PLUGIN_NAME"),
        ("hoop_plugin_connection", "editor".to_owned(), "must have the form PLUGIN_NAME/CONNECTION_ID"),
        ("hoop_plugin_connection", "audit/tf-pg".to_owned(), "must have the form PLUGIN_NAME/CONNECTION_ID"),
        ("hoop_plugin_connection", format!("review/{nobody}"), "`reviewers`"),
        ("hoop_datamasking_rules", "tf-masking".to_owned(), "must have the form ID or NAME"),
        ("hoop_runbook_rule", "tf-rule".to_owned(), "must have the form ID or NAME"),
        ("hoop_runbook_configuration", "nope.git".to_owned(), "must have the form GIT_URL"),
        ("hoop_user", "ada".to_owned(), "must have the form EMAIL"),
    ];
    let block = |(index, (kind, id, _)): (usize, &(&str, String, &str))| {
        format!("import {{\n  to = {kind}.case_{index}\n  id = {id:?}\n}}\n")
    };
    terraform.file("imports.tf", &cases.iter().enumerate().map(block).collect::<String>());
    let outcome = terraform.run(&["plan", "-json", "-input=false", "-lock=false", "-generate-config-out=made.tf"]);
    assert_eq!(outcome.errors().count(), cases.len(), "{outcome:#?}");
    for (kind, id, says) in cases {
        let quoted = |part: &str| format!("\"{part}\"");
        let names = |error: &Diagnostic| id.split('/').chain([id.as_str()]).any(|part| error.says(&quoted(part)));
        let hit = |error: &&Diagnostic| error.says(says) && names(error);
        assert!(outcome.errors().any(|error| hit(&error)), "{kind} {id}: {outcome:#?}");
    }
}
