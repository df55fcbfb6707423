//! Update: one request under the object's lock, the object read first. It carries what the plan changes and what the
//! system would otherwise overwrite by itself, and nothing else.

use std::collections::BTreeMap;

use super::apply::{Write, Written};
use super::body::{Change, encode, find_mut, patch_body, whole_body};
use super::memory::Memory;
use super::place::{described, object_path};
use super::same::{elements, extras, get, replaced};
use super::session::{Asking, Seen};
use super::trouble::{explain, explain_fault, explain_write};
use crate::api::{Call, Json, Method};
use crate::diagnostic::{Diagnostic, listed};
use crate::hooks::JsonObject;
use crate::schema::{Attr, Update};
use crate::value::{Object, Path, Value};

impl Write<'_> {
    pub(super) async fn update(&self, prior: &Object, memory: Memory) -> Written {
        let _lock = self.session.lock(self.resource, prior).await;
        let changes = self.differences(prior);
        if changes.is_empty() {
            return self.settle(prior, &[], None, memory).await;
        }
        let failed = |error| Written::failed(Some(prior.clone()), memory.clone(), error);
        let doing = format!("update the {}", self.named(prior));
        match self.session.fetch(self.resource, prior, self.patience).await {
            Ok(Some(current)) => self.send_update(prior, changes, &current, prior, memory).await,
            Ok(None) => {
                let detail = "It was deleted outside Terraform after the plan. Plan again to create it anew.";
                failed(Diagnostic::error(format!("Could not {doing}"), detail))
            }
            Err(fault) => failed(explain_fault(self.session.system, &doing, &fault)),
        }
    }

    /// Sends the changes to the object as just read, and reads it back.
    pub(super) async fn send_update(
        &self,
        keys: &Object,
        changes: Vec<Change>,
        current: &Seen,
        prior: &Object,
        memory: Memory,
    ) -> Written {
        let changes: Vec<Change> = changes.into_iter().map(|change| ride_along(change, current, prior)).collect();
        let call = match self.request(keys, &changes, current, prior).await {
            Ok(call) => call,
            Err(error) => return Written::failed(Some(prior.clone()), memory, error),
        };
        match self.send(call).await {
            Ok(_) => self.settle(keys, &changes, None, memory).await,
            Err(error) => {
                let doing = format!("update the {}", self.named(keys));
                let diagnostic = explain_write(self.session.system, self.resource, &doing, &error);
                match error.may_have_acted() {
                    true => self.after_failure(prior, memory, diagnostic).await,
                    false => Written::failed(Some(prior.clone()), memory, diagnostic),
                }
            }
        }
    }

    fn named(&self, keys: &Object) -> String {
        described(self.resource, keys)
    }

    /// The one request that carries the changes.
    async fn request(
        &self,
        keys: &Object,
        changes: &[Change],
        current: &Seen,
        prior: &Object,
    ) -> Result<Call, Diagnostic> {
        let whole = match self.resource.update {
            Update::PatchOrPut => changes.iter().any(Change::needs_whole),
            Update::MergePut | Update::Put | Update::None => true,
        };
        let no_path =
            || Diagnostic::error(format!("Could not update the {}", self.named(keys)), "Its key is not known.");
        let path = object_path(self.resource, keys).ok_or_else(no_path)?;
        if self.resource.update == Update::Put {
            return Ok(Call::new(Method::Put, path).body(self.whole_new(&self.all())));
        }
        let mut body = if whole { whole_body(&current.json, changes) } else { patch_body(changes) };
        if let (false, Some(amend)) = (whole, self.resource.hooks.amend_patch) {
            let asking = Asking { session: self.session, patience: self.patience };
            amend(&asking, &current.json, &mut body).await.map_err(|error| {
                let doing = format!("read what belongs to the {}", self.named(keys));
                explain(self.session.system, &doing, &error)
            })?;
        }
        for attr in self.resource.managed().filter(|attr| attr.secret) {
            self.fill_masked(attr, &mut body, prior, whole)?;
        }
        let method = if whole { Method::Put } else { Method::Patch };
        Ok(Call::new(method, path).body(Json::Object(body)))
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
            "This change needs the whole {noun} to be sent, but the {title} masks {missing} of `{name}` and neither \
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

fn encode_entry(attr: &Attr, value: &Value) -> Json {
    let one = Value::Map([(String::new(), value.clone())].into());
    match encode(attr, &one) {
        Json::Object(mut entries) => entries.remove("").unwrap_or(Json::Null),
        _ => Json::Null,
    }
}

/// Adds what the system put there by itself and the plan does not name, as far as it is there.
pub(super) fn ride_along(change: Change, current: &Seen, prior: &Object) -> Change {
    if change.attr.partial {
        let (there, prior) = (get(&current.object, change.attr.name), get(prior, change.attr.name));
        let value = replaced(change.attr, there, prior, change.value.as_ref().unwrap_or(&Value::Null));
        return Change { value: Some(value), ..change };
    }
    let (Some(value), Some(extras)) = (&change.value, extras(change.attr, &current.object)) else { return change };
    let now = get(&current.object, change.attr.name);
    let value = match (value, now, &extras) {
        (Value::Map(planned), Value::Map(now), Value::Map(extras)) => {
            let mut all: BTreeMap<String, Value> = now
                .iter()
                .filter(|(key, item)| extras.get(*key) == Some(item))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            all.extend(planned.clone());
            Value::Map(all)
        }
        (Value::Set(_) | Value::Null, Value::Set(now), extras) => {
            let (planned, extras) = (value.items().unwrap_or_default(), elements(extras));
            let named = elements(value);
            let added = now.iter().filter(|item| extras.contains(item) && !named.contains(item));
            Value::Set(planned.iter().chain(added).cloned().collect())
        }
        (value, ..) => value.clone(),
    };
    Change { value: Some(value), ..change }
}
