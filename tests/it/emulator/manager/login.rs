//! The access manager beside the manager: it gives tokens for client credentials, and the manager asks whether they hold
//! (manager facts §9). What a token allows is not told apart.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use super::input::Object;
use super::refusal::Refusal;
use super::routes::{Call, Manager, Outcome, ok};

pub(super) struct Login {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// How long a new token holds.
    pub(super) lifetime: Duration,
    /// Tokens and when each ends.
    tokens: Vec<(String, Instant)>,
}

impl Default for Login {
    fn default() -> Self {
        let [client_id, client_secret] = ["client", "secret"].map(made_up);
        Self { client_id, client_secret, lifetime: Duration::from_secs(3600), tokens: Vec::new() }
    }
}

impl Login {
    pub(super) fn give(&mut self) -> String {
        let token = made_up("token");
        self.tokens.push((token.clone(), Instant::now() + self.lifetime));
        token
    }

    pub(super) fn revoke(&mut self) {
        self.tokens.clear();
    }

    /// Whether an `Authorization` holds.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| value.strip_prefix("Bearer "));
        self.tokens.iter().any(|(known, end)| Some(known.as_str()) == token && Instant::now() < *end)
    }
}

/// A credential that nobody could mistake for a real one.
fn made_up(kind: &str) -> String {
    format!("emulator-{kind}-{}", Uuid::new_v4().simple())
}

pub(super) fn access_token(manager: &mut Manager, call: &Call) -> Outcome {
    let body = Object::read(call.asked)?;
    if body.text("grantType")?.as_deref() != Some("client_credentials") {
        return Err(Refusal::new(400, "AUT-1001", "Invalid Request", "The grantType is not supported."));
    }
    let login = &mut manager.login;
    let given = (body.text("clientId")?, body.text("clientSecret")?);
    if given != (Some(login.client_id.clone()), Some(login.client_secret.clone())) {
        return Err(Refusal::new(401, "AUT-1004", "Invalid Client", "The client's id or secret is wrong."));
    }
    ok(&json!({
        "accessToken": login.give(), "tokenType": "Bearer", "expiresIn": login.lifetime.as_secs(),
        "refreshToken": made_up("refresh"),
    }))
}
