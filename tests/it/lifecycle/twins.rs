//! Plain and write-only secrets side by side, their versions, and what is remembered of them between two applies.

use serde_json::{Value as Json, json};

use super::one::One;
use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, control};

fn secret(gateway: &Gateway, name: &str) -> Json {
    gateway.emulator().set_masked_secrets(false);
    shown(gateway.emulator(), name)["secret"].clone()
}

fn base64(text: &str) -> Json {
    use base64::Engine as _;
    json!(base64::engine::general_purpose::STANDARD.encode(text))
}

/// What the gateway holds, in clear.
fn is(found: &Json, wanted: &[(&str, &str)]) {
    let wanted: serde_json::Map<String, Json> =
        wanted.iter().map(|(key, text)| ((*key).to_owned(), base64(text))).collect();
    assert_eq!(*found, Json::Object(wanted));
}

/// Changes the secret of a connection past Terraform.
fn change(gateway: &Gateway, name: &str, secret: Json) {
    let (status, answer) =
        gateway.emulator().call("PATCH", &format!("/api/connections/{name}"), json!({ "secret": secret }));
    assert_eq!(status, 200, "{answer}");
}

fn both(host: &str, write_only: Json, version: Json) -> Json {
    json!({ "secrets": { "envvar:HOST": host }, "secrets_wo": write_only, "secrets_wo_version": version })
}

#[test]
fn plain_keys_are_planned_and_write_only_ones_ride_along() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::connection(&gateway, &both("a", json!({ "envvar:PASS": "one", "envvar:KEY": "k" }), json!("v1")));
    let one = one.apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "a"), ("envvar:PASS", "one"), ("envvar:KEY", "k")]);
    assert_eq!(one.state()["secrets"], json!({ "envvar:HOST": "a" }));
    assert!(!one.terraform.state_text().contains("one\""));

    // Another value under the same version is not a change, also when something else of the map is sent.
    let one = one.with(&both("b", json!({ "envvar:PASS": "two", "envvar:KEY": "k" }), json!("v1"))).apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "b"), ("envvar:PASS", "one"), ("envvar:KEY", "k")]);
    // The value may be left out until it is needed.
    let one = one.with(&both("c", Json::Null, json!("v1"))).apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "c"), ("envvar:PASS", "one"), ("envvar:KEY", "k")]);
    let one = one.with(&both("c", json!({ "envvar:PASS": "two", "envvar:KEY": "k" }), json!(2))).apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "c"), ("envvar:PASS", "two"), ("envvar:KEY", "k")]);
    // Without version and value the write-only keys are taken out, and the plain ones stay.
    let one = one.with(&both("c", Json::Null, Json::Null)).apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "c")]);
    drop(one);
}

#[test]
fn drift_of_plain_keys_is_seen_beside_write_only_ones() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::connection(&gateway, &both("a", json!({ "envvar:PASS": "one" }), json!(1))).apply();
    change(&gateway, "tf-it", json!({ "envvar:HOST": base64("evil"), "envvar:PASS": base64("one") }));
    let plan = one.terraform.plan().ok();
    assert!(plan.only_change().is(&["update"]) && plan.only_change().changed().contains("secrets"));
    let one = one.apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "a"), ("envvar:PASS", "one")]);
    // A write-only key that somebody changed is told by the time of the change, and sent again.
    change(&gateway, "tf-it", json!({ "envvar:HOST": base64("a"), "envvar:PASS": base64("evil") }));
    let one = one.apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "a"), ("envvar:PASS", "one")]);
    drop(one);
}

#[test]
fn write_only_keys_come_and_go_without_another_version() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::connection(&gateway, &both("a", json!({ "envvar:PASS": "p", "envvar:OLD": "o" }), json!(1))).apply();
    let one = one.with(&both("a", json!({ "envvar:PASS": "other", "envvar:NEW": "n" }), json!(1)));
    let plan = one.terraform.plan().ok();
    let changed: Vec<_> = plan.only_change().changed().into_iter().collect();
    assert_eq!(changed, ["secrets_updated_at"]);
    let one = one.apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "a"), ("envvar:PASS", "p"), ("envvar:NEW", "n")]);
    drop(one);
}

