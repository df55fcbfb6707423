//! One invocation of an action, from its lock to its end. A request is repeated only if the table allows it; whatever
//! was sent and not answered is reported as possibly done.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout};

use super::{Progress, messages};
use crate::api::{Answer, Budget, Call, Error, ErrorKind, Json, SendError};
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::engine::read::request;
use crate::engine::report::errors::{explain, explain_read};
use crate::engine::session::Session;
use crate::engine::values::address::render;
use crate::engine::values::observed::{ReadError, place};
use crate::engine::values::same::get;
use crate::engine::values::walk::elements;
use crate::hooks::{Work, WorkOf};
use crate::schema::{Action, Goal, INVOKE_TIMEOUT, Request, Resource, duration};
use crate::value::{At, Object, Value};

/// After this time without news the user is told that the action still waits.
const NEWS: Duration = Duration::from_secs(10);
/// How long a request that was sent is waited for after an interruption.
const GRACE: Duration = Duration::from_secs(10);
/// The longest pause between two looks at work that goes on.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
pub(super) struct Invocation<'a> {
    pub(super) action: &'static Action,
    pub(super) session: &'a Session,
    pub(super) budget: &'a Budget,
    pub(super) config: &'a Object,
    pub(super) progress: Progress<'a>,
}

/// Why a request has no response.
enum Unanswered {
    Failed(Error),
    /// It was sent, and the user did not want to wait.
    Interrupted,
    /// It was sent, and the time of the action is over.
    TimedOut,
}

