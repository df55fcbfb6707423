//! Users, runbooks and masking rules: written as a whole, so what is not managed must ride along.

use serde_json::{Value as Json, json};

use super::roles::made_by_others;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, Terraform, control};

const CANARY: &str = "canary-people-77ab";

/// A workspace with one object, labelled `it`.
pub(super) struct One<'a> {
    gateway: &'a Gateway,
    pub(super) terraform: Terraform,
    kind: &'static str,
}

impl<'a> One<'a> {
    pub(super) fn new(gateway: &'a Gateway, kind: &'static str) -> Self {
        Self { gateway, terraform: Terraform::new(gateway), kind }
    }

    pub(super) fn configure(&self, attributes: &Json) -> &Terraform {
        let config = json!({ "resource": { self.kind: { "it": attributes } } });
        self.terraform.file("main.tf.json", &config.to_string());
        self.gateway.take_writes();
        &self.terraform
    }

    /// Applies, and says with which methods was written.
    #[track_caller]
    pub(super) fn apply(&self, attributes: &Json) -> Vec<String> {
        self.configure(attributes).apply().ok();
        let writes = self.gateway.take_writes();
        self.terraform.second_plan_is_empty();
        writes.iter().map(|write| write.split(' ').next().unwrap_or_default().to_owned()).collect()
    }

    pub(super) fn state(&self) -> Json {
        self.terraform.object(&format!("{}.it", self.kind))
    }

    pub(super) fn id(&self) -> String {
        self.state()["id"].as_str().expect("an id").to_owned()
    }

    /// Imports it anew, after which nothing is to be done.
    #[track_caller]
    pub(super) fn imports(&self, id: &str) {
        self.terraform.forget();
        self.terraform.import(&format!("{}.it", self.kind), id).ok();
        self.terraform.second_plan_is_empty();
    }
}

#[track_caller]
pub(super) fn get(gateway: &Gateway, path: &str) -> Json {
    let (status, body) = gateway.emulator().call("GET", path, Json::Null);
    assert_eq!(status, 200, "{path}: {body}");
    body
}

#[track_caller]
fn put(gateway: &Gateway, path: &str, body: Json) {
    let (status, answer) = gateway.emulator().call("PUT", path, body);
    assert_eq!(status, 200, "{path}: {answer}");
}

const ADA: &str = "/api/users/Ada@example.com";

#[test]
fn a_user_may_be_inactive_from_the_start_and_keeps_what_is_not_managed() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_user");
    let user =
        |status: &str, groups: &[&str]| json!({ "email": "Ada@example.com", "status": status, "groups": groups });
    // The gateway does not look at the status of a create.
    assert_eq!(one.apply(&user("inactive", &["sre", "dba"])), ["POST", "PUT"]);
    assert_eq!(get(&gateway, ADA)["status"], "inactive");
    assert_eq!(one.id(), "Ada@example.com", "the id is the one that a read shows");
    assert_eq!(one.state()["groups"], json!(["sre", "dba"]));

    let mut theirs = get(&gateway, ADA);
    theirs["name"] = json!("Ada");
    theirs["slack_id"] = json!("U1");
    theirs["picture"] = json!("https://example.com/ada.png");
    put(&gateway, ADA, theirs.clone());
    assert!(one.configure(&user("inactive", &["dba", "sre"])).plan().ok().changes.is_empty());
    assert_eq!(one.apply(&user("active", &["dba"])), ["PUT"]);
    let now = get(&gateway, ADA);
    assert_eq!((&now["status"], &now["groups"]), (&json!("active"), &json!(["dba"])));
    for kept in ["name", "slack_id", "picture"] {
        assert_eq!(now[kept], theirs[kept], "{kept}");
    }

    // A change outside is repaired; groups that are not configured are none.
    let mut theirs = now;
    theirs["groups"] = json!(["dba", "admin"]);
    theirs["status"] = json!("inactive");
    put(&gateway, ADA, theirs);
    let plan = one.configure(&user("active", &["dba"])).plan().ok();
    assert!(plan.only_change().changed().iter().eq(["groups", "role", "status"]), "{plan:#?}");
    assert_eq!(one.apply(&json!({ "email": "Ada@example.com", "status": "active" })), ["PUT"]);
    assert_eq!(get(&gateway, ADA)["groups"], json!([]));
    one.imports("Ada@example.com");

    // The address is the key.
    let mut other = user("active", &[]);
    other["email"] = json!("grace@example.com");
    assert!(one.configure(&other).plan().ok().only_change().is(&["delete", "create"]));
    one.terraform.apply_saved().ok();
    assert_eq!(gateway.emulator().call("GET", ADA, Json::Null).0, 404);
}

