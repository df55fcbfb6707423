//! Where the matrix is tried: an emulated system per type, or the real gateway that HOOP_ACC_APIURL and HOOP_ACC_APIKEY
//! name. What was made at a real one is removed again, as far as it can be.

use std::env;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::Provider;
use tokio::runtime::Runtime;

use crate::emulator::{Fault, Logged};
use crate::subject::Subject;
use crate::subject::gateway::{Asks, left_out, minimal};
use crate::subject::references::reference;

/// The real gateway, asked by a client of its own.
pub(crate) struct RealGateway {
    url: String,
    key: String,
    client: reqwest::Client,
    runtime: Runtime,
    agent: String,
    made: Mutex<Vec<String>>,
}

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

impl RealGateway {
    /// None where no real gateway is named.
    pub(crate) fn named() -> Option<Self> {
        let variable = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let (url, key) = (variable("HOOP_ACC_APIURL")?, variable("HOOP_ACC_APIKEY")?);
        // Another test of this binary may have been first.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let client = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let mut gateway = Self { url, key, client, runtime, agent: String::new(), made: Mutex::default() };
        let name = format!("tf-acc-outside-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
        gateway.ask("POST", "agents", json!({"name": name}));
        gateway.agent = gateway.get(&format!("agents/{name}"))["id"].as_str().expect("an agent").to_owned();
        Some(gateway)
    }

    /// The headers beside a JSON body.
    async fn send(&self, method: &str, path: &str, session: Option<&str>, body: &Json) -> (u16, Option<String>, Json) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}/{path}", self.url)).bearer_auth(&self.key);
        request = request.header("accept", "application/json, text/event-stream");
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let session = answer.headers().get("mcp-session-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        let text = answer.text().await.expect("a body");
        // An event stream of one event.
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&text);
        (status, session, serde_json::from_str(data).unwrap_or(Json::Null))
    }

    /// A call of the MCP server, in a session of its own.
    async fn call(&self, body: &Json) -> (u16, Json) {
        let begin = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}});
        let (_, session, _) = self.send("POST", "mcp", None, &begin).await;
        let begun = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        self.send("POST", "mcp", session.as_deref(), &begun).await;
        let (status, _, answer) = self.send("POST", "mcp", session.as_deref(), body).await;
        (status, answer)
    }
}

impl Asks for RealGateway {
    fn asked(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        let answer = async {
            if path == "mcp" {
                return self.call(&body).await;
            }
            let (status, _, answer) = self.send(method, path, None, &body).await;
            (status, answer)
        };
        // The caller may be in a runtime, which cannot wait for another one.
        let (status, answer) =
            std::thread::scope(|scope| scope.spawn(|| self.runtime.block_on(answer)).join().expect("an answer"));
        if method == "POST" && status == 201 {
            let key = ["name", "email", "id"].iter().filter_map(|key| answer[key].as_str());
            let id = answer["id"].as_str();
            let by_name =
                matches!(path, "connections" | "agents" | "attributes" | "access-requests/rules" | "resources");
            if let Some(key) = key.clone().next().filter(|_| by_name).or(id) {
                self.made.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{path}/{key}"));
            }
        }
        (status, answer)
    }

    fn agent(&self) -> String {
        self.agent.clone()
    }
}

impl Drop for RealGateway {
    fn drop(&mut self) {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for path in made.iter().rev() {
            self.asked("DELETE", path, Json::Null);
            if let Some(name) = path.strip_prefix("connections/") {
                self.asked("DELETE", &format!("resources/{name}"), Json::Null);
            }
        }
    }
}

impl Subject for RealGateway {
    fn provider(&self) -> &'static Provider {
        &PROVIDER
    }

    fn settings(&self) -> Json {
        json!({"api_url": self.url, "api_key": self.key})
    }

    fn minimal(&self, type_name: &str, name: &str) -> Json {
        match type_name {
            // A plugin cannot be removed; this one is always there.
            "hoop_plugin_connection" => json!({"plugin_name": "editor",
                "connection_id": crate::subject::connection(self, name)}),
            _ => minimal(self, type_name, name),
        }
    }

    fn invocation(&self, action: &str) -> Json {
        unreachable!("no test runs {action} here")
    }

    fn effect(&self, _: &str, _: &Json) -> Option<Json> {
        None
    }

    fn reference(&self, type_name: &str, path: &str, nth: usize) -> Option<Json> {
        reference(self, type_name, path, nth)
    }

    fn question(&self, _: &str) -> Json {
        json!({})
    }

    fn ephemeral(&self, name: &str) -> Json {
        unreachable!("no test opens {name} here")
    }

    fn not_sampled(&self, type_name: &str, path: &str) -> Option<&'static str> {
        let is_key = type_name == "hoop_runbook_configuration" && path.starts_with("ssh_key");
        is_key.then_some("the gateway reads the key, and a sample is none")
    }

    fn left_out(&self, type_name: &str) -> &'static [&'static str] {
        left_out(type_name)
    }

    fn ask(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        self.asked(method, path, body)
    }

    fn fault(&self, _: Fault) {
        unreachable!("a real gateway has its own faults")
    }

    fn clear_faults(&self) {}

    /// What a real gateway was asked is not seen.
    fn requests(&self) -> Vec<Logged> {
        Vec::new()
    }

    fn clear_requests(&self) {}
}
