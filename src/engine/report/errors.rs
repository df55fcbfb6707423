//! Diagnostics for errors of the client and of responses: what could not be done, the message of the system, what to do
//! next. They never contain a body, a header or a value.

use crate::api::{Error, ErrorKind, SendError};
use crate::diagnostic::{Diagnostic, Diagnostics, attributes};
use crate::engine::values::address::import_form;
use crate::engine::values::observed::ReadError;
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::schema::{Attr, Input, Resource, System};
use crate::value::{At, Object, Path, Step};

/// An error of the client. `doing` completes "Could not …".
pub(crate) fn explain(system: &System, doing: &str, error: &Error) -> Diagnostic {
    let hint = match (&error.cause, error.kind()) {
        (_, Some(ErrorKind::Unauthorized)) => system.hints.unauthorized.to_owned(),
        (_, Some(ErrorKind::Forbidden)) => system.hints.forbidden.to_owned(),
        (_, Some(ErrorKind::InUse)) => {
            "The object was in use until the timeout. Try again later, or increase `timeouts.update` or \
             `timeouts.delete`."
                .to_owned()
        }
        (SendError::NotTheApi { .. } | SendError::NoSuchRoute | SendError::Redirected { .. }, _) => {
            system.hints.wrong_address.to_owned()
        }
        (SendError::Unreachable { .. } | SendError::Untrusted { .. }, _) => is_right(&system.url),
        (SendError::NoCredential { refused: true, .. }, _) => system.hints.no_token.to_owned(),
        (SendError::NoCredential { refused: false, .. }, _) => {
            system.credentials.exchange.as_ref().map_or_else(String::new, |exchange| is_right(&exchange.url))
        }
        (SendError::Cancelled, _) => "Terraform was interrupted.".to_owned(),
        _ => String::new(),
    };
    let detail = if hint.is_empty() { error.to_string() } else { format!("{error}\n\n{hint}") };
    Diagnostic::error(format!("Could not {doing}"), detail)
}

/// The same without advice.
pub(crate) fn explain_without_hint(doing: &str, error: &Error) -> Diagnostic {
    Diagnostic::error(format!("Could not {doing}"), error.to_string())
}

fn is_right(address: &Input) -> String {
    format!(
        "Check that `{}` ({}) is correct and that this machine can reach it (proxy, firewall, certificate).",
        address.attribute, address.variable
    )
}

/// The diagnostic for a failed credential check. The cause is the connection to the system, and the summary says what
/// is wrong with it.
pub(crate) fn explain_check(system: &System, error: &Error) -> Diagnostic {
    let title = system.title;
    let is_nowhere = matches!(error.cause, SendError::Refused { status: 404 | 405, .. });
    let summary = match (&error.cause, error.kind()) {
        (
            SendError::Unreachable { .. }
            | SendError::Untrusted { .. }
            | SendError::NoResponse { .. }
            | SendError::Cancelled,
            _,
        ) => {
            format!("Could not reach the {title}")
        }
        (SendError::Unsendable { .. }, _) => format!("Could not send a request to the {title}"),
        (SendError::NoCredential { .. }, _) => format!("Could not get a token for the {title}"),
        (SendError::NotTheApi { .. } | SendError::NoSuchRoute | SendError::Redirected { .. }, _) => {
            format!("The URL is not that of the {title}")
        }
        _ if is_nowhere => format!("The URL is not that of the {title}"),
        (_, Some(ErrorKind::Unauthorized)) => format!("The {title} does not accept the credentials"),
        (_, Some(ErrorKind::Forbidden)) => format!("The credentials have no access to the {title}"),
        (_, Some(ErrorKind::Busy | ErrorKind::InUse | ErrorKind::ServerError)) => {
            format!("The {title} is not available")
        }
        (SendError::Refused { .. }, _) => format!("The {title} refused the first request"),
        (SendError::BadBody { .. } | SendError::BodyTooLarge { .. }, _) => {
            format!("The {title} returned an unreadable response")
        }
    };
    let explained = explain(system, "", error);
    let hint = if is_nowhere { format!("\n\n{}", system.hints.wrong_address) } else { String::new() };
    Diagnostic { summary, detail: format!("{}{hint}", explained.detail), ..explained }
}

