//! The databases behind connections, as a script tells them: whoever is not told of is not reached. The routes that dial
//! them, and the limit of tests (manager facts §6 and §8).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::guard;
use super::input::Object;
use super::refusal::{Fields, Refusal};
use super::routes::{Call, Manager, Outcome, ok};
use super::store::Connection;

/// How long it takes until one more test is allowed.
const REFILL: Duration = Duration::from_secs(6);

/// A database that can be reached, with its tables and their fields. A password is asked for if there is one.
pub(super) struct Target {
    host: String,
    port: i64,
    password: Option<String>,
    tables: BTreeMap<String, Vec<String>>,
}

impl Target {
    /// # Panics
    /// Without a host or a port: the script is wrong.
    pub(super) fn of(told: &Value) -> Self {
        let fields = |fields: &Value| {
            let texts = fields.as_array().into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let tables = told["tables"].as_object().into_iter().flatten();
        Self {
            host: told["host"].as_str().expect("a host").to_owned(),
            port: told["port"].as_i64().expect("a port"),
            password: told["password"].as_str().map(str::to_owned),
            tables: tables.map(|(name, told)| (name.clone(), fields(told))).collect(),
        }
    }

    /// A table of the default schema may be named with it.
    fn fields(&self, table: &str) -> Option<&Vec<String>> {
        self.tables.get(table).or_else(|| self.tables.get(table.strip_prefix("public.")?))
    }
}

/// The tests that are left to each connection, by its id, known or not, when last counted.
pub(super) struct Limit {
    pub(super) most: u32,
    left: BTreeMap<Uuid, (u32, Instant)>,
}

impl Default for Limit {
    fn default() -> Self {
        Self { most: 10, left: BTreeMap::new() }
    }
}

impl Limit {
    fn take(&mut self, id: Uuid) -> Result<(), Refusal> {
        let now = Instant::now();
        let (left, since) = self.left.entry(id).or_insert((self.most, now));
        let refilled = u32::try_from(now.duration_since(*since).as_millis() / REFILL.as_millis()).unwrap_or(self.most);
        *since += REFILL * refilled;
        *left = left.saturating_add(refilled);
        if *left >= self.most {
            (*left, *since) = (self.most, now);
        }
        let next = REFILL.saturating_sub(now.duration_since(*since));
        *left = left.checked_sub(1).ok_or_else(|| {
            let seconds = next.as_millis().div_ceil(1000);
            let message = format!("Connection test limit reached. Try again in {seconds} seconds.");
            Refusal::plain(429, "Rate Limit Exceeded", message)
        })?;
        Ok(())
    }
}

impl Manager {
    /// Internal datasources bring their own credentials, and no guard is in their way.
    fn dial(&self, connection: &Connection) -> Result<&Target, Refusal> {
        let internal = self.internal.iter().any(|one| one.id == connection.id);
        if self.host_guard && !internal && guard::blocks(&connection.host) {
            return Err(Refusal::forbidden_host());
        }
        let lets_in = |target: &&Target| {
            (&target.host, target.port) == (&connection.host, connection.port)
                && (internal || target.password.as_ref().is_none_or(|password| *password == connection.password))
        };
        self.targets.iter().find(lets_in).ok_or_else(|| {
            let message =
                "The adapter failed to connect to the target data source. Check credentials and network access.";
            Refusal::plain(500, "Database Connection Error", message)
        })
    }
}

pub(super) fn test(manager: &mut Manager, call: &Call) -> Outcome {
    let id = call.id()?;
    manager.limit.take(id)?;
    manager.dial(manager.find(id)?)?;
    ok(&json!({ "status": "success", "message": "Connection successful", "latencyMs": 9 }))
}

pub(super) fn schema(manager: &mut Manager, call: &Call) -> Outcome {
    let connection = manager.find(call.id()?)?;
    let tables = &manager.dial(connection)?.tables;
    let tables: Vec<Value> = tables.iter().map(|(name, fields)| json!({ "name": name, "fields": fields })).collect();
    ok(&json!({
        "id": connection.id.to_string(), "configName": connection.config_name, "databaseName": connection.database,
        "type": connection.kind, "tables": tables,
    }))
}

pub(super) fn validate(manager: &mut Manager, call: &Call) -> Outcome {
    let body = Object::read(call.asked)?;
    let mapped = body.map("mappedFields")?;
    let missing = mapped.is_none().then(|| ("mappedFields", "mappedFields is a required field".to_owned()));
    Refusal::of_fields(missing.into_iter().collect(), Fields::new(), false)?;
    let mapped = mapped.filter(|mapped| !mapped.is_empty());
    let empty = || Refusal::new(400, "FET-0401", "Invalid Data Request", "mappedFields cannot be empty");
    let mut errors = Vec::new();
    for (name, tables) in mapped.ok_or_else(empty)? {
        let Some(connection) = manager.named(name) else {
            errors.push(json!({ "type": "DATA_SOURCE_NOT_FOUND", "dataSourceId": name }));
            continue;
        };
        match manager.dial(connection) {
            Ok(target) => errors.extend(differences(name, target, tables.as_object().unwrap_or(&Map::new()))),
            Err(refusal) if refusal.is_internal() => {
                errors.push(json!({ "type": "DATA_SOURCE_DOWN", "dataSourceId": name }));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    if !errors.is_empty() {
        return Err(Refusal::of_schema(errors));
    }
    let message = "Schema validated successfully. All datasources, tables, and fields exist.";
    ok(&json!({ "status": "success", "message": message }))
}

fn differences(name: &str, target: &Target, tables: &Map<String, Value>) -> Vec<Value> {
    let mut errors = Vec::new();
    for (table, wanted) in tables {
        let Some(fields) = target.fields(table) else {
            errors.push(json!({ "type": "TABLE_NOT_FOUND", "dataSourceId": name, "table": table }));
            continue;
        };
        let wanted = wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
        let unknown = wanted.filter(|wanted| !fields.iter().any(|field| field == wanted));
        errors.extend(
            unknown.map(
                |field| json!({ "type": "FIELD_NOT_FOUND", "dataSourceId": name, "table": table, "field": field }),
            ),
        );
    }
    errors
}
