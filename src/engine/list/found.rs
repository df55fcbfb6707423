//! One entry of a list as a result: whether it can be imported, by what people recognize it, and its state.

use std::sync::Arc;

use super::generate::describes;
use super::secrets::without_secrets;
use super::{ListResult, doing};
use crate::api::{Budget, ErrorKind, Json};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::read::import::{first_state, invalid_keys};
use crate::engine::read::lists::{list_place, misplaced, passes};
use crate::engine::report::errors::explain_read;
use crate::engine::session::Session;
use crate::engine::session::access::Access;
use crate::engine::values::address::{described, identity, key_text};
use crate::engine::values::body::{decode, find};
use crate::engine::values::observed::{Observed, ReadError, is_absent};
use crate::engine::values::private_state::PrivateState;
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Resource};
use crate::value::{Object, Value, nfc};

/// An object that may exist.
pub(super) struct Candidate {
    /// Its keys, or those of them that its entry does not contain.
    pub(super) keys: Object,
    pub(super) entry: Option<JsonObject>,
}

impl Candidate {
    /// One that no list shows.
    pub(super) fn to_read(keys: Object) -> Candidate {
        Candidate { keys, entry: None }
    }
}

/// What became of a candidate.
pub(super) enum Found {
    /// It does not exist, or cannot be imported, or does not match the filters.
    Nothing,
    /// It exists, and Terraform cannot manage it. The text is its name.
    LeftOut(Why, String),
    /// It is in the list, but could not be read.
    Unread(Diagnostic),
    Object(Box<ListResult>),
}

/// Why Terraform cannot manage an object.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    ManagedElsewhere,
    /// The table says why.
    Unmanageable(&'static str),
    /// No configuration can have its key.
    Invalid(String),
}

/// What is listed, for a task of its own.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) resource: &'static Resource,
    pub(super) filters: Arc<Object>,
    pub(super) with_objects: bool,
    pub(super) access: Arc<Access>,
    pub(super) budget: Budget,
}

impl Wanted {
    /// The same for one candidate of several at the same time.
    pub(super) fn beside(&self) -> Wanted {
        Wanted { budget: self.budget.beside(), ..self.clone() }
    }

    pub(super) async fn found(self, candidate: Candidate) -> Result<Found, Diagnostic> {
        let session = self.access.demand(&self.budget).await?;
        let Candidate { mut keys, entry } = candidate;
        let resource = self.resource;
        let Some(entry) = entry else {
            let doing = format!("read the {}", described(resource, &keys));
            return match session.fetch(resource, &keys, &self.budget).await {
                Ok(Some(seen)) => self.result(session, seen).await,
                Ok(None) => Ok(Found::Nothing),
                Err(error) if resource.only_id().is_none() => unread(session, &doing, error),
                Err(error) => Err(explain_read(session.system, &doing, &error)),
            };
        };
        let decoded = decode(resource.shown_in_list(), &entry, &mut Diagnostics::new());
        let misread = |error| explain_read(session.system, &doing(resource), &misplaced(resource, error));
        let mut object = decoded.map_err(misread)?;
        object.append(&mut keys);
        if !resource.list.as_ref().is_none_or(|list| passes(list, &self.filters, &object)) {
            return Ok(Found::Nothing);
        }
        if let Some(other) = self.no_candidate(&entry, &object, Attr::is_in_list) {
            return Ok(other);
        }
        if !self.with_objects {
            return Ok(Found::Object(Box::new(self.shown(&object))));
        }
        let seen = match shows_all(resource) {
            true => session.seen_in(resource, &object, Json::Object(entry), list_place(resource), &self.budget).await,
            false => session.fetch(resource, &object, &self.budget).await,
        };
        match seen {
            Ok(Some(seen)) => self.result(session, seen).await,
            Ok(None) => Ok(Found::Nothing),
            Err(error) => unread(session, &format!("read the {}", described(resource, &object)), error),
        }
    }

