//! The answer of a write as a read: where the table declares that such an answer shows the object as a GET does, no
//! read follows, unless the answer may not show something that was sent or that the plan left unknown.

use super::{Write, http};
use crate::api::{Answer, Json, Method};
use crate::engine::values::change::Change;
use crate::engine::values::observed::{Observed, is_absent, own_view, see};
use crate::engine::values::same::get;
use crate::schema::{Answers, Attr};
use crate::value::Object;

/// The usable parts of the answer of a write.
#[derive(Default)]
pub(crate) struct Answered {
    /// The key that the system assigned, and values that are shown only once.
    pub(crate) given: Object,
    /// The object, where the table declares that this answer shows it.
    pub(crate) seen: Option<Observed>,
}

impl Write<'_> {
    /// The object with these keys as the answer to this method shows it. `None` where the table does not declare such
    /// answers to be complete, and for an answer of an unexpected form: then a read follows.
    pub(crate) fn shown_by_answer(&self, method: Method, keys: &Object, answer: Answer) -> Option<Observed> {
        let time = answer.time();
        let Json::Object(json) = answer.body else { return None };
        if !self.resource.complete_answers.iter().any(|complete| http(*complete) == method) {
            return None;
        }
        let seen = see(self.resource, keys, own_view(self.resource, json), String::new()).ok()?;
        self.session.keep(self.resource, &seen.object);
        let is_it = self.resource.keys().all(|key| get(&seen.object, key.name) == get(keys, key.name));
        (is_it && !is_absent(self.resource, &seen.json)).then(|| seen.read_at(self.resource, time))
    }

    /// Whether the answer of the write that carried these changes shows everything that the state needs.
    pub(crate) fn shows_all(&self, planned: &Object, sent: &[Change]) -> bool {
        let is_shown = |attr: &Attr| {
            let is_open = !get(planned, attr.name).is_known();
            let is_sent = || sent.iter().any(|change| change.attr.name == attr.name);
            match attr.answers() {
                Answers::AsRead | Answers::Never => true,
                Answers::Merged => !is_open,
                Answers::Echoed => !is_open && !is_sent(),
            }
        };
        // Children are read separately, and no read shows what is shown only once.
        let managed =
            |attr: &&'static Attr| attr.child_objects().is_none() && !attr.is_shown_once() && !attr.is_client_only();
        self.resource.managed().filter(managed).all(is_shown)
    }
}
