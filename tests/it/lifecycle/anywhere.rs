//! Against whatever gateway there is, a real one too: an object of every type that can be had anywhere, made, changed,
//! looked up, imported, lost and destroyed. Terraform alone looks, so nothing of the gateway is assumed but its API.
//!
//! It leaves a gateway as it was: its names are its own, and of what all share (plugins) it writes rows of its own only.

use serde_json::{Map, Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Gateway, Terraform, reference};

/// One object of each type by its label `it`, with all that can be changed in one of two forms.
fn resources(gateway: &Gateway, form: usize) -> Json {
    let name = |suffix: &str| format!("{}{suffix}", gateway.prefix);
    let pick = |values: [Json; 2]| values[form].clone();
    let role = |secret: &str| {
        json!({"type": "database", "subtype": "postgres", "agent_id": reference("hoop_agent.it.id"),
            "secrets": {"envvar:HOST": "db.internal", "envvar:PASS": secret}})
    };
    let masks = match gateway.is_real() {
        true => json!("${data.hoop_server_info.it.redact_provider == \"\" ? 0 : 1}"),
        false => json!(1),
    };
    json!({
        "hoop_agent": {"it": {"name": name("agent")}},
        "hoop_connection": {"it": {
            "name": name("connection"), "type": "database", "subtype": "mysql",
            "agent_id": reference("hoop_agent.it.id"),
            "secrets": pick([json!({"envvar:HOST": "h", "envvar:PASS": "one"}),
                json!({"envvar:HOST": "h", "envvar:PASS": "two", "filesystem:CA": "three\nlines\n"})]),
            "command": pick([Json::Null, json!(["mysql", "--host=$HOST"])]),
            "tags": pick([json!({"team": "a"}), json!({"team": "b", "env": "test"})]),
            "access_mode_runbooks": pick([json!("enabled"), json!("disabled")]),
            "reviewers": pick([json!(["sre", "dba"]), json!([])]),
        }},
        "hoop_resource": {"it": {
            "name": name("resource"), "type": "database", "subtype": "postgres",
            "agent_id": reference("hoop_agent.it.id"),
            "roles": pick([json!({name("role-a"): role("one"), name("role-b"): role("one")}),
                json!({name("role-a"): role("two"), name("role-c"): role("one")})]),
        }},
        "hoop_user": {"it": {
            "email": format!("{}user@example.com", gateway.prefix), "status": "active",
            "groups": pick([json!([name("group-a")]), json!([name("group-b"), name("group-a")])]),
        }},
        "hoop_runbook_configuration": {"it": {
            "git_url": format!("https://git.example.com/{}/runbooks", name("team")),
            "git_hook_ttl": pick([json!(60), json!(120)]), "git_user": pick([Json::Null, json!("runner")]),
        }},
        "hoop_runbook_rule": {"it": {
            "name": name("rule"), "description": pick([Json::Null, json!("changed")]),
            "connections": [reference("hoop_connection.it.name")],
            "user_groups": pick([json!([name("group-a")]), json!([])]), "runbooks": [],
        }},
        "hoop_plugin_connection": {"it": {
            "plugin_name": "slack", "connection_id": reference("hoop_connection.it.id"),
            "config": pick([json!(["C1"]), json!(["C2", "C1"])]),
        }},
        "hoop_datamasking_rules": {"it": {
            "count": masks, "name": name("masking"), "score_threshold": pick([json!(0.5), json!(0.6)]),
            "connection_ids": [reference("hoop_connection.it.id")],
            "supported_entity_types": [{"name": "PERSON", "entity_types": ["PERSON"]}],
        }},
    })
}

