//! Computes the state from a response and the prior state (after a read), or from a plan and a response (after a
//! write). Pure. Values that are equivalent to the user's keep the user's form.

use crate::engine::values::correlate::{fitting_pairs, same_pairs};
use crate::engine::values::private_state::{PrivateState, is_configured};
use crate::engine::values::same::{get, restricted, same, same_element, without_defaults};
use crate::engine::values::walk::{Pairing, rebuilt};
use crate::engine::values::write_only::without_write_only;
use crate::schema::{Absent, Attr, Resource, Role, schema_attributes};
use crate::value::{At, Object, Path, Value};

/// The state after a read. `prior` is `None` for an import. Stores the stamps of secrets in `private`; if a stamp was
/// changed by another client, the stored value of the secret is no longer valid.
pub(crate) fn observe(
    resource: &'static Resource,
    seen: &Object,
    prior: Option<&Object>,
    private: &mut PrivateState,
) -> Object {
    let mut state = Object::new();
    for attribute in schema_attributes(resource.attrs) {
        let (attr, name) = (attribute.attr, attribute.name.into_owned());
        let before = prior.map(|prior| get(prior, &name));
        // A value that was never read is read for the first time.
        let before = if attribute.role == Role::Plain && private.unseen.contains(&name) { None } else { before };
        let value = match attribute.role {
            Role::WriteOnly => Value::Null,
            Role::Plain if get(seen, attr.name).is_unknown() => {
                unseen(attr, prior.map(|prior| get(prior, &name)), stamp_moved(attr, seen, private), private)
            }
            Role::Version if stamp_moved(attr, seen, private) => Value::Null,
            Role::Version => before.cloned().unwrap_or(Value::Null),
            Role::Plain if attr.is_shown_once() || attr.is_client_only() => before.cloned().unwrap_or(Value::Null),
            Role::Plain if attr.is_secret() => observe_secret(attr, seen, before, private),
            // A configured empty value that means the default is never a difference.
            Role::Plain if stands_for_default(attr, before) && private.was_defaulted(&At::Root.then(attr.name)) => {
                before.cloned().unwrap_or(Value::Null)
            }
            Role::Plain if attr.element_path().is_some() && before.is_some_and(Value::is_null) => Value::Null,
            Role::Plain => {
                let now = reveal(attr, get(seen, attr.name), before.unwrap_or(&Value::Null), None);
                let now = restricted(attr, &now, before.unwrap_or(&Value::Null));
                respell(attr, &now, before, attr.added_by_server(seen).as_ref())
            }
        };
        state.insert(name, value);
    }
    // Children are read separately.
    private.unseen.retain(|path| resource.attr(path).is_none_or(|attr| get(seen, attr.name).is_unknown()));
    note_stamps(resource, seen, private);
    state
}

/// A value that this key cannot see (unknown in the response) stays as it is in the state. It is unknown after an
/// import, and after its stamp has changed: null in place of a value makes the next plan show that.
fn unseen(attr: &Attr, before: Option<&Value>, moved: bool, private: &mut PrivateState) -> Value {
    match before {
        None => {
            private.unseen.insert(attr.name.to_owned());
            attr.unread_value()
        }
        Some(before) if moved && !before.is_null() => {
            private.unseen.insert(attr.name.to_owned());
            Value::Null
        }
        Some(before) => before.clone(),
    }
}

/// Stores the stamps of the response in the private state.
pub(crate) fn note_stamps(resource: &'static Resource, seen: &Object, private: &mut PrivateState) {
    for attr in resource.managed() {
        if let Some(stamp) = attr.stamp().and_then(|stamp| get(seen, stamp).as_str()) {
            private.stamps.insert(attr.name.to_owned(), stamp.to_owned());
        }
    }
}

fn stamp_moved(attr: &Attr, seen: &Object, private: &PrivateState) -> bool {
    let now = attr.stamp().and_then(|stamp| get(seen, stamp).as_str());
    let then = private.stamps.get(attr.name).map(String::as_str);
    now.is_some() && then.is_some() && now != then
}

