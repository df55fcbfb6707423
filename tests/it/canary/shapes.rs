//! What a developer prints by mistake: the types that carry secrets show none.

use serde_json::json;
use terraform_provider_hoop::api::{
    Answer, Budget, Call, Client, Credential, Credentials, Error, ErrorKind, Method, Redactor, Refusal, SendError,
    Settings,
};
use terraform_provider_hoop::secret::Secret;
use terraform_provider_hoop::value::{Number, Value};
use tokio_util::sync::CancellationToken;

use super::cage::{Cage, fresh};
use crate::emulator::{Emulator, Fault};

fn settings(url: &str, secret: &str) -> Settings {
    let credential = Credential { header: "authorization", value: Secret::new(format!("Bearer {secret}")) };
    Settings {
        credentials: Credentials::Given(credential),
        proxy: None,
        client_certificate: None,
        ..Settings::new(url, "tester/1.0", |status, _| Refusal::new(ErrorKind::of_status(status), String::new()))
    }
}

/// An error of the client, of a request and an answer that are full of secrets.
async fn failed(secret: &str) -> Error {
    let emulator = Emulator::start();
    let body = json!({"message": secret}).to_string();
    emulator.fault(Fault::answer(422).body(&body).header("X-Secret", "x").forever());
    let word: String = secret.chars().filter(char::is_ascii).collect();
    let client = Client::new(settings(&emulator.api_url(), &word)).expect("a client");
    client.redactor().add(secret);
    let call = Call::new(Method::Put, ["things"]).body(json!({"secret": secret})).query("q", secret);
    client.send(call, &Budget::new(CancellationToken::new())).await.expect_err("it is refused")
}

#[tokio::test]
async fn no_type_that_carries_a_secret_shows_it() {
    let (secret, mut cage) = (fresh(), Cage::default());
    cage.add("the secret", &secret, true);
    let text = Value::string(secret.as_str());
    let mut shown = Vec::new();
    macro_rules! show {
        ($($value:expr),* $(,)?) => {
            $(shown.push(format!("{:?} {:#?}", $value, $value));)*
        };
    }
    let redactor = Redactor::default();
    redactor.add(&secret);
    let error = failed(&secret).await;
    let call = Call::new(Method::Post, ["things"]).body(json!({"secret": secret})).query("q", secret.as_str());
    let call = call.header("x-secret", secret.as_str());
    show![
        Secret::new(secret.as_str()),
        redactor,
        text,
        Value::List(vec![text.clone()]),
        Value::Set(vec![text.clone()]),
        Value::Map([("key".to_owned(), text.clone())].into()),
        Value::Object([("key".to_owned(), text.clone())].into()),
        Number::from(123_456_789_012_i64),
        settings("https://h.example", "x"),
        settings("https://h.example", &secret),
        call,
        Answer::new(200, json!({"secret": secret})),
        error,
        error.to_string(),
    ];
    let shown = shown.join("\n");
    assert!(cage.seen_in(&shown).is_empty() && !shown.contains("123456789012"), "{shown}");
    assert!(matches!(error.cause, SendError::Refused { .. }) && shown.contains("(secret)"), "{shown}");
}
