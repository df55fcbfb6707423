//! What an apply will do, derived from the table, the configuration, the prior state and the private state. Pure: no
//! request, no clock. The order of the steps is the contract (docs/ARCHITECTURE.md, "Plan").

use std::cell::OnceCell;

use super::followers::mark_followers;
use super::notes::PlanNotes;
use super::refusals;
use super::secrets::SecretRefusals;
use crate::diagnostic::Diagnostics;
use crate::engine::values::correlate::fitting_pairs;
use crate::engine::values::private_state::{PrivateState, is_configured};
use crate::engine::values::same::{get, same};
use crate::engine::values::version::Version;
use crate::engine::values::walk::{Pairing, beside, rebuilt};
use crate::engine::values::write_only::{is_given, is_stamped, may_move_keys, moved_keys, versions};
use crate::schema::{Absent, Attr, Create, Replaces, Resource, Role, SchemaAttribute, schema_attributes};
use crate::value::{At, Object, Path, Value};

/// Everything that a plan is derived from.
pub(crate) struct Inputs<'a> {
    pub(crate) resource: &'static Resource,
    pub(crate) config: &'a Object,
    /// `None` on create.
    pub(crate) prior: Option<&'a Object>,
    pub(crate) private: &'a PrivateState,
    /// The system's version, if it is known.
    pub(crate) version: Option<&'a Version>,
    /// The settings of the provider that are defaults of attributes, once they are known.
    pub(crate) defaults: Option<&'a Object>,
    /// The notes of the first plan, for the final one that Terraform requests before an apply, when more values are known: it
    /// may only complete the first. `None` for a first plan, and where the host does not pass the notes on.
    pub(crate) first: Option<&'a PlanNotes>,
}

/// The planned object, the paths that require a replacement, and the reasons for which the plan is refused.
pub(crate) struct Plan {
    pub(crate) planned: Object,
    pub(crate) replaces: Vec<Path>,
    pub(crate) diagnostics: Diagnostics,
}

pub(crate) fn plan(inputs: &Inputs<'_>) -> Plan {
    let Inputs { resource, config, prior, private, first, .. } = inputs;
    let whole = OnceCell::new();
    let planner = ObjectPlanner { inputs, whole: &whole, verbatim: false };
    let planned = planner.object(resource.attrs, config, *prior, &At::Root);
    let mut diagnostics = Diagnostics::new();
    if let Some(version) = inputs.version {
        refusals::too_new(resource.attrs, config, version, &At::Root, &mut diagnostics);
    }
    let mut secrets = SecretRefusals { private, found: &mut diagnostics };
    secrets.object(resource.attrs, config, *prior, &planned, &At::Root);
    if prior.is_none() {
        diagnostics.extend(resource.managed().filter_map(|attr| refusals::missing_secret(attr, config)));
        diagnostics.extend(resource.managed().filter_map(|attr| refusals::missing_default(attr, &planned)));
    }
    let mut replaces = Vec::new();
    if let Some(prior) = prior {
        if !differs(&planned, prior) {
            return Plan { planned, replaces, diagnostics };
        }
        for attr in resource.managed().filter(|attr| attr.settable()) {
            let (before, after) = (get(prior, attr.name), get(&planned, attr.name));
            let replaced = match attr.replaces_on() {
                None => false,
                Some(Replaces::Always) => true,
                Some(Replaces::OnceSet) => !before.is_null(),
                Some(Replaces::OnRemoval) => !is_given(attr, &planned),
            };
            let changes = before != after || (attr.is_secret() && is_given(attr, prior) != is_given(attr, &planned));
            if replaced && changes {
                // Terraform ignores the path of a value that does not change.
                let is_version = attr.is_secret() && before == after;
                let path = if is_version { attr.version_name() } else { attr.name.to_owned() };
                replaces.push(Path::attribute(&path));
                diagnostics.extend(first.and_then(|_| refusals::became_null(attr, resource)));
            }
        }
        diagnostics.extend(resource.managed().filter_map(|attr| refusals::fixed(attr, config, prior, private)));
        diagnostics.extend(resource.managed().filter_map(|attr| refusals::kept_secret(attr, prior, &planned)));
        diagnostics.extend(refusals::managed_elsewhere(resource, config, prior, &planned));
    }
    Plan { planned, replaces, diagnostics }
}