/// A secret that is not configured is not stored in the state. A masked part keeps the value of the state, unless the
/// secret was changed outside Terraform since: then the value is not known, and null makes the next plan send it.
fn observe_secret(attr: &'static Attr, seen: &Object, before: Option<&Value>, private: &PrivateState) -> Value {
    let defaults = attr.added_by_server(seen);
    let known = before.filter(|_| !stamp_moved(attr, seen, private)).unwrap_or(&Value::Null);
    let now = reveal(attr, get(seen, attr.name), known, defaults.as_ref());
    let keys = private.write_only_keys(&At::Root.then(attr.name));
    let now = without_write_only(now, keys, before.unwrap_or(&Value::Null));
    match before {
        Some(Value::Null) => Value::Null,
        // An empty value was not configured by the user, so a new value does not belong to the configuration either.
        Some(before) if before.is_empty() && !private.was_configured(&At::Root.then(attr.name)) => {
            if same(attr, before, &now, defaults.as_ref()) { before.clone() } else { Value::Null }
        }
        Some(before) => respell(attr, &now, Some(before), defaults.as_ref()),
        None => respell(attr, &now, None, None),
    }
}

/// The response with the known values in place of hidden ones: values that no response shows, masked entries of
/// secrets, and server defaults in them, which have the system's value, masked or not.
pub(crate) fn reveal(attr: &Attr, seen: &Value, known: &Value, defaults: Option<&Value>) -> Value {
    if seen.is_unknown() || (!attr.is_readable() && seen.is_null()) {
        return if known.is_unknown() { Value::Null } else { known.clone() };
    }
    if attr.is_secret() {
        let seen = unmask(seen, known);
        return defaults.map_or_else(|| seen.clone(), |defaults| unmask(&seen, defaults));
    }
    let hides = |attr: &Attr| attr.is_secret() || !attr.is_readable();
    let Some(nested) = attr.kind.nested().filter(|nested| nested.iter().any(hides)) else { return seen.clone() };
    rebuilt(seen, known, None, &At::Root, &mut |seen, known, _| match (seen, known) {
        (Value::Object(seen), Some(Value::Object(known))) => {
            let mut whole = seen.clone();
            // One that is not configured is left alone and not stored: whatever the system has is no difference.
            let inner = |attr: &Attr| match get(known, attr.name) {
                Value::Null if attr.is_secret() => Value::Null,
                known => reveal(attr, get(seen, attr.name), known, None),
            };
            whole.extend(nested.iter().map(|attr| (attr.name.to_owned(), inner(attr))));
            Value::Object(whole)
        }
        (seen, _) => seen.clone(),
    })
}

/// The response with its masked (null) entries replaced by those in `known`, if they are there.
pub(crate) fn unmask(seen: &Value, known: &Value) -> Value {
    match (seen, known) {
        (Value::Map(entries), Value::Map(known)) => {
            let entry = |(key, item): (&String, &Value)| {
                let value = if item.is_null() { known.get(key).unwrap_or(item) } else { item };
                (key.clone(), value.clone())
            };
            Value::Map(entries.iter().map(entry).collect())
        }
        (Value::Null, known @ Value::String(_)) => known.clone(),
        _ => seen.clone(),
    }
}

/// The prior value if it is equivalent to the response; otherwise the response, with the empty value instead of null.
fn respell(attr: &'static Attr, now: &Value, before: Option<&Value>, defaults: Option<&Value>) -> Value {
    if let Some(before) = before.filter(|before| same(attr, before, now, defaults)) {
        return before.clone();
    }
    let now = match (defaults, before) {
        (Some(defaults), Some(before)) => without_defaults(now, defaults, before),
        _ => now.clone(),
    };
    if attr.absent() != Absent::Null && now.is_empty() {
        return attr.empty_value();
    }
    complete(attr, now, before)
}

/// True for an empty value that may have been configured to select the system's default.
fn stands_for_default(attr: &Attr, value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null() && !is_configured(attr, value))
}

/// Keeps the user's form of nested objects too.
fn complete(attr: &'static Attr, now: Value, before: Option<&Value>) -> Value {
    let Some(nested) = attr.kind.nested() else { return now };
    let pairing = |now: &[Value], before: &[Value]| same_pairs(nested, now, before);
    let before = before.unwrap_or(&Value::Null);
    let pairing: Option<Pairing<'_>> = if attr.is_ordered() { None } else { Some(&pairing) };
    rebuilt(&now, before, pairing, &At::Root, &mut |now, before, _| {
        let Value::Object(now) = now else { return now.clone() };
        let before = before.and_then(Value::as_object);
        let each = schema_attributes(nested).map(|attribute| {
            let before = before.map(|before| get(before, &attribute.name));
            let value = match (attribute.role, before) {
                (Role::WriteOnly, _) => Value::Null,
                (Role::Version, before) => before.cloned().unwrap_or(Value::Null),
                // A secret that is not configured is not stored in the state.
                (Role::Plain, Some(Value::Null)) if attribute.attr.is_secret() => Value::Null,
                (Role::Plain, Some(before)) if stands_for_default(attribute.attr, Some(before)) => before.clone(),
                (Role::Plain, before) => respell(attribute.attr, get(now, attribute.attr.name), before, None),
            };
            (attribute.name.into_owned(), value)
        });
        Value::Object(each.collect())
    })
}

