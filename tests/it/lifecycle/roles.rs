//! A resource with its roles: made together, then written one by one, each the connection that it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::{change_outside, names, shown};
use crate::emulator::{Emulator, Fault};
use crate::terraform::{Feature, Gateway, Outcome, Terraform, control};

const CANARY: &str = "canary-roles-51c0";
const IT: &str = "hoop_resource.it";

/// A workspace with one resource `tf-host`, labelled `it`.
pub(super) struct Host<'a> {
    gateway: &'a Gateway,
    pub(super) terraform: Terraform,
    attributes: Json,
}

impl<'a> Host<'a> {
    pub(super) fn new(gateway: &'a Gateway, roles: Json) -> Self {
        let agent = gateway.emulator().agent_id();
        let attributes = json!({ "name": "tf-host", "type": "database", "subtype": "postgres", "agent_id": agent,
            "env_vars": { "envvar:HOST": "db.internal" }, "roles": roles });
        Self { gateway, terraform: Terraform::new(gateway), attributes }
    }

    /// Sets an attribute by its JSON pointer; null takes a role out.
    pub(super) fn set(&mut self, pointer: &str, value: Json) -> &mut Self {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = self.attributes.pointer_mut(parent).and_then(Json::as_object_mut).expect("an object");
        match value {
            Json::Null => drop(parent.remove(name)),
            value => drop(parent.insert(name.to_owned(), value)),
        }
        self
    }

    pub(super) fn configure(&self) -> &Terraform {
        let config = json!({ "resource": { "hoop_resource": { "it": self.attributes } } });
        self.terraform.file("main.tf.json", &config.to_string());
        self.gateway.take_writes();
        &self.terraform
    }

    /// Applies, and says what was written.
    #[track_caller]
    pub(super) fn apply(&self) -> Vec<String> {
        self.configure().apply().ok();
        let writes = self.gateway.take_writes();
        self.terraform.second_plan_is_empty();
        writes
    }

    fn fail(&self) -> Outcome {
        self.configure().apply()
    }

    pub(super) fn roles(&self) -> Vec<String> {
        let roles = self.terraform.object(IT)["roles"].clone();
        roles.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }
}

/// A role with an agent of its own.
pub(super) fn role(gateway: &Gateway, secret: &str) -> Json {
    json!({ "type": "database", "subtype": "postgres", "agent_id": gateway.emulator().agent_id(),
        "secrets": { "envvar:USER": secret } })
}

/// A connection that Terraform does not know, as the gateway shows it.
#[track_caller]
pub(super) fn made_by_others(emulator: &Emulator, name: &str, resource: &str) -> Json {
    let body = json!({ "name": name, "type": "custom", "agent_id": emulator.agent_id(), "resource_name": resource,
        "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
        "access_schema": "enabled" });
    let (status, answer) = emulator.call("POST", "/api/connections", body);
    assert_eq!(status, 201, "{answer}");
    shown(emulator, name)
}

pub(super) fn resource(gateway: &Gateway) -> (u16, Json) {
    gateway.emulator().call("GET", "/api/resources/tf-host", Json::Null)
}

