//! Jira, event routing and federation: what is special about each of them.

use serde_json::{Value as Json, json};

use super::{connection, minimal, with_agent};
use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, Terraform, control, reference};

fn with_connection(gateway: &Gateway) -> Config {
    let mut config = with_agent(gateway);
    connection(&mut config, "one", minimal("tf-one"));
    config
}

fn jira(config: &mut Config, token: &str) {
    let account = json!({"url": "https://example.atlassian.net", "user": "u", "api_token": token});
    config.set("hoop_jira_integration", "it", account);
}

fn at_the_gateway(gateway: &Gateway, path: &str) -> Json {
    gateway.emulator().call("GET", &format!("/api/{path}"), Json::Null).1
}

/// The other end of a link shows what an apply made of it.
fn refreshed(terraform: &Terraform) {
    assert!(terraform.plan().ok().changes.is_empty());
    terraform.run(&["apply", "-refresh-only", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
}

#[test]
fn an_integration_is_disabled_by_a_destroy_and_taken_over_by_a_create() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = Config::default();
    jira(&mut config, "one");
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let id = at_the_gateway(&gateway, "integrations/jira")["id"].clone();

    let outcome = terraform.destroy().ok();
    assert!(outcome.warnings().any(|warning| warning.says("A destroy disables it")), "{outcome:#?}");
    let left = at_the_gateway(&gateway, "integrations/jira");
    assert_eq!((&left["status"], &left["api_token"]), (&json!("disabled"), &json!("one")));

    jira(&mut config, "two");
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let taken = at_the_gateway(&gateway, "integrations/jira");
    assert_eq!((&taken["id"], &taken["status"], &taken["api_token"]), (&id, &json!("enabled"), &json!("two")));

    // One that is in use is not written over.
    let theirs = Terraform::new(&gateway);
    jira(&mut config, "three");
    theirs.configure(&config);
    let outcome = theirs.apply();
    assert!(outcome.one_error().says("terraform import hoop_jira_integration.NAME"), "{outcome:#?}");
    assert_eq!(at_the_gateway(&gateway, "integrations/jira")["api_token"], "two");
    let outcome = theirs.import("hoop_jira_integration.it", "jira");
    assert!(outcome.text().contains("`org`"), "{outcome:#?}");
    theirs.import("hoop_jira_integration.it", "org").ok();
    theirs.apply().ok();
    assert_eq!(at_the_gateway(&gateway, "integrations/jira")["api_token"], "three");
}

#[test]
fn a_template_and_its_connections_say_the_same_link_once() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_connection(&gateway);
    jira(&mut config, "one");
    let items = json!([{"type": "preset", "value": "session.id", "jira_field": "a"}]);
    config.set(
        "hoop_jira_issue_template",
        "it",
        json!({"name": "tf-template", "project_key": "OPS", "request_type_id": "1", "mapping_types": {"items": items},
            "prompt_types": {"items": []}, "cmdb_types": {}, "connection_ids": [reference("hoop_connection.one.id")],
            "depends_on": ["hoop_jira_integration.it"]}),
    );
    terraform.configure(&config);
    terraform.apply().ok();
    // The connection shows the link from then on.
    refreshed(&terraform);
    terraform.second_plan_is_empty();
    let id = terraform.object("hoop_jira_issue_template.it")["id"].clone();
    let path = format!("integrations/jira/issuetemplates/{}", id.as_str().expect("an id"));
    assert_eq!(at_the_gateway(&gateway, "connections/tf-one")["jira_issue_template_id"], id);

    // What the table does not know survives a change of something else.
    let mut body = at_the_gateway(&gateway, &path);
    body["mapping_types"]["items"][0]["more"] = json!({"x": 1});
    body["mapping_types"]["version"] = json!(2);
    assert_eq!(gateway.emulator().call("PUT", &format!("/api/{path}"), body).0, 200);
    terraform.second_plan_is_empty();
    let template = config.get("hoop_jira_issue_template", "it");
    template.insert("description".to_owned(), json!("changed"));
    template["mapping_types"]["items"][0]["description"] = json!("changed");
    terraform.configure(&config);
    terraform.apply().ok();
    let mappings = at_the_gateway(&gateway, &path)["mapping_types"].clone();
    assert_eq!((&mappings["version"], &mappings["items"][0]["more"]["x"]), (&json!(2), &json!(1)), "{mappings}");
    assert_eq!(mappings["items"][0]["description"], "changed");

    // A link moves to the other end in two steps: an end that no longer configures it empties it once.
    let template = config.get("hoop_jira_issue_template", "it");
    template.remove("connection_ids");
    config
        .get("hoop_connection", "one")
        .insert("jira_issue_template_id".to_owned(), reference("hoop_jira_issue_template.it.id"));
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.apply().ok();
    refreshed(&terraform);
    terraform.second_plan_is_empty();
    assert_eq!(at_the_gateway(&gateway, "connections/tf-one")["jira_issue_template_id"], id);
}

