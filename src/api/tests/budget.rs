//! How long a dead server delays an operation, and how quickly a cancellation ends it.

use std::time::Duration;

use tokio::time::Instant;

use super::server::{Act, Server, json, text, unused_address};
use super::*;
use crate::api::{Error, SendError};

const MANY: u32 = 1000;

fn stubborn(url: &str) -> Client {
    Client::new(Settings { max_retries: MANY, ..settings(url) }).unwrap()
}

async fn timed(client: &Client, call: Call, budget: &Budget) -> (Error, f64) {
    let begin = Instant::now();
    let error = client.send(call, budget).await.unwrap_err();
    (error, begin.elapsed().as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_given_up_within_30_s_for_all_calls_of_an_operation() {
    let (client, budget) = (stubborn(&unused_address()), budget());
    let (error, first) = timed(&client, get(), &budget).await;
    assert!((15.0..=30.0).contains(&first), "{first}");
    assert!(matches!(error.cause, SendError::Unreachable { .. }));
    let (_, second) = timed(&client, post(), &budget).await;
    assert!(first + second <= 30.0, "{first} + {second}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_never_made_is_given_up_within_30_s() {
    // It accepts and never completes the TLS handshake.
    let server = Server::start([Act::Hang]).await;
    let url = server.url.replace("http:", "https:");
    let client = Client::new(Settings { insecure: true, max_retries: MANY, ..settings(&url) }).unwrap();
    let (error, time) = timed(&client, post(), &budget()).await;
    assert_eq!(error.to_string(), format!("POST {url}/things failed to connect: timed out. (2 tries)"));
    assert!(!error.may_have_acted());
    assert!((20.0..=30.0).contains(&time), "{time}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_given_up_within_80_s_for_all_calls_of_an_operation() {
    let server = Server::start([Act::Hang]).await;
    let (client, budget) = (stubborn(&server.url), budget());
    let (error, first) = timed(&client, get(), &budget).await;
    assert!((60.0..=80.0).contains(&first), "{first}");
    assert!(matches!(error.cause, SendError::NoResponse { .. }));
    let expected = format!("GET {}/things/one got no response: timed out. (3 tries)", server.url);
    assert_eq!(error.to_string(), expected);
    let (_, second) = timed(&client, post(), &budget).await;
    assert!(first + second <= 80.0, "{first} + {second}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_only_returns_503_is_given_up_within_80_s() {
    let server = Server::start([json(503, "{}")]).await;
    let (_, time) = timed(&stubborn(&server.url), get(), &budget()).await;
    assert!((50.0..=80.0).contains(&time), "{time}");
}

#[tokio::test(start_paused = true)]
async fn a_response_renews_the_budget_and_time_without_calls_does_not_count() {
    let server = Server::start([json(200, "1"), json(404, "{}"), Act::Hang]).await;
    let (client, budget) = (stubborn(&server.url), budget());
    client.send(get(), &budget).await.unwrap();
    assert!(budget.sleep(Duration::from_secs(600)).await);
    client.send(get(), &budget).await.unwrap_err();
    assert!(budget.sleep(Duration::from_secs(600)).await);
    let (_, time) = timed(&client, get(), &budget).await;
    assert!((60.0..=80.0).contains(&time), "{time}");
}

#[tokio::test(start_paused = true)]
async fn one_try_has_its_own_time_limit() {
    let server = Server::start([Act::Hang]).await;
    let short = Settings { request_timeout: Duration::from_secs(5), max_retries: 0, ..settings(&server.url) };
    let (_, time) = timed(&Client::new(short).unwrap(), get(), &budget()).await;
    assert!((5.0..5.1).contains(&time), "{time}");
    let long = Settings { request_timeout: Duration::from_secs(200), max_retries: 0, ..settings(&server.url) };
    let (_, time) = timed(&Client::new(long).unwrap(), get(), &budget()).await;
    assert!((200.0..200.1).contains(&time), "a user who allows more means it: {time}");
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_covers_the_body() {
    let slow = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[1";
    let server = Server::start([Act::Send(slow.to_owned())]).await;
    let once = Settings { max_retries: 0, ..settings(&server.url) };
    let (error, time) = timed(&Client::new(once).unwrap(), get(), &budget()).await;
    assert!(matches!(error.cause, SendError::BadBody { .. }), "{error}");
    assert!((30.0..30.1).contains(&time), "{time}");
}

/// Cancels after a while; how long the call then took, and what came of it.
async fn cancelled(client: &Client, call: Call, after: Duration) -> (Error, f64) {
    let stop = CancellationToken::new();
    let budget = Budget::new(stop.clone());
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        stop.cancel();
    });
    timed(client, call, &budget).await
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_a_wait_at_once() {
    let server = Server::start([json(503, "{}")]).await;
    let (error, time) = cancelled(&stubborn(&server.url), get(), Duration::from_millis(400)).await;
    assert!(error.is_cancelled() && (0.4..0.5).contains(&time), "{error} {time}");
    assert_eq!(error.to_string(), "GET /things/one was canceled.");
    let (error, time) = cancelled(&stubborn(&unused_address()), post(), Duration::from_millis(400)).await;
    assert!(error.is_cancelled() && (0.4..0.5).contains(&time), "{error} {time}");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_is_not_begun() {
    let server = Server::start([json(200, "1")]).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let budget = Budget::new(stop);
    let client = client(&server.url);
    for call in [get(), post()] {
        assert!(client.send(call, &budget).await.unwrap_err().is_cancelled());
    }
    assert_eq!(server.connections(), 0);
    client.send(get(), &budget.uncancellable()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn cancelling_drops_a_read_and_awaits_a_write() {
    let server = Server::start([Act::Later(Duration::from_secs(20), text(200, &[], "1"))]).await;
    let client = client(&server.url);
    let (error, time) = cancelled(&client, get(), Duration::from_secs(3)).await;
    assert!(error.is_cancelled() && (3.0..3.1).contains(&time), "{error} {time}");

    let stop = CancellationToken::new();
    let budget = Budget::new(stop.clone());
    let write = client.send(post(), &budget);
    let (answer, ()) = tokio::join!(write, async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        stop.cancel();
    });
    assert_eq!(answer.unwrap().body, 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_write_that_may_have_acted_says_so() {
    let server = Server::start([Act::Break(String::new())]).await;
    let (error, time) = cancelled(&stubborn(&server.url), put(), Duration::from_millis(100)).await;
    assert!(matches!(error.cause, SendError::NoResponse { .. }) && error.may_have_acted(), "{error}");
    assert!(time < 0.2);
}
