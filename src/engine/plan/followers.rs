//! The attributes that change because others do: volatile ones, and those that follow a changed attribute. Pure.

use crate::engine::values::private_state::is_configured;
use crate::engine::values::same::get;
use crate::schema::Attr;
use crate::value::{Object, Value};

/// Marks the followers in a plan that changes something. Repeated until no attribute is added, because a follower can have
/// followers. The objects of a nested attribute have followers of their own.
pub(super) fn mark_followers(attrs: &'static [Attr], config: &Object, prior: &Object, planned: &mut Object) {
    let unset = |attr: &&Attr| attr.is_managed() && !is_configured(attr, get(config, attr.name));
    loop {
        let mut added = false;
        for attr in attrs.iter().filter(unset) {
            if !attr.is_volatile() && !attr.followed().iter().any(|name| changes(attrs, name, prior, planned)) {
                continue;
            }
            let value = match (get(config, attr.name), attr.initial()) {
                (Value::Null, Some(initial)) => initial(planned).unwrap_or(Value::Unknown),
                (Value::Null, None) => Value::Unknown,
                // A configured empty value requests the default, and Terraform requires it in the plan as configured.
                (empty, _) => empty.clone(),
            };
            added |= planned.insert(attr.name.to_owned(), value.clone()).as_ref() != Some(&value);
        }
        if !added {
            return;
        }
    }
}

/// True when the plan changes the attribute. A secret also changes with its version.
fn changes(attrs: &'static [Attr], name: &str, prior: &Object, planned: &Object) -> bool {
    let differs = |name: &str| get(prior, name) != get(planned, name);
    let secret = || attrs.iter().find(|attr| attr.name == name && attr.is_secret());
    differs(name) || secret().is_some_and(|attr| differs(&attr.version_name()))
}
