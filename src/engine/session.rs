//! The way to the system: the client, the one check of its credentials, and the locks that keep writes of one object
//! apart. Reads go through here too, so that absence is a value and everything else an error.

mod rights;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OnceCell, OwnedMutexGuard};

use self::rights::Facts;
use super::body::Misfit;
use super::conceal;
use super::entries::Body;
use super::holdings::Holdings;
use super::place::{collection_path, object_path, render};
use super::same::get;
use super::seen::{Fault, Seen, is_absent, own_view, place, see};
use super::shared::{Freshness, SharedReads};
use super::trouble;
use super::version::Version;
use crate::api::{Answer, Call, Client, Error, Json, Patience};
use crate::diagnostic::Diagnostic;
use crate::hooks::{BoxFuture, Lookup};
use crate::schema::{Provider, Reads, Resource, Rights, System};
use crate::value::Object;

/// What the provider's configuration gave.
#[derive(Default)]
#[allow(clippy::large_enum_variant, reason = "there is one per configuration, behind an Arc")]
pub(super) enum Access {
    /// Terraform has not configured the provider.
    #[default]
    Unconfigured,
    /// A setting is not known yet: there is nothing to ask the system with, and nothing is wrong.
    Unknown,
    /// A setting is missing or wrong.
    Broken(Trouble),
    Ready(Session),
}

/// A failure that the first operation to meet it reports; later reads and plans stay silent about it.
pub(super) struct Trouble {
    diagnostic: Diagnostic,
    reported: AtomicBool,
}

impl Trouble {
    pub(super) fn new(diagnostic: Diagnostic) -> Trouble {
        Trouble { diagnostic, reported: AtomicBool::new(false) }
    }

    fn once(&self) -> Option<Diagnostic> {
        (!self.reported.swap(true, Ordering::SeqCst)).then(|| self.diagnostic.clone())
    }
}

/// There is no session: a read or plan returns what it was given, with this error if it is the first to meet it.
pub(super) struct Denied(pub(super) Option<Diagnostic>);

impl Access {
    /// A checked session, for reads and plans.
    pub(super) async fn session(&self, patience: &Patience) -> Result<&Session, Denied> {
        match self {
            Access::Unconfigured => Err(Denied(Some(unconfigured()))),
            Access::Unknown => Err(Denied(None)),
            Access::Broken(trouble) => Err(Denied(trouble.once())),
            Access::Ready(session) => match session.check(patience).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => Err(Denied(trouble.once())),
                Err(stopped) => Err(Denied(Some(stopped))),
            },
        }
    }

    /// A checked session, for what cannot be left undone: writes, imports, data sources.
    pub(super) async fn demand(&self, patience: &Patience) -> Result<&Session, Diagnostic> {
        match self {
            Access::Unconfigured => Err(unconfigured()),
            Access::Unknown => Err(Diagnostic::error(
                "The provider's configuration is not known yet",
                "It depends on values that are known only after an apply. Apply what gives them first (`-target`). A data \
                 source can also wait for that apply: name what gives the values in its `depends_on`.",
            )),
            Access::Broken(trouble) => Err(trouble.diagnostic.clone()),
            Access::Ready(session) => match session.check(patience).await {
                Ok(Ok(_)) => Ok(session),
                Ok(Err(trouble)) => {
                    trouble.reported.store(true, Ordering::SeqCst);
                    Err(trouble.diagnostic.clone())
                }
                Err(stopped) => Err(stopped),
            },
        }
    }
}

fn unconfigured() -> Diagnostic {
    Diagnostic::error(
        "The provider is not configured",
        "Terraform asked for the system before configuring the provider.",
    )
}

