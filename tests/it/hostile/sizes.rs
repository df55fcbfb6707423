//! Sizes over the wire, with the real binary: a value of ten megabytes, a collection of a hundred thousand, a message
//! and an answer beyond every limit. All of it is carried or refused in a sentence, and the log stays readable.

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::value::{Number, Type, Value};
use tonic::body::Body;
use tonic::codegen::http::Request;
use tonic::{Code, Status};
use tower::ServiceExt;

use super::inside::{Inside, checked, packed, repeats, unpacked};
use super::server::Answer;
use super::{PROVIDERS, tables};
use crate::emulator::Emulator;
use crate::host::{Object as Absent, Session, pb, settings};

const MANY: usize = 100_000;

/// Longer than every message may be.
const LONG: usize = 100_000;

/// Hosts cut longer lines, and what is cut is no JSON any more.
const LONGEST_LINE: usize = 64 << 10;

/// The most memory that a process has had, in MB, where the system tells it.
fn peak(process: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok().map(|kibibytes| kibibytes >> 10)
}

/// All of it in one connection: created, read, planned again and destroyed.
#[tokio::test]
async fn large_values_live_as_small_ones_do() {
    let emulator = Emulator::start();
    let mut session = Session::start_with(|launch| launch.env("TF_LOG_PROVIDER", "TRACE")).await;
    assert!(session.configure(settings(&emulator)).await.is_clean());
    let mut secrets: Map<String, Json> = (0..MANY).map(|index| (format!("envvar:K{index}"), json!("v"))).collect();
    secrets.insert("envvar:BIG".to_owned(), json!("x".repeat(10 << 20)));
    let config = json!({
        "name": "tf-large", "type": "custom", "agent_id": emulator.agent_id(), "secrets": secrets,
        "reviewers": (0..MANY).map(|index| format!("group {index}")).collect::<Vec<_>>(),
    });
    let found = session.validate("hoop_connection", &config).await;
    assert!(found.is_clean(), "{found}");
    let absent = Absent::absent("hoop_connection");
    let planned = session.plan(&absent, &config).await;
    let applied = session.apply(&absent, &planned).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    let object = session.settled(&applied.object, &config).await;
    // 330 MB when this was written, for 13 MB of configuration that are held in several forms at once.
    if let Some(peak) = peak(session.process().id()) {
        assert!(peak < 1_000, "{peak} MB at most");
    }

    // A rule that refuses much of it says so in a few words.
    let mut many = config.clone();
    many["tags"] = Json::Object(secrets_as_tags());
    let found = session.validate("hoop_connection", &many).await;
    assert!(
        found.has_errors() && found.0.len() <= 101 && found.to_string().len() < 100_000,
        "{} messages",
        found.0.len()
    );
    assert!(session.destroy(&object).await.diagnostics.is_clean());
    let ended = session.shutdown().await;
    assert!(ended.stderr.lines().count() > 5, "it was asked to log");
    assert!(ended.stderr.lines().all(|line| line.len() < LONGEST_LINE), "a line that a host would cut");
}

/// Each with a key and a value that the rules refuse.
fn secrets_as_tags() -> Map<String, Json> {
    (0..MANY).map(|index| (format!("-{index}"), json!("a.b"))).collect()
}

/// A message of 257 MiB, as far as its header says: nothing is read of it, and the next one is served.
#[tokio::test]
async fn a_message_beyond_the_limit_is_refused_before_it_is_read() {
    let session = Session::start().await;
    // Not compressed, and four bytes that say how long it is.
    let header = String::from_utf8(vec![0, 0x10, 0x10, 0, 0]).expect("these bytes are text too");
    let request = Request::builder()
        .method("POST")
        .uri("http://localhost/tfplugin6.Provider/PlanResourceChange")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Body::new(header))
        .expect("a request");
    let response = session.channel().oneshot(request).await.expect("an answer");
    let status = Status::from_header_map(response.headers()).expect("a status at once");
    assert_eq!(status.code(), Code::OutOfRange, "{status}");
    assert!(status.message().contains("limit"), "{status}");
    assert!(session.validate("hoop_agent", &json!({"name": "a-name"})).await.is_clean());
    session.shutdown().await;
}

/// What a rule, a plan, an import or a refusal says of a long text is a sentence, at every attribute.
#[test]
fn no_message_carries_a_large_value_back() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        let refusal = json!({"message": "no ".repeat(LONG)});
        inside.answer(move |_| Answer::json(400, &refusal));
        for resource in provider.resources {
            let (type_name, ty) = (resource.name.to_owned(), resource.ty());
            let config = packed(&filled(&ty), &ty);
            let request =
                pb::validate_resource_config::Request { type_name, config: config.clone(), ..Default::default() };
            let answer = inside.ask(async |mut client| client.validate_resource_config(request).await);
            assert!(checked(&answer.diagnostics), "{}: everything is as it should be", resource.name);
            let type_name = resource.name.to_owned();
            let request = pb::plan_resource_change::Request {
                type_name: type_name.clone(),
                proposed_new_state: config.clone(),
                config: config.clone(),
                ..Default::default()
            };
            let answer = inside.ask(async |mut client| client.plan_resource_change(request).await);
            assert!(checked(&answer.diagnostics));
            let state = packed(&Value::Object(tables::with_fresh_keys(resource, &filled(&ty))), &ty);
            for prior_state in [None, state.clone()] {
                let request = pb::apply_resource_change::Request {
                    type_name: type_name.clone(),
                    prior_state,
                    planned_state: state.clone(),
                    config: config.clone(),
                    ..Default::default()
                };
                let answer = inside.ask(async |mut client| client.apply_resource_change(request).await);
                checked(&answer.diagnostics);
            }
            for id in ["x".repeat(LONG), "y/".repeat(LONG)] {
                let request =
                    pb::import_resource_state::Request { type_name: type_name.clone(), id, ..Default::default() };
                let answer = inside.ask(async |mut client| client.import_resource_state(request).await);
                assert!(checked(&answer.diagnostics));
            }
        }
    }
}

/// A value of this type whose texts and keys are as long as no person writes them.
fn filled(ty: &Type) -> Value {
    let text = || "-".repeat(LONG);
    match ty {
        Type::String => Value::string(text()),
        Type::Number => Value::Number(Number::parse(&"9".repeat(60_000)).expect("a number")),
        Type::Bool => Value::Null,
        Type::List(of) => Value::List(vec![filled(of)]),
        Type::Set(of) => Value::Set(vec![filled(of)]),
        Type::Map(of) => Value::Map([(text(), filled(of))].into()),
        Type::Object(types) => Value::Object(types.iter().map(|(name, ty)| (name.clone(), filled(ty))).collect()),
    }
}

#[test]
fn an_answer_beyond_the_limit_is_refused() {
    for provider in PROVIDERS {
        let inside = Inside::new(provider);
        let resource = provider.resources[0];
        let ty = resource.ty();
        let state = tables::with_fresh_keys(resource, &Value::Object(tables::nothing(&ty)));
        inside.answer(|_| Answer { status: 200, body: vec![b' '; 65 << 20] });
        let current_state = packed(&Value::Object(state.clone()), &ty);
        let request =
            pb::read_resource::Request { type_name: resource.name.to_owned(), current_state, ..Default::default() };
        let answer = inside.ask(async |mut client| client.read_resource(request).await);
        assert!(checked(&answer.diagnostics) && repeats(&answer.diagnostics, "a body that is too large"));
        assert!(unpacked(answer.new_state.as_ref(), &ty) == Value::Object(state));
    }
}