#[test]
fn a_second_template_is_refused_with_what_the_license_allows() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = Config::default();
    jira(&mut config, "one");
    for name in ["one", "two"] {
        let template = json!({"name": name, "project_key": "OPS", "request_type_id": "1",
            "depends_on": ["hoop_jira_integration.it"]});
        config.set("hoop_jira_issue_template", name, template);
    }
    terraform.configure(&config);
    let outcome = terraform.apply();
    assert!(outcome.one_error().says("The open-source license allows one issue template"), "{outcome:#?}");
}

fn subscription(connection: Json) -> Json {
    json!({"name": "tf-events", "event_types": ["session.closed"], "runbook_repository": "git.example.com/a/b",
        "runbook_file": "a.runbook.sh", "connection_name": connection})
}

#[test]
fn a_subscription_is_paused_and_resumed_and_holds_its_connection() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_connection(&gateway);
    config.set("hoop_event_subscription", "it", subscription(reference("hoop_connection.one.name")));
    terraform.configure(&config);
    terraform.apply().ok();
    let id = terraform.object("hoop_event_subscription.it")["id"].as_str().expect("an id").to_owned();
    let path = format!("event-routing/subscriptions/{id}");
    for (name, status) in [("tf-events", "paused"), ("tf-renamed", "active"), ("tf-renamed", "paused")] {
        let it = config.get("hoop_event_subscription", "it");
        it.insert("name".to_owned(), json!(name));
        it.insert("status".to_owned(), json!(status));
        terraform.configure(&config);
        let plan = terraform.plan().ok();
        assert!(plan.only_change().is(&["update"]), "{plan:#?}");
        terraform.apply_saved().ok();
        terraform.second_plan_is_empty();
        let shown = at_the_gateway(&gateway, &path);
        assert_eq!((&shown["name"], &shown["status"]), (&json!(name), &json!(status)));
    }
    // Without the attribute it is the default again.
    config.get("hoop_event_subscription", "it").remove("status");
    terraform.configure(&config);
    terraform.apply().ok();
    assert_eq!(at_the_gateway(&gateway, &path)["status"], "active");

    // Terraform does not know of another one: the gateway refuses, and that is not tried again.
    let emulator = gateway.emulator();
    let mut another = subscription(json!("tf-one"));
    (another["name"], another["parameter_mapping"]) = (json!("tf-another"), json!({}));
    let (status, another) = emulator.call("POST", "/api/event-routing/subscriptions", another);
    assert_eq!(status, 201, "{another}");
    gateway.take_writes();
    let outcome = terraform.destroy();
    assert!(outcome.one_error().says("failed removing connection"), "{outcome:#?}");
    let deletes = |write: &String| write.starts_with("DELETE") && write.contains("connections/");
    assert_eq!(gateway.take_writes().iter().filter(|write| deletes(write)).count(), 1);
    let path = format!("/api/event-routing/subscriptions/{}", another["id"].as_str().expect("an id"));
    assert_eq!(emulator.call("DELETE", &path, Json::Null).0, 204);
    terraform.destroy().ok();
    assert_eq!(emulator.call("GET", "/api/connections/tf-one", Json::Null).0, 404);
}