/// A client for one configuration of the provider.
pub(super) struct Session {
    pub(super) system: &'static System,
    client: Client,
    /// What the provider's settings say in place of an object's own attributes.
    pub(super) defaults: Object,
    skip_check: bool,
    checked: OnceCell<Result<Facts, Trouble>>,
    /// The rights of the key, where they were asked for after a check that was skipped.
    asked_rights: OnceCell<Option<Rights>>,
    /// What is told once per process and was told.
    told: Mutex<BTreeSet<&'static str>>,
    locks: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
    shared: SharedReads,
    pub(super) holdings: Holdings,
}

impl Session {
    pub(super) fn new(provider: &'static Provider, client: Client, skip_check: bool, defaults: Object) -> Session {
        Session {
            system: &provider.system,
            client,
            defaults,
            skip_check,
            checked: OnceCell::new(),
            asked_rights: OnceCell::new(),
            told: Mutex::default(),
            locks: Mutex::default(),
            shared: SharedReads::default(),
            holdings: Holdings::default(),
        }
    }

    /// Tries the credentials, once per process. The outer error is a cancellation, which says nothing of them.
    async fn check(&self, patience: &Patience) -> Result<&Result<Facts, Trouble>, Diagnostic> {
        let attempt = async || {
            if self.skip_check {
                return Ok(Ok(Facts::none()));
            }
            match self.ask_facts(patience).await {
                Ok(facts) => Ok(Ok(facts)),
                Err(error) if error.is_cancelled() => Err(trouble::explain_check(self.system, &error)),
                Err(error) => Ok(Err(Trouble::new(trouble::explain_check(self.system, &error)))),
            }
        };
        self.checked.get_or_try_init(attempt).await
    }

    /// The system's version, as far as the check told it.
    pub(super) fn version(&self) -> Option<&Version> {
        self.checked.get().and_then(|checked| checked.as_ref().ok()).and_then(|facts| facts.version.as_ref())
    }

    /// Waits until no other write of this process touches the object, or what is written together with it.
    pub(super) async fn lock(&self, resource: &'static Resource, object: &Object) -> OwnedMutexGuard<()> {
        let path = match resource.lock {
            Some(template) => render(template, object, None),
            None => object_path(resource, object),
        };
        self.hold(&path.unwrap_or_else(|| collection_path(resource))).await
    }

    /// Waits until no other write of this process touches what is at this path. Who holds an object may wait for a part
    /// of it; who holds a part waits for nothing, so that no two can wait for each other.
    pub(super) async fn hold(&self, path: &[String]) -> OwnedMutexGuard<()> {
        let name = path.join("/");
        let lock = {
            let mut locks = self.locks.lock().unwrap_or_else(PoisonError::into_inner);
            // A lock that nobody holds or waits for is in the map alone.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry(name.clone()).or_default().clone()
        };
        if let Ok(free) = lock.clone().try_lock_owned() {
            return free;
        }
        log::trace!("waiting for another write of this run at {name}");
        lock.lock_owned().await
    }

    /// Sends a write. What was read before it is forgotten.
    pub(super) async fn write(&self, call: Call, patience: &Patience) -> Result<Answer, Error> {
        self.shared.forget();
        let sent = self.client.send(call, patience).await;
        self.shared.forget();
        sent
    }

    /// Whatever the system says from now on, it is not heard to say these values.
    pub(super) fn keep(&self, resource: &'static Resource, object: &Object) {
        conceal::keep(self.client.secrets(), resource.attrs, object);
    }

    /// A text of the system's that holds no secret of the user's.
    pub(super) fn discreet(&self, text: &str) -> String {
        self.client.secrets().hide(text)
    }

    /// Sends a read.
    pub(super) async fn ask(&self, call: Call, patience: &Patience) -> Result<Answer, Error> {
        self.client.send(call, patience).await
    }

    /// The object with these keys; `None` when the system does not have it.
    pub(super) async fn fetch(
        &self,
        resource: &'static Resource,
        keys: &Object,
        patience: &Patience,
    ) -> Result<Option<Seen>, Fault> {
        self.look(resource, keys, Freshness::Recent, patience).await
    }