/// The object as far as it is known before it is planned: server defaults depend on it.
fn as_it_will_be(resource: &'static Resource, config: &Object, prior: Option<&Object>) -> Object {
    let mut whole = prior.cloned().unwrap_or_default();
    let configured = config.iter().filter(|(_, value)| !value.is_null());
    whole.extend(configured.map(|(name, value)| (name.clone(), value.clone())));
    // A value that is left alone is the prior one; any other that is not configured is removed.
    let goes = |attr: &&'static Attr| attr.settable() && attr.absent() != Absent::Computed;
    for attr in resource.managed().filter(goes) {
        if get(config, attr.name).is_null() {
            whole.remove(attr.name);
        }
    }
    whole
}

struct ObjectPlanner<'a> {
    inputs: &'a Inputs<'a>,
    /// The object that server defaults depend on, made when the first of them is needed.
    whole: &'a OnceCell<Object>,
    /// Plans configured values as they are written, even if an equivalent prior value exists.
    verbatim: bool,
}

impl ObjectPlanner<'_> {
    fn object(&self, attrs: &'static [Attr], config: &Object, prior: Option<&Object>, at: &At<'_>) -> Object {
        let write_only = |attribute: &SchemaAttribute| get(config, &attribute.attr.write_only_name());
        let settled = |attribute: SchemaAttribute| {
            let wanted = get(config, &attribute.name);
            let value = match attribute.role {
                Role::WriteOnly => Value::Null,
                Role::Version => wanted.clone(),
                Role::Plain if attribute.attr.is_secret() && wanted.is_null() && !write_only(&attribute).is_null() => {
                    // While it is unknown whether the write-only argument is null, it is unknown whether the stored value stays.
                    let stored = prior.is_some_and(|prior| !get(prior, &attribute.name).is_null());
                    if stored && write_only(&attribute).is_unknown() { Value::Unknown } else { Value::Null }
                }
                Role::Plain => {
                    let before = prior.map(|prior| get(prior, &attribute.name));
                    self.value(attribute.attr, wanted, before, &at.then(&attribute.name))
                }
            };
            (attribute.name.into_owned(), value)
        };
        let mut planned: Object = schema_attributes(attrs).map(settled).collect();
        for attr in attrs {
            if let Some(initial) = attr.initial()
                && get(&planned, attr.name).is_unknown()
                && !get(config, attr.name).is_unknown()
                && let Some(value) = initial(&planned)
            {
                planned.insert(attr.name.to_owned(), value);
            }
        }
        for attr in attrs {
            if let Some(setting) = attr.default_setting()
                && get(config, attr.name).is_null()
                && get(&planned, attr.name).is_empty()
            {
                let value = self.inputs.defaults.map_or(Value::Unknown, |defaults| get(defaults, setting).clone());
                planned.insert(attr.name.to_owned(), value);
            }
        }
        if let Some(prior) = prior {
            let updates = differs(&planned, prior);
            let moves = self.show_moved_keys(attrs, config, prior, updates, &mut planned, at);
            if updates || moves {
                mark_followers(attrs, config, prior, &mut planned);
            }
        }
        planned
    }

    /// Makes the stamp unknown where keys of a write-only map are added or removed: Terraform stores nothing else that would
    /// show the change. Where the map is unknown, an update makes the stamp unknown too. A final plan adds no change that
    /// the first plan did not show. Returns true if there is one.
    fn show_moved_keys(
        &self,
        attrs: &'static [Attr],
        config: &Object,
        prior: &Object,
        updates: bool,
        planned: &mut Object,
        at: &At<'_>,
    ) -> bool {
        let mut shown = false;
        for attr in attrs.iter().filter(|attr| is_stamped(attrs, attr)) {
            let moves = moved_keys(attr, config, prior, self.inputs.private, at).is_some();
            let may_move = updates && may_move_keys(attr, config, prior, self.inputs.private, at);
            let Some(stamp) = attr.stamp().filter(|_| moves || may_move) else { continue };
            if self.inputs.first.is_none_or(|first| first.is_configured(&at.then(stamp))) {
                planned.insert(stamp.to_owned(), Value::Unknown);
                shown = true;
            }
        }
        shown
    }

    fn value(&self, attr: &'static Attr, wanted: &Value, prior: Option<&Value>, at: &At<'_>) -> Value {
        match wanted {
            Value::Null => self.absent(attr, prior, at),
            Value::Unknown => Value::Unknown,
            wanted => self.configured(attr, wanted, prior, at),
        }
    }

    /// The value of an attribute that is not configured.
    fn absent(&self, attr: &'static Attr, prior: Option<&Value>, at: &At<'_>) -> Value {
        match (attr.settable(), attr.absent(), prior) {
            (false, _, None) => attr.fixed_text().map_or(Value::Unknown, Value::string),
            (false, _, Some(prior)) => prior.clone(),
            (_, Absent::Null, _) => Value::Null,
            // Removing the attribute from the configuration changes nothing.
            (_, _, Some(prior)) if attr.is_kept_when_removed() => prior.clone(),
            (_, Absent::Constant, _) => attr.empty_value(),
            (_, Absent::Empty, Some(prior)) if prior.is_empty() => prior.clone(),
            (_, Absent::Empty, _) => Value::Null,
            // What an object that exists already is left at is known once it is read.
            (_, Absent::Computed, None) if may_exist(self.inputs.resource, attr) => Value::Unknown,
            (_, Absent::Computed, Some(prior)) if !self.inputs.private.was_configured(at) => prior.clone(),
            (_, Absent::Computed, _) => system_default(attr),
        }
    }

    fn configured(&self, attr: &'static Attr, wanted: &Value, prior: Option<&Value>, at: &At<'_>) -> Value {
        if let Some(prior) = prior.filter(|prior| !prior.is_null()) {
            // An empty value that requests the default changes nothing, and a value that no key has read cannot be compared.
            let requests_default = !is_configured(attr, wanted) && !self.inputs.private.was_configured(at);
            let leaves_alone = requests_default || self.inputs.private.is_unseen(at);
            let is_same = || wanted == prior || same(attr, wanted, prior, self.server_defaults(attr).as_ref());
            let may_keep = !self.verbatim && self.inputs.first.is_none_or(|first| !first.is_configured(at));
            if may_keep && (leaves_alone || (is_same() && versions(attr, wanted) == versions(attr, prior))) {
                return prior.clone();
            }
        }
        let Some(nested) = attr.kind.nested() else { return wanted.clone() };
        let prior = prior.unwrap_or(&Value::Null);
        let ordered = attr.is_ordered();
        let settled = ordered || wanted.is_known();
        let pairing = |items: &[Value], prior: &[Value]| self.pairs(nested, items, prior, at);
        let pairing: Option<Pairing<'_>> = if ordered { None } else { Some(&pairing) };
        rebuilt(wanted, prior, pairing, at, &mut |item, old, at| {
            // Terraform compares a list by index, so a prior element from another index is no prior value to it.
            let moved = attr.is_unordered_list() && old.is_some() && old != beside(prior, at);
            let planner = ObjectPlanner { verbatim: self.verbatim || moved, ..*self };
            match planner.element(nested, item, old, at) {
                Value::Object(planned) if old.is_none() && !settled => Value::Object(open_up(nested, item, planned)),
                planned => planned,
            }
        })
    }

    /// What the system adds to this attribute of the object as it will be.
    fn server_defaults(&self, attr: &Attr) -> Option<Value> {
        let Inputs { resource, config, prior, .. } = self.inputs;
        let whole = || self.whole.get_or_init(|| as_it_will_be(resource, config, *prior));
        if attr.has_server_defaults() { attr.added_by_server(whole()) } else { None }
    }

    fn element(&self, nested: &'static [Attr], wanted: &Value, prior: Option<&Value>, at: &At<'_>) -> Value {
        match wanted {
            Value::Object(object) => Value::Object(self.object(nested, object, prior.and_then(Value::as_object), at)),
            // Terraform takes the write-only attributes of an unknown object for values.
            Value::Unknown if nested.iter().any(|attr| attr.is_secret()) => Value::Object(unknown_object(nested)),
            other => other.clone(),
        }
    }

    /// An element without a place is the prior element that it would not change.
    fn pairs(&self, nested: &'static [Attr], items: &[Value], prior: &[Value], at: &At<'_>) -> Vec<Option<usize>> {
        let kept = self.inputs.first.and_then(|first| first.kept(at, prior));
        let keeps = |verbatim, item: &Value, prior: &Value| {
            item.is_known() && ObjectPlanner { verbatim, ..*self }.element(nested, item, Some(prior), at) == *prior
        };
        let as_written = |item: &Value, prior: &Value| keeps(true, item, prior);
        let fits = |item: &Value, prior: &Value| {
            keeps(self.verbatim || kept.as_ref().is_some_and(|kept| !kept.contains(&prior)), item, prior)
        };
        // Values that the item leaves alone would also fit a prior element that another item names completely.
        let written_exactly =
            |item: &Value, prior: &Value| as_written(item, prior) && !leaves_open(nested, item, prior);
        let exactly = |item: &Value, prior: &Value| fits(item, prior) && !leaves_open(nested, item, prior);
        // An element with unknown parts may become a better match for a prior element.
        let settled = items.iter().all(Value::is_known);
        let loosely = |item: &Value, prior: &Value| settled && fits(item, prior);
        fitting_pairs(nested, items, prior, &[&written_exactly, &exactly, &as_written, &loosely])
    }
}

