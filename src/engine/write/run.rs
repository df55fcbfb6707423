//! Plan and apply of one object: which verb a plan asks for, and what a state shall hold after it. An object that
//! exists is in the answer or named in the error, whatever fails.

use std::collections::BTreeSet;

use crate::api::{Answer, Budget, Call, Error};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::plan::notes::PlanNotes;
use crate::engine::plan::planner::{Inputs, plan_again, versions};
use crate::engine::read::observe::known;
use crate::engine::report::catch_panic::{catch_panic, panicked};
use crate::engine::report::redaction;
use crate::engine::session::known_objects::Held;
use crate::engine::session::{NoSession, Session};
use crate::engine::values::address::{described, identity};
use crate::engine::values::body::Change;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, same, server_defaults};
use crate::engine::values::write_only::moved_keys;
use crate::engine::write::children::warnings;
use crate::engine::{Engine, Outcome, Stored, validate};
use crate::schema::{Attr, Resource, Rights, TIMEOUTS, Verbs, duration};
use crate::value::{Object, Path, Value};

/// What an apply was asked for.
pub struct ApplyRequest {
    pub prior: Value,
    pub planned: Value,
    pub config: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
}

/// One write under way.
#[derive(Clone, Copy)]
pub(crate) struct Write<'a> {
    pub(crate) resource: &'static Resource,
    pub(crate) session: &'a Session,
    pub(crate) budget: &'a Budget,
    pub(crate) config: &'a Object,
    pub(crate) planned: &'a Object,
    /// The object that this one is configured in, if it is: its table and its key.
    pub(crate) parent: Option<(&'static Resource, &'a str)>,
    /// Whether Terraform creates an object by this, or one that this is configured in: an error would taint that.
    pub(crate) creating: bool,
}

/// What a write left behind: the state that is true now, if the object exists.
pub(crate) struct Written {
    pub(crate) state: Option<Object>,
    pub(crate) private: PrivateState,
    pub(crate) diagnostics: Diagnostics,
}

impl Written {
    /// The write failed and this is what was there before.
    pub(crate) fn failed(state: Option<Object>, private: PrivateState, error: Diagnostic) -> Written {
        Written { state, private, diagnostics: vec![error] }
    }
}

impl Engine {
    pub(crate) async fn plan_write(
        &self,
        resource: &'static Resource,
        prior: Stored,
        private: &PrivateState,
        config: &Object,
        first: &[u8],
    ) -> Outcome {
        // Warnings have been told when the configuration was validated.
        let mut diagnostics = validate::resource(resource, config);
        diagnostics.retain(Diagnostic::is_error);
        redaction::add_from_config(&self.redactor, resource.attrs, config);
        if let Some(state) = prior.state.as_object() {
            redaction::add_from_state(&self.redactor, resource.attrs, state);
        }
        let access = self.access();
        let budget = Budget::new(self.stopping());
        let session = match access.session(&budget).await {
            Ok(session) => Some(session),
            Err(NoSession(trouble)) => {
                diagnostics.extend(trouble);
                None
            }
        };
        if let (Some(session), Some(before)) = (session, prior.state.as_object()) {
            session.known_objects.note(resource, before, Held::Stored);
        }
        let rights = session.map(Session::known_rights);
        // A key that sees everything plans what is configured over what nobody has seen.
        let seeing = (rights == Some(Rights::Admin) && !private.unseen.is_empty())
            .then(|| PrivateState { unseen: BTreeSet::new(), ..private.clone() });
        let private = seeing.as_ref().unwrap_or(private);
        let inputs = Inputs {
            resource,
            config,
            prior: prior.state.as_object(),
            private,
            version: session.and_then(Session::version),
            defaults: session.map(|session| &session.defaults),
        };
        let planned = plan_again(&inputs, PlanNotes::parse(first).as_ref());
        diagnostics.extend(planned.diagnostics);
        let changes = || inputs.prior.is_none_or(|before| planned.planned != *before);
        if rights.is_some_and(|rights| rights < Rights::Admin) && changes() {
            diagnostics.extend(session.and_then(Session::cannot_apply));
        }
        let private = match inputs.prior {
            Some(before) if !config.values().all(Value::is_known) => {
                PlanNotes::of(resource.attrs, before, &planned.planned).noted_in(&prior.private)
            }
            _ => prior.private,
        };
        if let Some(before) = prior.state.as_object() {
            diagnostics.extend(warnings(resource, before, &planned.planned, !planned.replaces.is_empty()));
        }
        // A plan of a new object has no identity yet; afterwards it is the one that the object has.
        // The second plan of a replacement brings that of the object that goes.
        let identity = prior.state.as_object().and_then(|state| identity(resource, state).or(prior.identity));
        let stored = Stored { state: Value::Object(planned.planned), private, identity };
        Outcome { stored, replaces: planned.replaces, diagnostics }
    }

