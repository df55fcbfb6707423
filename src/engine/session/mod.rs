//! The session: the client, the one credential check, and the locks that serialize writes of one object. Reads go
//! through it too: absence is a value, and everything else an error.

pub(crate) mod configure;
pub(crate) mod connector;
pub(crate) mod indexed_body;
pub(crate) mod known_objects;
pub(crate) mod links;
mod rights;
pub(crate) mod settings;
pub(crate) mod shared_reads;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OnceCell, OwnedMutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::rights::Facts;
use crate::api::{Answer, Budget, Call, Client, Error, Json};
use crate::diagnostic::Diagnostic;
use crate::engine::report::errors;
use crate::engine::report::redaction;
use crate::engine::session::connector::Connector;
use crate::engine::session::indexed_body::Body;
use crate::engine::session::known_objects::KnownObjects;
use crate::engine::session::links::Links;
use crate::engine::session::shared_reads::{Freshness, SharedReads};
use crate::engine::values::address::{collection_path, object_path, render};
use crate::engine::values::version::Version;
use crate::hooks::{BoxFuture, Lookup};
use crate::schema::{Provider, Resource, Rights, System};
use crate::value::Object;

/// The result of the provider's configuration.
#[derive(Default)]
pub(crate) struct Access {
    configured: Configured,
    /// For requests without the provider's credentials, once all settings are known.
    connector: Option<Connector>,
}

#[derive(Default)]
#[allow(clippy::large_enum_variant, reason = "there is one per configuration, behind an Arc")]
enum Configured {
    /// Terraform has not configured the provider yet.
    #[default]
    Unconfigured,
    /// A setting is unknown: no request is possible, but this is not an error.
    Unknown,
    /// A setting is missing or wrong.
    Broken(ReportedOnce),
    Ready(Session),
}

/// A failure that the first operation to meet it reports; later reads and plans stay silent about it.
pub(crate) struct ReportedOnce {
    diagnostic: Diagnostic,
    reported: AtomicBool,
}

impl ReportedOnce {
    pub(crate) fn new(diagnostic: Diagnostic) -> ReportedOnce {
        ReportedOnce { diagnostic, reported: AtomicBool::new(false) }
    }

    fn once(&self) -> Option<Diagnostic> {
        (!self.reported.swap(true, Ordering::SeqCst)).then(|| self.diagnostic.clone())
    }
}

/// There is no session: a read or plan returns its input, with this error if it is the first that needs the session.
pub(crate) struct NoSession(pub(crate) Option<Diagnostic>);

impl Access {
    pub(crate) fn unknown() -> Access {
        Access { configured: Configured::Unknown, connector: None }
    }

    pub(crate) fn known(session: Result<Session, Diagnostic>, connector: Connector) -> Access {
        let configured = match session {
            Ok(session) => Configured::Ready(session),
            Err(diagnostic) => Configured::Broken(ReportedOnce::new(diagnostic)),
        };
        Access { configured, connector: Some(connector) }
    }

    /// The session after the credential check, for reads and plans.
    pub(crate) async fn session(&self, budget: &Budget) -> Result<&Session, NoSession> {
        match &self.configured {
            Configured::Unconfigured => Err(NoSession(Some(unconfigured()))),
            Configured::Unknown => Err(NoSession(None)),
            Configured::Broken(trouble) => Err(NoSession(trouble.once())),
            Configured::Ready(session) => match session.check(budget).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => Err(NoSession(trouble.once())),
                Err(stopped) => Err(NoSession(Some(stopped))),
            },
        }
    }

    /// The session after the credential check, for operations that cannot be skipped: writes, imports, data sources.
    pub(crate) async fn demand(&self, budget: &Budget) -> Result<&Session, Diagnostic> {
        match &self.configured {
            Configured::Unconfigured => Err(unconfigured()),
            Configured::Unknown => Err(unknown()),
            Configured::Broken(trouble) => Err(trouble.diagnostic.clone()),
            Configured::Ready(session) => match session.check(budget).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => {
                    trouble.reported.store(true, Ordering::SeqCst);
                    Err(trouble.diagnostic.clone())
                }
                Err(stopped) => Err(stopped),
            },
        }
    }

    /// Whether a setting of the provider is unknown, so that no request is possible yet.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.configured, Configured::Unknown)
    }

    /// What makes clients for requests without the provider's credentials.
    pub(crate) fn connector(&self) -> Result<&Connector, Diagnostic> {
        match &self.configured {
            Configured::Unknown => Err(unknown()),
            _ => self.connector.as_ref().ok_or_else(unconfigured),
        }
    }
}

fn unknown() -> Diagnostic {
    Diagnostic::error(
        "The provider's configuration is not known yet",
        "It depends on values that are known only after an apply. First apply the resources that provide \
         these values (with `-target`). A data source can also be deferred to that apply: add these \
         resources to its `depends_on`.",
    )
}

fn unconfigured() -> Diagnostic {
    Diagnostic::error(
        "The provider is not configured",
        "Terraform sent a request that uses the system before it configured the provider.",
    )
}

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
    shared: SharedReads,
    pub(crate) known_objects: KnownObjects,
    pub(crate) links: Links,
}

impl Session {
    pub(crate) fn new(provider: &'static Provider, client: Client, skip_check: bool, defaults: Object) -> Session {
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
            known_objects: KnownObjects::default(),
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

    /// Waits until no other write of this process uses the object, or objects that are written together with it.
    pub(crate) async fn lock(&self, resource: &'static Resource, object: &Object) -> OwnedMutexGuard<()> {
        let path = match resource.lock {
            Some(template) => render(template, object, None),
            None => object_path(resource, object),
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
        self.shared.forget();
        let sent = self.client.send(call, budget).await;
        self.shared.forget();
        sent
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

    /// Sends a read whose response is shared by all concurrent reads of the same path.
    pub(crate) async fn ask_shared(
        &self,
        call: Call,
        freshness: Freshness,
        budget: &Budget,
    ) -> Result<Arc<Body>, Error> {
        self.shared.ask(&self.client, call, freshness, budget).await
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
