//! What a protection profile of the organization makes: a managed attribute, and managed rules that carry it. The
//! catalog has one guardrail rule and one masking rule for all profiles, those of the only free one.

use serde_json::{Value, json};

use super::attributes;
use super::masking;
use super::store::{Entry, Store, new_id};

const MANAGER: &str = "hoop";
const GUARDRAIL: &str = "Hoop - Unsafe update and delete";
const MASKING: &str = "Hoop - API Keys";
const COMMANDS: &str = "Hoop-Command_approval";
const PATTERN: &str = r"(?is)^\s*(?:update|delete)\b(?:\s+(?:[^\s;wW][^\s;]*|[wW](?:[^\s;hH][^\s;]*)?|[wW][hH](?:[^\s;eE][^\s;]*)?|[wW][hH][eE](?:[^\s;rR][^\s;]*)?|[wW][hH][eE][rR](?:[^\s;eE][^\s;]*)?|[wW][hH][eE][rR][eE][^\s;]+))*\s*;?\s*$";

/// Each profile, how long its just-in-time access lasts, and at which level of risk its analyzer asks for access.
/// The first one is free and has neither.
const PROFILES: &[(&str, Option<(i64, &str)>)] = &[
    ("protection-permissive", None),
    ("hipaa-ready", Some((14_400, "medium"))),
    ("soc2-type2", Some((28_800, "high"))),
    ("protection-medium", Some((28_800, "high"))),
    ("protection-high", Some((7_200, "medium"))),
];

/// What the open-source licence allows; nothing for a profile that does not exist.
pub(super) fn is_free(profile: &str) -> Option<bool> {
    PROFILES.iter().find(|(name, _)| *name == profile).map(|(_, paid)| paid.is_none())
}

pub(super) fn attribute(profile: &str) -> String {
    format!("hoop_protection_profile-{}", profile.replace('-', "_"))
}

/// Changes to this profile, or to none. The first profile is attached to every connection, a later one to those that
/// had the one before; rules that it shares with that one stay as they are.
pub(super) fn apply(store: &mut Store, profile: Option<&str>) {
    let former = store.attributes.keys().find(|name| attributes::is_managed(store, name)).cloned();
    let new = profile.map(attribute);
    let tagged: Vec<String> = store
        .connections
        .values()
        .filter(|row| former.as_ref().is_none_or(|former| row.attributes.contains(former)))
        .map(|row| row.name.clone())
        .collect();
    if let Some(former) = former.filter(|former| new.as_ref() != Some(former)) {
        attributes::remove(store, &former);
    }
    let made = profile.map_or_else(Made::default, |profile| make(store, profile));
    let stays =
        |rule: &Value, kept: &[String]| rule["managed_by"].is_null() || kept.iter().any(|name| rule["name"] == **name);
    store.guardrails.retain(|_, rule| stays(rule, &made.rules));
    store.access_rules.retain(|_, rule| stays(rule, &made.access_rules));
    store.analyzer_rules.retain(|_, rule| stays(rule, &made.rules));
    store.masking_rules.retain(|_, rule| !rule.is_managed() || made.rules.contains(&rule.name));
    for row in tagged {
        if let (Some(row), Some(new)) = (store.connections.get_mut(&row), &new) {
            row.attributes.insert(new.clone());
        }
    }
}

/// The names of what a profile has.
#[derive(Default)]
struct Made {
    rules: Vec<String>,
    access_rules: Vec<String>,
}

/// Makes what is not there yet.
fn make(store: &mut Store, profile: &str) -> Made {
    let (attribute, now) = (attribute(profile), store.now());
    if !store.attributes.contains_key(&attribute) {
        let title = if is_free(profile) == Some(true) { "Essential Guardrails" } else { profile };
        let description = format!("Managed by Hoop. Applied by the {title} protection profile.");
        let body = attributes::body(Some(&description), Some(MANAGER));
        store.attributes.insert(attribute.clone(), Entry { id: new_id(), body, created_at: now.clone() });
    }
    let stamped = |mut rule: Value| {
        rule["id"] = json!(new_id());
        rule["managed_by"] = json!(MANAGER);
        rule["created_at"] = json!(now);
        rule["updated_at"] = json!(now);
        rule["attributes"] = json!([]);
        rule
    };
    let mut made = Made { rules: vec![GUARDRAIL.into(), MASKING.into()], access_rules: Vec::new() };
    if !store.guardrails.values().any(|rule| rule["name"] == GUARDRAIL) {
        let rule = stamped(json!({
            "name": GUARDRAIL, "description": "Blocks UPDATE or DELETE statements that have no WHERE clause.",
            "output": { "rules": [] }, "input": { "rules": [{
                "type": "pattern_match", "words": [], "pattern_regex": PATTERN,
                "message": "UPDATE and DELETE need a WHERE clause on this connection.",
            }] },
        }));
        store.guardrails.insert(rule["id"].as_str().unwrap_or_default().into(), rule);
    }
    if !store.masking_rules.values().any(|rule| rule.name == MASKING) {
        store.masking_rules.insert(new_id(), masking::Rule::managed(MASKING, MANAGER, &now));
    }
    let paid = PROFILES.iter().find(|(name, _)| *name == profile).and_then(|(_, paid)| *paid);
    if let Some((seconds, level)) = paid {
        let hours = format!("Hoop-JIT_{}_hours", seconds / 3600);
        for (name, access_type, duration) in [(hours.as_str(), "jit", Some(seconds)), (COMMANDS, "command", None)] {
            let rule = || {
                stamped(json!({
                    "name": name, "description": "Approval required.", "access_type": access_type,
                    "connection_names": [], "approval_required_groups": ["admin"], "reviewers_groups": ["admin"],
                    "force_approval_groups": ["admin"], "skip_review_groups": null, "min_approvals": 1,
                    "all_groups_must_approve": false, "access_max_duration": duration,
                }))
            };
            store.access_rules.entry(name.into()).or_insert_with(rule);
            made.access_rules.push(name.into());
        }
        let mut risks = json!({});
        for other in ["low", "medium", "high"] {
            let asks = other == level;
            let action = if asks { "require_access_request" } else { "allow_execution" };
            risks[format!("{other}_risk_action")] = json!(action);
            risks[format!("{other}_risk")] = json!({ "action": action });
            if asks {
                risks[format!("{other}_risk")]["access_request_rule_name"] = json!(COMMANDS);
            }
        }
        let name = format!("Hoop - Review {level} risk");
        let rule = json!({ "name": name, "description": "Asks for access.", "connection_names": [], "agentic": false,
            "custom_prompt": null, "risk_evaluation": risks });
        let mut rule = stamped(rule);
        rule["attributes"] = json!([attribute]);
        store.analyzer_rules.insert(name.clone(), rule);
        made.rules.push(name);
    }
    attributes::tag(store, &attribute, [&made.access_rules, &made.rules]);
    made
}
