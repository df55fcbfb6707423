//! A plan: what an apply will do. It enters the folder at [`Engine::plan`] and leaves it there. Only this file asks the
//! session for what the credential check learned; the others are pure, and nothing here writes.

mod children;
mod followers;
mod links;
pub(crate) mod notes;
pub(crate) mod planner;
mod refusals;
mod secrets;

use std::collections::BTreeSet;

use self::notes::PlanNotes;
use self::planner::{Inputs, plan};
use crate::diagnostic::{Diagnostic, plural};
use crate::engine::report::redaction;
use crate::engine::session::Session;
use crate::engine::session::access::NoSession;
use crate::engine::session::known_objects::Held;
use crate::engine::values::address::{identity, label};
use crate::engine::values::private_state::PrivateState;
use crate::engine::{Engine, Outcome, Stored, validate};
use crate::rpc;
use crate::schema::{Resource, Rights};
use crate::value::{Object, Value};

impl Engine {
    /// What an apply will do to this object: create it where the prior state is null, destroy it where the configuration
    /// is. Sends no request but the credential check, which is sent once per process. `first` holds the private bytes of
    /// the plan that this one completes, where the host hands them over; empty for a first plan.
    pub async fn plan(&self, resource: &'static Resource, prior: Stored, config: &Value, first: &[u8]) -> Outcome {
        rpc::is_about(|| {
            prior.state.as_object().or(config.as_object()).map_or_else(String::new, |it| label(resource, it))
        });
        let private = PrivateState::of(resource, prior.state.as_object(), &prior.private);
        if let Some(error) = prior.state.as_object().and_then(|state| private.state_error(resource, state)) {
            return Outcome::new(prior, vec![error]);
        }
        match config.as_object() {
            Some(config) => self.plan_object(resource, prior, private, config, first).await,
            None => {
                let refused = prior.state.as_object().and_then(|state| refusals::managed_destroy(resource, state));
                Outcome::new(Stored { state: Value::Null, ..prior }, refused.into_iter().collect())
            }
        }
    }

    async fn plan_object(
        &self,
        resource: &'static Resource,
        prior: Stored,
        mut private: PrivateState,
        config: &Object,
        first: &[u8],
    ) -> Outcome {
        // Warnings were reported when the configuration was validated.
        let mut diagnostics = validate::resource(resource, config, validate::Identifiers::Real);
        diagnostics.retain(Diagnostic::is_error);
        let before = prior.state.as_object();
        redaction::add_from_config(&self.redactor, resource.attrs, config);
        if let Some(before) = before {
            redaction::add_from_state(&self.redactor, resource.attrs, before);
        }
        let access = self.access();
        let session = match access.session(&self.budget()).await {
            Ok(session) => Some(session),
            Err(NoSession(error)) => {
                diagnostics.extend(error);
                None
            }
        };
        if let (Some(session), Some(before)) = (session, before) {
            session.known_objects.note(resource, before, Held::Stored);
        }
        let rights = session.map(Session::known_rights);
        // With a key that sees everything, values that were never read are planned as configured.
        if rights == Some(Rights::Admin) {
            private.unseen = BTreeSet::new();
        }
        if let Some(why) = session.and_then(|session| session.lacks(resource)) {
            let title = self.provider.system.title;
            let summary = format!("The {title} has no {}", plural(2, &resource.noun()));
            diagnostics.push(Diagnostic::error(summary, why));
        }
        let first = PlanNotes::parse(first);
        let plan = plan(&Inputs {
            resource,
            config,
            prior: before,
            private: &private,
            version: session.and_then(Session::version),
            defaults: session.map(|session| &session.defaults),
            first: first.as_ref(),
        });
        diagnostics.extend(plan.diagnostics);
        if let Some(session) = session {
            diagnostics.extend(links::warnings(resource, config, &plan.planned, &session.links));
        }
        let is_change = || before.is_none_or(|before| plan.planned != *before);
        if rights.is_some_and(|rights| rights < Rights::Admin) && is_change() {
            diagnostics.extend(session.and_then(Session::cannot_apply));
        }
        if let Some(before) = before {
            diagnostics.extend(children::warnings(resource, before, &plan.planned, !plan.replaces.is_empty()));
        }
        let bytes = match before {
            Some(before) if !config.values().all(Value::is_known) => {
                PlanNotes::of(resource.attrs, before, &plan.planned).noted_in(&prior.private)
            }
            _ => prior.private,
        };
        // A new object has no identity before it is created. The second plan of a replacement contains the identity of
        // the replaced object.
        let identity = before.and_then(|before| identity(resource, before).or(prior.identity));
        let stored = Stored { state: Value::Object(plan.planned), private: bytes, identity };
        Outcome { stored, replaces: plan.replaces, diagnostics }
    }
}
