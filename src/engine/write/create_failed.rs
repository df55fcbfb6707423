//! Errors of a create that failed: what the system answered, whether an object may exist in spite of it, and what to
//! do. Conflicts of names are in `name_conflict`.

use super::Write;
use crate::api::Error;
use crate::diagnostic::{Diagnostic, with_article};
use crate::engine::report::errors::{explain_read, explain_write, import_command};
use crate::engine::values::address::{described, key_text, label, names_text};
use crate::engine::values::observed::ReadError;
use crate::value::Object;

impl Write<'_> {
    fn described(&self) -> String {
        described(self.resource, self.planned)
    }

    pub(crate) fn failed_create(&self, detail: &str) -> Diagnostic {
        Diagnostic::error(format!("Could not create the {}", self.described()), detail)
    }

    pub(crate) fn unprepared(&self, error: &ReadError) -> Diagnostic {
        explain_read(self.session.system, &format!("create the {}", self.described()), error)
    }

    pub(crate) fn refused(&self, error: &Error) -> Diagnostic {
        let doing = format!("create the {}", self.described());
        let mut diagnostic = explain_write(self.session.system, self.resource, self.planned, &doing, error);
        if self.resource.create.has_own_path() && error.is_not_found() {
            // The object that it is a part of does not exist: the descriptions of the keys say how that is created.
            let keys = self.resource.keys().map(|key| format!("\n- `{}`: {}", key.name, key.doc));
            diagnostic.detail.extend(["\n".to_owned()].into_iter().chain(keys));
        }
        diagnostic
    }

    pub(crate) fn pathless(&self) -> Diagnostic {
        self.failed_create("Its key is not known.")
    }

    /// The command that imports the object. A child cannot be imported by itself: its parent is removed from the
    /// state and imported again.
    fn import_hint(&self) -> String {
        self.import_hint_of(None)
    }

    /// The same for another object than the planned one, if that is known.
    pub(crate) fn import_hint_of(&self, other: Option<&Object>) -> String {
        match self.parent {
            Some((parent, key)) => {
                format!("terraform state rm {}.NAME\n  {}", parent.name, import_command(parent, key))
            }
            None => {
                let key = other.map(|other| key_text(self.resource, other));
                import_command(self.resource, &key.unwrap_or_else(|| self.import_id()))
            }
        }
    }

    /// The names where there are any: the key may be unknown, or that of another object.
    fn import_id(&self) -> String {
        match names_text(self.resource, self.planned) {
            Some(names) => names,
            None => label(self.resource, self.planned),
        }
    }

    /// An object of this name exists that differs from what was sent. `reason`: why there is no usable answer.
    pub(crate) fn differs_from_sent(&self, reason: &str) -> Diagnostic {
        let detail = format!(
            "{reason}\n\nThere is {one} with this name now, but not with all values that were sent: it may belong to another \
             user or be incomplete. To manage it here, import it:\n\n  {command}",
            one = with_article(&self.resource.noun()),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    /// Whether the object exists could not be determined.
    pub(crate) fn uncertain(&self, reason: &str) -> Diagnostic {
        let twice = match self.resource.generated_key() {
            Some(_) if !self.resource.unique_names => {
                " Look for it before the next apply, which would create another one."
            }
            _ => "",
        };
        let detail = format!(
            "{reason}\n\nWhether the {noun} exists now, or will be created yet, could not be determined.{twice} If it \
             does, import it:\n\n  {command}",
            noun = self.resource.noun(),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    /// A warning about values that are shown only once, in the answer that was lost.
    pub(crate) fn lost_values(&self) -> Option<Diagnostic> {
        let once: Vec<String> = self
            .resource
            .managed()
            .filter(|attr| attr.is_shown_once())
            .map(|attr| format!("`{}`", attr.name))
            .collect();
        if once.is_empty() {
            return None;
        }
        let detail = format!(
            "The {what} was created, but the answer was lost, which is the only one that shows {names}. Replace it to get a \
             new value (`terraform apply -replace`).",
            what = self.described(),
            names = once.join(" and "),
        );
        Some(Diagnostic::warning(format!("{} is not known", once.join(" and ")), detail))
    }
}
