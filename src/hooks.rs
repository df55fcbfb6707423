//! What a table may override, and the context that it gets: types and traits, no bodies. A hook never writes an
//! object by hand and never decides what a request is safe for; those are the engine's.

use std::future::Future;
use std::pin::Pin;

use crate::api::{self, Credential, Error, Json, Token};
use crate::diagnostic::Diagnostics;
use crate::secret::Secret;
use crate::value::Object;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The attributes of an object on the wire.
pub type JsonObject = serde_json::Map<String, Json>;

/// Reads of other objects that a hook may need. Same client, same retries, same budget as the operation itself.
pub trait Lookup: Sync {
    /// The object at this path; `None` when the system does not have it.
    fn get<'a>(&'a self, path: &'a [&'a str]) -> BoxFuture<'a, Result<Option<Json>, Error>>;
}

/// Completes a PATCH with what the system would otherwise overwrite by itself. `current` is the object as just read.
pub type Amend =
    for<'a> fn(&'a dyn Lookup, current: &'a JsonObject, patch: &'a mut JsonObject) -> BoxFuture<'a, Result<(), Error>>;

/// The oddities of one resource. All are optional; most resources have none.
pub struct Hooks {
    /// Rules that concern more than one attribute, on the configuration alone. Unknown values are not wrong.
    pub validate: Option<fn(config: &Object) -> Diagnostics>,
    pub amend_patch: Option<Amend>,
    /// What `{}` stands for in the path template.
    pub path_part: Option<fn(&Object) -> Option<String>>,
    /// True when the answer shows an object that does not count as one: then it is absent.
    pub absent_when: Option<fn(&JsonObject) -> bool>,
    /// What has to be done before an update can be sent.
    pub first: Option<fn(prior: &Object, planned: &Object) -> Option<First>>,
    /// Whether the system takes another object for the planned one, although its key is spelt otherwise.
    pub same_object: Option<fn(planned: &Object, other: &Object) -> bool>,
    /// Why an object that exists cannot be managed, if it cannot; with what to do instead.
    pub unmanageable: Option<fn(&JsonObject) -> Option<&'static str>>,
}

/// A POST without a body to a part of the object.
pub struct First {
    /// Below the object's own path.
    pub below: &'static str,
    pub header: (&'static str, String),
    /// The attribute that shows that it was done.
    pub attribute: &'static str,
}

impl Hooks {
    pub const NONE: Hooks = Hooks {
        validate: None,
        amend_patch: None,
        path_part: None,
        absent_when: None,
        first: None,
        same_object: None,
        unmanageable: None,
    };
}

/// The header that a credential goes in. `scheme` is what the user demanded, if anything.
pub type CredentialOf = fn(key: &Secret, scheme: Option<&str>) -> Credential;

/// What is sent to get a token with the credentials of a client.
pub type TokenRequest = fn(id: &str, secret: &Secret) -> Json;

/// The token in the answer to that.
pub type TokenOf = fn(answer: &Json) -> Option<Token>;

/// What a refusal shows as the answer to a question: the attributes, or nothing when it is a failure after all.
pub type ResultOf = fn(refusal: &Error) -> Option<Object>;

/// What an error response of the system means.
pub type ErrorClassifier = api::ErrorClassifier;

/// The version in the answer to the credential check or in its `Server` header.
pub type VersionOf = fn(answer: &Json, server: Option<&str>) -> Option<String>;
