//! Objects that belong to another and are configured inside it, a map by name: each is added, changed and removed by
//! the engine's own verbs on its own table, one after another, so that the state after each step is what exists.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::api::{Budget, Call, Method};
use crate::diagnostic::{Diagnostic, Diagnostics, counted, has_errors, listed, plural, quoted};
use crate::engine::plan::planner::{Inputs, plan};
use crate::engine::read::observe::observe;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::session::Session;
use crate::engine::values::address::{key_text, object_path};
use crate::engine::values::body::{Change, create_body};
use crate::engine::values::observed::ReadError;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::write::answer::Answered;
use crate::engine::write::create::is_sent;
use crate::engine::write::run::{Write, Written};
use crate::schema::{Attr, Children, Resource, schema_attributes};
use crate::value::{Object, Path, Value};

/// The attribute that holds an object's children, if its table has one.
pub(crate) fn children_of(resource: &'static Resource) -> Option<(&'static Attr, &'static Children)> {
    resource.managed().find_map(|attr| Some((attr, attr.children.as_ref()?)))
}

type Family = BTreeMap<String, Value>;

fn family(object: &Object, attr: &Attr) -> Family {
    match get(object, attr.name) {
        Value::Map(children) => children.clone(),
        _ => Family::new(),
    }
}

fn member(children: &Family, name: &str) -> Object {
    children.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// A child as an object of its own table: with its name, and the name of its parent.
fn whole(of: &Children, name: &str, parent: &str, child: &Object) -> Object {
    let mut object = child.clone();
    for key in of.table.keys() {
        object.insert(key.name.to_owned(), Value::string(name));
    }
    object.insert(of.link.to_owned(), Value::string(parent));
    object
}

/// A child as planned and as configured, both as objects of its own table.
fn wholes(of: &Children, name: &str, parent: &str, child: &Value, config: &Family) -> (Object, Object) {
    let planned = child.as_object().cloned().unwrap_or_default();
    (whole(of, name, parent, &planned), whole(of, name, parent, &member(config, name)))
}

/// A child as its parent's map holds it.
fn part(attr: &'static Attr, object: &Object) -> Value {
    let nested = attr.kind.nested().unwrap_or_default();
    let columns = schema_attributes(nested);
    Value::Object(columns.map(|column| (column.name.to_string(), get(object, &column.name).clone())).collect())
}

/// Warnings of a plan: what a change of the map or of the parent does to what users have.
pub(crate) fn warnings(resource: &'static Resource, prior: &Object, planned: &Object, replaced: bool) -> Diagnostics {
    let Some((attr, of)) = children_of(resource) else { return Diagnostics::new() };
    let (before, after) = (family(prior, attr), family(planned, attr));
    let noun = of.table.noun();
    let list = |names: Vec<&String>| listed(names.into_iter());
    let gone: Vec<&String> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let new: Vec<&String> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    let mut found = Diagnostics::new();
    if replaced && !before.is_empty() {
        let detail = format!(
            "Replacing the {parent} destroys its {own} and creates {them} anew, with {identifiers}: {names}. If any \
             other {noun} belongs to it, the apply is refused before anything is changed.",
            own = counted(before.len(), &noun),
            them = if before.len() == 1 { "it" } else { "them" },
            identifiers = if before.len() == 1 { "a new identifier" } else { "new identifiers" },
            names = list(before.keys().collect()),
            parent = resource.noun(),
        );
        found.push(Diagnostic::warning(
            format!("{} {} replaced too", counted(before.len(), &noun), if before.len() == 1 { "is" } else { "are" }),
            detail,
        ));
    } else if !gone.is_empty() && !new.is_empty() {
        let detail = format!(
            "{} will be destroyed and {} created. Renaming is not possible: what refers to the old {noun} loses it.",
            list(gone),
            list(new)
        );
        let warning = Diagnostic::warning(format!("One {noun} is destroyed and another created"), detail);
        found.push(warning.at(Path::attribute(attr.name)));
    }
    found
}

/// The children as the parent's create sends them.
pub(crate) fn encode_new(write: &Write<'_>) -> Option<(&'static str, Json)> {
    let (attr, of) = children_of(write.resource)?;
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
    /// Completes a parent that was just created with its children: they came into being with it.
    pub(crate) async fn settle_children(&self, mut written: Written) -> Written {
        let Some((attr, of)) = children_of(self.resource) else { return written };
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
            written.private.put_within(&place(attr, name), done.private);
            settled.insert(name.clone(), part(attr, &done.state.unwrap_or(planned.clone())));
            written.diagnostics.extend(done.diagnostics.into_iter().map(|found| within(found, attr, name)));
        }
        if !get(self.planned, attr.name).is_null() {
            state.insert(attr.name.to_owned(), Value::Map(settled));
        }
        written
    }

    /// Adds, changes and removes children until they are as planned, or one of the steps fails.
    pub(crate) async fn update_children(&self, prior: &Object, mut written: Written) -> Written {
        let Some((attr, of)) = children_of(self.resource) else { return written };
        if has_errors(&written.diagnostics) {
            // The parent did not take its change: its children are as they were.
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
                    written.private.put_within(&place(attr, name), PrivateState::default());
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
            // Whatever else is wrong with it, the write itself will say.
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
            let private = written.private.within(&place(attr, name));
            let done = child.write_child(of, old.as_ref(), private).await;
            written.private.put_within(&place(attr, name), done.private);
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
        // Alone, a child needs what its parent's create would have chosen for it.
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

/// Whether a child is this parent's. `None` when it is not there. A state may be old or mistaken, and what belongs to
/// another parent is not written and not removed.
async fn belongs(
    session: &Session,
    of: &Children,
    name: &str,
    parent: &str,
    budget: &Budget,
) -> Result<Option<bool>, ReadError> {
    let seen = session.fetch(of.table, &whole(of, name, parent, &Object::new()), budget).await?;
    Ok(seen.map(|seen| get(&seen.object, of.link).as_str() == Some(parent)))
}

fn moved(of: &Children, name: &str, parent: &str) -> Diagnostic {
    let (noun, name) = (of.table.noun(), quoted(name));
    let detail = format!(
        "The {noun} {name} does not belong to {} any more. Plan again: a refresh takes it out of the state.",
        quoted(parent)
    );
    Diagnostic::error(format!("Could not update the {noun} {name}"), detail)
}

/// Removes one child, if it is this parent's. `None` when it is gone from there.
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
        Err(error) if error.is_gone() => None,
        Err(error) => Some(explain(session.system, &doing(), &error)),
    }
}

/// A read of children that failed.
pub(crate) struct Failed {
    pub(crate) table: &'static Resource,
    /// Completes "Could not …".
    pub(crate) doing: String,
    pub(crate) error: ReadError,
}

/// What the system shows of the children: those that the prior state knows, or on import all that belong to it.
pub(crate) async fn observe_children(
    session: &Session,
    resource: &'static Resource,
    state: &mut Object,
    prior: Option<&Object>,
    private: &mut PrivateState,
    budget: &Budget,
) -> Result<(), Failed> {
    let Some((attr, of)) = children_of(resource) else { return Ok(()) };
    let parent = key_text(resource, state);
    let known = prior.map(|prior| get(prior, attr.name));
    let names: Vec<String> = match known {
        Some(Value::Map(children)) => children.keys().cloned().collect(),
        Some(_) => {
            state.insert(attr.name.to_owned(), Value::Null);
            return Ok(());
        }
        None => {
            let doing = || format!("list the {} of {}", plural(2, &of.table.noun()), quoted(&parent));
            let names = names_of(session, of, &parent, budget).await;
            names.map_err(|error| Failed { table: of.table, doing: doing(), error })?
        }
    };
    let before = prior.map(|prior| family(prior, attr));
    let mut children = Family::new();
    for name in names {
        let keys = whole(of, &name, &parent, &Object::new());
        let doing = || format!("read the {} {}", of.table.noun(), quoted(&name));
        let seen = session.fetch(of.table, &keys, budget).await;
        let seen = seen.map_err(|error| Failed { table: of.table, doing: doing(), error })?;
        // One that was moved to another parent is not this one's any more.
        let Some(seen) = seen.filter(|seen| get(&seen.object, of.link).as_str() == Some(&parent)) else { continue };
        let old = before.as_ref().map(|before| whole(of, &name, &parent, &member(before, &name)));
        let mut own = private.within(&place(attr, &name));
        let child = observe(of.table, &seen.object, old.as_ref(), &mut own);
        private.put_within(&place(attr, &name), own);
        children.insert(name, part(attr, &child));
    }
    let empty = children.is_empty() && known.is_none();
    state.insert(attr.name.to_owned(), if empty { attr.empty_value() } else { Value::Map(children) });
    Ok(())
}

/// The names of all children of a parent, whoever made them.
pub(crate) async fn names_of(
    session: &Session,
    of: &'static Children,
    parent: &str,
    budget: &Budget,
) -> Result<Vec<String>, ReadError> {
    let known: Object = [(of.link.to_owned(), Value::string(parent))].into();
    let entries = session.list(of.table, &known, budget).await?;
    let key = of.table.keys().next().map_or("", |key| key.wire_name());
    Ok(entries.iter().filter_map(|entry| entry.get(key)?.as_str().map(str::to_owned)).collect())
}

/// Where a child is in its parent.
fn place(attr: &Attr, name: &str) -> Path {
    Path::attribute(attr.name).key(name)
}

fn within(found: Diagnostic, attr: &Attr, name: &str) -> Diagnostic {
    let mut path = place(attr, name);
    path.0.extend(found.path.clone().unwrap_or_default().0);
    found.at(path)
}
