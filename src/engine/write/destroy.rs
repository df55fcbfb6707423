//! The steps of a destroy: what would prevent the last request is looked for before the first. An object that is
//! already gone is a success; what the system keeps is reported.

use super::elements::WrittenElements;
use super::{Write, Written};
use crate::api::{Error, ErrorKind};
use crate::diagnostic::{Diagnostic, Diagnostics, listed, plural};
use crate::engine::read::children::names_of;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::values::address::{described, key_text};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::{Attr, Children, Destroy, Reset, Resource};
use crate::value::{Object, Path, Value};

impl Write<'_> {
    /// Why the system would refuse to delete the object in the end, if that can be seen now. Then nothing is removed.
    pub(crate) async fn refusal_ahead(&self, state: &Object) -> Option<Diagnostic> {
        let (attr, of) = self.resource.children()?;
        // Without children of its own the object is deleted with one request, which the system refuses by itself.
        let own = match get(state, attr.name) {
            Value::Map(own) if !own.is_empty() => own,
            _ => return None,
        };
        let doing = format!("destroy the {}", described(self.resource, state));
        match names_of(self.session, of, &key_text(self.resource, state), self.budget).await {
            Ok(mut names) => {
                names.retain(|name| !own.contains_key(name));
                let why = in_the_way(self.resource, attr, of, &names)?;
                let detail = format!("{why}\n\nNothing was changed.");
                Some(Diagnostic::error(format!("Could not {doing}"), detail).at(Path::attribute(attr.name)))
            }
            Err(error) => {
                let error = explain_read(self.session.system, &doing, &error);
                let detail = format!("{}\n\nNothing was changed.", error.detail);
                Some(Diagnostic { detail, ..error })
            }
        }
    }

    /// Destroys the children first. Returns what is left of the object for the state, in either case.
    pub(crate) async fn remove_children(&self, state: &Object) -> Result<Object, (Object, Diagnostic)> {
        let mut state = state.clone();
        let Some((attr, of)) = self.resource.children() else { return Ok(state) };
        let Value::Map(mut left) = get(&state, attr.name).clone() else { return Ok(state) };
        let parent = key_text(self.resource, &state);
        let mut failed = None;
        // What prevents one is likely to prevent all, and each attempt takes its time.
        while let (None, Some(name)) = (&failed, left.keys().next().cloned()) {
            failed = self.destroy_child(of, &name, &parent).await;
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

    /// What is true after the last request: the object is gone, possibly with a warning, or stays with an error.
    pub(crate) async fn destroyed(&self, state: Object, private: PrivateState, sent: Result<(), Error>) -> Written {
        let what = described(self.resource, &state);
        let gone = |diagnostics| Written { state: None, private: PrivateState::default(), diagnostics };
        match (sent, self.resource.destroy) {
            (Ok(()), Destroy::Detach | Destroy::Forget | Destroy::Reset(Reset { remains: true, .. })) => {
                let note = self.resource.destroy_note.unwrap_or_default();
                gone(vec![Diagnostic::warning(format!("The {what} was not deleted"), note)])
            }
            (Ok(()), _) => {
                self.session.known_objects.forget(self.resource, &state);
                gone(Diagnostics::new())
            }
            (Err(error), _) if error.is_not_found() => {
                self.session.known_objects.forget(self.resource, &state);
                gone(Diagnostics::new())
            }
            (Err(error), Destroy::Reset(Reset { refused: Some(refused), .. }))
                if error.kind().is_some_and(ErrorKind::is_final_refusal) =>
            {
                let detail = format!("{refused}\n\n{error}");
                gone(vec![Diagnostic::warning(format!("The {what} was not deleted"), detail)])
            }
            (Err(error), _) => {
                let error = self.not_destroyed(&state, &error).await;
                Written::failed(Some(state), private, error)
            }
        }
    }

    /// Removes what is managed of the object. What could not be removed stays in the state.
    pub(crate) async fn detach(&self, state: &mut Object) -> Result<(), Error> {
        let Some((attr, _)) = self.resource.partial() else { return Ok(()) };
        let managed = get(state, attr.name);
        let WrittenElements { now: left, failure, .. } = self.write_elements(state, managed, &Value::Null).await;
        state.insert(attr.name.to_owned(), left);
        failure.map_or(Ok(()), Err)
    }

    /// The error of a refused destroy, with other children that may be the reason.
    async fn not_destroyed(&self, state: &Object, error: &Error) -> Diagnostic {
        let mut diagnostic =
            explain(self.session.system, &format!("destroy the {}", described(self.resource, state)), error);
        if let Some((attr, of)) = self.resource.children()
            && let Ok(names) = names_of(self.session, of, &key_text(self.resource, state), self.budget).await
            && let Some(why) = in_the_way(self.resource, attr, of, &names)
        {
            diagnostic.detail.push_str(&format!("\n\n{why}"));
        }
        let is_refused = error.kind().is_some_and(ErrorKind::is_final_refusal);
        if let Some(hint) = self.resource.hooks.in_use.filter(|_| is_refused) {
            diagnostic.detail.push_str(&format!("\n\n{hint}"));
        }
        diagnostic
    }
}

/// The children that are not managed with the object and prevent its deletion, and what to do about them. They may be
/// managed elsewhere in the same configuration.
fn in_the_way(resource: &'static Resource, attr: &Attr, of: &Children, others: &[String]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let (many, parent) = (plural(others.len(), &of.table.noun()), resource.noun());
    let (they, belong, are, them) =
        if others.len() == 1 { ("it", "belongs", "is", "it") } else { ("they", "belong", "are", "them") };
    Some(format!(
        "The {many} {} {belong} to the {parent} and {are} not in its `{}`. The {parent} is not deleted while \
         {they} {belong} to it. First destroy {them}, or move {them} to another {parent}. If the same \
         configuration does that, Terraform may use another order: apply that change separately first (with \
         `-target`, or with the {parent} still in the configuration).",
        listed(others.iter()),
        attr.name,
    ))
}
