//! The configuration against the table, without any request: who may give what, nulls where none may be, texts that no
//! request can carry. Unknown values are not wrong: they are checked again when they are known.

mod rules;

use self::rules::{check_rule, named, not_twice, wrong, wrong_number};
use crate::api::check_segment;
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::engine::values::correlate::objects;
use crate::engine::values::same::get;
use crate::engine::values::write_only;
use crate::schema::{Attr, Codec, Given, Kind, Resource, View, names};
use crate::value::{Object, Path, Value};

/// Checks the configuration of an entry, of whatever sort: each of its attributes, and whatever is nested in them.
pub(crate) fn entry(views: impl IntoIterator<Item = View>, config: &Object) -> Diagnostics {
    let mut found = Diagnostics::new();
    let views: Vec<View> = views.into_iter().collect();
    check_object(&views, config, &Path::root(), false, &mut found);
    found
}

/// `hidden`: it is a part of something sensitive, so that no value in it is shown.
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
        // Terraform would store it as if this provider had said it.
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

/// What holds for every value of a kind, at whatever depth it stands.
fn check_kind(attr: &'static Attr, kind: &Kind, value: &Value, path: &Path, hidden: bool, found: &mut Diagnostics) {
    match (kind, value) {
        // Base64 carries everything.
        (Kind::Str, Value::String(text)) if attr.codec != Codec::Base64 => found.extend(check_text(text, path)),
        (_, Value::Number(number)) => {
            let words = wrong_number(kind, attr.rules, number);
            found.extend(words.map(|words| wrong(&words, value, path, hidden)));
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

/// The elements of a collection with their paths. Those of a set have no address: the set itself is named.
fn elements<'a>(value: &'a Value, path: &Path) -> Vec<(&'a Value, Path)> {
    match value {
        Value::List(items) => items.iter().enumerate().map(|(index, item)| (item, path.index(index))).collect(),
        Value::Map(entries) => entries.iter().map(|(key, item)| (item, path.key(key))).collect(),
        Value::Set(items) => items.iter().map(|item| (item, path.clone())).collect(),
        _ => Vec::new(),
    }
}

/// A value for what only the system gives.
pub(crate) fn read_only(path: &Path) -> Diagnostic {
    let detail = format!("`{path}` is read-only: this provider sets it. Remove it from the configuration.");
    Diagnostic::error(format!("`{}` is read-only", named(path)), detail).at(path.clone())
}

/// Terraform itself asks for required attributes, but takes null for one, and does not ask in nested attributes.
fn missing(path: &Path) -> Diagnostic {
    let detail = format!("`{path}` is required, and it is null here. Give it a value.");
    Diagnostic::error(format!("`{}` is missing", named(path)), detail).at(path.clone())
}

/// No system keeps a null in a collection, and of a null object with write-only attributes Terraform crashes.
fn null_element(collection: &Value, of: &Kind, path: &Path) -> Diagnostic {
    let (what, without) = match (collection, of) {
        (Value::Map(_), _) => (format!("`{path}` is null"), "`{ for k, v in … : k => v if v != null }`"),
        (Value::Set(_), Kind::Str) => (format!("An element of `{path}` is null"), "`compact(…)`"),
        (Value::Set(_), _) => (format!("An element of `{path}` is null"), "`[for v in … : v if v != null]`"),
        (_, Kind::Str) => (format!("`{path}` is null"), "`compact(…)` or `[for v in … : v if v != null]`"),
        _ => (format!("`{path}` is null"), "`[for v in … : v if v != null]`"),
    };
    let detail = format!("{what}, and a collection must not contain null. Leave it out: {without}.");
    Diagnostic::error(format!("Null value in `{}`", named(path)), detail).at(path.clone())
}

fn not_in_a_path(path: &Path, reason: &str) -> Diagnostic {
    let detail = format!("`{path}` {reason}: it is a part of the address of the object.");
    Diagnostic::error(format!("Invalid value for `{}`", named(path)), detail).at(path.clone())
}

/// Neither databases nor environment variables hold it.
fn check_text(text: &str, path: &Path) -> Option<Diagnostic> {
    let detail = format!("`{path}` must not contain the NUL character (`\\u0000`), which cannot be stored.");
    text.contains('\0')
        .then(|| Diagnostic::error(format!("Invalid value for `{}`", named(path)), detail).at(path.clone()))
}

fn check_key(attr: &Attr, key: &str, path: &Path) -> Option<Diagnostic> {
    let reason = match attr.child_objects().map(|_| check_segment(key)) {
        _ if key.contains('\0') => "must not contain the NUL character (`\\u0000`), which cannot be stored".to_owned(),
        Some(Err(reason)) => format!("{reason}: it is a part of the address of the object"),
        Some(Ok(())) | None => return None,
    };
    let detail = format!("Each key of `{path}` {reason}, which {} is against.", quoted(key));
    Some(Diagnostic::error(format!("Invalid key in `{}`", named(path)), detail).at(path.clone()))
}

fn deprecated(attr: &Attr, path: &Path) -> Option<Diagnostic> {
    let instead = attr.deprecated?;
    Some(Diagnostic::warning(format!("`{}` is deprecated", named(path)), instead).at(path.clone()))
}

/// Everything that can be said of a resource's configuration without a request.
pub(crate) fn resource(resource: &'static Resource, config: &Object) -> Diagnostics {
    let mut found = entry(resource.inputs(), config);
    if let Some(hook) = resource.hooks.validate {
        found.extend(hook(config));
    }
    found
}

/// A host that does not know write-only attributes would store them: refused, since nothing else keeps them secret.
pub(crate) fn write_only_refused(resource: &'static Resource, config: &Object) -> Diagnostics {
    let refusal = |path: Path| {
        let detail = format!("This version of Terraform would store `{path}`. It needs Terraform 1.11 or newer.");
        Diagnostic::error(format!("`{path}` needs a newer Terraform"), detail).at(path)
    };
    write_only(resource.attrs, config, &Path::root()).into_iter().map(refusal).collect()
}

/// Where a write-only value is given, at whatever depth.
fn write_only(attrs: &'static [Attr], config: &Object, at: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let twin = attr.write_only_name();
        if attr.is_secret() && !get(config, &twin).is_null() {
            found.push(at.then(&twin));
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
