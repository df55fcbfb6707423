//! What is under test: a provider's tables beside the emulated system that they manage. Tests that are told from the
//! tables go through this, so that a new table, and a whole new system, is in them by itself; what no table can tell is
//! said once, in the file of the system.

mod gateway;
mod manager;
pub(crate) mod samples;

use serde_json::Value as Json;
use terraform_provider_hoop::schema::{Presence, Provider, Reads, Resource};

use crate::emulator::{Fault, Logged};

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

    /// The least configuration for an object of this name; what it needs is made.
    fn minimal(&self, type_name: &str, name: &str) -> Json;

    /// A value of an attribute that no rule of the table tells, because it names something that must exist: the `nth` of
    /// several that differ. The path has no indices: `roles.agent_id`.
    fn reference(&self, type_name: &str, path: &str, nth: usize) -> Option<Json>;

    /// A configuration of a data source that is no resource's; what it asks about is made.
    fn question(&self, name: &str) -> Json;

    /// An attribute that cannot be sampled here, and why not.
    fn not_sampled(&self, type_name: &str, path: &str) -> Option<&'static str>;

    /// Attributes that an object which has all the others cannot have too.
    fn left_out(&self, type_name: &str) -> &'static [&'static str];

    /// Asks the system past the network: no fault hits it, and it is not in the log. The path is the one of the API.
    fn ask(&self, method: &str, path: &str, body: Json) -> (u16, Json);

    fn fault(&self, fault: Fault);
    fn clear_faults(&self);
    fn requests(&self) -> Vec<Logged>;
    fn clear_requests(&self);

    /// How many objects the system has that this configuration describes, told from the system itself.
    fn count(&self, resource: &'static Resource, config: &Json) -> usize {
        let part = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => config[name].as_str().unwrap_or_default().to_owned(),
            None => segment.to_owned(),
        };
        let path = |template: &str| template.split('/').map(part).collect::<Vec<_>>().join("/");
        let get = |path: &str| match self.ask("GET", path, Json::Null) {
            (200, body) => body,
            (404, _) => Json::Null,
            (status, body) => panic!("GET {path}: {status} {body}"),
        };
        match resource.reads {
            Reads::Find { path: template, at, wire, attr } => {
                let body = get(&path(template));
                let list = at.split('.').try_fold(&body, |json, step| json.get(step));
                let entries = list.and_then(Json::as_array).into_iter().flatten();
                entries.filter(|entry| entry[wire] == config[attr]).count()
            }
            Reads::At(template) => {
                let body = get(&path(template));
                let object = body.as_object();
                let there = |object| resource.hooks.absent_when.is_none_or(|absent| !absent(object));
                usize::from(object.is_some_and(there))
            }
            Reads::One => {
                let named = || resource.attrs.iter().filter(|attr| attr.settable() && config[attr.name].is_string());
                let body = get(resource.collection);
                let list = body.as_array().or_else(|| body["items"].as_array()).or_else(|| body["data"].as_array());
                let is_it = |entry: &&Json| {
                    let required = named().filter(|attr| attr.presence == Presence::Required);
                    required.into_iter().all(|attr| entry[attr.wire_name()] == config[attr.name])
                };
                list.into_iter().flatten().filter(is_it).count()
            }
        }
    }
}

/// Every system that has a provider, fresh, in the runtime of the caller.
pub(crate) fn subjects() -> Vec<fn() -> Box<dyn Subject>> {
    vec![|| Box::new(HoopGateway::here()), || Box::new(LerianManager::here())]
}
