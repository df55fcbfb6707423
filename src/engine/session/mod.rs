//! The session: the client, the one credential check, and the locks that serialize writes of one object. Reads go
//! through it too: absence is a value, and everything else an error.

pub(crate) mod access;
pub(crate) mod bulk;
pub(crate) mod configure;
pub(crate) mod connector;
pub(crate) mod indexed_body;
pub(crate) mod known_objects;
pub(crate) mod links;
pub(crate) mod recent_keys;
mod rights;
pub(crate) mod runs;
pub(crate) mod settings;
pub(crate) mod shared_reads;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OnceCell, OwnedMutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::rights::Facts;
use crate::api::{Answer, Budget, Call, Client, Error, FromBody, Json};
use crate::diagnostic::Diagnostic;
use crate::engine::report::errors;
use crate::engine::report::redaction;
use crate::engine::session::access::ReportedOnce;
use crate::engine::session::bulk::Bulk;
use crate::engine::session::indexed_body::Body;
use crate::engine::session::known_objects::KnownObjects;
use crate::engine::session::links::Links;
use crate::engine::session::recent_keys::RecentKeys;
use crate::engine::session::shared_reads::{Freshness, SharedReads};
use crate::engine::values::address::{collection_path, name_path, object_path, render};
use crate::engine::values::version::Version;
use crate::hooks::{BoxFuture, Lookup};
use crate::schema::{Provider, Resource, Rights, System};
use crate::value::Object;

/// A client for one configuration of the provider.
pub(crate) struct Session {
    pub(crate) system: &'static System,
    client: Client,
    /// The settings of the provider that are defaults of an object's attributes.
    pub(crate) defaults: Object,
    skip_check: bool,
    checked: OnceCell<Result<Facts, ReportedOnce>>,
    /// The rights of the key, if they were requested after a skipped check.
    asked_rights: OnceCell<Option<Rights>>,
    /// The errors that are reported once per process and were reported.
    reported: Mutex<BTreeSet<&'static str>>,
    locks: Mutex<BTreeMap<String, Arc<AsyncMutex<()>>>>,
    /// Held by every write of a link that two objects can set; see `hold_links`.
    link_writes: RwLock<()>,
    pub(crate) shared: SharedReads<Body, Error>,
    /// Whether a refresh may read many objects at once.
    pub(crate) reads_in_bulk: bool,
    pub(crate) bulk: Bulk,
    pub(crate) known_objects: KnownObjects,
    pub(crate) recent_keys: RecentKeys,
    pub(crate) links: Links,
}

impl Session {
    pub(crate) fn new(
        provider: &'static Provider,
        client: Client,
        skip_check: bool,
        reads_in_bulk: bool,
        defaults: Object,
    ) -> Session {
        Session {
            system: &provider.system,
            client,
            defaults,
            skip_check,
            checked: OnceCell::new(),
            asked_rights: OnceCell::new(),
            reported: Mutex::default(),
            locks: Mutex::default(),
            link_writes: RwLock::default(),
            shared: SharedReads::default(),
            reads_in_bulk,
            bulk: Bulk::default(),
            known_objects: KnownObjects::default(),
            recent_keys: RecentKeys::default(),
            links: Links::default(),
        }
    }

    /// Checks the credentials, once per process. The outer error is a cancellation, which says nothing about the
    /// credentials.
    async fn check(&self, budget: &Budget) -> Result<&Result<Facts, ReportedOnce>, Diagnostic> {
        let attempt = async || {
            if self.skip_check {
                return Ok(Ok(Facts::none()));
            }
            match self.ask_facts(budget).await {
                Ok(facts) => Ok(Ok(facts)),
                Err(error) if error.is_cancelled() => Err(errors::explain_check(self.system, &error)),
                Err(error) => Ok(Err(ReportedOnce::new(errors::explain_check(self.system, &error)))),
            }
        };
        self.checked.get_or_try_init(attempt).await
    }

    /// The system's version, if the check returned it.
    pub(crate) fn version(&self) -> Option<&Version> {
        self.checked.get().and_then(|checked| checked.as_ref().ok()).and_then(|facts| facts.version.as_ref())
    }

    /// Why this version of the system has no objects of this type, if it has none.
    pub(crate) fn lacks(&self, resource: &'static Resource) -> Option<String> {
        self.is_older(resource.name, resource.since)
    }

    /// Why this version of the system does not have what is there since another one, if it does not.
    pub(crate) fn is_older(&self, name: &str, since: Option<&'static str>) -> Option<String> {
        let (since, version) = (since?, self.version()?);
        if Version::parse(since).is_none_or(|since| *version >= since) {
            return None;
        }
        Some(format!(
            "`{name}` requires version {since} or later of the {title}; this one has version {version}. Upgrade the {title}, \
             or remove the object from the configuration.",
            title = self.system.title,
        ))
    }

