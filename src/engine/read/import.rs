//! Import: an existing object, found by an import id or identity, as the state of a resource.

use crate::api::Budget;
use crate::diagnostic::{Diagnostic, Diagnostics, few, quoted};
use crate::engine::read::children::observe_children;
use crate::engine::read::lookup::{Wanted, find};
use crate::engine::read::observe::{known, observe};
use crate::engine::report::errors::explain_read;
use crate::engine::session::Session;
use crate::engine::validate::Identifiers;
use crate::engine::values::address::{from_import_id, has_key, identity, import_form, label, names_from_import_id};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::engine::{Engine, Outcome, Stored, validate};
use crate::rpc;
use crate::schema::{Attr, Resource};
use crate::value::{Object, Path, Value};

/// What identifies the object.
pub enum ImportTarget {
    Id(String),
    Identity(Value),
}

impl Engine {
    /// The object as a state; a null state and an error when there is no such object or it cannot be managed.
    pub async fn import(&self, resource: &'static Resource, target: ImportTarget) -> Outcome {
        match self.import_object(resource, target).await {
            Ok((stored, warnings)) => Outcome::new(stored, warnings),
            Err(error) => Outcome::new(Stored { state: Value::Null, private: Vec::new(), identity: None }, vec![error]),
        }
    }

    async fn import_object(
        &self,
        resource: &'static Resource,
        target: ImportTarget,
    ) -> Result<(Stored, Diagnostics), Diagnostic> {
        let wanted = wanted(resource, target)?;
        rpc::is_about(|| label(resource, wanted.known()));
        let budget = self.budget();
        let access = self.access();
        let session = access.demand(&budget).await?;
        let what = wanted.describe(resource);
        let seen = find(session, resource, wanted, "import", &budget).await?;
        let Some(seen) = seen else {
            if resource.only_id().is_some() {
                let detail = format!("The {} has none.", session.system.title);
                return Err(Diagnostic::error(format!("There is no {what} to import"), detail));
            }
            let also = resource.alternative_keys.iter().map(|name| format!(" (or its `{name}`)")).collect::<String>();
            let detail = format!(
                "The {title} has none. The import id must have the form {form}{also}, and upper and lower case are different.",
                title = session.system.title,
                form = import_form(resource),
            );
            return Err(Diagnostic::error(format!("There is no {what} to import"), detail));
        };
        if let Some(reason) = resource.hooks.unmanageable.and_then(|reason| reason(&seen.json)) {
            return Err(Diagnostic::error(format!("The {what} cannot be managed"), reason));
        }
        let mut private = PrivateState::default();
        private.note_refresh(seen.full_read, false);
        let state = first_state(session, resource, &seen.object, &mut private, &budget).await?;
        private.note_keys(resource, &state);
        let identity = identity(resource, &state);
        let mut warnings = seen.warnings;
        warnings.extend(not_seen(session, &what, &private));
        if let Some((attr, of)) = resource.children() {
            let hides = session.hides_some(of.table, &budget).await;
            let doing = format!("import the {what}");
            let why = hides.map_err(|error| explain_read(session.system, &doing, &error))?;
            warnings.extend(why.map(|why| may_lack_some(attr, of.table, &why)));
        }
        Ok((Stored { state: Value::Object(state), private: private.to_bytes(), identity }, warnings))
    }
}

/// The state of an object that has none yet, with its children.
pub(crate) async fn first_state(
    session: &Session,
    resource: &'static Resource,
    seen: &Object,
    private: &mut PrivateState,
    budget: &Budget,
) -> Result<Object, Diagnostic> {
    let mut state = known(observe(resource, seen, None, private));
    let children = observe_children(session, resource, &mut state, None, private, budget).await;
    children.map_err(|failed| explain_read(session.system, &failed.doing, &failed.error))?;
    Ok(state)
}

/// A warning that names the values which the key may not read.
fn not_seen(session: &Session, what: &str, private: &PrivateState) -> Option<Diagnostic> {
    if private.unseen.is_empty() {
        return None;
    }
    let names = few(private.unseen.iter().map(|path| format!("`{path}`")));
    let detail = format!(
        "This key may not read {names}, so they are not in the state, and plans show no difference in them. The first plan with a \
         key that has {needs} reads them and compares them with the configuration.",
        needs = session.all_rights(),
    );
    Some(Diagnostic::warning(format!("The {what} was imported without some values"), detail))
}

fn may_lack_some(attr: &Attr, table: &'static Resource, why: &str) -> Diagnostic {
    let detail = format!("{why} Any {} that is hidden from this key is missing in `{}`.", table.noun(), attr.name);
    Diagnostic::warning(format!("`{}` may be incomplete", attr.name), detail).at(Path::attribute(attr.name))
}

fn wanted(resource: &'static Resource, target: ImportTarget) -> Result<Wanted, Diagnostic> {
    let invalid = |what: &str, reason: String| Err(Diagnostic::error(format!("Invalid import {what}"), reason));
    let form = || format!("The import id must have the form {}.", import_form(resource));
    let id = match target {
        ImportTarget::Id(id) => id,
        ImportTarget::Identity(identity) => {
            let keys = identity.into_object().filter(|identity| has_key(resource, identity));
            return match keys.map(|keys| (invalid_keys(resource, &keys), keys)) {
                Some((None, keys)) => Ok(Wanted::Keys(keys)),
                Some((Some(reason), _)) => invalid("identity", reason),
                None => {
                    invalid("identity", format!("The identity needs a value for each key: {}.", import_form(resource)))
                }
            };
        }
    };
    match (
        from_import_id(resource, &id).map(|keys| (invalid_keys(resource, &keys), keys)),
        names_from_import_id(resource, &id),
    ) {
        (Some((None, keys)), _) => Ok(Wanted::Keys(keys)),
        (_, Some(names)) => {
            let views = resource.views().into_iter().filter(|view| resource.named_by.contains(&view.attr.name));
            match validate::entry(views, &names, Identifiers::Real).into_iter().next() {
                None => Ok(Wanted::Names(names)),
                Some(wrong) => invalid("id", wrong.detail),
            }
        }
        (Some((Some(reason), _)), None) => invalid(&format!("id {}", quoted(&id)), format!("{reason} {}", form())),
        (None, None) => invalid(&format!("id {}", quoted(&id)), form()),
    }
}

/// Why no object can have these keys.
pub(crate) fn invalid_keys(resource: &'static Resource, keys: &Object) -> Option<String> {
    let differs = |id: &&str| resource.keys().any(|key| get(keys, key.name).as_str().is_some_and(|given| given != *id));
    if let Some(id) = resource.only_id().filter(differs) {
        return Some(format!("There is only one {}, and it is called `{id}`.", resource.noun()));
    }
    validate::entry(resource.key_views(), keys, Identifiers::Real).into_iter().next().map(|wrong| wrong.detail)
}
