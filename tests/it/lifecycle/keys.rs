//! Plans with keys that may not see everything, as drift detection makes them: no difference without a change, a
//! difference with one, and nothing that is forgotten.

use serde_json::{Value as Json, json};

use super::{change_outside, connection, minimal, with_agent};
use crate::emulator::{Emulator, Role};
use crate::terraform::{Feature, Gateway, Terraform, control};

/// A connection with secrets, one with write-only secrets, and a resource with `env_vars` and a role, applied.
fn applied(gateway: &Gateway) -> Terraform {
    let mut config = with_agent(gateway);
    let mut plain = minimal("tf-plain");
    plain["secrets"] = json!({"envvar:PASS": "one", "envvar:HOST": "h"});
    let mut write_only = minimal("tf-write-only");
    write_only["secrets_wo"] = json!({"envvar:PASS": "one"});
    write_only["secrets_wo_version"] = json!(1);
    connection(&mut config, "plain", plain);
    connection(&mut config, "write_only", write_only);
    let role = json!({"type": "database", "subtype": "postgres", "secrets": {"envvar:PASS": "one"}});
    let host = json!({"name": "tf-host", "type": "database", "env_vars": {"HOST": "h"}, "roles": {"tf-host-ro": role}});
    config.set("hoop_resource", "host", host);
    let terraform = Terraform::new(gateway);
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    terraform
}

/// The secret of the role, changed by somebody else: a role without an agent takes no PUT.
fn change_role(gateway: &Gateway, value: &str) {
    let body = json!({"secret": {"envvar:PASS": value}});
    let (status, answer) = gateway.emulator().call("PATCH", "/api/connections/tf-host-ro", body);
    assert_eq!(status, 200, "{answer}");
}

fn refresh(terraform: &Terraform) {
    terraform.run(&["apply", "-refresh-only", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
}

#[test]
fn a_key_that_sees_no_secrets_finds_no_difference_and_forgets_nothing() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = applied(&gateway);
    let before = terraform.state();
    for role in [Role::Auditor, Role::Standard] {
        terraform.env("HOOP_APIKEY", gateway.emulator().add_api_key(&format!("{role:?}"), role));
        terraform.second_plan_is_empty();
        refresh(&terraform);
        assert_eq!(terraform.state(), before, "{role:?}");
        let destroyed = terraform.destroy();
        assert!(
            destroyed.errors().count() > 0 && destroyed.errors().all(|error| error.says("`admin`")),
            "{destroyed:?}"
        );
        assert_eq!(terraform.state(), before, "{role:?}");
    }
    terraform.env("HOOP_APIKEY", gateway.api_key());
    terraform.second_plan_is_empty();
}

/// The stamp tells that the secrets were changed, whoever may see them; who may, sees whether they differ.
#[test]
fn a_changed_secret_is_seen_without_its_value() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = applied(&gateway);
    for name in ["tf-plain", "tf-write-only"] {
        change_outside(gateway.emulator(), name, "secret", &json!({"envvar:PASS": "b3RoZXI="}));
    }
    change_role(&gateway, "b3RoZXI=");
    terraform.env("HOOP_APIKEY", gateway.emulator().add_api_key("auditor", Role::Auditor));
    let plan = terraform.plan().ok();
    for address in ["hoop_connection.plain", "hoop_connection.write_only", "hoop_resource.host"] {
        assert!(plan.change(address).is(&["update"]), "{address}");
    }
    assert!(plan.outcome.warnings().any(|warning| warning.says("`admin`")), "{plan:?}");
    refresh(&terraform);
    assert_eq!(terraform.object("hoop_connection.plain")["secrets"], Json::Null);
    // With all rights the value is read again, and what the state had forgotten is no difference.
    let same = json!({"envvar:PASS": "b25l", "envvar:HOST": "aA=="});
    change_outside(gateway.emulator(), "tf-plain", "secret", &same);
    change_role(&gateway, "b25l");
    terraform.env("HOOP_APIKEY", gateway.api_key());
    assert!(terraform.plan().ok().only_change().is(&["update"]), "the write-only one");
    terraform.apply().ok();
    terraform.second_plan_is_empty();
}

#[test]
fn what_is_hidden_is_not_gone() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = applied(&gateway);
    let before = terraform.state();
    let emulator = gateway.emulator();
    emulator.call("POST", "/api/plugins", json!({"name": "access_control", "connections": []}));
    terraform.env("HOOP_APIKEY", emulator.add_api_key("standard", Role::Standard));
    let plan = terraform.plan();
    let error = plan.outcome.one_error();
    assert!(error.says("`access_control`") && error.says("`admin` or `auditor`"), "{error:?}");
    assert_eq!(terraform.state(), before);

    // An auditor is shown everything but the secrets; and without the plugin, what is not shown is not there.
    terraform.env("HOOP_APIKEY", emulator.add_api_key("auditor", Role::Auditor));
    terraform.second_plan_is_empty();
    emulator.call("DELETE", "/api/connections/tf-plain", Json::Null);
    let plan = terraform.plan().ok();
    assert!(plan.only_change().is(&["create"]), "{plan:?}");
}

#[test]
fn what_is_not_there_is_gone_for_every_key_while_nothing_is_hidden() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = applied(&gateway);
    gateway.emulator().call("DELETE", "/api/connections/tf-plain", Json::Null);
    terraform.env("HOOP_APIKEY", gateway.emulator().add_api_key("standard", Role::Standard));
    let plan = terraform.plan().ok();
    assert!(plan.only_change().is(&["create"]), "{plan:?}");
}
