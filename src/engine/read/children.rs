//! Reads objects that are configured inside another (children).

use crate::api::Budget;
use crate::diagnostic::{plural, quoted};
use crate::engine::read::observe::observe;
use crate::engine::session::Session;
use crate::engine::values::address::key_text;
use crate::engine::values::children::{Entries, child_path, entries, entry, to_entry, to_object};
use crate::engine::values::observed::ReadError;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::{Children, Resource};
use crate::value::{Object, Value};

/// A read of children that failed.
pub(crate) struct Failed {
    pub(crate) table: &'static Resource,
    /// Completes "Could not …".
    pub(crate) doing: String,
    pub(crate) error: ReadError,
}

/// Reads the children: those in the prior state, or on import all that belong to the parent.
pub(crate) async fn observe_children(
    session: &Session,
    resource: &'static Resource,
    state: &mut Object,
    prior: Option<&Object>,
    private: &mut PrivateState,
    budget: &Budget,
) -> Result<(), Failed> {
    let Some((attr, of)) = resource.children() else { return Ok(()) };
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
    let before = prior.map(|prior| entries(prior, attr));
    session.expect_refreshes(of.table, &Object::new(), names.len());
    let mut children = Entries::new();
    for name in names {
        let keys = to_object(of, &name, &parent, &Object::new());
        let doing = || format!("read the {} {}", of.table.noun(), quoted(&name));
        let old = before.as_ref().map(|before| to_object(of, &name, &parent, &entry(before, &name)));
        let mut own = private.within(&child_path(attr, &name));
        let seen = match &old {
            Some(old) => session.refresh(of.table, old, &own, budget).await,
            None => session.fetch(of.table, &keys, budget).await,
        };
        let seen = seen.map_err(|error| Failed { table: of.table, doing: doing(), error })?;
        // A child that was moved to another parent is removed from the state.
        let Some(seen) = seen.filter(|seen| get(&seen.object, of.link).as_str() == Some(&parent)) else { continue };
        let child = observe(of.table, &seen.object, old.as_ref(), &mut own);
        own.note_refresh(seen.full_read, seen.renews);
        private.put_within(&child_path(attr, &name), own);
        children.insert(name, to_entry(attr, &child));
    }
    let empty = children.is_empty() && known.is_none();
    state.insert(attr.name.to_owned(), if empty { attr.empty_value() } else { Value::Map(children) });
    Ok(())
}

/// The names of all children of a parent, whether or not Terraform manages them.
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
