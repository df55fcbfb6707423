//! Configurations of ephemeral resources, and what a gateway must have for them.

use serde_json::{Value as Json, json};

use super::gateway::{connection, connection_of};
use crate::emulator::Emulator;

pub(super) fn of_gateway(emulator: &Emulator, name: &str) -> Json {
    match name {
        "hoop_connection_credentials" => {
            connection_of(emulator, "opened", "httpproxy");
            json!({"connection_name": "opened", "access_duration_seconds": 900, "revoke_on_close": true})
        }
        "hoop_connection_secrets" => {
            connection(emulator, "opened");
            let secret = json!({"secret": {"envvar:PASS": "aHVudGVyMi1hbmQtbW9yZQ=="}});
            emulator.call("PATCH", "/api/connections/opened", secret);
            json!({"connection_name": "opened"})
        }
        "hoop_machine_identity_credentials" => {
            connection_of(emulator, "opened", "aws-ssm");
            let identity = json!({"name": "opened", "connection_names": ["opened"]});
            emulator.call("POST", "/api/machineidentities", identity);
            json!({"name": "opened"})
        }
        "hoop_login_token" => json!({"email": "admin@example.test", "password": emulator.password()}),
        _ => json!({}),
    }
}
