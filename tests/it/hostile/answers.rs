//! Answers that no system means: other shapes, other types, half a body, something that is no JSON at all. What cannot be
//! read is told without its content, and what can be read has the type of its table.

use std::cell::Cell;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Kind, Paging, Reads, Resource, Update};
use terraform_provider_hoop::value::{Object, Value};

use super::inside::{Inside, checked, packed, repeats, unpacked};
use super::server::{Answer, Asked};
use super::tape::{CANARY, Tape};
use super::{PROVIDERS, each, per_table, tables};
use crate::draw;
use crate::host::pb;

/// What the system says of one object, whatever it is asked.
#[derive(Clone)]
struct Says {
    status: u16,
    object: Vec<u8>,
    list: Vec<u8>,
    /// The list of its children, if its table has such.
    children: Vec<u8>,
}

impl Says {
    fn drawn(tape: &mut Tape<'_>, resource: &'static Resource, object: &Object) -> Says {
        let whole = tables::shown(resource, object);
        let json = if tape.once_in(4) { whole } else { tape.damaged_json(&whole) };
        let list = match tape.below(4) {
            0 => json!([json, json]),
            1 => json!({"data": [json], "pages": {"total": tape.byte(), "page": 1, "size": 100}}),
            2 => json!({"data": tape.json(2), "pages": tape.json(1)}),
            _ => tape.json(2),
        };
        let mut text = |json: Json| {
            let text = json.to_string().into_bytes();
            if tape.once_in(10) { tape.damaged(&text) } else { text }
        };
        let (object, list) = (text(tables::read_answer(resource, json)), text(list));
        let status = if tape.once_in(6) { tape.one_of(&[201, 204, 301, 400, 404, 409, 422, 500]) } else { 200 };
        let children = if tape.once_in(2) { b"[]".to_vec() } else { list.clone() };
        Says { status, object, list, children }
    }

    fn answer(&self, resource: &'static Resource, asked: &Asked) -> Answer {
        let path = asked.path.split('?').next().unwrap_or_default();
        let lists = |table: &Resource| asked.method == "GET" && path.ends_with(table.collection);
        let mut children = resource.managed().filter_map(|attr| Some(attr.child_objects()?.table));
        let body = match resource.reads {
            _ if children.any(lists) => &self.children,
            Reads::One if lists(resource) && resource.only_id().is_none() => &self.list,
            Reads::Find { own: Some(own), at, wire, .. } if !path.ends_with(at) && path.contains("/conn/") => {
                return Answer { status: self.status, body: own_body(&self.object, own, at, wire) };
            }
            _ => &self.object,
        };
        Answer { status: self.status, body: body.clone() }
    }
}

/// The response of an object's own path, of the response that contains it among others.
fn own_body(whole: &[u8], own: &str, at: &str, wire: &str) -> Vec<u8> {
    let whole: Option<Json> = serde_json::from_slice(whole).ok();
    let entry = whole.as_ref().and_then(|whole| whole.get(at)?.get(0)?.as_object().cloned());
    let Some(mut entry) = entry else { return whole.unwrap_or_default().to_string().into_bytes() };
    if let Some(key) = entry.remove(wire) {
        entry.insert(own.to_owned(), key);
    }
    Json::Object(entry).to_string().into_bytes()
}

/// A case: what the system says, and what Terraform knows of the object.
pub(super) struct Case {
    says: Says,
    keys: Object,
    state: Object,
    private: Vec<u8>,
}

impl Case {
    fn drawn(tape: &mut Tape<'_>, resource: &'static Resource) -> Case {
        let ty = resource.ty();
        let state = tables::with_fresh_keys(resource, &tape.object(tables::attributes(&ty), false));
        let shown = resource.attrs.iter().map(|attr| (attr.name.to_owned(), tape.value(&attr.kind.ty(), false)));
        let mut shown: Object = shown.collect();
        let keys: Object = resource.keys().map(|key| (key.name.to_owned(), state[key.name].clone())).collect();
        shown.extend(keys.clone());
        let private = if tape.once_in(2) { Vec::new() } else { tape.bytes(40) };
        Case { says: Says::drawn(tape, resource, &shown), keys, state, private }
    }
}

