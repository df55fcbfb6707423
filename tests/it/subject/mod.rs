//! What is under test: a provider's tables beside the emulated system that they manage. Tests that are told from the
//! tables go through this, so that a new table, and a whole new system, is in them by itself; what no table can tell is
//! said once, in the file of the system.

mod actions;
pub(crate) mod cases;
mod ephemerals;
pub(crate) mod gateway;
pub(crate) mod kinds;
mod manager;
pub(crate) mod places;
pub(crate) mod references;
pub(crate) mod samples;

use std::fmt;

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Provider, Reads, Replaces, Resource, Rights};

use crate::emulator::{Fault, Logged};
use crate::host::Session;
use cases::{Make, alone};

pub(crate) use gateway::{HoopGateway, connection, minimal};
pub(crate) use manager::LerianManager;

/// Every provider, the one that the repository is called by first.
pub(crate) const PROVIDERS: [&Provider; 2] =
    [&terraform_provider_hoop::hoop::PROVIDER, &terraform_provider_hoop::lerian::PROVIDER];

/// A fresh system and the provider for it.
pub(crate) trait Subject {
    fn provider(&self) -> &'static Provider;

    /// The provider block for this system.
    fn settings(&self) -> Json;

    /// The same with a key that has no more than these rights; none where the system grades no keys.
    fn settings_of(&self, _rights: Rights) -> Option<Json> {
        None
    }

    /// From now on the system hides all that it can hide from those who may not see it.
    fn hide(&self) {}

    /// The least configuration for an object of this name; what it needs is made.
    fn minimal(&self, type_name: &str, name: &str) -> Json;

    /// The least configuration of an action; what it acts on is made, and can be acted on.
    fn invocation(&self, action: &str) -> Json;

    /// What an action with this configuration changes, as it is now; none where it changes nothing.
    fn effect(&self, action: &str, config: &Json) -> Option<Json>;

    /// A value of an attribute that no rule of the table tells, because it names something that must exist: the `nth` of
    /// several that differ. The path has no indices: `roles.agent_id`.
    fn reference(&self, type_name: &str, path: &str, nth: usize) -> Option<Json>;

    /// A configuration of a data source that is no resource's; what it asks about is made.
    fn question(&self, name: &str) -> Json;

    /// A configuration of an ephemeral resource; what it opens is made.
    fn ephemeral(&self, name: &str) -> Json;

    /// An attribute that cannot be sampled here, and why not.
    fn not_sampled(&self, type_name: &str, path: &str) -> Option<&'static str>;

    /// Attributes that an object which has all the others cannot have too.
    fn left_out(&self, type_name: &str) -> &'static [&'static str];

    /// Of a type that the system adds something to by itself: a configuration that spells it, and the same object with a
    /// configuration that does not.
    fn additions(&self, _type_name: &str, _name: &str) -> Option<(Json, Json)> {
        None
    }

    /// What the system itself, or its operator, adds to an object of this state.
    fn add_its_own(&self, _type_name: &str, _state: &Json) {}

    /// Asks the system past the network: no fault hits it, and it is not in the log. The path is the one of the API.
    fn ask(&self, method: &str, path: &str, body: Json) -> (u16, Json);

    fn fault(&self, fault: Fault);
    fn clear_faults(&self);
    fn requests(&self) -> Vec<Logged>;
    fn clear_requests(&self);

    /// A GET past the network; null for what is not there.
    fn get(&self, path: &str) -> Json {
        match self.ask("GET", path, Json::Null) {
            (200, body) => body,
            (404, _) => Json::Null,
            // An attribute that is gone.
            (500, body) if body["message"].as_str().is_some_and(|text| text.contains("not found")) => Json::Null,
            (status, body) => panic!("GET {path}: {status} {body}"),
        }
    }

    /// How many objects the system has that this configuration describes, told from the system itself.
    fn count(&self, resource: &'static Resource, config: &Json) -> usize {
        match resource.reads {
            Reads::Find { path, at, wire, attr, .. } => {
                let body = self.get(&rendered(path, config));
                let is_it = |entry: &&Json| match &config[attr] {
                    Json::Null => is_described(resource, entry, config),
                    key => is_keyed(entry, wire, key),
                };
                entries(&body, at).filter(is_it).filter(|entry| is_there(resource, entry)).count()
            }
            Reads::At(path) => {
                let body = self.get(&rendered(path, config));
                usize::from(body.is_object() && is_there(resource, &body))
            }
            // A part of another object, whose key is in the path.
            Reads::One if resource.path.is_some_and(|path| path.contains('{')) => {
                let body = self.get(&rendered(resource.path.unwrap_or_default(), config));
                usize::from(body.is_object())
            }
            Reads::One => {
                let body = self.get(resource.collection);
                if resource.only_id().is_some() {
                    return usize::from(body.is_object());
                }
                let list = body.as_array().or_else(|| body["items"].as_array()).or_else(|| body["data"].as_array());
                let is_it = |entry: &&Json| is_described(resource, entry, config) && is_there(resource, entry);
                list.into_iter().flatten().filter(is_it).count()
            }
        }
    }

    /// The object of this state as the system has it, and beside it those that are configured inside it, by their keys.
    fn shown(&self, resource: &'static Resource, state: &Json) -> Json {
        let object = match resource.reads {
            Reads::Find { path, at, wire, attr, .. } => {
                let body = self.get(&rendered(path, state));
                entries(&body, at).find(|entry| is_keyed(entry, wire, &state[attr])).cloned().unwrap_or_default()
            }
            Reads::At(path) => self.get(&rendered(path, state)),
            Reads::One => {
                let keys = resource.given_keys().map(|key| format!("{{{}}}", key.name));
                let own = keys.fold(resource.collection.to_owned(), |path, key| format!("{path}/{key}"));
                self.get(&rendered(resource.path.unwrap_or(&own), state))
            }
        };
        let inside = resource.managed().find_map(|attr| Some((attr.name, attr.child_objects()?)));
        let children = inside.into_iter().flat_map(|(name, of)| {
            let keys = state[name].as_object().into_iter().flat_map(|children| children.keys());
            keys.map(move |key| (key.clone(), self.get(&format!("{}/{key}", of.table.collection))))
        });
        json!({"object": object, "children": children.collect::<Map<_, _>>()})
    }
}

