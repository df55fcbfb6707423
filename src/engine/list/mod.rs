//! Lists of the managed objects, as they can be imported: found page by page, each with its identity, its name and, if
//! wanted, its state. Nothing here changes anything.
//!
//! - `entries`: the entries of a list, each once, as its pages arrive.
//! - `found`: one entry as a result, or why there is none.
//! - `generate`: a configuration for a state.
//! - `secrets`: an object without its secrets.

mod entries;
mod found;
mod generate;
mod secrets;

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio_util::task::AbortOnDropHandle;

use self::entries::Entries;
use self::found::{Candidate, Found, Wanted, Why};
use crate::diagnostic::{BUG, Diagnostic, Diagnostics, few, plural, quoted};
use crate::engine::Engine;
use crate::engine::read::import::invalid_keys;
use crate::engine::report::catch_panic::catch_panic;
use crate::engine::report::errors::explain_read;
use crate::engine::session::Session;
use crate::engine::validate::{self, Identifiers};
use crate::engine::values::observed::{ReadError, is_absent};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::rpc;
use crate::schema::{Listing, Parent, Resource};
use crate::value::{Object, Value};

/// How many objects are read at the same time.
const MOST_UNDER_WAY: usize = 10;

/// What is listed.
pub struct ListRequest<'a> {
    /// The filters by name, as in the configuration; null for none.
    pub filters: &'a Value,
    /// The most results with an identity; all if `None`.
    pub limit: Option<usize>,
    pub with_objects: bool,
}

/// One object, or a message about the list.
pub struct ListResult {
    /// `None` for a message.
    pub identity: Option<Value>,
    /// By which people recognize the object.
    pub display_name: String,
    /// Null unless objects are wanted. Secrets and write-only values are null: results are printed.
    pub state: Value,
    pub diagnostics: Diagnostics,
    /// Whether the message is about objects that could not be read.
    pub is_incomplete: bool,
    /// Why no configuration describes the object as it is, if none does and objects are wanted.
    pub refused: Option<String>,
}

impl ListResult {
    fn message(diagnostic: Diagnostic) -> ListResult {
        // A path would be one in the configuration of the list.
        let diagnostics = vec![Diagnostic { path: None, ..diagnostic }];
        let display_name = String::new();
        ListResult {
            identity: None,
            display_name,
            state: Value::Null,
            diagnostics,
            is_incomplete: false,
            refused: None,
        }
    }

    fn incomplete(diagnostic: Diagnostic) -> ListResult {
        ListResult { is_incomplete: true, ..ListResult::message(diagnostic) }
    }
}

impl Engine {
    /// Checks the filters of a list without any request.
    pub fn validate_list(&self, resource: &'static Resource, filters: &Value) -> Diagnostics {
        let filters = filters.as_object();
        filters.map_or_else(Diagnostics::new, |filters| check(resource, filters, Identifiers::Mocked))
    }

    /// Lists the objects that can be imported, in the order of the system. A result with an error is the last one: the
    /// list is incomplete then. Returns early when nobody receives the results any more.
    pub async fn list(&self, resource: &'static Resource, request: ListRequest<'_>, results: Sender<ListResult>) {
        let listing = async {
            let listed = catch_panic(self.list_objects(resource, request, &results)).await;
            if let Err(error) = listed.unwrap_or_else(|| Err(panicked(resource))) {
                let _nobody_listens = results.send(ListResult::incomplete(error)).await;
            }
        };
        tokio::select! {
            biased;
            () = results.closed() => {}
            () = listing => {}
        }
    }

