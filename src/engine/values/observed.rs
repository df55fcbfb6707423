//! What an answer shows of an object, told by its table, and why it shows none. No request is made here.

use crate::api::{Call, Error};
use crate::diagnostic::Diagnostics;
use crate::engine::values::body::{DecodeError, decode, find};
use crate::engine::values::same::get;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Reads, Resource};
use crate::value::{Object, Path, Value};

/// An object as the system shows it.
pub(crate) struct Observed {
    pub(crate) json: JsonObject,
    pub(crate) object: Object,
    pub(crate) warnings: Diagnostics,
}

/// An answer as an object of the table. Keys that stand in the path only are taken from there.
pub(crate) fn see(
    resource: &'static Resource,
    keys: &Object,
    json: JsonObject,
    place: String,
) -> Result<Observed, ReadError> {
    let mut warnings = Diagnostics::new();
    let decoded = decode(resource.attrs.iter(), &json, &mut warnings);
    let mut object = decoded.map_err(|error| ReadError::DecodeError { place: place.clone(), error })?;
    if let Some(missing) = resource.managed().find(|attr| is_missing(resource, attr, &json)) {
        let error = DecodeError { path: Path::attribute(missing.name), expected: "there" };
        return Err(ReadError::DecodeError { place, error });
    }
    // Where the path takes another attribute in the place of the key, that is what was asked for.
    let others: Vec<Value> = resource.alternative_keys.iter().map(|name| get(&object, name).clone()).collect();
    let takes_in_its_place = |asked: &Value| others.contains(asked);
    for key in resource.keys() {
        let (asked, answered) = (get(keys, key.name), get(&object, key.name));
        if answered.is_null() {
            object.insert(key.name.to_owned(), asked.clone());
        } else if asked.as_str().is_some() && asked != answered && !takes_in_its_place(asked) {
            // Whatever that is, it must neither be shown as this object nor be written over.
            let error = DecodeError { path: Path::attribute(key.name), expected: "the one that was asked for" };
            return Err(ReadError::DecodeError { place, error });
        }
    }
    Ok(Observed { json, object, warnings })
}

/// The answer of the object's own path, or of a write there, as the list would show it that the table is about.
pub(crate) fn own_view(resource: &'static Resource, mut json: JsonObject) -> JsonObject {
    if let Reads::Find { wire, own: Some(own), .. } = resource.reads {
        let (key, _of_its_own) = (json.remove(own), json.remove(wire));
        json.extend(key.map(|key| (wire.to_owned(), key)));
    }
    json
}

/// No object is without what each must be given, so an answer that lacks it shows no object.
fn is_missing(resource: &'static Resource, attr: &Attr, json: &JsonObject) -> bool {
    let in_path = || match resource.reads {
        Reads::Find { path, .. } => path.contains(&format!("{{{}}}", attr.name)),
        Reads::One | Reads::At(_) => false,
    };
    attr.is_required() && attr.is_readable() && find(json, attr.wire_name()).is_none() && !in_path()
}

/// A request in words, for messages.
pub(crate) fn place(call: &Call) -> String {
    format!("{} /{}", call.method.name(), call.path.join("/"))
}

/// Why an object could not be read.
pub(crate) enum ReadError {
    Api(Box<Error>),
    /// The answer does not have the shape that the table says.
    DecodeError {
        place: String,
        error: DecodeError,
    },
    /// The key may not see it: that it is not shown says nothing. In words, with what it takes to see it.
    Unseen(String),
}

impl From<Error> for ReadError {
    fn from(error: Error) -> ReadError {
        ReadError::Api(Box::new(error))
    }
}

/// True for an answer that shows an object which does not count as one.
pub(crate) fn is_absent(resource: &'static Resource, json: &JsonObject) -> bool {
    resource.hooks.absent_when.is_some_and(|absent| absent(json))
}
