//! Adoption: a create of an object that is there already, where that changes nothing that exists. What is planned of it
//! is so, or is an element that is missing or says nothing, which is written.

use super::answers::Told;
use super::apply::{Write, Written};
use super::body::Change;
use super::create::is_sent;
use super::elements::write_elements;
use super::memory::Memory;
use super::observe::unmask;
use super::same::{get, restricted, same};
use super::seen::Seen;
use crate::diagnostic::Diagnostic;
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

/// What a create found before it began.
pub(super) enum Adopted {
    Nothing,
    Done(Written),
    Refused(Diagnostic),
}

impl Write<'_> {
    /// Takes what is there, unless that would overwrite what somebody has said in it.
    pub(super) async fn adopt(&self, changes: &[Change], memory: &Memory) -> Adopted {
        let seen = match self.session.fetch_anew(self.resource, self.planned, self.patience).await {
            Ok(Some(seen)) => seen,
            Ok(None) => return Adopted::Nothing,
            Err(fault) => return Adopted::Refused(self.unprepared(&fault)),
        };
        let wanted = |change: &Change| change.value.clone().unwrap_or(Value::Null);
        let inputs = || changes.iter().filter(|change| is_sent(change));
        let contradicts = |change: &&Change| {
            let there = restricted(change.attr, get(&seen.object, change.attr.name), &wanted(change));
            let there = telling(change.attr, &there);
            let of_those = restricted(change.attr, &wanted(change), &there);
            !same(change.attr, &of_those, &unmask(&there, &of_those), None)
        };
        if inputs().any(|change| contradicts(&change)) {
            let reason = format!("The {} has it already, with other values.", self.session.system.title);
            return Adopted::Refused(self.taken(&reason, None));
        }
        Adopted::Done(match self.resource.partial() {
            Some((attr, _)) => self.add_elements(attr, &seen, memory.clone()).await,
            None => self.settled(self.planned, &[], seen, self.noted(memory.clone(), &[])),
        })
    }

    /// Adds the elements that are missing: all of them, or none.
    async fn add_elements(&self, attr: &Attr, seen: &Seen, memory: Memory) -> Written {
        let (session, resource) = (self.session, self.resource);
        let named = get(self.planned, attr.name).items().unwrap_or_default();
        let wanted = Value::Set(named.to_vec());
        let there = restricted(attr, get(&seen.object, attr.name), &wanted);
        let written = write_elements(session, resource, self.planned, (&there, &wanted), self.patience).await;
        let (now, Some(error)) = written else { return self.settle(self.planned, &[], Told::default(), memory).await };
        let refused = self.refused(&error).at(Path::attribute(attr.name));
        // Taken back even when Terraform is being stopped: nobody would know of them.
        let patience = self.patience.to_the_end();
        let (mut left, _) = write_elements(session, resource, self.planned, (&now, &there), &patience).await;
        if let Value::Set(left) = &mut left {
            left.retain(|element| !there.items().is_some_and(|there| there.contains(element)));
        }
        if left.is_empty() {
            return Written::failed(None, memory, refused);
        }
        let mut half_made = self.planned.clone();
        half_made.insert(attr.name.to_owned(), left);
        self.after_failure(&half_made, memory, refused).await
    }
}

/// The elements of a partial set that say something: one that does not is nobody's, and may be taken over.
fn telling(attr: &Attr, there: &Value) -> Value {
    let (Some(nested), Some(_), Value::Set(items)) = (attr.kind.nested(), attr.partial, there) else {
        return there.clone();
    };
    let says = |element: &Object| nested.iter().any(|attr| !attr.key && !get(element, attr.name).is_empty());
    Value::Set(items.iter().filter(|element| element.as_object().is_some_and(says)).cloned().collect())
}
