//! Plan, apply and read of one object as core does them, with core's checks on every answer: a test that uses these
//! fails when Terraform would blame the provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::pb;
use super::rules::{inconsistent, invalid_plan, not_storable, proposed};
use super::session::{Diagnostics, Object, Session, capabilities, path_text};
use super::shape::normal;

/// How many objects Terraform reads, plans or applies at once, unless it is told otherwise.
pub(crate) const AT_ONCE: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    NoOp,
    Create,
    Update,
    Replace,
    Delete,
}

/// What a plan says it will do. `state` is null for a delete, and after a plan that failed.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) action: Action,
    pub(crate) config: Json,
    pub(crate) state: Json,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Json,
    /// Paths that make it a replacement.
    pub(crate) replaces: Vec<String>,
    pub(crate) diagnostics: Diagnostics,
}

/// What an apply left, as Terraform stores it.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) object: Object,
    /// Created, but with errors: the next plan replaces it.
    pub(crate) tainted: bool,
    pub(crate) diagnostics: Diagnostics,
}

impl Session {
    /// One PlanResourceChange. A null configuration is a destroy. `first` is the private bytes of the plan that it
    /// completes.
    async fn plan_once(&self, prior: &Object, config: &Json, first: &[u8]) -> Planned {
        let name = prior.type_name.as_str();
        let request = self.plan_request(prior, config, first);
        let answer = self.client().plan_resource_change(request).await.expect("an answer").into_inner();
        assert!(!answer.legacy_type_system, "it would only hide broken rules");
        assert!(answer.deferred.is_none(), "Provider deferred changes when Terraform did not allow deferrals");
        let diagnostics = self.checked(answer.diagnostics);
        let mut planned = Planned {
            action: Action::NoOp,
            config: config.clone(),
            state: self.decoded(name, answer.planned_state.as_ref()),
            private: answer.planned_private,
            identity: self.decoded_identity(name, answer.planned_identity.as_ref()),
            replaces: answer.requires_replace.iter().map(path_text).collect(),
            diagnostics,
        };
        if !planned.diagnostics.has_errors() {
            self.check_plan(prior, &mut planned);
        }
        planned
    }

