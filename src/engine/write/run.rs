//! One write, from Terraform's request to the state that is true after it, in the order of its steps: the operation,
//! then create, update and destroy. Each step is in a file beside this one.

use super::answer::Answered;
use super::create::{Made, is_sent};
use super::{ApplyRequest, Operation, Write, Written, http};
use crate::api::{Call, Method};
use crate::diagnostic::has_errors;
use crate::engine::plan::notes::PlanNotes;
use crate::engine::read::observe::known;
use crate::engine::report::catch_panic::{catch_panic, panicked};
use crate::engine::report::errors::explain_read;
use crate::engine::report::redaction;
use crate::engine::session::known_objects::Held;
use crate::engine::values::address::{identity, keyless, label, object_path};
use crate::engine::values::change::Change;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::{Engine, Outcome, Stored};
use crate::rpc;
use crate::schema::{Create, Destroy, Resource, Update};
use crate::value::{Object, Value};

impl Engine {
    /// Carries out a plan. The outcome holds what is true afterwards, also when only a part succeeded: an object that
    /// exists is in the state or named in an error.
    pub async fn apply(&self, resource: &'static Resource, request: ApplyRequest) -> Outcome {
        for object in [&request.prior, &request.planned].into_iter().filter_map(Value::as_object) {
            redaction::add_from_state(&self.redactor, resource.attrs, object);
        }
        if let Some(config) = request.config.as_object() {
            redaction::add_from_config(&self.redactor, resource.attrs, config);
        }
        let before = Stored {
            state: request.prior.clone(),
            private: PlanNotes::struck_from(request.private.clone()),
            identity: request.identity.clone(),
        };
        match catch_panic(self.write(resource, &request, &before)).await {
            Some(outcome) => outcome,
            None => {
                let error = panicked(&self.provider.system, resource, &request.prior, &request.planned);
                Outcome::new(before, vec![error])
            }
        }
    }

    async fn write(&self, resource: &'static Resource, request: &ApplyRequest, before: &Stored) -> Outcome {
        let operation = Operation::of(request);
        rpc::does(operation.name());
        rpc::is_about(|| label(resource, operation.object()));
        let access = self.access();
        let budget = operation.budget(resource, self.budget());
        let session = match access.demand(&budget).await {
            Ok(session) => session,
            Err(error) => return Outcome::new(before.clone(), vec![error]),
        };
        if let Some(refused) = session.may_not_write(&operation.describe(resource)) {
            return Outcome::new(before.clone(), vec![refused]);
        }
        let nothing = Object::new();
        let write = Write {
            resource,
            session,
            budget: &budget,
            config: request.config.as_object().unwrap_or(&nothing),
            planned: operation.object(),
            parent: None,
            creating: matches!(operation, Operation::Create { .. }),
        };
        let private = |prior| PrivateState::of(resource, Some(prior), &request.private);
        let written = match operation {
            Operation::Create { .. } => {
                let created = write.create(PrivateState::default()).await;
                write.settle_children(created).await
            }
            Operation::Update { prior, .. } => {
                let updated = write.update(prior, private(prior)).await;
                write.update_children(prior, updated).await
            }
            Operation::Destroy { prior } => write.destroy(prior, private(prior)).await,
        };
        written.outcome(resource, &operation, request)
    }
}

impl Written {
    fn outcome(mut self, resource: &'static Resource, operation: &Operation<'_>, request: &ApplyRequest) -> Outcome {
        let stored = match self.state {
            Some(state) => {
                self.private.note_keys(resource, &state);
                let identity = identity(resource, &state).or_else(|| request.identity.clone());
                Stored { state: Value::Object(known(state)), private: self.private.to_bytes(), identity }
            }
            None if matches!(operation, Operation::Destroy { .. }) => {
                Stored { state: Value::Null, private: Vec::new(), identity: None }
            }
            None => Stored { state: Value::Null, private: self.private.to_bytes(), identity: request.identity.clone() },
        };
        Outcome::new(stored, self.diagnostics)
    }
}

/// Create: the object is created, recovered or adopted, and read back as far as the answer does not show it.
impl Write<'_> {
    pub(crate) async fn create(&self, private: PrivateState) -> Written {
        let _lock = self.session.lock(self.resource, self.planned).await;
        let _links = self.session.hold_links(self.resource, false).await;
        if let Some(unknown) = self.unknown_reference(None).await {
            return Written::failed(None, private, unknown);
        }
        let changes = self.all();
        let made = match self.resource.create {
            Create::Post | Create::PostThenUpdate => self.post(&changes).await,
            Create::PostOrAdopt => match self.post_or_adopt(&changes, &private).await {
                Ok(written) => return written,
                Err(made) => made,
            },
            Create::Upsert(method) => self.upsert(method, &changes).await,
            Create::Over => return self.write_over(changes, private).await,
        };
        match made {
            Made::Refused(error) => Written::failed(None, private, error),
            Made::Taken(error) => Written::failed(None, private, self.taken_by(&error).await),
            Made::Found(keys) => {
                self.session.known_objects.note(self.resource, &keys, Held::Created);
                let settling = self.read_back(&keys, private.clone());
                let mut written = self.kept(settling, &keys, &Object::new(), private).await;
                written.diagnostics.extend(self.lost_values());
                written
            }
            Made::Created(answer) => {
                let given = self.answered(&answer);
                self.session.keep(self.resource, &given);
                let keys = self.keys_of_new(&given);
                self.session.known_objects.note(self.resource, &keys, Held::Created);
                let sent: Vec<Change> = changes.into_iter().filter(is_sent).collect();
                let method = http(self.resource.create.method());
                let answered = Answered { seen: self.shown_by_answer(method, &keys, answer), given: given.clone() };
                let settling = self.settle_new(&keys, &sent, answered, private.clone());
                self.kept(settling, &keys, &given, private).await
            }
        }
    }
}

