//! Validates a configuration by the table, without any request: read-only attributes, nulls, rules, and texts that no
//! request can contain. Unknown values are valid here; they are validated again when they are known.
//!
//! `terraform test` with a mocked provider asks this provider for nothing but validation, with texts of its own in the place
//! of identifiers. So texts like those are accepted here, and refused by plans and reads.

pub(crate) mod arguments;
mod requirements;
mod rules;
mod secrets;

use self::rules::{check_rule, not_twice, wrong, wrong_number};
use crate::api::check_segment;
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::engine::values::same::get;
use crate::engine::values::walk::{elements, objects};
use crate::schema::{Attr, Codec, Kind, Mode, Resource, View, names};
use crate::value::{At, Object, Path, Value};

/// Which identifiers are accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identifiers {
    /// Those of the system.
    Real,
    /// Those of a mocked provider too.
    Mocked,
}

/// How the values of one object are checked.
#[derive(Clone, Copy)]
struct Checks {
    /// The object is part of a sensitive value, so no value in it is shown.
    hidden: bool,
    identifiers: Identifiers,
}

/// Validates the configuration of a resource, data source or provider: each attribute and all nested ones.
pub(crate) fn entry(views: impl IntoIterator<Item = View>, config: &Object, identifiers: Identifiers) -> Diagnostics {
    let mut found = Diagnostics::new();
    let checks = Checks { hidden: false, identifiers };
    check_object(&mut views.into_iter(), config, &At::Root, checks, &mut found);
    found
}

fn check_object(
    views: &mut dyn Iterator<Item = View>,
    config: &Object,
    at: &At<'_>,
    checks: Checks,
    found: &mut Diagnostics,
) {
    for view in views {
        let attr = view.attr;
        let checks = Checks { hidden: checks.hidden || attr.is_sensitive(), ..checks };
        check_attribute(&view, get(config, attr.name), &at.then(attr.name), checks, found);
        if attr.is_secret() && view.mode != Mode::Computed {
            let write_only = attr.write_only_name();
            check_attribute(&view, get(config, &write_only), &at.then(&write_only), checks, found);
            found.extend(secrets::check(attr, config, at));
        }
    }
}

fn check_attribute(view: &View, value: &Value, at: &At<'_>, checks: Checks, found: &mut Diagnostics) {
    let View { attr, mode, .. } = *view;
    match (mode, value) {
        // Terraform would store the value as if this provider had returned it.
        (Mode::Computed, value) => found.extend((!value.is_null()).then(|| read_only(at))),
        (Mode::Required, Value::Null) => found.push(missing(at)),
        (_, Value::Null | Value::Unknown) => {}
        (_, value) => {
            let before = found.len();
            view.rules.iter().for_each(|rule| check_rule(rule, value, at, checks, found));
            // One error is enough for one text or number.
            if found.len() > before && value.is_scalar() {
                return;
            }
            if let (Codec::Json, Value::String(text)) = (attr.codec, value)
                && serde_json::from_str::<serde_json::Value>(text).is_err()
            {
                found.push(wrong("must be JSON", &Value::Null, at, checks.hidden));
            }
            if let (true, Value::String(text)) = (view.in_path, value) {
                found.extend(check_segment(text).err().map(|reason| not_in_a_path(at, &reason)));
            }
            check_kind(attr, &attr.kind, value, at, checks, found);
            // An empty value uses nothing: Terraform generates such configurations.
            found.extend(deprecated(attr, at).filter(|_| !value.is_empty()));
        }
    }
}

/// Constraints on every value of a kind, at any depth.
fn check_kind(attr: &'static Attr, kind: &Kind, value: &Value, at: &At<'_>, checks: Checks, found: &mut Diagnostics) {
    match (kind, value) {
        // Base64 can encode everything.
        (Kind::Str, Value::String(text)) if attr.codec != Codec::Base64 => found.extend(check_text(text, at)),
        (_, Value::Number(number)) => {
            let broken = wrong_number(kind, attr.rules, number);
            found.extend(broken.map(|broken| wrong(&broken, value, at, checks.hidden)));
        }
        (Kind::Object(nested), Value::Object(object)) => {
            let in_path =
                |inner: &Attr| attr.element_path().is_some_and(|path| names(path).any(|name| name == inner.name));
            let mut views = nested.iter().map(|inner| View { in_path: in_path(inner), ..View::of(inner) });
            check_object(&mut views, object, at, checks, found);
            requirements::check(nested, attr.requires, object, at, found);
        }
        (Kind::List(of) | Kind::Set(of) | Kind::Map(of), value) => {
            elements(value, at, &mut |element, at| match element {
                Value::Null => found.push(null_element(value, of, at)),
                element => check_kind(attr, of, element, at, checks, found),
            });
            if let Value::Map(entries) = value {
                entries.keys().for_each(|key| found.extend(check_key(attr, key, at)));
            }
            found.extend(attr.element_path().and_then(|_| not_twice(attr, value.items()?, at)));
        }
        _ => {}
    }
}

