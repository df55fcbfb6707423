//! An emulator of the Hoop gateway, held to recorded traces of the real one by `conformance`. It has code of its own
//! only: if it shared a table, a codec or a client with the provider, it would mirror the provider's bugs. Comments
//! cite the gateway facts ("facts §3") that a rule comes from. The other system is in `manager`, on the same server.
#![allow(dead_code, unused_imports, reason = "each of the two programs that include this module uses a part of it")]

mod access_rules;
mod agents;
mod analyzer;
mod api_keys;
mod attributes;
mod audit;
mod auth;
mod behind;
#[cfg(test)]
mod bulk_tests;
mod catalogs;
mod connection_body;
mod connection_view;
mod connections;
mod credentials;
mod delays;
mod events;
mod fault;
mod federation;
mod go_json;
mod guardrails;
mod http;
mod jira;
mod line;
mod listing;
mod log;
mod machines;
pub(crate) mod manager;
mod masking;
mod mcp;
mod plugins;
mod profiles;
mod race;
mod resources;
mod routes;
mod rulepacks;
mod rules;
mod runbooks;
mod runs;
mod seeds;
mod server;
mod server_config;
mod server_info;
mod service_accounts;
mod settings;
mod spiffe;
mod store;
mod stubs;
#[cfg(test)]
mod tests;
mod users;
pub(crate) mod wire;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;

pub(crate) use audit::AuditLog;
pub(crate) use auth::{AuthKind, Role};
pub(crate) use fault::{Fault, Gate};
pub(crate) use log::Logged;
pub(crate) use runs::Script;
pub(crate) use settings::SIGNATURE;

use auth::{Credentials, Key, Keys};
use delays::Delays;
use routes::{Gateway, dispatch};
use server::Server;
use store::Store;

/// The version whose behaviour was recorded.
const VERSION: &str = "1.148.0";

pub(crate) struct Builder {
    listen: SocketAddr,
    version: String,
    masked_secrets: bool,
    masking: bool,
    licensed: bool,
    racing: Option<Duration>,
    delayed: bool,
}

impl Builder {
    /// Where to listen; a free port of 127.0.0.1 by default.
    pub(crate) fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The gateway's version. One up to 1.49 lacks what old gateways lack, named keys among it.
    pub(crate) fn version(mut self, version: &str) -> Self {
        self.version = version.into();
        self
    }

    /// Inline secret values are shown as null, whatever the credential, and null keeps the stored one in a write.
    pub(crate) fn masked_secrets(mut self, masked: bool) -> Self {
        self.masked_secrets = masked;
        self
    }

    /// The gateway was started with a masking provider: masking rules can be written.
    pub(crate) fn masking(mut self, masking: bool) -> Self {
        self.masking = masking;
        self
    }

    /// The gateway has a license: what the open-source one limits is free.
    pub(crate) fn licensed(mut self, licensed: bool) -> Self {
        self.licensed = licensed;
        self
    }

    /// Requests overlap, as they do in the real gateway: each takes up to this long, and what a PATCH or a create goes
    /// by is what was there when it arrived. Otherwise they are served one at a time.
    pub(crate) fn racing(mut self, longest: Duration) -> Self {
        self.racing = Some(longest);
        self
    }

    /// Each request takes as long as it was measured with the real gateway.
    pub(crate) fn delayed(mut self, delayed: bool) -> Self {
        self.delayed = delayed;
        self
    }

    pub(crate) fn try_start(self) -> io::Result<Emulator> {
        Server::in_thread(self.listen, |address| self.gateway(address))
    }

    /// # Panics
    /// If the address cannot be bound or no thread started, which a test cannot do without.
    pub(crate) fn start(self) -> Emulator {
        self.try_start().expect("the emulator starts")
    }

    /// In the runtime of the caller, for tests whose clock stands still.
    ///
    /// # Panics
    /// If the address cannot be bound.
    pub(crate) fn start_here(self) -> Emulator {
        Server::in_runtime(self.listen, |address| self.gateway(address)).expect("the emulator starts")
    }

    fn gateway(&self, address: SocketAddr) -> Gateway {
        let mut store = Store::fresh();
        if self.licensed {
            store.settings.license["type"] = "enterprise".into();
        }
        Gateway {
            audit: audit::Log::new(store.shown_clock(), &store.org_id),
            keys: Keys::fresh(store.now()),
            store,
            version: self.version.clone(),
            masked_secrets: self.masked_secrets,
            masking: self.masking,
            racing: self.racing,
            delays: self.delayed.then(Delays::new),
            api_url: format!("http://{address}/api"),
        }
    }
}

/// A running gateway.
pub(crate) type Emulator = Server<Gateway>;

impl Emulator {
    pub(crate) fn builder() -> Builder {
        Builder {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            version: VERSION.into(),
            masked_secrets: false,
            masking: false,
            licensed: false,
            racing: None,
            delayed: false,
        }
    }

    pub(crate) fn start() -> Self {
        Self::builder().start()
    }

    /// Another gateway that remembers the same, at an address of its own.
    pub(crate) fn copy(&self) -> Self {
        let gateway = self.system().clone();
        let at = |address| Gateway { api_url: format!("http://{address}/api"), ..gateway };
        Server::in_thread((Ipv4Addr::LOCALHOST, 0).into(), at).expect("the emulator starts")
    }

