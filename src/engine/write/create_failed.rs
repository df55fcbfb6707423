//! What a user is told of a create that failed: what the system said, what may be there in spite of it, what to do.
//! A name that is taken is `taken`'s business.

use super::Write;
use crate::api::Error;
use crate::diagnostic::{Diagnostic, with_article};
use crate::engine::report::errors::{explain_read, explain_write, import_command};
use crate::engine::values::address::{described, key_text, label, names_text};
use crate::engine::values::observed::ReadError;
use crate::schema::Create;
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
        if self.resource.create == Create::Put && error.is_gone() {
            // A part of something that is not there: its keys' own words say how that comes into being.
            let keys = self.resource.keys().map(|key| format!("\n- `{}`: {}", key.name, key.doc));
            diagnostic.detail.extend(["\n".to_owned()].into_iter().chain(keys));
        }
        diagnostic
    }

    pub(crate) fn pathless(&self) -> Diagnostic {
        self.failed_create("Its key is not known.")
    }

    /// What takes an object that exists into the state; one inside another comes with that one, which is in it already.
    fn import_hint(&self) -> String {
        self.import_hint_of(None)
    }

    /// The same of another object than this one, if it is known.
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

    /// The names say more than a key that is not this object's, and are known while there is no key.
    fn import_id(&self) -> String {
        match names_text(self.resource, self.planned) {
            Some(names) => names,
            None => label(self.resource, self.planned),
        }
    }

    /// `lost`: why there is no answer to go by.
    pub(crate) fn strange(&self, lost: &str) -> Diagnostic {
        let detail = format!(
            "{lost}\n\nThere is {one} of this name now, but it does not show all that was sent: it may be somebody \
             else's, or half made. If it is to be managed here, import it:\n\n  {command}",
            one = with_article(&self.resource.noun()),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    /// The same; and it was looked for in vain, or could not be.
    pub(crate) fn uncertain(&self, lost: &str) -> Diagnostic {
        let twice = match self.resource.answered_key() {
            Some(_) if !self.resource.unique_names => " Look before the next apply, which would make another one.",
            _ => "",
        };
        let detail = format!(
            "{lost}\n\nWhether the {noun} exists now, or comes into being yet, could not be found out.{twice} If it \
             does, import it:\n\n  {command}",
            noun = self.resource.noun(),
            command = self.import_hint(),
        );
        self.failed_create(&detail)
    }

    /// The answer that would have shown them was lost, and there is no second one.
    pub(crate) fn lost_values(&self) -> Option<Diagnostic> {
        let once: Vec<String> =
            self.resource.managed().filter(|attr| attr.once).map(|attr| format!("`{}`", attr.name)).collect();
        if once.is_empty() {
            return None;
        }
        let detail = format!(
            "The {what} was created, but the answer that shows {names} once was lost. Replace it to get a new one \
             (`terraform apply -replace`).",
            what = self.described(),
            names = once.join(" and "),
        );
        Some(Diagnostic::warning(format!("{} is not known", once.join(" and ")), detail))
    }
}