    async fn list_objects(
        &self,
        resource: &'static Resource,
        request: ListRequest<'_>,
        results: &Sender<ListResult>,
    ) -> Result<(), Diagnostic> {
        let filters = Arc::new(request.filters.as_object().cloned().unwrap_or_default());
        // Values that were unknown when the configuration was validated are known now.
        let wrong = check(resource, &filters, Identifiers::Real).into_iter().find(Diagnostic::is_error);
        wrong.map_or(Ok(()), Err)?;
        let (budget, access) = (self.budget(), self.access());
        let session = access.demand(&budget).await?;
        let wanted = Wanted {
            resource,
            filters,
            with_objects: request.with_objects,
            access: access.clone(),
            budget: budget.clone(),
        };
        // Nothing is missing: there are no such objects.
        if let Some(why) = session.lacks(resource) {
            let error = explain_read(session.system, &doing(resource), &ReadError::Unsupported(why));
            let _nobody_listens = results.send(ListResult::message(error)).await;
            return Ok(());
        }
        // What cannot be read cannot be imported either.
        if let (true, Some(why)) = (request.with_objects, session.may_not_read(resource, &budget).await) {
            return Err(explain_read(session.system, &doing(resource), &why));
        }
        let mut walk =
            Walk { session, wanted, results, left: request.limit.unwrap_or(usize::MAX), left_out: BTreeMap::new() };
        walk.warn_if_hidden().await?;
        if walk.run().await?.is_continue() {
            walk.report_left_out().await;
        }
        Ok(())
    }
}

fn check(resource: &'static Resource, filters: &Object, identifiers: Identifiers) -> Diagnostics {
    validate::entry(resource.list_views(), filters, identifiers)
}

/// One list under way.
struct Walk<'a> {
    session: &'a Session,
    wanted: Wanted,
    results: &'a Sender<ListResult>,
    /// How many results are still wanted.
    left: usize,
    /// The names of objects that Terraform cannot manage.
    left_out: BTreeMap<Why, Vec<String>>,
}

/// `Break` when no more results are wanted.
type Step = Result<ControlFlow<()>, Diagnostic>;

