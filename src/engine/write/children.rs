//! Writes objects that are configured inside another (children, a map by name): each is created, updated and
//! destroyed as an object of its own table, one after another, so that the state after each step is what exists.

use serde_json::Value as Json;

use super::answer::Answered;
use super::create::is_sent;
use super::{Write, Written};
use crate::api::{Call, Method};
use crate::diagnostic::{Diagnostic, Diagnostics, has_errors, quoted};
use crate::engine::plan::planner::{Inputs, plan};
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::values::address::{key_text, object_path};
use crate::engine::values::change::{Change, create_body};
use crate::engine::values::children::{Entries, child_path, entries, to_entry, to_object, to_objects, within};
use crate::engine::values::observed::ReadError;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::Children;
use crate::value::{Object, Value};

/// The children as the parent's create sends them.
pub(crate) fn encode_new(write: &Write<'_>) -> Option<(&'static str, Json)> {
    let (attr, of) = write.resource.children()?;
    let (planned, config) = (entries(write.planned, attr), entries(write.config, attr));
    if planned.is_empty() {
        return None;
    }
    let parent = key_text(write.resource, write.planned);
    let encode = |(name, child): (&String, &Value)| {
        let (planned, config) = to_objects(of, name, &parent, child, &config);
        let child = Write { resource: of.table, planned: &planned, config: &config, ..*write };
        let mut json = create_body(child.all().iter());
        json.remove(of.link);
        Json::Object(json)
    };
    Some((attr.wire_name(), planned.iter().map(encode).collect()))
}

