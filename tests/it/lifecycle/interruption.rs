//! Ctrl-C and worse, at every point of a run of Terraform: whatever is cut off, everything that exists is in the state or
//! named in an error, no process and no socket is left, and the next apply ends the work.

mod every_point;
mod killed;

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, Outcome, Terraform, reference};

const AGENT: &str = "tf-agent";
const CONNECTION: &str = "tf-connection";
const RESOURCE: &str = "tf-host";
const ROLES: [&str; 3] = ["tf-role-a", "tf-role-b", "tf-role-c"];
const PLUGIN: &str = "access_control";
const RULE: &str = "tf-rule";

/// A gateway, and a workspace with one object of each kind: one with roles, one that is adopted when it is there, one
/// whose key the gateway gives.
struct World {
    gateway: Gateway,
    terraform: Terraform,
}

impl World {
    /// With a configuration and nothing of it made.
    fn new(config: &Config) -> World {
        World::around(Emulator::start(), config)
    }

    fn around(emulator: Emulator, config: &Config) -> World {
        let gateway = Gateway::emulated(emulator);
        let terraform = Terraform::new(&gateway);
        terraform.configure(config);
        World { gateway, terraform }
    }

    fn emulator(&self) -> &Emulator {
        self.gateway.emulator()
    }

    /// The same once more, in a workspace and at an address of its own.
    fn copy(&self, config: &Config) -> World {
        let copy = World::around(self.emulator().copy(), config);
        copy.terraform.file("terraform.tfstate", &self.terraform.state_text());
        copy
    }

    fn shown(&self, path: &str) -> Option<Json> {
        let (status, shown) = self.emulator().call("GET", &format!("/api/{path}"), Json::Null);
        (status == 200).then_some(shown)
    }

    /// What the gateway has of the configuration: type, and what an import takes.
    fn existing(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for (kind, collection, key) in [
            ("hoop_agent", "agents", AGENT),
            ("hoop_connection", "connections", CONNECTION),
            ("hoop_resource", "resources", RESOURCE),
        ] {
            found.extend(self.shown(&format!("{collection}/{key}")).map(|_| (kind, key.to_owned())));
        }
        // A plugin stays when it is destroyed, without its rows.
        let plugin = self.shown(&format!("plugins/{PLUGIN}"));
        let rows = plugin.as_ref().and_then(|plugin| plugin["connections"].as_array());
        found.extend(rows.filter(|rows| !rows.is_empty()).map(|_| ("hoop_plugin", PLUGIN.to_owned())));
        let rules = self.shown("runbooks/rules").and_then(|rules| rules.as_array().cloned()).unwrap_or_default();
        found.extend(rules.iter().filter_map(|rule| Some(("hoop_runbook_rule", rule["id"].as_str()?.to_owned()))));
        found
    }

    fn roles(&self) -> Vec<String> {
        let there = |role: &&&str| self.shown(&format!("connections/{role}")).is_some();
        ROLES.iter().filter(there).map(|role| (*role).to_owned()).collect()
    }