    /// Waits until no other write of this process uses the object, or objects that are written together with it. An object
    /// without a key is about to be created: it excludes creates with the same name or, where names are not unique, all
    /// creates of its type.
    pub(crate) async fn lock(&self, resource: &'static Resource, object: &Object) -> OwnedMutexGuard<()> {
        let path = match resource.lock {
            Some(template) => render(template, object, None),
            None => object_path(resource, object).or_else(|| name_path(resource, object)),
        };
        self.hold(&path.unwrap_or_else(|| collection_path(resource))).await
    }

    /// Waits until no other write of this process uses this path. The holder of an object's lock may wait for a part of
    /// the object; the holder of a part's lock waits for no other lock, so there is no deadlock.
    pub(crate) async fn hold(&self, path: &[String]) -> OwnedMutexGuard<()> {
        let name = path.join("/");
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            // A lock that is neither held nor waited for is only referenced by the map.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry(name.clone()).or_default().clone()
        };
        if let Ok(free) = lock.clone().try_lock_owned() {
            return free;
        }
        log::trace!("waiting for another write to {name}");
        lock.lock_owned().await
    }

    /// Waits until no write can change the links of this object from their other end, if they can be set there. An update
    /// that sends the whole object sends the links as it has read them, so it excludes all writes of links; the others
    /// exclude only such an update.
    pub(crate) async fn hold_links(&self, resource: &'static Resource, sends_whole: bool) -> HeldLinks<'_> {
        match resource.managed().any(|attr| attr.link().is_some()) {
            false => HeldLinks::None,
            true if sends_whole => HeldLinks::Alone(self.link_writes.write().await),
            true => HeldLinks::Together(self.link_writes.read().await),
        }
    }

    /// Sends a write. Shared reads from before it are discarded.
    pub(crate) async fn write(&self, call: Call, budget: &Budget) -> Result<Answer, Error> {
        self.forget();
        let sent = self.client.send(call, budget).await;
        self.forget();
        sent
    }

    /// Discards all shared reads.
    fn forget(&self) {
        self.shared.forget();
        self.bulk.forget();
    }

    /// The path of the API's URL.
    pub(crate) fn base_path(&self) -> &str {
        self.client.base_path()
    }

    /// Redacts these values from all messages of the system from now on.
    pub(crate) fn keep(&self, resource: &'static Resource, object: &Object) {
        redaction::add_values(self.client.redactor(), resource.attrs, object);
    }

    /// A text of the system without the user's secrets.
    pub(crate) fn redacted(&self, text: &str) -> String {
        self.client.redactor().redact(text)
    }

    /// The end of what a program printed, without the user's secrets.
    pub(crate) fn output(&self, text: &str) -> String {
        self.client.redactor().output(text)
    }

    /// Sends a read.
    pub(crate) async fn ask(&self, call: Call, budget: &Budget) -> Result<Answer, Error> {
        self.client.send(call, budget).await
    }

    /// The same, with the body of the response in this form.
    pub(crate) async fn ask_for<B: FromBody>(&self, call: Call, budget: &Budget) -> Result<Answer<B>, Error> {
        self.client.send_for(call, budget).await
    }

    /// Sends a read whose response is shared by all concurrent reads of the same path.
    pub(crate) async fn ask_shared(
        &self,
        call: Call,
        freshness: Freshness,
        budget: &Budget,
    ) -> Result<Arc<Body>, Error> {
        let name = call.path.join("/");
        let read = async || self.ask_for(call, budget).await.map(|answer| Body::new(answer.body));
        self.shared.ask(&name, freshness, read).await
    }
}

/// The links that a write may change, until it is dropped.
#[expect(dead_code, reason = "the guards are held, not read")]
pub(crate) enum HeldLinks<'a> {
    None,
    Together(RwLockReadGuard<'a, ()>),
    Alone(RwLockWriteGuard<'a, ()>),
}

/// The reads of a hook, within the budget of its operation.
pub(crate) struct Asking<'a> {
    pub(crate) session: &'a Session,
    pub(crate) budget: &'a Budget,
}

impl Lookup for Asking<'_> {
    fn get<'a>(&'a self, path: &'a [&'a str]) -> BoxFuture<'a, Result<Option<Json>, Error>> {
        Box::pin(async move {
            match self.session.ask(Call::get(path.iter().copied()), self.budget).await {
                Ok(answer) => Ok(Some(answer.body)),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
