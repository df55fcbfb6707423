//! What the emulated gateway remembers: plain data and look-ups. Rules and JSON live with the handlers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};
use uuid::Uuid;

use super::runbooks::Configuration;
use super::server_config::ServerConfig;
use super::settings::Settings;
use super::{attributes, credentials, machines, masking, rules, runs, seeds, users};

pub(super) type Texts = Vec<String>;
pub(super) type TextMap = BTreeMap<String, String>;

/// The four switches of a connection, in the order in which their absence is reported.
pub(super) const ACCESS: [&str; 4] =
    ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"];

/// Plugins that every saved connection is added to (facts §3).
pub(super) const DEFAULT_PLUGINS: [&str; 3] = ["audit", "editor", "slack"];

/// The row of a connection. Reviewers and redact types are rows of the plugins `review` and `dlp`.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) subtype: String,
    pub(super) resource_name: String,
    pub(super) agent_id: Option<String>,
    pub(super) managed_by: Option<String>,
    pub(super) command: Option<Texts>,
    pub(super) secret: TextMap,
    pub(super) secrets_updated_at: Option<String>,
    pub(super) tags: Option<Texts>,
    pub(super) connection_tags: TextMap,
    pub(super) access: [String; 4],
    pub(super) guardrail_rules: Texts,
    pub(super) jira_issue_template_id: String,
    pub(super) force_approve_groups: Option<Texts>,
    pub(super) access_max_duration: Option<i64>,
    pub(super) min_review_approvals: Option<i64>,
    pub(super) mandatory_metadata_fields: Option<Texts>,
    /// Those that the gateway itself attached among them.
    pub(super) attributes: BTreeSet<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) subtype: String,
    pub(super) env_vars: TextMap,
    pub(super) agent_id: Option<String>,
    pub(super) created_at: String,
    pub(super) updated_at: String,
}

#[derive(Clone, Debug)]
pub(super) struct Agent {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) mode: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Plugin {
    pub(super) id: String,
    pub(super) rows: Vec<PluginRow>,
    pub(super) envvars: TextMap,
}

#[derive(Clone, Debug)]
pub(super) struct PluginRow {
    pub(super) id: String,
    pub(super) connection_id: String,
    pub(super) config: Option<Texts>,
    pub(super) updated_at: String,
}

/// An object with few rules of its own: an attribute, a connection tag.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) body: Value,
    pub(super) created_at: String,
}

#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) org_id: String,
    pub(super) org_key: Option<String>,
    pub(super) connections: BTreeMap<String, Connection>,
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) agents: BTreeMap<String, Agent>,
    pub(super) plugins: BTreeMap<String, Plugin>,
    pub(super) attributes: BTreeMap<String, Entry>,
    pub(super) guardrails: BTreeMap<String, Value>,
    /// By name.
    pub(super) access_rules: BTreeMap<String, Value>,
    /// By name.
    pub(super) analyzer_rules: BTreeMap<String, Value>,
    pub(super) analyzer_provider: Option<Value>,
    pub(super) rulepacks: Vec<Value>,
    pub(super) tags: BTreeMap<(String, String), Entry>,
    pub(super) users: BTreeMap<String, Value>,
    /// Groups that were made by themselves; others exist because somebody is in them.
    pub(super) groups: BTreeSet<String>,
    pub(super) service_accounts: BTreeMap<String, Value>,
    pub(super) machines: Vec<machines::Identity>,
    /// The oldest first.
    pub(super) credentials: Vec<credentials::Credential>,
    /// As they are shown, the newest first.
    pub(super) spiffe_mappings: Vec<Value>,
    pub(super) runbooks: Configuration,
    pub(super) runbook_rules: BTreeMap<String, Value>,
    pub(super) masking_rules: BTreeMap<String, masking::Rule>,
    pub(super) masking_attributes: BTreeMap<String, Texts>,
    /// By the id of the connection.
    pub(super) federations: BTreeMap<String, Value>,
    /// The integration with Jira; null until it is created.
    pub(super) jira: Value,
    pub(super) jira_templates: BTreeMap<String, Value>,
    /// The oldest first.
    pub(super) subscriptions: Vec<Value>,
    /// What became of events, the oldest first.
    pub(super) dispatches: Vec<Value>,
    pub(super) runs: runs::Runs,
    pub(super) server: ServerConfig,
    pub(super) settings: Settings,
    /// Microseconds since the clock's beginning.
    clock: i64,
}

