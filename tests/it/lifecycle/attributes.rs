//! Connections that have every attribute: each one changed once, taken out once, and nothing else touched. One
//! connection stands for one attribute, so that a single apply tries them all.

use serde_json::{Map, Value as Json, json};

use super::{address, assert_left_as_it_was, change_outside, connection, field, minimal, shown, with_agent};
use crate::emulator::{Emulator, Logged};
use crate::terraform::{Config, Gateway, Plan, Terraform, control};

/// What a connection shows of itself that follows from other fields or from the clock.
const FOLLOWING: &[&str] = &["secrets_updated_at", "default_database", "redact_enabled", "effective_features"];

/// One attribute: another value for it, and what the gateway shows once nobody configures it any more.
struct Case {
    attribute: &'static str,
    changed: Json,
    /// `None` for what has to be configured.
    left_out: Option<Json>,
}

/// Every attribute that can change. Templates of Jira need an integration that the emulator does not have.
fn cases(rule: &str) -> Vec<Case> {
    let psql = ["psql", "-v", "ON_ERROR_STOP=1", "-A", "-F\t", "-P", "pager=off", "-h", "$HOST", "-U", "$USER"];
    let default_command: Vec<&str> = psql.into_iter().chain(["--port=$PORT", "$DB"]).collect();
    let case = |attribute, changed, left_out| Case { attribute, changed, left_out };
    vec![
        case("type", json!("application"), None),
        case("agent_id", json!("00000000-0000-4000-8000-000000000001"), None),
        case("subtype", json!("mysql"), Some(json!(""))),
        case("access_mode_runbooks", json!("enabled"), Some(json!("enabled"))),
        case("access_mode_exec", json!("enabled"), Some(json!("enabled"))),
        case("access_mode_connect", json!("enabled"), Some(json!("enabled"))),
        case("access_schema", json!("enabled"), Some(json!("enabled"))),
        case("command", json!(["bash", "-c", "true"]), Some(json!(default_command))),
        case("secrets", json!({ "envvar:DB": "other", "envvar:NEW": "n" }), Some(json!({}))),
        case("tags", json!({ "team": "b", "tier": "1" }), Some(json!({}))),
        case("reviewers", json!(["sre"]), Some(json!([]))),
        case("redact_types", json!(["PHONE_NUMBER"]), Some(json!([]))),
        case("guardrail_rules", json!([rule]), Some(json!([]))),
        case("attributes", json!(["pci", "prod"]), Some(json!([]))),
        case("mandatory_metadata_fields", json!(["ticket", "reason"]), Some(json!([]))),
        case("force_approve_groups", json!(["sre", "leads"]), Some(Json::Null)),
        case("access_max_duration", json!(7200), Some(Json::Null)),
        case("min_review_approvals", json!(3), Some(Json::Null)),
        case("resource_name", json!("moved"), Some(json!("tf-resource_name"))),
    ]
}

/// A connection with every attribute but the rules, of which a gateway without licence has one. None is at its default.
fn full(attribute: &str) -> Json {
    let mut all = minimal(&format!("tf-{attribute}"));
    let more = json!({
        "type": "database", "subtype": "postgres", "resource_name": format!("res-{attribute}"),
        "access_mode_runbooks": "disabled", "access_mode_exec": "disabled", "access_mode_connect": "disabled",
        "access_schema": "disabled", "command": ["psql", "-c", "select 1"],
        "secrets": { "envvar:DB": "orders", "envvar:PASS": "not-for-logs", "filesystem:CA": "-----BEGIN" },
        "tags": { "team": "a" }, "reviewers": ["leads", "dba"], "redact_types": ["EMAIL_ADDRESS", "IP_ADDRESS"],
        "attributes": ["pci"], "mandatory_metadata_fields": ["ticket"], "force_approve_groups": ["sre"],
        "access_max_duration": 3600, "min_review_approvals": 2,
    });
    all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    all
}

fn guardrail(emulator: &Emulator) -> String {
    let (status, rule) =
        emulator.call("POST", "/api/guardrails", json!({ "name": "no-drop", "input": {}, "output": {} }));
    assert_eq!(status, 201, "{rule}");
    rule["id"].as_str().expect("an id").to_owned()
}

/// One connection per attribute.
fn one_of_each(gateway: &Gateway, cases: &[Case]) -> Config {
    let mut config = with_agent(gateway);
    for case in cases {
        connection(&mut config, case.attribute, full(case.attribute));
    }
    config
}

fn snapshot(emulator: &Emulator, cases: &[Case]) -> Vec<Map<String, Json>> {
    let object = |case: &Case| shown(emulator, &format!("tf-{}", case.attribute)).as_object().expect("one").clone();
    cases.iter().map(object).collect()
}

/// The plan changes each connection in place, in the attribute that it stands for and what follows from that.
#[track_caller]
fn assert_plans_one_change_each(plan: &Plan, cases: &[Case]) {
    assert_eq!(plan.changes.len(), cases.len(), "{:#?}", plan.changes);
    for Case { attribute, .. } in cases {
        let change = plan.change(&address(attribute));
        let mut changed = change.changed();
        changed.retain(|name| !FOLLOWING.contains(&name.as_str()));
        assert!(change.is(&["update"]) && changed.iter().eq([attribute]), "{attribute}: {changed:?} {change:#?}");
    }
}

/// The writes that reached a connection.
fn writes(log: &[Logged], name: &str) -> Vec<Logged> {
    let path = format!("/api/connections/{name}");
    log.iter().filter(|entry| entry.path == path && entry.method != "GET").cloned().collect()
}

