//! Destroy: what belongs to the object goes first, then the object, by the verb that its table says. What would stop the
//! last step is looked for before the first. Absence is success; what the system keeps is said.

use crate::api::{Budget, Call, Error, ErrorKind, Json, Method};
use crate::diagnostic::{Diagnostic, Diagnostics, listed, plural};
use crate::engine::read::observe::known;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::session::Session;
use crate::engine::values::address::{described, key_text, keyless, object_path};
use crate::engine::values::same::get;
use crate::engine::write::children::{self, children_of};
use crate::engine::write::elements::write_elements;
use crate::engine::{Engine, Outcome, Stored};
use crate::hooks::JsonObject;
use crate::schema::{Attr, Children, Destroy, Resource};
use crate::value::{Object, Path, Value};

impl Engine {
    /// Nothing of an object is removed that the system would keep in the end: why it would, if it is seen to.
    async fn refusal_ahead(
        &self,
        resource: &'static Resource,
        session: &Session,
        state: &Object,
        budget: &Budget,
    ) -> Option<Diagnostic> {
        let (attr, of) = children_of(resource)?;
        // Without children of its own the object is removed in one step, and the system itself refuses it.
        let own = match get(state, attr.name) {
            Value::Map(own) if !own.is_empty() => own,
            _ => return None,
        };
        let doing = format!("destroy the {}", described(resource, state));
        match children::names_of(session, of, &key_text(resource, state), budget).await {
            Ok(mut names) => {
                names.retain(|name| !own.contains_key(name));
                let why = in_the_way(resource, attr, of, &names)?;
                let detail = format!("{why}\n\nNothing was changed.");
                Some(Diagnostic::error(format!("Could not {doing}"), detail).at(Path::attribute(attr.name)))
            }
            Err(error) => {
                let error = explain_read(session.system, &doing, &error);
                let detail = format!("{}\n\nNothing was changed.", error.detail);
                Some(Diagnostic { detail, ..error })
            }
        }
    }

    /// Removes what belongs to the object first. Either way: what is left of it for the state.
    async fn remove_children(
        &self,
        resource: &'static Resource,
        session: &Session,
        state: &Object,
        budget: &Budget,
    ) -> Result<Object, (Object, Diagnostic)> {
        let mut state = state.clone();
        let Some((attr, of)) = children_of(resource) else { return Ok(state) };
        let Value::Map(mut left) = get(&state, attr.name).clone() else { return Ok(state) };
        let parent = key_text(resource, &state);
        let mut failed = None;
        // What stops one is likely to stop all, and each would take its time.
        while let (None, Some(name)) = (&failed, left.keys().next().cloned()) {
            failed = children::remove(session, of, &name, &parent, budget).await;
            if failed.is_none() {
                left.remove(&name);
            }
        }
        state.insert(attr.name.to_owned(), Value::Map(left));
        match failed {
            None => Ok(state),
            Some(error) => Err((state, error)),
        }
    }

    pub(crate) async fn destroy(
        &self,
        resource: &'static Resource,
        session: &Session,
        before: Stored,
        budget: &Budget,
    ) -> Outcome {
        let gone = Stored { state: Value::Null, private: Vec::new(), identity: None };
        let state = before.state.as_object().cloned().unwrap_or_default();
        let stays = |left: Object, errors| Outcome::new(Stored { state: Value::Object(known(left)), ..before }, errors);
        let Some(path) = object_path(resource, &state) else { return stays(state, vec![keyless(resource)]) };
        if let Some(refusal) = self.refusal_ahead(resource, session, &state, budget).await {
            return stays(state, vec![refusal]);
        }
        let mut state = match self.remove_children(resource, session, &state, budget).await {
            Ok(left) => left,
            Err((left, error)) => return stays(left, vec![error]),
        };
        let _lock = session.lock(resource, &state).await;
        let sent = match resource.destroy {
            Destroy::Delete => session.write(Call::new(Method::Delete, path), budget).await.map(drop),
            Destroy::Empty { .. } => {
                let nothing = Json::Object(JsonObject::new());
                session.write(Call::new(Method::Put, path).body(nothing), budget).await.map(drop)
            }
            Destroy::Detach => detach(resource, session, &mut state, budget).await,
        };
        let what = described(resource, &state);
        match (sent, resource.destroy) {
            (Ok(()), Destroy::Detach) => {
                let note = resource.destroy_note.unwrap_or_default();
                Outcome::new(gone, vec![Diagnostic::warning(format!("The {what} stays"), note)])
            }
            (Ok(()), _) => {
                session.known_objects.forget(resource, &state);
                Outcome::new(gone, Diagnostics::new())
            }
            (Err(error), _) if error.is_gone() => {
                session.known_objects.forget(resource, &state);
                Outcome::new(gone, Diagnostics::new())
            }
            (Err(error), Destroy::Empty { refused })
                if matches!(error.kind(), Some(ErrorKind::Refused | ErrorKind::Dangling)) =>
            {
                let detail = format!("{refused}\n\n{error}");
                Outcome::new(gone, vec![Diagnostic::warning(format!("The {what} is left behind"), detail)])
            }
            (Err(error), _) => {
                let error = refusal(resource, session, &state, &error, budget).await;
                stays(state, vec![error])
            }
        }
    }
}

/// Takes out of the object what is managed of it. What could not be taken out stays in the state.
async fn detach(
    resource: &'static Resource,
    session: &Session,
    state: &mut Object,
    budget: &Budget,
) -> Result<(), Error> {
    let Some((attr, _)) = resource.partial() else { return Ok(()) };
    let managed = get(state, attr.name);
    let (left, error) = write_elements(session, resource, state, (managed, &Value::Null), budget).await;
    state.insert(attr.name.to_owned(), left);
    error.map_or(Ok(()), Err)
}

/// Why the object stays; with what else belongs to it, if that may be the reason.
async fn refusal(
    resource: &'static Resource,
    session: &Session,
    state: &Object,
    error: &Error,
    budget: &Budget,
) -> Diagnostic {
    let mut diagnostic = explain(session.system, &format!("destroy the {}", described(resource, state)), error);
    if let Some((attr, of)) = children_of(resource)
        && let Ok(names) = children::names_of(session, of, &key_text(resource, state), budget).await
        && let Some(why) = in_the_way(resource, attr, of, &names)
    {
        diagnostic.detail.push_str(&format!("\n\n{why}"));
    }
    diagnostic
}

/// Which children keep the object alive that are not among its own, and the ways out. They may be managed elsewhere in
/// the same configuration.
fn in_the_way(resource: &'static Resource, attr: &Attr, of: &Children, others: &[String]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let (many, parent) = (plural(others.len(), &of.table.noun()), resource.noun());
    let (belong, are, them) = if others.len() == 1 { ("belongs", "is", "it") } else { ("belong", "are", "them") };
    Some(format!(
        "The {many} {} {belong} to the {parent} and {are} not in its `{}`. While it has any, the {parent} is not deleted. \
         Destroy {them}, or move {them} to another {parent}, before it. Where the same configuration does that, Terraform may take \
         the steps in another order: apply that change by itself first (with `-target`, or with the {parent} still in the \
         configuration), then this one.",
        listed(others.iter()),
        attr.name,
    ))
}
