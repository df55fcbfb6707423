//! Actions: work that a configuration or a user starts. Nothing is stored; what happens is reported as it happens, and
//! the diagnostics say how it ended.

mod invocation;
mod messages;

use self::invocation::Invocation;
use crate::diagnostic::{Diagnostic, Diagnostics, has_errors};
use crate::engine::report::redaction;
use crate::engine::session::access::NoSession;
use crate::engine::validate::Identifiers;
use crate::engine::values::same::get;
use crate::engine::{Engine, validate};
use crate::schema::Action;
use crate::value::{Object, Path, Value};

/// Takes a line of progress that Terraform shows to the user.
pub(crate) type Progress<'a> = &'a (dyn Fn(String) + Send + Sync);

impl Engine {
    /// Checks the configuration of an action without any request.
    pub fn validate_action(&self, action: &'static Action, config: &Value) -> Diagnostics {
        self.check_action(action, config, Identifiers::Mocked)
    }

    /// What can be said before the action is started. The only request is the credential check.
    pub async fn plan_action(&self, action: &'static Action, config: &Value) -> Diagnostics {
        let mut found = self.check_action(action, config, Identifiers::Real);
        if has_errors(&found) {
            return found;
        }
        let (budget, access) = (self.budget(), self.access());
        let session = match access.session(&budget).await {
            Ok(session) => session,
            Err(NoSession(reason)) => {
                found.extend(reason);
                return found;
            }
        };
        let doing = messages::doing(action, config.as_object().unwrap_or(&Object::new()));
        match session.is_older(action.name, action.since) {
            Some(why) => found.push(Diagnostic::error(format!("Could not {doing}"), why)),
            // The plan may be applied with another key.
            None if session.known_rights() < action.rights => found.extend(session.cannot_apply()),
            None => {}
        }
        found
    }

    /// Starts the action and waits for its end.
    pub async fn invoke(&self, action: &'static Action, config: &Value, progress: Progress<'_>) -> Diagnostics {
        let mut found = self.check_action(action, config, Identifiers::Real);
        if has_errors(&found) {
            return found;
        }
        let (budget, access) = (self.budget(), self.access());
        let session = match access.demand(&budget).await {
            Ok(session) => session,
            Err(error) => {
                found.push(error);
                return found;
            }
        };
        let config = match completed(action, config, &session.defaults) {
            Ok(config) => config,
            Err(missing) => {
                found.push(missing);
                return found;
            }
        };
        let invocation = Invocation { action, session, budget: &budget, config: &config, progress };
        found.extend(invocation.run().await);
        found
    }

    fn check_action(&self, action: &'static Action, config: &Value, identifiers: Identifiers) -> Diagnostics {
        let Some(config) = config.as_object() else { return Diagnostics::new() };
        redaction::add_from_config(&self.redactor, action.attrs, config);
        validate::entry(action.views(), config, identifiers)
    }
}

/// The configuration with the settings of the provider block where it has no value of its own.
fn completed(action: &'static Action, config: &Value, defaults: &Object) -> Result<Object, Diagnostic> {
    let mut config = config.as_object().cloned().unwrap_or_default();
    for attr in action.attrs {
        let Some(setting) = attr.default_setting().filter(|_| get(&config, attr.name).is_null()) else { continue };
        let Some(value) = defaults.get(setting).filter(|value| !value.is_null()) else {
            let detail =
                format!("The action requires `{}`. Set it here, or set `{setting}` in the provider block.", attr.name);
            let summary = format!("`{}` is missing", attr.name);
            return Err(Diagnostic::error(summary, detail).at(Path::attribute(attr.name)));
        };
        config.insert(attr.name.to_owned(), value.clone());
    }
    Ok(config)
}
