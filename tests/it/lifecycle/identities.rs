//! Groups, service accounts, keys, machine identities and SPIFFE mappings: what is special about the life of each.

use serde_json::{Value as Json, json};

use super::people::{One, get};
use crate::emulator::Emulator;
use crate::terraform::{Gateway, control, reference};

#[track_caller]
fn call(gateway: &Gateway, method: &str, path: &str, body: Json) {
    let (status, answer) = gateway.emulator().call(method, path, body);
    assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
}

/// An entry of a list of the gateway; null if there is none.
fn listed(gateway: &Gateway, path: &str, key: &str, value: &str) -> Json {
    let all = get(gateway, path);
    all.as_array().into_iter().flatten().find(|entry| entry[key] == value).cloned().unwrap_or_default()
}

/// A connection that a machine identity can use, or cannot.
fn connection(gateway: &Gateway, name: &str, subtype: &str) {
    let mut body =
        json!({"name": name, "type": "custom", "subtype": subtype, "agent_id": gateway.emulator().agent_id()});
    for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
        body[mode] = json!("enabled");
    }
    call(gateway, "POST", "/api/connections", body);
}

#[test]
fn a_key_keeps_its_text_over_a_rename_and_its_name_over_its_revocation() {
    for (kind, path) in [("hoop_api_key", "/api/api-keys"), ("hoop_ai_agent", "/api/ai-agents")] {
        let Some(gateway) = control(Emulator::start) else { return };
        let one = One::new(&gateway, kind);
        assert_eq!(one.apply(&json!({"name": "first", "groups": ["b", "a"]})), ["POST"]);
        let (id, key) = (one.id(), one.state()["key"].clone());
        assert!(key.as_str().is_some_and(|key| key.starts_with("hpk_")), "{key}");
        // What is not changed is not sent: an update that is lost would otherwise restore old groups.
        assert_eq!(one.apply(&json!({"name": "second", "groups": ["a", "b"]})), ["PUT"]);
        assert_eq!(one.apply(&json!({"name": "second"})), ["PUT"]);
        let now = get(&gateway, &format!("{path}/{id}"));
        assert_eq!((&now["name"], &now["groups"]), (&json!("second"), &json!([])));
        assert_eq!((one.id(), &one.state()["key"]), (id.clone(), &key));

        // Revoked outside, it is gone; the gateway gives its name to no other.
        call(&gateway, "DELETE", &format!("{path}/{id}"), Json::Null);
        assert!(one.configure(&json!({"name": "second"})).plan().ok().only_change().is(&["create"]));
        let refused = one.terraform.apply();
        assert!(refused.one_error().says("A revoked key has this name"), "{refused:#?}");
        assert!(!refused.one_error().says("terraform import"), "a revoked key cannot be imported: {refused:#?}");
        assert_eq!(one.apply(&json!({"name": "third"})), ["POST"]);

        one.imports("third");
        assert_eq!(one.state()["key"], Json::Null);
        one.terraform.destroy().ok();
        assert_eq!(listed(&gateway, path, "name", "third")["status"], "revoked");
    }
}