/// A configured value for a computed attribute.
pub(crate) fn read_only(at: &At<'_>) -> Diagnostic {
    let detail = format!("`{at}` is read-only and cannot be configured. Remove it from the configuration.");
    Diagnostic::error(format!("`{}` is read-only", at.name()), detail).at(at.path())
}

/// Terraform itself checks required attributes, but accepts null, and does not check nested attributes.
fn missing(at: &At<'_>) -> Diagnostic {
    let detail = format!("`{at}` is required, but it is null. Set a value.");
    Diagnostic::error(format!("`{}` is missing", at.name()), detail).at(at.path())
}

/// No system stores null in a collection, and Terraform crashes on a null object with write-only attributes.
fn null_element(collection: &Value, of: &Kind, at: &At<'_>) -> Diagnostic {
    let (what, without) = match (collection, of) {
        (Value::Map(_), _) => (format!("`{at}` is null"), "`{ for k, v in … : k => v if v != null }`"),
        (Value::Set(_), Kind::Str) => (format!("An element of `{at}` is null"), "`compact(…)`"),
        (Value::Set(_), _) => (format!("An element of `{at}` is null"), "`[for v in … : v if v != null]`"),
        (_, Kind::Str) => (format!("`{at}` is null"), "`compact(…)` or `[for v in … : v if v != null]`"),
        _ => (format!("`{at}` is null"), "`[for v in … : v if v != null]`"),
    };
    let detail = format!("{what}. A collection must not contain null. Remove null values, for example with {without}.");
    Diagnostic::error(format!("Null value in `{}`", at.name()), detail).at(at.path())
}

fn not_in_a_path(at: &At<'_>, reason: &str) -> Diagnostic {
    let detail = format!("`{at}` {reason}, because it is part of the URL of the object.");
    Diagnostic::error(format!("Invalid value for `{}`", at.name()), detail).at(at.path())
}

/// Neither databases nor environment variables can store it.
fn check_text(text: &str, at: &At<'_>) -> Option<Diagnostic> {
    text.contains('\0').then(|| {
        let detail = format!("`{at}` must not contain the NUL character (`\\u0000`), which cannot be stored.");
        Diagnostic::error(format!("Invalid value for `{}`", at.name()), detail).at(at.path())
    })
}

fn check_key(attr: &Attr, key: &str, at: &At<'_>) -> Option<Diagnostic> {
    let reason = match attr.child_objects().map(|_| check_segment(key)) {
        _ if key.contains('\0') => "must not contain the NUL character (`\\u0000`), which cannot be stored".to_owned(),
        Some(Err(reason)) => format!("{reason}, because it is part of the URL of the object"),
        Some(Ok(())) | None => return None,
    };
    let detail = format!("Each key of `{at}` {reason}. The key is {}.", quoted(key));
    Some(Diagnostic::error(format!("Invalid key in `{}`", at.name()), detail).at(at.path()))
}

fn deprecated(attr: &Attr, at: &At<'_>) -> Option<Diagnostic> {
    let instead = attr.deprecated?;
    Some(Diagnostic::warning(format!("`{}` is deprecated", at.name()), instead).at(at.path()))
}

/// All checks of a resource's configuration that need no request.
pub(crate) fn resource(resource: &'static Resource, config: &Object, identifiers: Identifiers) -> Diagnostics {
    let mut found = entry(resource.inputs(), config, identifiers);
    requirements::check(resource.attrs, resource.requires, config, &At::Root, &mut found);
    if let Some(hook) = resource.hooks.validate {
        found.extend(hook(config));
    }
    found
}

/// A host without support for write-only attributes would store them, so they are refused.
pub(crate) fn write_only_refused(resource: &'static Resource, config: &Object) -> Diagnostics {
    let refusal = |path: Path| {
        let detail = format!(
            "This version of Terraform would store `{path}` in the state. Write-only arguments \
             require Terraform or OpenTofu 1.11 or later."
        );
        Diagnostic::error(format!("`{path}` requires a later version of Terraform"), detail).at(path)
    };
    write_only(resource.attrs, config, &At::Root).into_iter().map(refusal).collect()
}

/// The paths of configured write-only values, at any depth.
fn write_only(attrs: &'static [Attr], config: &Object, at: &At<'_>) -> Vec<Path> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let name = attr.write_only_name();
        if attr.is_secret() && !get(config, &name).is_null() {
            found.push(at.then(&name).path());
        }
        let Some(nested) = attr.kind.nested() else { continue };
        objects(get(config, attr.name), &at.then(attr.name), &mut |object, at| {
            found.extend(write_only(nested, object, at));
        });
    }
    found
}

#[cfg(test)]
mod tests;
