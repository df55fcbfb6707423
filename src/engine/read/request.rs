//! The requests of a table that are not about a resource: what is sent, and what a response returns.

use crate::api::{Call, Json, Method, Repeat};
use crate::diagnostic::Diagnostics;
use crate::engine::values::address::render;
use crate::engine::values::body::{DecodeError, decode, encode, insert};
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::hooks::JsonObject;
use crate::schema::{Attr, Request, RequestMethod};
use crate::value::{At, Object, Path};

/// The request with the values of this object.
pub(crate) fn call(request: &Request, attrs: &'static [Attr], object: &Object) -> Call {
    let method = match request.method {
        RequestMethod::Get => Method::Get,
        RequestMethod::Post => Method::Post,
        RequestMethod::Put => Method::Put,
        RequestMethod::Delete => Method::Delete,
    };
    // The values in a path are required, and were validated.
    let path = render(request.path, object, None).unwrap_or_default();
    let mut call = Call::new(method, path).repeat(if request.repeatable { Repeat::Safe } else { Repeat::OnlyIfUnsent });
    for (name, value) in request.query {
        call = call.query(*name, *value);
    }
    for attr in attrs {
        if let (Some(header), Some(value)) = (attr.header_name(), get(object, attr.name).as_str()) {
            call = call.header(header, value);
        }
    }
    if request.body.is_empty() {
        return call;
    }
    let mut body = JsonObject::new();
    for attr in attrs.iter().filter(|attr| request.body.contains(&attr.name)) {
        let value = get(object, attr.name);
        if !value.is_null() {
            insert(&mut body, attr.wire_name(), encode(attr, value));
        }
    }
    call.body(Json::Object(body))
}

/// The computed attributes in a response. Each that the table marks as a key must be there.
///
/// # Errors
/// When the response has another form.
pub(crate) fn returned(
    attrs: &'static [Attr],
    response: &Json,
    warnings: &mut Diagnostics,
) -> Result<Object, DecodeError> {
    let Json::Object(json) = response else { return Err(DecodeError::no_object()) };
    let computed = || attrs.iter().filter(|attr| !attr.settable());
    let object = decode(computed(), json, warnings)?;
    match first_missing(computed(), &object, &At::Root) {
        Some(path) => Err(DecodeError { path, expected: "there" }),
        None => Ok(object),
    }
}

/// The configured attributes together with the returned ones.
pub(crate) fn completed(attrs: &'static [Attr], config: &Object, returned: &Object) -> Object {
    let value = |attr: &'static Attr| {
        let source = if attr.settable() { config } else { returned };
        (attr.name.to_owned(), get(source, attr.name).clone())
    };
    attrs.iter().map(value).collect()
}

/// The first attribute that every answer must have and this one lacks.
fn first_missing(mut attrs: impl Iterator<Item = &'static Attr>, returned: &Object, at: &At<'_>) -> Option<Path> {
    let missing = |attr: &'static Attr| {
        let (value, at) = (get(returned, attr.name), at.then(attr.name));
        if value.is_null() {
            return attr.is_key().then(|| at.path());
        }
        let (nested, mut found) = (attr.kind.nested()?, None);
        objects(value, &at, &mut |object, at| {
            found = found.take().or_else(|| first_missing(nested.iter(), object, at))
        });
        found
    };
    attrs.find_map(missing)
}
