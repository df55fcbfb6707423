//! Tokens that are requested with the credentials of a client: once for all calls, again when they expire, and never shown.

use super::server::{Act, Server, answer, json, unused_address};
use super::*;
use crate::api::{Error, Repeat, SendError, Token, TokenEndpoint};

const CLIENT_SECRET: &str = "canary-client-secret";

fn token(number: u32, lifetime: u64) -> Act {
    json(200, &format!(r#"{{"token": "canary-token-{number}", "lifetime": {lifetime}}}"#))
}

/// A client of `api` whose tokens come from `tokens`.
fn fetching(api: &str, tokens: &str) -> Client {
    let body = serde_json::json!({"id": "us", "secret": CLIENT_SECRET});
    let endpoint = TokenEndpoint {
        base_url: tokens.to_owned(),
        call: Call::new(Method::Post, ["token"]).body(body).repeat(Repeat::Safe),
        secret: Secret::new(CLIENT_SECRET),
        read_token: |answer| {
            let key = answer["token"].as_str()?;
            let credential = Credential { header: "authorization", value: Secret::new(format!("Bearer {key}")) };
            Some(Token { credential, lifetime: answer["lifetime"].as_u64().map(std::time::Duration::from_secs) })
        },
        classify,
    };
    Client::new(Settings { credentials: Credentials::Fetched(endpoint), ..settings(api) }).unwrap()
}

fn used(request: &str) -> &str {
    request.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or("none")
}

async fn refused(client: &Client) -> Error {
    client.send(get(), &budget()).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn one_token_serves_all_calls_that_begin_while_it_is_valid() {
    let (api, tokens) = (Server::start([json(200, "1")]).await, Server::start([token(1, 3600), token(2, 3600)]).await);
    let client = std::sync::Arc::new(fetching(&api.url, &tokens.url));
    let mut many = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        many.spawn(async move { client.send(get(), &budget()).await.unwrap() });
    }
    assert_eq!(many.join_all().await.len(), 8);
    assert_eq!((tokens.count(), api.count()), (1, 8));
    assert!(tokens.seen()[0].starts_with("POST /token") && used(&tokens.seen()[0]) == "none");
    assert!(api.seen().iter().all(|request| used(request) == "canary-token-1"));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_about_to_expire_is_not_used_any_more() {
    let (api, tokens) = (Server::start([json(200, "1")]).await, Server::start([token(1, 100), token(2, 100)]).await);
    let client = fetching(&api.url, &tokens.url);
    client.send(get(), &budget()).await.unwrap();
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    client.send(get(), &budget()).await.unwrap();
    tokio::time::advance(std::time::Duration::from_secs(15)).await;
    client.send(get(), &budget()).await.unwrap();
    let used: Vec<_> = api.seen().iter().map(|request| used(request).to_owned()).collect();
    assert_eq!(used, ["canary-token-1", "canary-token-1", "canary-token-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_renewed_once_even_for_a_write() {
    let no = || json(401, r#"{"message": "expired"}"#);
    let (api, tokens) = (Server::start([no(), json(200, "1")]).await, Server::start([token(1, 9), token(2, 9)]).await);
    let client = fetching(&api.url, &tokens.url);
    client.send(post(), &budget()).await.unwrap();
    assert_eq!((api.count(), tokens.count()), (2, 2));

    let (api, tokens) = (Server::start([no()]).await, Server::start([token(1, 9)]).await);
    let client = fetching(&api.url, &tokens.url);
    let error = refused(&client).await;
    assert_eq!(error.kind(), Some(ErrorKind::Unauthorized), "{error}");
    assert_eq!((api.count(), tokens.count()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_nothing_is_sent_and_no_secret_is_shown() {
    let api = Server::start([json(200, "1")]).await;
    let echo = format!(r#"{{"message": "no such client: us, {CLIENT_SECRET}"}}"#);
    for (act, is_refusal, part) in [
        (json(401, &echo), true, "no such client: us, (secret)"),
        (json(200, r#"{"challenge": "mfa"}"#), false, "does not contain a token"),
        (json(200, r#"{"token": "two\nlines"}"#), false, "characters that a header cannot carry"),
        (answer(200, &[("content-type", "text/html")], "<html>canary"), false, "something other than the API"),
    ] {
        let tokens = Server::start([act]).await;
        let error = refused(&fetching(&api.url, &tokens.url)).await;
        let text = error.to_string();
        assert!(text.contains("no token could be obtained") && text.contains(part), "{text}");
        assert!(!text.contains("canary") && !error.may_have_acted(), "{text}");
        assert!(matches!(error.cause, SendError::NoCredential { refused, .. } if refused == is_refusal), "{text}");
    }
    let error = refused(&fetching(&api.url, &unused_address())).await;
    assert!(error.to_string().contains("failed to connect"), "{error}");
    assert_eq!(api.count(), 0);
}
