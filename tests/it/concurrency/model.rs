//! What the workspaces of the stress test have: objects of several types, what is configured of each, and what the
//! gateway must hold then. What becomes of them is decided by lot.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::draw::Lots;
use crate::host::Object;

/// A value that no other lot has.
fn new_word(lots: &mut Lots) -> String {
    format!("w{:x}", lots.draw() >> 40)
}

/// Plugins that all workspaces have rows of: in the first each row is an object, in the second a part of the plugin.
pub(super) const BY_ROWS: &str = "access_control";
pub(super) const BY_PARTS: &str = "webhooks";

/// One object of a workspace, whether it exists or not.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) type_name: &'static str,
    pub(super) name: String,
    /// Connections of others that its rows are about.
    about: Vec<String>,
    /// What was configured last; null when it does not exist.
    pub(super) config: Json,
    pub(super) object: Object,
}

impl Slot {
    /// Whether several may have its name.
    pub(super) fn is_nameless(&self) -> bool {
        self.type_name == "hoop_runbook_rule"
    }

    fn new(type_name: &'static str, name: String, about: &[String]) -> Slot {
        Slot { type_name, name, about: about.to_vec(), config: Json::Null, object: Object::absent(type_name) }
    }

    /// Everything that the workspace of this name can have. `about`: connections that nobody else's rows are about.
    pub(super) fn of(workspace: &str, about: &[String]) -> Vec<Slot> {
        let several = |type_name, kind: &str, count: usize| -> Vec<Slot> {
            (0..count).map(|index| Slot::new(type_name, format!("{workspace}-{kind}-{index}"), &[])).collect()
        };
        let rows = about.iter().map(|id| Slot::new("hoop_plugin_connection", id.clone(), std::slice::from_ref(id)));
        [
            several("hoop_connection", "connection", 6),
            several("hoop_resource", "host", 3),
            several("hoop_user", "user", 2),
            several("hoop_runbook_configuration", "repository", 2),
            several("hoop_runbook_rule", "rule", 2),
            several("hoop_agent", "agent", 2),
            rows.collect(),
            vec![Slot::new("hoop_plugin", BY_PARTS.to_owned(), about)],
        ]
        .concat()
    }

    pub(super) fn exists(&self) -> bool {
        !self.config.is_null()
    }

    /// Some configuration of it. What only replaces stays.
    pub(super) fn some_config(&self, emulator: &Emulator, lots: &mut Lots) -> Json {
        let (name, word) = (&self.name, new_word(lots));
        match self.type_name {
            "hoop_connection" => {
                let mut config = connection(emulator, name, &word);
                // Some of its fields are written by a PATCH, some by a PUT.
                let more = [
                    ("access_max_duration", json!(60)),
                    ("reviewers", json!([word])),
                    ("command", json!([word])),
                    ("attributes", json!([word])),
                ];
                for (attribute, value) in more.iter().filter(|_| lots.below(2) == 0) {
                    config[*attribute] = value.clone();
                }
                config
            }
            "hoop_resource" => {
                let mut config = resource(name, &word);
                let role = format!("{name}-role-{}", lots.below(3));
                config["roles"].as_object_mut().expect("roles").remove(&role);
                config
            }
            "hoop_user" => json!({ "email": format!("{name}@example.com"), "status": "active", "groups": [word] }),
            "hoop_runbook_configuration" => {
                json!({ "git_url": format!("https://git.test/{name}.git"), "git_user": word })
            }
            "hoop_runbook_rule" => {
                json!({ "name": name, "description": word, "connections": [], "user_groups": [], "runbooks": [] })
            }
            "hoop_agent" => json!({ "name": name }),
            "hoop_plugin_connection" => json!({ "plugin_name": BY_ROWS, "connection_id": name, "config": [word] }),
            "hoop_plugin" => {
                let some: Vec<&String> = self.about.iter().filter(|_| lots.below(3) > 0).collect();
                let mut row = |id: &String| json!({ "connection_id": id, "config": [new_word(lots)] });
                json!({ "name": name, "connections": some.into_iter().map(&mut row).collect::<Vec<_>>() })
            }
            other => panic!("{other} has no configuration"),
        }
    }

    /// What others do to it, if anything can be done to its type: it goes, or its mark is another.
    pub(super) fn disturb(&self, emulator: &Emulator, lots: &mut Lots) {
        let goes = lots.below(2) == 0;
        let path = match self.type_name {
            "hoop_connection" => format!("/api/connections/{}", self.name),
            "hoop_user" => format!("/api/users/{}@example.com", self.name),
            "hoop_plugin_connection" => format!("/api/plugins/{BY_ROWS}/conn/{}", self.name),
            _ => return,
        };
        let (status, answer) = match self.type_name {
            _ if goes => emulator.call("DELETE", &path, Json::Null),
            "hoop_connection" => emulator.call("PATCH", &path, json!({ "connection_tags": { "mark": "theirs" } })),
            "hoop_user" => {
                let mut user = shown(emulator, &path);
                user["groups"] = json!(["theirs"]);
                emulator.call("PUT", &path, user)
            }
            _ => emulator.call("PUT", &path, json!({ "config": ["theirs"] })),
        };
        assert!(status < 300, "{path}: {answer}");
    }
}