    /// Ends in `/api`.
    pub(crate) fn api_url(&self) -> String {
        self.system().api_url.clone()
    }

    /// `hpk_…`, of an admin; old versions refuse it.
    pub(crate) fn api_key(&self) -> String {
        self.system().keys.first()
    }

    /// `xapi-…`, for the header `Api-Key`.
    pub(crate) fn legacy_api_key(&self) -> String {
        self.system().keys.legacy.clone()
    }

    /// Id of the agent `default`; empty once that is deleted.
    pub(crate) fn agent_id(&self) -> String {
        self.system().store.find_agent("default").map(|agent| agent.id.clone()).unwrap_or_default()
    }

    /// A change from outside, as admin, through the same routes; no fault hits it and it is not logged. `path` begins
    /// with `/api`; a null body is none. An answer that is no JSON comes as text, an empty one as null.
    pub(crate) fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let credentials = Credentials { api_key: Some(self.legacy_api_key()), authorization: None };
        self.call_with(&credentials, method, path, body)
    }

    /// The same as the key of `api_key`.
    pub(crate) fn call_as_key(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let credentials = Credentials { api_key: None, authorization: Some(format!("Bearer {}", self.api_key())) };
        self.call_with(&credentials, method, path, body)
    }

    fn call_with(&self, credentials: &Credentials, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let answer = dispatch(&mut self.system(), method, path, credentials, body);
        let text = String::from_utf8_lossy(&answer.body);
        let empty = if text.is_empty() { Value::Null } else { Value::from(text.as_ref()) };
        (answer.status, serde_json::from_str(&text).unwrap_or(empty))
    }

    /// Of the administrator, after a login; for the header of `api_key()`.
    pub(crate) fn user_token(&self) -> String {
        self.system().keys.token.clone()
    }

    /// With which the administrator `admin@example.test` logs in.
    pub(crate) fn password(&self) -> String {
        self.system().keys.passwords[auth::ADMINISTRATOR].clone()
    }

    pub(crate) fn set_delayed(&self, delayed: bool) {
        self.system().delays = delayed.then(Delays::new);
    }

    /// The route of a request of the log, for example `GET connections/{}`, with `?page` behind it if it asks for pages.
    pub(crate) fn route(&self, request: &Logged) -> String {
        let (path, query) = http::split_target(&request.path);
        let inner = path.strip_prefix("/api/").unwrap_or(&path);
        let gateway = self.system();
        let route = routes::find(&gateway, &request.method, inner).map_or(inner, |(route, _)| route.1);
        let pages = if query.iter().any(|(name, _)| name == "page") { "?page" } else { "" };
        format!("{} {route}{pages}", request.method)
    }

    pub(crate) fn set_masked_secrets(&self, masked: bool) {
        self.system().masked_secrets = masked;
    }

    pub(crate) fn set_version(&self, version: &str) {
        self.system().version = version.into();
    }

    /// One more key, for a role that the fresh gateway has none for.
    pub(crate) fn add_api_key(&self, name: &str, role: Role) -> String {
        let mut gateway = self.system();
        let key = Key::new(false, name, vec![role.group().into()], "tf", gateway.store.now());
        let text = key.text.clone();
        gateway.keys.named.push(key);
        text
    }

    /// The key of this name, if one was made.
    pub(crate) fn key_of(&self, name: &str) -> Option<String> {
        self.system().keys.of_name(name)
    }

    /// Attaches an attribute as a protection profile does.
    pub(crate) fn attach_managed_attribute(&self, connection: &str, attribute: &str) {
        let mut gateway = self.system();
        let body = attributes::body(None, Some("hoop"));
        gateway.store.add_attribute(attribute);
        gateway.store.attributes.get_mut(attribute).expect("it was added").body = body;
        let row = gateway.store.connections.get_mut(connection).expect("the connection is there");
        row.attributes.insert(attribute.into());
    }

    /// Applies a protection profile of the organization, whatever the licence allows.
    pub(crate) fn apply_profile(&self, profile: Option<&str>) {
        profiles::apply(&mut self.system().store, profile);
    }

    /// The agent of this name connects.
    pub(crate) fn connect_agent(&self, name: &str) {
        self.system().store.runs.online.insert(name.into());
    }

    /// The repository, as the gateway spells it, has this file from now on.
    pub(crate) fn add_runbook(&self, repository: &str, file: &str, script: Script) {
        self.system().store.runs.files.insert((repository.into(), file.into()), script);
    }

    /// An event happens that a subscription has run its runbook for. The id of what was dispatched.
    pub(crate) fn dispatch(&self, subscription: &str, status: &str) -> String {
        events::add_dispatch(&mut self.system(), subscription, status, None)
    }

    /// How many events were dispatched.
    pub(crate) fn dispatches(&self) -> usize {
        self.system().store.dispatches.len()
    }

    /// How many runs there were.
    pub(crate) fn sessions(&self) -> usize {
        self.system().store.runs.count()
    }

    /// Sets what no request can set. Says whether the connection is there.
    pub(crate) fn set_managed_by(&self, connection: &str, manager: Option<&str>) -> bool {
        let mut gateway = self.system();
        let row = gateway.store.connections.get_mut(connection);
        row.map(|row| row.managed_by = manager.map(Into::into)).is_some()
    }
}