impl Invocation<'_> {
    pub(super) async fn run(&self) -> Diagnostics {
        let begun = Instant::now();
        let mut work = pin!(self.carry_out(begun));
        loop {
            if let Ok(ended) = timeout(NEWS, &mut work).await {
                return ended.err().into_iter().collect();
            }
            let seconds = begun.elapsed().as_secs();
            self.tell(format!("Waiting for the {} ({seconds} s).", self.session.system.title));
        }
    }

    async fn carry_out(&self, begun: Instant) -> Result<(), Diagnostic> {
        let (action, doing) = (self.action, self.doing());
        if let Some(why) = self.session.is_older(action.name, action.since) {
            return Err(self.failed(why));
        }
        if let Some(refused) = self.session.may_not_invoke(action.rights, &doing) {
            return Err(refused);
        }
        let _lock = self.lock().await?;
        let mut call = request::call(&action.request, action.attrs, self.config);
        if action.has_timeout() {
            call = call.within(self.time());
        }
        let place = place(&call);
        let answer = match self.send(call).await {
            Ok(answer) => answer,
            Err(unanswered) => return self.without_answer(unanswered).await,
        };
        let response = self.decoded(&answer.body, place)?;
        if let Some(work) = action.work {
            self.watch(work, &answer.body, &response, begun).await?;
        }
        self.report(action.done, &[self.config, &response]);
        Ok(())
    }

    /// Waits until no write of this process uses the object that the table names.
    async fn lock(&self) -> Result<Option<OwnedMutexGuard<()>>, Diagnostic> {
        let Some((resource, attribute)) = self.action.locks else { return Ok(None) };
        let mut object = keys(resource, get(self.config, attribute));
        if resource.lock.is_some_and(|template| render(template, &object, None).is_none()) {
            // Other attributes of the object are part of the lock.
            let seen = self.session.fetch(resource, &object, self.budget).await;
            match seen.map_err(|error| explain_read(self.session.system, &self.doing(), &error))? {
                Some(seen) => object = seen.object,
                // The request itself reports that there is none.
                None => return Ok(None),
            }
        }
        Ok(Some(self.session.lock(resource, &object).await))
    }

    async fn send(&self, call: Call) -> Result<Answer, Unanswered> {
        let writes = call.method.writes();
        let sent = async {
            match writes {
                true => self.session.write(call, self.budget).await,
                false => self.session.ask(call, self.budget).await,
            }
        };
        let interruption = async {
            self.budget.cancelled().await;
            sleep(GRACE).await;
        };
        // The timeout of a request is that of one try.
        let end = async {
            match self.action.has_timeout() {
                true => sleep(self.time()).await,
                false => pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = sent => answer.map_err(Unanswered::Failed),
            () = interruption => Err(Unanswered::Interrupted),
            () = end => Err(Unanswered::TimedOut),
        }
    }

    /// The end of an action whose request failed. It may have been done, or the object may be as wanted already.
    async fn without_answer(&self, unanswered: Unanswered) -> Result<(), Diagnostic> {
        let title = self.session.system.title;
        let error = match unanswered {
            Unanswered::Failed(error) => error,
            Unanswered::TimedOut => {
                let seconds = self.time().as_secs();
                let detail =
                    format!("It has not ended after {seconds} s. It may have been done, or may still be running.");
                return Err(self.failed(detail));
            }
            Unanswered::Interrupted => {
                let detail = format!(
                    "Terraform was interrupted while the {title} was working on it. It may have been done, or may still be."
                );
                return Err(self.failed(detail));
            }
        };
        // An error that is no failure of the system answers this request, but not an earlier one that got lost.
        let in_doubt = error.may_have_acted() && (error.kind() != Some(ErrorKind::Rejected) || error.tries > 1);
        if let Some(goal) = self.action.goal.filter(|_| in_doubt || is_refusal_of_the_state(&error))
            && self.is_reached(&goal).await
        {
            self.report(if in_doubt { self.action.done } else { goal.already }, &[self.config]);
            return Ok(());
        }
        let mut diagnostic = explain(self.session.system, &self.doing(), &error);
        if in_doubt {
            diagnostic.detail.push_str(&format!(
                "\n\nIt may have been done all the same, since the {title} may have received the request. Check that before you \
                 start the action again."
            ));
        }
        Err(diagnostic)
    }

    /// Whether the object has the state that the action leads to.
    async fn is_reached(&self, goal: &Goal) -> bool {
        let call = request::call(&goal.request, self.action.attrs, self.config);
        let shown = self.session.ask(call, self.budget).await;
        let wanted = messages::plain(goal.text, &[self.config]);
        shown.is_ok_and(|answer| answer.body.get(goal.wire).and_then(Json::as_str) == Some(wanted.as_str()))
    }

    /// What the table uses of a response. Nothing else of it is read: it may contain secrets.
    fn decoded(&self, body: &Json, place: String) -> Result<Object, Diagnostic> {
        if self.action.response.is_empty() {
            return Ok(Object::new());
        }
        request::returned(self.action.response, body, &mut Diagnostics::new()).map_err(|error| {
            let error = ReadError::Decode { place, error };
            let mut diagnostic = explain_read(self.session.system, &self.doing(), &error);
            diagnostic.detail.push_str("\n\nIt may have been done all the same.");
            diagnostic
        })
    }

    /// Follows the work to its end and reports what it printed.
    async fn watch(&self, work: WorkOf, body: &Json, response: &Object, begun: Instant) -> Result<(), Diagnostic> {
        let mut seen = self.work_in(work, body, response)?;
        let mut pause = Duration::from_secs(1);
        let end = loop {
            match (seen.end.take(), &self.action.follow) {
                (Some(end), _) => break end,
                (None, Some(follow)) if begun.elapsed() + pause <= self.time() => {
                    if !self.budget.sleep(pause).await {
                        return Err(self.left_running("Terraform was interrupted.", response));
                    }
                    pause = PAUSE.min(pause * 2);
                    seen = self.look(work, follow, response).await?;
                }
                (None, _) => {
                    let reason = format!("It has not ended after {} s.", begun.elapsed().as_secs());
                    return Err(self.left_running(&reason, response));
                }
            }
        };
        let output = match seen.output.filter(|output| !output.trim().is_empty()) {
            Some(output) if self.knows_secrets().await => self.session.output(&output),
            Some(_) => "(not shown, because this key cannot read the secrets that it may contain)".to_owned(),
            None => String::new(),
        };
        match end {
            Ok(()) => {
                if !output.is_empty() {
                    self.tell(format!("Output:\n{output}"));
                }
                Ok(())
            }
            Err(reason) => {
                let which = self.which(response).map_or_else(String::new, |which| format!(" ({which})"));
                let output = if output.is_empty() { output } else { format!("\n\nOutput:\n{output}") };
                Err(self.failed(format!("{}{which}{output}", self.session.output(&reason))))
            }
        }
    }

    async fn look(&self, work: WorkOf, follow: &Request, response: &Object) -> Result<Work, Diagnostic> {
        let values = self.config.iter().chain(response).map(|(name, value)| (name.clone(), value.clone())).collect();
        // Its body, if it had one, would consist of the attributes of the action.
        let call = request::call(follow, self.action.attrs, &values);
        match self.session.ask(call, self.budget).await {
            Ok(answer) => self.work_in(work, &answer.body, response),
            Err(error) => {
                let explained = explain(self.session.system, &self.doing(), &error);
                Err(self.left_running(&explained.detail, response))
            }
        }
    }

    fn work_in(&self, work: WorkOf, body: &Json, response: &Object) -> Result<Work, Diagnostic> {
        let seen = if let Json::Object(json) = body { work(json) } else { None };
        let title = self.session.system.title;
        seen.ok_or_else(|| {
            self.left_running(&format!("A response of the {title} does not say how it ended."), response)
        })
    }

    /// The error for work that was started and whose end is not known.
    fn left_running(&self, reason: &str, response: &Object) -> Diagnostic {
        let which = self.which(response).map_or_else(String::new, |which| format!(": {which}"));
        let title = self.session.system.title;
        self.failed(format!(
            "{reason}\n\nThe {title} has started it. It may have been done, or may still be running{which}."
        ))
    }

    /// What the response calls the work.
    fn which(&self, response: &Object) -> Option<String> {
        let texts = self.action.response.iter().filter_map(|attr| Some((attr, get(response, attr.name).as_str()?)));
        let parts: Vec<String> = texts.map(|(attr, text)| format!("`{}` is {}", attr.name, quoted(text))).collect();
        (!parts.is_empty()).then(|| self.session.redacted(&parts.join(", ")))
    }

    /// Whether the secrets of the objects that the work uses are known, so that they are redacted.
    async fn knows_secrets(&self) -> bool {
        let (budget, mut known) = (self.budget.uncancellable(), self.config.clone());
        for (resource, attribute) in self.action.uses {
            let keys = keys(resource, get(&known, attribute));
            match self.session.fetch(resource, &keys, &budget).await {
                Ok(Some(seen)) if shows_secrets(resource, &seen.object) => known.extend(seen.object),
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return false,
            }
        }
        true
    }

    fn doing(&self) -> String {
        messages::doing(self.action, self.config)
    }

    fn failed(&self, detail: String) -> Diagnostic {
        Diagnostic::error(format!("Could not {}", self.doing()), detail)
    }

    fn report(&self, template: &str, objects: &[&Object]) {
        self.tell(self.session.redacted(&messages::filled(template, objects)));
    }

    /// Reports progress, but not after an interruption: some versions of Terraform fail on an event that follows it, and
    /// others read nothing after that, so the diagnostics must be the only one.
    fn tell(&self, progress: String) {
        if !self.budget.is_cancelled() {
            (self.progress)(progress);
        }
    }

    /// How long the action may take.
    fn time(&self) -> Duration {
        let timeouts = get(self.config, INVOKE_TIMEOUT.name).as_object();
        duration(timeouts.and_then(|timeouts| get(timeouts, "invoke").as_str()))
    }
}

/// A refusal that can mean that there is nothing to do.
fn is_refusal_of_the_state(error: &Error) -> bool {
    matches!(&error.cause, SendError::Refused { status: 400 | 409 | 422, kind, .. } if *kind != ErrorKind::NotFound)
}

/// The object with this key.
fn keys(resource: &'static Resource, key: &Value) -> Object {
    resource.given_keys().map(|attr| (attr.name.to_owned(), key.clone())).collect()
}

/// Whether no secret of the object is hidden or masked.
fn shows_secrets(resource: &'static Resource, object: &Object) -> bool {
    resource.managed().filter(|attr| attr.is_secret()).all(|attr| {
        let value = get(object, attr.name);
        let mut shown = !value.is_unknown();
        elements(value, &At::Root, &mut |element, _| shown &= !element.is_null());
        shown
    })
}