impl Write<'_> {
    /// Reads back the children that were created together with their parent.
    pub(crate) async fn settle_children(&self, mut written: Written) -> Written {
        let Some((attr, of)) = self.resource.children() else { return written };
        let Some(state) = written.state.as_mut() else { return written };
        let (planned, config) = (entries(self.planned, attr), entries(self.config, attr));
        let parent = key_text(self.resource, self.planned);
        let mut settled = Entries::new();
        for (name, child) in &planned {
            let (planned, config) = to_objects(of, name, &parent, child, &config);
            let child = Write { resource: of.table, planned: &planned, config: &config, ..*self };
            let sent: Vec<Change> = child.all().into_iter().filter(is_sent).collect();
            let settling = child.settle(&planned, &sent, Answered::default(), PrivateState::default());
            let done = child.kept(settling, &planned, &Object::new(), PrivateState::default()).await;
            written.private.put_within(&child_path(attr, name), done.private);
            settled.insert(name.clone(), to_entry(attr, &done.state.unwrap_or(planned.clone())));
            written.diagnostics.extend(done.diagnostics.into_iter().map(|found| within(found, attr, name)));
        }
        if !get(self.planned, attr.name).is_null() {
            state.insert(attr.name.to_owned(), Value::Map(settled));
        }
        written
    }

    /// Creates, updates and destroys children until they are as planned, or one of the steps fails.
    pub(crate) async fn update_children(&self, prior: &Object, mut written: Written) -> Written {
        let Some((attr, of)) = self.resource.children() else { return written };
        if has_errors(&written.diagnostics) {
            // The parent was not updated, so its children were not touched.
            if let Some(state) = written.state.as_mut() {
                state.insert(attr.name.to_owned(), get(prior, attr.name).clone());
            }
            return written;
        }
        let (before, planned, config) = (entries(prior, attr), entries(self.planned, attr), entries(self.config, attr));
        let parent = key_text(self.resource, prior);
        let mut now = before.clone();
        let mut found = Diagnostics::new();
        for name in before.keys().filter(|name| !planned.contains_key(*name)) {
            if has_errors(&found) {
                break;
            }
            match self.destroy_child(of, name, &parent).await {
                None => {
                    now.remove(name);
                    written.private.put_within(&child_path(attr, name), PrivateState::default());
                }
                Some(error) => found.push(within(error, attr, name)),
            }
        }
        for (name, child) in &planned {
            if has_errors(&found) || before.get(name) == Some(child) {
                continue;
            }
            let (wanted, config) = to_objects(of, name, &parent, child, &config);
            let old = before.get(name).and_then(Value::as_object).map(|old| to_object(of, name, &parent, old));
            // Any other problem with it is reported by the write itself.
            if old.is_some() && matches!(self.belongs(of, name, &parent).await, Ok(Some(false))) {
                found.push(within(moved(of, name, &parent), attr, name));
                continue;
            }
            let child = Write {
                resource: of.table,
                planned: &wanted,
                config: &config,
                parent: Some((self.resource, &parent)),
                ..*self
            };
            let private = written.private.within(&child_path(attr, name));
            let done = child.write_child(of, old.as_ref(), private).await;
            written.private.put_within(&child_path(attr, name), done.private);
            match done.state {
                Some(state) => drop(now.insert(name.clone(), to_entry(attr, &state))),
                None => drop(now.remove(name)),
            }
            found.extend(done.diagnostics.into_iter().map(|error| within(error, attr, name)));
        }
        if let Some(state) = written.state.as_mut()
            && !(now.is_empty() && get(self.planned, attr.name).is_null())
        {
            state.insert(attr.name.to_owned(), Value::Map(now));
        }
        written.diagnostics.extend(found);
        written
    }

    /// Destroys one child, if it belongs to this parent. `None` when it is gone from there.
    pub(crate) async fn destroy_child(&self, of: &Children, name: &str, parent: &str) -> Option<Diagnostic> {
        let object = to_object(of, name, parent, &Object::new());
        let path = object_path(of.table, &object)?;
        let doing = || format!("destroy the {} {}", of.table.noun(), quoted(name));
        let _lock = self.session.lock(of.table, &object).await;
        match self.belongs(of, name, parent).await {
            Ok(Some(true)) => {}
            Ok(_) => return None,
            Err(error) => return Some(explain_read(self.session.system, &doing(), &error)),
        }
        match self.send(Call::new(Method::Delete, path)).await {
            Ok(_) => None,
            Err(error) if error.is_not_found() => None,
            Err(error) => Some(explain(self.session.system, &doing(), &error)),
        }
    }

    /// Whether a child belongs to this parent; `None` when it does not exist. The state may be out of date, and a child of
    /// another parent must be neither written nor destroyed.
    async fn belongs(&self, of: &Children, name: &str, parent: &str) -> Result<Option<bool>, ReadError> {
        let keys = to_object(of, name, parent, &Object::new());
        let seen = self.session.fetch(of.table, &keys, self.budget).await?;
        Ok(seen.map(|seen| get(&seen.object, of.link).as_str() == Some(parent)))
    }

    async fn write_child(&self, of: &'static Children, old: Option<&Object>, private: PrivateState) -> Written {
        let nothing = PrivateState::default();
        let (config, version) = (self.config, self.session.version());
        let defaults = Some(&self.session.defaults);
        let inputs =
            Inputs { resource: of.table, config, prior: None, private: &nothing, version, defaults, first: None };
        // Created by itself, a child needs the values that its parent's create would have chosen.
        let mut planned = if old.is_some() { self.planned.clone() } else { plan(&inputs).planned };
        let needs_whole = old.is_none_or(|old| self.differences(old, &private).iter().any(Change::needs_whole));
        let stand_in = of.stand_in.filter(|(name, _)| needs_whole && get(&planned, name).is_empty());
        let wanted = stand_in.map_or(Value::Null, |(name, _)| get(&planned, name).clone().unknown_to_null());
        if let Some((name, value)) = stand_in {
            planned.insert(name.to_owned(), Value::string(value));
        }
        let write = Write { planned: &planned, ..*self };
        let done = match old {
            Some(old) => Box::pin(write.update(old, private)).await,
            None => Box::pin(write.create(private)).await,
        };
        match (stand_in, &done.state) {
            (Some((name, _)), Some(state)) if !has_errors(&done.diagnostics) => {
                let mut planned = state.clone();
                planned.insert(name.to_owned(), wanted);
                let private = done.private.clone();
                Box::pin(Write { planned: &planned, ..write }.update(state, private)).await
            }
            _ => done,
        }
    }
}

fn moved(of: &Children, name: &str, parent: &str) -> Diagnostic {
    let (noun, name) = (of.table.noun(), quoted(name));
    let detail = format!(
        "The {noun} {name} no longer belongs to {}. Plan again: the refresh removes it from the state.",
        quoted(parent)
    );
    Diagnostic::error(format!("Could not update the {noun} {name}"), detail)
}
