//! Validates a configuration by the table, without any request: read-only attributes, nulls, rules, and texts that no
//! request can contain. Unknown values are valid here; they are validated again when they are known.

mod rules;

use self::rules::{check_rule, named, not_twice, wrong, wrong_number};
use crate::api::check_segment;
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::engine::values::correlate::objects;
use crate::engine::values::same::get;
use crate::engine::values::write_only;
use crate::schema::{Attr, Codec, Given, Kind, Resource, View, names};
use crate::value::{Object, Path, Value};

/// Validates the configuration of a resource, data source or provider: each attribute and all nested ones.
pub(crate) fn entry(views: impl IntoIterator<Item = View>, config: &Object) -> Diagnostics {
    let mut found = Diagnostics::new();
    let views: Vec<View> = views.into_iter().collect();
    check_object(&views, config, &Path::root(), false, &mut found);
    found
}

/// `hidden`: the object is part of a sensitive value, so no value in it is shown.
fn check_object(views: &[View], config: &Object, at: &Path, hidden: bool, found: &mut Diagnostics) {
    for view in views {
        let attr = view.attr;
        let hidden = hidden || attr.is_sensitive();
        check_attribute(view, get(config, attr.name), &at.then(attr.name), hidden, found);
        if attr.is_secret() && view.given != Given::Computed {
            let write_only = attr.write_only_name();
            check_attribute(view, get(config, &write_only), &at.then(&write_only), hidden, found);
            found.extend(write_only::check(attr, config, at));
        }
    }
}

fn check_attribute(view: &View, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    let View { attr, given, .. } = *view;
    match (given, value) {
        // Terraform would store the value as if this provider had returned it.
        (Given::Computed, value) => found.extend((!value.is_null()).then(|| read_only(path))),
        (Given::Required, Value::Null) => found.push(missing(path)),
        (_, Value::Null | Value::Unknown) => {}
        (_, value) => {
            let before = found.len();
            view.rules.iter().for_each(|rule| check_rule(rule, value, path, hidden, found));
            // One error is enough for one text or number.
            if found.len() > before && value.is_scalar() {
                return;
            }
            if let (true, Value::String(text)) = (view.in_path, value) {
                found.extend(check_segment(text).err().map(|reason| not_in_a_path(path, &reason)));
            }
            check_kind(attr, &attr.kind, value, path, hidden, found);
            found.extend(deprecated(attr, path));
        }
    }
}

/// Constraints on every value of a kind, at any depth.
fn check_kind(attr: &'static Attr, kind: &Kind, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    match (kind, value) {
        // Base64 can encode everything.
        (Kind::Str, Value::String(text)) if attr.codec != Codec::Base64 => found.extend(check_text(text, path)),
        (_, Value::Number(number)) => {
            let broken = wrong_number(kind, attr.rules, number);
            found.extend(broken.map(|broken| wrong(&broken, value, path, hidden)));
        }
        (Kind::Object(nested), Value::Object(object)) => {
            let in_path =
                |inner: &Attr| attr.element_path().is_some_and(|path| names(path).any(|name| name == inner.name));
            let views: Vec<View> =
                nested.iter().map(|inner| View { in_path: in_path(inner), ..View::of(inner) }).collect();
            check_object(&views, object, path, hidden, found);
        }
        (Kind::List(of) | Kind::Set(of) | Kind::Map(of), value) => {
            for (element, path) in elements(value, path) {
                match element {
                    Value::Null => found.push(null_element(value, of, &path)),
                    element => check_kind(attr, of, element, &path, hidden, found),
                }
            }
            if let Value::Map(entries) = value {
                entries.keys().for_each(|key| found.extend(check_key(attr, key, path)));
            }
            found.extend(attr.element_path().and_then(|_| not_twice(attr, value.items()?, path)));
        }
        _ => {}
    }
}

/// The elements of a collection with their paths. Elements of a set have no path: it is the path of the set.
fn elements<'a>(value: &'a Value, path: &Path) -> Vec<(&'a Value, Path)> {
    match value {
        Value::List(items) => items.iter().enumerate().map(|(index, item)| (item, path.index(index))).collect(),
        Value::Map(entries) => entries.iter().map(|(key, item)| (item, path.key(key))).collect(),
        Value::Set(items) => items.iter().map(|item| (item, path.clone())).collect(),
        _ => Vec::new(),
    }
}

