//! Writes objects that are configured inside another (children, a map by name): each is created, updated and
//! destroyed as an object of its own table, one after another, so that the state after each step is what exists.

use serde_json::Value as Json;

use super::answer::Answered;
use super::create::is_sent;
use super::{Write, Written};
use crate::api::{Budget, Call, Method};
use crate::diagnostic::{Diagnostic, Diagnostics, has_errors, quoted};
use crate::engine::plan::planner::{Inputs, plan};
use crate::engine::read::children::belongs;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::session::Session;
use crate::engine::values::address::{key_text, object_path};
use crate::engine::values::body::{Change, create_body};
use crate::engine::values::children::{Family, child_path, family, part, whole, wholes, within};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::Children;
use crate::value::{Object, Value};

/// The children as the parent's create sends them.
pub(crate) fn encode_new(write: &Write<'_>) -> Option<(&'static str, Json)> {
    let (attr, of) = write.resource.children()?;
    let (planned, config) = (family(write.planned, attr), family(write.config, attr));
    if planned.is_empty() {
        return None;
    }
    let parent = key_text(write.resource, write.planned);
    let encode = |(name, child): (&String, &Value)| {
        let (planned, config) = wholes(of, name, &parent, child, &config);
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
        let (planned, config) = (family(self.planned, attr), family(self.config, attr));
        let parent = key_text(self.resource, self.planned);
        let mut settled = Family::new();
        for (name, child) in &planned {
            let (planned, config) = wholes(of, name, &parent, child, &config);
            let child = Write { resource: of.table, planned: &planned, config: &config, ..*self };
            let sent: Vec<Change> = child.all().into_iter().filter(is_sent).collect();
            let settling = child.settle(&planned, &sent, Answered::default(), PrivateState::default());
            let done = child.kept(settling, &planned, &Object::new(), PrivateState::default()).await;
            written.private.put_within(&child_path(attr, name), done.private);
            settled.insert(name.clone(), part(attr, &done.state.unwrap_or(planned.clone())));
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
        let (before, planned, config) = (family(prior, attr), family(self.planned, attr), family(self.config, attr));
        let parent = key_text(self.resource, prior);
        let mut now = before.clone();
        let mut found = Diagnostics::new();
        for name in before.keys().filter(|name| !planned.contains_key(*name)) {
            if has_errors(&found) {
                break;
            }
            match remove(self.session, of, name, &parent, self.budget).await {
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
            let (wanted, config) = wholes(of, name, &parent, child, &config);
            let old = before.get(name).and_then(Value::as_object).map(|old| whole(of, name, &parent, old));
            let is_ours = async || belongs(self.session, of, name, &parent, self.budget).await;
            // Any other problem with it is reported by the write itself.
            if old.is_some() && matches!(is_ours().await, Ok(Some(false))) {
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
                Some(state) => drop(now.insert(name.clone(), part(attr, &state))),
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

    async fn write_child(&self, of: &'static Children, old: Option<&Object>, private: PrivateState) -> Written {
        let nothing = PrivateState::default();
        let (config, version) = (self.config, self.session.version());
        let defaults = Some(&self.session.defaults);
        let inputs = Inputs { resource: of.table, config, prior: None, private: &nothing, version, defaults };
        // Created by itself, a child needs the values that its parent's create would have chosen.
        let mut planned = if old.is_some() { self.planned.clone() } else { plan(&inputs).planned };
        let whole = old.is_none_or(|old| self.differences(old, &private).iter().any(Change::needs_whole));
        let stand_in = of.stand_in.filter(|(name, _)| whole && get(&planned, name).is_empty());
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

/// Destroys one child, if it belongs to this parent. `None` when it is gone from there.
pub(crate) async fn remove(
    session: &Session,
    of: &Children,
    name: &str,
    parent: &str,
    budget: &Budget,
) -> Option<Diagnostic> {
    let object = whole(of, name, parent, &Object::new());
    let path = object_path(of.table, &object)?;
    let doing = || format!("destroy the {} {}", of.table.noun(), quoted(name));
    let _lock = session.lock(of.table, &object).await;
    match belongs(session, of, name, parent, budget).await {
        Ok(Some(true)) => {}
        Ok(_) => return None,
        Err(error) => return Some(explain_read(session.system, &doing(), &error)),
    }
    match session.write(Call::new(Method::Delete, path), budget).await {
        Ok(_) => None,
        Err(error) if error.is_not_found() => None,
        Err(error) => Some(explain(session.system, &doing(), &error)),
    }
}