#[test]
fn a_runbook_repository_keeps_its_secrets_where_they_belong() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_runbook_configuration");
    let url = "https://git.example.com/team/runbooks.git";
    let entry = || {
        let all = get(&gateway, "/api/runbooks/configurations");
        let found = all["repositories"].as_array().into_iter().flatten().find(|entry| entry["git_url"] == url);
        found.cloned().unwrap_or_default()
    };
    let config = |ttl: u32| {
        json!({ "git_url": url, "git_user": "bot", "git_password_wo": CANARY, "git_password_wo_version": 1,
            "git_hook_ttl": ttl })
    };
    assert_eq!(one.apply(&config(60)), ["POST"]);
    assert_eq!(one.state()["repository"], "git.example.com/team/runbooks");
    assert_eq!((&entry()["git_password"], &entry()["git_hook_ttl"]), (&json!(CANARY), &json!(60)));
    assert!(!one.terraform.state_text().contains(CANARY));
    // The PUT replaces the entry: the password that did not change goes with it.
    assert_eq!(one.apply(&config(0)), ["PUT"]);
    assert_eq!((&entry()["git_password"], &entry()["git_hook_ttl"]), (&json!(CANARY), &json!(0)));
    assert_eq!(one.apply(&json!({ "git_url": url })), ["PUT"]);
    assert_eq!((&entry()["git_password"], &entry()["git_user"]), (&json!(""), &json!("")));
    one.imports(url);
    one.terraform.destroy().ok();
    assert!(entry().is_null());
}

#[test]
fn a_runbook_rule_compares_by_meaning() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_runbook_rule");
    let book = |name: &str| json!({ "name": name, "repository": "git.example.com/team/runbooks" });
    let rule = |books: &[&str], groups: &[&str]| {
        let books: Vec<_> = books.iter().map(|name| book(name)).collect();
        json!({ "name": "tf-rule", "connections": ["tf-a", "tf-b"], "user_groups": groups, "runbooks": books })
    };
    assert_eq!(one.apply(&rule(&["a.sql", "b.sql"], &["x", "y"])), ["POST"]);
    let id = one.id();
    let path = format!("/api/runbooks/rules/{id}");
    assert_eq!(one.apply(&rule(&["b.sql", "a.sql"], &["y", "x"])), Vec::<String>::new());
    // Neither is another order that the gateway shows.
    let mut turned = get(&gateway, &path);
    turned["runbooks"].as_array_mut().expect("a list").reverse();
    turned["user_groups"].as_array_mut().expect("a list").reverse();
    put(&gateway, &path, turned);
    one.terraform.second_plan_is_empty();

    let mut described = rule(&["b.sql"], &[]);
    described["description"] = json!("words");
    assert_eq!(one.apply(&described), ["PUT"]);
    let now = get(&gateway, &path);
    assert_eq!((&now["runbooks"], &now["user_groups"]), (&json!([book("b.sql")]), &json!([])));
    assert_eq!(one.apply(&rule(&["b.sql"], &[])), ["PUT"]);
    assert_eq!(get(&gateway, &path)["description"], "");
    assert_eq!(one.id(), id);
    one.imports(&id);
}

