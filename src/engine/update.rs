//! Update and delete. An update is one request under the object's lock, the object read first: what the plan changes,
//! what the system would otherwise overwrite by itself, and nothing else.

use super::apply::{Write, Written};
use super::body::{Change, encode, find_mut, patch_body, whole_body};
use super::memory::Memory;
use super::observe::known;
use super::same::{extras, get};
use super::session::{Asking, Seen, Session, object_path};
use super::trouble::{explain, explain_fault, explain_write};
use super::{Engine, Outcome, Stored};
use crate::api::{Call, Json, Method, Patience};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::hooks::JsonObject;
use crate::schema::{Attr, Resource, Update};
use crate::value::{Object, Path, Value};

impl Write<'_> {
    pub(super) async fn update(&self, prior: &Object, memory: Memory) -> Written {
        let Some(key) = get(prior, self.resource.key().name).as_str() else {
            let error = Diagnostic::error("The state has no key", "Import the object again.");
            return Written::failed(Some(prior.clone()), memory, error);
        };
        let doing = format!("update the {} {key:?}", self.resource.noun());
        let _lock = self.session.lock(self.resource, key).await;
        let changes = self.differences(prior);
        if changes.is_empty() {
            return self.settle(key, &[], None, memory).await;
        }
        let current = match self.session.fetch(self.resource, key, self.patience).await {
            Ok(Some(current)) => current,
            Ok(None) => {
                let detail = "It was deleted outside Terraform after the plan. Plan again to create it anew.";
                let error = Diagnostic::error(format!("Could not {doing}"), detail);
                return Written::failed(Some(prior.clone()), memory, error);
            }
            Err(fault) => {
                let error = explain_fault(self.session.system, &doing, &fault);
                return Written::failed(Some(prior.clone()), memory, error);
            }
        };
        let changes: Vec<Change> = changes.into_iter().map(|change| ride_along(change, &current)).collect();
        let call = match self.request(key, &changes, &current, prior).await {
            Ok(call) => call,
            Err(error) => return Written::failed(Some(prior.clone()), memory, error),
        };
        match self.session.send(call, self.patience).await {
            Ok(_) => self.settle(key, &changes, None, memory).await,
            Err(error) => {
                let diagnostic = explain_write(self.session.system, self.resource, &doing, &error);
                match error.may_have_acted() {
                    true => self.after_failure(key, prior, memory, diagnostic).await,
                    false => Written::failed(Some(prior.clone()), memory, diagnostic),
                }
            }
        }
    }

    /// The one request that carries the changes.
    async fn request(&self, key: &str, changes: &[Change], current: &Seen, prior: &Object) -> Result<Call, Diagnostic> {
        debug_assert!(self.resource.update == Update::PatchOrPut, "a table without update replaces every input");
        let whole = changes.iter().any(Change::needs_whole);
        let mut body = if whole { whole_body(&current.json, changes) } else { patch_body(changes) };
        if let (false, Some(amend)) = (whole, self.resource.hooks.amend_patch) {
            let asking = Asking { session: self.session, patience: self.patience };
            amend(&asking, &current.json, &mut body).await.map_err(|error| {
                let doing = format!("read what belongs to the {} {key:?}", self.resource.noun());
                explain(self.session.system, &doing, &error)
            })?;
        }
        for attr in self.resource.managed().filter(|attr| attr.secret) {
            self.fill_masked(attr, &mut body, prior, whole)?;
        }
        let method = if whole { Method::Put } else { Method::Patch };
        Ok(Call::new(method, object_path(self.resource, key)).body(Json::Object(body)))
    }

    /// Replaces masked (null) entries of a secret by what is known. A null must not be sent: some credentials would
    /// store it as text. What nobody knows is left out of a PATCH, which then leaves the secret alone.
    fn fill_masked(&self, attr: &Attr, body: &mut JsonObject, prior: &Object, whole: bool) -> Result<(), Diagnostic> {
        let Some(Json::Object(entries)) = find_mut(body, attr.wire_name()) else { return Ok(()) };
        let write_only = attr.write_only_name();
        let sources = [get(self.config, attr.name), get(self.config, &write_only), get(prior, attr.name)];
        let mut missing = Vec::new();
        for (key, entry) in entries.iter_mut().filter(|(_, entry)| entry.is_null()) {
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
            "This change needs the whole {noun} to be sent, but the {title} masks {missing:?} of `{name}` and neither \
             the configuration nor the state knows them: they would be lost. Configure `{name}` or `{write_only}` \
             with all keys, or use a key that may read them.",
            noun = self.resource.noun(),
            title = self.session.system.title,
            name = attr.name,
        );
        Err(Diagnostic::error(format!("`{}` is masked", attr.name), detail).at(Path::attribute(attr.name)))
    }
}

fn encode_entry(attr: &Attr, value: &Value) -> Json {
    let one = Value::Map([(String::new(), value.clone())].into());
    match encode(attr, &one) {
        Json::Object(mut entries) => entries.remove("").unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

/// Adds what the system put there by itself and the plan does not name, as far as it is there.
fn ride_along(change: Change, current: &Seen) -> Change {
    let (Some(value), Some(extras)) = (&change.value, extras(change.attr, &current.object)) else { return change };
    let now = get(&current.object, change.attr.name);
    let value = match (value, now, &extras) {
        (Value::Map(planned), Value::Map(now), Value::Map(extras)) => {
            let mut all: std::collections::BTreeMap<String, Value> = now
                .iter()
                .filter(|(key, item)| extras.get(*key) == Some(item))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            all.extend(planned.clone());
            Value::Map(all)
        }
        (Value::Set(planned), Value::Set(now), extras) => {
            let extra =
                |item: &&Value| extras.items().is_some_and(|extras| extras.contains(item)) && !planned.contains(item);
            Value::Set(planned.iter().chain(now.iter().filter(extra)).cloned().collect())
        }
        (Value::Null, Value::Set(now), extras) => {
            let extra = |item: &&Value| extras.items().is_some_and(|extras| extras.contains(item));
            Value::Set(now.iter().filter(extra).cloned().collect())
        }
        (value, ..) => value.clone(),
    };
    Change { value: Some(value), ..change }
}

impl Engine {
    pub(super) async fn destroy(
        &self,
        resource: &'static Resource,
        session: &Session,
        before: Stored,
        patience: &Patience,
    ) -> Outcome {
        let key = before.state.as_object().and_then(|state| get(state, resource.key().name).as_str());
        let gone = Stored { state: Value::Null, private: Vec::new(), identity: None };
        let Some(key) = key else { return Outcome::new(gone, Diagnostics::new()) };
        let _lock = session.lock(resource, key).await;
        let call = Call::new(Method::Delete, object_path(resource, key));
        match session.send(call, patience).await {
            Ok(_) => Outcome::new(gone, Diagnostics::new()),
            Err(error) if error.is_gone() => Outcome::new(gone, Diagnostics::new()),
            Err(error) => {
                let doing = format!("destroy the {} {key:?}", resource.noun());
                let diagnostic = explain(session.system, &doing, &error);
                let state = match before.state.clone() {
                    Value::Object(state) => Value::Object(known(state)),
                    other => other,
                };
                Outcome::new(Stored { state, ..before }, vec![diagnostic])
            }
        }
    }
}
