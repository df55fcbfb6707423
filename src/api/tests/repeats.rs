//! What is sent again, and what the error says about a write that is not.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::Instant;

use super::server::{Act, Server, answer, json, unused_address};
use super::*;
use crate::api::{Answer, Error, SendError};

async fn run(acts: impl Into<Vec<Act>>, call: Call) -> (Result<Answer, Error>, usize) {
    let server = Server::start(acts).await;
    let result = client(&server.url).send(call, &budget()).await;
    (result, server.count())
}

fn broken() -> Act {
    Act::Break(String::new())
}

#[tokio::test(start_paused = true)]
async fn a_safe_call_survives_a_server_that_recovers() {
    for failure in [json(502, "{}"), json(503, "{}"), json(504, "{}"), json(500, "{}"), json(429, "{}"), broken()] {
        for call in [get(), put(), Call::new(Method::Delete, ["x"]), post().repeat(crate::api::Repeat::Safe)] {
            let (result, count) = run([failure.clone(), failure.clone(), json(200, "1")], call).await;
            assert_eq!((result.unwrap().body, count), (Json::from(1), 3));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_acted_is_sent_once() {
    for failure in [json(500, "{}"), json(502, "{}"), json(503, "{}"), json(504, "{}"), broken(), Act::Hang] {
        let (result, count) = run([failure, json(200, "1")], post()).await;
        let error = result.unwrap_err();
        assert!(error.may_have_acted(), "{error}");
        assert_eq!((count, error.tries), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn busy_means_that_nothing_was_done() {
    let (result, count) = run([json(429, "{}"), json(201, "1")], post()).await;
    assert_eq!((result.unwrap().status, count), (201, 2));
    let (result, count) = run([json(429, "{}")], post()).await;
    let error = result.unwrap_err();
    assert_eq!((error.may_have_acted(), error.kind(), count), (false, Some(ErrorKind::Busy), 5));
}

#[tokio::test(start_paused = true)]
async fn a_500_gets_three_tries_and_a_permanent_error_gets_one() {
    assert_eq!(run([json(500, "{}")], get()).await.1, 3);
    let (result, count) = run([json(500, r#"{"message":"violates constraint"}"#)], get()).await;
    assert_eq!((result.unwrap_err().kind(), count), (Some(ErrorKind::Rejected), 1));
}

#[tokio::test(start_paused = true)]
async fn an_earlier_try_that_may_have_acted_is_not_forgotten() {
    let (result, _) = run([broken(), json(409, "{}")], put()).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.may_have_acted()), (Some(ErrorKind::AlreadyExists), true));
    let (result, _) = run([broken(), json(404, "{}")], get()).await;
    assert!(!result.unwrap_err().may_have_acted(), "a read never acts");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_starts_late_is_waited_for_whatever_the_call() {
    let url = unused_address();
    let address = url.trim_start_matches("http://").to_owned();
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        Server::on(TcpListener::bind(address).await.unwrap(), [json(201, "1")], None)
    });
    assert_eq!(client(&url).send(post(), &budget()).await.unwrap().status, 201);
    assert_eq!(late.await.unwrap().count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_there_has_not_acted() {
    let url = unused_address();
    let error = client(&url).send(post(), &budget()).await.unwrap_err();
    assert!(matches!(error.cause, SendError::Unreachable { .. }), "{error}");
    assert!(!error.may_have_acted());
    assert_eq!(error.tries, 5);
    assert!(
        error.to_string().starts_with(&format!("POST {url}/things failed to connect: Connection refused")),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_number_of_retries_is_a_setting() {
    for retries in [0, 2] {
        let server = Server::start([json(503, "{}")]).await;
        let client = Client::new(Settings { max_retries: retries, ..settings(&server.url) }).unwrap();
        client.send(get(), &budget()).await.unwrap_err();
        assert_eq!(server.count(), retries as usize + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_header_is_respected() {
    for (status, call) in [(429, post()), (503, get())] {
        let begin = Instant::now();
        let (result, _) = run([answer(status, &[("retry-after", "17")], "{}"), json(200, "1")], call).await;
        result.unwrap();
        let waited = begin.elapsed().as_secs_f64();
        assert!((17.0..19.0).contains(&waited), "{waited}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_longer_than_the_budget_is_not_begun() {
    let begin = Instant::now();
    let (result, count) = run([answer(429, &[("retry-after", "3600")], r#"{"message":"slow down"}"#)], get()).await;
    let text = result.unwrap_err().to_string();
    assert_eq!(text, "GET /things/one returned 429: slow down. It can be retried after 3600 s.");
    assert_eq!((count, begin.elapsed().as_secs()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn connections_are_kept() {
    let server = Server::start([json(200, "1")]).await;
    let client = client(&server.url);
    for _ in 0..3 {
        client.send(get(), &budget()).await.unwrap();
    }
    assert_eq!((server.count(), server.connections()), (3, 1));
    tokio::time::sleep(Duration::from_secs(21)).await;
    client.send(get(), &budget()).await.unwrap();
    assert_eq!(server.connections(), 2, "but not for long");
}

#[tokio::test(start_paused = true)]
async fn a_kept_connection_that_breaks_during_a_write_may_have_acted() {
    let server = Server::start([json(200, "1"), broken(), json(200, "1")]).await;
    let client = client(&server.url);
    client.send(get(), &budget()).await.unwrap();
    let error = client.send(post(), &budget()).await.unwrap_err();
    assert_eq!((error.may_have_acted(), server.count(), server.connections()), (true, 2, 1));
}