#[test]
fn a_masking_rule_keeps_its_attributes_and_takes_null_for_empty() {
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    let emulator = gateway.emulator();
    let connection = |name: &str| made_by_others(emulator, name, name)["id"].clone();
    let (a, b) = (connection("tf-a"), connection("tf-b"));
    let one = One::new(&gateway, "hoop_datamasking_rules");
    let custom = json!([{ "name": "ORDER_NUMBER", "regex": "O-[0-9]+", "score": 0.5 }]);
    let rule = |ids: Json| json!({ "name": "tf-rule", "score_threshold": 0.6, "connection_ids": ids, "custom_entity_types": custom });
    assert_eq!(one.apply(&rule(json!([a, b]))), ["POST"]);
    let path = format!("/api/datamasking-rules/{}", one.id());
    assert_eq!(one.apply(&rule(json!([b, a]))), Vec::<String>::new());

    let mut theirs = get(&gateway, &path);
    theirs["attributes"] = json!(["pci"]);
    put(&gateway, &path, theirs);
    assert!(one.configure(&rule(json!([a, b]))).plan().ok().changes.is_empty());
    let mut described = rule(json!([a]));
    described["description"] = json!("words");
    described["supported_entity_types"] = json!([]);
    assert_eq!(one.apply(&described), ["PUT"]);
    let now = get(&gateway, &path);
    assert_eq!((&now["attributes"], &now["connection_ids"]), (&json!(["pci"]), &json!([a])));

    assert_eq!(one.apply(&rule(json!([]))), ["PUT"]);
    assert!(get(&gateway, &path)["connection_ids"].as_array().is_none_or(Vec::is_empty));
    assert_eq!(one.apply(&rule(Json::Null)), Vec::<String>::new());
    assert_eq!(get(&gateway, &path)["custom_entity_types"][0]["score"], 0.5);
    let id = one.id();
    one.imports(&id);
    one.terraform.destroy().ok();
    assert_eq!(emulator.call("GET", &path, Json::Null).0, 404);
}

/// An attribute left out of what would be valid, or set to something else.
fn with(valid: &Json, attribute: &str, value: &Json) -> Json {
    let mut bad = valid.clone();
    bad[attribute] = value.clone();
    bad
}

#[test]
fn mistakes_are_found_by_validate() {
    // No address and no key: a request could not even be sent.
    let terraform = Terraform::offline();
    let user = json!({ "email": "ada@example.com", "status": "active" });
    let rule = json!({ "name": "tf-rule" });
    let book = json!({ "name": "tf-rule", "connections": [], "user_groups": [],
        "runbooks": [{ "name": "a.sql", "repository": "git.example.com/team/runbooks" }] });
    let supported = |name: &str, kind: &str| json!([{ "name": name, "entity_types": [kind] }]);
    let custom = |name: &str, score: f64| json!([{ "name": name, "regex": "x", "score": score }]);
    let cases = [
        ("hoop_user", with(&user, "email", &json!("ada")), "e-mail"),
        ("hoop_user", with(&user, "email", &json!("")), "e-mail"),
        ("hoop_user", with(&user, "status", &json!("invited")), "one of"),
        ("hoop_user", with(&user, "groups", &json!([""])), "1 to 180"),
        ("hoop_runbook_configuration", json!({ "git_url": "" }), "git_url"),
        ("hoop_runbook_configuration", json!({ "git_url": "git@example.com:r", "git_hook_ttl": -1 }), "git_hook_ttl"),
        ("hoop_runbook_rule", with(&book, "name", &json!("")), "name"),
        ("hoop_runbook_rule", with(&book, "runbooks", &json!([{ "name": "", "repository": "x" }])), "name"),
        ("hoop_datamasking_rules", with(&rule, "name", &json!("")), "1 to 128"),
        ("hoop_datamasking_rules", with(&rule, "connection_ids", &json!(["tf-orders"])), "UUID"),
        ("hoop_datamasking_rules", with(&rule, "score_threshold", &json!(1.1)), "between 0 and 1"),
        ("hoop_datamasking_rules", with(&rule, "supported_entity_types", &supported("Mail", "A")), "lowercase"),
        ("hoop_datamasking_rules", with(&rule, "supported_entity_types", &supported("MAIL", "a")), "lowercase"),
        ("hoop_datamasking_rules", with(&rule, "custom_entity_types", &custom("order", 0.5)), "lowercase"),
        ("hoop_datamasking_rules", with(&rule, "custom_entity_types", &custom("ORDER", -0.5)), "at least 0"),
    ];
    for (kind, attributes, says) in cases {
        terraform.file("main.tf.json", &json!({ "resource": { kind: { "it": attributes } } }).to_string());
        let outcome = terraform.validate();
        assert!(outcome.one_error().says(says), "{attributes} {says}: {outcome:#?}");
    }
    // What is valid is: else the mistakes above might be others.
    let config = json!({ "hoop_user": { "it": user }, "hoop_runbook_rule": { "it": book },
        "hoop_datamasking_rules": { "it": rule }, "hoop_runbook_configuration": { "it": { "git_url": "git@example.com:r" } } });
    terraform.file("main.tf.json", &json!({ "resource": config }).to_string());
    terraform.validate().ok();
}