/// An unknown object, in the form that a plan may have.
fn unknown_object(nested: &'static [Attr]) -> Object {
    let value = |attribute: SchemaAttribute| {
        let value = if attribute.role == Role::WriteOnly { Value::Null } else { Value::Unknown };
        (attribute.name.into_owned(), value)
    };
    schema_attributes(nested).map(value).collect()
}

/// True when the prior element has values that the configured one leaves alone.
fn leaves_open(nested: &'static [Attr], item: &Value, prior: &Value) -> bool {
    let (Some(item), Some(prior)) = (item.as_object(), prior.as_object()) else { return false };
    let open = |attr: &Attr| attr.settable() && get(item, attr.name).is_null() && !get(prior, attr.name).is_null();
    nested.iter().any(open)
}

/// Makes unknown what the system decides in an element of a set that may become equivalent to a prior one.
fn open_up(nested: &'static [Attr], item: &Value, mut planned: Object) -> Object {
    for attr in nested.iter().filter(|attr| attr.absent() != Absent::Null) {
        if item.as_object().is_some_and(|item| get(item, attr.name).is_null()) {
            planned.insert(attr.name.to_owned(), Value::Unknown);
        }
    }
    planned
}

/// True when the plan changes anything. Attributes that only the state has are ignored.
fn differs(planned: &Object, prior: &Object) -> bool {
    let mut before = prior.iter().peekable();
    planned.iter().any(|(name, value)| {
        while before.next_if(|(other, _)| *other < name).is_some() {}
        before.next_if(|(other, _)| *other == name).map_or(&Value::Null, |(_, value)| value) != value
    })
}

/// True if a create may find a value of this attribute at the system, and keeps it.
fn may_exist(resource: &Resource, attr: &Attr) -> bool {
    matches!(resource.create, Create::Over | Create::PostOrAdopt) && !attr.is_secret() && attr.element_path().is_none()
}

/// The value of an `or_computed` attribute that is not configured, or no longer: the default is empty unless it depends on
/// other attributes; then only the system knows it.
fn system_default(attr: &Attr) -> Value {
    if attr.followed().is_empty() && attr.initial().is_none() { Value::Null } else { Value::Unknown }
}

#[cfg(test)]
mod tests;
