//! A create over something that exists: settings that a system always has, and an object that a destroy has left behind. It
//! writes what the configuration names and keeps the rest, and a warning names each value that it has changed.

use super::create::{certainly_shows, is_sent};
use super::settle::describe;
use super::{Write, Written};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::engine::read::observe::observe;
use crate::engine::session::known_objects::Held;
use crate::engine::values::change::Change;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::{Attr, Kind};
use crate::value::{At, Value};

impl Write<'_> {
    /// Writes the configured values over those that the object always has.
    pub(crate) async fn write_over(&self, changes: Vec<Change>, private: PrivateState) -> Written {
        match self.session.fetch_anew(self.resource, self.planned, self.budget).await {
            Ok(Some(current)) => self.take_over(changes, current, private).await,
            Ok(None) => {
                let all = self
                    .resource
                    .list
                    .as_ref()
                    .map(|list| format!(" The data source `{}` lists those that exist.", list.name));
                let detail = format!(
                    "The {} does not have it, and it cannot be created.{}",
                    self.session.system.title,
                    all.unwrap_or_default()
                );
                Written::failed(None, private, self.failed_create(&detail))
            }
            Err(error) => Written::failed(None, private, self.unprepared(&error)),
        }
    }

    /// Writes the configured values over those of an existing object. If that fails, Terraform does not manage the object.
    pub(crate) async fn take_over(&self, changes: Vec<Change>, current: Observed, private: PrivateState) -> Written {
        let all: Vec<Change> = changes.into_iter().filter(is_sent).collect();
        let differs = |change: &&Change| !change.attr.is_key() && !certainly_shows(change, &current);
        let changes: Vec<Change> = all.iter().filter(differs).map(Change::again).collect();
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
        written.diagnostics.splice(0..0, warning);
        written
    }

    /// What is changed, from which value to which. Secrets are only named. `None` where there was nothing before.
    fn overwritten(&self, changes: &[Change], current: &Observed) -> Option<Diagnostic> {
        let mut lines = Vec::new();
        for Change { attr, value, .. } in changes {
            let wanted = value.as_ref().unwrap_or(&Value::Null);
            changed(attr, get(&current.object, attr.name), wanted, &At::Root.then(attr.name), &mut lines);
        }
        if lines.is_empty() {
            return None;
        }
        let detail = format!(
            "The {title} had other values than the configuration. They were changed:\n{lines}",
            title = self.session.system.title,
            lines = self.session.redacted(&lines.join("\n")),
        );
        let summary = format!("The {} already had values, which were changed", self.named(self.planned));
        Some(Diagnostic::warning(summary, detail))
    }
}

/// A line for each value that is changed, at every depth.
fn changed(attr: &'static Attr, before: &Value, after: &Value, at: &At<'_>, lines: &mut Vec<String>) {
    let hides = attr.is_sensitive() || !attr.is_readable();
    if before == after || (before.is_empty() && !hides) {
        return;
    }
    match (before, after, attr.kind) {
        _ if hides => lines.push(format!("- `{at}`")),
        (Value::Object(before), Value::Object(after), Kind::Object(nested)) => {
            for attr in nested.iter().filter(|attr| attr.settable()) {
                // Only what the configuration names is changed.
                let (before, after) = (get(before, attr.name), get(after, attr.name));
                if !after.is_null() && after.is_known() {
                    changed(attr, before, after, &at.then(attr.name), lines);
                }
            }
        }
        _ => lines.push(format!("- `{at}` from {} to {}", describe(before), describe(after))),
    }
}