    /// A null configuration is a destroy.
    pub(crate) fn plan_request(
        &self,
        prior: &Object,
        config: &Json,
        first: &[u8],
    ) -> pb::plan_resource_change::Request {
        let (name, shape) = (prior.type_name.as_str(), self.shape(&prior.type_name));
        let wanted = if config.is_null() { Json::Null } else { proposed(shape, &prior.state, config) };
        pb::plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: self.value(name, &prior.state),
            proposed_new_state: self.value(name, &wanted),
            config: self.value(name, config),
            prior_private: prior.private.clone(),
            client_capabilities: Some(capabilities()),
            prior_identity: self.identity_data(name, &prior.identity),
            planned_private: first.to_vec(),
            ..Default::default()
        }
    }

    fn check_plan(&self, prior: &Object, planned: &mut Planned) {
        let (name, shape) = (&prior.type_name, self.shape(&prior.type_name));
        if planned.config.is_null() {
            assert!(planned.state.is_null(), "{name}: planned a non-null destroy value");
            planned.action = if prior.state.is_null() { Action::NoOp } else { Action::Delete };
            return;
        }
        let broken = invalid_plan(shape, &prior.state, &planned.config, &planned.state);
        assert!(broken.is_empty(), "{name}: Provider produced invalid plan: {broken:#?}");
        self.check_planned_identity(prior, &planned.identity);
        assert!(prior.private.is_empty() || !planned.private.is_empty(), "{name}: the plan drops the private bytes");
        let differs = |path: &String| prior.state.get(path) != planned.state.get(path);
        assert!(
            planned.replaces.iter().all(|path| shape.0.contains_key(path)),
            "{name}: requires replacement on a non-existent attribute path: {:?}",
            planned.replaces
        );
        planned.action = match &prior.state {
            Json::Null => Action::Create,
            prior if *prior == planned.state => Action::NoOp,
            _ if planned.replaces.iter().any(differs) => Action::Replace,
            _ => Action::Update,
        };
    }

    /// A plan as core makes it: a replacement is planned a second time, as a create.
    pub(crate) async fn plan(&self, prior: &Object, config: &Json) -> Planned {
        self.plan_after(prior, config, &[]).await
    }

    async fn plan_after(&self, prior: &Object, config: &Json, first: &[u8]) -> Planned {
        let config = normal(config, self.ty(&prior.type_name));
        let first = self.plan_once(prior, &config, first).await;
        if first.action != Action::Replace || first.diagnostics.has_errors() {
            return first;
        }
        let (private, identity) = (first.private, first.identity);
        let gone = Object { private, identity, ..Object::absent(&prior.type_name) };
        let second = self.plan_once(&gone, &config, &[]).await;
        Planned { action: Action::Replace, replaces: first.replaces, ..second }
    }

    pub(crate) async fn plan_destroy(&self, prior: &Object) -> Planned {
        self.plan_once(prior, &Json::Null, &[]).await
    }

    /// The plan that core makes again at apply, when the configuration is known: it may only complete the first.
    pub(crate) async fn final_plan(&self, prior: &Object, first: &Planned, config: &Json) -> Planned {
        let last = self.plan_again(prior, first, config, &first.private).await;
        assert!(!last.diagnostics.has_errors(), "the plan fails at apply: {}", last.diagnostics);
        let broken = self.contradictions(&prior.type_name, first, &last);
        assert!(broken.is_empty(), "{}: Provider produced inconsistent final plan: {broken:#?}", prior.type_name);
        last
    }

    /// The same request. `note` is the first plan's private bytes, which only Terraform from 1.16 on hands over.
    pub(crate) async fn plan_again(&self, prior: &Object, first: &Planned, config: &Json, note: &[u8]) -> Planned {
        if first.action != Action::Replace {
            return self.plan_after(prior, config, note).await;
        }
        // What is replaced is gone by then.
        let last = self.plan_after(&Object::absent(&prior.type_name), config, note).await;
        Planned { action: Action::Replace, replaces: first.replaces.clone(), ..last }
    }

    /// Where the last plan does not complete the first.
    pub(crate) fn contradictions(&self, type_name: &str, first: &Planned, last: &Planned) -> Vec<String> {
        let mut broken = inconsistent(&first.state, &last.state, self.ty(type_name));
        if last.action != first.action && (first.action, last.action) != (Action::Update, Action::NoOp) {
            broken.push(format!(": {:?} became {:?}", first.action, last.action));
        }
        broken
    }

    /// Carries a plan out, a replacement as destroy and create.
    pub(crate) async fn apply(&self, prior: &Object, planned: &Planned) -> Applied {
        assert!(!planned.diagnostics.has_errors(), "core applies no failed plan: {}", planned.diagnostics);
        if planned.action != Action::Replace {
            return self.apply_once(prior, planned).await;
        }
        let destroyed = self.destroy(prior).await;
        if destroyed.diagnostics.has_errors() {
            return destroyed;
        }
        self.apply_once(&Object::absent(&prior.type_name), planned).await
    }

    pub(crate) async fn destroy(&self, prior: &Object) -> Applied {
        let planned = self.plan_destroy(prior).await;
        assert!(!planned.diagnostics.has_errors(), "a destroy can always be planned: {}", planned.diagnostics);
        self.apply_once(prior, &planned).await
    }

    async fn apply_once(&self, prior: &Object, planned: &Planned) -> Applied {
        let name = prior.type_name.as_str();
        let request = pb::apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: self.value(name, &prior.state),
            planned_state: self.value(name, &planned.state),
            config: self.value(name, &planned.config),
            planned_private: planned.private.clone(),
            planned_identity: self.identity_data(name, &planned.identity),
            ..Default::default()
        };
        let answer = self.client().apply_resource_change(request).await.expect("a status would lose the object");
        let answer = answer.into_inner();
        assert!(!answer.legacy_type_system, "it would only hide broken rules");
        let diagnostics = self.checked(answer.diagnostics);
        let object = Object {
            type_name: name.to_owned(),
            state: self.decoded(name, answer.new_state.as_ref()),
            private: answer.private,
            identity: self.decoded_identity(name, answer.new_identity.as_ref()),
        };
        self.check_applied(planned, &object, &diagnostics);
        let failed = diagnostics.has_errors();
        // An update or delete that failed and gave no state leaves Terraform with the prior one.
        let object = if failed && object.state.is_null() { prior.clone() } else { object };
        let tainted = failed && prior.state.is_null() && !object.state.is_null();
        Applied { object, tainted, diagnostics }
    }

    fn check_applied(&self, planned: &Planned, object: &Object, diagnostics: &Diagnostics) {
        let (name, shape) = (&object.type_name, self.shape(&object.type_name));
        if !object.state.is_null() {
            let broken = not_storable(shape, &object.state);
            assert!(broken.is_empty(), "{name}: Provider returned invalid result object after apply: {broken:#?}");
            self.check_stored_identity(object);
        }
        if diagnostics.has_errors() {
            return;
        }
        if planned.state.is_null() {
            assert!(object.state.is_null(), "{name}: a delete left a state without an error: {}", object.state);
            return;
        }
        let broken = inconsistent(&planned.state, &object.state, self.ty(name));
        assert!(broken.is_empty(), "{name}: Provider produced inconsistent result after apply: {broken:#?}");
    }

    /// A refresh.
    pub(crate) async fn read(&self, stored: &Object) -> (Object, Diagnostics) {
        let name = stored.type_name.as_str();
        let request = pb::read_resource::Request {
            type_name: name.to_owned(),
            current_state: self.value(name, &stored.state),
            private: stored.private.clone(),
            client_capabilities: Some(capabilities()),
            current_identity: self.identity_data(name, &stored.identity),
            ..Default::default()
        };
        let answer = self.client().read_resource(request).await.expect("an answer").into_inner();
        assert!(answer.deferred.is_none(), "Provider deferred changes when Terraform did not allow deferrals");
        let object = Object {
            type_name: name.to_owned(),
            state: self.decoded(name, answer.new_state.as_ref()),
            private: answer.private,
            identity: self.decoded_identity(name, answer.new_identity.as_ref()),
        };
        if !object.state.is_null() {
            let broken = not_storable(self.shape(name), &object.state);
            assert!(broken.is_empty(), "{name}: Provider produced invalid object: {broken:#?}");
            self.check_stored_identity(&object);
            assert!(stored.identity.is_null() || stored.identity == object.identity, "Unexpected Identity Change");
            assert!(
                stored.private.is_empty() || !object.private.is_empty(),
                "{name}: the read drops the private bytes"
            );
        }
        (object, self.checked(answer.diagnostics))
    }

    /// Refreshes of several objects, so many at once, in their order.
    pub(crate) async fn read_together(
        self: &Arc<Self>,
        objects: impl IntoIterator<Item = Object>,
        at_once: usize,
    ) -> Vec<(Object, Diagnostics)> {
        let (mut reading, places) = (JoinSet::new(), Arc::new(Semaphore::new(at_once)));
        for (index, object) in objects.into_iter().enumerate() {
            let (session, places) = (self.clone(), places.clone());
            reading.spawn(async move {
                let _place = places.acquire().await.expect("it is never closed");
                (index, session.read(&object).await)
            });
        }
        let read: BTreeMap<usize, _> = reading.join_all().await.into_iter().collect();
        read.into_values().collect()
    }

    /// From what is stored to what is configured: validate, plan, apply, all without an error, and a refresh and plan
    /// after it that find nothing to do.
    pub(crate) async fn converge(&self, prior: &Object, config: &Json) -> Object {
        let applied = self.carried_out(prior, config).await;
        self.settled(&applied, config).await
    }

    /// The same for an object that was refreshed or is none: then the first refresh finds no change either.
    pub(crate) async fn converge_quietly(&self, prior: &Object, config: &Json) -> Object {
        let applied = self.carried_out(prior, config).await;
        let read = self.settled(&applied, config).await;
        assert_eq!(read.state, applied.state, "{} with {config}: the first refresh finds a change", prior.type_name);
        read
    }

    async fn carried_out(&self, prior: &Object, config: &Json) -> Object {
        let name = &prior.type_name;
        let found = self.validate(name, config).await;
        assert!(!found.has_errors(), "{name} with {config}: {found}");
        let first = self.plan(prior, config).await;
        assert!(!first.diagnostics.has_errors(), "{name} with {config}: {}", first.diagnostics);
        let planned = self.final_plan(prior, &first, config).await;
        let applied = self.apply(prior, &planned).await;
        assert!(!applied.diagnostics.has_errors(), "{name} with {config}: {}", applied.diagnostics);
        applied.object
    }

    /// Refreshes and plans, and demands that nothing is to be done.
    pub(crate) async fn settled(&self, stored: &Object, config: &Json) -> Object {
        let (read, found) = self.read(stored).await;
        assert!(!found.has_errors(), "{} with {config}: {found}", stored.type_name);
        let again = self.plan(&read, config).await;
        assert!(
            again.action == Action::NoOp,
            "{} with {config}: the second plan is {:?}\n{}\n{}\n{}",
            stored.type_name,
            again.action,
            read.state,
            again.state,
            again.diagnostics
        );
        read
    }

    pub(crate) async fn create(&self, type_name: &str, config: &Json) -> Object {
        self.converge_quietly(&Object::absent(type_name), config).await
    }
}