#[test]
fn a_subscription_to_an_unknown_connection_is_refused_before_anything_is_sent() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_connection(&gateway);
    config.set("hoop_event_subscription", "it", subscription(json!("tf-none")));
    terraform.configure(&config);
    let outcome = terraform.apply();
    let error = outcome.one_error();
    assert!(error.says("tf-none") && error.says("connection_name"), "{outcome:#?}");
    assert!(gateway.take_writes().iter().all(|write| !write.contains("event-routing")), "nothing is sent");

    // The same when it is changed.
    let it = config.get("hoop_event_subscription", "it");
    it.insert("connection_name".to_owned(), reference("hoop_connection.one.name"));
    terraform.configure(&config);
    terraform.apply().ok();
    config.get("hoop_event_subscription", "it").insert("connection_name".to_owned(), json!("tf-none"));
    terraform.configure(&config);
    let outcome = terraform.apply();
    assert!(outcome.one_error().says("tf-none"), "{outcome:#?}");
    let put = |write: &String| write.starts_with("PUT") && write.contains("event-routing");
    assert!(!gateway.take_writes().iter().any(put), "nothing is sent");
}

#[test]
fn credentials_of_a_federation_are_kept_by_updates_and_removed_by_a_replacement() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_connection(&gateway);
    config.set(
        "hoop_connection_federation",
        "it",
        json!({"connection_name": reference("hoop_connection.one.id"), "builtin_provider": "gcp_iam",
            "admin_credentials_json": "{\"key\": 1}", "extra_config": "{\"b\": [1.50, null], \"a\": 1e3}"}),
    );
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let shown = |name: &str| at_the_gateway(&gateway, "connections/tf-one/federation")[name].clone();
    assert_eq!(
        (shown("has_admin_credentials"), shown("extra_config")),
        (json!(true), json!({"a": 1000, "b": [1.5, null]}))
    );
    assert_eq!(terraform.object("hoop_connection_federation.it")["has_admin_credentials"], true);

    let it = config.get("hoop_connection_federation", "it");
    it.insert("fallback_policy".to_owned(), json!("static"));
    it.insert("extra_config".to_owned(), json!("{}"));
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    assert_eq!((shown("has_admin_credentials"), shown("fallback_policy")), (json!(true), json!("static")));
    assert_eq!(shown("extra_config"), Json::Null);

    config.get("hoop_connection_federation", "it").remove("admin_credentials_json");
    terraform.configure(&config);
    let plan = terraform.plan().ok();
    assert!(plan.only_change().is(&["delete", "create"]), "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
    assert_eq!(shown("has_admin_credentials"), Json::Null);

    // With the identifier, a connection that is replaced takes its federation along.
    config.get("hoop_connection", "one").insert("name".to_owned(), json!("tf-two"));
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    assert_eq!(at_the_gateway(&gateway, "connections/tf-two/federation")["builtin_provider"], "gcp_iam");
}

#[test]
fn roles_are_listed_with_their_limits_by_the_exact_name_of_their_resource() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_agent(&gateway);
    for (label, resource) in [("one", "tf_shared"), ("two", "tf-shared"), ("three", "tf_shared")] {
        let mut role = minimal(&format!("tf-{label}"));
        role["resource_name"] = json!(resource);
        role["access_max_duration"] = json!(60);
        role["force_approve_groups"] = json!(["sre"]);
        connection(&mut config, label, role);
    }
    terraform.configure(&config);
    terraform.apply().ok();
    let looking = Terraform::new(&gateway);
    let roles = json!({"hoop_resource_roles": {"it": {"resource_name": "tf_shared"}, "all": {}}});
    let output = json!({
        "it": {"value": reference("data.hoop_resource_roles.it.roles")},
        "all": {"value": reference("length(data.hoop_resource_roles.all.roles)")},
    });
    looking.file("main.tf.json", &json!({"data": roles, "output": output}).to_string());
    looking.apply().ok();
    let outputs = looking.outputs();
    let roles = outputs["it"].as_array().expect("a list");
    let names: Vec<_> = roles.iter().map(|role| role["name"].as_str().unwrap_or_default()).collect();
    assert_eq!((names, &outputs["all"]), (vec!["tf-one", "tf-three"], &json!(3)));
    let limits = |role: &Json| (role["access_max_duration"].clone(), role["force_approve_groups"].clone());
    assert!(roles.iter().all(|role| limits(role) == (json!(60), json!(["sre"]))), "{roles:#?}");
}