    /// An object that was read.
    async fn result(&self, session: &Session, seen: Observed) -> Result<Found, Diagnostic> {
        let Observed { json, object, .. } = seen;
        if let Some(other) = self.no_candidate(&json, &object, |_| true) {
            return Ok(other);
        }
        if !self.with_objects {
            return Ok(Found::Object(Box::new(self.shown(&object))));
        }
        let mut private = PrivateState::default();
        match first_state(session, self.resource, &object, &mut private, &self.budget).await {
            Ok(state) => {
                let state = Value::Object(without_secrets(self.resource.attrs, &state));
                let (refused, diagnostics) = match describes(self.resource, &state, &|text| session.redacted(text)) {
                    Ok(warnings) => (None, warnings),
                    Err(reason) => (Some(reason), Diagnostics::new()),
                };
                let result = ListResult { state, refused, diagnostics, ..self.shown(&object) };
                Ok(Found::Object(Box::new(result)))
            }
            Err(error) => Ok(Found::Unread(not_listed(error))),
        }
    }

    /// Why an object is not listed, if it is not. `shows`: whether the response contains an attribute.
    fn no_candidate(&self, json: &JsonObject, object: &Object, shows: fn(&Attr) -> bool) -> Option<Found> {
        let resource = self.resource;
        let is_managed = |name: &&'static str| {
            get(&self.filters, name).is_null() && get(object, name).as_str().is_some_and(|manager| !manager.is_empty())
        };
        let left_out = |why| Some(Found::LeftOut(why, display_name(resource, object)));
        if resource.managed_by.as_ref().is_some_and(is_managed) {
            return left_out(Why::ManagedElsewhere);
        }
        // Without it there is no configuration for the object.
        let lacks = |attr: &&'static Attr| {
            attr.is_required() && attr.is_readable() && shows(attr) && get(object, attr.name).is_null()
        };
        let is_none = is_absent(resource, json)
            || resource.hooks.is_made_by_system.is_some_and(|is_made| is_made(object))
            || resource.managed().any(|attr| lacks(&attr));
        if is_none {
            return Some(Found::Nothing);
        }
        if let Some(reason) = resource.hooks.unmanageable.and_then(|reason| reason(json)) {
            return left_out(Why::Unmanageable(reason));
        }
        // Terraform normalizes every text: it would ask for another object.
        let is_changed = |attr: &Attr| {
            let text = find(json, attr.wire_name()).and_then(Json::as_str);
            text.is_some_and(|text| nfc(text.to_owned()) != text)
        };
        let reason = match resource.keys().any(is_changed) {
            true => Some("Its characters are not in the Unicode form NFC, which Terraform uses.".to_owned()),
            false => invalid_keys(resource, object),
        };
        reason.and_then(|reason| left_out(Why::Invalid(reason)))
    }

    fn shown(&self, object: &Object) -> ListResult {
        ListResult {
            identity: identity(self.resource, object),
            display_name: display_name(self.resource, object),
            state: Value::Null,
            diagnostics: Diagnostics::new(),
            is_incomplete: false,
            refused: None,
        }
    }
}

/// The failed read of one object of many. What all of them would meet is an error.
fn unread(session: &Session, doing: &str, error: ReadError) -> Result<Found, Diagnostic> {
    let concerns_one = match &error {
        ReadError::Decode { .. } => true,
        ReadError::Api(error) => !matches!(error.kind(), None | Some(ErrorKind::Unauthorized | ErrorKind::Forbidden)),
        ReadError::Hidden(_) | ReadError::Unsupported(_) => false,
    };
    let explained = explain_read(session.system, doing, &error);
    if !concerns_one {
        return Err(explained);
    }
    Ok(Found::Unread(not_listed(explained)))
}

/// Terraform ends a query at the first error.
fn not_listed(error: Diagnostic) -> Diagnostic {
    Diagnostic::warning(error.summary, format!("{}\n\nIt is missing in the list.", error.detail))
}

/// Whether the entries of the list show what a read of the object shows, secrets aside.
fn shows_all(resource: &'static Resource) -> bool {
    let is_shown =
        |attr: &Attr| attr.is_in_list() || attr.is_sensitive() || attr.is_client_only() || !attr.is_readable();
    resource.managed().all(is_shown)
}

/// The name by which people recognize an object. A path of it is unique where the names of a table are.
fn display_name(resource: &'static Resource, object: &Object) -> String {
    let names = if resource.shown_as.is_empty() { resource.named_by } else { resource.shown_as };
    let texts = names.iter().filter_map(|name| get(object, name).as_str()).filter(|text| !text.is_empty());
    match texts.collect::<Vec<_>>().join("/") {
        name if !name.is_empty() => name,
        _ if resource.only_id().is_some() => resource.noun(),
        _ => key_text(resource, object),
    }
}