/// `test` says whether the case came to a good end. Some must: where all fail, what follows a success is not tried.
pub(super) fn each_table(cases: usize, test: impl Fn(&Inside, &'static Resource, &mut Tape<'_>, &Case) -> bool) {
    let cases = per_table(cases);
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for resource in provider.resources {
            let good = Cell::new(0);
            each(cases, |tape| {
                let case = Case::drawn(tape, resource);
                let says = case.says.clone();
                inside.answer(move |asked| says.answer(resource, asked));
                good.set(good.get() + u32::from(test(&inside, resource, tape, &case)));
            });
            assert!(
                good.get() * 20 > draw::endless(cases),
                "{}: of {cases} only {} end well",
                resource.name,
                good.get()
            );
        }
    }
}

/// Of what was read nothing is repeated; of a refusal's own words some are.
fn keeps_to_itself(case: &Case, said: &[pb::Diagnostic]) {
    checked(said);
    assert!(case.says.status != 200 || !repeats(said, CANARY), "{said:?}");
}

#[test]
fn a_refresh_takes_what_it_can_read_and_keeps_the_state_otherwise() {
    each_table(2000, |inside, resource, _, case| {
        let ty = resource.ty();
        let current_state = packed(&Value::Object(case.state.clone()), &ty);
        let request = pb::read_resource::Request {
            type_name: resource.name.to_owned(),
            current_state,
            private: case.private.clone(),
            ..Default::default()
        };
        let answer = inside.ask(async |mut client| client.read_resource(request).await);
        keeps_to_itself(case, &answer.diagnostics);
        let state = unpacked(answer.new_state.as_ref(), &ty);
        assert!(state.is_known(), "{}: something is left unknown", resource.name);
        if checked(&answer.diagnostics) {
            assert!(state == Value::Object(case.state.clone()), "{}: an error changes the state", resource.name);
            assert!(answer.private == case.private, "{}: an error forgets", resource.name);
        }
        !checked(&answer.diagnostics) && !state.is_null()
    });
}

#[test]
fn an_import_takes_what_it_can_read_or_nothing() {
    each_table(1400, |inside, resource, _, case| {
        let identity_data = packed(&Value::Object(case.keys.clone()), &tables::identity_type(resource));
        let request = pb::import_resource_state::Request {
            type_name: resource.name.to_owned(),
            identity: Some(pb::ResourceIdentityData { identity_data }),
            ..Default::default()
        };
        let answer = inside.ask(async |mut client| client.import_resource_state(request).await);
        keeps_to_itself(case, &answer.diagnostics);
        assert_eq!(checked(&answer.diagnostics), answer.imported_resources.is_empty());
        for imported in &answer.imported_resources {
            let state = unpacked(imported.state.as_ref(), &resource.ty());
            assert!(state.is_known() && !state.is_null());
        }
        !answer.imported_resources.is_empty()
    });
}

#[test]
fn a_data_source_shows_what_it_can_read_or_nothing() {
    each_table(1400, |inside, resource, tape, case| {
        let mut shown = !resource.data_source && resource.list.is_none();
        for (name, ty) in tables::data_types(inside.provider) {
            let list = resource.list.as_ref().filter(|list| list.name == name);
            if list.is_none() && name != resource.name {
                continue;
            }
            let mut config = tables::nothing(&ty);
            let given = resource.given_keys().filter(|_| list.is_none());
            config.extend(given.map(|key| (key.name.to_owned(), case.keys[key.name].clone())));
            for filter in list.into_iter().flat_map(|list| list.filters) {
                config.insert(filter.name().to_owned(), tape.value(&filter.attr.kind.ty(), false));
            }
            let config = packed(&Value::Object(config), &ty);
            let request = pb::read_data_source::Request { type_name: name.to_owned(), config, ..Default::default() };
            let answer = inside.ask(async |mut client| client.read_data_source(request).await);
            checked(&answer.diagnostics);
            let state = unpacked(answer.state.as_ref(), &ty);
            assert!(state.is_known() && state.is_null() == checked(&answer.diagnostics), "{name}");
            shown |= !state.is_null();
        }
        shown
    });
}

