//! Everything that Terraform asks of an object with secrets, done without a judgement of what comes of it: here only what
//! is said matters.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Resource;

use super::cage::Cage;
use crate::host::{Object, Session};
use crate::subject::places::{hidden, places};
use crate::subject::samples::full;
use crate::subject::{Subject, lookup};

/// One type of one system, and a session with it.
#[derive(Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) subject: &'a dyn Subject,
    pub(super) session: &'a Session,
    pub(super) resource: &'static Resource,
    /// The system says whatever it likes, and so does a state of what it says.
    pub(super) lies: bool,
}

/// One thing that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Create {
        hidden: bool,
    },
    /// From the secrets of one configuration to those of another.
    Rotate {
        hidden: bool,
    },
    Read,
    Import,
    Data,
    List,
    /// The list of managed objects, and configurations for them.
    Query,
    Destroy,
}

pub(super) const DEEDS: &[Deed] = &[
    Deed::Create { hidden: false },
    Deed::Create { hidden: true },
    Deed::Rotate { hidden: false },
    Deed::Rotate { hidden: true },
    Deed::Read,
    Deed::Import,
    Deed::Data,
    Deed::List,
    Deed::Query,
    Deed::Destroy,
];

/// Whether the type has anything to hide, that a user or the system gives.
pub(super) fn has_secrets(resource: &'static Resource) -> bool {
    fn any(attrs: &[terraform_provider_hoop::schema::Attr]) -> bool {
        attrs.iter().any(|attr| attr.is_sensitive() || attr.kind.nested().is_some_and(any))
    }
    any(resource.attrs)
}

impl Stage<'_> {
    /// The configuration of an object of this name, with canaries of this label. The secrets are write-only if they shall
    /// be hidden, under this version.
    pub(super) fn config(&self, cage: &mut Cage, name: &str, label: &str, version: Option<i64>) -> Json {
        let minimal = self.subject.minimal(self.resource.name, name);
        let full = full(self.subject, self.resource, &minimal);
        let Some(version) = version else { return cage.plant(self.resource, &full, label) };
        let config = hidden(self.resource.attrs, &full);
        let is_version = |place: &&crate::subject::places::Place| {
            place.role == terraform_provider_hoop::schema::Role::Version
                && place.value(&config).is_some_and(|value| !value.is_null())
        };
        let all = places(self.resource, &config);
        let raised = all.iter().filter(is_version).fold(config.clone(), |it, place| place.with(&it, json!(version)));
        cage.plant(self.resource, &raised, label)
    }

    /// From what is stored to what is configured, as far as that goes.
    pub(super) async fn apply(&self, cage: &mut Cage, object: &Object, config: &Json) -> Object {
        self.session.validate(self.resource.name, config).await;
        let planned = self.session.plan(object, config).await;
        if planned.diagnostics.has_errors() {
            return object.clone();
        }
        self.seen(cage, &planned.state, &planned.private);
        let applied = self.session.apply(object, &planned).await.object;
        self.kept(cage, &applied);
        applied
    }

    /// Does it, whatever comes of it. Returns what is there then.
    pub(super) async fn act(&self, cage: &mut Cage, deed: Deed, before: &Object, config: &Json) -> Object {
        let (session, type_name) = (self.session, self.resource.name);
        match deed {
            Deed::Create { .. } => return self.apply(cage, &Object::absent(type_name), config).await,
            Deed::Rotate { .. } => drop(self.apply(cage, before, config).await),
            Deed::Read => self.kept(cage, &session.read(before).await.0),
            Deed::Import => {
                if let Ok(object) = session.import_identity(type_name, &before.identity).await {
                    self.kept(cage, &object);
                }
            }
            Deed::Data if self.resource.data_source => {
                drop(session.read_data(type_name, &lookup(self.resource, &before.identity)).await);
            }
            Deed::List => {
                if let Some(list) = &self.resource.list {
                    let needed = list.required().map(|name| (name.to_owned(), config[name].clone()));
                    drop(session.read_data(list.name, &Json::Object(needed.collect())).await);
                }
            }
            Deed::Data => {}
            Deed::Query => {
                for listed in
                    session.list(type_name, &json!({}), 100, true).await.map(|(all, _)| all).unwrap_or_default()
                {
                    let (config, _) = session.generate(type_name, &listed.object).await;
                    let shown = format!("{} {} {config}", listed.display_name, listed.object);
                    let seen = if self.lies { Vec::new() } else { cage.seen_in(&shown) };
                    assert_eq!(seen, Vec::<String>::new(), "{type_name}: listed");
                }
            }
            Deed::Destroy => return session.destroy(before).await.object,
        }
        before.clone()
    }

    /// What Terraform keeps: no write-only value anywhere, and no value at all beside the state. What the system gave for a
    /// secret is one from now on.
    pub(super) fn kept(&self, cage: &mut Cage, object: &Object) {
        for attr in self.resource.attrs.iter().filter(|attr| attr.is_sensitive() && !attr.settable()) {
            // Of what is made up of several parts the longest is the secret.
            let parts = object.state[attr.name].as_str().unwrap_or_default().split(|c: char| !c.is_alphanumeric());
            if let Some(text) = parts.max_by_key(|part| part.len()).filter(|part| part.len() > 15) {
                cage.add(&format!("{}.{}", self.resource.name, attr.name), text, false);
            }
        }
        self.seen(cage, &object.state, &object.private);
        if self.lies {
            return;
        }
        let identity = object.identity.to_string();
        assert_eq!(cage.seen_in(&identity), Vec::<String>::new(), "{}: in the identity", self.resource.name);
    }

    fn seen(&self, cage: &Cage, state: &Json, private: &[u8]) {
        if self.lies {
            return;
        }
        assert_eq!(cage.hidden_seen_in(&state.to_string()), Vec::<String>::new(), "{}: kept", self.resource.name);
        let private = String::from_utf8_lossy(private);
        assert_eq!(cage.seen_in(&private), Vec::<String>::new(), "{}: in the private bytes", self.resource.name);
    }
}