/// Each connection got one request, whose body says the one change; a PUT repeats all else as it is.
#[track_caller]
fn assert_one_write_each(log: &[Logged], before: &[Map<String, Json>], cases: &[Case]) {
    for (Case { attribute, .. }, before) in cases.iter().zip(before) {
        let sent = writes(log, &format!("tf-{attribute}"));
        assert_eq!(sent.len(), 1, "{attribute}: {sent:#?}");
        let body = sent[0].body.as_ref().and_then(Json::as_object).expect("a JSON body");
        let differs = |(name, value): &(&String, &Json)| before.get(*name) != Some(*value);
        let unplanned: Vec<_> = body.iter().filter(differs).filter(|(name, _)| *name != field(attribute)).collect();
        assert!(unplanned.is_empty(), "{attribute}: {} says more than the plan: {unplanned:#?}", sent[0].method);
        if sent[0].method == "PATCH" {
            assert!(body.keys().all(|name| name == field(attribute) || name == "agent_id"), "{attribute}: {body:#?}");
        }
    }
}

/// All other fields are stored as they were.
#[track_caller]
fn assert_others_untouched(before: &[Map<String, Json>], after: &[Map<String, Json>], cases: &[Case]) {
    for ((Case { attribute, .. }, before), after) in cases.iter().zip(before).zip(after) {
        for (name, value) in before {
            let may_change = name == field(attribute) || FOLLOWING.contains(&name.as_str());
            assert!(
                may_change || after.get(name) == Some(value),
                "{attribute} changed {name}: {value} {:?}",
                after.get(name)
            );
        }
    }
}

#[test]
fn each_attribute_changes_alone_and_can_be_taken_out_again() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let rule = guardrail(emulator);
    let mut cases = cases(&rule);
    let terraform = Terraform::new(&gateway);
    let mut config = one_of_each(&gateway, &cases);
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();

    let before = snapshot(emulator, &cases);
    for case in &cases {
        config.get("hoop_connection", case.attribute).insert(case.attribute.to_owned(), case.changed.clone());
    }
    terraform.configure(&config);
    assert_plans_one_change_each(&terraform.plan().ok(), &cases);
    emulator.clear_requests();
    terraform.apply_saved().ok();
    let changed = snapshot(emulator, &cases);
    assert_one_write_each(&emulator.requests(), &before, &cases);
    assert_others_untouched(&before, &changed, &cases);
    terraform.second_plan_is_empty();

    cases.retain(|case| case.left_out.is_some());
    let before = snapshot(emulator, &cases);
    for case in &cases {
        config.get("hoop_connection", case.attribute).remove(case.attribute);
    }
    terraform.configure(&config);
    let plan = terraform.plan().ok();
    emulator.clear_requests();
    terraform.apply_saved().ok();
    let after = snapshot(emulator, &cases);
    assert_one_write_each_where_needed(&plan, &emulator.requests(), &before, &cases);
    assert_others_untouched(&before, &after, &cases);
    for (case, after) in cases.iter().zip(&after) {
        let (now, default) = (after.get(field(case.attribute)), case.left_out.as_ref());
        // The gateway keeps a list that was emptied as an empty one where it began with none.
        let both_empty = now == Some(&json!([])) && default == Some(&Json::Null);
        assert!(now == default || both_empty, "{} left out: {now:?}", case.attribute);
    }
    terraform.second_plan_is_empty();

    terraform.destroy().ok();
    assert_left_as_it_was(emulator);
}

/// What already was at the gateway's default needs no request when it is taken out.
#[track_caller]
fn assert_one_write_each_where_needed(plan: &Plan, log: &[Logged], before: &[Map<String, Json>], cases: &[Case]) {
    for (case, before) in cases.iter().zip(before) {
        let at_default = before.get(field(case.attribute)) == case.left_out.as_ref();
        let planned = plan.changes.iter().any(|change| change.address == address(case.attribute));
        assert!(planned || at_default, "taking {} out plans nothing", case.attribute);
        let (one, before) = (std::slice::from_ref(case), std::slice::from_ref(before));
        if at_default {
            assert!(writes(log, &format!("tf-{}", case.attribute)).is_empty(), "{} needed no write", case.attribute);
        } else {
            assert_one_write_each(log, before, one);
        }
    }
}

#[test]
fn each_attribute_changed_from_outside_is_shown_and_repaired() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let cases = cases(&guardrail(emulator));
    let terraform = Terraform::new(&gateway);
    terraform.configure(&one_of_each(&gateway, &cases));
    terraform.apply().ok();
    let before = snapshot(emulator, &cases);
    for Case { attribute, changed, .. } in &cases {
        let changed = match *attribute {
            // As a person with another client would store it.
            "secrets" => json!({ "envvar:DB": "b3RoZXI=" }),
            _ => changed.clone(),
        };
        change_outside(emulator, &format!("tf-{attribute}"), field(attribute), &changed);
    }
    let plan = terraform.plan().ok();
    for Case { attribute, .. } in &cases {
        assert!(plan.drift.iter().any(|drift| drift.address == address(attribute)), "{attribute} shows no drift");
    }
    // The one attribute that `full` does not configure: what the gateway has is left alone.
    let mut repaired = cases;
    repaired.retain(|case| case.attribute != "guardrail_rules");
    assert_plans_one_change_each(&plan, &repaired);
    terraform.apply_saved().ok();
    let after = snapshot(emulator, &repaired);
    let index = |case: &Case| before.iter().find(|before| before["name"] == format!("tf-{}", case.attribute));
    for (case, after) in repaired.iter().zip(&after) {
        let before = index(case).expect("it was there before");
        assert_eq!(after.get(field(case.attribute)), before.get(field(case.attribute)), "{} repaired", case.attribute);
    }
    terraform.second_plan_is_empty();
}
