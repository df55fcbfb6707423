//! Objects that are in use: waited for as long as the operation may take, whatever the number of retries.

use std::time::Duration;

use tokio::time::Instant;

use super::server::{Act, Server, json};
use super::*;

/// The same system, whose 409s with the word "busy" are temporary.
fn client_of(url: &str) -> Client {
    let or_in_use = |status, body: ErrorBody<'_>| match (classify(status, body), status) {
        (refusal, 409) if refusal.message.contains("busy") => Refusal::new(ErrorKind::InUse, refusal.message),
        (refusal, _) => refusal,
    };
    Client::new(Settings { max_retries: 1, classify: or_in_use, ..settings(url) }).unwrap()
}

fn busy() -> Act {
    json(409, r#"{"message": "busy"}"#)
}

#[tokio::test(start_paused = true)]
async fn what_is_in_use_is_waited_for_beyond_all_retries() {
    let acts: Vec<Act> = (0..20).map(|_| busy()).chain([json(200, "1")]).collect();
    let server = Server::start(acts).await;
    let budget = budget().with_in_use_timeout(Duration::from_secs(600));
    client_of(&server.url).send(post(), &budget).await.unwrap();
    assert_eq!(server.count(), 21);
}

#[tokio::test(start_paused = true)]
async fn the_wait_ends_with_the_operation() {
    let server = Server::start([busy()]).await;
    let begun = Instant::now();
    let budget = budget().with_in_use_timeout(Duration::from_secs(120));
    let error = client_of(&server.url).send(put(), &budget).await.unwrap_err();
    assert_eq!(error.kind(), Some(ErrorKind::InUse));
    assert!((100..=120).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    assert!(!error.may_have_acted(), "nothing was done");
}

#[tokio::test(start_paused = true)]
async fn without_a_timeout_there_is_no_wait() {
    let server = Server::start([busy()]).await;
    client_of(&server.url).send(put(), &budget()).await.unwrap_err();
    assert_eq!(server.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_ends_the_wait() {
    let server = Server::start([busy()]).await;
    let stop = CancellationToken::new();
    let budget = Budget::new(stop.clone()).with_in_use_timeout(Duration::from_secs(600));
    let client = client_of(&server.url);
    let (sent, ()) = tokio::join!(client.send(put(), &budget), async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        stop.cancel();
    });
    assert!(sent.is_err_and(|error| error.is_cancelled()));
}
