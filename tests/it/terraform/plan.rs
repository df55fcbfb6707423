//! A plan as `terraform show -json` tells it: which actions, and what changes from what to what.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::Outcome;
use crate::subject::PROVIDERS;

/// What is planned for one object, or what was found changed.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) address: String,
    pub(crate) actions: Vec<String>,
    pub(crate) before: Json,
    /// Without what is known only after the apply.
    pub(crate) after: Json,
    unknown: Json,
    pub(crate) importing: bool,
}

impl Change {
    fn read(json: &Json) -> Self {
        let change = &json["change"];
        let actions = change["actions"].as_array().cloned().unwrap_or_default();
        Self {
            address: json["address"].as_str().expect("a change has an address").to_owned(),
            actions: actions.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            before: change["before"].clone(),
            after: change["after"].clone(),
            unknown: change["after_unknown"].clone(),
            importing: !change["importing"].is_null(),
        }
    }

    pub(crate) fn is(&self, actions: &[&str]) -> bool {
        self.actions == actions
    }

    /// Only what another object of the configuration says of both: a link that is set on its end.
    fn shows_a_link(&self) -> bool {
        let name = self.address.rsplit('.').nth(1).unwrap_or_default();
        let Some(resource) = PROVIDERS.iter().find_map(|provider| provider.resource(name)) else { return false };
        let is_link = |name: &String| resource.attr(name).is_some_and(|attr| attr.link().is_some());
        self.is(&["update"]) && self.changed().iter().all(is_link)
    }

    fn does_nothing(&self) -> bool {
        self.is(&["no-op"]) || self.is(&["read"])
    }

    /// The attributes that get another value, or one that is not known yet.
    pub(crate) fn changed(&self) -> BTreeSet<String> {
        let empty = Map::new();
        let object = |json: &'_ Json| json.as_object().unwrap_or(&empty).clone();
        let (before, after, unknown) = (object(&self.before), object(&self.after), object(&self.unknown));
        let names = before.keys().chain(after.keys()).chain(unknown.keys());
        let differs = |name: &&String| {
            let get = |object: &Map<String, Json>| object.get(*name).cloned().unwrap_or(Json::Null);
            // Collections are shown as collections of falses where nothing is unknown.
            get(&before) != get(&after) || get(&unknown).to_string().contains("true")
        };
        names.filter(differs).cloned().collect()
    }
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) outcome: Outcome,
    pub(crate) changes: Vec<Change>,
    /// What a refresh found changed since the last apply.
    pub(crate) drift: Vec<Change>,
    outputs_change: bool,
    /// A data source in a `check` block is read by each apply, and Terraform counts that as something to do.
    checks: bool,
}

impl Plan {
    pub(super) fn new(outcome: Outcome, json: Json) -> Self {
        let read = |name: &str| json[name].as_array().into_iter().flatten().map(Change::read).collect::<Vec<_>>();
        let (mut changes, drift) = (read("resource_changes"), read("resource_drift"));
        changes.retain(|change| change.importing || !change.does_nothing());
        let outputs = json["output_changes"].as_object();
        let outputs_change = outputs.is_some_and(|all| all.values().any(|it| it["actions"][0] != "no-op"));
        let reads =
            json["resource_changes"].as_array().into_iter().flatten().any(|it| it["change"]["actions"][0] == "read");
        let checks = reads && json["checks"].as_array().is_some_and(|checks| !checks.is_empty());
        Self { outcome, changes, drift, outputs_change, checks }
    }

    /// Whether Terraform calls it a plan without anything to do, but for its checks.
    pub(crate) fn exits_as_empty(&self) -> bool {
        self.outcome.code == 0 || (self.outcome.code == 2 && self.checks)
    }

    pub(crate) fn is_empty(&self) -> bool {
        let is_quiet = self.drift.iter().all(Change::shows_a_link);
        self.changes.is_empty() && is_quiet && !self.outputs_change
    }

    /// # Panics
    /// If the plan failed.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.outcome.code != 1, "{:#?}", self.outcome);
        self
    }

    /// What is planned for this object.
    ///
    /// # Panics
    /// If nothing is.
    #[track_caller]
    pub(crate) fn change(&self, address: &str) -> &Change {
        let found = self.changes.iter().find(|change| change.address == address);
        found.unwrap_or_else(|| panic!("nothing is planned for {address}: {self:#?}"))
    }

    /// The only change that is planned.
    ///
    /// # Panics
    /// If there is none or another one.
    #[track_caller]
    pub(crate) fn only_change(&self) -> &Change {
        assert!(self.changes.len() == 1, "not one change: {self:#?}");
        &self.changes[0]
    }
}
