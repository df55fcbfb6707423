//! Plan and apply of one object: which verb a plan asks for, and what a state shall hold after it. An object that
//! exists is in the answer or named in the error, whatever fails.

use super::body::Change;
use super::children::warnings;
use super::conceal::Secrets;
use super::guard::{BUG, panicked, unless_it_panics};
use super::memory::Memory;
use super::observe::{known, lay_over, note_stamps, observe, unknown_paths};
use super::place::{described, identity};
use super::plan::{Inputs, plan, versions};
use super::same::{get, same};
use super::session::{Denied, Session};
use super::trouble::{explain_fault, news};
use super::{Engine, Outcome, Stored, validate};
use crate::api::{Answer, Call, Error, Patience};
use crate::diagnostic::{Diagnostic, Diagnostics, cut, few, listed, quoted};
use crate::schema::{Attr, Resource, TIMEOUTS, Verbs, duration};
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
pub(super) struct Write<'a> {
    pub(super) resource: &'static Resource,
    pub(super) session: &'a Session,
    pub(super) patience: &'a Patience,
    pub(super) config: &'a Object,
    pub(super) planned: &'a Object,
    /// The object that this one is configured in, if it is: its table and its key.
    pub(super) parent: Option<(&'static Resource, &'a str)>,
}

/// What a write left behind: the state that is true now, if the object exists.
pub(super) struct Written {
    pub(super) state: Option<Object>,
    pub(super) memory: Memory,
    pub(super) diagnostics: Diagnostics,
}

impl Written {
    /// The write failed and this is what was there before.
    pub(super) fn failed(state: Option<Object>, memory: Memory, error: Diagnostic) -> Written {
        Written { state, memory, diagnostics: vec![error] }
    }
}

impl Engine {
    pub(super) async fn plan_write(
        &self,
        resource: &'static Resource,
        prior: Stored,
        memory: &Memory,
        config: &Object,
    ) -> Outcome {
        let mut diagnostics = validate::resource(resource, config);
        let access = self.access();
        let patience = Patience::new(self.stop.clone());
        let session = match access.session(&patience).await {
            Ok(session) => Some(session),
            Err(Denied(trouble)) => {
                diagnostics.extend(trouble);
                None
            }
        };
        let inputs = Inputs {
            resource,
            config,
            prior: prior.state.as_object(),
            memory,
            version: session.and_then(Session::version),
            defaults: session.map(|session| &session.defaults),
        };
        let planned = plan(&inputs);
        diagnostics.extend(planned.diagnostics);
        if let Some(before) = prior.state.as_object() {
            diagnostics.extend(warnings(resource, before, &planned.planned, !planned.replaces.is_empty()));
        }
        // A plan of a new object has no identity yet; afterwards it is the one that the object has.
        // The second plan of a replacement brings that of the object that goes.
        let identity = prior.state.as_object().and_then(|state| identity(resource, state).or(prior.identity));
        let stored = Stored { state: Value::Object(planned.planned), private: prior.private, identity };
        Outcome { stored, replaces: planned.replaces, diagnostics }
    }

    pub async fn apply(&self, name: &str, request: ApplyRequest) -> Outcome {
        let before = Stored {
            state: request.prior.clone(),
            private: request.private.clone(),
            identity: request.identity.clone(),
        };
        let resource = match self.resource(name) {
            Ok(resource) => resource,
            Err(unknown) => return Outcome::new(before, vec![unknown]),
        };
        let planned = request.planned.clone();
        match unless_it_panics(self.carry_out(resource, request, before.clone())).await {
            Some(outcome) => outcome,
            None => {
                let error = panicked(&self.provider.system, resource, &before.state, &planned);
                Outcome::new(before, vec![error])
            }
        }
    }