#[test]
fn masked_write_only_keys_are_kept() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let one = One::connection(&gateway, &both("a", json!({ "envvar:PASS": "one" }), json!(1))).apply();
    gateway.emulator().set_masked_secrets(true);
    one.terraform.second_plan_is_empty();
    let one = one.with(&both("b", json!({ "envvar:PASS": "other" }), json!(1))).apply();
    is(&secret(&gateway, "tf-it"), &[("envvar:HOST", "b"), ("envvar:PASS", "one")]);
    drop(one);
}

#[test]
fn roles_and_shared_variables_have_both_too() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let config = |host: &str, pass: &str, version: &str| {
        let twins = |name: &str| {
            json!({
                name: { "envvar:HOST": host },
                format!("{name}_wo"): { "envvar:PASS": pass },
                format!("{name}_wo_version"): version,
            })
        };
        let mut role = twins("secrets");
        role["type"] = json!("custom");
        let mut config = twins("env_vars");
        config["roles"] = json!({ "tf-role": role });
        config
    };
    let shared = || {
        let (status, found) = gateway.emulator().call("GET", "/api/resources/tf-it", Json::Null);
        assert_eq!(status, 200, "{found}");
        found["env_vars"].clone()
    };
    let one = One::resource(&gateway, &config("a", "one", "1")).apply();
    is(&secret(&gateway, "tf-role"), &[("envvar:HOST", "a"), ("envvar:PASS", "one")]);
    is(&shared(), &[("envvar:HOST", "a"), ("envvar:PASS", "one")]);
    let one = one.with(&config("b", "two", "1")).apply();
    is(&secret(&gateway, "tf-role"), &[("envvar:HOST", "b"), ("envvar:PASS", "one")]);
    is(&shared(), &[("envvar:HOST", "b"), ("envvar:PASS", "one")]);
    // A role has the time of its last change, and so a change outside is seen.
    change(&gateway, "tf-role", json!({ "envvar:HOST": base64("b"), "envvar:PASS": base64("evil") }));
    let one = one.apply();
    is(&secret(&gateway, "tf-role"), &[("envvar:HOST", "b"), ("envvar:PASS", "two")]);
    // Shared variables have none: keys that come or go need another version.
    let mut moved = config("b", "two", "1");
    moved["env_vars_wo"]["envvar:MORE"] = json!("m");
    let one = one.with(&moved);
    let plan = one.terraform.plan();
    let refused = plan.outcome.one_error();
    assert!(refused.says("`env_vars_wo_version` must change") && refused.says("envvar:MORE"), "{refused:?}");
    moved["env_vars_wo_version"] = json!("2");
    let one = one.with(&moved).apply();
    is(&shared(), &[("envvar:HOST", "b"), ("envvar:PASS", "two"), ("envvar:MORE", "m")]);
    drop(one);
}

#[test]
fn a_version_without_a_value_is_refused() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let nothing = |version: Json| json!({ "secrets_wo": null, "secrets_wo_version": version });
    let one = One::connection(&gateway, &nothing(json!(1)));
    assert!(one.terraform.plan().outcome.one_error().says("has no value"));
    let one = one.with(&json!({ "secrets_wo": { "envvar:PASS": "one" } })).apply();
    // Under the same version the value may be absent, as it is where it is an ephemeral variable.
    let one = one.with(&nothing(json!(1)));
    one.terraform.second_plan_is_empty();
    let one = one.with(&nothing(json!(2)));
    assert!(one.terraform.plan().outcome.one_error().says("has no value"));
    is(&secret(&gateway, "tf-it"), &[("envvar:PASS", "one")]);
}
