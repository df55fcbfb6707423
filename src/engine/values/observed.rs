//! The object in a response by its table, or why there is none. No request is made here.

use crate::api::{Call, Error, Json};
use crate::diagnostic::Diagnostics;
use crate::engine::values::body::{DecodeError, decode, find};
use crate::engine::values::full_read::FullRead;
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Reads, Resource};
use crate::value::{Object, Path, Value};

/// An object as the system returned it.
pub(crate) struct Observed {
    pub(crate) json: JsonObject,
    pub(crate) object: Object,
    pub(crate) warnings: Diagnostics,
    /// What to keep of this read, if it showed all secrets and the table asks for that.
    pub(crate) full_read: Option<FullRead>,
    /// Whether that replaces what is kept, even if nothing changed.
    pub(crate) renews: bool,
}

impl Observed {
    /// The object as it was at this time of the system.
    pub(crate) fn read_at(self, resource: &'static Resource, time: Option<i64>) -> Observed {
        let full_read = time.and_then(|time| FullRead::of(resource, &self.object, time));
        Observed { full_read, ..self }
    }
}

/// Decodes a response as an object of the table. Keys that are only in the path are taken from there.
pub(crate) fn see(
    resource: &'static Resource,
    keys: &Object,
    json: JsonObject,
    place: String,
) -> Result<Observed, ReadError> {
    let mut warnings = Diagnostics::new();
    let decoded = decode(resource.attrs.iter(), &json, &mut warnings);
    let mut object = decoded.map_err(|error| ReadError::Decode { place: place.clone(), error })?;
    if let Some(missing) = resource.managed().find(|attr| is_missing(resource, attr, &json)) {
        let error = DecodeError { path: Path::attribute(missing.name), expected: "there" };
        return Err(ReadError::Decode { place, error });
    }
    let shows = |attr: &'static Attr| attr.is_readable() && find(&json, attr.wire_name()).is_some();
    if !resource.managed().any(shows) {
        return Err(ReadError::Decode { place, error: DecodeError::no_object() });
    }
    // If the path contains another attribute in place of the key, that attribute was requested.
    let others: Vec<Value> = resource.alternative_keys.iter().map(|name| get(&object, name).clone()).collect();
    let takes_in_its_place = |asked: &Value| others.contains(asked);
    for key in resource.keys() {
        let (asked, answered) = (get(keys, key.name), get(&object, key.name));
        if answered.is_null() {
            object.insert(key.name.to_owned(), asked.clone());
        } else if asked.as_str().is_some() && asked != answered && !takes_in_its_place(asked) {
            // Another object must neither be stored as this one nor be overwritten.
            let error = DecodeError { path: Path::attribute(key.name), expected: "the requested one" };
            return Err(ReadError::Decode { place, error });
        }
    }
    Ok(Observed { json, object, warnings, full_read: None, renews: false })
}

/// The response of the object's own path, or of a write there, in the form of the list that the table describes.
pub(crate) fn own_view(resource: &'static Resource, mut json: JsonObject) -> JsonObject {
    if let Reads::Find { wire, own: Some(own), .. } = resource.reads {
        let (key, _of_its_own) = (json.remove(own), json.remove(wire));
        json.extend(key.map(|key| (wire.to_owned(), key)));
    }
    json
}

/// Every object has the required attributes, so a response without them is not an object.
fn is_missing(resource: &'static Resource, attr: &Attr, json: &JsonObject) -> bool {
    let names = |path: &str| path.contains(&format!("{{{}}}", attr.name));
    let in_path = || match resource.reads {
        Reads::Find { path, .. } => names(path),
        Reads::One => resource.path.is_some_and(names),
        Reads::At(_) => false,
    };
    attr.is_required() && attr.is_readable() && find(json, attr.wire_name()).is_none() && !in_path()
}

/// An entry of a list that consists of its key, as an object.
pub(crate) fn only_key(wire: &str, key: &str) -> JsonObject {
    [(wire.to_owned(), Json::String(key.to_owned()))].into_iter().collect()
}

/// A request as text for messages.
pub(crate) fn place(call: &Call) -> String {
    format!("{} /{}", call.method.name(), call.path.join("/"))
}

/// Why an object could not be read.
pub(crate) enum ReadError {
    Api(Box<Error>),
    /// The response does not have the structure of the table.
    Decode {
        place: String,
        error: DecodeError,
    },
    /// The key cannot see the object, so its absence in the response means nothing. The text says which rights are
    /// required.
    Hidden(String),
    /// This version of the system does not have such objects. The text says which one does.
    Unsupported(String),
}

impl From<Error> for ReadError {
    fn from(error: Error) -> ReadError {
        ReadError::Api(Box::new(error))
    }
}

/// True for a response that means that the object does not exist.
pub(crate) fn is_absent(resource: &'static Resource, json: &JsonObject) -> bool {
    resource.hooks.absent_when.is_some_and(|absent| absent(json))
}
