//! Settings of the gateway, which always exist: a create keeps what it does not name and says what it changed, a write-only
//! value inside an object is sent with its version only, and a license is sent although no response shows it.

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Config, Feature, Gateway, Terraform, control};

fn get(gateway: &Gateway, path: &str) -> Json {
    gateway.emulator().call("GET", &format!("/api/{path}"), Json::Null).1
}

fn only(type_name: &str, attributes: Json) -> Config {
    let mut config = Config::default();
    config.set(type_name, "it", attributes);
    config
}

#[test]
fn a_create_over_settings_names_what_it_changes_and_keeps_the_rest() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let on = |port: u16| json!({ "listen_address": format!("127.0.0.1:{port}") });
    let set = json!({ "grpc_server_url": "grpc://127.0.0.1:8010", "postgres_server_config": on(15432), "rdp_server_config": on(13389) });
    let (status, before) = gateway.emulator().call("PUT", "/api/serverconfig/misc", set);
    assert_eq!(status, 200, "{before}");
    let listener = on(25432);
    terraform.configure(&only("hoop_server_misc_config", json!({ "postgres_server_config": listener })));
    let applied = terraform.apply().ok();
    let warnings: Vec<_> = applied.warnings().collect();
    let says = |text: &str| warnings.iter().any(|warning| warning.says(text));
    assert!(
        says("postgres_server_config.listen_address") && says("127.0.0.1:15432") && says("127.0.0.1:25432"),
        "{warnings:#?}"
    );
    let after = get(&gateway, "serverconfig/misc");
    assert_eq!(after["postgres_server_config"], listener);
    for kept in ["ssh_server_config", "rdp_server_config", "http_proxy_server_config", "grpc_server_url"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    terraform.second_plan_is_empty();
}

#[test]
fn a_write_only_value_inside_an_object_is_sent_with_its_version_only() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let configure = |client_id: &str, secret: &str, version: u32| {
        let oidc = json!({ "issuer_url": "https://login.example.com", "client_id": client_id, "client_secret_wo": secret,
            "client_secret_wo_version": version.to_string() });
        let login = json!({ "auth_method": "local", "webapp_users_management_status": "active", "oidc_config": oidc });
        terraform.configure(&only("hoop_server_auth_config", login));
        terraform.apply().ok();
        let oidc = &get(&gateway, "serverconfig/auth")["oidc_config"];
        (oidc["client_id"].clone(), oidc["client_secret"].clone())
    };
    assert_eq!(configure("a", "one", 1), (json!("a"), json!("one")));
    assert_eq!(configure("b", "two", 1), (json!("b"), json!("one")));
    assert_eq!(configure("b", "two", 2), (json!("b"), json!("two")));
    assert!(!terraform.state_text().contains("\"two\""));
}

#[test]
fn a_license_is_sent_although_no_response_shows_it() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let license = json!({ "payload": { "type": "enterprise" }, "key_id": "k", "signature": "forged" }).to_string();
    terraform.configure(&only("hoop_org_license", json!({ "license_json": license })));
    let error = terraform.apply();
    assert!(error.one_error().says("license is not valid"), "{error:#?}");
    let sent: Vec<String> = gateway.take_writes();
    assert!(sent.iter().any(|write| write.contains("orgs/license")), "{sent:?}");
    assert_eq!(terraform.state(), Vec::new(), "the license is not in the state");
}
