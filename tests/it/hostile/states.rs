//! Stored states that no provider wrote: another's, an editor's, a disk's. Read by the type of every table.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Resource;
use terraform_provider_hoop::value::Value;

use super::inside::{Inside, checked, repeats, unpacked};
use super::tape::{CANARY, Tape};
use super::{PROVIDERS, each, per_table, tables};
use crate::host::pb;

/// A value as Terraform stores it.
fn stored(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => json!(flag),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
        Value::String(text) => json!(text),
        Value::List(items) | Value::Set(items) => items.iter().map(stored).collect(),
        Value::Map(items) | Value::Object(items) => {
            Json::Object(items.iter().map(|(key, item)| (key.clone(), stored(item))).collect())
        }
        Value::Null | Value::Unknown => Json::Null,
    }
}

/// The state and what was said. A state is whole and has its type, or there is an error and none.
fn upgraded(inside: &Inside, resource: &'static Resource, json: &[u8]) -> (Value, Vec<pb::Diagnostic>) {
    let raw_state = Some(pb::RawState { json: json.to_vec(), ..Default::default() });
    let request = pb::upgrade_resource_state::Request {
        type_name: resource.name.to_owned(),
        version: 0,
        raw_state: raw_state.clone(),
    };
    let answer = inside.ask(async |mut client| client.upgrade_resource_state(request).await);
    let state = unpacked(answer.upgraded_state.as_ref(), &resource.ty());
    assert!(!checked(&answer.diagnostics) || state.is_null(), "a state and an error");
    assert!(state.is_known(), "a stored state is wholly known");
    let write_only = resource.managed().filter(|attr| attr.is_secret()).map(|attr| attr.write_only_name());
    let held = |name: String| state.as_object().is_some_and(|state| !state[&name].is_null());
    assert!(!write_only.into_iter().any(held), "a stored write-only value");

    let request = pb::move_resource_state::Request {
        source_provider_address: format!("registry.example.com/other/{}", inside.provider.name),
        source_type_name: resource.name.to_owned(),
        target_type_name: resource.name.to_owned(),
        source_state: raw_state,
        source_private: br#"{"configured":[]}"#.to_vec(),
        ..Default::default()
    };
    let moved = inside.ask(async |mut client| client.move_resource_state(request).await);
    assert!(unpacked(moved.target_state.as_ref(), &resource.ty()) == state, "a move reads as an upgrade does");
    checked(&moved.diagnostics);
    (state, answer.diagnostics)
}

fn each_table(test: impl Fn(&Inside, &'static Resource)) {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        provider.resources.iter().for_each(|resource| test(&inside, resource));
    }
}

#[test]
fn damaged_states_are_read_or_refused() {
    each_table(|inside, resource| {
        let ty = resource.ty();
        each(per_table(1400), |tape| {
            let whole = stored(&tape.object(tables::attributes(&ty), false));
            let (_, said) = upgraded(inside, resource, whole.to_string().as_bytes());
            assert!(said.is_empty(), "a whole state is taken: {said:?}");
            let damaged = tape.damaged_json(&whole).to_string();
            let (_, said) = upgraded(inside, resource, damaged.as_bytes());
            assert!(!repeats(&said, CANARY), "{said:?}");
            upgraded(inside, resource, &tape.damaged(damaged.as_bytes()));
            upgraded(inside, resource, &tape.bytes(100));
        });
    });
}

/// The texts of values that JSON allows, or nearly, and no program would write.
fn odd_texts() -> Vec<Vec<u8>> {
    let mut odd: Vec<Vec<u8>> = [
        "1e400",
        "-1e-400",
        "1e1000001",
        "-0",
        "0.1e+5",
        "NaN",
        "Infinity",
        "01",
        "1.",
        "\"1e400\"",
        "{}",
        "[]",
        "[[]]",
        r#"{"a":1,"a":2}"#,
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\u0000""#,
        "\"\u{202e}\"",
        "true",
        "null",
        "nul",
        "",
        r#"{"value":1,"type":"number"}"#,
        r#"{"value":[],"type":["list"]}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    odd.extend([b"\"\xff\xfe\"".to_vec(), b"\"\xed\xa0\x80\"".to_vec(), b"\"\x01\"".to_vec()]);
    odd.push(b"9".repeat(100_000));
    odd.push([b"[".repeat(100_000), b"]".repeat(100_000)].concat());
    odd.push([b"[".repeat(100), b"]".repeat(100)].concat());
    odd.push([br#"{"a":"#.repeat(100_000), b"1".to_vec(), b"}".repeat(100_000)].concat());
    odd
}

#[test]
fn odd_values_are_read_or_refused_at_every_attribute() {
    each_table(|inside, resource| {
        for name in tables::attributes(&resource.ty()).keys() {
            for odd in odd_texts() {
                let state = [format!("{{{}:", json!(name)).as_bytes(), &odd, b"}"].concat();
                let (_, said) = upgraded(inside, resource, &state);
                let told =
                    |error: &pb::Diagnostic| error.detail.contains(name.as_str()) || error.detail.contains("line 1");
                assert!(said.iter().all(told), "{name}: {said:?}");
            }
        }
        for odd in odd_texts() {
            upgraded(inside, resource, &odd);
        }
        let twice = r#"{"name":"a","name":"b"}"#;
        let (state, _) = upgraded(inside, resource, twice.as_bytes());
        assert!(state.as_object().is_none_or(|state| state.get("name").is_none_or(|name| *name == Value::string("b"))));
    });
}

#[test]
fn states_of_old_and_states_of_nobody_are_told() {
    each_table(|inside, resource| {
        let ask = |raw_state: Option<pb::RawState>| {
            let type_name = resource.name.to_owned();
            let request = pb::upgrade_resource_state::Request { type_name, version: i64::MIN, raw_state };
            let answer = inside.ask(async |mut client| client.upgrade_resource_state(request).await);
            (unpacked(answer.upgraded_state.as_ref(), &resource.ty()), checked(&answer.diagnostics))
        };
        let flatmap = [("id".to_owned(), "1".to_owned())].into();
        assert!(ask(Some(pb::RawState { json: Vec::new(), flatmap })) == (Value::Null, true));
        assert!(ask(None) == (Value::Null, false));
        assert!(ask(Some(pb::RawState { json: b"null".to_vec(), ..Default::default() })) == (Value::Null, false));
    });
}

/// An identity is stored too, and upgraded by an RPC of its own.
#[test]
fn damaged_identities_are_read_or_refused() {
    each_table(|inside, resource| {
        let ty = tables::identity_type(resource);
        each(per_table(1400), |tape: &mut Tape<'_>| {
            let whole = stored(&tape.object(tables::attributes(&ty), false));
            let damaged = tape.damaged_json(&whole).to_string().into_bytes();
            for json in [tape.damaged(&damaged), damaged] {
                let raw_identity = Some(pb::RawState { json, ..Default::default() });
                let type_name = resource.name.to_owned();
                let request = pb::upgrade_resource_identity::Request { type_name, version: 0, raw_identity };
                let answer = inside.ask(async |mut client| client.upgrade_resource_identity(request).await);
                let identity = answer.upgraded_identity.and_then(|data| data.identity_data);
                assert!(!checked(&answer.diagnostics) || unpacked(identity.as_ref(), &ty).is_null());
            }
        });
    });
}
