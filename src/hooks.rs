//! What a table may compute with a function: the types of these functions and their context, without implementations. A
//! hook never sends a write and never decides whether a request is repeated; the engine does.

use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use crate::api::{self, Credential, Error, Json, Token};
use crate::diagnostic::Diagnostics;
use crate::secret::Secret;
use crate::value::Object;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The attributes of an object in JSON.
pub type JsonObject = serde_json::Map<String, Json>;

/// Reads of other objects that a hook may need, with the client, the retries and the budget of the operation itself.
pub trait Lookup: Sync {
    /// The object at this path; `None` when the system does not have it.
    ///
    /// # Errors
    /// When the request fails for another reason than that the object does not exist.
    fn get<'a>(&'a self, path: &'a [&'a str]) -> BoxFuture<'a, Result<Option<Json>, Error>>;
}

/// Adds to a PATCH what the system would otherwise overwrite. `current` is the object as it was just read. Fails when a
/// lookup does.
pub type Amend =
    for<'a> fn(&'a dyn Lookup, current: &'a JsonObject, patch: &'a mut JsonObject) -> BoxFuture<'a, Result<(), Error>>;

/// The special cases of one resource. Most resources have none.
pub struct Hooks {
    /// Checks of the configuration that concern more than one attribute. Unknown values are accepted.
    pub validate: Option<fn(config: &Object) -> Diagnostics>,
    /// The body of a create, or of a PUT with the whole object, if it is not the object of these attributes.
    pub body: Option<fn(JsonObject) -> Json>,
    pub amend_patch: Option<Amend>,
    /// The value of `{}` in the path template.
    pub path_part: Option<fn(&Object) -> Option<String>>,
    /// True when the response to a read means that the object does not exist.
    pub absent_when: Option<fn(&JsonObject) -> bool>,
    /// The request that must succeed before an update is sent.
    pub before_update: Option<fn(prior: &Object, planned: &Object) -> Option<AttributeCall>>,
    /// True when the system takes another object for the planned one, although its key is spelled differently.
    pub same_object: Option<fn(planned: &Object, other: &Object) -> bool>,
    /// True for an existing object that is what a destroy leaves behind: a create takes it over.
    pub abandoned: Option<fn(&JsonObject) -> bool>,
    /// What may prevent a destroy that the system refuses, and what to do about it.
    pub in_use: Option<&'static str>,
    /// What to do about a name that an object still has which `absent_when` takes for deleted.
    pub revoked_name: Option<&'static str>,
    /// Why an existing object cannot be managed, and what to do instead; `None` when it can.
    pub unmanageable: Option<fn(&JsonObject) -> Option<&'static str>>,
    /// True for an object that the system makes for each object of another type by itself: lists leave it out.
    pub is_made_by_system: Option<fn(&Object) -> bool>,
    /// True for an object that is as the system makes it by itself: an export leaves it out, lists do not.
    pub is_untouched: Option<fn(&Object) -> bool>,
}

/// A POST without a body that changes one attribute. If a header carries the attribute, it has the planned value.
pub struct AttributeCall {
    /// The last segment of the path, below the object's own path.
    pub below: &'static str,
    /// The attribute that shows whether the request was executed.
    pub attribute: &'static str,
}

impl Hooks {
    pub const NONE: Hooks = Hooks {
        validate: None,
        body: None,
        amend_patch: None,
        path_part: None,
        absent_when: None,
        before_update: None,
        same_object: None,
        abandoned: None,
        in_use: None,
        revoked_name: None,
        unmanageable: None,
        is_made_by_system: None,
        is_untouched: None,
    };
}

/// The body of a PUT that resets an object, from the object as it was just read.
pub type ResetTo = fn(current: &JsonObject) -> Json;

/// Adds to an entry of a list what a read of the object shows and what follows from the entry.
pub type CompleteEntry = fn(&mut JsonObject);

/// Whether an object has to be read by itself although lists show it. `owner`: the entry of the other list that contains
/// the rest of the object.
pub type NeedsOwnRead = fn(object: &JsonObject, owner: &JsonObject) -> bool;

/// What an entry of a log says about objects.
pub enum Logged {
    /// Nothing that concerns their secrets.
    Nothing,
    /// An update of the object with this key or identifier, as this provider sends it too.
    Update(String),
    /// Another change of it.
    Change(String),
    /// Any object may have been changed.
    Everything,
}

/// Reads that from an entry.
pub type ChangeOf = fn(entry: &JsonObject) -> Logged;

/// The query parameters of each request for a part of a list, where the system never returns the complete list.
pub type ListParts = fn(now: SystemTime) -> Vec<Vec<(&'static str, String)>>;

/// The attributes of a query whose result the system returns as an error; `None` when the query has failed.
pub type ResultOf = fn(refusal: &Error) -> Option<Object>;

/// Why a successful response to the open of an ephemeral resource does not contain its values; `None` when it does.
pub type WithheldBecause = fn(&JsonObject) -> Option<String>;

/// What a response says about the work of an action.
pub struct Work {
    /// `None` while it goes on; an error says why it failed, in full sentences.
    pub end: Option<Result<(), String>>,
    /// What it has printed.
    pub output: Option<String>,
}

/// Reads that from a response; `None` if the response does not say it.
pub type WorkOf = fn(answer: &JsonObject) -> Option<Work>;

/// The header that carries a credential. `scheme` is the user's choice, if there is one.
pub type CredentialOf = fn(key: &Secret, scheme: Option<&str>) -> Credential;

/// The body of the request for a token.
pub type TokenRequest = fn(id: &str, secret: &Secret) -> Json;

/// The token in the response to that request.
pub type TokenOf = fn(answer: &Json) -> Option<Token>;

/// What an error response of the system means.
pub type ErrorClassifier = api::ErrorClassifier;

/// The version in the response to the credential check, or in its `Server` header.
pub type VersionOf = fn(answer: &Json, server: Option<&str>) -> Option<String>;
