//! What is true after a write: the plan is laid over what the object shows, which the write's answer tells or else a
//! read. What was written is in the state, whatever comes of the reading.

use super::answer::Answered;
use super::{Write, Written};
use crate::diagnostic::{Diagnostic, counted, cut, few, listed, quoted};
use crate::engine::read::observe::{Disobeyed, LaidOver, lay_over, note_stamps, observe, unknown_paths};
use crate::engine::report::catch_panic::{BUG, catch_panic};
use crate::engine::report::errors::{explain_read, news};
use crate::engine::values::address::described;
use crate::engine::values::body::Change;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

impl Write<'_> {
    /// What is true after a write that carried these changes, with what its answer told: the object is read back where
    /// the answer does not show all of it, or shows something else than was planned.
    pub(crate) async fn settle(
        &self,
        keys: &Object,
        sent: &[Change],
        told: Answered,
        private: PrivateState,
    ) -> Written {
        let planned = self.completed(keys, &told.given);
        let private = self.noted(private, sent);
        if let Some(seen) = told.seen.filter(|_| self.shows_all(&planned, sent)) {
            let laid = self.laid_over(&planned, &seen, sent, &private);
            if laid.disobeyed.is_empty() {
                return self.written(laid, seen, private);
            }
        }
        // What has been written is read back even when Terraform is being stopped: the state must not lie.
        let budget = self.budget.uncancellable();
        match self.session.fetch(self.resource, keys, &budget).await {
            Ok(Some(seen)) => self.settled(&planned, sent, seen, private),
            Ok(None) => {
                let reason = format!("The {} does not show it.", self.session.system.title);
                self.unread(planned, private, &reason)
            }
            Err(error) => {
                let why = explain_read(self.session.system, "read it back", &error);
                self.unread(planned, private, &why.detail)
            }
        }
    }

    /// What is true after a write of an object that shows itself so. The private has the write noted.
    pub(crate) fn settled(&self, planned: &Object, sent: &[Change], seen: Observed, private: PrivateState) -> Written {
        self.written(self.laid_over(planned, &seen, sent, &private), seen, private)
    }

    /// The same, with the plan laid over it already.
    pub(crate) fn written(&self, laid: LaidOver, seen: Observed, mut private: PrivateState) -> Written {
        let LaidOver { mut state, disobeyed } = laid;
        note_stamps(self.resource, &seen.object, &mut private);
        let mut diagnostics = news(seen.warnings, &Object::new(), &state);
        for disobeyed in disobeyed {
            diagnostics.push(self.came_back_different(&disobeyed));
            // A state that says what was planned shows the difference at the next plan; an error says it now.
            if !self.creating {
                state.insert(disobeyed.attr.name.to_owned(), disobeyed.shown);
            }
        }
        Written { state: Some(state), private, diagnostics }
    }

    /// The private with what this write configures and has sent.
    pub(crate) fn noted(&self, mut private: PrivateState, sent: &[Change]) -> PrivateState {
        private.note_configured(self.resource.attrs, self.config);
        private.note_write_only(self.resource, self.config, &given(sent));
        private.unseen.retain(|name| !given(sent).contains(&name.as_str()));
        private
    }

    pub(crate) fn laid_over(
        &self,
        planned: &Object,
        seen: &Observed,
        sent: &[Change],
        private: &PrivateState,
    ) -> LaidOver {
        lay_over(self.resource, planned, &seen.object, &given(sent), private)
    }

    /// The object is written, and what is known of it is the plan.
    fn unread(&self, planned: Object, mut private: PrivateState, reason: &str) -> Written {
        private.forget_stamps(self.resource);
        let diagnostics = vec![self.not_read_back(&planned, reason)];
        Written { state: Some(planned), private, diagnostics }
    }

    /// The plan with what only the write itself tells.
    pub(crate) fn completed(&self, keys: &Object, given: &Object) -> Object {
        let mut planned = self.planned.clone();
        let mut complete = |attr: &Attr, from: &Object| {
            if get(&planned, attr.name).is_unknown() {
                planned.insert(attr.name.to_owned(), get(from, attr.name).clone());
            }
        };
        self.resource.keys().for_each(|key| complete(key, keys));
        self.resource.managed().filter(|attr| attr.once).for_each(|attr| complete(attr, given));
        planned
    }

    /// What settling gives; and if that panics, what is known of the object without it. It exists, so it is in the state.
    pub(crate) async fn kept(
        &self,
        settling: impl Future<Output = Written>,
        keys: &Object,
        given: &Object,
        private: PrivateState,
    ) -> Written {
        if let Some(written) = catch_panic(settling).await {
            return written;
        }
        self.unread(self.completed(keys, given), self.noted(private, &[]), BUG)
    }

    /// What is true after a write that failed half way.
    pub(crate) async fn after_failure(&self, prior: &Object, private: PrivateState, error: Diagnostic) -> Written {
        Written::failed(Some(self.as_it_is(prior, &private).await), private, error)
    }

    /// The object as the system shows it now; as it was before if that cannot be told.
    pub(crate) async fn as_it_is(&self, prior: &Object, private: &PrivateState) -> Object {
        let budget = self.budget.uncancellable();
        match self.session.fetch(self.resource, prior, &budget).await {
            Ok(Some(seen)) => observe(self.resource, &seen.object, Some(prior), &mut private.clone()),
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

    /// After a create it is a warning: an error would make Terraform destroy the object and create it again, with the
    /// same outcome. An update that did not do what was planned has failed, and taints nothing.
    fn came_back_different(&self, disobeyed: &Disobeyed) -> Diagnostic {
        let (attr, title) = (disobeyed.attr, self.session.system.title);
        let shown = match &disobeyed.shown {
            _ if attr.sensitive => "another value".to_owned(),
            value => self.session.redacted(&describe(value)),
        };
        let version = self.session.version().map_or_else(String::new, |version| format!(" {version}"));
        let so = match self.creating {
            true => "The state holds what was planned; the next plan shows the difference",
            false => "The state holds what it shows",
        };
        let detail = format!(
            "`{name}` was sent as planned, but the {title}{version} now shows {shown}. {so}. Configure what the \
             {title} makes of it; if it should have taken the value, please report this with both.",
            name = attr.name,
        );
        let summary = format!("The {title} did not take `{}`", attr.name);
        let told = if self.creating { Diagnostic::warning } else { Diagnostic::error };
        told(summary, detail).at(Path::attribute(attr.name))
    }
}

/// The attributes that were sent with a value: what goes back to the system's default is not known before it is read.
fn given(sent: &[Change]) -> Vec<&'static str> {
    sent.iter().filter(|change| change.value.is_some()).map(|change| change.attr.name).collect()
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
            // What differs in one of many objects is for the next plan to show.
            Some(items) if items.iter().any(|item| item.as_object().is_some()) => counted(items.len(), "element"),
            Some(items) => format!("[{}]", few(items.iter().map(describe))),
            None => "other values inside".to_owned(),
        },
    }
}