/// What Terraform asks for, of any content: planned and configured as a plan would have it or not.
fn apply(inside: &Inside, resource: &'static Resource, prior: &Value, planned: &Value, case: &Case) -> bool {
    let ty = resource.ty();
    let request = pb::apply_resource_change::Request {
        type_name: resource.name.to_owned(),
        prior_state: packed(prior, &ty),
        planned_state: packed(planned, &ty),
        config: packed(&planned.clone().unknown_to_null(), &ty),
        planned_private: case.private.clone(),
        ..Default::default()
    };
    let answer = inside.ask(async |mut client| client.apply_resource_change(request).await);
    let failed = checked(&answer.diagnostics);
    let state = unpacked(answer.new_state.as_ref(), &ty);
    assert!(state.is_known(), "{}: something is left unknown", resource.name);
    assert!(failed || state.is_null() == planned.is_null(), "{}: a success without its state", resource.name);
    !failed
}

#[test]
fn a_write_ends_in_a_state_or_an_error() {
    each_table(2000, |inside, resource, tape, case| {
        let ty = resource.ty();
        let fresh = |tape: &mut Tape<'_>| {
            let planned = tape.object(tables::attributes(&ty), true);
            let mut planned = planned.into_object().expect("an object");
            planned.extend(case.keys.clone());
            // Nothing that only the system gives is planned for a new object.
            for attr in resource.managed().filter(|attr| !attr.settable()) {
                planned.insert(attr.name.to_owned(), Value::Unknown);
            }
            Value::Object(planned)
        };
        let prior = Value::Object(case.state.clone());
        let created = apply(inside, resource, &Value::Null, &fresh(tape), case);
        let mut planned = fresh(tape).into_object().expect("an object");
        planned.extend(case.keys.clone());
        let updated = apply(inside, resource, &prior, &Value::Object(planned), case);
        let destroyed = apply(inside, resource, &prior, &Value::Null, case);
        created || updated || destroyed
    });
}

/// A refresh of an object of which nothing but its keys is known.
fn refreshed(inside: &Inside, resource: &'static Resource, status: u16, body: Vec<u8>) -> (Value, Vec<pb::Diagnostic>) {
    let ty = resource.ty();
    let state = Value::Object(tables::with_fresh_keys(resource, &Value::Object(tables::nothing(&ty))));
    inside.answer(move |_| Answer { status, body: body.clone() });
    let current_state = packed(&state, &ty);
    let request =
        pb::read_resource::Request { type_name: resource.name.to_owned(), current_state, ..Default::default() };
    let answer = inside.ask(async |mut client| client.read_resource(request).await);
    let now = unpacked(answer.new_state.as_ref(), &ty);
    if checked(&answer.diagnostics) {
        assert!(now == state, "{}: an error changes the state", resource.name);
    }
    (now, answer.diagnostics)
}