/// A failed read.
pub(crate) fn explain_read(system: &System, doing: &str, error: &ReadError) -> Diagnostic {
    match error {
        ReadError::Api(error) => explain(system, doing, error),
        ReadError::Hidden(detail) | ReadError::Unsupported(detail) => {
            Diagnostic::error(format!("Could not {doing}"), detail.as_str())
        }
        ReadError::Decode { place, error } => {
            let part = match error.path.0.is_empty() {
                true => "the response".to_owned(),
                false => format!("`{}`", error.path),
            };
            let detail = format!(
                "{place}: {part} is not {expected}. This version of the provider does not support this response \
                 of the {title}. Check whether there is a later version.",
                expected = error.expected,
                title = system.title,
            );
            Diagnostic::error(format!("Could not {doing}"), detail)
        }
    }
}

/// A refused write, at the attribute that the system names in a field or in its message.
pub(crate) fn explain_write(
    system: &System,
    resource: &'static Resource,
    planned: &Object,
    doing: &str,
    error: &Error,
) -> Diagnostic {
    let mut diagnostic = explain(system, doing, error);
    if error.kind() == Some(ErrorKind::UnknownReference) {
        let named = references(resource.attrs, planned, &At::Root);
        let attributes = attributes(&named.iter().map(String::as_str).collect::<Vec<_>>());
        let detail = match named.as_slice() {
            [] => return diagnostic,
            [_] => format!("{attributes} refers to an object that the {} does not have.", system.title),
            _ => format!(
                "One of these attributes refers to an object that the {} does not have: {attributes}.",
                system.title
            ),
        };
        diagnostic.detail.push_str(&format!("\n\n{detail}"));
        return match named.as_slice() {
            [only] => diagnostic.at(Path::attribute(only.split('.').next().unwrap_or(only))),
            _ => diagnostic,
        };
    }
    if let (Some(ErrorKind::LicenseLimit), Some(limit)) = (error.kind(), resource.license_limit) {
        diagnostic.detail.push_str(&format!("\n\n{limit}"));
        return diagnostic;
    }
    let blamed = match &error.cause {
        SendError::Refused { field: Some(field), .. } => named(resource, field),
        SendError::Refused { message, .. } => blamed(resource, message),
        _ => None,
    };
    match blamed {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

/// The attributes of this object that refer to other objects, with dots for nested ones.
fn references(attrs: &'static [Attr], object: &Object, at: &At<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.is_managed()) {
        let (value, at) = (get(object, attr.name), at.then(attr.name));
        if attr.is_reference() && !value.is_empty() {
            found.push(at.to_string());
        }
        let Some(nested) = attr.kind.nested() else { continue };
        objects(value, &at, &mut |inner, _| found.extend(references(nested, inner, &at)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Normalizes a name, since systems use several forms: `configName`, `config_name`, `username`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

fn is_called(attr: &Attr, name: &str) -> bool {
    plain(attr.name) == name || plain(attr.wire_name()) == name
}

/// The attribute with this dotted name, if there is one.
fn named(resource: &'static Resource, field: &str) -> Option<Path> {
    let mut names = field.split('.').map(plain);
    let first = names.next()?;
    let attr = resource.managed().filter(|attr| attr.settable()).find(|attr| is_called(attr, &first))?;
    let path = Path::attribute(attr.name);
    let inner = names.next().and_then(|name| attr.kind.nested()?.iter().find(|attr| is_called(attr, &name)));
    Some(inner.map_or_else(|| path.clone(), |inner| path.then(inner.name)))
}

/// The attribute that the message contains: the longest name that is a word of it.
fn blamed(resource: &'static Resource, message: &str) -> Option<Path> {
    let tokens: Vec<String> = message.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(plain).collect();
    let candidates = resource.managed().filter(|attr| attr.settable());
    let hit = candidates.filter(|attr| tokens.iter().any(|token| is_called(attr, token)));
    hit.max_by_key(|attr| attr.name.len()).map(|attr| Path::attribute(attr.name))
}

/// The warnings about values that changed in the state, so that a refresh does not repeat a warning.
pub(crate) fn news(warnings: Diagnostics, before: &Object, after: &Object) -> Diagnostics {
    let new = |warning: &Diagnostic| match warning.path.as_ref().and_then(|path| path.0.first()) {
        Some(Step::Attribute(name)) => get(before, name) != get(after, name),
        _ => true,
    };
    warnings.into_iter().filter(new).collect()
}

/// The command that imports an existing object. For an unknown key it contains the form of the import ID.
pub(crate) fn import_command(resource: &'static Resource, key: &str) -> String {
    let form = if key.is_empty() { import_form(resource) } else { key.to_owned() };
    format!("terraform import {}.NAME '{form}'", resource.name)
}
