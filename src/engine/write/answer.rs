//! What the answer of a write tells of the object. Where the table says that such an answer shows the object as a read
//! does, the answer is the read, unless something that was sent or that the plan left open is not shown truly by it.

use super::Write;
use crate::api::{Answer, Json};
use crate::engine::values::body::Change;
use crate::engine::values::observed::{Observed, is_absent, own_view, see};
use crate::engine::values::same::get;
use crate::schema::{Attr, WriteAnswer, WriteMethod};
use crate::value::Object;

/// What the answer of a write tells.
#[derive(Default)]
pub(crate) struct Answered {
    /// The key that the system gave, and what is shown once.
    pub(crate) given: Object,
    /// The object, where the table says that this answer shows it.
    pub(crate) seen: Option<Observed>,
}

impl Write<'_> {
    /// The object with these keys as the answer to this method shows it. `None` where the table does not vouch for such
    /// answers, and for an answer that does not look as they do: a read tells then.
    pub(crate) fn told(&self, method: WriteMethod, keys: &Object, answer: Answer) -> Option<Observed> {
        let Json::Object(json) = answer.body else { return None };
        if !self.resource.shown_by.contains(&method) {
            return None;
        }
        let seen = see(self.resource, keys, own_view(self.resource, json), String::new()).ok()?;
        self.session.keep(self.resource, &seen.object);
        let is_it = self.resource.keys().all(|key| get(&seen.object, key.name) == get(keys, key.name));
        (is_it && !is_absent(self.resource, &seen.json)).then_some(seen)
    }

    /// Whether the answer of the write that carried these changes shows all that must be known of the object now.
    pub(crate) fn shows_all(&self, planned: &Object, sent: &[Change]) -> bool {
        let is_told = |attr: &Attr| {
            let is_open = !get(planned, attr.name).is_known();
            let is_sent = || sent.iter().any(|change| change.attr.name == attr.name);
            match attr.write_answer {
                WriteAnswer::AsRead => true,
                WriteAnswer::Merged => !is_open,
                WriteAnswer::Echoed => !is_open && !is_sent(),
            }
        };
        // Children are read by themselves, and what is shown once no read shows.
        let watched = |attr: &&'static Attr| attr.children.is_none() && !attr.once && !attr.client_only;
        self.resource.managed().filter(watched).all(is_told)
    }
}
