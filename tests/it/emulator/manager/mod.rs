//! An emulator of the Lerian manager, held to recorded traces of the real one by `conformance`. Like the gateway's it has
//! code of its own only, and nothing of the gateway's but what knows no system: server, faults, log. Comments cite the
//! manager facts ("manager facts §3") that a rule comes from.
//!
//! Nothing happens by itself: the clock stands still between requests, and what an operator, a job or a database does is
//! scripted with [`Builder::with`] before the start and [`ManagerEmulator::with`] after it.

mod clock;
mod connections;
mod guard;
mod input;
mod jobs;
mod list;
mod login;
mod refusal;
mod routes;
mod rules;
mod store;
mod targets;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::{Value, json};

use super::http::Asked;
use super::server::Server;
use clock::Clock;
use store::Connection;

pub(crate) use routes::Manager;

/// A running manager, and the access manager beside it.
pub(crate) type ManagerEmulator = Server<Manager>;

pub(crate) struct Builder {
    listen: SocketAddr,
    /// For a script to change before the start.
    pub(crate) manager: Manager,
}

impl Builder {
    /// Where to listen; a free port of 127.0.0.1 by default.
    pub(crate) fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Changes the manager before the start, in a chain.
    pub(crate) fn with(mut self, script: impl FnOnce(&mut Manager)) -> Self {
        script(&mut self.manager);
        self
    }

    pub(crate) fn try_start(self) -> io::Result<ManagerEmulator> {
        Server::in_thread(self.listen, |address| self.manager.at(address))
    }

    /// # Panics
    /// If the address cannot be bound or no thread started, which a test cannot do without.
    pub(crate) fn start(self) -> ManagerEmulator {
        self.try_start().expect("the emulator starts")
    }

    /// In the runtime of the caller, for tests whose clock stands still.
    ///
    /// # Panics
    /// If the address cannot be bound.
    pub(crate) fn start_here(self) -> ManagerEmulator {
        Server::in_runtime(self.listen, |address| self.manager.at(address)).expect("the emulator starts")
    }
}

impl ManagerEmulator {
    pub(crate) fn builder() -> Builder {
        Builder { listen: (Ipv4Addr::LOCALHOST, 0).into(), manager: Manager::default() }
    }

    pub(crate) fn start() -> Self {
        Self::builder().start()
    }

    pub(crate) fn url(&self) -> String {
        self.system().url.clone()
    }

    /// Of the access manager, which is there whether or not the manager asks for tokens.
    pub(crate) fn auth_url(&self) -> String {
        format!("{}/auth", self.url())
    }

    /// Id and secret that the access manager takes.
    pub(crate) fn client(&self) -> (String, String) {
        let login = &self.system().login;
        (login.client_id.clone(), login.client_secret.clone())
    }

    /// Looks at the manager or changes it, past all routes. No request is answered meanwhile, so none may be sent there.
    pub(crate) fn with<T>(&self, script: impl FnOnce(&mut Manager) -> T) -> T {
        script(&mut self.system())
    }

    /// A change from outside through the same routes; no token is asked for, no fault hits it and it is not logged. A
    /// null body is none. An answer that is no JSON comes as text, an empty one as null.
    pub(crate) fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
        let lower = |(name, value): &(&str, &str)| (name.to_lowercase(), (*value).to_owned());
        let mut asked = Asked {
            method: method.into(),
            target: path.into(),
            headers: headers.iter().map(lower).collect(),
            body: Vec::new(),
        };
        if !body.is_null() {
            asked.headers.push(("content-type".into(), "application/json".into()));
            asked.body = body.to_string().into();
        }
        let answer = self.system().dispatch(&asked, true);
        let text = String::from_utf8_lossy(&answer.body);
        let empty = if text.is_empty() { Value::Null } else { Value::from(text.as_ref()) };
        (answer.status, serde_json::from_str(&text).unwrap_or(empty))
    }
}

/// The script of what the API cannot do.
impl Manager {
    fn at(self, address: SocketAddr) -> Self {
        Self { url: format!("http://{address}"), ..self }
    }

    /// Sets the clock, forward or back.
    ///
    /// # Panics
    /// If it is no time of RFC 3339.
    pub(crate) fn set_now(&mut self, time: &str) {
        self.clock = Clock::at(clock::parse(time).expect("a time"));
    }

    /// A record that somebody made by hand: the fields are those of the API, what is not named has a default, and no
    /// `productName` makes it one from before there were products. With `after` it comes into being when so many
    /// requests have been answered.
    pub(crate) fn add_record(&mut self, mut record: Value) {
        let after = record.as_object_mut().and_then(|fields| fields.remove("after"));
        self.expected.push((after.and_then(|after| after.as_u64()).unwrap_or_default() as usize, record));
        self.bring_expected();
    }

    /// Sets fields of a connection past all rules, time stamps among them; `productName` null makes it one without a
    /// product. Says whether it is there.
    pub(crate) fn change_record(&mut self, config_name: &str, fields: &Value) -> bool {
        let found = self.connections.iter_mut().find(|one| one.config_name == config_name);
        found.map(|connection| connection.prepare(fields)).is_some()
    }

    /// The password and the TLS settings that are stored, which no answer shows; null if there is no such connection.
    pub(crate) fn secrets(&self, config_name: &str) -> Value {
        let found = self.connections.iter().find(|one| one.config_name == config_name);
        found.map_or(Value::Null, Connection::secrets)
    }

    /// A datasource of the operator.
    pub(crate) fn add_internal(&mut self, fields: &Value) {
        self.internal.push(Connection::internal(fields));
    }

    /// A database that can be reached: `host`, `port`, `tables` with their fields, and the `password` if one is asked for.
    /// Tests and schemas of all others fail.
    pub(crate) fn add_target(&mut self, told: &Value) {
        self.targets.push(targets::Target::of(told));
    }

    /// A job that uses a connection begins. It refuses so many changes and ends then, or lasts until `end_jobs`.
    pub(crate) fn start_job(&mut self, config_name: &str, refusals: Option<usize>) {
        let created_at = self.clock.stamp();
        self.jobs.start(json!({ config_name: {} }), Value::Null, created_at, refusals);
    }

    /// The same for jobs that are started over the network.
    pub(crate) fn set_job_refusals(&mut self, refusals: usize) {
        self.jobs.refusals = Some(refusals);
    }

    pub(crate) fn end_jobs(&mut self) {
        self.jobs.end();
    }

    /// How many tests of a connection are allowed at once, 10 by default.
    pub(crate) fn set_test_limit(&mut self, most: u32) {
        self.limit.most = most;
    }

    /// How long a new token holds, an hour by default. One that was given keeps its end.
    pub(crate) fn set_token_lifetime(&mut self, lifetime: Duration) {
        self.login.lifetime = lifetime;
    }

    /// A token as if somebody had logged in.
    pub(crate) fn give_token(&mut self) -> String {
        self.login.give()
    }

    /// All tokens are refused from now on.
    pub(crate) fn revoke_tokens(&mut self) {
        self.login.revoke();
    }
}