/// A success that is about something else, or nested beyond every parser: an object that it does not show is not gone.
#[test]
fn what_is_no_answer_is_no_absence() {
    let deep = |levels: usize| [b"[".repeat(levels), b"]".repeat(levels)].concat();
    let mut bodies: Vec<Vec<u8>> = vec![deep(100), deep(129), deep(1_000_000), br#"{"a":"#.repeat(1_000_000)];
    bodies.extend(
        ["", "null", "{}", "[]", "5", "\"text\"", "true", "[[]]", "[null]"].map(|text| text.as_bytes().to_vec()),
    );
    bodies.push(br#"{"error":"log in first"}"#.to_vec());
    bodies.push(b"\"\xff\"".to_vec());
    bodies.push(b"<html>".to_vec());
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for resource in provider.resources {
            // To a table that is found in a plain list these say that there is nothing.
            let is_list = matches!(resource.reads, Reads::Find { at: "", .. });
            for body in bodies.iter().filter(|body| !(is_list && matches!(body.as_slice(), b"null" | b"[]"))) {
                // Where an object may be null, the table says so.
                if body == b"null" && resource.hooks.absent_when.is_some_and(|absent| absent(&serde_json::Map::new())) {
                    continue;
                }
                let (_, said) = refreshed(&inside, resource, 200, body.clone());
                let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                assert!(checked(&said) && repeats(&said, "GET "), "{} of {shown}: {said:?}", resource.name);
            }
        }
    }
}

/// What a table does not know goes back to the system as it came, however deep it is.
#[test]
fn a_deep_part_that_no_table_knows_survives_a_write() {
    let deep: Json = (0..120).fold(json!("x"), |inner, _| json!([inner]));
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for resource in provider.resources {
            let ty = resource.ty();
            let state = tables::with_fresh_keys(resource, &Value::Object(tables::nothing(&ty)));
            let mut shown = tables::shown(resource, &state);
            shown["nobody_knows_this"] = deep.clone();
            let body = tables::read_answer(resource, shown);
            inside.answer(move |_| Answer::json(200, &body));
            let mut planned = state.clone();
            let texts = || {
                resource.managed().filter(|attr| attr.settable() && !attr.is_key() && matches!(attr.kind, Kind::Str))
            };
            planned.extend(texts().map(|attr| (attr.name.to_owned(), Value::string("other"))));
            let changes = texts().next().is_some() && resource.update != Update::None;
            let case = Case {
                says: Says { status: 200, object: Vec::new(), list: Vec::new(), children: Vec::new() },
                keys: state.clone(),
                state: state.clone(),
                private: Vec::new(),
            };
            apply(&inside, resource, &Value::Object(state), &Value::Object(planned), &case);
            let wrote = inside.server.take_asked().into_iter().any(|asked| asked.method != "GET");
            assert!(wrote || !changes, "{}: nothing was written", resource.name);
        }
    }
}

/// Each part of an answer costs a hundred times its size: of this one several gigabytes.
#[test]
fn an_answer_of_too_many_parts_is_refused() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for status in [200, 400] {
            let body = format!("[{}0]", "{\"\":0},".repeat(4_000_000)).into_bytes();
            let (_, said) = refreshed(&inside, provider.resources[0], status, body);
            assert!(checked(&said), "{status}");
        }
    }
}

/// A list that promises more on every page.
#[test]
fn a_list_that_never_ends_is_refused() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        let paged = provider.resources.iter().find_map(|resource| {
            let list = resource.list.as_ref().filter(|list| matches!(list.paging, Paging::Pages { .. }))?;
            let (_, ty) = tables::data_types(provider).into_iter().find(|(name, _)| *name == list.name)?;
            Some((*resource, list, ty))
        });
        let Some((resource, list, ty)) = paged else { continue };
        let entry = tables::shown(resource, &tables::with_fresh_keys(resource, &Value::Null));
        let promise = json!({list.at: [entry], "data": [entry], "pages": {"total": u64::MAX}, "total": u64::MAX});
        inside.answer(move |_| Answer::json(200, &promise));
        let config = packed(&Value::Object(tables::nothing(&ty)), &ty);
        let request = pb::read_data_source::Request { type_name: list.name.to_owned(), config, ..Default::default() };
        let answer = inside.ask(async |mut client| client.read_data_source(request).await);
        assert!(checked(&answer.diagnostics) && repeats(&answer.diagnostics, "a list that ends"));
    }
}
