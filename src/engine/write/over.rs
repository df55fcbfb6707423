//! A create over something that exists: settings that a system always has, and an object that a destroy has left behind. It
//! writes what the configuration names and keeps the rest, and a warning names each value that it has changed.

use super::create::{is_sent, shows};
use super::settle::describe;
use super::{Write, Written};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::engine::read::observe::observe;
use crate::engine::session::known_objects::Held;
use crate::engine::values::change::Change;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::value::Value;

impl Write<'_> {
    /// Writes the configured values over those that the object always has.
    pub(crate) async fn write_over(&self, changes: Vec<Change>, private: PrivateState) -> Written {
        match self.session.fetch_anew(self.resource, self.planned, self.budget).await {
            Ok(Some(current)) => self.take_over(changes, current, private).await,
            Ok(None) => {
                let detail = format!("The {} does not have it, and it cannot be created.", self.session.system.title);
                Written::failed(None, private, self.failed_create(&detail))
            }
            Err(error) => Written::failed(None, private, self.unprepared(&error)),
        }
    }

    /// Writes the configured values over those of an existing object. If that fails, Terraform does not manage the object.
    pub(crate) async fn take_over(&self, changes: Vec<Change>, current: Observed, private: PrivateState) -> Written {
        let differs = |change: &Change| is_sent(change) && !change.attr.is_key() && !shows(change, &current);
        let changes: Vec<Change> = changes.into_iter().filter(differs).collect();
        let all: Vec<Change> = self.all().into_iter().filter(is_sent).collect();
        if changes.is_empty() {
            self.session.known_objects.note(self.resource, self.planned, Held::Created);
            return self.settled(self.planned, &[], current, self.noted(private, &all));
        }
        let warning = self.overwritten(&changes, &current);
        let prior = observe(self.resource, &current.object, None, &mut private.clone());
        let mut written = self.send_update(self.planned, changes, &current, &prior, private).await;
        if has_errors(&written.diagnostics) {
            return Written { state: None, ..written };
        }
        written.private = self.noted(written.private, &all);
        written.diagnostics.insert(0, warning);
        written
    }

    /// What is changed, from which value to which. Secrets are only named.
    fn overwritten(&self, changes: &[Change], current: &Observed) -> Diagnostic {
        let line = |change: &Change| {
            let (name, wanted) = (change.attr.name, change.value.as_ref().unwrap_or(&Value::Null));
            let hides = |attr: &crate::schema::Attr| attr.is_sensitive() || !attr.is_readable();
            let nested = change.attr.kind.nested().unwrap_or_default();
            match hides(change.attr) || nested.iter().any(hides) {
                true => format!("- `{name}`"),
                false => format!("- `{name}` from {} to {}", describe(get(&current.object, name)), describe(wanted)),
            }
        };
        let lines: Vec<String> = changes.iter().map(line).collect();
        let detail = format!(
            "The {title} had other values than the configuration. They were changed:\n{lines}",
            title = self.session.system.title,
            lines = self.session.redacted(&lines.join("\n")),
        );
        Diagnostic::warning(format!("The {} already existed and was changed", self.named(self.planned)), detail)
    }
}
