//! Adoption: a create of an object that already exists, as long as that overwrites nothing. What the plan names must
//! be set the same way, or be an element that is missing or empty, which is then written.

use super::create::is_compared;
use super::elements::WrittenElements;
use super::{Write, Written};
use crate::diagnostic::{Diagnostic, attributes};
use crate::engine::read::observe::unmask;
use crate::engine::values::change::Change;
use crate::engine::values::observed::Observed;
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::{get, restricted, same};
use crate::schema::Attr;
use crate::value::{Object, Path, Value};

/// Result of an attempt to adopt.
pub(crate) enum Adopted {
    Nothing,
    Done(Written),
    Refused(Diagnostic),
}

impl Write<'_> {
    /// Adopts the existing object, unless that would overwrite values that are set in it.
    pub(crate) async fn adopt(&self, changes: &[Change], private: &PrivateState) -> Adopted {
        let seen = match self.session.fetch_anew(self.resource, self.planned, self.budget).await {
            Ok(Some(seen)) => seen,
            Ok(None) => return Adopted::Nothing,
            Err(error) => return Adopted::Refused(self.unprepared(&error)),
        };
        if self.resource.hooks.abandoned.is_some_and(|abandoned| abandoned(&seen.json)) {
            let changes = changes.iter().map(Change::again).collect();
            return Adopted::Done(self.take_over(changes, seen, private.clone()).await);
        }
        let wanted = |change: &Change| change.value.clone().unwrap_or(Value::Null);
        let inputs = || changes.iter().filter(|change| is_compared(change));
        let contradicts = |change: &&Change| {
            let there = restricted(change.attr, get(&seen.object, change.attr.name), &wanted(change));
            let there = telling(change.attr, &there);
            let of_those = restricted(change.attr, &wanted(change), &there);
            !same(change.attr, &of_those, &unmask(&there, &of_those), None)
        };
        let different: Vec<&str> = inputs().filter(contradicts).map(|change| change.attr.name).collect();
        if let [first, ..] = different.as_slice() {
            let title = self.session.system.title;
            let reason = format!("The {title} already has it with other values of {}.", attributes(&different));
            let refused = self.taken(&reason, Some(&seen.object));
            // A child's path is that of its parent's map.
            return Adopted::Refused(if self.parent.is_some() { refused } else { refused.at(Path::attribute(first)) });
        }
        Adopted::Done(match self.resource.partial() {
            Some((attr, _)) => self.add_elements(attr, seen, private.clone()).await,
            None => self.settled(self.planned, &[], seen, self.noted(private.clone(), &[])),
        })
    }

    /// Adds the elements that are missing: all of them, or none.
    async fn add_elements(&self, attr: &Attr, seen: Observed, private: PrivateState) -> Written {
        let named = get(self.planned, attr.name).items().unwrap_or_default();
        let wanted = Value::Set(named.to_vec());
        let there = restricted(attr, get(&seen.object, attr.name), &wanted);
        let WrittenElements { now, failure, are_shown } = self.write_elements(self.planned, &there, &wanted).await;
        let Some(error) = failure else {
            return match are_shown {
                true => self.settled(self.planned, &[], seen, self.noted(private, &[])),
                false => self.read_back(self.planned, private).await,
            };
        };
        let refused = self.refused(&error).at(Path::attribute(attr.name));
        // Removed again even when Terraform is being stopped: no state would hold them.
        let removal = Write { budget: &self.budget.uncancellable(), ..*self };
        let mut left = removal.write_elements(self.planned, &now, &there).await.now;
        if let Value::Set(left) = &mut left {
            left.retain(|element| !there.items().is_some_and(|there| there.contains(element)));
        }
        if left.is_empty() {
            return Written::failed(None, private, refused);
        }
        let mut half_made = self.planned.clone();
        half_made.insert(attr.name.to_owned(), left);
        self.after_failure(&half_made, private, refused).await
    }
}

/// The elements of a partial set that have a value beside their key: an empty one may be taken over.
fn telling(attr: &Attr, there: &Value) -> Value {
    let (Some(nested), Some(_), Value::Set(items)) = (attr.kind.nested(), attr.element_path(), there) else {
        return there.clone();
    };
    let says = |element: &Object| nested.iter().any(|attr| !attr.is_key() && !get(element, attr.name).is_empty());
    Value::Set(items.iter().filter(|element| element.as_object().is_some_and(says)).cloned().collect())
}
