//! Refresh: what the system shows of an object that Terraform knows. Absence takes it out of the state; every other
//! failure leaves the state as it is.

use super::children::observe_children;
use super::holdings::Held;
use super::memory::Memory;
use super::observe::{known, observe};
use super::place::{described, has_key, identity, keyless};
use super::session::Denied;
use super::trouble::news;
use super::upgrade::spell_nothing;
use super::{Engine, Outcome, Stored, conceal};
use crate::api::Patience;
use crate::diagnostic::Diagnostics;
use crate::value::Value;

impl Engine {
    pub async fn read(&self, name: &str, stored: Stored) -> Outcome {
        let (resource, prior) = match (self.resource(name), stored.state.as_object()) {
            (Ok(resource), Some(prior)) => (resource, prior),
            (Err(unknown), _) => return Outcome::new(stored, vec![unknown]),
            (Ok(_), None) => return Outcome::new(stored, Diagnostics::new()),
        };
        let mut memory = Memory::of(resource, Some(prior), &stored.private);
        if let Some(mistaken) = memory.mistaken(resource, prior) {
            return Outcome::new(stored, vec![mistaken]);
        }
        if !has_key(resource, prior) {
            return Outcome::new(stored, vec![keyless(resource)]);
        }
        conceal::keep_of_state(&self.secrets, resource.attrs, prior);
        let patience = Patience::new(self.stopping());
        let access = self.access();
        let session = match access.session(&patience).await {
            Ok(session) => session,
            Err(Denied(trouble)) => {
                // Terraform drops an identity that is not returned; a state of old has none yet.
                let identity = identity(resource, prior);
                return Outcome::new(Stored { identity, ..stored }, trouble.into_iter().collect());
            }
        };
        session.holdings.note(resource, prior, Held::Stored);
        match session.fetch(resource, prior, &patience).await {
            Ok(None) => {
                Outcome::new(Stored { state: Value::Null, private: Vec::new(), identity: None }, Diagnostics::new())
            }
            Ok(Some(seen)) => {
                let respelt = (!Memory::is_ours(&stored.private)).then(|| spell_nothing(resource.attrs, prior.clone()));
                let before = Some(respelt.as_ref().unwrap_or(prior));
                let mut state = known(observe(resource, &seen.object, before, &mut memory));
                if let Err(failed) =
                    observe_children(session, resource, &mut state, before, &mut memory, &patience).await
                {
                    let identity = identity(resource, prior);
                    let error = session.explain_refresh(failed.table, &failed.doing, &failed.fault);
                    return Outcome::new(Stored { identity, ..stored.clone() }, error.into_iter().collect());
                }
                memory.note_keys(resource, &state);
                let identity = identity(resource, &state);
                let warnings = news(seen.warnings, prior, &state);
                let stored = Stored { state: Value::Object(state), private: memory.to_bytes(), identity };
                Outcome::new(stored, warnings)
            }
            Err(fault) => {
                let doing = format!("read the {}", described(resource, prior));
                let error = session.explain_refresh(resource, &doing, &fault);
                let identity = identity(resource, prior);
                Outcome::new(Stored { identity, ..stored }, error.into_iter().collect())
            }
        }
    }
}
