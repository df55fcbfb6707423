//! Refresh: reads an object of the state. An object that no longer exists is removed from the state; every other
//! failure leaves the state as it is.

use crate::diagnostic::Diagnostics;
use crate::engine::read::children::observe_children;
use crate::engine::read::observe::{known, observe};
use crate::engine::read::upgrade::with_empty_values;
use crate::engine::report::errors::news;
use crate::engine::report::redaction;
use crate::engine::session::access::NoSession;
use crate::engine::session::known_objects::Held;
use crate::engine::values::address::{described, identity, label};
use crate::engine::values::private_state::PrivateState;
use crate::engine::{Engine, Outcome, Stored};
use crate::rpc;
use crate::schema::Resource;
use crate::value::Value;

impl Engine {
    /// The object as it is now; a null state when it no longer exists. On an error the prior state.
    pub async fn read(&self, resource: &'static Resource, stored: Stored) -> Outcome {
        let Some(prior) = stored.state.as_object() else { return Outcome::new(stored, Diagnostics::new()) };
        rpc::is_about(|| label(resource, prior));
        let mut private = PrivateState::of(resource, Some(prior), &stored.private);
        if let Some(error) = private.state_error(resource, prior) {
            return Outcome::new(stored, vec![error]);
        }
        redaction::add_from_state(&self.redactor, resource.attrs, prior);
        let budget = self.budget();
        let access = self.access();
        // Before the credential check, for which the first reads of a run wait together.
        if let Some(session) = access.unchecked() {
            session.expect_refreshes(resource, prior, 1);
        }
        let session = match access.session(&budget).await {
            Ok(session) => session,
            Err(NoSession(trouble)) => {
                // Terraform drops an identity that is not returned, and a state of an older version has none yet.
                let identity = identity(resource, prior);
                return Outcome::new(Stored { identity, ..stored }, trouble.into_iter().collect());
            }
        };
        session.known_objects.note(resource, prior, Held::Stored);
        let seen = session.refresh(resource, prior, &private, &budget).await;
        match seen {
            Ok(None) => {
                Outcome::new(Stored { state: Value::Null, private: Vec::new(), identity: None }, Diagnostics::new())
            }
            Ok(Some(seen)) => {
                let respelt =
                    (!PrivateState::is_ours(&stored.private)).then(|| with_empty_values(resource.attrs, prior.clone()));
                let before = Some(respelt.as_ref().unwrap_or(prior));
                let mut state = known(observe(resource, &seen.object, before, &mut private));
                if let Err(failed) =
                    observe_children(session, resource, &mut state, before, &mut private, &budget).await
                {
                    let identity = identity(resource, prior);
                    let error = session.explain_refresh(failed.table, &failed.doing, &failed.error);
                    return Outcome::new(Stored { identity, ..stored.clone() }, error.into_iter().collect());
                }
                private.note_refresh(seen.full_read, seen.renews);
                private.note_keys(resource, &state);
                let identity = identity(resource, &state);
                let warnings = news(seen.warnings, prior, &state);
                let stored = Stored { state: Value::Object(state), private: private.to_bytes(), identity };
                Outcome::new(stored, warnings)
            }
            Err(error) => {
                let doing = format!("read the {}", described(resource, prior));
                let error = session.explain_refresh(resource, &doing, &error);
                let identity = identity(resource, prior);
                Outcome::new(Stored { identity, ..stored }, error.into_iter().collect())
            }
        }
    }
}
