//! Against whatever gateway there is, a real one too: an object of every type that can be had anywhere, made, changed,
//! looked up, imported, lost and destroyed. Terraform alone looks, so nothing of the gateway is assumed but its API.
//!
//! It leaves a gateway as it was: its names are its own, of what all share (plugins) it writes rows of its own only, and
//! of what there is one of it takes what nobody has set. What a gateway cannot delete remains, out of use: revoked keys,
//! an inactive service account, and the account at Jira, disabled.

mod basics;
mod integrations;
mod people;
mod rules;
mod settings;

use serde_json::{Map, Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, Terraform, reference, type_of};

/// All that can be changed of the objects has one of two forms.
struct Form<'a> {
    gateway: &'a Gateway,
    nth: usize,
}

impl Form<'_> {
    fn name(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.gateway.prefix)
    }

    fn pick<T: Clone>(&self, values: [T; 2]) -> T {
        values[self.nth].clone()
    }
}

/// The data source of one object.
struct Lookup {
    kind: &'static str,
    /// What finds it; also what an import takes, with slashes between.
    keys: &'static [&'static str],
    /// What of it (`it`) must be as the resource has it.
    shown: &'static str,
}

/// What a gateway is given: one object of each type by its label `it`, and what these need.
struct Life<'a> {
    gateway: &'a Gateway,
    /// Types of which the gateway has one object, and it is not ours.
    without: Vec<&'static str>,
}

impl Life<'_> {
    fn resources(&self, nth: usize) -> Map<String, Json> {
        let form = &Form { gateway: self.gateway, nth };
        let families = [
            basics::resources(form),
            rules::resources(form),
            people::resources(form),
            integrations::resources(form),
            integrations::jira(form),
            settings::resources(form),
        ];
        let mut all = Map::new();
        for (kind, objects) in families.iter().filter_map(Json::as_object).flatten() {
            let objects = objects.as_object().into_iter().flatten();
            let of_kind = all.entry(kind).or_insert_with(|| json!({}));
            objects.for_each(|(label, attributes)| of_kind[label] = attributes.clone());
        }
        all.retain(|kind, _| !self.without.contains(&kind.as_str()));
        all
    }

    /// The types that a change of the form updates. Masking is not everywhere.
    fn changing(&self) -> Vec<String> {
        let (one, other) = (self.resources(0), self.resources(1));
        let differs = |(kind, objects): &(String, Json)| other[kind] != *objects && kind != "hoop_datamasking_rules";
        one.into_iter().filter(differs).map(|(kind, _)| kind).collect()
    }

    fn lookups(&self) -> impl Iterator<Item = &'static Lookup> {
        let families = [basics::LOOKUPS, rules::LOOKUPS, people::LOOKUPS, integrations::LOOKUPS, settings::LOOKUPS];
        families.into_iter().flatten().filter(|lookup| !self.without.contains(&lookup.kind))
    }

    /// The resources, the data sources of each, and one output for each that says whether both agree.
    fn configure(&self, terraform: &Terraform, nth: usize) {
        let mut data = Map::from_iter([("hoop_server_info".to_owned(), json!({"it": {}}))]);
        let mut outputs = Map::new();
        for Lookup { kind, keys, shown } in self.lookups() {
            let key = |key: &&str| ((*key).to_owned(), reference(&format!("{kind}.it.{key}")));
            let mut lookup: Map<String, Json> = keys.iter().map(key).collect();
            if keys.is_empty() {
                lookup.insert("depends_on".to_owned(), json!([format!("{kind}.it")]));
            }
            data.insert((*kind).to_owned(), json!({"it": lookup}));
            let [left, right] = ["data.", ""].map(|of| shown.replace("it.", &format!("{of}{kind}.it.")));
            let agree = format!("jsonencode({left}) == jsonencode({right})");
            outputs.insert((*kind).to_owned(), json!({"value": reference(&agree)}));
        }
        let config = json!({"resource": self.resources(nth), "data": data, "output": outputs});
        terraform.file("main.tf.json", &config.to_string());
    }

    #[track_caller]
    fn is_applied(&self, terraform: &Terraform) {
        terraform.second_plan_is_empty();
        let outputs = terraform.outputs();
        for Lookup { kind, shown, .. } in self.lookups() {
            assert_eq!(outputs[*kind], json!(true), "{kind}: {shown} is not what the resource has");
        }
    }

    /// What an import of each object takes.
    fn import_ids(&self, terraform: &Terraform) -> Vec<(String, String)> {
        let id = |(address, attributes): (String, Json)| {
            let lookup = self.lookups().find(|lookup| lookup.kind == type_of(&address));
            let keys = lookup.map(|lookup| lookup.keys).filter(|keys| !keys.is_empty()).unwrap_or(&["id"]);
            let texts = keys.iter().map(|key| attributes[*key].as_str().expect("a text"));
            (address, texts.collect::<Vec<_>>().join("/"))
        };
        terraform.state().into_iter().map(id).collect()
    }
}