    /// The same as it is now: for what is about to be written over it.
    pub(super) async fn fetch_anew(
        &self,
        resource: &'static Resource,
        keys: &Object,
        patience: &Patience,
    ) -> Result<Option<Seen>, Fault> {
        self.look(resource, keys, Freshness::Anew, patience).await
    }

    async fn look(
        &self,
        resource: &'static Resource,
        keys: &Object,
        freshness: Freshness,
        patience: &Patience,
    ) -> Result<Option<Seen>, Fault> {
        if let (Reads::Find { own: Some(_), .. }, Freshness::Anew) = (resource.reads, freshness) {
            return self.look_at_own_path(resource, keys, patience).await;
        }
        let path = match resource.reads {
            Reads::One => object_path(resource, keys),
            Reads::At(template) => render(template, keys, None),
            Reads::Find { path, .. } => render(path, keys, None),
        };
        let Some(path) = path else { return Ok(None) };
        let call = Call::get(path);
        let place = place(&call);
        let body = match resource.reads {
            Reads::One => self.client.send(call, patience).await.map(|answer| Arc::new(Body::new(answer.body))),
            Reads::At(_) | Reads::Find { .. } => self.shared.ask(&self.client, call, freshness, patience).await,
        };
        let body = match body {
            Ok(body) => body,
            Err(error) if error.is_gone() => return self.absent(resource, &error, patience).await,
            Err(error) => return Err(self.denied(resource, error.into())),
        };
        let found = match resource.reads {
            Reads::One | Reads::At(_) => Some(body.json()),
            Reads::Find { at, wire, attr, .. } => body
                .entry(at, wire, get(keys, attr).as_str())
                .map_err(|misfit| Fault::Misfit { place: place.clone(), misfit })?,
        };
        match found {
            None => Ok(None),
            Some(found) => self.seen_in(resource, keys, found.clone(), place, patience).await,
        }
    }

    /// One entry of a list by itself: what others are in the list is not asked.
    async fn look_at_own_path(
        &self,
        resource: &'static Resource,
        keys: &Object,
        patience: &Patience,
    ) -> Result<Option<Seen>, Fault> {
        let Some(path) = object_path(resource, keys) else { return Ok(None) };
        let call = Call::get(path);
        let place = place(&call);
        match self.client.send(call, patience).await {
            Ok(Answer { body: Json::Object(json), .. }) => {
                self.seen_in(resource, keys, Json::Object(own_view(resource, json)), place, patience).await
            }
            Ok(_) => Err(Fault::Misfit { place, misfit: Misfit::no_object() }),
            Err(error) if error.is_gone() => self.absent(resource, &error, patience).await,
            Err(error) => Err(self.denied(resource, error.into())),
        }
    }

    async fn seen_in(
        &self,
        resource: &'static Resource,
        keys: &Object,
        found: Json,
        place: String,
        patience: &Patience,
    ) -> Result<Option<Seen>, Fault> {
        let Json::Object(json) = found else { return Err(Fault::Misfit { place, misfit: Misfit::no_object() }) };
        let mut seen = see(resource, keys, json, place)?;
        self.veil(resource, &mut seen, patience).await;
        self.keep(resource, &seen.object);
        Ok((!is_absent(resource, &seen.json)).then_some(seen))
    }
}

/// What a hook may ask, with the patience of the operation that it is part of.
pub(super) struct Asking<'a> {
    pub(super) session: &'a Session,
    pub(super) patience: &'a Patience,
}

impl Lookup for Asking<'_> {
    fn get<'a>(&'a self, path: &'a [&'a str]) -> BoxFuture<'a, Result<Option<Json>, Error>> {
        Box::pin(async move {
            match self.session.ask(Call::get(path.iter().copied()), self.patience).await {
                Ok(answer) => Ok(Some(answer.body)),
                Err(error) if error.is_gone() => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