/// The same of rules for sessions. An open-source license allows one of the first two each.
fn rules(gateway: &Gateway, form: usize) -> Json {
    let name = |suffix: &str| format!("{}{suffix}", gateway.prefix);
    let pick = |values: [Json; 2]| values[form].clone();
    let connection = reference("hoop_connection.it.name");
    let asks = json!({"action": "require_access_request",
        "access_request_rule_name": reference("hoop_access_request_rule.it.name")});
    let blocks = json!({"action": "block_execution"});
    json!({
        "hoop_guardrail_rule": {"it": {
            "name": pick([json!(name("guard")), json!(name("guarded"))]),
            "connection_ids": [reference("hoop_connection.it.id")],
            "input": {"rules": [{"type": "deny_words_list", "words": pick([json!(["DROP"]), json!(["DROP", "TRUNCATE"])])}]},
            "output": pick([Json::Null, json!({"rules": [{"type": "pattern_match", "pattern_regex": "[0-9]+"}]})]),
        }},
        "hoop_access_request_rule": {"it": {
            "name": pick([json!(name("approval")), json!(name("approved"))]), "connection_names": [connection],
            "access_type": pick([json!("jit"), json!("command")]), "reviewers_groups": ["dba"],
            "approval_required_groups": pick([json!(["developers"]), Json::Null]),
            "min_approvals": pick([json!(1), Json::Null]), "all_groups_must_approve": pick([Json::Null, json!(true)]),
            "access_max_duration": pick([json!(600), Json::Null]),
        }},
        "hoop_attribute": {"it": {
            "name": pick([json!(name("attribute")), json!(name("renamed"))]), "connection_names": [connection],
            "description": pick([json!("d"), Json::Null]), "guardrail_rule_names": [reference("hoop_guardrail_rule.it.name")],
            "access_control_group_names": pick([json!([]), json!(["dba"])]),
        }},
        "hoop_ai_session_analyzer_rule": {"it": {
            "name": name("analyzer"), "connection_names": [connection],
            "custom_prompt": pick([json!("p"), Json::Null]), "risk_evaluation": {
                "low_risk": {"action": "allow_execution"}, "medium_risk": pick([asks.clone(), blocks.clone()]),
                "high_risk": pick([blocks, asks]),
            },
        }},
    })
}