#[test]
fn roles_are_made_with_their_resource_and_then_written_one_by_one() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let mut host = Host::new(
        &gateway,
        json!({
            "tf-ro": role(&gateway, "reader"),
            // The gateway panics on it unless a secret is sent.
            "tf-mssql": { "type": "database", "subtype": "mssql" },
            "tf-wo": { "type": "custom", "secrets_wo": { "envvar:PASS": CANARY }, "secrets_wo_version": 1 },
        }),
    );
    assert_eq!(host.apply(), ["POST /api/resources"]);
    assert_eq!(names(emulator, "connections"), ["tf-mssql", "tf-ro", "tf-wo"]);
    assert_eq!(shown(emulator, "tf-mssql")["agent_id"], "");
    assert_eq!(shown(emulator, "tf-wo")["secret"]["envvar:PASS"], "Y2FuYXJ5LXJvbGVzLTUxYzA=");
    assert!(!host.terraform.state_text().contains(CANARY));
    let untouched = shown(emulator, "tf-mssql");

    assert_eq!(host.set("/roles/tf-new", role(&gateway, "new")).apply(), ["POST /api/connections"]);
    host.set("/roles/tf-ro/secrets", json!({ "envvar:USER": "other" }));
    assert_eq!(host.apply(), ["PATCH /api/connections/tf-ro"]);
    assert_eq!(host.set("/roles/tf-wo", Json::Null).apply(), ["DELETE /api/connections/tf-wo"]);
    host.set("/env_vars", json!({ "envvar:HOST": "db.internal", "envvar:PORT": "5432" }));
    assert_eq!(host.apply(), ["PUT /api/resources/tf-host"]);
    let now = resource(&gateway).1;
    assert_eq!(now["env_vars"], json!({ "envvar:HOST": "ZGIuaW50ZXJuYWw=", "envvar:PORT": "NTQzMg==" }));
    assert_eq!((&now["agent_id"], &now["subtype"]), (&json!(emulator.agent_id()), &json!("postgres")));
    assert_eq!(shown(emulator, "tf-mssql"), untouched);
    assert_eq!(host.roles(), ["tf-mssql", "tf-new", "tf-ro"]);

    host.terraform.forget();
    host.terraform.import(IT, "tf-host").ok();
    host.terraform.second_plan_is_empty();
    gateway.take_writes();
    host.terraform.destroy().ok();
    let mut writes = gateway.take_writes();
    assert_eq!(writes.pop().as_deref(), Some("DELETE /api/resources/tf-host"));
    assert_eq!(writes, ["tf-mssql", "tf-new", "tf-ro"].map(|name| format!("DELETE /api/connections/{name}")));
    assert_eq!((resource(&gateway).0, names(emulator, "connections")), (404, Vec::new()));
}

/// The gateway demands an agent of a connection that is made by itself, but not of a role.
#[test]
fn a_role_that_is_added_later_has_no_agent_either() {
    let Some(gateway) = control(Emulator::start) else { return };
    let mut host = Host::new(&gateway, json!({}));
    host.apply();
    host.set("/roles/tf-late", json!({ "type": "database", "subtype": "mssql" })).apply();
    let late = shown(gateway.emulator(), "tf-late");
    assert_eq!((&late["agent_id"], &late["resource_name"]), (&json!(""), &json!("tf-host")));
    // A change of it must not let the gateway write the resource's agent into it, be it said by PATCH or by PUT.
    for (field, value) in [
        ("command", json!(["client"])),
        ("command", Json::Null),
        ("subtype", json!("mysql")),
        // An empty agent is another spelling of none, and stays as it is written.
        ("agent_id", json!("")),
        ("subtype", json!("postgres")),
    ] {
        host.set(&format!("/roles/tf-late/{field}"), value).apply();
        assert_eq!(shown(gateway.emulator(), "tf-late")["agent_id"], "", "after a change of {field}");
    }

    // It is made in two steps, of which the second may fail.
    gateway.emulator().fault(Fault::answer(422).on("PATCH", "/api/connections/tf-later"));
    let outcome = host.set("/roles/tf-later", json!({ "type": "custom" })).fail();
    assert!(outcome.one_error().says("tf-later"), "{outcome:#?}");
    assert_eq!(host.apply(), ["PATCH /api/connections/tf-later"]);
    assert_eq!(shown(gateway.emulator(), "tf-later")["agent_id"], "");
}

#[test]
fn what_fails_half_way_is_remembered_as_far_as_it_came() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let mut host = Host::new(&gateway, json!({ "tf-old": role(&gateway, "old") }));
    host.apply();
    for name in ["tf-a", "tf-b", "tf-c"] {
        host.set(&format!("/roles/{name}"), role(&gateway, name));
    }
    emulator.fault(Fault::answer(422).on("POST", "/api/connections").skip(1));
    let outcome = host.fail();
    assert!(outcome.one_error().says("tf-b"), "{outcome:#?}");
    assert_eq!(host.roles(), ["tf-a", "tf-old"]);
    assert_eq!(names(emulator, "connections"), ["tf-a", "tf-old"]);
    assert_eq!(host.apply(), ["POST /api/connections", "POST /api/connections"]);
    assert_eq!(host.roles(), ["tf-a", "tf-b", "tf-c", "tf-old"]);

    // And on the way down.
    emulator.fault(Fault::answer(422).on("DELETE", "/api/connections/tf-b"));
    host.terraform.destroy().one_error();
    assert_eq!(host.roles(), names(emulator, "connections"));
    host.terraform.destroy().ok();
    assert_eq!((resource(&gateway).0, names(emulator, "connections")), (404, Vec::new()));
}

