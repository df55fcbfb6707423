//! Destroy: what belongs to the object goes first, then the object, by the verb that its table says. Absence is success;
//! what the system keeps is said.

use super::body::{Change, whole_body};
use super::children::{self, children_of};
use super::conceal::Secrets;
use super::observe::known;
use super::place::{described, key_text, object_path};
use super::same::get;
use super::session::Session;
use super::trouble::{explain, explain_fault};
use super::update::ride_along;
use super::{Engine, Outcome, Stored};
use crate::api::{Call, Error, Json, Meaning, Method, Patience};
use crate::diagnostic::{Diagnostic, Diagnostics, listed};
use crate::hooks::JsonObject;
use crate::schema::{Attr, Destroy, Resource};
use crate::value::{Object, Value};

/// The PUT that takes out of an object what is managed of it. `None` when there is nothing to take out.
async fn detached(
    resource: &'static Resource,
    session: &Session,
    state: &Object,
    patience: &Patience,
) -> Result<Option<Call>, Diagnostic> {
    let doing = format!("detach what is managed of the {}", described(resource, state));
    let seen = session.fetch(resource, state, patience).await;
    let seen = seen.map_err(|fault| explain_fault(session.system, &doing, &fault))?;
    let (Some(seen), Some(path)) = (seen, object_path(resource, state)) else { return Ok(None) };
    let managed = |attr: &&'static Attr| attr.partial && !get(state, attr.name).is_empty();
    let changes: Vec<Change> = resource
        .managed()
        .filter(managed)
        .map(|attr| ride_along(Change { attr, value: Some(Value::Null) }, &seen, state))
        .collect();
    let body = || Json::Object(whole_body(&seen.json, &changes));
    Ok((!changes.is_empty()).then(|| Call::new(Method::Put, path).body(body())))
}

impl Engine {
    /// Removes what belongs to the object first. Either way: what is left of it for the state.
    async fn remove_children(
        &self,
        resource: &'static Resource,
        session: &Session,
        state: &Object,
        patience: &Patience,
    ) -> Result<Object, (Object, Diagnostics)> {
        let mut state = state.clone();
        let Some((attr, of)) = children_of(resource) else { return Ok(state) };
        let Value::Map(mut left) = get(&state, attr.name).clone() else { return Ok(state) };
        let parent = key_text(resource, &state);
        let mut errors = Diagnostics::new();
        for name in left.keys().cloned().collect::<Vec<_>>() {
            match children::remove(session, of, &name, &parent, patience).await {
                None => drop(left.remove(&name)),
                Some(error) => errors.push(error),
            }
        }
        state.insert(attr.name.to_owned(), Value::Map(left));
        if errors.is_empty() { Ok(state) } else { Err((state, errors)) }
    }

    pub(super) async fn destroy(
        &self,
        resource: &'static Resource,
        session: &Session,
        before: Stored,
        patience: &Patience,
    ) -> Outcome {
        let gone = Stored { state: Value::Null, private: Vec::new(), identity: None };
        let state = before.state.as_object().cloned().unwrap_or_default();
        let Some(path) = object_path(resource, &state) else { return Outcome::new(gone, Diagnostics::new()) };
        let stays = |left: Object, errors| Outcome::new(Stored { state: Value::Object(known(left)), ..before }, errors);
        let state = match self.remove_children(resource, session, &state, patience).await {
            Ok(left) => left,
            Err((left, errors)) => return stays(left, errors),
        };
        let _lock = session.lock(resource, &state).await;
        let call = match resource.destroy {
            Destroy::Delete => Some(Call::new(Method::Delete, path)),
            Destroy::Empty { .. } => Some(Call::new(Method::Put, path).body(Json::Object(JsonObject::new()))),
            Destroy::Detach => match detached(resource, session, &state, patience).await {
                Ok(call) => call,
                Err(error) => return stays(state, vec![error]),
            },
        };
        let sent = match call {
            Some(call) => session.write(call, patience).await.map(drop),
            None => Ok(()),
        };
        let what = described(resource, &state);
        match (sent, resource.destroy) {
            (Ok(()), Destroy::Detach) => {
                let note = resource.destroy_note.unwrap_or_default();
                Outcome::new(gone, vec![Diagnostic::warning(format!("The {what} stays"), note)])
            }
            (Ok(()), _) => Outcome::new(gone, Diagnostics::new()),
            (Err(error), _) if error.is_gone() => Outcome::new(gone, Diagnostics::new()),
            (Err(error), Destroy::Empty { refused }) if error.meaning() == Some(Meaning::Refused) => {
                let detail = format!("{refused}\n\n{}", Secrets::of(resource.attrs, &[&state]).conceal(error));
                Outcome::new(gone, vec![Diagnostic::warning(format!("The {what} is left behind"), detail)])
            }
            (Err(error), _) => {
                let error = refusal(resource, session, &state, error, patience).await;
                stays(state, vec![error])
            }
        }
    }
}

/// Why the object stays; with what else belongs to it, if that may be the reason.
async fn refusal(
    resource: &'static Resource,
    session: &Session,
    state: &Object,
    error: Error,
    patience: &Patience,
) -> Diagnostic {
    let error = Secrets::of(resource.attrs, &[state]).conceal(error);
    let mut diagnostic = explain(session.system, &format!("destroy the {}", described(resource, state)), &error);
    if let Some((_, of)) = children_of(resource)
        && let Ok(names) = children::names_of(session, of, &key_text(resource, state), patience).await
        && !names.is_empty()
    {
        let noun = of.table.noun();
        let names = listed(names.iter());
        diagnostic.detail.push_str(&format!("\n\nIt still has these {noun}s, which are not managed here: {names}."));
    }
    diagnostic
}