    /// What the state has, in the same form: objects, and the names of roles.
    fn recorded(&self) -> (Vec<(String, String)>, Vec<String>) {
        let text = self.terraform.state_text();
        let state: Json = if text.is_empty() { json!({}) } else { serde_json::from_str(&text).expect("a state") };
        let (mut objects, mut roles) = (Vec::new(), Vec::new());
        for resource in state["resources"].as_array().into_iter().flatten() {
            let kind = resource["type"].as_str().expect("a type");
            let key = if kind == "hoop_runbook_rule" { "id" } else { "name" };
            for instance in resource["instances"].as_array().into_iter().flatten() {
                let attributes = &instance["attributes"];
                objects.push((kind.to_owned(), attributes[key].as_str().expect("a key").to_owned()));
                roles.extend(attributes["roles"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
            }
        }
        (objects, roles)
    }

    /// The objects that the gateway has and the state has not.
    fn unknown(&self) -> Vec<(&'static str, String)> {
        let (objects, _) = self.recorded();
        let is_known = |(kind, key): &(&str, String)| objects.iter().any(|(k, name)| k == kind && name == key);
        self.existing().into_iter().filter(|object| !is_known(object)).collect()
    }

    /// Everything in the state exists, and everything that exists is in the state or named in an error together with
    /// the command that takes it in.
    #[track_caller]
    fn tells_the_truth(&self, outcome: &Outcome) {
        let ((objects, roles), existing) = (self.recorded(), self.existing());
        let exists = |(kind, key): &(String, String)| existing.iter().any(|(k, name)| k == kind && name == key);
        assert!(objects.iter().all(exists), "the state has {objects:?}, the gateway {existing:?}: {outcome:#?}");
        let missing: Vec<_> = roles.iter().filter(|role| !self.roles().contains(role)).collect();
        assert!(missing.is_empty(), "the gateway does not have {missing:?}: {outcome:#?}");
        for (kind, key) in self.unknown() {
            // The key of an object that nobody heard of is known to nobody: then its form is told.
            let told = [key, "ID".to_owned()].iter().any(|key| names_import(outcome, kind, key));
            assert!(told, "nothing tells of a {kind}: {outcome:#?}");
        }
        for role in self.roles().iter().filter(|role| !roles.contains(role)) {
            let parent_is_known = objects.iter().any(|(kind, _)| kind == "hoop_resource");
            let (kind, key) =
                if parent_is_known { ("hoop_connection", role.as_str()) } else { ("hoop_resource", RESOURCE) };
            assert!(names_import(outcome, kind, key), "nothing tells of the role {role}: {outcome:#?}");
        }
    }

    /// Takes in what the gateway has and the state has not.
    fn import_unknown(&self) {
        for (kind, key) in self.unknown() {
            self.terraform.import(&format!("{kind}.it"), &key).ok();
        }
    }

    /// A plain apply ends the work: the second plan is empty, and nothing is there twice.
    #[track_caller]
    fn converges(&self) {
        self.terraform.apply().ok();
        let plan = self.terraform.run(&["plan", "-json", "-input=false", "-lock=false", "-detailed-exitcode"]);
        assert!(plan.code == 0, "the second plan is not empty: {plan:#?}");
        let (objects, _) = self.recorded();
        assert!(self.unknown().is_empty() && objects.len() == self.existing().len(), "{:?}", self.existing());
    }

    /// A destroy ends the work: nothing is left of the configuration.
    #[track_caller]
    fn goes(&self) {
        self.terraform.destroy().ok();
        assert_eq!((self.existing(), self.roles()), (Vec::new(), Vec::new()));
    }
}

fn names_import(outcome: &Outcome, kind: &str, key: &str) -> bool {
    outcome.errors().any(|error| error.says(&format!("terraform import {kind}.NAME '{key}'")))
}

/// What an apply makes, one after the other, so that every run asks in the same order.
fn created() -> Config {
    let mut config = Config::default();
    let agent = reference("hoop_agent.it.id");
    let role = |secret: &str| json!({ "type": "database", "subtype": "postgres", "agent_id": agent, "secrets": { "envvar:USER": secret } });
    config.set("hoop_agent", "it", json!({ "name": AGENT }));
    config.set(
        "hoop_connection",
        "it",
        json!({ "name": CONNECTION, "type": "custom", "agent_id": agent, "secrets": { "envvar:KEY": "first" } }),
    );
    config.set(
        "hoop_resource",
        "it",
        json!({ "name": RESOURCE, "type": "database", "subtype": "postgres", "agent_id": agent,
            "roles": { ROLES[0]: role("first"), ROLES[1]: role("first") }, "depends_on": ["hoop_connection.it"] }),
    );
    config.set(
        "hoop_runbook_rule",
        "it",
        json!({ "name": RULE, "connections": [CONNECTION], "user_groups": [], "runbooks": [],
            "depends_on": ["hoop_resource.it"] }),
    );
    let row = json!({ "connection_id": reference("hoop_connection.it.id"), "config": ["first"] });
    config.set(
        "hoop_plugin",
        "it",
        json!({ "name": PLUGIN, "connections": [row], "depends_on": ["hoop_runbook_rule.it"] }),
    );
    config
}

/// What changes all of it that can change: values, and a role that goes and one that comes.
fn changed() -> Config {
    let mut config = created();
    config.get("hoop_connection", "it").insert("secrets".to_owned(), json!({ "envvar:KEY": "second" }));
    let roles = config.get("hoop_resource", "it")["roles"].as_object_mut().expect("roles");
    let gone = roles.remove(ROLES[0]).expect("a role");
    roles.insert(ROLES[2].to_owned(), gone);
    roles[ROLES[1]]["secrets"] = json!({ "envvar:USER": "second" });
    config.get("hoop_runbook_rule", "it").insert("user_groups".to_owned(), json!(["admin"]));
    config.get("hoop_plugin", "it")["connections"][0]["config"] = json!(["second"]);
    config
}