#[test]
fn a_life_of_every_type_against_any_gateway() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let gateway = Gateway::any_or(|| Emulator::builder().masking(true).start());
    let life = Life { gateway: &gateway, without: settings::somebodys(&gateway) };
    let terraform = Terraform::new(&gateway);
    life.configure(&terraform, 0);
    terraform.apply().ok();
    life.is_applied(&terraform);

    // There and back: each change is an update, and leaves the rest alone.
    for nth in [1, 0] {
        life.configure(&terraform, nth);
        let plan = terraform.plan().ok();
        let recreated = plan.changes.iter().filter(|change| !change.is(&["update"]));
        assert_eq!(recreated.count(), 0, "{plan:#?}");
        for kind in life.changing() {
            assert!(plan.changes.iter().any(|change| type_of(&change.address) == kind), "{kind}: {plan:#?}");
        }
        terraform.apply_saved().ok();
        life.is_applied(&terraform);
    }

    // Imported into nothing. Roles are the resource's own only once they are applied.
    let ids = life.import_ids(&terraform);
    assert!(ids.len() >= life.lookups().count(), "{ids:#?}");
    let state = terraform.state_text();
    terraform.forget();
    let blocks = ids.iter().map(|(address, id)| format!("import {{\n  to = {address}\n  id = {id:?}\n}}\n"));
    terraform.file("imports.tf", &blocks.collect::<String>());
    let plan = terraform.plan().ok();
    let made = plan.changes.iter().filter(|change| change.is(&["create"]) || change.is(&["delete", "create"]));
    assert_eq!(made.count(), 0, "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.remove("imports.tf");
    terraform.second_plan_is_empty();
    assert_eq!(life.import_ids(&terraform), ids, "the same objects: {state}");

    somebody_else_destroys_its_connection(&gateway);
    let plan = terraform.plan().ok();
    assert!(plan.changes.iter().any(|it| it.is(&["create"])), "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();

    terraform.destroy().ok();
    nothing_is_left(&gateway);
    let somebodys = settings::somebodys(&gateway);
    assert_eq!(somebodys, life.without, "a setting is not what it was");
}

/// Who has the same name in mind is told; and may take it over and destroy it.
#[track_caller]
fn somebody_else_destroys_its_connection(gateway: &Gateway) {
    let theirs = Terraform::new(gateway);
    let name = format!("{}connection", gateway.prefix);
    let connection = json!({"name": name, "type": "custom", "agent_id": reference("data.hoop_agent.it.id")});
    let agent = json!({"hoop_agent": {"it": {"name": format!("{}agent", gateway.prefix)}}});
    let config = json!({"resource": {"hoop_connection": {"it": connection}}, "data": agent});
    theirs.file("main.tf.json", &config.to_string());
    let refused = theirs.apply();
    let command = format!("terraform import hoop_connection.NAME '{name}'");
    assert!(refused.one_error().says(&command), "{refused:#?}");
    theirs.import("hoop_connection.it", &name).ok();
    theirs.destroy().ok();
}

/// Of what a gateway cannot delete, nothing is in use.
#[track_caller]
fn nothing_is_left(gateway: &Gateway) {
    let lists = [
        ("hoop_agents", "agents"),
        ("hoop_connections", "connections"),
        ("hoop_resources", "resources"),
        ("hoop_users", "users"),
        ("hoop_runbook_configurations", "configurations"),
        ("hoop_runbook_rules", "rules"),
        ("hoop_datamasking_rules_list", "rules"),
        ("hoop_guardrail_rules", "rules"),
        ("hoop_access_request_rules", "rules"),
        ("hoop_ai_session_analyzer_rules", "rules"),
        ("hoop_attributes", "attributes"),
        ("hoop_machine_identities", "machine_identities"),
        ("hoop_spiffe_mappings", "mappings"),
        ("hoop_event_subscriptions", "subscriptions"),
        ("hoop_jira_issue_templates", "templates"),
        ("hoop_user_groups", "groups"),
    ];
    let kept = [
        ("hoop_api_keys", "api_keys", "revoked"),
        ("hoop_ai_agents", "ai_agents", "revoked"),
        ("hoop_service_accounts", "service_accounts", "inactive"),
    ];
    let list = |kind: &str, at: &str| format!("data.{kind}.all.{at}");
    let out_of_use = |(kind, at, status): &(&str, &str, &str)| {
        format!("[for it in {} : it if it.status == {status:?}]", list(kind, at))
    };
    let in_use = kept.iter().map(|of| out_of_use(of).replace("==", "!="));
    let all = lists.iter().map(|(kind, at)| list(kind, at)).chain(in_use).collect::<Vec<_>>();
    let kinds = lists.iter().map(|(kind, _)| kind).chain(kept.iter().map(|(kind, ..)| kind));
    let data: Map<String, Json> = kinds.map(|kind| ((*kind).to_owned(), json!({"all": {}}))).collect();
    let output = |lists: &[String]| json!({"value": reference(&format!("[{}]", lists.join(", "))), "sensitive": true});
    let outputs = json!({"left": output(&all), "kept": output(&kept.each_ref().map(out_of_use))});
    let looking = Terraform::new(gateway);
    looking.file("main.tf.json", &json!({"data": data, "output": outputs}).to_string());
    looking.apply().ok();
    let outputs = looking.outputs();
    let ours = |list: &Json| list.to_string().contains(&gateway.prefix);
    assert!(outputs["kept"].as_array().is_some_and(|kept| kept.iter().all(ours)), "{outputs:#}");
    assert!(outputs["left"].as_array().is_some_and(|left| !left.iter().any(ours)), "something is left: {outputs:#}");
}