/// Each data source of one object, by what finds it, and what of it (`it`) must be as the resource has it.
fn lookups() -> [(&'static str, &'static [&'static str], &'static str); 11] {
    [
        ("hoop_agent", &["name"], "it.id"),
        ("hoop_connection", &["name"], "it.tags"),
        ("hoop_resource", &["name"], "it.subtype"),
        ("hoop_user", &["email"], "sort(it.groups)"),
        ("hoop_runbook_configuration", &["git_url"], "it.repository"),
        ("hoop_runbook_rule", &["id"], "it.connections"),
        ("hoop_guardrail_rule", &["id"], "it.input"),
        ("hoop_access_request_rule", &["name"], "sort(it.reviewers_groups)"),
        ("hoop_attribute", &["name"], "sort(it.connection_names)"),
        ("hoop_ai_session_analyzer_rule", &["name"], "it.risk_evaluation"),
        ("hoop_plugin_connection", &["plugin_name", "connection_id"], "sort(it.config)"),
    ]
}

/// The resources, the data sources of each, and one output for each that says whether both agree.
fn configure(terraform: &Terraform, gateway: &Gateway, form: usize) {
    let mut data = Map::from_iter([("hoop_server_info".to_owned(), json!({"it": {}}))]);
    let mut outputs = Map::new();
    for (kind, keys, shown) in lookups() {
        let key = |key: &&str| ((*key).to_owned(), reference(&format!("{kind}.it.{key}")));
        let lookup: Map<String, Json> = keys.iter().map(key).collect();
        data.insert(kind.to_owned(), json!({"it": lookup}));
        let [left, right] = ["data.", ""].map(|of| shown.replace("it.", &format!("{of}{kind}.it.")));
        let agree = format!("jsonencode({left}) == jsonencode({right})");
        outputs.insert(kind.to_owned(), json!({"value": reference(&agree)}));
    }
    let mut resources = resources(gateway, form);
    if let (Json::Object(all), Json::Object(rules)) = (&mut resources, rules(gateway, form)) {
        all.extend(rules);
    }
    let config = json!({"resource": resources, "data": data, "output": outputs});
    terraform.file("main.tf.json", &config.to_string());
}

#[track_caller]
fn data_sources_agree(terraform: &Terraform) {
    let outputs = terraform.outputs();
    for (kind, _, shown) in lookups() {
        assert_eq!(outputs[kind], json!(true), "{kind}: {shown} is not what the resource has");
    }
}

/// What an import of each object takes.
fn import_ids(terraform: &Terraform) -> Vec<(String, String)> {
    let id = |(address, attributes): (String, Json)| {
        let text = |name: &str| attributes[name].as_str().expect("a text").to_owned();
        let id = match address.split('.').next().expect("a type") {
            "hoop_user" => text("email"),
            "hoop_runbook_configuration" => text("git_url"),
            "hoop_runbook_rule" | "hoop_datamasking_rules" | "hoop_guardrail_rule" => text("id"),
            "hoop_plugin_connection" => format!("{}/{}", text("plugin_name"), text("connection_id")),
            _ => text("name"),
        };
        (address, id)
    };
    terraform.state().into_iter().map(id).collect()
}

#[test]
fn a_life_of_every_type_against_any_gateway() {
    let gateway = Gateway::any_or(|| Emulator::builder().masking(true).start());
    let terraform = Terraform::new(&gateway);
    configure(&terraform, &gateway, 0);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    data_sources_agree(&terraform);

    // There and back: each change is an update, and leaves the rest alone.
    for form in [1, 0] {
        configure(&terraform, &gateway, form);
        let plan = terraform.plan().ok();
        let recreated = plan.changes.iter().filter(|change| !change.is(&["update"]));
        assert_eq!(recreated.count(), 0, "{plan:#?}");
        assert!(plan.changes.len() >= 6, "{plan:#?}");
        terraform.apply_saved().ok();
        terraform.second_plan_is_empty();
        data_sources_agree(&terraform);
    }

    // Imported into nothing. Roles are the resource's own only once they are applied.
    let ids = import_ids(&terraform);
    assert!(ids.len() >= lookups().len(), "{ids:#?}");
    let state = terraform.state_text();
    terraform.forget();
    let blocks = ids.iter().map(|(address, id)| format!("import {{\n  to = {address}\n  id = {id:?}\n}}\n"));
    terraform.file("imports.tf", &blocks.collect::<String>());
    let plan = terraform.plan().ok();
    let made = plan.changes.iter().filter(|change| change.is(&["create"]) || change.is(&["delete", "create"]));
    assert_eq!(made.count(), 0, "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.remove("imports.tf");
    terraform.second_plan_is_empty();
    assert_eq!(import_ids(&terraform), ids, "the same objects: {state}");

    // Somebody else, who has the same name in mind, is told; and who takes it over and destroys it, is repaired.
    let theirs = Terraform::new(&gateway);
    let name = format!("{}connection", gateway.prefix);
    let connection = json!({"name": name, "type": "custom", "agent_id": reference("data.hoop_agent.it.id")});
    let agent = json!({"hoop_agent": {"it": {"name": format!("{}agent", gateway.prefix)}}});
    let config = json!({"resource": {"hoop_connection": {"it": connection}}, "data": agent});
    theirs.file("main.tf.json", &config.to_string());
    let refused = theirs.apply();
    let command = format!("terraform import hoop_connection.NAME '{name}'");
    assert!(refused.one_error().says(&command), "{refused:#?}");
    theirs.import("hoop_connection.it", &name).ok();
    theirs.destroy().ok();
    let plan = terraform.plan().ok();
    assert!(plan.changes.iter().any(|it| it.is(&["create"])), "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();

    terraform.destroy().ok();
    let looking = Terraform::new(&gateway);
    let lists = json!({"hoop_connections": {"all": {}}, "hoop_agents": {"all": {}}, "hoop_users": {"all": {}}});
    let all = "[data.hoop_connections.all, data.hoop_agents.all, data.hoop_users.all]";
    let outputs = json!({"all": {"value": reference(all), "sensitive": true}});
    looking.file("main.tf.json", &json!({"data": lists, "output": outputs}).to_string());
    looking.apply().ok();
    let shown = looking.outputs()["all"].to_string();
    assert!(shown.contains("\"connections\"") && shown.contains("\"users\""), "{shown}");
    assert!(!shown.contains(&gateway.prefix), "something is left: {shown}");
}