    async fn carry_out(&self, resource: &'static Resource, request: ApplyRequest, before: Stored) -> Outcome {
        let access = self.access();
        let patience = patience(self, resource, &request);
        let session = match access.demand(&patience).await {
            Ok(session) => session,
            Err(error) => return Outcome::new(before, vec![error]),
        };
        let (empty, prior) = (Object::new(), request.prior.as_object());
        let Some(planned) = request.planned.as_object() else {
            return self.destroy(resource, session, before, &patience).await;
        };
        let config = request.config.as_object().unwrap_or(&empty);
        let write = Write { resource, session, patience: &patience, config, planned, parent: None };
        let mut written = match prior {
            None => {
                let made = write.create(Memory::default()).await;
                write.settle_children(made).await
            }
            Some(prior) => {
                let changed = write.update(prior, Memory::parse(&request.private)).await;
                write.update_children(prior, changed).await
            }
        };
        let identity = match &written.state {
            Some(state) => {
                written.memory.note_keys(resource, state);
                identity(resource, state).or(request.identity)
            }
            None => request.identity,
        };
        let state = written.state.map_or(Value::Null, |state| Value::Object(known(state)));
        Outcome::new(Stored { state, private: written.memory.to_bytes(), identity }, written.diagnostics)
    }
}

impl Write<'_> {
    /// Sends a write. A refusal never repeats a secret of the user's.
    pub(super) async fn send(&self, call: Call) -> Result<Answer, Error> {
        self.session.write(call, self.patience).await.map_err(|error| self.conceal(error))
    }

    /// The error without the user's secrets in the system's words.
    pub(super) fn conceal(&self, error: Error) -> Error {
        Secrets::of(self.resource.attrs, &[self.config, self.planned]).conceal(error)
    }

    /// What the attribute shall be: a secret comes from whichever twin the configuration names.
    pub(super) fn wanted(&self, attr: &Attr) -> Value {
        wanted(attr, self.planned, self.config)
    }

    /// The attributes that a request can carry by themselves.
    fn sendable(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.resource.managed().filter(|attr| attr.settable() && attr.children.is_none() && !attr.local)
    }

    /// The attributes that a create sends.
    pub(super) fn all(&self) -> Vec<Change> {
        self.sendable().map(|attr| Change::new(attr, self.wanted(attr))).collect()
    }

    /// The attributes that an update sends: what the plan changes, but for spelling.
    pub(super) fn differences(&self, prior: &Object) -> Vec<Change> {
        let changed = |attr: &&'static Attr| {
            let (before, after) = (get(prior, attr.name), get(self.planned, attr.name));
            if attr.secret {
                let version = attr.version_name();
                let write_only = !get(self.config, &attr.write_only_name()).is_null();
                let (was, is) = (get(prior, &version), get(self.planned, &version));
                if write_only {
                    return was != is || !before.is_null();
                }
                // Left out, a secret that every object needs stays what it is.
                if attr.needed && after.is_null() {
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

    /// Reads the object back and lays the plan over what it shows. `answer` gives what is shown once only.
    pub(super) async fn settle(
        &self,
        keys: &Object,
        sent: &[Change],
        answer: Option<&Object>,
        mut memory: Memory,
    ) -> Written {
        memory.note_configured(self.resource.attrs, self.config);
        let planned = self.completed(keys, answer);
        // What has been written is read back even when Terraform is being stopped: the state must not lie.
        let patience = self.patience.to_the_end();
        match self.session.fetch(self.resource, keys, &patience).await {
            Ok(Some(seen)) => {
                // What goes back to the system's default is not known before it is read.
                let sent = sent.iter().filter(|change| change.value.is_some());
                let sent: Vec<&str> = sent.map(|change| change.attr.name).collect();
                let (state, disobeyed) = lay_over(self.resource, &planned, &seen.object, &sent);
                note_stamps(self.resource, &seen.object, &mut memory);
                let mut diagnostics = news(seen.warnings, &Object::new(), &state);
                diagnostics.extend(disobeyed.iter().map(|disobeyed| self.came_back_different(disobeyed)));
                Written { state: Some(state), memory, diagnostics }
            }
            Ok(None) => {
                let reason = format!("The {} does not show it.", self.session.system.title);
                self.unread(planned, memory, &reason)
            }
            Err(fault) => {
                let why = explain_fault(self.session.system, "read it back", &fault);
                self.unread(planned, memory, &why.detail)
            }
        }
    }

    /// The object is written, and what is known of it is the plan.
    fn unread(&self, planned: Object, mut memory: Memory, reason: &str) -> Written {
        memory.stamps.clear();
        let diagnostics = vec![self.not_read_back(&planned, reason)];
        Written { state: Some(planned), memory, diagnostics }
    }

    /// The plan with what only the write itself tells.
    fn completed(&self, keys: &Object, answer: Option<&Object>) -> Object {
        let mut planned = self.planned.clone();
        let mut complete = |attr: &Attr, from: Option<&Object>| {
            if get(&planned, attr.name).is_unknown() {
                planned.insert(attr.name.to_owned(), from.map_or(Value::Null, |from| get(from, attr.name).clone()));
            }
        };
        self.resource.keys().for_each(|key| complete(key, Some(keys)));
        self.resource.managed().filter(|attr| attr.once).for_each(|attr| complete(attr, answer));
        planned
    }

    /// What settling gives; and if that panics, what is known of the object without it. It exists, so it is in the state.
    pub(super) async fn kept(
        &self,
        settling: impl Future<Output = Written>,
        keys: &Object,
        answer: Option<&Object>,
        mut memory: Memory,
    ) -> Written {
        if let Some(written) = unless_it_panics(settling).await {
            return written;
        }
        memory.note_configured(self.resource.attrs, self.config);
        self.unread(self.completed(keys, answer), memory, BUG)
    }

    /// What is true after a write that failed half way.
    pub(super) async fn after_failure(&self, prior: &Object, memory: Memory, error: Diagnostic) -> Written {
        let patience = self.patience.to_the_end();
        let state = match self.session.fetch(self.resource, prior, &patience).await {
            Ok(Some(seen)) => observe(self.resource, &seen.object, Some(prior), &mut memory.clone()),
            _ => prior.clone(),
        };
        Written::failed(Some(state), memory, error)
    }

    /// A warning, not an error: an error after a create would make Terraform destroy and create the object again.
    fn not_read_back(&self, planned: &Object, reason: &str) -> Diagnostic {
        let open: Vec<String> = unknown_paths(planned).iter().map(|path| format!("`{path}`")).collect();
        let open = if open.is_empty() { String::new() } else { format!(" Not known yet: {}.", open.join(", ")) };
        let detail = format!(
            "The {what} was written, but could not be read back; the state holds what was planned.{open} The \
             next plan or refresh completes it.\n\n{reason}",
            what = described(self.resource, planned),
        );
        Diagnostic::warning(format!("The {} was written but not read back", self.resource.noun()), detail)
    }

    fn came_back_different(&self, disobeyed: &super::observe::Disobeyed) -> Diagnostic {
        let attr = disobeyed.attr;
        let shown = match &disobeyed.came_back {
            _ if attr.sensitive => "another value".to_owned(),
            value => describe(value),
        };
        let version =
            self.session.version().map_or_else(|| "of unknown version".to_owned(), |v| format!("version {v}"));
        let detail = format!(
            "`{name}` was sent as planned, but the {title} ({version}) now shows {shown}. The state holds what it \
             shows; please report this with both values.",
            name = attr.name,
            title = self.session.system.title,
        );
        let summary = format!("The {} did not take `{}`", self.session.system.title, attr.name);
        Diagnostic::error(summary, detail).at(Path::attribute(attr.name))
    }
}

/// How long the operation goes on, and how long it waits for an object that is in use.
fn patience(engine: &Engine, resource: &'static Resource, request: &ApplyRequest) -> Patience {
    let patience = Patience::new(engine.stop.clone());
    if resource.attr(TIMEOUTS.name).is_none() {
        return patience;
    }
    let (operation, object) = match (request.prior.as_object(), request.planned.as_object()) {
        (Some(prior), None) => ("delete", Some(prior)),
        (Some(_), planned) => ("update", planned),
        (None, planned) => ("create", planned),
    };
    let timeouts = object.and_then(|object| get(object, TIMEOUTS.name).as_object());
    let text = timeouts.and_then(|timeouts| get(timeouts, operation).as_str());
    patience.waiting(duration(text))
}

/// What an attribute of these objects shall be, with each write-only secret in the place of its twin.
fn wanted(attr: &Attr, planned: &Object, config: &Object) -> Value {
    let write_only = if attr.secret { get(config, &attr.write_only_name()) } else { &Value::Null };
    let value = if write_only.is_null() { get(planned, attr.name) } else { write_only };
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

/// A short form of a value that is no secret.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => cut(&number.to_string()),
        Value::String(text) => quoted(text),
        Value::Map(entries) => format!("a map with the keys {}", listed(entries.keys())),
        value => match value.items() {
            Some(items) => format!("[{}]", few(items.iter().map(describe))),
            None => "another object".to_owned(),
        },
    }
}