#[test]
fn a_service_account_is_deactivated_and_taken_over_again() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_service_account");
    let shown = || listed(&gateway, "/api/serviceaccounts", "subject", "ci");
    assert_eq!(one.apply(&json!({"subject": "ci", "name": "CI", "groups": ["a"]})), ["POST"]);
    assert_eq!(one.state()["status"], "active");
    // The gateway cannot remove a name, so there is nothing to do.
    assert_eq!(one.apply(&json!({"subject": "ci", "groups": ["a"]})), Vec::<String>::new());
    assert_eq!(one.apply(&json!({"subject": "ci", "groups": ["b"]})), ["PUT"]);
    assert_eq!(shown()["name"], "CI", "what is not managed rides along");

    let destroyed = one.terraform.destroy().ok();
    assert!(destroyed.warnings().any(|warning| warning.says("was not deleted")), "{destroyed:#?}");
    assert_eq!((&shown()["status"], &shown()["groups"]), (&json!("inactive"), &json!([])));
    assert_eq!(one.apply(&json!({"subject": "ci", "groups": ["c"]})).last().map(String::as_str), Some("PUT"));
    assert_eq!((&shown()["status"], &shown()["groups"]), (&json!("active"), &json!(["c"])));

    // One that somebody uses is theirs.
    call(&gateway, "POST", "/api/serviceaccounts", json!({"subject": "theirs", "status": "active", "groups": ["x"]}));
    let refused = One::new(&gateway, "hoop_service_account").configure(&json!({"subject": "theirs"})).apply();
    assert!(refused.one_error().says("terraform import hoop_service_account.NAME 'theirs'"), "{refused:#?}");
    assert_eq!(listed(&gateway, "/api/serviceaccounts", "subject", "theirs")["groups"], json!(["x"]));
}

#[test]
fn a_machine_identity_is_renamed_in_place_and_no_credential_is_seen() {
    let Some(gateway) = control(Emulator::start) else { return };
    for name in ["tf-one", "tf-two"] {
        connection(&gateway, name, "aws-ssm");
    }
    connection(&gateway, "tf-none", "dynamodb");
    let one = One::new(&gateway, "hoop_machine_identity");
    assert_eq!(one.apply(&json!({"name": "first", "connection_names": ["tf-one"], "attributes": ["a"]})), ["POST"]);
    let id = one.id();
    let changed = json!({"name": "second/third", "connection_names": ["tf-one"]});
    let refused = one.configure(&changed).validate();
    assert!(refused.one_error().says("must not contain"), "{refused:#?}");
    one.configure(&json!({"name": "second", "connection_names": ["tf-two", "tf-one"]})).apply().ok();
    assert_eq!(gateway.take_writes(), ["PUT /api/machineidentities/first"]);
    one.terraform.second_plan_is_empty();
    assert_eq!(one.id(), id);
    let credentials = get(&gateway, "/api/machineidentities/second/credentials");
    let credentials = credentials.as_array().expect("a list");
    assert_eq!(credentials.len(), 2);
    for credential in credentials {
        let secret = credential["secret_key"].as_str().expect("a secret");
        assert!(!one.terraform.state_text().contains(secret));
    }

    // The id comes of the first name, which therefore stays taken.
    let other = One::new(&gateway, "hoop_machine_identity");
    let refused = other.configure(&json!({"name": "first"})).apply();
    assert!(refused.one_error().says("duplicated key"), "{refused:#?}");

    // An unknown connection is found before anything is sent.
    let refused = one.configure(&json!({"name": "second", "connection_names": ["tf-one", "tf-unknown"]})).apply();
    assert!(refused.one_error().says("\"tf-unknown\""), "{refused:#?}");
    assert_eq!(gateway.take_writes(), Vec::<String>::new());

    // The gateway keeps the credentials of a refused update, and is then in its own way: a new identity is not.
    connection(&gateway, "tf-also", "aws-ssm");
    let refused = one.configure(&json!({"name": "second", "connection_names": ["tf-also", "tf-none"]})).apply();
    assert!(refused.one_error().says("unsupported type"), "{refused:#?}");
    let stuck = one.configure(&json!({"name": "second", "connection_names": ["tf-also"]})).apply();
    assert!(stuck.one_error().says("duplicated key"), "{stuck:#?}");
    assert_eq!(one.state()["connection_names"], json!(["tf-one", "tf-two"]));
    one.terraform.run(&["apply", "-auto-approve", "-lock=false", "-replace=hoop_machine_identity.it"]).ok();
    one.terraform.second_plan_is_empty();
    assert_eq!(one.state()["connection_names"], json!(["tf-also"]));
    one.imports("second");
}

