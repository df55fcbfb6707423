//! Functions over the socket: whatever is passed, the answer is a result or one error that points at its argument. What each
//! function computes is tested beside it.

use serde_json::{Value as Json, json};

use super::logs::is_hclog;
use super::schema_rules::broken_function;
use crate::emulator::Emulator;
use crate::host::pb::{self, Function};
use crate::host::{FunctionError, Session, unknown};
use crate::subject::PROVIDERS;

/// A text for each parameter: arguments of the right types, whether they are accepted or not.
fn arguments(function: &Function) -> Vec<Json> {
    for parameter in &function.parameters {
        assert_eq!(parameter.r#type, br#""string""#, "{} needs another argument here", parameter.name);
    }
    vec![json!("text"); function.parameters.len()]
}

#[tokio::test]
async fn core_takes_every_function() {
    for provider in PROVIDERS {
        let session = Session::inside(provider).await;
        let functions = &session.schema.functions;
        assert!(functions.keys().map(String::as_str).eq(sorted(provider.functions.iter().map(|it| it.name))));
        for (name, function) in functions {
            assert_eq!(broken_function(function), Vec::<String>::new(), "{name}");
        }
        let request = pb::get_functions::Request {};
        let listed = session.client().get_functions(request).await.expect("an answer").into_inner();
        assert_eq!(listed.functions, *functions, "OpenTofu asks for those that it does not know");
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.into_iter()
}

#[tokio::test]
async fn an_argument_of_the_wrong_kind_is_named() {
    let session = Session::start().await;
    for (name, function) in &session.schema.functions {
        let plain = arguments(function);
        for (index, parameter) in function.parameters.iter().enumerate() {
            let with = |value: Json| {
                let mut arguments = plain.clone();
                arguments[index] = value;
                arguments
            };
            let error = session.call(name, &with(unknown())).await.expect_err("a value is needed");
            assert_eq!(error, FunctionError { argument: Some(index), text: "must be known".to_owned() }, "{name}");
            let null = session.call(name, &with(Json::Null)).await;
            if !parameter.allow_null_value {
                let expected = FunctionError { argument: Some(index), text: "must not be null".to_owned() };
                assert_eq!(null, Err(expected), "{name}");
            }
            for msgpack in [vec![7], vec![0xc3], vec![0x91, 0xa1, b'x'], vec![0x80], vec![0xa2, 0xff, 0xfe], vec![0xc1]]
            {
                let mut sent: Vec<_> = plain.iter().map(|_| text("text")).collect();
                sent[index] = pb::DynamicValue { msgpack, json: Vec::new() };
                let error = session.call_with(name, sent).await.expect_err("another type");
                assert_eq!(error.argument, Some(index), "{name}: {}", error.text);
            }
        }
        for count in (0..6).filter(|count| *count != plain.len()) {
            let error = session.call_with(name, vec![text("text"); count]).await.expect_err("another number");
            assert_eq!(error.argument, None, "{name}: {}", error.text);
        }
    }
    let error = session.call_with("nothing", vec![]).await.expect_err("there is no such function");
    assert!(error.text.contains("has no such function"), "{}", error.text);
    session.shutdown().await;
}

/// The emulator has code of its own for this, and both are held to what a gateway answers.
#[tokio::test]
async fn repositories_are_called_as_the_gateway_calls_them() {
    let (session, emulator) = (Session::start().await, Emulator::start());
    for url in [
        "https://git.example.com/Team/Runbooks.git",
        "HTTPS://user:p%40ss@H.Example:8443/a%20b/r.git?x=1#y",
        "git@host.example:22/team/r.git",
        "deploy@git.example.com:/abs/r",
        "ssh://git@[::1]:22/team/r.git",
        "https://h.example/r.git/",
        "https://h.example//a//b.git",
        "https://bare.example",
        "ftp://h.example/r",
        "file:///srv/r.git",
        "h.example/r",
        "host:team/r",
        "https:///r",
    ] {
        let (status, answer) = emulator.call("POST", "/api/runbooks/configurations", json!({"git_url": url}));
        let name = session.call("runbook_repository", &[json!(url)]).await;
        assert_eq!(
            name.clone().ok().as_ref(),
            Some(&answer["repository"]).filter(|_| status == 201),
            "{url}: {answer}"
        );
        if let (Ok(_), Ok(id)) = (name, session.call("runbook_configuration_id", &[json!(url)]).await) {
            let path = format!("/api/runbooks/configurations/{}", id.as_str().expect("a text"));
            assert_eq!(emulator.call("DELETE", &path, Json::Null).0, 204, "{url}");
        }
    }
}

fn text(text: &str) -> pb::DynamicValue {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, &text.into()).expect("memory takes everything");
    pb::DynamicValue { msgpack, json: Vec::new() }
}

/// An argument may be a secret, and Terraform shows the texts of errors as they are. The log shows less still.
#[tokio::test]
async fn no_error_and_no_log_repeats_an_argument() {
    const CANARY: &str = "canary-5f1d";
    let session = Session::start_with(|launch| launch.env("TF_LOG", "TRACE")).await;
    let hostile = [
        CANARY.to_owned(),
        format!("grpcs://agent:{CANARY}@"),
        format!("grpcs://agent:{CANARY}@host:8443/%zz"),
        format!("grpcs://agent:{CANARY}@host:8443?mode=standard"),
        format!("https://{CANARY}:x@git.example.com/team/%ff.git"),
        format!("arn:aws:secretsmanager:{CANARY}"),
        format!("{CANARY}\0\u{1b}[31m\n"),
        format!("\u{202e}{CANARY}\u{0301}é🦀{{}}%s%n"),
        format!("{CANARY}{}", "x".repeat(3 << 20)),
        format!("{}{CANARY}", "git@host:".repeat(100_000)),
        format!("https://[{}{CANARY}", ":".repeat(100_000)),
    ];
    for (name, function) in &session.schema.functions {
        for argument in &hostile {
            for index in 0..function.parameters.len() {
                let mut arguments = arguments(function);
                arguments[index] = json!(argument);
                if let Err(error) = session.call(name, &arguments).await {
                    assert!(!error.text.contains(CANARY), "{name}: {}", error.text);
                    assert!(error.text.len() < 400 && !error.text.contains(char::is_control), "{name}: {}", error.text);
                    assert!(error.argument.is_some(), "{name}: {}", error.text);
                }
            }
        }
    }
    let ended = session.shutdown().await;
    assert!(ended.stderr.lines().all(is_hclog), "{}", ended.stderr);
    assert!(!ended.stderr.contains(CANARY), "the log repeats an argument");
}

#[test]
fn the_check_of_functions_can_fail() {
    let parameter = |name: &str| pb::function::Parameter {
        name: name.to_owned(),
        r#type: br#""string""#.to_vec(),
        description: "A text.".to_owned(),
        ..Default::default()
    };
    let whole = Function {
        parameters: vec![parameter("a"), parameter("b")],
        r#return: Some(pb::function::Return { r#type: br#""string""#.to_vec() }),
        summary: "A function.".to_owned(),
        description: "A function.".to_owned(),
        ..Default::default()
    };
    assert_eq!(broken_function(&whole), Vec::<String>::new());
    let twice = Function { parameters: vec![parameter("a"), parameter("a")], ..whole.clone() };
    let unnamed = Function { parameters: vec![parameter("a b")], ..whole.clone() };
    let untyped =
        Function { parameters: vec![pb::function::Parameter { r#type: vec![], ..parameter("a") }], ..whole.clone() };
    let endless = Function { r#return: None, ..whole.clone() };
    let silent = Function { summary: String::new(), ..whole };
    for broken in [twice, unnamed, untyped, endless, silent] {
        assert_eq!(broken_function(&broken).len(), 1, "{broken:?}");
    }
}
