//! The Lerian manager as a subject of tests: the least configuration of each type, and values that must exist there.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::lerian::PROVIDER;
use terraform_provider_hoop::schema::Provider;

use super::{Subject, actions};
use crate::emulator::manager::ManagerEmulator;
use crate::emulator::{Fault, Logged};

pub(crate) struct LerianManager(ManagerEmulator);

impl LerianManager {
    /// In the runtime of the caller.
    pub(crate) fn here() -> Self {
        Self(ManagerEmulator::builder().start_here())
    }

    /// In a thread of its own.
    pub(crate) fn beside() -> Self {
        Self(ManagerEmulator::builder().start())
    }
}

impl Subject for LerianManager {
    fn provider(&self) -> &'static Provider {
        &PROVIDER
    }

    fn settings(&self) -> Json {
        json!({"endpoint": self.0.url()})
    }

    fn minimal(&self, type_name: &str, name: &str) -> Json {
        minimal(type_name, name)
    }

    fn invocation(&self, action: &str) -> Json {
        actions::of_manager(&self.0, action)
    }

    fn effect(&self, action: &str, config: &Json) -> Option<Json> {
        let shown =
            || self.get(&format!("v1/management/connections/{}", config["connection_id"].as_str().unwrap_or("")));
        (action != "lerian_reporter_connection_test").then(|| shown()["productName"].clone())
    }

    fn question(&self, _: &str) -> Json {
        let target = json!({"host": "db.example.com", "port": 5432, "tables": {"orders": ["id", "total"]}});
        self.0.with(|manager| manager.add_target(&target));
        let connection = json!({
            "configName": "asked", "type": "POSTGRESQL", "host": "db.example.com", "port": 5432,
            "databaseName": "app", "userName": "report", "password": "not-for-logs",
        });
        let product = [("X-Product-Name", "reporter")];
        let (status, made) = self.0.call("POST", "/v1/management/connections", &product, &connection);
        assert_eq!(status, 201, "{made}");
        json!({"connection_id": made["id"]})
    }

    fn ephemeral(&self, _: &str) -> Json {
        let (id, secret) = self.0.client();
        json!({"client_id": id, "client_secret": secret, "auth_url": self.0.auth_url()})
    }

    fn reference(&self, _: &str, path: &str, nth: usize) -> Option<Json> {
        match path {
            // One that every type of the samples knows.
            "ssl.mode" => Some(json!(["disable", "require"][nth % 2])),
            "timeouts.create" | "timeouts.update" | "timeouts.delete" => Some(json!(format!("{}m", nth + 1))),
            // The mode of the sample is one of this type's.
            "type" if nth == 0 => Some(json!("POSTGRESQL")),
            _ => None,
        }
    }

    fn not_sampled(&self, _: &str, _: &str) -> Option<&'static str> {
        None
    }

    fn left_out(&self, _: &str) -> &'static [&'static str] {
        &[]
    }

    fn ask(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        self.0.call(method, &format!("/{path}"), &[], &body)
    }

    fn fault(&self, fault: Fault) {
        self.0.fault(fault);
    }

    fn clear_faults(&self) {
        self.0.clear_faults();
    }

    fn requests(&self) -> Vec<Logged> {
        self.0.requests()
    }

    fn clear_requests(&self) {
        self.0.clear_requests();
    }
}

/// The least configuration of each resource type, for an object of this name.
pub(crate) fn minimal(type_name: &str, name: &str) -> Json {
    match type_name {
        "lerian_reporter_connection" => json!({
            "product_name": "reporter", "config_name": name, "type": "POSTGRESQL", "host": "db.example.com",
            "port": 5432, "database_name": "app", "user_name": "report", "password": "not-for-logs",
        }),
        other => panic!("add a minimal configuration of {other} to tests/it/subject/manager.rs"),
    }
}