/// What the gateway holds of everything that a workspace can have, as `kind name` and what is said of it.
pub(super) fn held(emulator: &Emulator) -> BTreeMap<String, Json> {
    let list = |path: &str, at: &str| {
        let all = shown(emulator, path);
        all.pointer(at).and_then(Json::as_array).cloned().unwrap_or_default()
    };
    let text = |item: &Json, name: &str| item[name].as_str().expect("a text").to_owned();
    let mut held = BTreeMap::new();
    for listed in list("/api/connections", "") {
        let one = shown(emulator, &format!("/api/connections/{}", text(&listed, "name")));
        let said = json!([one["connection_tags"]["mark"], one["secret"], one["access_max_duration"], one["reviewers"]]);
        held.insert(format!("connection {} of {}", text(&one, "name"), text(&one, "resource_name")), said);
    }
    for host in list("/api/resources?page=1&page_size=100", "/data") {
        // The others are left behind by connections.
        if host["name"].as_str().is_some_and(|name| name.contains("-host-")) {
            held.insert(format!("resource {}", text(&host, "name")), host["env_vars"].clone());
        }
    }
    held.extend(
        list("/api/users", "").iter().map(|user| (format!("user {}", text(user, "email")), user["groups"].clone())),
    );
    let repositories = list("/api/runbooks/configurations", "/repositories");
    held.extend(repositories.iter().map(|it| (format!("repository {}", text(it, "git_url")), it["git_user"].clone())));
    let rules = list("/api/runbooks/rules", "");
    held.extend(rules.iter().map(|rule| (format!("rule {}", text(rule, "name")), rule["description"].clone())));
    held.extend(list("/api/agents", "").iter().map(|agent| (format!("agent {}", text(agent, "name")), Json::Null)));
    for plugin in [BY_ROWS, BY_PARTS] {
        held.extend(rows(emulator, plugin).into_iter().map(|(id, word)| (format!("row {plugin} {id}"), word)));
    }
    held
}

/// The same, told from what is configured.
pub(super) fn wanted<'a>(slots: impl Iterator<Item = &'a Slot>) -> BTreeMap<String, Json> {
    use base64::Engine as _;
    let stored = |text: &Json| base64::engine::general_purpose::STANDARD.encode(text.as_str().expect("a text"));
    let mut wanted = BTreeMap::new();
    for Slot { type_name, name, config, .. } in slots.filter(|slot| slot.exists()) {
        let mut insert = |key: String, value: Json| assert!(wanted.insert(key, value).is_none(), "{name} twice");
        match *type_name {
            "hoop_connection" => {
                let mark = &config["tags"]["mark"];
                let reviewers = config.get("reviewers").cloned().unwrap_or(json!([]));
                let said = json!([mark, { "envvar:MARK": stored(mark) }, config["access_max_duration"], reviewers]);
                insert(format!("connection {name} of {name}"), said);
            }
            "hoop_resource" => {
                insert(format!("resource {name}"), json!({ "MARK": stored(&config["env_vars"]["MARK"]) }));
                for (role, _) in config["roles"].as_object().expect("roles") {
                    insert(format!("connection {role} of {name}"), json!([null, { "envvar:ROLE": "b3du" }, null, []]));
                }
            }
            "hoop_user" => insert(format!("user {name}@example.com"), config["groups"].clone()),
            "hoop_runbook_configuration" => {
                insert(format!("repository https://git.test/{name}.git"), config["git_user"].clone());
            }
            "hoop_runbook_rule" => insert(format!("rule {name}"), config["description"].clone()),
            "hoop_agent" => insert(format!("agent {name}"), Json::Null),
            "hoop_plugin_connection" => insert(format!("row {BY_ROWS} {name}"), config["config"][0].clone()),
            "hoop_plugin" => {
                for row in config["connections"].as_array().expect("connections") {
                    let id = row["connection_id"].as_str().expect("an id");
                    insert(format!("row {BY_PARTS} {id}"), row["config"][0].clone());
                }
            }
            other => panic!("{other} is not told of"),
        }
    }
    wanted
}

/// How the two differ, in words.
pub(super) fn differences(held: &BTreeMap<String, Json>, wanted: &BTreeMap<String, Json>) -> Vec<String> {
    let names: BTreeSet<&String> = held.keys().chain(wanted.keys()).collect();
    let differs = |name: &&String| held.get(*name) != wanted.get(*name);
    let tell = |name: &String| format!("{name} is {:?} and should be {:?}", held.get(name), wanted.get(name));
    names.into_iter().filter(differs).map(tell).collect()
}