impl Store {
    /// A fresh gateway: one agent, the seeded plugins and tags, nothing else.
    pub(super) fn fresh() -> Self {
        let org_id = Uuid::new_v4().to_string();
        let mut store = Self {
            rulepacks: seeds::rulepacks(&org_id),
            org_id,
            org_key: Some(secret_text("")),
            connections: BTreeMap::new(),
            resources: BTreeMap::new(),
            agents: BTreeMap::new(),
            plugins: BTreeMap::new(),
            attributes: BTreeMap::new(),
            guardrails: BTreeMap::new(),
            access_rules: BTreeMap::new(),
            analyzer_rules: BTreeMap::new(),
            analyzer_provider: None,
            tags: BTreeMap::new(),
            users: BTreeMap::from([("admin@example.test".into(), users::admin())]),
            groups: BTreeSet::new(),
            service_accounts: BTreeMap::new(),
            machines: Vec::new(),
            credentials: Vec::new(),
            spiffe_mappings: Vec::new(),
            runbooks: Configuration::fresh(in_micros(since_beginning(0))),
            runbook_rules: BTreeMap::new(),
            masking_rules: BTreeMap::new(),
            masking_attributes: BTreeMap::new(),
            federations: BTreeMap::new(),
            jira: Value::Null,
            jira_templates: BTreeMap::new(),
            subscriptions: Vec::new(),
            dispatches: Vec::new(),
            runs: runs::Runs::default(),
            server: ServerConfig::fresh(),
            settings: Settings::fresh(),
            clock: 0,
        };
        store.add_agent("default", "standard");
        for name in ["audit", "dlp", "editor", "review", "slack"] {
            store.plugins.insert(name.into(), Plugin { id: new_id(), ..Plugin::default() });
        }
        for (key, value) in seeds::system_tags() {
            store.add_tag(&key, &value);
        }
        store
    }

    /// Facts §0 and §6: the id is a function of organization and name, so a re-created agent has its old id.
    pub(super) fn add_agent(&mut self, name: &str, mode: &str) {
        let agent = Agent { id: self.agent_id(name), name: name.into(), mode: mode.into() };
        self.agents.insert(name.into(), agent);
    }

