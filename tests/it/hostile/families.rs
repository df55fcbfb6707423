//! Ephemeral resources and actions: requests that no host makes, answers that no system gives. Each is answered, in words
//! that a terminal can show, and nothing is believed that was only claimed.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Kind, object_type, shown_type};
use terraform_provider_hoop::value::{Type, Value};

use super::inside::{Inside, checked, packed, unpacked};
use super::requests::{capabilities, dynamic};
use super::server::Answer;
use super::tape::Tape;
use super::{PANIC, PROVIDERS, each, tables};
use crate::host::pb;
use crate::host::pb::invoke_action::event::{Completed, Progress, Type as Event};

/// A configuration that is often valid: what is required is there, and of the rest anything.
fn config(tape: &mut Tape<'_>, attrs: &'static [Attr], ty: &Type) -> Option<pb::DynamicValue> {
    if tape.once_in(3) {
        return dynamic(tape, ty);
    }
    let mut object = tables::nothing(ty);
    for attr in attrs.iter().filter(|attr| attr.settable()) {
        if attr.is_required() {
            let value = match attr.kind {
                Kind::Str => Value::string(tables::fresh_key(attr)),
                _ => Value::int(60),
            };
            object.insert(attr.name.to_owned(), value);
        } else if tape.once_in(4) {
            object.insert(attr.name.to_owned(), tape.value(&attr.kind.ty(), false));
        }
    }
    packed(&Value::Object(object), ty)
}

/// Often an object with fields that the tables use.
fn body(tape: &mut Tape<'_>) -> Json {
    let mut body = tape.json(3);
    if let (Json::Object(fields), true) = (&mut body, tape.once_in(2)) {
        let named = ["id", "session_id", "output", "output_status", "status", "exit_code", "success", "has_review"];
        for name in named.into_iter().chain(["expire_at", "connection_credentials", "event_stream", "key", "latencyMs"])
        {
            let value = match tape.below(6) {
                0 => continue,
                1 => json!(tape.one_of(&["success", "failed", "running", "done", "open", "active"])),
                2 => json!(tape.text()),
                3 => json!(tape.once_in(2)),
                4 => json!(i64::from(tape.byte()) - 100),
                _ => tape.json(2),
            };
            fields.insert(name.to_owned(), value);
        }
    }
    body
}

/// The answers of a system, one after the other, the last one for ever.
fn answers(tape: &mut Tape<'_>, inside: &Inside) {
    let answers: Vec<(u16, Json)> =
        (0..3).map(|_| (tape.one_of(&[200, 200, 200, 201, 202, 204, 400, 404, 409, 422, 500]), body(tape))).collect();
    let mut asked = 0;
    inside.answer(move |_| {
        let (status, body) = &answers[asked.min(answers.len() - 1)];
        asked += 1;
        Answer::json(*status, body)
    });
}

#[test]
fn every_request_for_an_action_is_answered() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for action in provider.actions {
            let ty = object_type(action.attrs);
            each(96, |tape| {
                answers(tape, &inside);
                let name = || action.name.to_owned();
                let request = pb::validate_action_config::Request { type_name: name(), config: dynamic(tape, &ty) };
                let answer = inside.ask(async |mut client| client.validate_action_config(request).await);
                checked(&answer.diagnostics);
                let (config, client_capabilities) = (config(tape, action.attrs, &ty), capabilities(tape));
                let request =
                    pb::plan_action::Request { action_type: name(), config: config.clone(), client_capabilities };
                let answer = inside.ask(async |mut client| client.plan_action(request).await);
                checked(&answer.diagnostics);
                let action_type = if tape.once_in(12) { tape.text() } else { name() };
                let request = pb::invoke_action::Request { action_type, config, client_capabilities };
                assert_one_end(&events(&inside, request));
            });
        }
    }
}

fn events(inside: &Inside, request: pb::invoke_action::Request) -> Vec<pb::invoke_action::Event> {
    inside.ask(async |mut client| {
        let mut stream = client.invoke_action(request).await?.into_inner();
        let mut events = Vec::new();
        while let Some(event) = stream.message().await? {
            events.push(event);
        }
        Ok(tonic::Response::new(events))
    })
}

fn assert_one_end(events: &[pb::invoke_action::Event]) {
    let (last, before) = events.split_last().expect("an end");
    for event in before {
        let Some(Event::Progress(Progress { message })) = &event.r#type else { panic!("an end before the last event") };
        let acts = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!message.trim().is_empty() && message.len() < 10_000 && !message.contains(acts), "{message:?}");
        assert!(!message.contains(PANIC), "{message}");
    }
    let Some(Event::Completed(Completed { diagnostics })) = &last.r#type else { panic!("no end") };
    checked(diagnostics);
}

#[test]
fn every_request_for_an_ephemeral_resource_is_answered() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        for ephemeral in provider.ephemerals {
            let ty = shown_type(ephemeral.attrs.iter());
            each(96, |tape| {
                answers(tape, &inside);
                let type_name = || ephemeral.name.to_owned();
                let request = pb::validate_ephemeral_resource_config::Request {
                    type_name: type_name(),
                    config: dynamic(tape, &ty),
                };
                let answer = inside.ask(async |mut client| client.validate_ephemeral_resource_config(request).await);
                checked(&answer.diagnostics);
                let request = pb::open_ephemeral_resource::Request {
                    type_name: type_name(),
                    config: config(tape, ephemeral.attrs, &ty),
                    client_capabilities: capabilities(tape),
                };
                let opened = inside.ask(async |mut client| client.open_ephemeral_resource(request).await);
                let is_error = checked(&opened.diagnostics);
                let result = unpacked(opened.result.as_ref(), &ty);
                assert!(result.is_known() && result.is_null() == (is_error || opened.deferred.is_some()));
                // What core keeps between the requests, or something else.
                let mut private = opened.private.unwrap_or_default();
                if tape.once_in(3) {
                    private = tape.damaged(&private);
                } else if tape.once_in(3) {
                    private = tape.bytes(60);
                }
                let request = pb::renew_ephemeral_resource::Request {
                    type_name: type_name(),
                    private: Some(private.clone()).filter(|_| !tape.once_in(6)),
                };
                let renewed = inside.ask(async |mut client| client.renew_ephemeral_resource(request).await);
                checked(&renewed.diagnostics);
                let request = pb::close_ephemeral_resource::Request { type_name: type_name(), private: Some(private) };
                let closed = inside.ask(async |mut client| client.close_ephemeral_resource(request).await);
                checked(&closed.diagnostics);
            });
        }
    }
}
