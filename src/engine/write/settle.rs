//! The state after a write: the plan laid over the object as the answer or a read shows it. A write that succeeded is
//! in the state, even if it cannot be read back.

use super::answer::Answered;
use super::{Write, Written};
use crate::diagnostic::{BUG, Diagnostic, counted, cut, few, listed, quoted};
use crate::engine::read::observe::{LaidOver, Overruled, lay_over, note_stamps, observe, unknown_paths};
use crate::engine::report::catch_panic::catch_panic;
use crate::engine::report::errors::{explain_read, news};
use crate::engine::values::address::described;
use crate::engine::values::change::Change;
use crate::engine::values::full_read::FullRead;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

impl Write<'_> {
    /// The state of an object to which nothing was sent.
    pub(crate) async fn read_back(&self, keys: &Object, private: PrivateState) -> Written {
        self.settle(keys, &[], Answered::default(), private).await
    }

    /// The state after a write of these changes. The object is read back where the answer does not show all of it, or
    /// shows something other than planned.
    pub(crate) async fn settle(
        &self,
        keys: &Object,
        sent: &[Change],
        answered: Answered,
        private: PrivateState,
    ) -> Written {
        let planned = self.completed(keys, &answered.given);
        let private = self.noted(private, sent);
        if let Some(seen) = answered.seen.filter(|_| self.shows_all(&planned, sent)) {
            let laid = self.laid_over(&planned, &seen, sent, &private);
            if laid.overruled.is_empty() {
                return self.written(laid, seen, private, self.updates(sent));
            }
        }
        // Read back even when Terraform is being stopped: the state must be true.
        let budget = self.budget.uncancellable();
        match self.session.fetch(self.resource, keys, &budget).await {
            Ok(Some(seen)) => self.settled(&planned, sent, seen, private),
            Ok(None) => {
                let reason = format!("The {} does not return it.", self.session.system.title);
                self.unread(planned, private, &reason)
            }
            Err(error) => {
                let why = explain_read(self.session.system, "read it back", &error);
                self.unread(planned, private, &why.detail)
            }
        }
    }

    /// The state of a written object that was read back. `private` has this write noted.
    pub(crate) fn settled(&self, planned: &Object, sent: &[Change], seen: Observed, private: PrivateState) -> Written {
        self.written(self.laid_over(planned, &seen, sent, &private), seen, private, self.updates(sent))
    }

    /// Whether these changes were an update, of which a log has an entry. A create is not among the updates, and would excuse
    /// one that somebody else made right after it.
    fn updates(&self, sent: &[Change]) -> bool {
        !self.creating && !sent.is_empty()
    }

    /// The same, with the plan laid over it already. `updated`: whether it follows an update.
    pub(crate) fn written(&self, laid: LaidOver, seen: Observed, mut private: PrivateState, updated: bool) -> Written {
        let LaidOver { mut state, overruled } = laid;
        note_stamps(self.resource, &seen.object, &mut private);
        if let Some(read) = seen.full_read {
            private.note_full_read(FullRead { own: updated, ..read });
        }
        let mut diagnostics = news(seen.warnings, &Object::new(), &state);
        for overruled in overruled {
            diagnostics.push(self.came_back_different(&overruled));
            // After a create the state keeps the plan, and the next plan shows the difference. After an update the
            // error shows it.
            if !self.creating {
                state.insert(overruled.attr.name.to_owned(), overruled.shown);
            }
        }
        Written { state: Some(state), private, diagnostics }
    }

    /// The private state with what this write configured and sent.
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

    /// The object is written and cannot be read: the state is the plan.
    fn unread(&self, planned: Object, mut private: PrivateState, reason: &str) -> Written {
        private.forget_stamps(self.resource);
        let diagnostics = vec![self.not_read_back(&planned, reason)];
        Written { state: Some(planned), private, diagnostics }
    }

    /// The plan with the values that only the write itself shows.
    pub(crate) fn completed(&self, keys: &Object, given: &Object) -> Object {
        let mut planned = self.planned.clone();
        let mut complete = |attr: &Attr, from: &Object| {
            if get(&planned, attr.name).is_unknown() {
                planned.insert(attr.name.to_owned(), get(from, attr.name).clone());
            }
        };
        self.resource.keys().for_each(|key| complete(key, keys));
        self.resource.managed().filter(|attr| attr.is_shown_once()).for_each(|attr| complete(attr, given));
        planned
    }

    /// The result of `settling`. If that panics, the object still exists: then the state is the plan.
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

    /// The result of a write that failed part of the way.
    pub(crate) async fn after_failure(&self, prior: &Object, private: PrivateState, error: Diagnostic) -> Written {
        Written::failed(Some(self.as_it_is(prior, &private).await), private, error)
    }

    /// The object as the system shows it now, under its old name or its new one; the prior state if it cannot be read.
    pub(crate) async fn as_it_is(&self, prior: &Object, private: &PrivateState) -> Object {
        let budget = self.budget.uncancellable();
        let seen = match self.session.fetch(self.resource, prior, &budget).await {
            Ok(None) if self.is_renamed(prior) => self.session.fetch(self.resource, self.planned, &budget).await,
            seen => seen,
        };
        match seen {
            Ok(Some(seen)) => observe(self.resource, &seen.object, Some(prior), &mut private.clone()),
            _ => prior.clone(),
        }
    }

    /// A warning: an error after a create would taint the object, and the next apply would replace it.
    fn not_read_back(&self, planned: &Object, reason: &str) -> Diagnostic {
        let open: Vec<String> = unknown_paths(planned).iter().map(|path| format!("`{path}`")).collect();
        let open = if open.is_empty() { String::new() } else { format!(" Not known yet: {}.", open.join(", ")) };
        let detail = format!(
            "The {what} was written but could not be read back; the state holds the planned values.{open} The next plan or \
             refresh completes it.\n\n{reason}",
            what = described(self.resource, planned),
        );
        Diagnostic::warning(format!("The {} was written but not read back", self.resource.noun()), detail)
    }

    /// After a create a warning: an error would taint the object, and the next apply would replace it with the same
    /// result. After an update an error, which taints nothing.
    fn came_back_different(&self, overruled: &Overruled) -> Diagnostic {
        let (attr, title) = (overruled.attr, self.session.system.title);
        let shown = match &overruled.shown {
            _ if attr.is_sensitive() => "another value".to_owned(),
            value => self.session.redacted(&describe(value)),
        };
        let version = self.session.version().map_or_else(String::new, |version| format!(" {version}"));
        let so = match self.creating {
            true => "The state holds the planned value; the next plan shows the difference",
            false => "The state holds the returned value",
        };
        let detail = format!(
            "`{name}` was sent as planned, but the {title}{version} now returns {shown}. {so}. Configure the value that the \
             {title} returns; if it should have accepted the planned one, please report this with both values.",
            name = attr.name,
        );
        let summary = format!("The {title} did not accept `{}`", attr.name);
        let diagnostic = if self.creating { Diagnostic::warning } else { Diagnostic::error };
        diagnostic(summary, detail).at(Path::attribute(attr.name))
    }
}

/// The attributes that were sent with a value. One that returns to the system's default is not known before it is
/// read.
fn given(sent: &[Change]) -> Vec<&'static str> {
    sent.iter().filter(|change| change.value.is_some()).map(|change| change.attr.name).collect()
}

/// A short form of a value that is not sensitive.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => cut(&number.to_string()),
        Value::String(text) => quoted(text),
        Value::Map(entries) => format!("a map with the keys {}", listed(entries.keys())),
        value => match value.items() {
            // The next plan shows which of the objects differ.
            Some(items) if items.iter().any(|item| item.as_object().is_some()) => counted(items.len(), "element"),
            Some(items) => format!("[{}]", few(items.iter().map(describe))),
            None => "other values inside".to_owned(),
        },
    }
}
