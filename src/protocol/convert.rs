//! Converts between our types and those of the protocol: values, diagnostics, paths, identities.

use super::backend::Table;
use super::{json, msgpack, pb};
use crate::diagnostic::{Diagnostic, Severity, has_errors, without_userinfo};
use crate::engine::Stored;
use crate::value::{Path, Step, Type, Value};

/// A value from Terraform. A missing one is null.
pub(super) fn value(sent: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    let decoded = match sent {
        None => return Ok(Value::Null),
        Some(sent) if !sent.msgpack.is_empty() => msgpack::decode(&sent.msgpack, ty),
        Some(sent) if !sent.json.is_empty() => json::decode(&sent.json, ty, json::Mode::Strict),
        Some(_) => return Ok(Value::Null),
    };
    decoded.map_err(|error| {
        let detail = format!("{error} This is a bug in the provider or in Terraform. Please report it.");
        Diagnostic::error("Terraform sent a value that cannot be read", detail).at(error.path)
    })
}

/// Whether a value from Terraform is null, without decoding it; nothing else is needed of a proposed state.
pub(super) fn is_null(sent: Option<&pb::DynamicValue>) -> bool {
    const NIL: &[u8] = &[0xc0];
    sent.is_none_or(|sent| match (sent.msgpack.as_slice(), sent.json.as_slice()) {
        ([], json) => json.is_empty() || json.trim_ascii() == b"null",
        (msgpack, _) => msgpack == NIL,
    })
}

/// A stored state, which another provider may have written.
pub(super) fn raw_state(raw: Option<&pb::RawState>, ty: &Type) -> Result<Value, Diagnostic> {
    let Some(raw) = raw else { return Ok(Value::Null) };
    if raw.json.is_empty() && !raw.flatmap.is_empty() {
        let detail = "It was written by Terraform 0.11 or earlier. Apply it with Terraform 0.12 first.";
        return Err(Diagnostic::error("The stored state is too old", detail));
    }
    if raw.json.is_empty() {
        return Ok(Value::Null);
    }
    json::decode(&raw.json, ty, json::Mode::Stored).map_err(|error| {
        let detail = format!(
            "{error} The state file may have been edited by hand. Remove the object from the state and import \
                 it."
        );
        Diagnostic::error("The stored state cannot be read", detail).at(error.path)
    })
}

/// Whether a stored state contains every attribute of this type, including null ones: a state of this provider does.
pub(super) fn names_all(raw: Option<&pb::RawState>, ty: &Type) -> bool {
    let Some(raw) = raw else { return false };
    let Ok(named) = serde_json::from_slice::<serde_json::Map<_, _>>(&raw.json) else { return false };
    matches!(ty, Type::Object(attributes) if attributes.keys().all(|name| named.contains_key(name)))
}

/// A value for Terraform. If it does not have the type of its schema, this is reported as a bug in this provider.
pub(super) fn dynamic(value: &Value, ty: &Type) -> Result<Option<pb::DynamicValue>, Diagnostic> {
    let encoded = msgpack::encode(value, ty).map_err(|error| {
        let detail = format!("{error} This is a bug in the provider. Please report it.");
        Diagnostic::error("The provider returned a value that does not match its schema", detail).at(error.path)
    })?;
    Ok(Some(pb::DynamicValue { msgpack: encoded, json: Vec::new() }))
}

/// The diagnostics of a response. If there are too many, only the first are shown, errors before warnings.
pub(super) fn diagnostics(mut found: Vec<Diagnostic>) -> Vec<pb::Diagnostic> {
    if found.len() > MOST_MESSAGES {
        found.sort_by_key(|message| !message.is_error());
        let rest = found.split_off(MOST_MESSAGES);
        let summary = format!("There are {} more messages", rest.len());
        let detail = "They are omitted. Resolve the messages above first.";
        let more = if has_errors(&rest) { Diagnostic::error } else { Diagnostic::warning };
        found.push(more(summary, detail.to_owned()));
    }
    found.into_iter().map(diagnostic).collect()
}

/// A message that is safe to print on a terminal, whatever values it contains.
pub(super) fn diagnostic(found: Diagnostic) -> pb::Diagnostic {
    let (severity, kind) = match found.severity {
        Severity::Error => (pb::diagnostic::Severity::Error, "error"),
        Severity::Warning => (pb::diagnostic::Severity::Warning, "warning"),
    };
    let diagnostic = pb::Diagnostic {
        severity: severity.into(),
        summary: shown(&found.summary, LONGEST_SUMMARY),
        detail: shown(&found.detail, LONGEST_DETAIL),
        attribute: found.path.map(|path| self::path(&addressed(path))),
    };
    // Not the detail, which quotes the system: the host shows it.
    log::debug!(diagnostic_severity = kind; "{kind}: {}", diagnostic.summary);
    diagnostic
}

const MOST_MESSAGES: usize = 100;
/// In characters.
const LONGEST_SUMMARY: usize = 1_000;
const LONGEST_DETAIL: usize = 10_000;
/// In bytes. Longer keys are not useful to a reader.
const LONGEST_KEY: usize = 4_096;

/// The text without credentials in URLs and without control characters, truncated if it is too long.
fn shown(text: &str, longest: usize) -> String {
    let reorders = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text = without_userinfo(text);
    let mut letters = text.chars().filter(|c| *c == '\n' || !(c.is_control() || reorders(*c)));
    let mut shown: String = letters.by_ref().take(longest).collect();
    shown.extend(letters.next().map(|_| '…'));
    shown
}

/// The path up to a key that is too long.
fn addressed(mut path: Path) -> Path {
    let too_long = |step: &Step| matches!(step, Step::Key(key) if key.len() > LONGEST_KEY);
    if let Some(end) = path.0.iter().position(too_long) {
        path.0.truncate(end);
    }
    path
}

pub(super) fn path(path: &Path) -> pb::AttributePath {
    use pb::attribute_path::step::Selector;
    let step = |step: &Step| pb::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
        }),
    };
    pb::AttributePath { steps: path.0.iter().map(step).collect() }
}

pub(super) fn identity_value(sent: Option<&pb::ResourceIdentityData>, ty: &Type) -> Result<Option<Value>, Diagnostic> {
    let identity = sent.map(|sent| value(sent.identity_data.as_ref(), ty)).transpose()?;
    Ok(identity.filter(|identity| !identity.is_null()))
}

pub(super) fn identity_data(
    identity: Option<&Value>,
    ty: &Type,
) -> Result<Option<pb::ResourceIdentityData>, Diagnostic> {
    identity.map(|identity| Ok(pb::ResourceIdentityData { identity_data: dynamic(identity, ty)? })).transpose()
}

/// A stored object from the parts of a request.
pub(super) fn stored(
    table: &Table,
    state: Option<&pb::DynamicValue>,
    private: Vec<u8>,
    identity: Option<&pb::ResourceIdentityData>,
) -> Result<Stored, Diagnostic> {
    Ok(Stored { state: value(state, &table.state)?, private, identity: identity_value(identity, &table.identity)? })
}