    pub async fn apply(&self, name: &str, request: ApplyRequest) -> Outcome {
        let before = Stored {
            state: request.prior.clone(),
            private: PlanNotes::struck_from(request.private.clone()),
            identity: request.identity.clone(),
        };
        let resource = match self.resource(name) {
            Ok(resource) => resource,
            Err(unknown) => return Outcome::new(before, vec![unknown]),
        };
        for object in [&request.prior, &request.planned].into_iter().filter_map(Value::as_object) {
            redaction::add_from_state(&self.redactor, resource.attrs, object);
        }
        if let Some(config) = request.config.as_object() {
            redaction::add_from_config(&self.redactor, resource.attrs, config);
        }
        let planned = request.planned.clone();
        match catch_panic(self.carry_out(resource, request, before.clone())).await {
            Some(outcome) => outcome,
            None => {
                let error = panicked(&self.provider.system, resource, &before.state, &planned);
                Outcome::new(before, vec![error])
            }
        }
    }

    async fn carry_out(&self, resource: &'static Resource, request: ApplyRequest, before: Stored) -> Outcome {
        let access = self.access();
        let budget = budget(self, resource, &request);
        let session = match access.demand(&budget).await {
            Ok(session) => session,
            Err(error) => return Outcome::new(before, vec![error]),
        };
        if let Some(refused) = session.may_not_write(&doing(resource, &request)) {
            return Outcome::new(before, vec![refused]);
        }
        let (empty, prior) = (Object::new(), request.prior.as_object());
        let Some(planned) = request.planned.as_object() else {
            return self.destroy(resource, session, before, &budget).await;
        };
        let config = request.config.as_object().unwrap_or(&empty);
        let write =
            Write { resource, session, budget: &budget, config, planned, parent: None, creating: prior.is_none() };
        let mut written = match prior {
            None => {
                let made = write.create(PrivateState::default()).await;
                write.settle_children(made).await
            }
            Some(prior) => {
                let changed = write.update(prior, PrivateState::of(resource, Some(prior), &request.private)).await;
                write.update_children(prior, changed).await
            }
        };
        let identity = match &written.state {
            Some(state) => {
                written.private.note_keys(resource, state);
                identity(resource, state).or(request.identity)
            }
            None => request.identity,
        };
        let state = written.state.map_or(Value::Null, |state| Value::Object(known(state)));
        Outcome::new(Stored { state, private: written.private.to_bytes(), identity }, written.diagnostics)
    }
}

/// What an apply does, to complete "Could not …".
fn doing(resource: &'static Resource, request: &ApplyRequest) -> String {
    let (verb, object) = match (request.prior.as_object(), request.planned.as_object()) {
        (Some(prior), None) => ("destroy", Some(prior)),
        (Some(prior), Some(_)) => ("update", Some(prior)),
        (None, planned) => ("create", planned),
    };
    format!("{verb} the {}", object.map_or_else(|| resource.noun(), |object| described(resource, object)))
}

