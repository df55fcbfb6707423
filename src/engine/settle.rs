//! What is true after a write: the object is read back and the plan laid over what it shows. What was written is in the
//! state, whatever comes of the reading.

use super::apply::{Write, Written};
use super::body::Change;
use super::guard::{BUG, unless_it_panics};
use super::memory::Memory;
use super::observe::{Disobeyed, lay_over, note_stamps, observe, unknown_paths};
use super::place::described;
use super::same::get;
use super::trouble::{explain_fault, news};
use crate::diagnostic::{Diagnostic, cut, few, listed, quoted};
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

impl Write<'_> {
    /// Reads the object back and lays the plan over what it shows. `answer` gives what is shown once only.
    pub(super) async fn settle(
        &self,
        keys: &Object,
        sent: &[Change],
        answer: Option<&Object>,
        mut memory: Memory,
    ) -> Written {
        memory.note_configured(self.resource.attrs, self.config);
        // What goes back to the system's default is not known before it is read.
        let sent = sent.iter().filter(|change| change.value.is_some());
        let sent: Vec<&str> = sent.map(|change| change.attr.name).collect();
        memory.note_write_only(self.resource, self.config, &sent);
        let planned = self.completed(keys, answer);
        // What has been written is read back even when Terraform is being stopped: the state must not lie.
        let patience = self.patience.to_the_end();
        match self.session.fetch(self.resource, keys, &patience).await {
            Ok(Some(seen)) => {
                let (state, disobeyed) = lay_over(self.resource, &planned, &seen.object, &sent, &memory);
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
        memory.forget_stamps(self.resource);
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
        memory.note_write_only(self.resource, self.config, &[]);
        self.unread(self.completed(keys, answer), memory, BUG)
    }

    /// What is true after a write that failed half way.
    pub(super) async fn after_failure(&self, prior: &Object, memory: Memory, error: Diagnostic) -> Written {
        Written::failed(Some(self.as_it_is(prior, &memory).await), memory, error)
    }

    /// The object as the system shows it now; as it was before if that cannot be told.
    pub(super) async fn as_it_is(&self, prior: &Object, memory: &Memory) -> Object {
        let patience = self.patience.to_the_end();
        match self.session.fetch(self.resource, prior, &patience).await {
            Ok(Some(seen)) => observe(self.resource, &seen.object, Some(prior), &mut memory.clone()),
            _ => prior.clone(),
        }
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

    fn came_back_different(&self, disobeyed: &Disobeyed) -> Diagnostic {
        let attr = disobeyed.attr;
        let shown = match &disobeyed.came_back {
            _ if attr.sensitive => "another value".to_owned(),
            value => self.session.discreet(&describe(value)),
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
