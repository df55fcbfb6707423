//! Secrets: readable, write-only and masked. What is configured reaches the gateway; what must not be kept is kept
//! nowhere.

use serde_json::{Value as Json, json};

use super::one::One;
use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, control, reference};

const CANARY: &str = "canary-7f3a";
const CANARY_BASE64: &str = "Y2FuYXJ5LTdmM2E=";

fn stored(gateway: &Gateway) -> Json {
    let emulator = gateway.emulator();
    emulator.set_masked_secrets(false);
    shown(emulator, "tf-it")["secret"].clone()
}

fn writes(gateway: &Gateway) -> Vec<String> {
    let requests = gateway.emulator().requests();
    requests.iter().filter(|request| request.method != "GET").map(|request| request.method.clone()).collect()
}

#[test]
fn a_write_only_secret_is_rotated_by_its_version_and_kept_nowhere() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let secret = |value: &str| json!({ "envvar:PASS": value, "envvar:DB": "orders" });
    let one = One::connection(&gateway, &json!({ "secrets_wo": secret(CANARY), "secrets_wo_version": 1 })).apply();
    assert_eq!(stored(&gateway)["envvar:PASS"], CANARY_BASE64);
    assert!(!one.terraform.state_text().contains(CANARY) && !one.terraform.state_text().contains(CANARY_BASE64));
    assert_eq!(one.state()["secrets"], Json::Null);

    // Terraform stores nothing to compare with, so only the version tells a new value.
    let one = one.with(&json!({ "secrets_wo": secret("rotated") }));
    one.terraform.second_plan_is_empty();
    let one = one.with(&json!({ "secrets_wo_version": 2 }));
    let plan = one.terraform.plan().ok();
    let changed: Vec<_> = plan.only_change().changed().into_iter().collect();
    assert!(
        plan.only_change().is(&["update"]) && changed == ["secrets_updated_at", "secrets_wo_version"],
        "{changed:?}"
    );
    gateway.emulator().clear_requests();
    let one = one.apply();
    assert_eq!(writes(&gateway), ["PATCH"]);
    assert_eq!(stored(&gateway)["envvar:PASS"], "cm90YXRlZA==");
    assert_eq!(stored(&gateway)["envvar:DB"], "b3JkZXJz");

    // A change of something else leaves it alone.
    one.with(&json!({ "tags": { "a": "b" }, "access_max_duration": 60 })).apply();
    assert_eq!(stored(&gateway)["envvar:PASS"], "cm90YXRlZA==");
}

/// What `file()` reads from a checkout on Windows: the line ends are part of the secret, and so is a byte order mark.
#[test]
fn a_secret_from_a_file_of_windows_is_sent_as_it_is() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    const KEY: &str = "\u{feff}-----BEGIN KEY-----\r\nQUJD\r\n-----END KEY-----\r\n";
    const KEY_BASE64: &str = "77u/LS0tLS1CRUdJTiBLRVktLS0tLQ0KUVVKRA0KLS0tLS1FTkQgS0VZLS0tLS0NCg==";
    let Some(gateway) = control(Emulator::start) else { return };
    let read = json!({ "filesystem:KEY": reference("file(\"${path.module}/key.pem\")") });
    let one = One::connection(&gateway, &json!({ "secrets": read }));
    one.terraform.file("key.pem", KEY);
    let one = one.apply();
    assert_eq!(stored(&gateway), json!({ "filesystem:KEY": KEY_BASE64 }));
    assert_eq!(one.state()["secrets"]["filesystem:KEY"], KEY);
    let one = one.with(&json!({ "secrets": null, "secrets_wo": read, "secrets_wo_version": 1 })).apply();
    assert_eq!(stored(&gateway), json!({ "filesystem:KEY": KEY_BASE64 }));
    drop(one);
}

#[test]
fn a_secret_moves_out_of_the_state_and_back() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let secret = json!({ "envvar:PASS": CANARY });
    let one = One::connection(&gateway, &json!({ "secrets": secret })).apply();
    assert_eq!(one.state()["secrets"], secret);
    let one = one.with(&json!({ "secrets": null, "secrets_wo": secret, "secrets_wo_version": 1 })).apply();
    assert_eq!(stored(&gateway)["envvar:PASS"], CANARY_BASE64);
    assert!(!one.terraform.state_text().contains(CANARY));
    let one = one.with(&json!({ "secrets": secret, "secrets_wo": null, "secrets_wo_version": null })).apply();
    assert_eq!(one.state()["secrets"], secret);
    let one = one.with(&json!({ "secrets": null })).apply();
    assert_eq!(stored(&gateway), json!({}));
    drop(one);
}

#[test]
fn a_write_only_secret_taken_out_is_taken_from_the_gateway() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let secret = json!({ "envvar:PASS": CANARY });
    let one = One::connection(&gateway, &json!({ "secrets_wo": secret, "secrets_wo_version": 1 })).apply();
    one.with(&json!({ "secrets_wo": null, "secrets_wo_version": null })).apply();
    assert_eq!(stored(&gateway), json!({}));
}

