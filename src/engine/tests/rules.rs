//! Terraform's own rules, written from its documentation and not from the engine: what a plan may say of a
//! configuration, and what a second plan may say of the first.

use crate::schema::{Absent, Attr, Kind, Role, schema_attributes};
use crate::value::{Object, Path, Value};

/// Everything for which Terraform would call the plan invalid.
pub(crate) fn check_plan(
    attrs: &'static [Attr],
    config: &Object,
    prior: Option<&Object>,
    planned: &Object,
) -> Vec<String> {
    let mut broken = Vec::new();
    check_attrs(attrs, config, prior, planned, &Path::root(), &mut broken);
    broken
}

fn check_attrs(
    attrs: &'static [Attr],
    config: &Object,
    prior: Option<&Object>,
    planned: &Object,
    at: &Path,
    broken: &mut Vec<String>,
) {
    let names: Vec<String> = schema_attributes(attrs).map(|attribute| attribute.name.into_owned()).collect();
    if planned.keys().cloned().collect::<std::collections::BTreeSet<_>>() != names.iter().cloned().collect() {
        broken.push(format!("`{at}` has other attributes than its type"));
        return;
    }
    for attribute in schema_attributes(attrs) {
        let path = at.then(&attribute.name);
        let name = attribute.name.as_ref();
        let (wanted, plan) = (&config[name], &planned[name]);
        let before = prior.map_or(&Value::Null, |prior| &prior[name]);
        let computed =
            attribute.role == Role::Plain && (!attribute.attr.settable() || attribute.attr.absent() != Absent::Null);
        if attribute.role == Role::WriteOnly {
            if !plan.is_null() {
                broken.push(format!("`{path}`: a value for a write-only attribute"));
            }
        } else if plan != wanted && (plan != before || before.is_null() || wanted.is_null()) {
            match (wanted.is_null(), attribute.attr.kind.nested()) {
                (true, _) if computed => {}
                (true, _) => broken.push(format!("`{path}`: planned for a non-computed attribute")),
                (false, Some(nested)) if !wanted.is_unknown() && attribute.role == Role::Plain => {
                    check_nested(&attribute.attr.kind, nested, (wanted, before, plan), &path, broken);
                }
                (false, _) => broken.push(format!("`{path}`: neither the configured nor the prior value")),
            }
        }
    }
}

fn check_nested(
    kind: &Kind,
    nested: &'static [Attr],
    (wanted, before, plan): (&Value, &Value, &Value),
    path: &Path,
    broken: &mut Vec<String>,
) {
    let mut element = |wanted: &Value, before: Option<&Value>, plan: &Value, path: &Path| match (wanted, plan) {
        (Value::Object(wanted), Value::Object(plan)) => {
            check_attrs(nested, wanted, before.and_then(Value::as_object), plan, path, broken);
        }
        (wanted, plan) if wanted == plan => {}
        _ => broken.push(format!("`{path}`: presence or knowledge differs from the configuration")),
    };
    match (kind, wanted, plan) {
        (Kind::Object(_), wanted, plan) => element(wanted, Some(before), plan, path),
        (_, Value::List(wanted), Value::List(plan)) if wanted.len() == plan.len() => {
            let before = |index: usize| before.items().and_then(|items| items.get(index));
            for (index, (wanted, plan)) in wanted.iter().zip(plan).enumerate() {
                element(wanted, before(index), plan, &path.index(index));
            }
        }
        (_, Value::Map(wanted), Value::Map(plan)) if wanted.keys().eq(plan.keys()) => {
            for (key, wanted) in wanted {
                let before = match before {
                    Value::Map(before) => before.get(key),
                    _ => None,
                };
                element(wanted, before, &plan[key], &path.key(key));
            }
        }
        // Terraform cannot tell which element is which, and counts them.
        (_, Value::Set(wanted), Value::Set(plan)) if wanted.len() == plan.len() => {
            if plan.iter().any(Value::is_unknown) && !wanted.iter().any(Value::is_unknown) {
                broken.push(format!("`{path}`: an unknown element"));
            }
        }
        _ => broken.push(format!("`{path}`: count, keys or presence differ from the configuration")),
    }
}

/// True when `last` completes `first`: known values stay, unknown ones may become anything.
pub(crate) fn completes(first: &Value, last: &Value) -> bool {
    match (first, last) {
        (Value::Unknown, _) => true,
        (Value::List(first), Value::List(last)) => {
            first.len() == last.len() && first.iter().zip(last).all(|(first, last)| completes(first, last))
        }
        (Value::Map(first), Value::Map(last)) | (Value::Object(first), Value::Object(last)) => {
            first.keys().eq(last.keys()) && first.iter().all(|(key, first)| completes(first, &last[key]))
        }
        (Value::Set(first), Value::Set(last)) => {
            last.len() <= first.len() && first.iter().all(|first| last.iter().any(|last| completes(first, last)))
        }
        (first, last) => first == last,
    }
}
