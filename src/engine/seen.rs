//! What an answer shows of an object, told by its table, and why it shows none. No request is made here.

use super::body::{Misfit, decode, find};
use super::same::get;
use crate::api::{Call, Error};
use crate::diagnostic::Diagnostics;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Presence, Reads, Resource};
use crate::value::{Object, Path, Value};

/// An object as the system shows it.
pub(super) struct Seen {
    pub(super) json: JsonObject,
    pub(super) object: Object,
    pub(super) warnings: Diagnostics,
}

/// An answer as an object of the table. Keys that stand in the path only are taken from there.
pub(super) fn see(resource: &'static Resource, keys: &Object, json: JsonObject, place: String) -> Result<Seen, Fault> {
    let mut warnings = Diagnostics::new();
    let decoded = decode(resource.attrs.iter(), &json, &mut warnings);
    let mut object = decoded.map_err(|misfit| Fault::Misfit { place: place.clone(), misfit })?;
    if let Some(missing) = resource.managed().find(|attr| is_missing(resource, attr, &json)) {
        let misfit = Misfit { path: Path::attribute(missing.name), expected: "there" };
        return Err(Fault::Misfit { place, misfit });
    }
    // Where the path takes another attribute in the place of the key, that is what was asked for.
    let others: Vec<Value> = resource.also_found_by.iter().map(|name| get(&object, name).clone()).collect();
    let takes_in_its_place = |asked: &Value| others.contains(asked);
    for key in resource.keys() {
        let (asked, answered) = (get(keys, key.name), get(&object, key.name));
        if answered.is_null() {
            object.insert(key.name.to_owned(), asked.clone());
        } else if asked.as_str().is_some() && asked != answered && !takes_in_its_place(asked) {
            // Whatever that is, it must neither be shown as this object nor be written over.
            let misfit = Misfit { path: Path::attribute(key.name), expected: "the one that was asked for" };
            return Err(Fault::Misfit { place, misfit });
        }
    }
    Ok(Seen { json, object, warnings })
}

/// The answer of the object's own path, or of a write there, as the list would show it that the table is about.
pub(super) fn own_view(resource: &'static Resource, mut json: JsonObject) -> JsonObject {
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
    attr.presence == Presence::Required && attr.shown && find(json, attr.wire_name()).is_none() && !in_path()
}

/// A request in words, for messages.
pub(super) fn place(call: &Call) -> String {
    format!("{} /{}", call.method.name(), call.path.join("/"))
}

/// Why an object could not be read.
pub(super) enum Fault {
    Api(Box<Error>),
    /// The answer does not have the shape that the table says.
    Misfit {
        place: String,
        misfit: Misfit,
    },
    /// The key may not see it: that it is not shown says nothing. In words, with what it takes to see it.
    Unseen(String),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Api(Box::new(error))
    }
}

/// True for an answer that shows an object which does not count as one.
pub(super) fn is_absent(resource: &'static Resource, json: &JsonObject) -> bool {
    resource.hooks.absent_when.is_some_and(|absent| absent(json))
}