#[test]
fn default_keys_ride_along_with_a_change() {
    let Some(gateway) = control(Emulator::start) else { return };
    let secret = |host: &str| json!({ "type": "database", "subtype": "mssql", "secrets": { "envvar:HOST": host } });
    let one = One::connection(&gateway, &secret("a")).apply();
    one.with(&secret("b")).apply();
    assert_eq!(stored(&gateway), json!({ "envvar:HOST": "Yg==", "envvar:INSECURE": "ZmFsc2U=" }));
}

/// What the gateway added for the one kind of database does not stay behind at another.
#[test]
fn default_keys_go_with_the_kind_that_they_belong_to() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let of = |subtype: &str| json!({ "type": "database", "subtype": subtype, "secrets": { "envvar:HOST": "a" } });
    let hidden = json!({ "secrets": null, "secrets_wo": { "envvar:HOST": "a" }, "secrets_wo_version": 1 });
    let one = One::connection(&gateway, &of("mssql")).apply().with(&of("postgres")).apply();
    assert_eq!(stored(&gateway), json!({ "envvar:HOST": "YQ==" }));
    let mut mongo = of("mongodb");
    mongo["secrets"]["envvar:CONNECTION_STRING"] = json!("");
    let one = one.with(&mongo).apply().with(&of("mysql")).apply();
    assert_eq!(stored(&gateway), json!({ "envvar:HOST": "YQ==" }));
    let one = one.with(&of("mssql")).with(&hidden).apply();
    one.with(&json!({ "subtype": "postgres" })).apply();
    assert_eq!(stored(&gateway), json!({ "envvar:HOST": "YQ==" }));
}

#[test]
fn default_keys_survive_changes_of_those_who_may_not_read_them() {
    let Some(gateway) = control(Emulator::start) else { return };
    let of = |host: &str| json!({ "type": "database", "subtype": "mssql", "secrets": { "envvar:HOST": host } });
    let mut one = One::connection(&gateway, &of("a")).apply();
    // By PATCH of the secrets, by PATCH of something else, and by PUT.
    for change in [of("b"), json!({ "tags": { "a": "b" } }), json!({ "access_max_duration": 60 })] {
        gateway.emulator().set_masked_secrets(true);
        one = one.with(&change).apply();
        assert_eq!(stored(&gateway), json!({ "envvar:HOST": "Yg==", "envvar:INSECURE": "ZmFsc2U=" }), "{change}");
    }
}

#[test]
fn masked_secrets_are_no_difference_and_survive_changes() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    for secret in [
        json!({ "secrets": { "envvar:PASS": CANARY, "envvar:REF": "_aws:db:PASS" } }),
        json!({ "secrets_wo": { "envvar:PASS": CANARY, "envvar:REF": "_aws:db:PASS" }, "secrets_wo_version": 1 }),
    ] {
        emulator.set_masked_secrets(true);
        let mut one = One::connection(&gateway, &secret).apply();
        // By PATCH, then by PUT, then both together.
        for change in [json!({ "tags": { "a": "b" } }), json!({ "access_max_duration": 60 }), json!({ "tags": {} })] {
            emulator.set_masked_secrets(true);
            one = one.with(&change).apply();
            assert_eq!(
                stored(&gateway)["envvar:PASS"],
                CANARY_BASE64,
                "{change} of {:?}",
                secret.as_object().map(|it| it.keys())
            );
        }
        // Somebody else's change cannot be read, but its time stamp can.
        let mut theirs = shown(emulator, "tf-it");
        theirs["secret"]["envvar:PASS"] = json!("dGhlaXJz");
        assert_eq!(emulator.call("PUT", "/api/connections/tf-it", theirs).0, 200);
        emulator.set_masked_secrets(true);
        let plan = one.terraform.plan().ok();
        assert!(plan.only_change().is(&["update"]) && !plan.drift.is_empty(), "{plan:#?}");
        one.terraform.apply_saved().ok();
        one.terraform.second_plan_is_empty();
        assert_eq!(stored(&gateway)["envvar:PASS"], CANARY_BASE64, "repaired");
        one.terraform.destroy().ok();
    }
}

#[test]
fn masked_secrets_that_nobody_knows_are_never_lost() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let one = One::connection(&gateway, &json!({})).apply();
    super::change_outside(emulator, "tf-it", "secret", &json!({ "envvar:PASS": CANARY_BASE64 }));
    emulator.set_masked_secrets(true);
    // A PATCH says nothing of them.
    let one = one.with(&json!({ "tags": { "a": "b" } }));
    one.terraform.apply().ok();
    one.terraform.second_plan_is_empty();
    assert_eq!(stored(&gateway)["envvar:PASS"], CANARY_BASE64);
    // A PUT would have to send them.
    emulator.set_masked_secrets(true);
    let one = one.with(&json!({ "access_max_duration": 60 }));
    let outcome = one.terraform.apply();
    assert!(outcome.one_error().says("`secrets` is masked"), "{outcome:#?}");
    assert_eq!(stored(&gateway)["envvar:PASS"], CANARY_BASE64);
}
