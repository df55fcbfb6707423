//! The steps of an update: one request that carries what the plan changes, and what the system would otherwise
//! overwrite, and nothing else.

use std::collections::BTreeMap;

use super::{Write, http};
use crate::api::{Call, Error, ErrorKind, Json, Method, Repeat};
use crate::diagnostic::{Diagnostic, listed};
use crate::engine::report::errors::{explain, explain_read, explain_write};
use crate::engine::session::Asking;
use crate::engine::values::address::{described, object_path};
use crate::engine::values::body::{encode, find_mut};
use crate::engine::values::change::{Change, headers, patch_body, whole_body};
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{elements, get};
use crate::engine::values::write_only::carried;
use crate::hooks::{AttributeCall, JsonObject};
use crate::schema::{Attr, Resource, Update};
use crate::value::{At, Object, Path, Value};

impl Write<'_> {
    /// The object as it is now, if it is still the object that was planned.
    pub(crate) async fn current(&self, prior: &Object) -> Result<Observed, Diagnostic> {
        let doing = format!("update the {}", self.named(prior));
        let detail = match self.session.fetch_anew(self.resource, prior, self.budget).await {
            Ok(Some(current)) if !is_another(self.resource, prior, &current.object) => return Ok(current),
            Ok(Some(_)) => {
                "It was deleted outside Terraform after the plan, and another one with the same name was created. Nothing was \
                 changed. Plan again to see the present object."
            }
            Ok(None) => "It was deleted outside Terraform after the plan. Plan again to create it.",
            Err(error) => return Err(explain_read(self.session.system, &doing, &error)),
        };
        Err(Diagnostic::error(format!("Could not {doing}"), detail))
    }

    /// The changes, completed with the defaults that the system added to a changed value, and with the write-only
    /// entries that stay.
    pub(crate) fn completed_changes(
        &self,
        changes: Vec<Change>,
        current: &Observed,
        prior: &Object,
        private: &PrivateState,
    ) -> Vec<Change> {
        let after = as_changed(&current.object, &changes);
        let completed = |change: Change| {
            let keys = carried(change.attr, self.config, prior, private);
            ride_along(change, current, &after).carrying(&keys, &current.json)
        };
        changes.into_iter().map(completed).collect()
    }

    /// The error of a refused update.
    pub(crate) async fn update_refused(&self, keys: &Object, error: &Error) -> Diagnostic {
        let doing = format!("update the {}", self.named(keys));
        match error.kind() {
            Some(ErrorKind::AlreadyExists) if self.resource.unique_names || self.is_renamed(keys) => {
                match self.revoked(&doing, error).await {
                    Some(revoked) => revoked,
                    None => self.name_taken(&doing, error, self.in_the_way().await.as_ref()),
                }
            }
            _ => explain_write(self.session.system, self.resource, self.planned, &doing, error),
        }
    }

    /// Sends the request that must precede an update. If its answer is lost, the attribute that it changes shows
    /// whether it was executed.
    pub(crate) async fn send_before_update(&self, keys: &Object, before: &AttributeCall) -> Result<(), Diagnostic> {
        let Some(mut path) = object_path(self.resource, keys) else { return Err(self.no_path(keys)) };
        path.push(before.below.to_owned());
        let mut call = Call::new(Method::Post, path);
        call.headers = self
            .resource
            .attr(before.attribute)
            .map(|attr| headers(&[Change::new(attr, self.wanted(attr))]))
            .unwrap_or_default();
        let Err(error) = self.send(call).await else { return Ok(()) };
        let seen = self.session.fetch(self.resource, keys, &self.budget.uncancellable()).await;
        let wanted = get(self.planned, before.attribute);
        if error.may_have_acted() && matches!(&seen, Ok(Some(seen)) if get(&seen.object, before.attribute) == wanted) {
            return Ok(());
        }
        let doing = format!("{} the {}", before.below, self.named(keys));
        let diagnostic = explain_write(self.session.system, self.resource, self.planned, &doing, &error);
        Err(diagnostic.at(Path::attribute(before.attribute)))
    }

    /// True when this write gives the object another name.
    pub(super) fn is_renamed(&self, keys: &Object) -> bool {
        let mut renaming = self.resource.keys().filter(|key| key.renames_object());
        renaming.any(|key| get(keys, key.name) != get(self.planned, key.name))
    }

    fn no_path(&self, keys: &Object) -> Diagnostic {
        Diagnostic::error(format!("Could not update the {}", self.named(keys)), "Its key is not known.")
    }

    pub(crate) fn named(&self, keys: &Object) -> String {
        described(self.resource, keys)
    }

    /// The request that carries the changes; `None` when there is nothing to send.
    pub(crate) async fn request(
        &self,
        keys: &Object,
        changes: &[Change],
        current: &Observed,
        prior: &Object,
        private: &PrivateState,
    ) -> Result<Option<Call>, Diagnostic> {
        let whole = match self.resource.update {
            Update::Patch | Update::PutChanges => false,
            Update::PatchOrPut => changes.iter().any(Change::needs_whole),
            Update::MergePut | Update::AsCreate | Update::None => true,
        };
        let path = object_path(self.resource, keys).ok_or_else(|| self.no_path(keys))?;
        if self.resource.update == Update::AsCreate {
            let changed =
                |all: Change| changes.iter().find(|it| it.attr.name == all.attr.name).map_or(all, Change::again);
            let all: Vec<Change> = self.all().into_iter().map(changed).collect();
            let method = http(self.resource.create.method());
            return Ok(Some(Call::new(method, path).body(self.whole_new(&all)).repeat(Repeat::Safe)));
        }
        let mut body = if whole { whole_body(&current.json, changes) } else { patch_body(changes) };
        if let (false, Some(amend)) = (whole, self.resource.hooks.amend_patch) {
            let asking = Asking { session: self.session, budget: self.budget };
            amend(&asking, &current.json, &mut body).await.map_err(|error| {
                let doing = format!("read what belongs to the {}", self.named(keys));
                explain(self.session.system, &doing, &error)
            })?;
        }
        for attr in self.resource.managed().filter(|attr| attr.is_secret()) {
            self.fill_masked(attr, &mut body, prior, whole, private)?;
        }
        if body.is_empty() {
            return Ok(None);
        }
        if self.resource.update == Update::PutChanges {
            let ride_along =
                |all: &Change| all.attr.is_always_sent() && changes.iter().all(|it| it.attr.name != all.attr.name);
            self.all().iter().filter(|change| ride_along(change)).for_each(|change| change.lay_over(&mut body));
        }
        let method = match self.resource.update {
            Update::PutChanges => Method::Put,
            _ if whole => http(self.resource.create.whole_method()),
            _ => Method::Patch,
        };
        let body = match self.resource.hooks.body.filter(|_| whole) {
            Some(shape) => shape(body),
            None => Json::Object(body),
        };
        // Also where the whole object is sent with a POST.
        Ok(Some(Call::new(method, path).body(body).repeat(Repeat::Safe)))
    }

    /// Replaces masked (null) entries of a secret by their known values. Null must not be sent: with some credentials
    /// it would be stored as text. An unknown entry removes the secret from a PATCH, which then leaves it alone.
    /// Masked write-only entries stay null: a key that is shown null keeps the value by sending it.
    fn fill_masked(
        &self,
        attr: &Attr,
        body: &mut JsonObject,
        prior: &Object,
        whole: bool,
        private: &PrivateState,
    ) -> Result<(), Diagnostic> {
        let Some(Json::Object(entries)) = find_mut(body, attr.wire_name()) else { return Ok(()) };
        let kept = private.write_only_keys(&At::Root.then(attr.name));
        let is_kept = |key: &String| kept.is_some_and(|kept| kept.contains(key));
        let write_only = attr.write_only_name();
        let own = attr.added_by_server(prior).unwrap_or(Value::Null);
        let sources = [get(self.config, attr.name), get(self.config, &write_only), get(prior, attr.name), &own];
        let mut missing = Vec::new();
        for (key, entry) in entries.iter_mut().filter(|(key, entry)| entry.is_null() && !is_kept(key)) {
            let known = sources.iter().find_map(|source| match source {
                Value::Map(source) => source.get(key).filter(|value| matches!(value, Value::String(_))),
                _ => None,
            });
            match known {
                Some(value) => *entry = encode_entry(attr, value),
                None => missing.push(key.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        if !whole {
            body.remove(attr.wire_name());
            return Ok(());
        }
        let detail = format!(
            "This change requires sending the whole {noun}, but the {title} masks {missing} of `{name}`, and neither \
             the configuration nor the state knows them: they would be lost. Configure `{name}` or `{write_only}` \
             with all keys, or use a key that may read them.",
            noun = self.resource.noun(),
            title = self.session.system.title,
            missing = listed(missing.iter()),
            name = attr.name,
        );
        Err(Diagnostic::error(format!("`{}` is masked", attr.name), detail).at(Path::attribute(attr.name)))
    }
}

/// True when the object that has the key now has another `id` than the stored one.
fn is_another(resource: &'static Resource, prior: &Object, current: &Object) -> bool {
    const ID: &str = "id";
    let ids = [prior, current].map(|object| get(object, ID).as_str());
    resource.attr(ID).is_some_and(|attr| !attr.settable()) && ids[0].is_some() && ids[1].is_some() && ids[0] != ids[1]
}

fn encode_entry(attr: &Attr, value: &Value) -> Json {
    let one = Value::Map([(String::new(), value.clone())].into());
    match encode(attr, &one) {
        Json::Object(mut entries) => entries.remove("").unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

/// The object with these changes.
fn as_changed(object: &Object, changes: &[Change]) -> Object {
    let mut object = object.clone();
    let value = |change: &Change| change.value.clone().unwrap_or(Value::Null);
    object.extend(changes.iter().map(|change| (change.attr.name.to_owned(), value(change))));
    object
}

/// Adds the defaults that the system added and the plan does not name, as far as they exist and belong to the object
/// as planned.
fn ride_along(change: Change, current: &Observed, after: &Object) -> Change {
    let (Some(value), Some(defaults)) = (&change.value, change.attr.added_by_server(after)) else { return change };
    let now = get(&current.object, change.attr.name);
    let value = match (value, now, &defaults) {
        (Value::Map(planned), Value::Map(now), Value::Map(defaults)) => {
            // A masked entry counts as the default, as in a read.
            let is_there = |(key, own): &(&String, &Value)| now.get(*key).is_some_and(|it| it.is_null() || it == *own);
            let added = defaults.iter().filter(is_there);
            let mut all: BTreeMap<String, Value> = added.map(|(key, own)| (key.clone(), own.clone())).collect();
            all.extend(planned.clone());
            Value::Map(all)
        }
        (Value::Set(_) | Value::Null, Value::Set(now), defaults) => {
            let (planned, defaults) = (value.items().unwrap_or_default(), elements(defaults));
            let named = elements(value);
            let added = now.iter().filter(|item| defaults.contains(item) && !named.contains(item));
            Value::Set(planned.iter().chain(added).cloned().collect())
        }
        (value, ..) => value.clone(),
    };
    Change { value: Some(value), ..change }
}