/// A configured value for a computed attribute.
pub(crate) fn read_only(path: &Path) -> Diagnostic {
    let detail = format!("`{path}` is read-only and cannot be configured. Remove it from the configuration.");
    Diagnostic::error(format!("`{}` is read-only", named(path)), detail).at(path.clone())
}

/// Terraform itself checks required attributes, but accepts null, and does not check nested attributes.
fn missing(path: &Path) -> Diagnostic {
    let detail = format!("`{path}` is required, but it is null. Set a value.");
    Diagnostic::error(format!("`{}` is missing", named(path)), detail).at(path.clone())
}

/// No system stores null in a collection, and Terraform crashes on a null object with write-only attributes.
fn null_element(collection: &Value, of: &Kind, path: &Path) -> Diagnostic {
    let (what, without) = match (collection, of) {
        (Value::Map(_), _) => (format!("`{path}` is null"), "`{ for k, v in … : k => v if v != null }`"),
        (Value::Set(_), Kind::Str) => (format!("An element of `{path}` is null"), "`compact(…)`"),
        (Value::Set(_), _) => (format!("An element of `{path}` is null"), "`[for v in … : v if v != null]`"),
        (_, Kind::Str) => (format!("`{path}` is null"), "`compact(…)` or `[for v in … : v if v != null]`"),
        _ => (format!("`{path}` is null"), "`[for v in … : v if v != null]`"),
    };
    let detail = format!("{what}. A collection must not contain null. Remove null values, for example with {without}.");
    Diagnostic::error(format!("Null value in `{}`", named(path)), detail).at(path.clone())
}

fn not_in_a_path(path: &Path, reason: &str) -> Diagnostic {
    let detail = format!("`{path}` {reason}, because it is part of the URL of the object.");
    Diagnostic::error(format!("Invalid value for `{}`", named(path)), detail).at(path.clone())
}

/// Neither databases nor environment variables can store it.
fn check_text(text: &str, path: &Path) -> Option<Diagnostic> {
    let detail = format!("`{path}` must not contain the NUL character (`\\u0000`), which cannot be stored.");
    text.contains('\0')
        .then(|| Diagnostic::error(format!("Invalid value for `{}`", named(path)), detail).at(path.clone()))
}

fn check_key(attr: &Attr, key: &str, path: &Path) -> Option<Diagnostic> {
    let reason = match attr.child_objects().map(|_| check_segment(key)) {
        _ if key.contains('\0') => "must not contain the NUL character (`\\u0000`), which cannot be stored".to_owned(),
        Some(Err(reason)) => format!("{reason}, because it is part of the URL of the object"),
        Some(Ok(())) | None => return None,
    };
    let detail = format!("Each key of `{path}` {reason}. The key is {}.", quoted(key));
    Some(Diagnostic::error(format!("Invalid key in `{}`", named(path)), detail).at(path.clone()))
}

fn deprecated(attr: &Attr, path: &Path) -> Option<Diagnostic> {
    let instead = attr.deprecated?;
    Some(Diagnostic::warning(format!("`{}` is deprecated", named(path)), instead).at(path.clone()))
}

/// All checks of a resource's configuration that need no request.
pub(crate) fn resource(resource: &'static Resource, config: &Object) -> Diagnostics {
    let mut found = entry(resource.inputs(), config);
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
    write_only(resource.attrs, config, &Path::root()).into_iter().map(refusal).collect()
}

/// The paths of configured write-only values, at any depth.
fn write_only(attrs: &'static [Attr], config: &Object, at: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let name = attr.write_only_name();
        if attr.is_secret() && !get(config, &name).is_null() {
            found.push(at.then(&name));
        }
        let Some(nested) = attr.kind.nested() else { continue };
        for (object, at) in objects(get(config, attr.name), &at.then(attr.name)) {
            found.extend(write_only(nested, object, &at));
        }
    }
    found
}

#[cfg(test)]
mod tests;