/// A known planned value that was sent and came back different.
pub(crate) struct Overruled {
    pub(crate) attr: &'static Attr,
    /// The returned value in the form of a state.
    pub(crate) shown: Value,
}

/// A plan merged with the response.
pub(crate) struct LaidOver {
    pub(crate) state: Object,
    pub(crate) overruled: Vec<Overruled>,
}

/// The state after a write: the plan, with the values of the response in place of unknown ones. A known value keeps its
/// planned form, and the next plan shows the drift; a value that was sent and came back different is reported.
pub(crate) fn lay_over(
    resource: &'static Resource,
    planned: &Object,
    seen: &Object,
    sent: &[&str],
    private: &PrivateState,
) -> LaidOver {
    let (mut state, mut overruled) = (Object::new(), Vec::new());
    for attribute in schema_attributes(resource.attrs) {
        let (attr, name) = (attribute.attr, attribute.name.into_owned());
        let plan = get(planned, &name);
        let value = match attribute.role {
            Role::WriteOnly => Value::Null,
            Role::Version => plan.clone(),
            Role::Plain if attr.is_client_only() || (attr.is_secret() && plan.is_null()) => plan.clone(),
            Role::Plain => {
                let defaults = attr.added_by_server(seen);
                let now = reveal(attr, get(seen, attr.name), plan, defaults.as_ref());
                let now = restricted(attr, &now, plan);
                let now = without_write_only(now, private.write_only_keys(&At::Root.then(attr.name)), plan);
                let filled = fill(attr, plan, &now);
                if sent.contains(&attr.name) && !same(attr, &filled, &now, defaults.as_ref()) {
                    overruled.push(Overruled { attr, shown: respell(attr, &now, Some(plan), None) });
                }
                filled
            }
        };
        state.insert(name, value);
    }
    LaidOver { state, overruled }
}

/// The plan with its unknown leaves replaced by those of the response.
fn fill(attr: &'static Attr, plan: &Value, now: &Value) -> Value {
    if plan.is_unknown() {
        return respell(attr, now, Some(&Value::Null), None);
    }
    let Some(nested) = attr.kind.nested().filter(|_| !plan.is_known()) else { return plan.clone() };
    let object = |plan: &Value, now: Option<&Value>| {
        let Value::Object(plan) = plan else { return plan.clone() };
        let now = now.and_then(Value::as_object);
        let each = schema_attributes(nested).map(|attribute| {
            let plan = get(plan, &attribute.name);
            let value = match attribute.role {
                Role::WriteOnly => Value::Null,
                Role::Version => plan.clone(),
                Role::Plain if attribute.attr.is_secret() && plan.is_null() => Value::Null,
                Role::Plain => {
                    fill(attribute.attr, plan, now.map_or(&Value::Null, |now| get(now, attribute.attr.name)))
                }
            };
            (attribute.name.into_owned(), value)
        });
        Value::Object(each.collect())
    };
    let fits = |plan: &Value, now: &Value| same_element(nested, &object(plan, Some(now)), now);
    let pairing = |plan: &[Value], now: &[Value]| fitting_pairs(nested, plan, now, &[&fits]);
    let pairing: Option<Pairing<'_>> = if attr.is_ordered() { None } else { Some(&pairing) };
    rebuilt(plan, now, pairing, &At::Root, &mut |plan, now, _| object(plan, now))
}

/// Replaces a leaf that is still unknown by null, since a state must not contain unknown values.
pub(crate) fn known(state: Object) -> Object {
    state.into_iter().map(|(name, value)| (name, value.unknown_to_null())).collect()
}

/// The paths of unknown values, for the warning that they could not be read.
pub(crate) fn unknown_paths(object: &Object) -> Vec<Path> {
    object.iter().filter(|(_, value)| !value.is_known()).map(|(name, _)| Path::attribute(name)).collect()
}

#[cfg(test)]
mod tests;