#[test]
fn the_plan_warns_of_roles_that_are_lost() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let both = json!({ "tf-a": role(&gateway, "a"), "tf-b": role(&gateway, "b") });
    let mut host = Host::new(&gateway, both);
    host.apply();
    let ids = || ["tf-a", "tf-b"].map(|name| shown(emulator, name)["id"].clone());
    let before = ids();

    host.set("/roles/tf-b", Json::Null).set("/roles/tf-renamed", role(&gateway, "b"));
    let plan = host.configure().plan().ok();
    let warnings: Vec<_> = plan.outcome.warnings().collect();
    assert!(warnings.len() == 1 && warnings[0].says("\"tf-b\" will be destroyed and \"tf-renamed\" created"));
    assert!(plan.only_change().is(&["update"]) && plan.only_change().changed().iter().eq(["roles"]), "{plan:#?}");

    host.set("/roles/tf-renamed", Json::Null).set("/roles/tf-b", role(&gateway, "b"));
    host.set("/subtype", json!("mysql"));
    let plan = host.configure().plan().ok();
    assert!(plan.only_change().is(&["delete", "create"]), "{plan:#?}");
    let warnings: Vec<_> = plan.outcome.warnings().collect();
    assert!(warnings.len() == 1 && warnings[0].says("its 2 connections"), "{warnings:#?}");
    host.terraform.apply_saved().ok();
    host.terraform.second_plan_is_empty();
    assert!(ids().iter().zip(&before).all(|(now, before)| now != before));
}

#[test]
fn a_taken_name_leaves_nothing_half_made() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let theirs = made_by_others(emulator, "tf-taken", "tf-taken");
    let mut host = Host::new(&gateway, json!({ "tf-taken": role(&gateway, "a") }));
    let outcome = host.fail();
    assert!(outcome.one_error().says("connection with the same name, tf-taken"), "{outcome:#?}");
    assert_eq!((resource(&gateway).0, host.terraform.state().len()), (404, 0));
    host.set("/roles/tf-taken", Json::Null).set("/roles/tf-own", role(&gateway, "a")).apply();
    let outcome = host.set("/roles/tf-taken", role(&gateway, "a")).fail();
    // An import of this resource would not help: the connection is of another one.
    let error = outcome.one_error();
    assert!(error.says("belongs to the resource \"tf-taken\"") && !error.says("terraform import"), "{outcome:#?}");
    assert_eq!(host.roles(), ["tf-own"]);
    assert_eq!(shown(emulator, "tf-taken"), theirs);
}

#[test]
fn what_others_do_to_a_role_is_repaired_or_left_alone() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let roles = json!({ "tf-a": role(&gateway, "a"), "tf-b": role(&gateway, "b"), "tf-c": role(&gateway, "c") });
    let mut host = Host::new(&gateway, roles);
    host.apply();
    let theirs = [
        ("reviewers", json!(["sre"])),
        ("connection_tags", json!({ "team": "data" })),
        ("access_mode_exec", json!("disabled")),
        ("access_max_duration", json!(60)),
    ];
    for (field, value) in &theirs {
        change_outside(emulator, "tf-a", field, value);
    }
    let plan = host.configure().plan().ok();
    assert!(plan.changes.is_empty(), "{plan:#?}");

    change_outside(emulator, "tf-b", "secret", &json!({ "envvar:USER": "dGhlaXJz" }));
    assert_eq!(emulator.call("DELETE", "/api/connections/tf-c", Json::Null).0, 204);
    host.set("/roles/tf-a/secrets", json!({ "envvar:USER": "changed" }));
    let plan = host.configure().plan().ok();
    assert!(plan.only_change().is(&["update"]) && plan.drift.len() == 1, "{plan:#?}");
    let wanted = ["PATCH /api/connections/tf-a", "PATCH /api/connections/tf-b", "POST /api/connections"];
    assert_eq!(host.apply(), wanted);
    assert_eq!(shown(emulator, "tf-b")["secret"], json!({ "envvar:USER": "Yg==" }));
    let now = shown(emulator, "tf-a");
    assert_eq!(now["secret"], json!({ "envvar:USER": "Y2hhbmdlZA==" }));
    for (field, value) in &theirs {
        assert_eq!(&now[*field], value, "{field}");
    }
}