    pub(super) fn agent_id(&self, name: &str) -> String {
        Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}/agents/{name}", self.org_id).as_bytes()).to_string()
    }

    pub(super) fn add_tag(&mut self, key: &str, value: &str) {
        let now = self.now();
        let entry = || Entry { id: new_id(), body: Value::Null, created_at: now };
        self.tags.entry((key.into(), value.into())).or_insert_with(entry);
    }

    /// Whoever names an attribute brings it into being.
    pub(super) fn add_attribute(&mut self, name: &str) {
        let created_at = self.now();
        let entry = || Entry { id: new_id(), body: attributes::body(None, None), created_at };
        self.attributes.entry(name.into()).or_insert_with(entry);
    }

    /// The same for a list, which comes out without duplicates.
    pub(super) fn add_attributes(&mut self, names: &[String]) -> Texts {
        names.iter().for_each(|name| self.add_attribute(name));
        rules::distinct(names.to_vec())
    }

    /// Whether the limits of the open-source licence hold.
    pub(super) fn is_limited(&self) -> bool {
        self.settings.license["type"] == "oss"
    }

    pub(super) fn find_connection(&self, name_or_id: &str) -> Option<&Connection> {
        let by_id = || self.connections.values().find(|connection| connection.id == name_or_id);
        self.connections.get(name_or_id).or_else(by_id)
    }

    pub(super) fn has_connection_id(&self, id: &str) -> bool {
        self.connections.values().any(|connection| connection.id == id)
    }

    pub(super) fn find_agent(&self, name_or_id: &str) -> Option<&Agent> {
        let by_id = || self.agents.values().find(|agent| agent.id == name_or_id);
        self.agents.get(name_or_id).or_else(by_id)
    }

    pub(super) fn connections_of<'a>(&'a self, resource: &'a str) -> impl Iterator<Item = &'a Connection> {
        self.connections.values().filter(move |connection| connection.resource_name == resource)
    }

    pub(super) fn plugin_row(&self, plugin: &str, connection_id: &str) -> Option<&PluginRow> {
        self.plugins.get(plugin)?.rows.iter().find(|row| row.connection_id == connection_id)
    }

    pub(super) fn plugin_config(&self, plugin: &str, connection_id: &str) -> Option<&Texts> {
        self.plugin_row(plugin, connection_id)?.config.as_ref()
    }

    /// Says whether the row was there.
    pub(super) fn remove_plugin_row(&mut self, plugin: &str, connection_id: &str) -> bool {
        let Some(plugin) = self.plugins.get_mut(plugin) else { return false };
        let before = plugin.rows.len();
        plugin.rows.retain(|row| row.connection_id != connection_id);
        plugin.rows.len() < before
    }

    /// Adds the row or replaces its config, under the id that it has; no config keeps what is there.
    pub(super) fn put_plugin_row(&mut self, plugin: &str, connection_id: &str, config: Option<Option<Texts>>) {
        let updated_at = self.now();
        let stored = self.plugin_row(plugin, connection_id).cloned();
        let id = stored.as_ref().map_or_else(new_id, |row| row.id.clone());
        let config = config.unwrap_or_else(|| stored.and_then(|row| row.config));
        self.remove_plugin_row(plugin, connection_id);
        if let Some(plugin) = self.plugins.get_mut(plugin) {
            plugin.rows.push(PluginRow { id, connection_id: connection_id.into(), config, updated_at });
        }
    }

    /// A time stamp. No two are equal, so that "it moved" can be seen, and none depends on the day of the test.
    pub(super) fn now(&mut self) -> String {
        in_micros(self.clock())
    }

    /// The same as a time.
    pub(super) fn clock(&mut self) -> OffsetDateTime {
        self.clock += 1;
        self.shown_clock()
    }

    /// What the clock shows, without a move.
    pub(super) fn shown_clock(&self) -> OffsetDateTime {
        since_beginning(self.clock)
    }

    /// Forward, or back if it is negative.
    pub(super) fn move_clock(&mut self, seconds: i64) {
        self.clock += seconds * 1_000_000;
    }
}

pub(super) fn new_id() -> String {
    Uuid::new_v4().to_string()
}

/// A made-up credential that nobody could mistake for a real one.
pub(super) fn secret_text(prefix: &str) -> String {
    format!("{prefix}{}-emulator", Uuid::new_v4().simple())
}

/// The clock of the emulator begins at the turn of a year and moves with every look, otherwise only if a test moves it.
fn since_beginning(micros: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(BEGINNING) + Duration::microseconds(micros)
}

/// 2026-01-01T00:00:00Z.
const BEGINNING: i64 = 1_767_225_600;

/// As the gateway writes a time: no finer than microseconds, and no trailing zeros.
pub(super) fn in_micros(time: OffsetDateTime) -> String {
    time.to_offset(UtcOffset::UTC).format(&Rfc3339).expect("a year of four digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_never_repeat_and_end_without_zeros() {
        let stamp = |micros| in_micros(since_beginning(micros));
        assert_eq!(stamp(1), "2026-01-01T00:00:00.000001Z");
        assert_eq!(stamp(3_661_500_000), "2026-01-01T01:01:01.5Z");
        assert_eq!(stamp(-1_000_000), "2025-12-31T23:59:59Z");
        let mut store = Store::fresh();
        assert_ne!(store.now(), store.now());
    }
}