/// Update: one request under the object's lock, with the object as it was just read.
impl Write<'_> {
    pub(crate) async fn update(&self, prior: &Object, private: PrivateState) -> Written {
        let _lock = self.session.lock(self.resource, prior).await;
        let sends_whole = self.resource.update == Update::MergePut;
        let _links = self.session.hold_links(self.resource, sends_whole).await;
        let mut changes = self.differences(prior, &private);
        let before = self.resource.hooks.before_update.and_then(|call| call(prior, self.planned));
        if changes.is_empty() && before.is_none() {
            return self.read_back(prior, private).await;
        }
        if let Some((attr, _)) = self.resource.partial() {
            return self.update_elements(attr, prior, private).await;
        }
        let current = match self.current(prior).await {
            Ok(current) => current,
            Err(error) => return Written::failed(Some(prior.clone()), private, error),
        };
        if let Some(unknown) = self.unknown_reference(Some(prior)).await {
            return Written::failed(Some(prior.clone()), private, unknown);
        }
        if let Some(before) = &before
            && let Err(error) = self.send_before_update(prior, before).await
        {
            return self.after_failure(prior, private, error).await;
        }
        let is_called =
            |change: &mut Change| before.as_ref().is_some_and(|before| change.attr.name == before.attribute);
        let called: Vec<Change> = changes.extract_if(.., is_called).collect();
        if changes.is_empty() {
            // What the call before the update changed is compared with the plan, like everything that is sent.
            return self.settle(prior, &called, Answered::default(), private).await;
        }
        let mut written = self.send_update(prior, changes, &current, prior, private).await;
        if before.is_some() && has_errors(&written.diagnostics) {
            // The call before the update succeeded, whether or not the update did.
            written.state = Some(self.as_it_is(prior, &written.private).await);
        }
        written
    }

    /// Sends the changes to the object as it was just read. The state follows from the answer, or from a read after
    /// it.
    pub(crate) async fn send_update(
        &self,
        keys: &Object,
        changes: Vec<Change>,
        current: &Observed,
        prior: &Object,
        private: PrivateState,
    ) -> Written {
        let changes = self.completed_changes(changes, current, prior, &private);
        let call = match self.request(keys, &changes, current, prior, &private).await {
            Ok(Some(call)) => call,
            Ok(None) => return self.read_back(keys, private).await,
            Err(error) => return Written::failed(Some(prior.clone()), private, error),
        };
        let method = call.method;
        match self.send(call).await {
            Ok(answer) => {
                // The object has its new name now.
                let renames = self.resource.keys().any(|key| key.renames_object());
                let keys = if renames { self.planned } else { keys };
                self.session.known_objects.note(self.resource, keys, Held::Stored);
                let answered = Answered { seen: self.shown_by_answer(method, keys, answer), ..Answered::default() };
                self.settle(keys, &changes, answered, private).await
            }
            Err(error) => {
                let diagnostic = self.update_refused(keys, &error).await;
                match error.may_have_acted() {
                    true => self.after_failure(prior, private, diagnostic).await,
                    false => Written::failed(Some(prior.clone()), private, diagnostic),
                }
            }
        }
    }
}

/// Destroy: what belongs to the object goes first, then the object.
impl Write<'_> {
    pub(crate) async fn destroy(&self, prior: &Object, private: PrivateState) -> Written {
        let Some(path) = object_path(self.resource, prior) else {
            return Written::failed(Some(prior.clone()), private, keyless(self.resource));
        };
        if let Some(refusal) = self.refusal_ahead(prior).await {
            return Written::failed(Some(prior.clone()), private, refusal);
        }
        let mut state = match self.remove_children(prior).await {
            Ok(state) => state,
            Err((left, error)) => return Written::failed(Some(left), private, error),
        };
        let _lock = self.session.lock(self.resource, &state).await;
        let _links = self.session.hold_links(self.resource, false).await;
        let sent = match self.resource.destroy {
            Destroy::Delete => self.send(Call::new(Method::Delete, path)).await.map(drop),
            Destroy::Reset(reset) => match self.session.fetch_anew(self.resource, &state, self.budget).await {
                Ok(None) => Ok(()),
                Ok(Some(current)) => {
                    self.send(Call::new(Method::Put, path).body((reset.to)(&current.json))).await.map(drop)
                }
                Err(error) => {
                    let error =
                        explain_read(self.session.system, &format!("destroy the {}", self.named(&state)), &error);
                    return Written::failed(Some(state), private, error);
                }
            },
            Destroy::Forget => Ok(()),
            Destroy::Detach => self.detach(&mut state).await,
        };
        self.destroyed(state, private, sent).await
    }
}