#[test]
fn roles_taken_out_of_the_configuration_go_as_the_plan_says() {
    let Some(gateway) = control(Emulator::start) else { return };
    let mut host = Host::new(&gateway, json!({ "tf-a": role(&gateway, "a"), "tf-b": role(&gateway, "b") }));
    host.apply();
    let plan = host.set("/roles", Json::Null).configure().plan().ok();
    assert!(plan.only_change().is(&["update"]) && plan.only_change().after["roles"].is_null(), "{plan:#?}");
    assert_eq!(host.apply(), ["DELETE /api/connections/tf-a", "DELETE /api/connections/tf-b"]);
}

#[test]
fn a_lost_answer_makes_nothing_twice() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let mut host = Host::new(&gateway, json!({ "tf-a": role(&gateway, "a"), "tf-b": role(&gateway, "b") }));
    emulator.fault(Fault::lost_answer().on("POST", "/api/resources"));
    assert_eq!(host.apply(), ["POST /api/resources"]);
    assert_eq!(host.roles(), ["tf-a", "tf-b"]);
    emulator.fault(Fault::lost_answer().on("POST", "/api/connections"));
    assert_eq!(host.set("/roles/tf-c", role(&gateway, "c")).apply(), ["POST /api/connections"]);
}

/// Names and values of roles that are known only after something else is applied.
const UNKNOWN_ROLES: &str = r#"
resource "terraform_data" "late" {
  input = "VALUE"
}
resource "hoop_agent" "it" {
  name = "tf-agent"
}
resource "hoop_resource" "it" {
  name = "tf-host"
  type = "database"
  subtype = "postgres"
  roles = {
    for name in ["tf-a", "tf-b"] : name => {
      type = "database"
      subtype = "postgres"
      agent_id = hoop_agent.it.id
      secrets = { "envvar:HOST" = terraform_data.late.output }
    }
  }
}
resource "hoop_resource" "whole" {
  name = "tf-whole"
  type = "custom"
  roles = { (terraform_data.late.output) = { type = "custom" } }
}
"#;

#[test]
fn roles_may_be_unknown_in_the_plan() {
    let Some(()) = Feature::TERRAFORM_DATA.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    for value in ["tf-one", "tf-two"] {
        terraform.write(&UNKNOWN_ROLES.replace("VALUE", value));
        terraform.apply().ok();
        terraform.second_plan_is_empty();
        assert_eq!(names(emulator, "connections"), ["tf-a", "tf-b", value]);
        assert_eq!(shown(emulator, "tf-b")["secret"]["envvar:HOST"], STANDARD.encode(value));
    }
}

/// Nothing else of the role differs from what is stored, so only its version tells.
#[test]
fn a_write_only_secret_of_a_role_is_rotated_and_taken_out() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let stored = || shown(gateway.emulator(), "tf-wo")["secret"].clone();
    let secret = |value: &str| json!({ "envvar:PASS": value });
    let role = json!({ "type": "custom", "secrets_wo": secret(CANARY), "secrets_wo_version": 1 });
    let mut host = Host::new(&gateway, json!({ "tf-wo": role }));
    host.apply();
    host.set("/roles/tf-wo/secrets_wo", secret("rotated")).set("/roles/tf-wo/secrets_wo_version", json!(2));
    assert_eq!(host.apply(), ["PATCH /api/connections/tf-wo"]);
    assert_eq!(stored(), secret("cm90YXRlZA=="));
    host.set("/roles/tf-wo/secrets_wo", Json::Null).set("/roles/tf-wo/secrets_wo_version", Json::Null);
    assert_eq!(host.apply(), ["PATCH /api/connections/tf-wo"]);
    assert_eq!(stored(), json!({}));
}