impl Write<'_> {
    /// Sends a write.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.session.write(call, self.budget).await
    }

    /// What the attribute shall be: a secret comes from whichever twin the configuration names.
    pub(crate) fn wanted(&self, attr: &Attr) -> Value {
        wanted(attr, self.planned, self.config)
    }

    /// The attributes that a request can carry by themselves.
    fn sendable(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.resource.managed().filter(|attr| attr.settable() && attr.children.is_none() && !attr.client_only)
    }

    /// The attributes that a create sends.
    pub(crate) fn all(&self) -> Vec<Change> {
        self.sendable().map(|attr| Change::new(attr, self.wanted(attr))).collect()
    }

    /// The attributes that an update sends: what the plan changes, but for notes.
    pub(crate) fn differences(&self, prior: &Object, private: &PrivateState) -> Vec<Change> {
        let changed = |attr: &&'static Attr| {
            let (before, after) = (get(prior, attr.name), get(self.planned, attr.name));
            if self.outgrows(attr, prior) && !self.wanted(attr).is_null() {
                return true;
            }
            if attr.secret {
                let version = attr.version_name();
                let write_only = !get(self.config, &attr.write_only_name()).is_null();
                let (was, is) = (get(prior, &version), get(self.planned, &version));
                if write_only && (was != is || self.moves_keys(attr, prior, private)) {
                    return true;
                }
                // Left out, a secret that every object needs stays what it is.
                if attr.required_on_create && after.is_null() && !write_only {
                    return false;
                }
                // Taken out of the configuration: the version that stands for it goes, and the secret with it.
                if !was.is_null() && is.is_null() {
                    return true;
                }
            }
            if versions(attr, before) != versions(attr, after) {
                return true;
            }
            before != after && !same(attr, before, after, None)
        };
        // What is fixed stays as it is, and what only a create takes is not sent again.
        let stays = |attr: &&'static Attr| attr.fixed.is_some() || attr.sent_by == Verbs::Create;
        let sendable = self.sendable().filter(|attr| !stays(attr));
        sendable.filter(changed).map(|attr| Change::new(attr, self.wanted(attr))).collect()
    }

    /// True when write-only keys come or go, and the plan shows that the secret changes.
    fn moves_keys(&self, attr: &Attr, prior: &Object, private: &PrivateState) -> bool {
        let is_shown = attr.stamp.is_some_and(|stamp| get(self.planned, stamp).is_unknown());
        is_shown && moved_keys(attr, self.config, prior, private, &Path::root()).is_some()
    }

    /// True when the system added entries for what the object was that do not belong to what it becomes: they go when
    /// the whole is sent.
    fn outgrows(&self, attr: &Attr, prior: &Object) -> bool {
        match (server_defaults(attr, prior), server_defaults(attr, self.planned)) {
            (Some(Value::Map(were)), Some(Value::Map(are))) => were.keys().any(|key| !are.contains_key(key)),
            _ => false,
        }
    }
}

/// How long the operation goes on, and how long it waits for an object that is in use.
fn budget(engine: &Engine, resource: &'static Resource, request: &ApplyRequest) -> Budget {
    let budget = Budget::new(engine.stopping());
    if resource.attr(TIMEOUTS.name).is_none() {
        return budget;
    }
    let (operation, object) = match (request.prior.as_object(), request.planned.as_object()) {
        (Some(prior), None) => ("delete", Some(prior)),
        (Some(_), planned) => ("update", planned),
        (None, planned) => ("create", planned),
    };
    let timeouts = object.and_then(|object| get(object, TIMEOUTS.name).as_object());
    let text = timeouts.and_then(|timeouts| get(timeouts, operation).as_str());
    budget.waiting(duration(text))
}

/// What an attribute of these objects shall be, with each write-only secret in the place of its twin.
fn wanted(attr: &Attr, planned: &Object, config: &Object) -> Value {
    let write_only = if attr.secret { get(config, &attr.write_only_name()) } else { &Value::Null };
    let both;
    let value = match (get(planned, attr.name), write_only) {
        (planned, Value::Null) => planned,
        (Value::Map(plain), Value::Map(write_only)) => {
            let mut entries = plain.clone();
            entries.extend(write_only.clone());
            both = Value::Map(entries);
            &both
        }
        (_, write_only) => write_only,
    };
    let Some(nested) = attr.kind.nested().filter(|nested| nested.iter().any(|attr| attr.secret)) else {
        return value.clone();
    };
    let object = |planned: &Value, config: Option<&Value>| match (planned, config) {
        (Value::Object(planned), Some(Value::Object(config))) => {
            let mut whole = planned.clone();
            whole.extend(nested.iter().map(|attr| (attr.name.to_owned(), wanted(attr, planned, config))));
            Value::Object(whole)
        }
        (planned, _) => planned.clone(),
    };
    match (value, get(config, attr.name)) {
        (Value::Map(entries), Value::Map(config)) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), object(item, config.get(key)))).collect())
        }
        (Value::List(items), Value::List(config)) => {
            Value::List(items.iter().enumerate().map(|(index, item)| object(item, config.get(index))).collect())
        }
        (value, config) => object(value, Some(config)),
    }
}