impl Walk<'_> {
    async fn run(&mut self) -> Step {
        let resource = self.wanted.resource;
        let filters = self.wanted.filters.clone();
        match (resource.parent, &resource.list) {
            (Some(parent), _) if get(&filters, parent.attribute).is_null() => self.of_all_parents(parent).await,
            (_, Some(list)) => match self.of_list(list, &filters).await? {
                Ok(step) => Ok(step),
                Err(error) => Err(self.failed(error)),
            },
            (_, None) => self.candidates(vec![Candidate::to_read((*filters).clone())], false).await,
        }
    }

    /// The objects of each object of the parent's type.
    async fn of_all_parents(&mut self, parent: Parent) -> Step {
        let resource = self.wanted.resource;
        let mut parents =
            Entries::new(self.session, parent.table, &Object::new()).map_err(|error| self.failed(error))?;
        while let Some(page) =
            parents.next(self.session, &self.wanted.budget).await.map_err(|error| self.failed(error))?
        {
            let with_key = page.iter().filter_map(|entry| key_below(resource, parent, entry));
            let known: Vec<Object> = with_key.filter(|known| invalid_keys(resource, known).is_none()).collect();
            let Some(list) = &resource.list else {
                let candidates = known.into_iter().map(Candidate::to_read).collect();
                if self.candidates(candidates, parents.has_more()).await?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            };
            for known in known {
                let filters = self.wanted.filters.iter().map(|(name, value)| (name.clone(), value.clone()));
                match self.of_list(list, &filters.chain(known).collect()).await? {
                    Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
                    Ok(ControlFlow::Continue(())) => {}
                    // The parent is gone by now.
                    Err(ReadError::Api(error)) if error.is_not_found() => {}
                    Err(error) => return Err(self.failed(error)),
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The objects of one list, with these filters and parts of its path. The inner error is that of the list itself.
    async fn of_list(
        &mut self,
        list: &'static Listing,
        known: &Object,
    ) -> Result<Result<ControlFlow<()>, ReadError>, Diagnostic> {
        let in_path = || list.required().map(|name| (name.to_owned(), get(known, name).clone())).collect::<Object>();
        let mut entries = match Entries::new(self.session, self.wanted.resource, known) {
            Ok(entries) => entries,
            Err(error) => return Ok(Err(error)),
        };
        loop {
            let page = match entries.next(self.session, &self.wanted.budget).await {
                Ok(Some(page)) => page,
                Ok(None) => return Ok(Ok(ControlFlow::Continue(()))),
                Err(error) => return Ok(Err(error)),
            };
            let candidates = page.into_iter().map(|entry| Candidate { keys: in_path(), entry: Some(entry) }).collect();
            if self.candidates(candidates, entries.has_more()).await?.is_break() {
                return Ok(Ok(ControlFlow::Break(())));
            }
        }
    }

    /// Sends a result for each of them that can be imported, in this order, reading several at a time. `more` follow.
    async fn candidates(&mut self, candidates: Vec<Candidate>, more: bool) -> Step {
        let (mut waiting, mut under_way) = (candidates.into_iter(), VecDeque::new());
        loop {
            while under_way.len() < MOST_UNDER_WAY.min(self.left) {
                let Some(next) = waiting.next() else { break };
                under_way.push_back(AbortOnDropHandle::new(rpc::spawn(self.wanted.beside().found(next))));
            }
            let Some(first) = under_way.pop_front() else { break };
            let found = first.await.unwrap_or_else(|_| Err(panicked(self.wanted.resource)))?;
            match found {
                Found::Nothing => continue,
                Found::LeftOut(why, name) => {
                    self.left_out.entry(why).or_default().push(name);
                    continue;
                }
                Found::Unread(message) => self.send(ListResult::incomplete(message)).await,
                Found::Object(mut result) => {
                    self.left -= 1;
                    if self.left == 0 && (more || waiting.len() > 0) {
                        result.diagnostics.push(self.truncated());
                    }
                    self.send(*result).await;
                }
            }
            if self.left == 0 {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// A receiver that is gone ends the whole list: `Engine::list` waits for that.
    async fn send(&self, result: ListResult) {
        let _nobody_listens = self.results.send(result).await;
    }

    async fn warn_if_hidden(&self) -> Result<(), Diagnostic> {
        let hides = self.session.hides_some(self.wanted.resource, &self.wanted.budget).await;
        if let Some(why) = hides.map_err(|error| self.failed(error))? {
            let nouns = plural(2, &self.wanted.resource.noun());
            let warning = Diagnostic::warning(format!("The list of {nouns} may be incomplete"), why);
            self.send(ListResult::incomplete(warning)).await;
        }
        Ok(())
    }

    fn truncated(&self) -> Diagnostic {
        let nouns = plural(2, &self.wanted.resource.noun());
        let detail = "The limit of the list is reached. To list all of them, increase `limit` in the `list` block.";
        Diagnostic::warning(format!("There are more {nouns} than are listed"), detail)
    }

    /// What Terraform cannot change or destroy is not offered for an import.
    async fn report_left_out(&self) {
        let summary = format!("Some {} are not listed", plural(2, &self.wanted.resource.noun()));
        for (why, names) in &self.left_out {
            let shown = few(names.iter().map(|name| quoted(name)));
            let detail = match why {
                Why::ManagedElsewhere => format!(
                    "Terraform cannot change or destroy what the {} or another system manages: {shown}.",
                    self.session.system.title
                ),
                Why::Unmanageable(reason) => format!("Terraform cannot manage {shown}. {reason}"),
                Why::Invalid(reason) => format!("No configuration can describe {shown}. {reason}"),
            };
            self.send(ListResult::message(Diagnostic::warning(summary.as_str(), detail))).await;
        }
    }

    fn failed(&self, error: ReadError) -> Diagnostic {
        explain_read(self.session.system, &doing(self.wanted.resource), &error)
    }
}

fn doing(resource: &Resource) -> String {
    format!("list the {}", plural(2, &resource.noun()))
}

fn panicked(resource: &Resource) -> Diagnostic {
    Diagnostic::error(format!("Could not {}", doing(resource)), BUG)
}

/// The attribute of an object that contains the key of this parent. None for a parent that counts as deleted.
fn key_below(resource: &'static Resource, parent: Parent, entry: &JsonObject) -> Option<Object> {
    let key = parent.table.keys().next()?.wire_name();
    let name = entry.get(key)?.as_str().filter(|_| !is_absent(parent.table, entry))?;
    let attribute = resource.attr(parent.attribute)?.name;
    Some([(attribute.to_owned(), Value::string(name))].into())
}