/// Whether an entry of a list has this key, or consists of it.
fn is_keyed(entry: &Json, wire: &str, key: &Json) -> bool {
    entry[wire] == *key || entry == key
}

/// Whether it has the texts that the configuration requires.
fn is_described(resource: &'static Resource, entry: &Json, config: &Json) -> bool {
    let mut required = resource.managed().filter(|attr| attr.is_required() && config[attr.name].is_string());
    required.all(|attr| entry[attr.wire_name()] == config[attr.name])
}

/// Whether an object that the system shows counts as existing.
fn is_there(resource: &'static Resource, object: &Json) -> bool {
    object.as_object().is_none_or(|object| resource.hooks.absent_when.is_none_or(|absent| !absent(object)))
}

/// The path that a template says for these attributes.
fn rendered(template: &str, attributes: &Json) -> String {
    let part = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => attributes[name].as_str().unwrap_or_default().to_owned(),
        None => segment.to_owned(),
    };
    template.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The entries of the list at a dotted place.
fn entries<'a>(body: &'a Json, at: &str) -> impl Iterator<Item = &'a Json> {
    at.split('.')
        .filter(|step| !step.is_empty())
        .try_fold(body, |json, step| json.get(step))
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}

/// True when a plan may refuse an attribute for what no rule of the configuration alone says: it cannot change, a new
/// object cannot be without it, taking it away replaces an object that was not planned to be replaced, or a version asks
/// for a write-only value that is null.
pub(crate) fn may_be_refused(resource: &'static Resource, path: &str) -> bool {
    let refused = |attr: &Attr| {
        let demanded = attr.is_required_on_create() || attr.default_setting().is_some();
        demanded || attr.is_fixed() || attr.replaces_on() == Some(Replaces::OnRemoval)
    };
    path.ends_with("_wo_version") || resource.attr(path).is_some_and(refused)
}

/// Every system that has a provider, fresh, in the runtime of the caller.
pub(crate) fn subjects() -> Vec<Make> {
    vec![|| Box::new(HoopGateway::here()), || Box::new(LerianManager::here())]
}

/// The same beside the caller, for those who wait for other programs.
pub(crate) fn subjects_beside() -> Vec<Box<dyn Subject>> {
    vec![Box::new(HoopGateway::beside()), Box::new(LerianManager::beside())]
}

/// Each type of each system, with what makes a fresh one.
pub(crate) fn types() -> Vec<(Make, &'static Resource)> {
    of_all(|provider| provider.resources)
}

/// Each entry of one kind of each system, with what makes a fresh one.
pub(crate) fn of_all<T>(of: fn(&'static Provider) -> &'static [&'static T]) -> Vec<(Make, &'static T)> {
    let of_one = |make: Make| of(alone(async { make().provider() })).iter().map(move |entry| (make, *entry));
    subjects().into_iter().flat_map(of_one).collect()
}

/// A session that is configured for the subject, and knows of nothing yet.
pub(crate) async fn configured(subject: &dyn Subject) -> Session {
    let session = Session::inside(subject.provider()).await;
    let found = session.configure(subject.settings()).await;
    assert!(found.is_clean(), "{found}");
    session
}

/// What a data source for one object is asked with: nothing where there is only one.
pub(crate) fn lookup(resource: &Resource, identity: &Json) -> Json {
    let keys = resource.given_keys().map(|key| (key.name.to_owned(), identity[key.name].clone()));
    Json::Object(keys.collect())
}

/// The id that an import of the object with this state takes.
pub(crate) fn import_id(resource: &'static Resource, state: &Json) -> String {
    let keys = resource.keys().map(|key| state[key.name].as_str().expect("a key"));
    keys.collect::<Vec<_>>().join("/")
}

/// One type: with the least that an object of it needs, or with everything that it can have.
pub(crate) struct Extent {
    pub(crate) make: Make,
    pub(crate) resource: &'static Resource,
    pub(crate) full: bool,
}

impl Extent {
    pub(crate) fn all() -> Vec<Self> {
        let both = |(make, resource)| [false, true].map(|full| Self { make, resource, full });
        types().into_iter().flat_map(both).collect()
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.full { "full" } else { "minimal" }, self.resource.name)
    }
}
