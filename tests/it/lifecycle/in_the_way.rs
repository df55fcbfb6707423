//! A resource that other connections keep alive: nothing of it is destroyed, and the error says what to do.

use serde_json::{Value as Json, json};

use super::names;
use super::roles::{Host, made_by_others, resource, role};
use crate::emulator::Emulator;
use crate::terraform::{Gateway, Outcome, control};

fn host(gateway: &Gateway) -> Host<'_> {
    let host = Host::new(gateway, json!({ "tf-own": role(gateway, "a"), "tf-two": role(gateway, "b") }));
    host.apply();
    made_by_others(gateway.emulator(), "tf-theirs", "tf-host");
    host
}

/// Refused as a whole: the roles are there, and in the state.
#[track_caller]
fn is_refused(gateway: &Gateway, host: &Host<'_>, outcome: &Outcome) {
    let error = outcome.one_error();
    for says in [
        "The connection \"tf-theirs\" belongs to the resource and is not in its `roles`",
        "Nothing was changed",
        "-target",
    ] {
        assert!(error.says(says), "{outcome:#?}");
    }
    assert!(!error.says("not managed"), "it may be managed by the same configuration");
    assert_eq!(gateway.take_writes(), Vec::<String>::new());
    let all = ["tf-own", "tf-theirs", "tf-two"];
    assert_eq!(names(gateway.emulator(), "connections"), all);
    assert_eq!(host.roles(), ["tf-own", "tf-two"]);
}

#[test]
fn a_destroy_is_refused_before_anything_of_it_is_gone() {
    let Some(gateway) = control(Emulator::start) else { return };
    let host = host(&gateway);
    gateway.take_writes();
    let outcome = host.terraform.destroy();
    is_refused(&gateway, &host, &outcome);
    assert_eq!(gateway.emulator().call("DELETE", "/api/connections/tf-theirs", Json::Null).0, 204);
    host.terraform.destroy().ok();
    assert_eq!(resource(&gateway).0, 404);
}

#[test]
fn a_replacement_is_refused_likewise_and_its_plan_says_so() {
    let Some(gateway) = control(Emulator::start) else { return };
    let mut host = host(&gateway);
    host.set("/subtype", json!("mysql"));
    let plan = host.configure().plan().ok();
    let warnings: Vec<_> = plan.outcome.warnings().collect();
    assert!(plan.only_change().is(&["delete", "create"]) && warnings.len() == 1, "{plan:#?}");
    assert!(warnings[0].says("refused before anything is changed"), "{warnings:#?}");
    let outcome = host.terraform.apply_saved();
    is_refused(&gateway, &host, &outcome);
}

#[test]
fn a_resource_without_roles_is_refused_by_the_gateway_and_the_error_names_the_connections() {
    let Some(gateway) = control(Emulator::start) else { return };
    let host = Host::new(&gateway, json!({}));
    host.apply();
    made_by_others(gateway.emulator(), "tf-theirs", "tf-host");
    let outcome = host.terraform.destroy();
    assert!(
        outcome.one_error().says("The connection \"tf-theirs\" belongs to the resource and is not in its `roles`"),
        "{outcome:#?}"
    );
    assert_eq!(resource(&gateway).0, 200);
}