#[test]
fn a_spiffe_mapping_changes_its_kind_in_place_and_goes_with_its_agent() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_spiffe_mapping");
    let exact = json!({"trust_domain": "t", "spiffe_id": "spiffe://t/a", "agent_template": "x", "groups": ["b", "a"]});
    assert_eq!(one.apply(&exact), ["POST"]);
    let id = one.id();
    let agent = gateway.emulator().agent_id();
    let prefix = json!({"trust_domain": "t", "spiffe_prefix": "spiffe://t/", "agent_id": agent, "groups": ["a", "b"]});
    assert_eq!(one.apply(&prefix), ["PUT"]);
    assert_eq!(one.id(), id);
    call(&gateway, "DELETE", "/api/agents/default", Json::Null);
    assert!(one.configure(&prefix).plan().ok().only_change().is(&["create"]));
    let refused = one.terraform.apply();
    assert!(refused.one_error().says("foreign key"), "{refused:#?}");

    assert_eq!(one.apply(&exact), ["POST"]);
    one.imports("spiffe://t/a");
    let taken = One::new(&gateway, "hoop_spiffe_mapping").configure(&exact).apply();
    assert!(taken.one_error().says("terraform import hoop_spiffe_mapping.NAME 'spiffe://t/a'"), "{taken:#?}");
    let both = json!({"trust_domain": "t", "spiffe_id": "spiffe://t/a", "spiffe_prefix": "spiffe://t/", "agent_template": "x"});
    let wrong = one.configure(&both).validate();
    assert!(wrong.one_error().says("Exactly one of `spiffe_id` or `spiffe_prefix`"), "{wrong:#?}");
}

#[test]
fn a_group_comes_before_its_members_and_its_end_is_a_change_of_them() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_user_group");
    let user =
        json!({"email": "ada@example.com", "status": "active", "groups": [reference("hoop_user_group.it.name")]});
    let key = json!({"name": "key", "groups": [reference("hoop_user_group.it.name")]});
    let config = json!({"resource": {
        "hoop_user_group": {"it": {"name": "on-call"}}, "hoop_user": {"ada": user}, "hoop_api_key": {"key": key},
    }});
    one.terraform.file("main.tf.json", &config.to_string());
    one.terraform.apply().ok();
    one.terraform.second_plan_is_empty();

    call(&gateway, "DELETE", "/api/users/groups/on-call", Json::Null);
    let plan = one.terraform.plan().ok();
    assert!(plan.change("hoop_user_group.it").is(&["create"]), "{plan:#?}");
    assert!(
        plan.change("hoop_user.ada").is(&["update"]) && plan.change("hoop_api_key.key").is(&["update"]),
        "{plan:#?}"
    );
    one.terraform.apply_saved().ok();
    one.terraform.second_plan_is_empty();

    // A group that is there by use is there.
    let refused = One::new(&gateway, "hoop_user_group").configure(&json!({"name": "on-call"})).apply();
    assert!(refused.one_error().says("terraform import hoop_user_group.NAME 'on-call'"), "{refused:#?}");
    one.terraform.destroy().ok();
    assert_eq!(get(&gateway, "/api/users/groups"), json!(["admin"]));
}

#[test]
fn the_agent_key_of_the_organization_is_adopted_and_replaced() {
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::new(&gateway, "hoop_org_agent_key");
    one.apply(&json!({}));
    let key = || get(&gateway, "/api/orgs/keys")["key"].clone();
    let adopted = key();
    assert_eq!((&one.state()["key"], &one.state()["id"]), (&adopted, &json!("org")));
    one.imports("org");
    assert!(one.terraform.import("hoop_org_agent_key.it", "default").code != 0);
    one.terraform.run(&["apply", "-auto-approve", "-lock=false", "-replace=hoop_org_agent_key.it"]).ok();
    one.terraform.second_plan_is_empty();
    assert_ne!(key(), adopted);
    assert_eq!(one.state()["key"], key());
    one.terraform.destroy().ok();
    assert_eq!(gateway.emulator().call("GET", "/api/orgs/keys", Json::Null).0, 404);
}
